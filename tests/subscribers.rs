//! The subscribers of docs/subscribing as a county would run them: real processes against a real server, killed, given
//! everything twice, given what does not read, and lied to.

mod city;
mod language;
mod nats;
mod scripted;
mod stand_in;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use city::{City, GOLDEN, golden, schemas_with};
use language::{Language, Subscriber};
use nats::Nats;

const COUNTY: &str = "510811";
const OTHER_COUNTY: &str = "510812";
/// An older version that was never published: the subscribers rehearse the reading of older versions with it.
const OLDER: (&str, &str) = ("joint-branch.evaluated", "v0");
/// A version that the subscribers get the schema of only later.
const LATER: (&str, &str) = ("place.registered", "v9");

fn committed_schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/events")
}

#[test]
fn the_sdk_of_every_language_reads_every_golden_event() {
    for language in Language::ALL {
        let (said, status) = language.check(&committed_schemas(), GOLDEN.as_bytes());
        assert_eq!((said.len(), status), (GOLDEN.lines().count(), Some(0)), "{language:?}: {said:?}");
        for (said, event) in said.iter().zip(golden()) {
            assert_eq!((&said["outcome"], &said["id"]), (&json!("good"), &event["id"]), "{language:?}");
            assert_eq!(said["type"], newest(&event["type"]), "{language:?}: it lacks an upcast");
        }
    }
}

/// The newest version of a type that has a schema.
fn newest(full_type: &Value) -> String {
    let (name, version) = full_type.as_str().unwrap().rsplit_once(".v").unwrap();
    let has_schema = |version: &u32| committed_schemas().join(format!("{name}.v{version}.json")).exists();
    let newest = (version.parse().unwrap()..).take_while(has_schema).last();
    format!("{name}.v{}", newest.unwrap())
}

#[test]
fn every_language_says_what_is_wrong_with_an_event() {
    let good = golden().remove(0);
    let with = |name: &str, value: Value| {
        let mut event = good.clone();
        event[name] = value;
        event.to_string()
    };
    let bad = [
        "[".repeat(20_000),
        "[]".to_owned(),
        with("source", Value::Null),
        with("colour", json!("red")),
        with("time", json!("yesterday")),
        with("type", json!("cn.lianjian.place.registered.v9")),
        with("type", json!("__proto__")),
    ];
    for language in Language::ALL {
        let (said, status) = language.check(&committed_schemas(), format!("{}\n", bad.join("\n")).as_bytes());
        assert_eq!((said.len(), status), (bad.len(), Some(5)), "{language:?}: {said:?}");
        for (said, event) in said.iter().zip(&bad) {
            assert_eq!(said["outcome"], "bad", "{language:?}: {event}");
            assert!(
                said["reason"].as_str().is_some_and(|reason| !reason.is_empty()),
                "{language:?}: {event}"
            );
        }
    }
}

#[test]
fn a_rust_subscriber_has_each_event_once() {
    subscribe(Language::Rust);
}

#[test]
fn a_python_subscriber_has_each_event_once() {
    subscribe(Language::Python);
}

#[test]
fn a_javascript_subscriber_has_each_event_once() {
    subscribe(Language::JavaScript);
}

fn subscribe(language: Language) {
    let directory = tempfile::tempdir().unwrap();
    let mut city = City::new(Nats::start(directory.path(), &[COUNTY, OTHER_COUNTY]));
    let schemas = schemas_with(directory.path(), &[OLDER]);
    let journal = directory.path().join("journal.ndjson");
    tell(&mut city, 50);

    // A run that died has some in hand: the next one gets those after them first, and puts them back.
    city.nats.draw_without_acknowledging(COUNTY, 5);
    let mut subscriber = Subscriber::start(language, &city.nats, COUNTY, &schemas, &journal);
    subscriber.wait_until("first event", |it| !it.entries().is_empty());
    subscriber.kill();
    tear(&journal);

    let mut subscriber = Subscriber::start(language, &city.nats, COUNTY, &schemas, &journal);
    let older = city.tell_version(COUNTY, OLDER);
    let poison = tell_poison(&mut city);
    tell(&mut city, 30);
    subscriber.wait_until("event of the second run", |it| holds_all(it, &city));
    subscriber.kill();

    // Everything a second time, as after a loss of the consumer; and one event under a second position.
    city.nats.make_consumer_anew(COUNTY);
    city.repeat(older);
    tell(&mut city, 3);
    let mut subscriber = Subscriber::start(language, &city.nats, COUNTY, &schemas, &journal);
    subscriber.wait_until("event of the third run", |it| holds_all(it, &city));
    subscriber.wait_until("acknowledgement of the rest", |_| city.nats.outstanding(COUNTY) == (0, 0));
    let entries = subscriber.entries();
    let noise = &poison[..NOISE];
    for scope in [COUNTY, "_"] {
        let own = entries.iter().filter(|entry| entry["scope"] == scope);
        let mut had: Vec<_> = own.map(|entry| entry["position"].as_u64().unwrap()).collect();
        // Where not even the number reads there is no order: it is parked when it comes.
        had.sort_by_key(|position| if noise.contains(position) { (1, *position) } else { (0, 0) });
        let mut told = positions(&city.told(scope));
        told.sort_by_key(|position| (noise.contains(position), *position));
        assert_eq!(had, told, "{scope}");
    }
    assert!(entries.iter().all(|entry| entry["scope"] != OTHER_COUNTY));
    check_outcomes(&city, &entries, older, &poison);
    subscriber.kill();
    check_what_was_parked(language, &city, directory.path(), &journal, &poison);
    check_that_it_stops(language, &mut city, directory.path(), &schemas, &journal);
}

/// Events of both counties and of the city, in turn.
fn tell(city: &mut City, turns: usize) {
    for turn in 0..turns {
        for scope in [COUNTY, OTHER_COUNTY, "_"] {
            city.tell(scope, turn);
        }
    }
}

/// How many of the poisonous events have no number that reads; they come first.
const NOISE: usize = 2;

/// What cannot be handled, each for another reason.
fn tell_poison(city: &mut City) -> Vec<u64> {
    vec![
        city.tell_noise(COUNTY, b"\xff no JSON"),
        city.tell_noise("_", b"{}"),
        city.tell_changed(COUNTY, "place.registered", |event| event["data"]["colour"] = json!("red")),
        city.tell_changed(COUNTY, "place.registered", |event| {
            _ = event.as_object_mut().unwrap().remove("source")
        }),
        city.tell_changed("_", "person.registered", |event| {
            event["sequence"] = json!("00000000000000000001")
        }),
        city.tell_version(COUNTY, LATER),
    ]
}

/// Ends the file in the middle of a line, as a kill in the middle of a write does.
fn tear(journal: &Path) {
    let mut file = std::fs::OpenOptions::new().append(true).open(journal).unwrap();
    file.write_all(b"{\"outcome\":\"handled\",\"position\":").unwrap();
}

fn positions(told: &[(u64, Option<&str>)]) -> Vec<u64> {
    told.iter().map(|(position, _)| *position).collect()
}

fn holds_all(subscriber: &Subscriber, city: &City) -> bool {
    let had: BTreeSet<u64> =
        subscriber.entries().iter().filter_map(|entry| entry["position"].as_u64()).collect();
    [COUNTY, "_"]
        .iter()
        .all(|scope| positions(&city.told(scope)).iter().all(|position| had.contains(position)))
}

/// What reads is handled with its own id, the older version as today's; the rest is parked as it came.
fn check_outcomes(city: &City, entries: &[Value], older: u64, poison: &[u64]) {
    let at = |position: u64| entries.iter().find(|entry| entry["position"] == position).unwrap();
    for (position, id) in [COUNTY, "_"].iter().flat_map(|scope| city.told(scope)) {
        if poison.contains(&position) {
            let parked = at(position);
            assert_eq!(parked["outcome"], "parked", "{parked}");
            assert!(parked["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{parked}");
            assert!(parked["body"].as_str().is_some_and(|body| !body.is_empty()), "{parked}");
        } else {
            assert_eq!((&at(position)["outcome"], at(position)["id"].as_str()), (&json!("handled"), id));
        }
    }
    assert_eq!(at(older)["type"], "cn.lianjian.joint-branch.evaluated.v1");
    assert_eq!(at(older)["data"]["grade"], "good");
}

/// With the schema that it lacked, what was parked for that reason is handled; the rest is reported again.
fn check_what_was_parked(language: Language, city: &City, directory: &Path, journal: &Path, poison: &[u64]) {
    let schemas = schemas_with(directory, &[OLDER, LATER]);
    let mut subscriber = Subscriber::start(language, &city.nats, COUNTY, &schemas, journal);
    subscriber.wait_until("connection", |it| it.said().contains("receiving"));
    let said = subscriber.said();
    let (later, others) = poison.split_last().unwrap();
    assert!(said.contains(&format!("handled what was parked: {later}")), "{said}");
    for other in others {
        assert!(said.contains(&format!("still parked: {other}")), "{said}");
    }
    let entries = subscriber.entries();
    let handled = entries.last().unwrap();
    assert_eq!((&handled["outcome"], &handled["position"]), (&json!("handled"), &json!(later)));
}

/// It goes no further over a gap, nor in a log that was rewritten, nor with an account that is not the county's.
fn check_that_it_stops(
    language: Language,
    city: &mut City,
    directory: &Path,
    schemas: &Path,
    journal: &Path,
) {
    let other = directory.join("other.ndjson");
    let stranger =
        Subscriber::start_as(language, &city.nats, &city.nats.seed(COUNTY), OTHER_COUNTY, schemas, &other);
    assert_eq!(stranger.wait().0, Some(6));

    let mut subscriber = Subscriber::start(language, &city.nats, OTHER_COUNTY, schemas, &other);
    let last = *positions(&city.told(OTHER_COUNTY)).last().unwrap();
    subscriber.wait_until("last event of the other county", |it| {
        it.entries().iter().any(|entry| entry["position"] == last)
    });
    city.forget(OTHER_COUNTY, 1);
    let rewritten = city.tell(OTHER_COUNTY, 1);
    let (status, said) = subscriber.wait();
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains(&format!("at position {rewritten} it is another event")), "{said}");

    city.lose(COUNTY, 2);
    let after_the_gap = city.tell(COUNTY, 1);
    for _ in 0..2 {
        let (status, said) = Subscriber::start(language, &city.nats, COUNTY, schemas, journal).wait();
        assert_eq!(status, Some(5), "{said}");
        assert!(said.contains(&format!("missing before position {after_the_gap}")), "{said}");
    }
}
