//! What the slides are drawn from: the city's view, its joint branches, and what is owed.

use domain::date::Date;
use domain::joint_branch::{Arrangement, Grade};
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use projections::rows::JointBranchRow;
use projections::{GradeCounts, Obligation, PartEntry, View};

use super::super::visit::Visit;

/// What every slide is told.
pub(crate) struct Matter<'a> {
    /// Who looks, and at which day.
    pub(crate) visit: &'a Visit,
    /// The city's code.
    pub(crate) code: &'a PlaceCode,
    /// The city's name.
    pub(crate) name: &'a str,
    /// Its view.
    pub(crate) view: &'a View<PartEntry>,
    /// Its joint branches, also those that have ended.
    pub(crate) rows: &'a [&'a JointBranchRow],
    /// What is owed, by date.
    pub(crate) owed: &'a [Obligation],
    /// The name of a place by its code.
    pub(crate) place_name: &'a dyn Fn(&PlaceCode) -> String,
}

impl Matter<'_> {
    /// A figure of the city; 0 where it has none.
    pub(crate) fn figure(&self, name: &str) -> f64 {
        self.view.figures.get(name).map_or(0.0, |found| found.value.as_f64())
    }

    /// A figure that counts.
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.figure(name) as u64
    }

    /// The last quarters that have ended by the day, the newest last.
    pub(crate) fn quarters(&self, count: i32) -> Vec<Quarter> {
        let first = Quarter::of(self.view.as_of.plus_months(-3 * count));
        std::iter::successors(Some(first), |quarter| Some(quarter.next()))
            .take(usize::try_from(count).unwrap_or(0))
            .collect()
    }

    /// The last quarter that has ended.
    pub(crate) fn last_quarter(&self) -> Quarter {
        Quarter::of(self.view.as_of).previous()
    }

    /// The grades of a quarter in the whole city.
    pub(crate) fn grades(&self, quarter: Quarter) -> GradeCounts {
        let counted = self.view.breakdowns.as_ref().map(|found| &found.grades_by_quarter);
        counted.and_then(|counted| counted.get(&quarter)).copied().unwrap_or_default()
    }

    /// The joint branches that a county leads.
    pub(crate) fn led_from<'s>(&'s self, county: &'s PlaceCode) -> impl Iterator<Item = &'s JointBranchRow> {
        self.rows.iter().copied().filter(|row| row.is_led_from(county))
    }

    /// How many joint branches of a county have which grade in a quarter: good, fair, poor.
    pub(crate) fn grades_in(&self, county: &PlaceCode, quarter: Quarter) -> [u64; 3] {
        let mut counts = [0; 3];
        for found in self.led_from(county).filter_map(|row| row.evaluations.get(&quarter)) {
            counts[match found.grade {
                Grade::Good => 0,
                Grade::Fair => 1,
                Grade::Poor => 2,
            }] += 1;
        }
        counts
    }

    /// Mergers and pairings at work on a day.
    pub(crate) fn live_on(&self, day: Date) -> [u64; 2] {
        let mut counts = [0; 2];
        for row in self.rows.iter().filter(|row| was_live(row, day)) {
            counts[usize::from(row.arrangement == Arrangement::Pairing)] += 1;
        }
        counts
    }

    /// Another page, in the same past.
    pub(crate) fn link(&self, path: &str) -> String {
        self.visit.link(path)
    }

    /// The name of the county of a joint branch.
    pub(crate) fn county_of(&self, row: &JointBranchRow) -> String {
        row.county.as_ref().map(|county| county.name.to_string()).unwrap_or_default()
    }
}

fn was_live(row: &JointBranchRow, day: Date) -> bool {
    let established = row.establishment.as_ref().is_some_and(|decision| decision.effective_date <= day);
    established && row.dissolved_on.is_none_or(|dissolved| day < dissolved)
}
