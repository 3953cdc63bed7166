//! The subscribers of all languages against a server that does what a script says: events put back are no gap, a log that
//! was put back is none that goes on, and a county goes on under its next code.

use std::path::Path;

use serde_json::{Value, json};

use super::city::golden;
use super::committed_schemas;
use super::language::{Language, Subscriber};
use super::stand_in::{Message, Script, StandIn};

/// The seed of NATS' own documents: nobody's.
const SEED: &str = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

fn event(scope: &str, number: u64, position: u64, event_type: &str, data: Option<Value>) -> Message {
    let full_type = format!("cn.lianjian.{event_type}.v1");
    let mut event = golden().into_iter().find(|event| event["type"] == full_type).unwrap();
    let fields = event.as_object_mut().unwrap();
    fields.remove("township");
    fields.insert("county".into(), scope.into());
    event["id"] = format!("01M5VJ1JG0{position:016}").into();
    event["sequence"] = format!("{position:020}").into();
    event["scopesequence"] = format!("{number:020}").into();
    if let Some(data) = data {
        event["data"] = data;
    }
    let subject = format!("lianjian.5108.{scope}._.{event_type}");
    Message { position, subject, body: event.to_string().into() }
}

fn own(number: u64, position: u64) -> Message {
    event("510811", number, position, "place.renamed", None)
}

fn recoded(number: u64, position: u64, (from, to): (&str, &str), numbered_after: Option<u64>) -> Message {
    let mut data = json!({ "place": "01C2QG94000000000000000004", "code": to, "earlier_code": from });
    if let Some(last) = numbered_after {
        data["numbered_after"] = last.into();
    }
    event(from, number, position, "place.recoded", Some(data))
}

fn start(language: Language, server: &StandIn, directory: &Path) -> Subscriber {
    let seed = directory.join("county.nk");
    std::fs::write(&seed, SEED).unwrap();
    let journal = directory.join(format!("{language:?}.ndjson"));
    Subscriber::start_at(language, &server.address, &seed, "510811", &committed_schemas(), &journal)
}

/// Runs every language against the same script until all is handled and acknowledged; gives the positions it has.
fn all_have(script: impl Fn() -> Script, expected: &[u64]) {
    for language in Language::ALL {
        let directory = tempfile::tempdir().unwrap();
        let server = StandIn::start(script());
        let mut subscriber = start(language, &server, directory.path());
        subscriber.wait_until("end of the script", |_| server.is_done());
        let had: Vec<u64> =
            subscriber.entries().iter().filter_map(|entry| entry["position"].as_u64()).collect();
        assert_eq!(had, expected, "{language:?}: {}", subscriber.said());
        assert!(subscriber.entries().iter().all(|entry| entry["outcome"] == "handled"), "{language:?}");
    }
}

/// Runs every language against the same script until it stops; gives what each said.
fn all_stop(script: impl Fn() -> Script, said: &[&str]) {
    for language in Language::ALL {
        let directory = tempfile::tempdir().unwrap();
        let server = StandIn::start(script());
        let (status, heard) = start(language, &server, directory.path()).wait();
        assert_eq!(status, Some(5), "{language:?}: {heard}");
        assert!(said.iter().all(|words| heard.contains(words)), "{language:?}: {heard}");
    }
}

#[test]
fn what_was_put_back_is_no_gap() {
    let (one, two, three) = (own(1, 4), own(2, 30), own(3, 31));
    // The first was given to a run that died; the others are put back, and come again apart.
    let script = || Script {
        out: [4].into(),
        batches: vec![
            vec![two.clone(), three.clone()],
            vec![one.clone(), three.clone()],
            vec![two.clone(), three.clone()],
        ],
        delivered: 0,
    };
    all_have(script, &[4, 30, 31]);
}

#[test]
fn what_never_comes_is_a_gap_beside_what_was_put_back() {
    // 2 is lost; 1 comes late, and what comes after 2 is out because it was put back.
    let script = || Script {
        out: [4].into(),
        batches: vec![vec![own(3, 31)], vec![own(1, 4), own(3, 31)], vec![own(3, 31)], vec![own(3, 31)]],
        delivered: 0,
    };
    all_stop(script, &["missing before position 31"]);
}

#[test]
fn a_county_goes_on_under_its_next_code() {
    let next = |number, position| event("510817", number, position, "place.renamed", None);
    let stranger = event("510819", 1, 6, "place.renamed", None);
    // What stands under the new code may come before the event that leads over to it.
    let script = || Script {
        out: [5].into(),
        batches: vec![
            vec![own(1, 4), next(1, 6)],
            vec![recoded(2, 5, ("510811", "510817"), None), next(1, 6), next(2, 9)],
        ],
        delivered: 0,
    };
    all_have(script, &[4, 5, 6, 9]);
    // Another county bore the new code before, and its numbers go on.
    let script = || Script {
        out: [].into(),
        batches: vec![vec![recoded(1, 5, ("510811", "510817"), Some(40)), next(41, 6)]],
        delivered: 0,
    };
    all_have(script, &[5, 6]);
    // A village that is recoded is no other code of the county, and an event of a stranger stops the program.
    let village = json!({ "place": "01C2QG94000000000000000004", "code": "510819100201", "earlier_code": "510811100201" });
    let script = || Script {
        out: [].into(),
        batches: vec![
            vec![event("510811", 1, 5, "place.recoded", Some(village.clone())), stranger.clone()],
            vec![stranger.clone()],
        ],
        delivered: 0,
    };
    all_stop(script, &["is not of this county"]);
}

#[test]
fn a_log_that_ends_before_the_journal_is_not_waited_for() {
    for language in Language::ALL {
        let directory = tempfile::tempdir().unwrap();
        let script = Script { out: [].into(), batches: vec![vec![own(1, 4), own(2, 30)]], delivered: 0 };
        let server = StandIn::start(script);
        let mut subscriber = start(language, &server, directory.path());
        subscriber.wait_until("end of the script", |_| server.is_done());
        subscriber.kill();
        // The log is put back as it was at 7, while nobody reads.
        server.script.lock().unwrap().delivered = 7;
        let (status, said) = start(language, &server, directory.path()).wait();
        assert_eq!(status, Some(5), "{language:?}: {said}");
        assert!(said.contains("the log ends at 7, and 30 was handled here"), "{language:?}: {said}");
        // And while it waits.
        server.script.lock().unwrap().delivered = 30;
        let mut subscriber = start(language, &server, directory.path());
        subscriber.wait_until("connection", |it| it.said().contains("receiving"));
        server.script.lock().unwrap().delivered = 7;
        assert_eq!(subscriber.wait().0, Some(5), "{language:?}");
    }
}
