//! The trend of headline figures: what they were at the end of each of the last quarters, as it is known now.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::joint_branch::Arrangement;
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use projections::{View, Views};

use crate::pages::tier::TREND_QUARTERS;

/// The values of the figures that have a trend, the newest last.
pub(super) fn trend<R>(views: &Views, code: &PlaceCode, view: &View<R>) -> BTreeMap<&'static str, Vec<u64>> {
    let ends: Vec<(Quarter, Date)> =
        Quarter::last_ended(view.as_of, TREND_QUARTERS).map(|quarter| (quarter, quarter.end())).collect();
    let (mut mergers, mut pairings) = (vec![0; ends.len()], vec![0; ends.len()]);
    for row in views.readable_by(code).filter(|row| row.is_led_from(code)) {
        let counts = match row.arrangement {
            Arrangement::Merger => &mut mergers,
            Arrangement::Pairing => &mut pairings,
        };
        for (count, (_, end)) in counts.iter_mut().zip(&ends) {
            *count += u64::from(row.was_live_on(*end));
        }
    }
    let all = mergers.iter().zip(&pairings).map(|(merged, paired)| merged + paired).collect();
    let graded = |pick: fn(&projections::GradeCounts) -> u64| {
        let counts = view.breakdowns.as_ref().map(|found| &found.grades_by_quarter);
        let count = |quarter: &Quarter| counts.and_then(|counts| counts.get(quarter)).map_or(0, pick);
        ends.iter().map(|(quarter, _)| count(quarter)).collect::<Vec<_>>()
    };
    BTreeMap::from([
        ("joint_branches", all),
        ("mergers", mergers),
        ("pairings", pairings),
        ("poor", graded(|counts| counts.poor)),
        ("evaluations_missing", graded(|counts| counts.missing)),
    ])
}
