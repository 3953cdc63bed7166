//! 存量登记 in the views: what waits is counted nowhere, and nothing is owed for days before the register.

use domain::joint_branch::Phase;
use domain::registration::FactName;
use domain::say::say;

use super::life::registrations::{COUNTY, STANDING, TOWNSHIP, WAITING};
use super::life::{Life, code, policy, reading};
use crate::{Obligation, ObligationKind, county_view, joint_branch_view, obligations_view};

fn life(until: usize) -> Life {
    let mut life = Life::default();
    life.place("5108", "广元市", None);
    life.county_with_a_past();
    let steps: [&dyn Fn(&mut Life); 4] = [
        &|life| life.open_register("2018-05-02"),
        &|life| life.register("2018-05-10", STANDING, [1, 2]),
        &|life| life.confirm("2018-05-20", STANDING),
        &|life| life.complete("2018-06-01", STANDING),
    ];
    steps[..until].iter().for_each(|step| step(&mut life));
    life
}

fn figure(life: &Life, on: &str, name: &str) -> u64 {
    let (views, policies) = (life.views(), policy());
    county_view(reading(&views, &policies, on), &code(COUNTY)).unwrap().figures[name].value.as_u64().unwrap()
}

fn owed(life: &Life, on: &str) -> Vec<Obligation> {
    let (views, policies) = (life.views(), policy());
    let found = reading(&views, &policies, on);
    obligations_view(found, &code(TOWNSHIP), Default::default()).unwrap().rows
}

#[test]
fn what_waits_for_confirmation_is_counted_nowhere() {
    let waiting = life(2);
    let zero =
        ["joint_branches", "mergers", "registered_before", "proposals_open", "poor", "villages_covered"];
    for name in zero {
        assert_eq!(figure(&waiting, "2018-05-15", name), 0, "{name}");
    }
    assert!(owed(&waiting, "2019-01-31").is_empty());
    let confirmed = life(3);
    for name in ["joint_branches", "mergers", "registered_before"] {
        assert_eq!(figure(&confirmed, "2018-05-21", name), 1, "{name}");
    }
}

#[test]
fn nothing_is_owed_for_quarters_that_ended_before_and_everything_after() {
    let confirmed = life(3);
    assert!(owed(&confirmed, "2018-06-30").is_empty(), "{:?}", owed(&confirmed, "2018-06-30"));
    assert_eq!(figure(&confirmed, "2018-07-31", "evaluations_missing"), 1);
    let quarters: Vec<_> = owed(&confirmed, "2018-10-01").iter().filter_map(|row| row.quarter).collect();
    assert_eq!(quarters.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2018Q2", "2018Q3"]);
    // The poor grade of 2018Q1 calls for no order, and the survey and filing of then are nobody's.
    assert!(owed(&confirmed, "2018-10-01").iter().all(|row| row.kind == ObligationKind::Evaluation));
}

#[test]
fn what_was_entered_before_the_register_was_opened_stops_being_owed() {
    let mut life = Life::whole();
    let before = obligations(&life);
    assert!(before.iter().any(|row| row.due < "2019-12-31".parse().unwrap()), "{before:?}");
    let county = domain::ids::PlaceId(ulid::Ulid(510_811));
    let (from, closes_on) = ("2020-01-01".parse().unwrap(), "2020-12-31".parse().unwrap());
    let opened = domain::event_data::registrations::RegisterOpened { county, from, closes_on };
    life.then("2020-01-01", domain::EventBody::RegisterOpened(opened));
    let after = obligations(&life);
    assert!(after.iter().all(|row| row.due >= from), "{after:?}");
}

fn obligations(life: &Life) -> Vec<Obligation> {
    let (views, policies) = (life.views(), policy());
    obligations_view(reading(&views, &policies, "2020-06-30"), &code("510811"), Default::default())
        .unwrap()
        .rows
}

#[test]
fn the_row_says_what_is_on_file_and_what_is_not() {
    let row = |life: &Life| {
        let (views, policies) = (life.views(), policy());
        let view = joint_branch_view(reading(&views, &policies, "2018-06-30"), STANDING).unwrap();
        view.rows.into_iter().next().unwrap().row
    };
    let confirmed = row(&life(3));
    assert_eq!(confirmed.phase, Phase::Operating);
    assert_eq!(confirmed.established(), Some(say("2016年5月", "2016-05")));
    let missing = |row: &crate::rows::JointBranchRow| row.registration.as_ref().unwrap().missing.clone();
    let all = [
        FactName::Mode,
        FactName::Approval,
        FactName::Survey,
        FactName::Secretary,
        FactName::TermEnd,
        FactName::Committee,
        FactName::CoLocation,
    ];
    assert_eq!(missing(&confirmed), all);
    let completed = row(&life(4));
    assert!(!missing(&completed).contains(&FactName::Approval));
    assert_eq!(completed.registration.as_ref().unwrap().completions.len(), 1);
    assert_ne!(STANDING, WAITING);
}
