//! Figures at the edge: at the figure and on each side, before and after a policy that changes it.

use super::tests::{by_city, data, figures};
use crate::commands::change_place::PlaceChange;
use crate::commands::{ChangePlace, ProposeJointBranch};
use crate::joint_branch::Form;
use crate::place::Level;
use crate::rejection::Rejection;
use crate::testing::City;
use crate::testing::city::{CITY_ORGAN, OTHER_JOINT, V1, V2, V3, members};
use crate::testing::drafts::places::{change_place, changing};
use crate::testing::drafts::{Draft, merge, order, proposal, propose, survey};
use crate::thresholds::ThresholdChanges;

/// Which of the drafts the city refuses, by their marks.
fn refused<'a>(city: &City, drafts: impl IntoIterator<Item = (&'a str, Draft)>) -> Vec<&'a str> {
    let is_refused = |draft: Draft| city.when(draft).decision.is_err();
    drafts.into_iter().filter(|(_, draft)| is_refused(draft.clone())).map(|(mark, _)| mark).collect()
}

fn changed(city: City, changes: ThresholdChanges, on: &str) -> City {
    city.given(by_city(data("5108", changes), on))
}

#[test]
fn the_shortest_rectification() {
    // Ordered on 2019-04-20: one month, or two by the policy.
    let days = ["2019-05-19", "2019-05-20", "2019-05-21", "2019-06-19", "2019-06-20", "2019-06-21"];
    let orders = || days.map(|day| (day, order(day)));
    let two = figures(|own| own.rectification_minimum_months = Some(2));
    assert_eq!(refused(&City::poor(), orders()), days[..1]);
    assert_eq!(refused(&changed(City::poor(), two, "2019-04-20"), orders()), days[..4]);
    // Of a policy from the day after on the order knows nothing.
    assert_eq!(refused(&changed(City::poor(), two, "2019-04-21"), orders()), days[..1]);
}

#[test]
fn the_history_of_a_failure() {
    // Dissolved as failed on 2019-08-20: shown for 24 months, or for 23 by the policy.
    let again = |day: &'static str| {
        let data = ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(&[V1, V2]) };
        propose(data).on(day)
    };
    let warned = |city: &City, day| {
        let decision = city.when(again(day)).decision.unwrap();
        decision.warnings.iter().any(|warning| warning.rule == "failed-history")
    };
    let city = City::dissolved();
    assert_eq!(["2021-08-19", "2021-08-20", "2021-08-21"].map(|day| warned(&city, day)), [true, true, false]);
    let shorter = figures(|own| own.failed_history_months = Some(23));
    let changed = changed(City::dissolved(), shorter, "2021-07-20");
    assert_eq!(
        ["2021-07-19", "2021-07-20", "2021-07-21"].map(|day| warned(&changed, day)),
        [true, true, false]
    );
    // One member of it is no history, two are.
    let data = ProposeJointBranch { id: Some(OTHER_JOINT), ..proposal(&[V1, V3]) };
    let one = city.when(propose(data).on("2021-08-19")).decision.unwrap();
    assert!(one.warnings.iter().all(|warning| warning.rule != "failed-history"));
}

#[test]
fn the_level_that_approves_the_form_of_a_committee() {
    let superior_decision = "昭委组〔2019〕2号".parse().ok();
    let data = ProposeJointBranch { form: Form::Committee, superior_decision, ..proposal(&[V1, V2]) };
    let city = City::new().given(members(V1, 98, 0)).given(propose(data));
    let city = city.given(survey(&[(V1, 100, 100), (V2, 100, 100)]));
    city.when(merge()).accepted();
    let higher = figures(|own| own.committee_form_level = Some(Level::City));
    let changed_on = |on| changed(city.clone(), higher, on);
    changed_on("2019-03-02").when(merge()).accepted();
    let by_policy = Rejection::CommitteeApproval { needed: Level::City };
    changed_on("2019-03-01").when(merge()).refused(by_policy);
    let office = crate::actor::Actor {
        scope: "5108".parse().unwrap(),
        ..crate::testing::drafts::officer("officer-3")
    };
    changed_on("2019-03-01").when(merge().by(office).behalf(CITY_ORGAN)).accepted();
}

#[test]
fn a_county_that_is_recoded_keeps_its_policy() {
    let two = figures(|own| own.rectification_minimum_months = Some(2));
    let city = City::poor().given(by_city(data("510811", two), "2019-03-01"));
    let recode = ChangePlace { code: "510817".parse().ok(), ..changing("510811", PlaceChange::Recode) };
    let city = city.given(change_place(recode).on("2019-04-01"));
    let of = |code: &str| {
        let county = code.parse().unwrap();
        city.state.policies.resolve(&city.policy, "2019-05-01".parse().unwrap(), Some(&county)).thresholds
    };
    assert_eq!(of("510817").rectification_minimum_months, 2);
    assert_ne!(of("510811").rectification_minimum_months, 2, "the code may be another county's by now");
}

#[test]
fn the_shares_of_premises_are_no_more_than_the_whole() {
    let shares = |structure: u32, on: &str| {
        by_city(data("5108", figures(|figures| figures.premises_structure_percent = Some(structure))), on)
    };
    City::new().when(shares(31, "2019-01-01")).refused_by("policy-consistent");
    City::new().when(shares(30, "2019-01-01")).accepted();
}
