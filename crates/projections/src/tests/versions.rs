//! A log that holds an event type in two versions: appended, replayed and folded into rows as if it held one.

use std::collections::BTreeSet;

use domain::testing::rehearsal;
use domain::{CityState, Event, EventBody, evolve};
use event_log::envelope::{CommandTrace, encode};
use event_log::{EmbeddedLog, EventLog, NewEvent, StoredEventRef};
use tempfile::TempDir;

use super::life::code;
use crate::{Moment, Views, rebuild, replay};

fn bytes(events: &[Event]) -> Vec<Vec<u8>> {
    let extra = CommandTrace {
        command_digest: "0".repeat(64),
        command_index: 0,
        command_count: 1,
        scope_sequence: 1,
        traceparent: None,
    };
    events.iter().map(|event| encode("5108", event, &extra).unwrap()).collect()
}

async fn appended(directory: &TempDir, bodies: Vec<Vec<u8>>) -> EmbeddedLog {
    let log = EmbeddedLog::open(directory.path(), "5108").unwrap();
    let event = |body| NewEvent { subject: "lianjian.5108._._.place.rehearsed".to_owned(), body };
    log.append(0, bodies.into_iter().map(event).collect()).await.unwrap();
    log
}

/// The log as it stands after an upgrade, the first renaming in version 1 and the second in version 2.
async fn upgraded(directory: &TempDir) -> EmbeddedLog {
    appended(directory, rehearsal::upgraded_halfway(bytes(&rehearsal::events()))).await
}

fn position_of_first() -> u64 {
    let events = rehearsal::events();
    let first = events.iter().find(|event| matches!(event.body, EventBody::PlaceRehearsed(_)));
    first.unwrap().meta.position
}

fn name(views: &Views) -> String {
    views.place_by_code(&code(rehearsal::RENAMED)).unwrap().name.to_string()
}

#[tokio::test]
async fn what_was_appended_in_two_versions_is_read_back_byte_for_byte() {
    let directory = tempfile::tempdir().unwrap();
    let log = upgraded(&directory).await;
    let expected = rehearsal::upgraded_halfway(bytes(&rehearsal::events()));
    let read = log.read(0, expected.len()).await.unwrap();
    assert_eq!(read.into_iter().map(|stored| stored.body).collect::<Vec<_>>(), expected);
    let of_version = |version: &str| {
        let mark = format!("cn.lianjian.place.rehearsed.{version}\"");
        expected.iter().filter(|body| String::from_utf8_lossy(body).contains(&mark)).count()
    };
    assert_eq!((of_version("v1"), of_version("v2")), (1, 1));
}

#[tokio::test]
async fn a_replay_folds_both_versions_as_the_published_type() {
    let directory = tempfile::tempdir().unwrap();
    let log = upgraded(&directory).await;
    let views = replay(&log, code("5108"), Moment::default()).unwrap();
    assert_eq!(name(&views), "十字村");
    let mut state = CityState::new(code("5108"));
    rehearsal::told_by_the_published_type().log.iter().for_each(|event| evolve(&mut state, event));
    let expected = Views::from_state(&state, views.timelines().clone(), state.last_position);
    assert_eq!(views, expected);
    // As it was known after the first renaming, which stands there in version 1.
    let at = Some(position_of_first());
    let views = replay(&log, code("5108"), Moment { at, ..Moment::default() }).unwrap();
    assert_eq!(name(&views), "柿子村");
}

#[tokio::test]
async fn rows_made_anew_equal_those_folded_event_by_event() {
    let directory = tempfile::tempdir().unwrap();
    let log = upgraded(&directory).await;
    let last = log.last_position().await.unwrap();
    let rebuilt = rebuild(&directory.path().join("views"), &code("5108"), &log, last, &mut |_| {}).unwrap();
    assert_eq!(name(&rebuilt.views), "十字村");
    let (mut state, mut views) = (CityState::new(code("5108")), Views::new(code("5108")));
    for (stored, position) in log.read(0, 1_000).await.unwrap().iter().zip(1..) {
        let event =
            crate::stored::read_event(StoredEventRef { position, body: &stored.body }, "5108").unwrap();
        let mut changed = BTreeSet::new();
        views.fold(&mut state, &event, &mut changed);
        views.refresh(&state, changed);
    }
    let place = code(rehearsal::RENAMED);
    assert_eq!(views.place_by_code(&place), rebuilt.views.place_by_code(&place));
    assert_eq!(state, rebuilt.state);
}

#[tokio::test]
async fn a_newer_version_stops_the_fold_and_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let newer = |body: Vec<u8>| {
        String::from_utf8(body).unwrap().replace("place.rehearsed.v2", "place.rehearsed.v3").into_bytes()
    };
    let bodies = bytes(&rehearsal::events()).into_iter().map(newer).collect();
    let log = appended(&directory, bodies).await;
    let error = replay(&log, code("5108"), Moment::default()).unwrap_err().to_string();
    assert!(error.contains("`place.rehearsed` in version 3"), "{error}");
    assert!(error.contains(&position_of_first().to_string()), "{error}");
}
