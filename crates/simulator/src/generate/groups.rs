//! Which villages come together, and how: neighbours of one township, in every arrangement and mode.

use std::collections::{BTreeMap, BTreeSet};

use domain::joint_branch::{Arrangement, Mode};
use domain::place::{Level, PlaceCode, PlaceKind};

use super::random::Random;
use super::{GenerateError, Settings};

/// The fewest villages of a group.
const SMALLEST_GROUP: usize = 2;
/// The most: with a resident unit these are five, and a joint branch spans as a rule no more.
const LARGEST_GROUP: usize = 4;
/// How many groups in a hundred merge; the rest pair.
const MERGER_PERCENT: u32 = 65;
/// In a hundred townships, in how many a village may join a joint branch later.
const SPARE_PERCENT: u32 = 35;
/// What villages live on.
const INDUSTRIES: [&str; 8] =
    ["猕猴桃", "核桃", "茶叶", "生猪养殖", "中药材", "食用菌", "油橄榄", "乡村旅游"];

/// A village of a group.
pub(super) struct PlannedVillage {
    pub(super) code: PlaceCode,
    pub(super) name: String,
    pub(super) households: u32,
    pub(super) formal_members: u32,
    pub(super) probationary_members: u32,
    pub(super) wealth: &'static str,
    pub(super) strength: &'static str,
    pub(super) industry: &'static str,
}

/// Villages that will join.
pub(super) struct PlannedGroup {
    pub(super) township: PlaceCode,
    pub(super) villages: Vec<PlannedVillage>,
    pub(super) arrangement: Arrangement,
    pub(super) mode: Mode,
    pub(super) industry: &'static str,
    /// A small village of the township that may join later.
    pub(super) spare: Option<PlannedVillage>,
    /// Villages of the township that belong to no group, by code and name.
    pub(super) leftovers: Vec<(PlaceCode, String)>,
}

/// Chooses the groups, in the order of their townships.
/// Villages that are taken belong to no group.
pub(super) fn plan(
    settings: &Settings,
    taken: &BTreeSet<PlaceCode>,
    random: &mut Random,
) -> Result<Vec<PlannedGroup>, GenerateError> {
    let mut villages: BTreeMap<&PlaceCode, Vec<(&PlaceCode, &str)>> = BTreeMap::new();
    for place in &settings.places {
        let is_village = place.level == Level::Village && place.code.village_kind() == PlaceKind::Village;
        let is_village = is_village && !taken.contains(&place.code);
        if let (true, Some(township)) = (is_village, &place.parent) {
            villages.entry(township).or_default().push((&place.code, place.name.as_str()));
        }
    }
    villages.values_mut().for_each(|villages| villages.sort_unstable());
    let counts = group_counts(settings, &villages, random)?;
    let mut groups = Vec::new();
    for (township, villages) in villages {
        let count = counts.get(township).copied().unwrap_or_default();
        let mut rest = villages.as_slice();
        let first = groups.len();
        for index in 0..count {
            let kept_for_others = SMALLEST_GROUP * (count - index - 1);
            let size = group_size(rest.len() - kept_for_others, random);
            let (own, others) = rest.split_at(size);
            groups.push(group(township, own, random));
            rest = others;
        }
        if let Some(group) = groups.get_mut(first) {
            leave(group, rest, random);
        }
    }
    Ok(groups)
}

/// Of the villages that belong to no group, one may join the township's first group later.
fn leave(group: &mut PlannedGroup, rest: &[(&PlaceCode, &str)], random: &mut Random) {
    let mut rest = rest.iter();
    if group.villages.len() < LARGEST_GROUP && random.percent(SPARE_PERCENT) {
        group.spare = rest.next().map(|(code, name)| PlannedVillage {
            code: (*code).clone(),
            name: (*name).to_owned(),
            households: random.between(60, 120),
            formal_members: random.between(3, 6),
            probationary_members: 0,
            wealth: "poor",
            strength: "weak",
            industry: group.industry,
        });
    }
    group.leftovers = rest.map(|(code, name)| ((*code).clone(), (*name).to_owned())).collect();
}

/// How many groups each township gets: every pair of villages has the same chance.
fn group_counts(
    settings: &Settings,
    villages: &BTreeMap<&PlaceCode, Vec<(&PlaceCode, &str)>>,
    random: &mut Random,
) -> Result<BTreeMap<PlaceCode, usize>, GenerateError> {
    let mut pairs: Vec<&PlaceCode> = villages
        .iter()
        .flat_map(|(township, villages)| std::iter::repeat_n(*township, villages.len() / SMALLEST_GROUP))
        .collect();
    let wanted = settings.joint_branches;
    if wanted == 0 || wanted as usize > pairs.len() {
        return Err(GenerateError::TooMany { wanted, possible: pairs.len() });
    }
    random.shuffle(&mut pairs);
    let mut counts = BTreeMap::new();
    for township in pairs.into_iter().take(wanted as usize) {
        *counts.entry(township.clone()).or_default() += 1;
    }
    Ok(counts)
}

fn group_size(available: usize, random: &mut Random) -> usize {
    let wished = match random.between(1, 10) {
        1..=6 => SMALLEST_GROUP,
        7..=9 => 3,
        _ => LARGEST_GROUP,
    };
    wished.min(available)
}

fn group(township: &PlaceCode, own: &[(&PlaceCode, &str)], random: &mut Random) -> PlannedGroup {
    let arrangement = if random.percent(MERGER_PERCENT) { Arrangement::Merger } else { Arrangement::Pairing };
    let mode = match (arrangement, random.between(1, 10)) {
        (Arrangement::Merger, 1..=3) => Mode::RichPoor,
        (Arrangement::Merger, 4..=7) => Mode::SimilarIndustry,
        (Arrangement::Merger, 8..=9) => Mode::LargeSmall,
        (Arrangement::Pairing, 1..=5) => Mode::StrongWeak,
        (Arrangement::Pairing, 6..=8) => Mode::ResidentUnit,
        _ => Mode::Other,
    };
    let industry = random.pick(&INDUSTRIES).unwrap_or(INDUSTRIES[0]);
    let villages = own.iter().enumerate().map(|(index, (code, name))| {
        let leads = index == 0;
        PlannedVillage {
            code: (*code).clone(),
            name: (*name).to_owned(),
            households: random.between(90, 520),
            formal_members: if leads { random.between(15, 60) } else { random.between(6, 45) },
            probationary_members: random.between(0, 3),
            wealth: if leads { "rich" } else { "poor" },
            strength: if leads { "strong" } else { "weak" },
            industry: if mode == Mode::SimilarIndustry || leads {
                industry
            } else {
                random.pick(&INDUSTRIES).unwrap_or(INDUSTRIES[0])
            },
        }
    });
    let villages = villages.collect();
    let (spare, leftovers) = (None, Vec::new());
    PlannedGroup { township: township.clone(), villages, arrangement, mode, industry, spare, leftovers }
}
