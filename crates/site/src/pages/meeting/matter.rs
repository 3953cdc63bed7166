//! What the slides are drawn from: the city's view, its joint branches, and what is owed.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::joint_branch::{Arrangement, Grade};
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use maud::{Markup, html};
use projections::rows::JointBranchRow;
use projections::{GradeCounts, Obligation, ObligationKind, PartEntry, View};

use super::super::visit::Visit;

/// What every slide is told.
pub(crate) struct Matter<'a> {
    /// Who looks, and at which day.
    pub(crate) visit: &'a Visit,
    /// The code of the city, or of the place that a brief is of.
    pub(crate) code: &'a PlaceCode,
    /// The city's name.
    pub(crate) name: &'a str,
    /// Its view.
    pub(crate) view: &'a View<PartEntry>,
    /// The joint branches that are led from there, also those that have ended.
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

    /// So many quarters that have ended by the day, the newest last.
    pub(crate) fn quarters(&self, count: usize) -> Vec<Quarter> {
        Quarter::last_ended(self.view.as_of, count).collect()
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

    /// How many joint branches of a county have which grade in each quarter: good, fair, poor.
    pub(crate) fn grades_of(&self, county: &PlaceCode) -> BTreeMap<Quarter, [u64; 3]> {
        let mut counts = BTreeMap::<Quarter, [u64; 3]>::new();
        let own = self.rows.iter().filter(|row| row.is_led_from(county));
        for (quarter, found) in own.flat_map(|row| &row.evaluations) {
            counts.entry(*quarter).or_default()[match found.grade {
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
        for row in self.rows.iter().filter(|row| row.was_live_on(day)) {
            counts[usize::from(row.arrangement == Arrangement::Pairing)] += 1;
        }
        counts
    }

    /// How many matters a place and what lies in it has let pass.
    pub(crate) fn overdue_in(&self, place: &PlaceCode) -> usize {
        let lies_there =
            |owed: &&Obligation| owed.owner.code.as_ref().is_some_and(|code| code.is_within(place));
        self.owed.iter().filter(|owed| owed.overdue).filter(lies_there).count()
    }

    /// Every kind of which something is overdue, the most first.
    pub(crate) fn overdue_by_kind(&self) -> Vec<(ObligationKind, usize)> {
        let mut counts = BTreeMap::<ObligationKind, usize>::new();
        for owed in self.owed.iter().filter(|owed| owed.overdue) {
            *counts.entry(owed.kind).or_default() += 1;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// Another page, in the same past.
    pub(crate) fn link(&self, path: &str) -> String {
        self.visit.link(path)
    }

    /// A joint branch in a table of cases: its name, which leads to it, its county, and what is said of it.
    pub(crate) fn case(&self, row: &JointBranchRow, told: &Markup) -> Markup {
        let county = row.county.as_ref().map(|county| county.name.as_str()).unwrap_or_default();
        html! {
            tr {
                th scope="row" { a href=(self.link(&format!("/joint-branches/{}", row.id))) { (row.name) } }
                td { (county) }
                (told)
            }
        }
    }

    /// What of a figure does not fit on the slide, as a link to all of it.
    pub(crate) fn more(&self, all: usize, shown: usize, figure: &str) -> Markup {
        let rest = all.saturating_sub(shown);
        html! {
            @if rest > 0 {
                p { a href=(self.link(&format!("/figures/{}/{figure}", self.code))) { (self.visit.language.pick(format!("另有 {rest} 个，看全部"), format!("{rest} more: see all"))) } }
            }
        }
    }

    /// How long something is overdue.
    pub(crate) fn late(&self, days: i32) -> String {
        self.visit.language.pick(format!("逾期 {days} 天"), format!("{days} days late"))
    }
}
