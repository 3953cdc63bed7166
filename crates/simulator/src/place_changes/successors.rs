//! What goes on for places that the list no longer has. Lists do not say it: what is proposed is a guess, and says so.

use std::collections::{BTreeMap, BTreeSet};

use domain::place::{Level, PlaceCode};

use super::matching::{Matching, Side, county};
use super::{Confidence, Kind, Reason};
use domain::place_names::shared_characters;

/// For each place that ended, the row that is proposed to go on for it.
pub(super) struct Successors {
    found: BTreeMap<usize, (usize, Confidence, Reason)>,
}

/// How likely a row is to take over: the smallest goes first.
type Distance = (bool, bool, bool, u64);

impl Successors {
    /// How many village names each township has in common with each of the list's, among villages whose code vanished
    /// and codes that are new.
    pub(super) fn common_villages(matching: &Matching<'_>) -> BTreeMap<usize, BTreeMap<usize, usize>> {
        let old_codes: BTreeSet<_> = matching.old.iter().map(|place| place.code).collect();
        let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for row in matching.new.iter().filter(|row| row.level == Level::Village) {
            if let Some(township) = row.parent.filter(|_| !old_codes.contains(row.code)) {
                rows.entry(row.stem).or_default().push(township);
            }
        }
        let mut common: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
        for place in matching.old.iter().filter(|place| place.level == Level::Village) {
            let Some(township) = place.parent else { continue };
            for row in rows.get(place.stem).into_iter().flatten() {
                *common.entry(township).or_default().entry(*row).or_default() += 1;
            }
        }
        common
    }

    /// The townships that go on for those that ended, by their villages.
    pub(super) fn of_townships(matching: &Matching<'_>) -> BTreeMap<usize, usize> {
        let found = townships(matching);
        found.into_iter().map(|(place, (row, ..))| (place, row)).collect()
    }

    /// The successors of everything that ended.
    pub(super) fn find(matching: &Matching<'_>) -> Self {
        let mut found = townships(matching);
        let goes_on: BTreeMap<usize, usize> = found.iter().map(|(place, (row, ..))| (*place, *row)).collect();
        let mut by_township: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut by_county: BTreeMap<PlaceCode, Vec<usize>> = BTreeMap::new();
        for (at, row) in matching.new.iter().enumerate().filter(|(_, row)| row.level == Level::Village) {
            if crosses_counties(matching, at, &goes_on) {
                continue;
            }
            if let Some(township) = row.parent {
                by_township.entry(township).or_default().push(at);
            }
            if let Some(county) = county(row.code) {
                by_county.entry(county).or_default().push(at);
            }
        }
        for place in ended(matching, Level::Village) {
            let Some(township) = matching.old[place].parent.and_then(|above| matching.row(above, &goes_on))
            else {
                continue;
            };
            if let Some(row) = takes_the_code(matching, place, township, &by_county) {
                found.insert(place, (row, confidence_of(matching, row), code_goes_to(matching, row)));
                continue;
            }
            let within = by_township.get(&township).filter(|rows| !rows.is_empty());
            let within = within.or_else(|| by_county.get(&county(matching.new[township].code)?));
            let nearest = within.into_iter().flatten().min_by_key(|row| distance(matching, place, **row));
            if let Some(&row) = nearest {
                found.insert(place, (row, Confidence::Low, guess(matching, place, row)));
            }
        }
        Self { found }
    }

    /// What becomes of a place that ended.
    pub(super) fn of(
        &self,
        matching: &Matching<'_>,
        place: usize,
    ) -> (Kind, Vec<PlaceCode>, Confidence, Reason) {
        match self.found.get(&place) {
            Some((row, confidence, reason)) => {
                (Kind::Merge, vec![matching.new[*row].code.clone()], *confidence, reason.clone())
            }
            None => {
                let reason = Reason {
                    chinese: "新名录无此代码，所在地也没有可承接者；请据批复核实".into(),
                    english: "the list has no such code, nor anything there that could take over: check the decision".into(),
                };
                (Kind::Close, Vec::new(), Confidence::Low, reason)
            }
        }
    }
}

fn ended(matching: &Matching<'_>, level: Level) -> impl Iterator<Item = usize> {
    let ended = move |at: &usize| matching.old[*at].level == level && matching.row_of[*at].is_none();
    (0..matching.old.len()).filter(ended)
}

/// Where most of the villages went that kept their names; otherwise the nearest code of the county.
fn townships(matching: &Matching<'_>) -> BTreeMap<usize, (usize, Confidence, Reason)> {
    let common = Successors::common_villages(matching);
    let none = BTreeMap::new();
    let codes = |sides: &[Side<'_>]| sides.iter().map(|side| side.code.clone()).collect::<BTreeSet<_>>();
    let (old_codes, new_codes) = (codes(matching.old), codes(matching.new));
    let mut found = BTreeMap::new();
    for place in ended(matching, Level::Township) {
        let own = &matching.old[place];
        let Some(within) = own.parent.and_then(|above| matching.row_of[above]) else { continue };
        let counts = common.get(&place).unwrap_or(&none);
        // Whoever takes its code waits until it has ended: it cannot itself wait for a new place that waits for a code.
        let waits_in_a_circle = |row: usize| {
            let code = matching.new[row].code;
            matching.place_of[row].is_none() && new_codes.contains(own.code) && old_codes.contains(code)
        };
        let candidates = (0..matching.new.len()).filter(|at| {
            let row = &matching.new[*at];
            let stays = matching.place_of[*at].is_none_or(|from| matching.old[from].parent == own.parent);
            row.level == Level::Township && row.parent == Some(within.0) && stays && !waits_in_a_circle(*at)
        });
        let best = candidates.max_by_key(|at| {
            let count = counts.get(at).copied().unwrap_or(0);
            (count, std::cmp::Reverse(between(own.code, matching.new[*at].code)))
        });
        let Some(row) = best else { continue };
        let (count, all) = (counts.get(&row).copied().unwrap_or(0), counts.values().sum::<usize>());
        let confidence = match (count, all) {
            (2.., _) if count * 3 >= all * 2 => Confidence::High,
            (1.., _) => Confidence::Medium,
            (0, _) => Confidence::Low,
        };
        let to = matching.new[row].name;
        let reason = if count > 0 {
            Reason {
                chinese: format!(
                    "代码不再列出；其消失的村中有 {count} 个（共找到 {all} 个）以同名列在{to}之下"
                ),
                english: format!(
                    "no longer listed; of {all} of its villages found again by name, {count} are under {to}"
                ),
            }
        } else {
            Reason {
                chinese: format!("代码不再列出，名录不载并入何处；仅按代码相近推测为{to}，请据批复核实"),
                english: format!(
                    "no longer listed, and the list does not say where it went; {to} is a guess by the nearest code: check the decision"
                ),
            }
        };
        found.insert(place, (row, confidence, reason));
    }
    found
}

/// A row whose place comes from another county: it cannot take over what stays in this one.
fn crosses_counties(matching: &Matching<'_>, row: usize, goes_on: &BTreeMap<usize, usize>) -> bool {
    let Some(place) = matching.place_of[row] else { return false };
    let from = matching.old[place].parent.and_then(|above| matching.row(above, goes_on));
    from.and_then(|township| county(matching.new[township].code)) != county(matching.new[row].code)
}

/// The village that bears the code of one that ended, where both lie in one county.
fn takes_the_code(
    matching: &Matching<'_>,
    place: usize,
    township: usize,
    by_county: &BTreeMap<PlaceCode, Vec<usize>>,
) -> Option<usize> {
    let code = matching.old[place].code;
    let within = by_county.get(&county(matching.new[township].code)?)?;
    within.iter().copied().find(|row| matching.new[*row].code == code)
}

fn confidence_of(matching: &Matching<'_>, row: usize) -> Confidence {
    let ground = matching.place_of[row].and_then(|place| matching.row_of[place]);
    ground.map_or(Confidence::Low, |(_, ground)| ground.confidence().min(Confidence::High))
}

fn distance(matching: &Matching<'_>, place: usize, row: usize) -> Distance {
    let (own, other) = (&matching.old[place], &matching.new[row]);
    let is_named_after = matching.place_of[row].is_none() && shared_characters(own.stem, other.stem) > 0;
    let from_same = matching.place_of[row].is_some_and(|from| matching.old[from].parent == own.parent);
    let other_kind = own.code.village_kind() != other.code.village_kind();
    (other_kind, !is_named_after, !from_same, between(own.code, other.code))
}

/// How far apart two codes are as numbers.
fn between(one: &PlaceCode, other: &PlaceCode) -> u64 {
    let number = |code: &PlaceCode| code.as_str().parse::<u64>().unwrap_or(0);
    number(one).abs_diff(number(other))
}

fn code_goes_to(matching: &Matching<'_>, row: usize) -> Reason {
    let name = matching.new[row].name;
    Reason {
        chinese: format!("原代码由{name}沿用，推定并入该处"),
        english: format!("{name} bears its code now, so it is taken to have gone over into it"),
    }
}

fn guess(matching: &Matching<'_>, place: usize, row: usize) -> Reason {
    let (own, other) = (&matching.old[place], &matching.new[row]);
    let name = other.name;
    if matching.place_of[row].is_none() && shared_characters(own.stem, other.stem) > 0 {
        return Reason {
            chinese: format!(
                "代码不再列出，名录不载并入何村；{name}为新设且名称含其一字，推测并入，请据批复核实"
            ),
            english: format!(
                "no longer listed, and the list does not say where it went; {name} is new and shares a character of its name, so it is guessed: check the decision"
            ),
        };
    }
    Reason {
        chinese: format!("代码不再列出，名录不载并入何村；仅按同乡镇代码相近推测为{name}，请据批复核实"),
        english: format!(
            "no longer listed, and the list does not say where it went; {name} is a guess by the nearest code of its township: check the decision"
        ),
    }
}
