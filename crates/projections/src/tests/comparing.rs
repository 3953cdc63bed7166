//! Comparisons: what changed between two days or positions, with both values, by the fold that replays.

use domain::entity::Entity;
use serde_json::json;

use super::life::{Life, MERGER, code, day};
use crate::{Change, Diff, DiffError, Moment, Span, diff, replay};

async fn between(span: Span, scope: Option<&str>) -> Result<Diff, DiffError> {
    let directory = tempfile::tempdir().unwrap();
    let log = Life::whole().log(directory.path()).await;
    diff(&log, code("5108"), span, scope.map(code))
}

fn types(diff: &Diff) -> Vec<&'static str> {
    diff.changes.iter().map(|change| change.event.body.event_type()).collect()
}

fn field<'a>(change: &'a Change, path: &str) -> (&'a serde_json::Value, &'a serde_json::Value) {
    let found = change.fields.iter().find(|field| field.field == path);
    found.map(|found| (&found.before, &found.after)).unwrap_or_else(|| panic!("{path}: {:?}", change.fields))
}

#[tokio::test]
async fn a_correction_shows_both_values() {
    let whole = Life::whole();
    let corrected =
        whole.events.iter().find(|event| event.body.event_type() == "joint-branch.evaluation-corrected");
    let position = corrected.unwrap().meta.position;
    let found = between(Span::Positions(position - 1, position), None).await.unwrap();
    assert_eq!(types(&found), ["joint-branch.evaluation-corrected"]);
    let change = &found.changes[0];
    assert_eq!(change.event.body.entity(), Entity::JointBranch(MERGER));
    assert_eq!(field(change, "evaluations.2019Q1.grade"), (&json!("good"), &json!("fair")));
    assert!(change.name.is_some());
}

#[tokio::test]
async fn positions_list_every_event_between_them_and_the_views_at_either_end() {
    let directory = tempfile::tempdir().unwrap();
    let life = Life::whole();
    let log = life.log(directory.path()).await;
    let last = life.events.len() as u64;
    let found = diff(&log, code("5108"), Span::Positions(10, last), None).unwrap();
    let listed: Vec<u64> = found.changes.iter().map(|change| change.event.meta.position).collect();
    assert_eq!(listed, (11..=last).collect::<Vec<_>>());
    let at =
        |position| replay(&log, code("5108"), Moment { at: Some(position), ..Moment::default() }).unwrap();
    assert_eq!((found.before, found.after), (at(10), at(last)));
}

#[tokio::test]
async fn days_list_what_took_effect_between_them_in_the_order_of_the_days() {
    let directory = tempfile::tempdir().unwrap();
    let life = Life::whole();
    let log = life.log(directory.path()).await;
    let (from, to) = (day("2019-03-01"), day("2019-06-30"));
    let found = diff(&log, code("5108"), Span::Days(from, to), None).unwrap();
    assert!(found.changes.len() > 2);
    let days: Vec<_> = found.changes.iter().map(|change| change.event.folded_on()).collect();
    assert!(days.is_sorted() && days.iter().all(|day| from < *day && *day <= to), "{days:?}");
    let expected = life.events.iter().filter(|event| from < event.folded_on() && event.folded_on() <= to);
    assert_eq!(found.changes.len(), expected.count());
    let as_of = |day| replay(&log, code("5108"), Moment { as_of: Some(day), ..Moment::default() }).unwrap();
    assert_eq!((found.before, found.after), (as_of(from), as_of(to)));
}

#[tokio::test]
async fn times_list_what_was_recorded_between_them_whatever_day_it_took_effect() {
    let directory = tempfile::tempdir().unwrap();
    let life = Life::whole();
    let log = life.log(directory.path()).await;
    let mut times: Vec<_> = life.events.iter().map(|event| event.meta.recorded_at).collect();
    times.sort_unstable();
    times.dedup();
    let (from, to) = (times[times.len() / 4], times[times.len() / 2]);
    let found = diff(&log, code("5108"), Span::Times(from, to), None).unwrap();
    let listed: Vec<_> = found.changes.iter().map(|change| change.event.meta.position).collect();
    let between =
        life.events.iter().filter(|event| from < event.meta.recorded_at && event.meta.recorded_at <= to);
    let expected: Vec<_> = between.map(|event| event.meta.position).collect();
    assert!(expected.len() > 1);
    assert_eq!(listed, expected);
    let known_at =
        |time| replay(&log, code("5108"), Moment { known_at: Some(time), ..Moment::default() }).unwrap();
    assert_eq!((found.before, found.after), (known_at(from), known_at(to)));
}

#[tokio::test]
async fn a_scope_lists_its_own_changes_only() {
    let last = Life::whole().events.len() as u64;
    let own = between(Span::Positions(0, last), Some("510811")).await.unwrap();
    assert!(!own.changes.is_empty());
    let other = between(Span::Positions(0, last), Some("510812")).await.unwrap();
    assert_eq!(types(&other), Vec::<&str>::new());
    // The views are the whole city's either way.
    assert_eq!(own.after, other.after);
}
