//! The key of the service's instances and that of who copies: what they need works, and neither can change the stream, take
//! an event out of it, or have the server do so.

use std::time::Duration;

use async_nats::jetstream::stream::{Config, Info};
use async_nats::{Client, Subject};
use serde_json::{Value, json};

use crate::harness::{import_places_with, run, run_well};
use crate::trial::{Trial, jetstream};

const STREAM: &str = "LIANJIAN_5108";
const BUCKET: &str = "KV_LIANJIAN_5108_CONTROL";
/// How long an answer is waited for.
const ANSWER_LIMIT: Duration = Duration::from_millis(400);
/// What an account may put before the names of the API.
const PREFIXES: [&str; 3] = ["$JS.API", "JS.LIANJIAN.API", "LIANJIAN"];

/// What must not be possible: the verb with its stream, and a body with which an administrator would succeed.
fn attacks(config: &Config) -> Vec<(String, Value)> {
    let changed = |field: &str, value: Value| {
        let mut config = serde_json::to_value(config).unwrap();
        config[field] = value;
        config
    };
    let mut attacks = vec![
        (format!("STREAM.UPDATE.{STREAM}"), changed("max_age", json!(1_000_000_000))),
        (format!("STREAM.UPDATE.{STREAM}"), changed("max_msgs", json!(1))),
        (format!("STREAM.UPDATE.{STREAM}"), changed("max_bytes", json!(1))),
        (format!("STREAM.UPDATE.{STREAM}"), changed("sealed", json!(true))),
        (format!("STREAM.UPDATE.{STREAM}"), changed("republish", json!({ "src": ">", "dest": "stolen.>" }))),
        (format!("STREAM.MSG.DELETE.{STREAM}"), json!({ "seq": 1, "no_erase": true })),
        (format!("STREAM.PEER.REMOVE.{STREAM}"), json!({ "peer": "lianjian-1" })),
        ("STREAM.CREATE.MIRROR".to_owned(), json!({ "name": "MIRROR", "mirror": { "name": STREAM } })),
        (format!("STREAM.SNAPSHOT.{STREAM}"), json!({ "deliver_subject": "stolen.snapshot" })),
    ];
    for stream in [STREAM, BUCKET] {
        attacks.push((format!("STREAM.DELETE.{stream}"), Value::Null));
        attacks.push((format!("STREAM.PURGE.{stream}"), Value::Null));
        attacks.push((format!("STREAM.LEADER.STEPDOWN.{stream}"), Value::Null));
    }
    attacks.push((format!("STREAM.UPDATE.{BUCKET}"), json!({ "name": BUCKET, "subjects": ["$KV.LIANJIAN_5108_CONTROL.>"], "max_age": 1_000_000_000, "max_msgs_per_subject": 1 })));
    attacks
}

fn body_of(value: &Value) -> Vec<u8> {
    if value.is_null() { Vec::new() } else { value.to_string().into_bytes() }
}

/// Both streams as they are; what may grow beside is not looked at.
async fn state(admin: &Client) -> (Vec<Info>, Vec<Vec<u8>>) {
    let context = jetstream(admin.clone(), "$JS.API");
    let mut infos = Vec::new();
    let mut events = Vec::new();
    for name in [STREAM, BUCKET] {
        let stream = context.get_stream(name).await.expect("a stream was deleted");
        infos.push(stream.cached_info().clone());
        if name == STREAM {
            for position in 1..=stream.cached_info().state.last_sequence {
                events.push(stream.get_raw_message(position).await.unwrap().payload.to_vec());
            }
        }
    }
    (infos, events)
}

/// Sends an attack in every way there is: asked for, as the answer to something else, and delivered by a consumer.
async fn attempt(client: &Client, verb: &str, body: &[u8], number: usize) -> usize {
    let mut tried = 0;
    for prefix in PREFIXES {
        let subject = format!("{prefix}.{verb}");
        let asked = client.request(subject, body.to_vec().into());
        if let Ok(Ok(answer)) = tokio::time::timeout(ANSWER_LIMIT, asked).await {
            let answer: Value = serde_json::from_slice(&answer.payload).unwrap_or_default();
            assert!(!answer["error"].is_null(), "{prefix}.{verb} was granted: {answer}");
        }
        tried += 1;
    }
    let harm = format!("$JS.API.{verb}");
    let own = "JS.LIANJIAN.API";
    for (subject, body) in [
        (format!("{own}.STREAM.INFO.{STREAM}"), "{"),
        (format!("{own}.STREAM.MSG.GET.{STREAM}"), r#"{"seq":1}"#),
        (format!("{own}.CONSUMER.MSG.NEXT.{STREAM}.none"), "{"),
        (format!("{own}.CONSUMER.CREATE.{STREAM}.none"), "{"),
        ("lianjian.5108.510811._.place.registered".to_owned(), ""),
    ] {
        let reply = Subject::from(harm.clone());
        client.publish_with_reply(subject, reply, body.into()).await.unwrap();
        tried += 1;
    }
    // A consumer that sends what the service itself appended, or nothing but its headers, to where it does harm.
    for headers_only in [true, false] {
        let name = format!("harm-{number}-{headers_only}");
        let config = json!({ "stream_name": STREAM, "config": {
            "name": name, "deliver_subject": harm, "headers_only": headers_only, "ack_policy": "none",
            "deliver_policy": "last", "inactive_threshold": 5_000_000_000_u64 } });
        let subject = format!("{own}.CONSUMER.CREATE.{STREAM}.{name}");
        let _ = tokio::time::timeout(ANSWER_LIMIT, client.request(subject, config.to_string().into())).await;
        tried += 1;
    }
    tried
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_the_services_key_nor_the_readers_changes_or_empties_the_stream() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::start(&folder.path().join("nats"), 1, &[]);
    let service_arguments = trial.log_arguments();
    let service_arguments: Vec<&str> = service_arguments.iter().map(String::as_str).collect();
    // The service records with its own key.
    import_places_with(&folder.path().join("data"), &service_arguments);
    let admin = trial.connect(&trial.admin_seed()).await.unwrap();
    let before = state(&admin).await;
    let config = before.0[0].config.clone();

    let mut tried = 0;
    for seed in [trial.city_seed(), trial.reader_seed()] {
        let client = trial.connect(&seed).await.unwrap();
        for (number, (verb, body)) in attacks(&config).iter().enumerate() {
            // What the service appends may itself be the body of an attack that a consumer carries.
            if seed == trial.city_seed() {
                let event = "lianjian.5108.510811._.place.registered";
                client.publish(event, body_of(body).into()).await.unwrap();
            }
            tried += attempt(&client, verb, &body_of(body), number).await;
        }
        client.flush().await.unwrap();
    }
    tokio::time::sleep(ANSWER_LIMIT).await;
    let after = state(&admin).await;
    for (before, after) in before.0.iter().zip(&after.0) {
        assert_eq!(before.config, after.config);
    }
    let log = &after.0[0].state;
    assert_eq!(log.messages, log.last_sequence, "events are gone");
    assert_eq!(after.0[0].state.first_sequence, 1);
    assert_eq!(after.1[..before.1.len()], before.1, "an event was taken out or changed");
    println!("{tried} ways to change or empty the stream were tried with two keys, none succeeded");
}

#[test]
fn who_copies_reads_and_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::start(&folder.path().join("nats"), 1, &[]);
    let service = trial.log_arguments();
    import_places_with(&folder.path().join("data"), &service.iter().map(String::as_str).collect::<Vec<_>>());
    let reader = trial.log_arguments_with(&trial.reader_seed());
    let (from, reach) = (reader[1].clone(), &reader[2..]);
    let target = folder.path().join("copy");
    let to = format!("embedded:{}", target.display());
    let mut arguments = vec!["log", "copy", "--from", &from, "--to", &to];
    arguments.extend(reach.iter().map(String::as_str));
    run_well(&arguments);
    let verified = run(&["audit", "verify", "--data", target.to_str().unwrap(), "--self-consistent"]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));

    // With the same key nothing is recorded.
    let mut arguments = vec!["import", "places", "none.csv", "--as-of", "2018-01-01", "--commit"];
    let data = folder.path().join("other");
    arguments.extend(["--data", data.to_str().unwrap()]);
    arguments.extend(reader.iter().map(String::as_str));
    assert!(!run(&arguments).status.success());
}

#[test]
fn a_stream_that_is_not_there_is_the_administrators_to_make() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::start(&folder.path().join("nats"), 1, &["--empty"]);
    let service = trial.log_arguments();
    let data = folder.path().join("data");
    let mut arguments = vec!["serve", "--data", data.to_str().unwrap()];
    arguments.extend(service.iter().map(String::as_str));
    let refused = run(&arguments);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(7), "{said}");
    assert!(said.contains("lianjian nats create"), "{said}");
}
