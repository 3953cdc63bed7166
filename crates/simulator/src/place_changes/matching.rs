//! Which place of the log is which row of the list: by code and name, then by name alone, then by code alone.

use std::collections::BTreeMap;

use domain::place::{Level, PlaceCode};

use super::{Confidence, code_above};
use domain::place_names::{inner_stem, is_respelling, stem};

/// A place of either side, as far as comparing needs it.
pub(super) struct Side<'a> {
    pub(super) code: &'a PlaceCode,
    pub(super) name: &'a str,
    pub(super) level: Level,
    /// The place above, in the same list.
    pub(super) parent: Option<usize>,
    /// The name without office and places above.
    pub(super) stem: &'a str,
}

/// Why two are taken for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// Code and name.
    CodeAndName,
    /// The code, and a name that differs in one character.
    CodeAndRespelling,
    /// The code alone, and the earlier name was only the township's.
    CodeOfUnnamed,
    /// The code alone.
    CodeOnly,
    /// The name, in the township in which it lies or that goes on for it.
    NameInTownship,
    /// The name, which only one place of the county bears on either side.
    NameInCounty,
    /// The name of a township, and its villages.
    NameAndVillages,
}

impl Ground {
    pub(super) fn confidence(self) -> Confidence {
        match self {
            Self::CodeAndName | Self::NameInTownship | Self::NameAndVillages => Confidence::Certain,
            Self::NameInCounty => Confidence::High,
            Self::CodeAndRespelling | Self::CodeOfUnnamed => Confidence::Medium,
            Self::CodeOnly => Confidence::Low,
        }
    }
}

/// The pairs found.
pub(super) struct Matching<'a> {
    pub(super) old: &'a [Side<'a>],
    pub(super) new: &'a [Side<'a>],
    /// For each place of the log, its row in the list and why.
    pub(super) row_of: Vec<Option<(usize, Ground)>>,
    /// For each row, its place on the log.
    pub(super) place_of: Vec<Option<usize>>,
}

/// Reads codes, names and places above into a list that points into itself.
pub(super) fn sides<'a>(
    places: impl Iterator<Item = (&'a PlaceCode, &'a str, Option<&'a PlaceCode>)>,
) -> Vec<Side<'a>> {
    let places: Vec<_> = places.collect();
    let by_code: BTreeMap<&PlaceCode, usize> =
        places.iter().enumerate().map(|(at, (code, ..))| (*code, at)).collect();
    let parents: Vec<Option<usize>> =
        places.iter().map(|(_, _, parent)| parent.and_then(|code| by_code.get(code).copied())).collect();
    let names_above = |at: usize| {
        let mut names = Vec::new();
        let mut above = parents.get(at).copied().flatten();
        // Three tiers lie above a village.
        while let Some(parent) = above.filter(|_| names.len() < 3) {
            names.insert(0, places[parent].1);
            above = parents[parent];
        }
        names
    };
    let side = |at: usize| {
        let (code, name, _) = places[at];
        let level = code.level();
        Side { code, name, level, parent: parents[at], stem: inner_stem(level, name, &names_above(at)) }
    };
    (0..places.len()).map(side).collect()
}

impl<'a> Matching<'a> {
    pub(super) fn new(old: &'a [Side<'a>], new: &'a [Side<'a>]) -> Self {
        Self { old, new, row_of: vec![None; old.len()], place_of: vec![None; new.len()] }
    }

    /// Where both sides bear code and name of a tier.
    pub(super) fn by_code_and_name(&mut self, level: Level) {
        self.by_code(level, |old, new| (old.stem == new.stem).then_some(Ground::CodeAndName));
    }

    /// What is left with the same code on both sides.
    pub(super) fn by_code_alone(&mut self, level: Level) {
        self.by_code(level, |old, new| {
            Some(match stem(level, old.stem) {
                _ if is_respelling(old.stem, new.stem) => Ground::CodeAndRespelling,
                "社区" | "街道" => Ground::CodeOfUnnamed,
                _ => Ground::CodeOnly,
            })
        });
    }

    fn by_code(&mut self, level: Level, ground: impl Fn(&Side<'_>, &Side<'_>) -> Option<Ground>) {
        let (old, new) = (self.old, self.new);
        let rows: BTreeMap<&PlaceCode, usize> =
            new.iter().enumerate().map(|(at, row)| (row.code, at)).collect();
        for (place, own) in old.iter().enumerate().filter(|(_, own)| own.level == level) {
            let Some(&row) = rows.get(own.code) else { continue };
            if let Some(ground) = ground(own, &new[row]) {
                self.pair(place, row, ground);
            }
        }
    }

    /// Pairs what is left where one place and one row alone have the same key.
    pub(super) fn by_key<K: Ord>(
        &mut self,
        level: Level,
        ground: Ground,
        old_key: impl Fn(&Self, usize) -> Option<K>,
        new_key: impl Fn(&Self, usize) -> Option<K>,
    ) {
        let mut found: BTreeMap<K, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for place in (0..self.old.len()).filter(|at| self.old[*at].level == level) {
            if let Some(key) = old_key(self, place).filter(|_| self.row_of[place].is_none()) {
                found.entry(key).or_default().0.push(place);
            }
        }
        for row in (0..self.new.len()).filter(|at| self.new[*at].level == level) {
            if let Some(key) = new_key(self, row).filter(|_| self.place_of[row].is_none()) {
                found.entry(key).or_default().1.push(row);
            }
        }
        for (places, rows) in found.into_values() {
            // Two villages of one name in a county are common: a guess between them would move members to the wrong village.
            if let ([place], [row]) = (places.as_slice(), rows.as_slice()) {
                self.pair(*place, *row, ground);
            }
        }
    }

    fn pair(&mut self, place: usize, row: usize, ground: Ground) {
        // The grounds are tried from the surest to the weakest, so that what was found first stands.
        if self.row_of[place].is_none() && self.place_of[row].is_none() {
            self.row_of[place] = Some((row, ground));
            self.place_of[row] = Some(place);
        }
    }

    /// Places that would pass their codes round in a circle cannot: nobody can be first. They keep them, under the
    /// names that the list gives.
    pub(super) fn break_circles(&mut self) {
        let (old, new) = (self.old, self.new);
        let by_code: BTreeMap<&PlaceCode, usize> =
            old.iter().enumerate().map(|(at, place)| (place.code, at)).collect();
        let rows: BTreeMap<&PlaceCode, usize> =
            new.iter().enumerate().map(|(at, row)| (row.code, at)).collect();
        for start in 0..old.len() {
            let mut circle = vec![start];
            let mut at = start;
            while let Some((row, _)) = self.row_of[at].filter(|(row, _)| new[*row].code != old[at].code) {
                let Some(&next) = by_code.get(new[row].code) else { break };
                if next == start {
                    for place in &circle {
                        self.part(*place);
                    }
                    for place in circle {
                        if let Some(&row) = rows.get(old[place].code) {
                            self.pair(place, row, Ground::CodeOnly);
                        }
                    }
                    break;
                }
                // The way may lead into a circle that `start` is no part of.
                if circle.len() > old.len() {
                    break;
                }
                circle.push(next);
                at = next;
            }
        }
    }

    fn part(&mut self, place: usize) {
        if let Some((row, _)) = self.row_of[place].take() {
            self.place_of[row] = None;
        }
    }

    /// The row of the place that goes on for a place of the log, once `goes_on` says it for those that ended.
    pub(super) fn row(&self, place: usize, goes_on: &BTreeMap<usize, usize>) -> Option<usize> {
        self.row_of[place].map(|(row, _)| row).or_else(|| goes_on.get(&place).copied())
    }
}

/// The county's digits.
pub(super) fn county(code: &PlaceCode) -> Option<PlaceCode> {
    let mut code = code.clone();
    while code.level() < Level::County {
        code = code_above(&code)?;
    }
    (code.level() == Level::County).then_some(code)
}
