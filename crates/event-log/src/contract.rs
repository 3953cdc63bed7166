//! What every log promises, as one suite of checks that each backend runs.
#![expect(clippy::unwrap_used, reason = "a test suite")]

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::log::{
    AppendError, EventLog, MAX_APPEND_EVENTS, MAX_EVENT_BYTES, MAX_READ_BYTES, MAX_READ_EVENTS, NewEvent,
    Position, StoredEvent,
};
use crate::schemas::{GOLDEN, REHEARSED};

/// Longer than any backend needs to tell those who wait.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long something must stay quiet to count as waiting.
const QUIET: Duration = Duration::from_millis(300);
/// The appenders that compete, and what each has to append.
const APPENDERS: usize = 8;
const APPENDS_EACH: usize = 25;

/// Runs every check. `open` opens the log of a name: an empty one the first time, the same one from then on.
pub async fn run<L: EventLog + 'static>(open: impl AsyncFn(&str) -> L) {
    appends_and_reads_the_exact_bytes(open("bytes").await).await;
    keeps_every_version_of_every_type(open("versions").await).await;
    a_conflict_reports_the_last_position(open("conflict").await).await;
    a_refused_append_records_nothing(open("refused").await).await;
    limits_themselves_are_allowed(open("limits").await).await;
    reads_in_pages(open("pages").await).await;
    scans_a_range_until_told_to_stop(open("scan").await).await;
    wakes_those_who_wait(open("wait").await).await;
    positions_stay_gapless_among_competitors(open("compete").await).await;
    reopening_keeps_everything(&open).await;
    two_handles_see_each_other(open("handles").await, open("handles").await).await;
}

fn event(body: impl Into<Vec<u8>>) -> NewEvent {
    NewEvent { subject: "lianjian.5108.510811._.place.registered".to_owned(), body: body.into() }
}

fn numbered(count: usize) -> Vec<NewEvent> {
    (1..=count).map(|number| event(number.to_string())).collect()
}

fn positions(events: &[StoredEvent]) -> Vec<Position> {
    events.iter().map(|event| event.position).collect()
}

async fn appends_and_reads_the_exact_bytes(log: impl EventLog) {
    assert_eq!(log.last_position().await.unwrap(), 0);
    assert_eq!(log.read(0, 10).await.unwrap(), []);
    let bodies: [&[u8]; 4] = [b"{}", "联建 \r\n\0".as_bytes(), &[0xff, 0x00, 0xfe], b""];
    log.append(0, vec![event(bodies[0])]).await.unwrap();
    log.append(1, bodies[1..].iter().map(|body| event(*body)).collect()).await.unwrap();
    let expected: Vec<_> =
        (1..).zip(bodies).map(|(position, body)| StoredEvent { position, body: body.to_vec() }).collect();
    assert_eq!(log.read(0, 10).await.unwrap(), expected);
    assert_eq!(log.last_position().await.unwrap(), 4);
    assert_eq!(log.read(4, 10).await.unwrap(), []);
    assert_eq!(log.read(Position::MAX, 10).await.unwrap(), []);
}

async fn keeps_every_version_of_every_type(log: impl EventLog) {
    let bodies: Vec<&[u8]> = GOLDEN.lines().chain(REHEARSED.lines()).map(str::as_bytes).collect();
    log.append(0, bodies.iter().map(|body| event(*body)).collect()).await.unwrap();
    let read = log.read(0, MAX_READ_EVENTS).await.unwrap();
    assert_eq!(read.iter().map(|stored| &stored.body[..]).collect::<Vec<_>>(), bodies);
}

async fn a_conflict_reports_the_last_position(log: impl EventLog) {
    log.append(0, numbered(3)).await.unwrap();
    for expected in [0, 2, 4, Position::MAX] {
        let refused = log.append(expected, numbered(2)).await.unwrap_err();
        assert_eq!(refused, AppendError::Conflict { expected, last: 3 });
    }
    assert_eq!(log.last_position().await.unwrap(), 3);
    log.append(3, numbered(1)).await.unwrap();
}

async fn a_refused_append_records_nothing(log: impl EventLog) {
    let bytes = MAX_EVENT_BYTES + 1;
    let too_large = vec![event("before"), event(vec![b'x'; bytes]), event("after")];
    let refused = log.append(0, too_large).await.unwrap_err();
    assert_eq!(refused, AppendError::TooLarge { index: 1, bytes, limit: MAX_EVENT_BYTES });
    let events = MAX_APPEND_EVENTS + 1;
    let refused = log.append(0, numbered(events)).await.unwrap_err();
    assert_eq!(refused, AppendError::TooMany { events, limit: MAX_APPEND_EVENTS });
    assert_eq!(log.append(0, Vec::new()).await.unwrap_err(), AppendError::Empty);
    assert_eq!(log.last_position().await.unwrap(), 0);
    log.append(0, numbered(1)).await.unwrap();
}

async fn limits_themselves_are_allowed(log: impl EventLog) {
    log.append(0, numbered(MAX_APPEND_EVENTS)).await.unwrap();
    let longest = vec![b'x'; MAX_EVENT_BYTES];
    log.append(MAX_APPEND_EVENTS as Position, vec![event(longest.clone())]).await.unwrap();
    let read = log.read(MAX_APPEND_EVENTS as Position, 1).await.unwrap();
    assert_eq!(read[0].body, longest);
}

async fn reads_in_pages(log: impl EventLog) {
    for group in 0..6 {
        log.append(group * 1_000, numbered(1_000)).await.unwrap();
    }
    assert_eq!(positions(&log.read(0, 3).await.unwrap()), [1, 2, 3]);
    assert_eq!(positions(&log.read(3, 3).await.unwrap()), [4, 5, 6]);
    assert_eq!(positions(&log.read(5_998, 3).await.unwrap()), [5_999, 6_000]);
    assert_eq!(log.read(0, 0).await.unwrap(), []);
    assert_eq!(log.read(0, usize::MAX).await.unwrap().len(), MAX_READ_EVENTS);
    let long = MAX_READ_BYTES / MAX_EVENT_BYTES + 10;
    log.append(6_000, vec![event(vec![b'x'; MAX_EVENT_BYTES]); long]).await.unwrap();
    let page = log.read(6_000, usize::MAX).await.unwrap();
    assert_eq!(page.len(), MAX_READ_BYTES.div_ceil(MAX_EVENT_BYTES));
}

async fn scans_a_range_until_told_to_stop(log: impl EventLog + 'static) {
    log.append(0, numbered(10)).await.unwrap();
    let scanning = tokio::task::spawn_blocking(move || {
        let mut seen = Vec::new();
        let mut collect = |after, up_to, stop_at| {
            seen.clear();
            let last = log.scan(after, up_to, &mut |event| {
                assert_eq!(event.body, event.position.to_string().as_bytes());
                seen.push(event.position);
                if event.position == stop_at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            (last.unwrap(), seen.clone())
        };
        assert_eq!(collect(0, Position::MAX, 0), (10, (1..=10).collect()));
        assert_eq!(collect(3, 6, 0), (6, vec![4, 5, 6]));
        assert_eq!(collect(3, Position::MAX, 5), (5, vec![4, 5]));
        assert_eq!(collect(10, Position::MAX, 0), (10, vec![]));
    });
    scanning.await.unwrap();
}

async fn wakes_those_who_wait(log: impl EventLog + 'static) {
    let log = Arc::new(log);
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let log = log.clone();
            tokio::spawn(async move { log.wait_past(0).await.unwrap() })
        })
        .collect();
    tokio::time::sleep(QUIET).await;
    assert!(waiting.iter().all(|waiter| !waiter.is_finished()), "nothing was appended yet");
    log.append(0, numbered(2)).await.unwrap();
    for waiter in waiting {
        assert_eq!(tokio::time::timeout(PATIENCE, waiter).await.unwrap().unwrap(), 2);
    }
    assert_eq!(log.wait_past(1).await.unwrap(), 2);
    assert!(tokio::time::timeout(QUIET, log.wait_past(2)).await.is_err(), "2 is the last");
}

async fn positions_stay_gapless_among_competitors(log: impl EventLog + 'static) {
    let log = Arc::new(log);
    let competing: Vec<_> = (0..APPENDERS)
        .map(|appender| {
            let log = log.clone();
            tokio::spawn(async move {
                for round in 0..APPENDS_EACH {
                    // Each append is a pair, so that one torn apart by a competitor would show.
                    let pair =
                        vec![event(format!("{appender} {round} a")), event(format!("{appender} {round} b"))];
                    let mut expected = log.last_position().await.unwrap();
                    while let Err(refused) = log.append(expected, pair.clone()).await {
                        let AppendError::Conflict { last, .. } = refused else {
                            unreachable!("only a conflict was expected: {refused}")
                        };
                        expected = last;
                    }
                }
            })
        })
        .collect();
    for appender in competing {
        appender.await.unwrap();
    }
    let events = log.read(0, usize::MAX).await.unwrap();
    let total = APPENDERS * APPENDS_EACH * 2;
    assert_eq!(positions(&events), (1..=total as Position).collect::<Vec<_>>());
    let mut bodies: Vec<_> =
        events.iter().map(|event| String::from_utf8(event.body.clone()).unwrap()).collect();
    for pair in bodies.chunks(2) {
        assert_eq!(pair[0].strip_suffix('a').unwrap(), pair[1].strip_suffix('b').unwrap());
    }
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), total, "none doubled, none lost");
}

async fn reopening_keeps_everything<L: EventLog>(open: &impl AsyncFn(&str) -> L) {
    let log = open("reopen").await;
    log.append(0, numbered(3)).await.unwrap();
    let before = log.read(0, 10).await.unwrap();
    drop(log);
    let log = open("reopen").await;
    assert_eq!(log.last_position().await.unwrap(), 3);
    assert_eq!(log.read(0, 10).await.unwrap(), before);
    log.append(3, numbered(1)).await.unwrap();
}

async fn two_handles_see_each_other(first: impl EventLog + 'static, second: impl EventLog) {
    let waiting = tokio::spawn(async move {
        let last = first.wait_past(0).await.unwrap();
        (first, last)
    });
    tokio::time::sleep(QUIET).await;
    second.append(0, numbered(2)).await.unwrap();
    let (first, last) = tokio::time::timeout(PATIENCE, waiting).await.unwrap().unwrap();
    assert_eq!(last, 2);
    let refused = first.append(0, numbered(1)).await.unwrap_err();
    assert_eq!(refused, AppendError::Conflict { expected: 0, last: 2 });
    first.append(2, numbered(1)).await.unwrap();
    assert_eq!(positions(&second.read(2, 10).await.unwrap()), [3]);
}
