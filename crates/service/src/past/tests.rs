//! A past is recorded at its own times; one that was cut off is continued to the same log, and another log is left alone.

use domain::account::Role;
use domain::actor::Actor;
use domain::date::Date;
use event_log::LogLocation;
use event_log::envelope::decode;
use serde_json::json;
use ulid::Ulid;

use super::*;

/// More than one append takes.
const TOWNSHIPS: u128 = 1_400;

fn day(number: u128) -> Date {
    "2018-01-01".parse::<Date>().unwrap().plus_days(i32::try_from(number).unwrap())
}

fn noon(number: u128) -> Timestamp {
    format!("{}T04:00:00.000Z", day(number)).parse().unwrap()
}

/// A county, then its townships, then the villages of one, one a day.
fn request(number: u128) -> CommandRequest {
    let data = match number {
        0 => json!({"code": "510811", "name": "昭化区", "level": "county", "parent": "5108"}),
        1..=900 => {
            json!({"code": format!("510811{:03}", number + 99), "name": format!("演示乡{number}"), "level": "township", "parent": "510811"})
        }
        _ => {
            json!({"code": format!("510811100{:03}", number - 701), "name": format!("演示村{number}"), "level": "village", "parent": "510811100"})
        }
    };
    CommandRequest {
        id: CommandId(Ulid(number + 1)),
        name: "register-place".into(),
        body: json!({"effective_date": day(number), "on_behalf_of": "5108", "simulated": true, "data": data}),
        actor: Actor { id: "local:places".into(), role: Role::Local, scope: "5108".parse().unwrap() },
        if_match: None,
        traceparent: None,
    }
}

/// Gives the past up to a command, before which whoever gives it fails.
fn until(count: u128, fails: bool) -> GivePast {
    Box::new(move |recorder| {
        for number in 0..count {
            recorder.record(request(number), noon(number))?;
        }
        if fails { Err(PastError::Source { detail: "cut off".into() }) } else { Ok(()) }
    })
}

struct City {
    directory: tempfile::TempDir,
    // Whoever watches it never stops.
    stop: watch::Sender<bool>,
}

impl City {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), stop: watch::Sender::new(false) }
    }

    async fn record(&self, give: GivePast) -> Result<FoldedState, PastError> {
        let city = "5108".parse().unwrap();
        let stores = Stores::open(&LogLocation::Embedded, self.directory.path(), Some(&city)).unwrap();
        let before = stores.log.last_position().await.unwrap();
        record(&stores, give, before, |_| {}, self.stop.subscribe()).await
    }

    /// What anybody folds of the log.
    fn folded(&self) -> FoldedState {
        let stores = Stores::open(&LogLocation::Embedded, self.directory.path(), None).unwrap();
        stores.load(&mut |_| {}).unwrap()
    }

    /// The command and the time of every event.
    async fn recorded(&self) -> Vec<(CommandId, Timestamp)> {
        let stores = Stores::open(&LogLocation::Embedded, self.directory.path(), None).unwrap();
        let mut found = Vec::new();
        let visit = &mut |stored: event_log::StoredEventRef<'_>| {
            let meta = decode(stored.body).unwrap().event.meta;
            found.push((meta.command_id, meta.recorded_at));
            ControlFlow::Continue(())
        };
        stores.log.scan(0, Position::MAX, visit).unwrap();
        found
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_past_that_was_cut_off_is_continued_to_the_same_log() {
    let (whole, cut) = (City::new(), City::new());
    whole.record(until(TOWNSHIPS, false)).await.unwrap();
    assert!(matches!(cut.record(until(1_200, true)).await, Err(PastError::Source { .. })));
    let begun = cut.recorded().await.len();
    assert!((1..1_200).contains(&begun), "{begun} events of the first groups");
    let continued = cut.record(until(TOWNSHIPS, false)).await.unwrap();
    let folded = cut.folded();
    assert!(continued.state == folded.state && continued.index == folded.index);
    let expected: Vec<_> = (0..TOWNSHIPS).map(|number| (CommandId(Ulid(number + 1)), noon(number))).collect();
    assert_eq!(cut.recorded().await, expected);
    assert_eq!(whole.recorded().await, expected);
    // Once more, there is nothing left to record.
    let again = cut.record(until(TOWNSHIPS, false)).await.unwrap();
    assert!(again.state == folded.state);
    assert_eq!(cut.recorded().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_none_of_the_past_is_left_as_it_is() {
    let city = City::new();
    let other = Box::new(|recorder: &mut PastRecorder| recorder.record(request(0), noon(5)).map(|_| ()));
    city.record(other).await.unwrap();
    let before = city.recorded().await;
    // The same command at another time, and a past that is shorter than the log.
    for count in [3, 0] {
        let refused = city.record(until(count, false)).await;
        assert!(matches!(refused, Err(PastError::OtherLog { position: 1 })), "{count}");
    }
    assert_eq!(city.recorded().await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_stops_is_not_kept_waiting() {
    let city = City::new();
    city.stop.send_replace(true);
    assert!(matches!(city.record(until(TOWNSHIPS, false)).await, Err(PastError::Stopped)));
    assert!(city.recorded().await.is_empty());
}
