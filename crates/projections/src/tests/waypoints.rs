//! Waypoints: whatever is kept along the way, every past moment and every list is what reading the whole log gives.

use std::sync::Arc;

use domain::{Policy, PolicyCalendar};
use event_log::EmbeddedLog;

use super::life::{Life, code, day, reading};
use crate::waypoints::Gist;
use crate::{ListName, ListQuestion, Moment, Replay, Waypoints, gather, replay};

/// What a service knows that found `begun_at` events in the log and followed the others, so many at a time.
fn followed(life: &Life, log: Arc<EmbeddedLog>, begun_at: usize, spacing_events: u64) -> Waypoints {
    let waypoints = Waypoints::spaced(log, code("5108"), begun_at as u64, spacing_events);
    let (earlier, later) = life.events.split_at(begun_at);
    let mut runner = Replay::new(code("5108"), Moment::default());
    let mut fold = |event| assert!(runner.fold(event).is_continue());
    earlier.iter().for_each(&mut fold);
    for page in later.chunks(3) {
        page.iter().for_each(|event| assert!(runner.fold(event).is_continue()));
        let gists: Vec<_> = page.iter().map(Gist::of).collect();
        waypoints.follow(&gists, runner.state(), runner.timelines());
    }
    waypoints
}

/// Lives in the order of their days, and the same with their days thrown about, as a past is that was loaded in any order.
fn lives() -> impl Iterator<Item = Life> {
    let thrown = |by: usize| {
        let mut life = Life::with_every_event();
        let days: Vec<_> = life.events.iter().map(|event| event.meta.effective_date).collect();
        let count = days.len();
        for (number, event) in life.events.iter_mut().enumerate() {
            event.meta.effective_date = days[(number * by) % count];
        }
        life
    };
    [Life::whole(), Life::with_every_event()].into_iter().chain([7, 31, 101].map(thrown))
}

#[tokio::test]
async fn every_moment_is_what_the_whole_log_gives() {
    for life in lives() {
        let directory = tempfile::tempdir().unwrap();
        let log = Arc::new(life.log(directory.path()).await);
        let count = life.events.len();
        let mut days: Vec<_> = life.events.iter().map(|event| Some(event.folded_on())).collect();
        days.sort_unstable();
        days.dedup();
        let days = days.into_iter().step_by(9);
        let days = [None, Some(day("1950-01-01")), Some(day("2199-01-01"))].into_iter().chain(days);
        let moments: Vec<_> =
            days.flat_map(|day| [0, 1, count / 3, count / 2, count].map(|at| (at as u64, day))).collect();
        for (begun_at, spacing_events, is_read) in [
            (0, 1, true),
            (0, 5, true),
            (count / 2, 3, true),
            (count / 2, 3, false),
            (count, 4, true),
            (count, 1_000, true),
        ] {
            let waypoints = followed(&life, log.clone(), begun_at, spacing_events);
            if is_read {
                waypoints.read_earlier(|| false).unwrap();
            }
            for (at, as_of) in &moments {
                let whole =
                    replay(&*log, code("5108"), Moment { as_of: *as_of, at: Some(*at), known_at: None });
                let near = waypoints.views(*at, *as_of).unwrap();
                assert_eq!(near, whole.unwrap(), "{at} {as_of:?} {begun_at} {spacing_events} {is_read}");
            }
        }
    }
}

#[tokio::test]
async fn every_list_is_what_the_whole_log_gives() {
    for life in lives() {
        let directory = tempfile::tempdir().unwrap();
        let log = Arc::new(life.log(directory.path()).await);
        let count = life.events.len();
        let waypoints = followed(&life, log.clone(), count / 2, 3);
        for is_read in [false, true] {
            if is_read {
                waypoints.read_earlier(|| false).unwrap();
            }
            for (at, as_of) in [(count, None), (count / 2, None), (count, Some(day("2019-06-30")))] {
                let views = waypoints.views(at as u64, as_of).unwrap();
                let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
                for name in ListName::ALL {
                    let question = ListQuestion { name: *name, scope: code("5108"), year: Some(2019) };
                    let reading = reading(&views, &policies, "2019-12-31");
                    let whole = gather(&*log, reading, &question, as_of).unwrap();
                    assert_eq!(waypoints.gather(reading, &question, as_of).unwrap(), whole, "{name} at {at}");
                }
            }
        }
    }
}

/// A reading of the earlier log that is stopped, or fails, may begin again; what was told meanwhile is not told twice.
#[tokio::test]
async fn a_reading_that_was_stopped_begins_again() {
    let life = Life::with_every_event();
    let directory = tempfile::tempdir().unwrap();
    let log = Arc::new(life.log(directory.path()).await);
    let count = life.events.len();
    let waypoints = followed(&life, log.clone(), count - 4, 2);
    let asked = std::cell::Cell::new(0);
    let stops_later = || {
        asked.set(asked.get() + 1);
        asked.get() > 3
    };
    waypoints.read_earlier(stops_later).unwrap();
    assert!(asked.get() > 3, "it was stopped on its way");
    waypoints.read_earlier(|| false).unwrap();
    let at = |as_of| Moment { at: Some(count as u64), as_of, known_at: None };
    for as_of in [None, Some(day("2019-06-30"))] {
        let whole = replay(&*log, code("5108"), at(as_of)).unwrap();
        assert_eq!(waypoints.views(count as u64, as_of).unwrap(), whole);
    }
}
