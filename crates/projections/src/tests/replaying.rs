//! Replays: the rows of a past day, position or recorded time, by the same fold.

use domain::joint_branch::{Grade, Phase};

use super::life::{Life, MERGER, code, day};
use crate::{Moment, ReplayError, Views, replay};

async fn at(moment: Moment) -> Views {
    let directory = tempfile::tempdir().unwrap();
    let log = Life::whole().log(directory.path()).await;
    replay(&log, code("5108"), moment).unwrap()
}

#[tokio::test]
async fn everything_is_the_same_as_the_live_rows() {
    assert_eq!(at(Moment::default()).await, Life::whole().views());
}

#[tokio::test]
async fn a_past_day_shows_what_was_in_effect_as_known_now() {
    let views = at(Moment { as_of: Some(day("2019-04-30")), ..Moment::default() }).await;
    let row = views.joint_branch(MERGER).unwrap();
    // The correction of 20 May is folded at the day of the grade that it corrects.
    assert_eq!(row.evaluations[&"2019Q1".parse().unwrap()].grade, Grade::Fair);
    assert_eq!((row.phase, row.evaluations.len()), (Phase::Operating, 1));
    assert_eq!(views.position(), Life::whole().views().position());
}

#[tokio::test]
async fn a_recorded_time_hides_what_was_learnt_later() {
    let known_at = Some("2019-05-19T00:00:00.000Z".parse().unwrap());
    let views = at(Moment { known_at, ..Moment::default() }).await;
    let quarter = "2019Q1".parse().unwrap();
    assert_eq!(views.joint_branch(MERGER).unwrap().evaluations[&quarter].grade, Grade::Good);
    // In effect on 15 July, not known on 19 July.
    let as_of = Some(day("2019-07-15"));
    let known_at = Some("2019-07-19T00:00:00.000Z".parse().unwrap());
    let views = at(Moment { as_of, known_at, at: None }).await;
    assert_eq!(views.joint_branch(MERGER).unwrap().evaluations.len(), 1);
}

#[tokio::test]
async fn a_position_ends_the_fold() {
    for position in [0, 1, 14, 20] {
        let prefix = Life { events: Life::whole().events[..position].to_vec() };
        let moment = Moment { at: Some(position as u64), ..Moment::default() };
        assert_eq!(at(moment).await, prefix.views(), "at {position}");
    }
}

#[tokio::test]
async fn an_event_that_does_not_read_is_named_and_not_passed_over() {
    let directory = tempfile::tempdir().unwrap();
    let log = super::running::poisoned(directory.path(), 5).await;
    let error = replay(&log, code("5108"), Moment::default()).unwrap_err();
    assert!(matches!(error, ReplayError::Unreadable(unreadable) if unreadable.position == 5));
    let before = replay(&log, code("5108"), Moment { at: Some(4), ..Moment::default() }).unwrap();
    assert_eq!(before.position(), 4);
}
