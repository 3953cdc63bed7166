//! Rehearsals, given/when/then: which recorded command a proposal would have refused, by which rule, and which it does not
//! reach.

use super::*;
use crate::account::Role;
use crate::actor::Actor;
use crate::evolve;
use crate::joint_branch::{Form, Grade};
use crate::testing::city::{CITY_ORGAN, SECRETARY, V1, V2};
use crate::testing::drafts::{assign, county, evaluate, merge, officer, order, review, survey};
use crate::testing::{City, date};
use crate::thresholds::ThresholdChanges;

/// Every figure as it is by default.
pub(crate) fn figures_in_force(policy: &Policy) -> ThresholdChanges {
    serde_json::from_value(serde_json::to_value(policy.thresholds).unwrap()).unwrap()
}

fn data(jurisdiction: &str, figures: ThresholdChanges) -> IssuePolicy {
    let (jurisdiction, code_lists) = (jurisdiction.parse().unwrap(), std::collections::BTreeMap::new());
    IssuePolicy { id: None, jurisdiction, figures, code_lists, reason: None }
}

fn proposed(
    city: &City,
    jurisdiction: &str,
    figures: ThresholdChanges,
    since: &str,
) -> Result<Proposal, Vec<Rejection>> {
    Proposal::new(&city.state, &city.policy, data(jurisdiction, figures), date(since), date("2026-06-30"))
}

/// Proposed as if in force for ever.
pub(crate) fn proposal(city: &City, jurisdiction: &str, figures: ThresholdChanges) -> Proposal {
    proposed(city, jurisdiction, figures, "1949-10-01").unwrap()
}

/// What becomes of each command of a city's log, by the position of its first event.
pub(crate) fn rehearse(city: &City, proposal: &Proposal) -> Vec<(u64, Rehearsed)> {
    let mut state = City::empty().state;
    let mut found = Vec::new();
    for events in city.log.chunk_by(|one, next| one.meta.command_id == next.meta.command_id) {
        let (before, mut book) = (state.clone(), proposal.book(&state));
        let rehearsed = proposal.rehearse(&mut state, &mut book, &city.policy, events);
        // It leaves the state as it is.
        assert_eq!((&state, book), (&before, proposal.book(&before)));
        found.push((events[0].meta.position, rehearsed));
        events.iter().for_each(|event| evolve(&mut state, event));
    }
    assert_eq!(state, city.state);
    found
}

/// The commands that would have been decided otherwise.
fn otherwise(city: &City, proposal: &Proposal) -> Vec<(&'static str, Otherwise)> {
    let all = rehearse(city, proposal).into_iter();
    let others = all.filter_map(|(_, found)| match found {
        Rehearsed::Otherwise(kind, otherwise) => Some((kind.name(), otherwise)),
        Rehearsed::Unlike => panic!("the log is not what the rules decide"),
        Rehearsed::Untouched | Rehearsed::Same(_) => None,
    });
    others.collect()
}

#[track_caller]
fn refused(city: &City, proposal: &Proposal, expected: &[(&str, &str)]) {
    let found = otherwise(city, proposal);
    let rule = |found: &Otherwise| found.refused.as_ref().map_or("-", Rejection::rule);
    assert_eq!(found.iter().map(|(name, found)| (*name, rule(found))).collect::<Vec<_>>(), expected);
}

fn favour(percent: u32) -> ThresholdChanges {
    ThresholdChanges { survey_favour_percent: Some(percent), ..Default::default() }
}

/// A merger whose first village was in favour by 65 per cent, established on 2019-03-01.
fn narrow() -> City {
    City::proposed().given(survey(&[(V1, 100, 65), (V2, 100, 100)])).given(merge())
}

/// As the city's office issues it, on the day on which it is recorded.
fn issued(figures: ThresholdChanges, number: &str, on: &str) -> crate::testing::drafts::Draft {
    let actor = Actor { id: "office-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() };
    let draft = county(CommandBody::IssuePolicy(data("5108", figures)), number, on);
    draft.by(actor).behalf(CITY_ORGAN).recorded(on)
}

#[test]
fn what_the_proposed_figure_refuses_is_named_with_its_rule_and_what_follows_is_judged_on_what_is_recorded() {
    let city = narrow().given(assign(SECRETARY));
    refused(&city, &proposal(&city, "5108", favour(70)), &[("merge-branches", "survey-favour")]);
    refused(&city, &proposal(&city, "510811", favour(70)), &[("merge-branches", "survey-favour")]);
    // Below what the villages said nothing changes.
    refused(&city, &proposal(&city, "5108", favour(65)), &[]);
}

#[test]
fn it_reaches_no_day_before_and_no_other_county() {
    let city = narrow();
    let since = |day| proposed(&city, "5108", favour(70), day).unwrap();
    refused(&city, &since("2019-03-02"), &[]);
    refused(&city, &since("2019-03-01"), &[("merge-branches", "survey-favour")]);
    refused(&city, &proposal(&city, "510824", favour(70)), &[]);
    let reached = rehearse(&city, &proposal(&city, "510824", favour(70)));
    let merged = reached.last().unwrap();
    assert_eq!(merged.1, Rehearsed::Untouched);
}

#[test]
fn it_has_the_last_word_on_every_day_over_what_was_issued_later() {
    let city = City::proposed().given(survey(&[(V1, 100, 75), (V2, 100, 100)]));
    let city = city.given(issued(favour(70), "广委组〔2019〕9号", "2019-02-20")).given(merge());
    refused(&city, &proposal(&city, "5108", favour(80)), &[("merge-branches", "survey-favour")]);
    refused(&city, &proposal(&city, "5108", favour(70)), &[]);
}

#[test]
fn where_the_rule_allows_an_exception_it_is_refused_without_one_and_an_override_that_nothing_needs_is_left_out()
 {
    let standing = |years| ThresholdChanges { secretary_standing_years: Some(years), ..Default::default() };
    let city = City::headed();
    refused(&city, &proposal(&city, "5108", standing(20)), &[("assign-secretary", "party-standing")]);
    let strict = City::merged().given(issued(standing(20), "广委组〔2019〕9号", "2019-02-20"));
    let city = strict.given(assign(SECRETARY).by(officer("officer-1")).overriding());
    let found = otherwise(&city, &proposal(&city, "5108", standing(1)));
    let [(name, found)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((*name, &found.refused), ("assign-secretary", &None));
    assert_eq!(found.no_longer_warned, ["party-standing"]);
    assert!(found.changed.is_empty());
}

#[test]
fn a_result_that_is_another_is_told_and_is_no_refusal() {
    let floor =
        |percent| ThresholdChanges { satisfaction_floor_percent: Some(percent), ..Default::default() };
    let city = City::headed().given(evaluate("2019Q1", Grade::Poor)).given(order("2019-07-20"));
    let city = city.given(review(true, (4, 3), (200, 150)));
    let found = otherwise(&city, &proposal(&city, "5108", floor(80)));
    let [(name, found)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((*name, &found.refused), ("review-rectification", &None));
    assert_eq!(found.changed, ["joint-branch.rectification-reviewed"]);
}

#[test]
fn undone_it_is_as_if_it_had_not_been_proposed() {
    let city = narrow();
    assert!(!otherwise(&city, &proposal(&city, "5108", favour(70))).is_empty());
    refused(&city, &proposal(&city, "5108", favour(60)), &[]);
    assert_eq!(city.joint().form, Form::Branch);
}

#[test]
fn a_policy_that_could_not_be_issued_is_refused_with_all_that_is_wrong_with_it() {
    let city = City::new();
    let wrong = ThresholdChanges {
        survey_favour_percent: Some(101),
        term_years: Some(6),
        rectification_minimum_months: Some(7),
        ..Default::default()
    };
    let rules = |refused: Vec<Rejection>| refused.iter().map(Rejection::rule).collect::<Vec<_>>();
    let found = rules(proposed(&city, "5108", wrong, "2019-01-01").unwrap_err());
    assert_eq!(found, ["policy-consistent", "policy-below-regulation", "policy-consistent"]);
    let found = rules(proposed(&city, "510811", favour(59), "2019-01-01").unwrap_err());
    assert_eq!(found, ["policy-within-city"]);
    let found = rules(proposed(&city, "5108", ThresholdChanges::default(), "2019-01-01").unwrap_err());
    assert_eq!(found, ["nothing-to-record"]);
    for nowhere in ["510899", "510811100"] {
        let found = rules(proposed(&city, nowhere, favour(70), "2019-01-01").unwrap_err());
        assert_eq!(found, ["unknown-reference"], "{nowhere}");
    }
}
