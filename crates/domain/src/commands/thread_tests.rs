//! What is entered late takes effect on its own day, in whatever order it is entered, and stops only at its own thread.

use std::collections::BTreeMap;

use crate::date::Date;
use crate::evolve::evolve;
use crate::joint_branch::Grade;
use crate::organization::{FigureValue, ProfileFigure};
use crate::quarter::Quarter;
use crate::rejection::Rejection;
use crate::state::CityState;
use crate::testing::city::{JOINT, SECRETARY, V1, members, profile};
use crate::testing::drafts::work::act;
use crate::testing::drafts::{Draft, assign, evaluate, order, relieve, review};
use crate::testing::{City, date};

/// What was forgotten, in the order of its days; no two of one thread that asks for an order.
fn forgotten() -> Vec<Draft> {
    vec![
        evaluate("2019Q1", Grade::Good).on("2019-04-20"),
        relieve(SECRETARY),
        members(V1, 7, 1).on("2019-06-01"),
        evaluate("2019Q2", Grade::Poor).on("2019-07-09"),
        profile(V1, ProfileFigure::Households, "110").on("2019-08-01"),
        members(V1, 9, 0).on("2020-01-01"),
    ]
}

/// What a reader sees of it.
#[derive(Debug, PartialEq)]
struct Seen {
    in_post: bool,
    vacant_since: Option<Date>,
    grades: BTreeMap<Quarter, Grade>,
    poor_standing: BTreeMap<Quarter, Date>,
    counts: (u32, u32),
    households: Option<FigureValue>,
    /// From which days the counts are.
    counted_on: (Date, Date),
}

fn seen(state: &CityState) -> Seen {
    let (found, organization) = (&state.joint_branches[&JOINT], &state.organizations[&V1]);
    Seen {
        in_post: found.secretary.is_some(),
        vacant_since: found.vacant_since,
        grades: found.evaluations.iter().map(|(quarter, graded)| (*quarter, graded.grade)).collect(),
        poor_standing: found.poor_standing.clone(),
        counts: (organization.formal_members, organization.probationary_members),
        households: organization.profile.get(&ProfileFigure::Households).map(|found| found.value.clone()),
        counted_on: (
            organization.formal_members_recorded.effective_date,
            organization.probationary_members_recorded.effective_date,
        ),
    }
}

/// Every order of these.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let shorter = orders(count - 1);
    let inserted = |order: &Vec<usize>, at: usize| {
        let mut longer = order.clone();
        longer.insert(at, count - 1);
        longer
    };
    shorter.iter().flat_map(|order| (0..count).map(move |at| inserted(order, at))).collect()
}

/// What is seen of a day: the log folded in its own order, without what takes effect later.
fn as_of(city: &City, day: Date) -> Seen {
    let mut state = CityState::new(city.state.city.clone());
    city.log.iter().filter(|event| event.folded_on() <= day).for_each(|event| evolve(&mut state, event));
    seen(&state)
}

#[test]
fn what_was_forgotten_gives_the_same_views_in_whatever_order_it_is_entered() {
    let base = City::headed();
    let sorted = forgotten().into_iter().fold(base.clone(), City::given);
    let days: Vec<Date> = forgotten().iter().map(|draft| draft.header.effective_date).collect();
    let mut tried = 0;
    for order in orders(days.len()) {
        let city = order.iter().fold(base.clone(), |city, at| city.given(forgotten().swap_remove(*at)));
        assert_eq!(seen(&city.state), seen(&sorted.state), "{order:?}");
        for day in &days {
            assert_eq!(as_of(&city, *day), as_of(&sorted, *day), "{order:?} on {day}");
            let before = day.plus_days(-1);
            assert_eq!(as_of(&city, before), as_of(&sorted, before), "{order:?} on {before}");
        }
        tried += 1;
    }
    assert_eq!(tried, 720);
    assert_eq!(seen(&sorted.state).counts, (9, 0));
}

#[test]
fn a_forgotten_relief_takes_effect_on_its_own_day() {
    let graded = City::headed().given(evaluate("2026Q1", Grade::Good).on("2026-04-10"));
    let relieved = graded.when(relieve(SECRETARY).on("2023-05-08").decided("2023-05-06")).accepted();
    assert_eq!(relieved.joint().vacant_since, Some(date("2023-05-08")));
    assert!(as_of(&relieved, date("2023-05-07")).in_post);
    assert!(!as_of(&relieved, date("2023-05-08")).in_post);
    // In its own thread it goes before nothing: the one who leaves came on 2019-03-15.
    let early = relieve(SECRETARY).on("2019-03-14").decided("2019-03-13");
    graded.when(early).refused(Rejection::EffectiveOrder {
        entity: "联合党支部".into(),
        effective: date("2019-03-14"),
        latest: date("2019-03-15"),
    });
    graded.when(relieve(SECRETARY).on("2019-03-15").decided("2019-03-14")).accepted();
    let again = relieved.when(assign(SECRETARY).on("2023-05-07")).decision;
    assert_eq!(again.map_err(|found| found.rule()).map(drop), Err("effective-order"));
}

#[test]
fn a_decision_that_cannot_go_before_another_says_for_which_day_it_was_taken() {
    // The relief of 2019-03-10 was forgotten, and its successor of 2019-03-15 is on file: it holds from then on.
    let headed = City::headed();
    let forgotten = |on: &str, own: &str| {
        relieve(SECRETARY).on(on).decided_on(own).decided("2019-03-09").paper("白委〔2019〕8号", "2019-03-09")
    };
    let relieved = headed.when(forgotten("2019-03-15", "2019-03-10")).accepted();
    let last = relieved.log.last().map(|event| (event.meta.effective_date, event.meta.decided_on));
    assert_eq!(last, Some((date("2019-03-15"), Some(date("2019-03-10")))));
    assert_eq!(relieved.joint().vacant_since, Some(date("2019-03-15")));
    // Not from a later day than the first one that may follow,
    let (effective, earliest) = (date("2019-03-16"), date("2019-03-15"));
    let later = Rejection::DecidedOnLater { effective, earliest };
    headed.when(forgotten("2019-03-16", "2019-03-10")).refused(later);
    // not where it could hold from its own day,
    for own in ["2019-03-15", "2019-03-16"] {
        let unneeded = Rejection::DecidedOnUnneeded { decided_on: date(own) };
        headed.when(forgotten("2019-03-15", own)).refused(unneeded);
    }
    // and neither meeting nor document may be of after the day that it was taken for.
    for (day, what) in [("2019-03-11", "meeting"), ("2019-03-10", "paper")] {
        let draft = forgotten("2019-03-15", "2019-03-10").decided(day);
        let draft = if what == "paper" { draft.paper("白委〔2019〕8号", "2019-03-11") } else { draft };
        let refused = headed.when(draft).decision.map_err(|found| found.rule()).map(drop);
        assert_eq!(refused, Err("date-order"), "{what}");
    }
    // Where nothing has to be followed, no day of its own is said.
    let unneeded = Rejection::DecidedOnUnneeded { decided_on: date("2019-04-01") };
    let activity = act("510811100201", "2019-05-06").decided_on("2019-04-01");
    headed.when(activity).refused(unneeded);
}

#[test]
fn a_grade_goes_before_no_order_or_review_that_would_have_answered_it() {
    let order = |on: &str| order("2019-10-31").on(on);
    let ordered = City::poor().given(order("2019-07-20"));
    let late = |on: &str| evaluate("2019Q2", Grade::Poor).on(on);
    ordered.when(late("2019-07-20")).accepted();
    let refused = ordered.when(late("2019-07-19")).decision.map_err(|found| found.rule()).map(drop);
    assert_eq!(refused, Err("effective-order"));
    // Nor does an order go before a grade.
    let graded = City::poor().given(late("2019-07-22"));
    let refused = graded.when(order("2019-07-20")).decision.map_err(|found| found.rule()).map(drop);
    assert_eq!(refused, Err("effective-order"));
    graded.when(order("2019-07-22")).accepted();
    // A secretary who left meanwhile is entered after the review.
    let reviewed = City::rectifying().given(review(true, (4, 4), (200, 200)));
    reviewed.when(relieve(SECRETARY).on("2019-06-01").decided("2019-05-31")).accepted();
}

#[test]
fn figures_of_an_earlier_day_replace_none_of_a_later_one() {
    let city = City::headed().given(members(V1, 9, 0).on("2026-03-01"));
    let late = city.when(members(V1, 7, 1).on("2024-12-31")).accepted();
    assert_eq!(seen(&late.state).counts, (9, 0));
    assert_eq!(as_of(&late, date("2025-06-30")).counts, (7, 1));
    // Of the same day the later record counts.
    let same = city.when(members(V1, 8, 0).on("2026-03-01")).accepted();
    assert_eq!(seen(&same.state).counts, (8, 0));
    // Nothing is known of a day before it was registered.
    let early = city.when(members(V1, 7, 1).on("2017-12-31")).decision;
    assert_eq!(early.map_err(|found| found.rule()).map(drop), Err("effective-order"));
}
