//! Compares the places on the log with a list, and proposes what happened to each.

use std::collections::{BTreeMap, BTreeSet};

use domain::place::{Level, PlaceCode};

use super::matching::{Ground, Matching, Side, county, sides};
use super::reasons::Reasons;
use super::successors::Successors;
use super::{Confidence, Kind, Known, Proposal, code_above};
use crate::places_file::PlaceLine;

/// What a comparison came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// In the order of the codes, the highest tier first.
    pub proposals: Vec<Proposal>,
    /// How many places are as the list has them.
    pub unchanged: usize,
    /// Counties on the log of which the list says nothing.
    pub not_in_list: Vec<PlaceCode>,
    /// The test of names: codes that both sides bear under names that differ without the words for the office.
    pub same_code_other_name: usize,
}

/// Compares. A county that the list leaves out is not spoken of, and stays as it is.
pub fn compare(known: &[Known], list: &[PlaceLine]) -> Comparison {
    let not_in_list = left_out(known, list);
    let is_spoken_of =
        |place: &&Known| county(&place.code).is_none_or(|county| !not_in_list.contains(&county));
    let spoken_of: Vec<&Known> = known.iter().filter(is_spoken_of).collect();
    let old = sides(spoken_of.iter().map(|place| (&place.code, place.name.as_str(), place.parent.as_ref())));
    let new = sides(list.iter().map(|line| (&line.code, line.name.as_str(), line.parent.as_ref())));
    let mut matching = Matching::new(&old, &new);
    for level in [Level::City, Level::County] {
        matching.by_code_and_name(level);
        let by_stem = |side: &Side<'_>| Some(side.stem.to_owned());
        matching.by_key(
            level,
            Ground::NameAndVillages,
            |now, at| by_stem(&now.old[at]),
            |now, at| by_stem(&now.new[at]),
        );
        matching.by_code_alone(level);
    }
    let goes_on = match_townships(&mut matching);
    match_villages(&mut matching, &goes_on);
    matching.break_circles();
    let successors = Successors::find(&matching);
    let mut proposals = propose(&matching, &successors, &spoken_of);
    settle(&mut proposals, known);
    let same_code_other_name = same_code_other_name(&old, &new);
    let unchanged = (0..old.len()).filter(|at| matching.row_of[*at].is_some()).count()
        - proposals.iter().filter(|one| matches!(one.kind, Kind::Rename | Kind::Recode | Kind::Move)).count();
    Comparison { proposals, unchanged, not_in_list, same_code_other_name }
}

/// The counties of the log that are not in the list, unless it has one of their name.
fn left_out(known: &[Known], list: &[PlaceLine]) -> Vec<PlaceCode> {
    use domain::place_names::stem;
    let counties = list.iter().filter(|line| line.level == Level::County);
    let named: Vec<_> = counties.map(|line| (&line.code, stem(Level::County, line.name.as_str()))).collect();
    let known_codes: BTreeSet<_> = known.iter().map(|place| &place.code).collect();
    let is_there = |place: &&Known| {
        let own = stem(Level::County, place.name.as_str());
        named
            .iter()
            .any(|(code, stem)| **code == place.code || (*stem == own && !known_codes.contains(*code)))
    };
    let missing = known.iter().filter(|place| place.code.level() == Level::County);
    missing.filter(|place| !is_there(place)).map(|place| place.code.clone()).collect()
}

fn same_code_other_name(old: &[Side<'_>], new: &[Side<'_>]) -> usize {
    use domain::place_names::stem;
    let names: BTreeMap<&PlaceCode, &str> = new.iter().map(|row| (row.code, row.name)).collect();
    let villages = old.iter().filter(|place| place.level == Level::Village);
    let differs = |place: &&Side<'_>| {
        names.get(place.code).is_some_and(|name| stem(place.level, name) != stem(place.level, place.name))
    };
    villages.filter(differs).count()
}

/// Townships; of those that ended, the row that goes on for them is given back.
fn match_townships(matching: &mut Matching<'_>) -> BTreeMap<usize, usize> {
    let level = Level::Township;
    matching.by_code_and_name(level);
    let above = |now: &Matching<'_>, at: usize| {
        let parent = now.old[at].parent?;
        now.row_of[parent].map(|(row, _)| now.new[row].code.clone())
    };
    matching.by_key(
        level,
        Ground::NameAndVillages,
        |now, at| Some((above(now, at)?, now.old[at].stem.to_owned())),
        |now, at| Some((code_above(now.new[at].code)?, now.new[at].stem.to_owned())),
    );
    // Another county may have received it: its name alone would not do, so it needs villages in common too, and a code
    // that nobody bore.
    let common = Successors::common_villages(matching);
    let borne: BTreeSet<&PlaceCode> = matching.old.iter().map(|place| place.code).collect();
    matching.by_key(
        level,
        Ground::NameInCounty,
        |now, at| common.contains_key(&at).then(|| now.old[at].stem.to_owned()),
        |now, at| (!borne.contains(now.new[at].code)).then(|| now.new[at].stem.to_owned()),
    );
    matching.by_code_alone(level);
    Successors::of_townships(matching)
}

fn match_villages(matching: &mut Matching<'_>, goes_on: &BTreeMap<usize, usize>) {
    let level = Level::Village;
    matching.by_code_and_name(level);
    let township = |now: &Matching<'_>, at: usize| {
        let row = now.row(now.old[at].parent?, goes_on)?;
        Some(now.new[row].code.clone())
    };
    let kind = |side: &Side<'_>| side.code.village_kind() == domain::place::PlaceKind::Village;
    for with_kind in [true, false] {
        matching.by_key(
            level,
            Ground::NameInTownship,
            |now, at| {
                let own = &now.old[at];
                Some((township(now, at)?, own.stem.to_owned(), with_kind && kind(own)))
            },
            |now, at| {
                let own = &now.new[at];
                Some((code_above(own.code)?, own.stem.to_owned(), with_kind && kind(own)))
            },
        );
    }
    for with_kind in [true, false] {
        matching.by_key(
            level,
            Ground::NameInCounty,
            |now, at| {
                let own = &now.old[at];
                Some((county(&township(now, at)?)?, own.stem.to_owned(), with_kind && kind(own)))
            },
            |now, at| {
                let own = &now.new[at];
                Some((county(own.code)?, own.stem.to_owned(), with_kind && kind(own)))
            },
        );
    }
    matching.by_code_alone(level);
}

fn propose(matching: &Matching<'_>, successors: &Successors, known: &[&Known]) -> Vec<Proposal> {
    let reasons = Reasons { matching };
    let mut proposals = Vec::new();
    for (at, place) in known.iter().enumerate() {
        let (old, new) = (&matching.old[at], matching.new);
        let proposal = |kind, name: &str, new_codes, confidence, why| Proposal {
            line: 0,
            accepted: confidence >= Confidence::High,
            kind,
            code: place.code.clone(),
            name: name.try_into().unwrap_or_else(|_| place.name.clone()),
            new_codes,
            confidence,
            why,
        };
        match matching.row_of[at] {
            Some((row, ground)) => {
                let row = &new[row];
                let above = old.parent.and_then(|parent| matching.row_of[parent]);
                let is_moved = old.level < Level::County && row.parent != above.map(|(row, _)| row);
                let kind = match (is_moved, row.code != old.code, row.name != old.name) {
                    (true, ..) => Kind::Move,
                    (false, true, _) => Kind::Recode,
                    (false, false, true) => Kind::Rename,
                    (false, false, false) => continue,
                };
                let new_codes = if kind == Kind::Rename { Vec::new() } else { vec![row.code.clone()] };
                let why = reasons.of_match(old, row, ground);
                proposals.push(proposal(kind, row.name, new_codes, ground.confidence(), why));
            }
            None => {
                let (kind, codes, confidence, why) = successors.of(matching, at);
                proposals.push(proposal(kind, old.name, codes, confidence, why));
            }
        }
    }
    for (at, row) in matching.new.iter().enumerate().filter(|(at, _)| matching.place_of[*at].is_none()) {
        let Ok(name) = row.name.try_into() else { continue };
        let (accepted, confidence, why) = (true, Confidence::High, reasons.of_new(at));
        let (kind, code) = (Kind::Register, row.code.clone());
        proposals.push(Proposal {
            line: 0,
            accepted,
            kind,
            code,
            name,
            new_codes: Vec::new(),
            confidence,
            why,
        });
    }
    proposals.sort_by(|one, other| {
        (other.code.level(), &one.code, other.kind).cmp(&(one.code.level(), &other.code, one.kind))
    });
    proposals
}

/// What rests on a proposal that is not accepted is not accepted either, so that the file as it is written applies.
fn settle(proposals: &mut [Proposal], known: &[Known]) {
    let borne: BTreeSet<PlaceCode> = known.iter().map(|place| place.code.clone()).collect();
    loop {
        let accepted = || proposals.iter().filter(|one| one.accepted);
        let taken: BTreeSet<PlaceCode> = accepted().filter_map(Proposal::takes).cloned().collect();
        let freed: BTreeSet<PlaceCode> = accepted().filter_map(Proposal::frees).cloned().collect();
        let is_borne =
            |code: &PlaceCode| taken.contains(code) || (borne.contains(code) && !freed.contains(code));
        let rests_on_nothing = |one: &Proposal| {
            let taken_twice = one.takes().is_some_and(|code| borne.contains(code) && !freed.contains(code));
            let above = one
                .takes()
                .and_then(code_above)
                .is_some_and(|above| above.level() < Level::City && !is_borne(&above));
            taken_twice || above || one.successors().iter().any(|code| !is_borne(code))
        };
        let falling: Vec<usize> = (0..proposals.len())
            .filter(|at| proposals[*at].accepted && rests_on_nothing(&proposals[*at]))
            .collect();
        if falling.is_empty() {
            return;
        }
        for at in falling {
            proposals[at].accepted = false;
        }
    }
}
