//! Places as people look them up: by code on a day, and villages with the joint branches that cover them.

use std::sync::Arc;

use domain::place::{Level, PlaceCode, PlaceKind};
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::organization::Membership;
use crate::person::HasSecretary;
use crate::reading::Reading;
use crate::rows::{JointBranchRow, PlaceRow};
use crate::view::{AnswersFor, View, ViewError};
use crate::views::Views;

/// 村（社区）及其参加的联合党组织 / a village or community, with the joint branches that cover it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VillageEntry {
    /// 村（社区）的区划代码 / the statistical code of the village or community
    pub code: PlaceCode,
    /// 村（社区）的名称 / the name of the village or community
    pub name: Text,
    /// 行政村、社区或其他 / whether it is a village, a community or neither
    pub kind: Option<PlaceKind>,
    /// 所在乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 其党组织参加的运行中的联合党组织 / the live joint branches in which its organization is a member
    pub joint_branches: Vec<Membership>,
}

/// 一个行政区划的全部情况 / a place with all that is known of it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlaceEntry {
    #[serde(flatten)]
    pub row: Arc<PlaceRow>,
    /// 原来使用所查代码的地方，当日代码与所查一致时不出现 / the place that bore the code asked for, where that is not this one's code on the day
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers_for: Option<AnswersFor>,
}

impl HasSecretary for PlaceEntry {}
impl HasSecretary for VillageEntry {}

/// The places on the register on the day of the reading: the one that bears the code, or all. For a code of the past
/// the place that goes on answers, and says for whom.
pub fn places_view(reading: Reading<'_>, code: Option<&PlaceCode>) -> Result<View<PlaceEntry>, ViewError> {
    let Some(code) = code else {
        let found = reading.views.places().filter(|place| place.exists_on(reading.on));
        return Ok(reading.view(&reading.views.city().city, found.map(entry).collect()));
    };
    let bears = |place: &&Arc<PlaceRow>| place.exists_on(reading.on) && place.code == *code;
    let rows: Vec<_> = reading.views.place_by_code(code).into_iter().filter(bears).map(entry).collect();
    if !rows.is_empty() {
        return Ok(reading.view(code, rows));
    }
    let once =
        reading.views.places_once_coded(code).flat_map(|place| current_successor(reading, place, code));
    Ok(reading.view(code, once.collect()))
}

fn entry(row: &Arc<PlaceRow>) -> PlaceEntry {
    PlaceEntry { row: row.clone(), answers_for: None }
}

/// Where a code of the past leads to: the place itself under its code of today, or what went on in its place.
fn current_successor(reading: Reading<'_>, place: &Arc<PlaceRow>, code: &PlaceCode) -> Vec<PlaceEntry> {
    let past = place.past.iter().rfind(|past| past.code == *code);
    let (name, until) = match (past, place.ended_on) {
        (_, Some(ended)) if place.code == *code => (&place.name, ended),
        (Some(past), _) => (&past.name, past.until),
        _ => return Vec::new(),
    };
    if until > reading.on {
        return Vec::new();
    }
    let mut open = vec![place];
    let mut found: Vec<PlaceEntry> = Vec::new();
    // A successor has never ended before what it succeeds, so the chain ends.
    while let Some(next) = open.pop() {
        if next.ended_on.is_some_and(|ended| ended <= reading.on) {
            open.extend(next.successors.iter().filter_map(|label| reading.views.place(label.id)));
        } else if found.iter().all(|known| known.row.id != next.id) {
            let (code, name) = (code.clone(), name.clone());
            let answers_for = Some(AnswersFor { id: place.id, code, name, until });
            found.push(PlaceEntry { row: next.clone(), answers_for });
        }
    }
    found
}

/// The joint branches of which a village has or had a member.
pub fn joint_branches_of<'a>(
    views: &'a Views,
    village: &'a PlaceRow,
) -> impl Iterator<Item = &'a Arc<JointBranchRow>> {
    let around = village.township.as_ref().or(village.county.as_ref()).unwrap_or(&village.code);
    views.readable_by(around).filter(|row| {
        row.members.iter().filter_map(|member| member.village.as_ref()).any(|place| place.id == village.id)
    })
}

/// A village or community as a row of its township.
pub(crate) fn village_entry(reading: Reading<'_>, village: &PlaceRow) -> VillageEntry {
    let covering = joint_branches_of(reading.views, village).filter(|row| row.is_live());
    VillageEntry {
        code: village.code.clone(),
        name: village.name.clone(),
        kind: village.kind,
        township: village.township.clone(),
        joint_branches: covering.map(|row| row.as_ref().into()).collect(),
    }
}

/// As `standing`, for a view that is given at every tier: a city's code never changes.
pub(crate) fn standing_at_any_tier(
    reading: Reading<'_>,
    code: &PlaceCode,
) -> Result<(PlaceCode, Option<AnswersFor>), ViewError> {
    if *code == reading.views.city().city {
        return Ok((code.clone(), None));
    }
    standing(reading, code, code.level())
}

/// The code under which a view of that tier is read, and for whom it answers: a code of the past leads to the one place
/// that goes on. One that was split leads to several, which are named.
pub(crate) fn standing(
    reading: Reading<'_>,
    code: &PlaceCode,
    level: Level,
) -> Result<(PlaceCode, Option<AnswersFor>), ViewError> {
    let place = reading.views.place_by_code(code);
    if place.is_some_and(|place| place.level == level && place.exists_on(reading.on)) {
        return Ok((code.clone(), None));
    }
    let once = reading.views.places_once_coded(code).filter(|place| place.level == level);
    let mut found: Vec<_> = once.flat_map(|place| current_successor(reading, place, code)).collect();
    match (found.pop(), found.as_slice()) {
        (Some(only), []) => Ok((only.row.code.clone(), only.answers_for)),
        (Some(last), others) => {
            let all =
                others.iter().chain([&last]).map(|entry| format!("{} {}", entry.row.code, entry.row.name));
            Err(ViewError::Parted { code: code.clone(), successors: all.collect::<Vec<_>>().join(", ") })
        }
        (None, _) => Err(ViewError::UnknownPlace {
            code: code.clone(),
            tier: level.chinese(),
            tier_name: level.as_str(),
        }),
    }
}
