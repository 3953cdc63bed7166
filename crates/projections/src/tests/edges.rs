//! Figures that only views read, at the figure and on each side, by the default and by a policy.

use domain::thresholds::ThresholdChanges;
use domain::{Policy, PolicyCalendar};

use super::life::{BAIGUO, Life, MERGER, YUANBA, code, reading};
use crate::{Views, joint_branch_view, obligations_view};

fn calendar(views: &Views) -> PolicyCalendar {
    PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies())
}

/// Whether something of the kind is owed in a place on a day, and overdue.
fn owed(views: &Views, place: &str, kind: &str, on: &str) -> Option<bool> {
    let calendar = calendar(views);
    let view = obligations_view(reading(views, &calendar, on), &code(place), Default::default())
        .map(super::wire)
        .unwrap();
    let row = view.rows.into_iter().find(|row| row["kind"] == kind)?;
    row["overdue"].as_bool()
}

fn with(recorded: &str, from: &str, change: fn(&mut ThresholdChanges)) -> Views {
    let mut changes = ThresholdChanges::default();
    change(&mut changes);
    let mut life = Life::until(recorded);
    life.policy((from, from), "5108", changes);
    life.views()
}

#[test]
fn a_post_may_be_vacant_for_three_months() {
    // Vacant since 2019-04-15.
    let views = Life::until("2019-05-20").views();
    let on = |views: &Views, day| owed(views, YUANBA, "secretary", day);
    let days = ["2019-07-14", "2019-07-15", "2019-07-16"];
    assert_eq!(days.map(|day| on(&views, day)), [Some(false), Some(false), Some(true)]);
    let one = |from| with("2019-05-20", from, |own| own.secretary_vacant_months = Some(1));
    let (before, after) = (one("2019-04-15"), one("2019-04-16"));
    assert_eq!(["2019-05-15", "2019-05-16"].map(|day| on(&before, day)), [Some(false), Some(true)]);
    // The vacancy began before this policy.
    assert_eq!(days.map(|day| on(&after, day)), [Some(false), Some(false), Some(true)]);
}

#[test]
fn a_term_is_reminded_of_six_months_before_its_end() {
    // The term ends on 2024-02-09.
    let views = Life::until("2019-02-10").views();
    let is_owed = |views: &Views, day| owed(views, BAIGUO, "term", day).is_some();
    assert_eq!(
        ["2023-08-08", "2023-08-09", "2023-08-10"].map(|day| is_owed(&views, day)),
        [false, true, true]
    );
    assert_eq!(
        ["2024-02-09", "2024-02-10"].map(|day| owed(&views, BAIGUO, "term", day)),
        [Some(false), Some(true)]
    );
    let year = with("2019-02-10", "2023-03-01", |own| own.term_reminder_months = Some(12));
    let days = ["2023-02-28", "2023-03-01", "2023-08-08"];
    assert_eq!(days.map(|day| is_owed(&year, day)), [false, true, true]);
}

#[test]
fn an_entry_is_late_from_seven_days_on_and_the_citys_policy_may_raise_that() {
    use domain::EventBody;
    use domain::event_data::cycle::QuarterEvaluated;
    let late = |recorded: &str, days: Option<u32>| {
        let mut life = Life::until("2019-02-10");
        let graded = QuarterEvaluated {
            joint_branch: MERGER,
            quarter: "2019Q1".parse().unwrap(),
            grade: domain::joint_branch::Grade::Good,
            findings: Vec::new(),
            indicators: Default::default(),
        };
        if let Some(days) = days {
            let changes = ThresholdChanges { late_entry_days: Some(days), ..ThresholdChanges::default() };
            life.policy(("2019-02-20", "2019-02-20"), "5108", changes);
        }
        life.later("2019-04-05", recorded, EventBody::QuarterEvaluated(graded));
        let views = life.views();
        let calendar = calendar(&views);
        let view =
            joint_branch_view(reading(&views, &calendar, "2019-05-01"), MERGER).map(super::wire).unwrap();
        view.rows[0]["late_entries"].as_u64().unwrap()
    };
    let before = late("2019-04-05", None);
    let days = ["2019-04-11", "2019-04-12", "2019-04-13"];
    assert_eq!(days.map(|day| late(day, None) - before), [0, 1, 1]);
    assert_eq!(days.map(|day| late(day, Some(8)) - before), [0, 0, 1]);
}
