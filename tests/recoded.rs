//! A county gets another code: its readers keep its past, over HTTP and on NATS, and go on.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::harness::{
    Client, Desk, Server, created, desk, fact, import_places_with, key, run, run_well, token,
};
use crate::trial::{Trial, jetstream};

/// How long what must happen may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a reader gets, by the ids of the events.
fn read(client: &Client, query: &str) -> Vec<Value> {
    let list = client.get(&format!("/api/v1/events{query}")).expect(200);
    list.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["id"].as_str().unwrap()).collect()
}

fn position(event: &Value) -> u64 {
    event["sequence"].as_str().unwrap().parse().unwrap()
}

/// The events of a stream, opened after a position; each waits until it comes.
fn follow(server: &Server, token: &str, query: &str) -> impl Iterator<Item = Value> + use<> {
    let host = server.address.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(host).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    let head = format!(
        "GET /api/v1/events/stream?{query} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    connection.write_all(head.as_bytes()).unwrap();
    let lines = BufReader::new(connection).lines().map(|line| line.expect("nothing comes"));
    lines.filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
}

fn change(place: &str, kind: &str, more: &Value, on: &str) -> Value {
    let mut data = json!({ "place": place, "change": kind });
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "effective_date": on, "on_behalf_of": place.get(..6).unwrap(), "data": data })
}

fn record(client: &Client, organization: &str, members: u64) -> Value {
    let data = json!({ "organization": organization, "formal_members": members });
    let mut body = fact("510811210", data);
    body["effective_date"] = "2026-02-02".into();
    client.command("update-organization", &body).expect(201).json()["events"][0].clone()
}

#[test]
fn a_county_keeps_its_past_and_its_readers_under_its_next_code() {
    let Desk { _directory: directory, data, server, office } = desk();
    office.establish(&server, "2018-06-01");
    let [subscriber_token, clerk_token] = [("subscriber", "510811"), ("township_clerk", "510811210")]
        .map(|(role, scope)| token(&data, role, scope));
    let (subscriber, clerk) = (server.client(&subscriber_token), server.client(&clerk_token));
    let (officer, auditor) =
        (server.client(&office.officer), server.client(&token(&data, "auditor", "5108")));
    let foreign = server.client(&token(&data, "subscriber", "510812"));
    let had = read(&subscriber, "");
    let had_by_clerk = read(&clerk, "");
    let after = format!("after={}", position(had.last().unwrap()));
    let mut open = follow(&server, &subscriber_token, &format!("scope=510811&{after}"));
    let mut of_clerk = follow(&server, &clerk_token, &after);

    let recode = change("510811", "recode", &json!({ "code": "510817" }), "2026-02-01");
    let recoded = officer.command("change-place", &recode).expect(201).json()["events"][0].clone();
    let next = record(&clerk, &office.branches[2], 33);
    assert_eq!((&recoded["county"], &next["county"]), (&json!("510811"), &json!("510817")));
    assert_eq!(next["scopesequence"], "00000000000000000001", "each code is numbered by itself");
    // The server may learn only now of the accounts that the desk has made.
    let is_account = |event: &Value| event["type"].as_str().is_some_and(|found| found.contains("account"));
    for event in [&recoded, &next] {
        assert_eq!(open.find(|found| !is_account(found)).as_ref(), Some(event), "the open stream goes on");
    }
    assert_eq!(of_clerk.find(|found| !is_account(found)).as_ref(), Some(&next));

    // The old code, the new one, and none at all.
    let has = read(&subscriber, "");
    assert!(ids(&has).starts_with(&ids(&had)), "the past is there");
    // Among what came since are accounts of the whole city, which the server may have learned of meanwhile.
    let own: Vec<Value> = has.iter().filter(|event| event["county"].is_string()).cloned().collect();
    assert_eq!(own[own.len() - 2..], [recoded.clone(), next.clone()]);
    for query in ["?scope=510811", "?scope=510817"] {
        assert_eq!(read(&subscriber, query), own, "{query}");
        assert_eq!(read(&auditor, query), own, "{query}");
        foreign.get(&format!("/api/v1/events{query}")).expect(403);
    }
    assert_eq!(read(&clerk, "").len(), had_by_clerk.len() + 1);
    for event in [&own[0], &recoded, &next] {
        officer.get(&format!("/events/{}", position(event))).expect(200);
        subscriber.get(&format!("/api/v1/receipts/{}", position(event))).expect(200);
        foreign.get(&format!("/api/v1/receipts/{}", position(event))).expect(403);
    }
    let there = format!("min_position={}", position(&next));
    officer.get(&format!("/api/v1/counties/510817?{there}")).expect(200);
    clerk.get(&format!("/api/v1/townships/510811210/ledger?{there}")).expect(200);

    // What is registered below a township that kept its code is the county's, and the officer acts for that township.
    let village =
        json!({ "code": "510811210209", "name": "新村民委员会", "level": "village", "parent": "510811210" });
    let body = json!({ "effective_date": "2026-02-03", "on_behalf_of": "510811210", "data": village });
    let registered = officer.command("register-place", &body).expect(201).json()["events"][0].clone();
    assert_eq!((&registered["county"], &registered["township"]), (&json!("510817"), &json!("510811210")));

    the_code_goes_to_another(&data, &server, (&subscriber, &foreign));
    assert_eq!(server.interrupt(), Some(0));
    run_well(&["audit", "verify", "--data", data.to_str().unwrap(), "--deep", "--self-consistent"]);
    // From the snapshot the same as from the log.
    let server = Server::start(&data, &[]);
    assert!(ids(&read(&server.client(&subscriber_token), "")).starts_with(&ids(&has)));
    drop(directory);
}

/// The other county gets the code that the first one had.
fn the_code_goes_to_another(data: &Path, server: &Server, (first, second): (&Client, &Client)) {
    let officer = server.client(&token(data, "county_officer", "510812"));
    let (had, others) = (read(first, ""), read(second, ""));
    let mut recode = change("510812", "recode", &json!({ "code": "510811" }), "2026-03-01");
    recode["on_behalf_of"] = "510812".into();
    let recoded = officer.command("change-place", &recode).expect(201).json()["events"][0].clone();
    assert!(recoded["data"]["numbered_after"].as_u64().is_some_and(|last| last > 0), "{recoded}");
    let organ = json!({
        "name": "中共朝天区委员会", "form": "organ", "host_kind": "county", "host": "510811", "formal_members": 9,
        "probationary_members": 0
    });
    let body = json!({ "effective_date": "2026-03-02", "on_behalf_of": "510811", "data": organ });
    let answer = officer.command("register-organization", &body).expect(201);
    let organ = answer.json()["events"][0].clone();
    assert!(!created(&answer, "organization").is_empty());
    let number: u64 = organ["scopesequence"].as_str().unwrap().parse().unwrap();
    assert_eq!(Some(number), recoded["data"]["numbered_after"].as_u64().map(|last| last + 1));

    assert_eq!(ids(&read(first, "")), ids(&had), "nothing of the other's comes in");
    first.get("/api/v1/events?scope=510811").expect(403);
    let now = read(second, "");
    assert_eq!(
        ids(&now),
        [ids(&others), vec![recoded["id"].as_str().unwrap(), organ["id"].as_str().unwrap()]].concat()
    );
    let own: Vec<&Value> = had.iter().filter(|event| event["county"].is_string()).collect();
    second.get(&format!("/api/v1/receipts/{}", position(own[0]))).expect(403);
    officer.get(&format!("/events/{}", position(own[0]))).expect(403);
}

/// Gives commands on the machine that holds the log.
fn import(trial: &Trial, folder: &Path, commands: &[(&str, Value)]) {
    let line = |(name, body): &(&str, Value)| {
        let mut line = body.clone();
        line["name"] = (*name).into();
        line["id"] = key().into();
        format!("{line}\n")
    };
    let file = folder.join("commands.ndjson");
    std::fs::write(&file, commands.iter().map(line).collect::<String>()).unwrap();
    let (log, data) = (trial.log_arguments(), folder.join("data"));
    let arguments = ["import", "commands", file.to_str().unwrap(), "--data", data.to_str().unwrap()];
    run_well(&arguments.into_iter().chain(log.iter().map(String::as_str)).collect::<Vec<_>>());
}

fn village(code: &str) -> (&'static str, Value) {
    let data = json!({ "code": code, "name": format!("{code}民委员会"), "level": "village", "parent": code.get(..9) });
    ("register-place", json!({ "effective_date": "2018-01-01", "on_behalf_of": "5108", "data": data }))
}

async fn consumer(trial: &Trial, county: &str) -> PullConsumer {
    let client = trial.connect(&trial.county_seed(county)).await.unwrap();
    let context = jetstream(client, "JS.GOV.API");
    context.get_consumer_from_stream(format!("c{county}"), "LIANJIAN_5108").await.unwrap()
}

/// Takes everything that waits, until a subject comes that ends so; gives the subjects.
async fn take_until(consumer: &PullConsumer, ending: &str) -> Vec<String> {
    let mut subjects: Vec<String> = Vec::new();
    while subjects.last().is_none_or(|subject| !subject.ends_with(ending)) {
        let mut batch = consumer.batch().max_messages(1).expires(PATIENCE).messages().await.unwrap();
        let event = timeout(PATIENCE, batch.next()).await.unwrap().expect("no event").unwrap();
        event.double_ack().await.unwrap();
        subjects.push(event.subject.to_string());
    }
    subjects
}

fn listed(trial: &Trial, folder: &Path) -> (Option<i32>, String, Option<i32>, String) {
    let log = trial.log_arguments();
    let log: Vec<&str> = log.iter().map(String::as_str).collect();
    let configuration = trial.configuration().to_str().unwrap().to_owned();
    let list = run(&[&["nats", "county", "list", "--config-dir", &configuration], &*log].concat());
    let data = folder.join("data");
    let doctor = run(&[&["doctor", "--data", data.to_str().unwrap()], &*log].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let counties = text(doctor.stdout).lines().filter(|line| line.contains("counties")).collect();
    (list.status.code(), text(list.stdout), doctor.status.code(), counties)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_nats_a_county_goes_on_under_its_next_code_once_its_consumer_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::start(&folder.path().join("city"), 1, &[]);
    let log = trial.log_arguments();
    import_places_with(&folder.path().join("data"), &log.iter().map(String::as_str).collect::<Vec<_>>());
    for county in ["510811", "510812"] {
        assert!(trial.change_county("add", county).status.success());
    }
    let (status, said, doctor, counties) = listed(&trial, folder.path());
    assert_eq!((status, said.matches("  ok    at position ").count()), (Some(0), 2), "{said}");
    assert!(doctor == Some(0) && counties.contains("2 consumers"), "{counties}");

    let own = consumer(&trial, "510811").await;
    let recode = change("510811", "recode", &json!({ "code": "510817" }), "2018-01-01");
    let recode = (
        "change-place",
        json!({ "on_behalf_of": "5108", "effective_date": "2019-01-01", "data": recode["data"] }),
    );
    import(&trial, folder.path(), &[recode, village("510811210209")]);
    let had = take_until(&own, "place.recoded").await;
    assert!(had.iter().all(|subject| !subject.contains(".510817.")));

    // Both name what is missing, and what to do.
    let (status, said, doctor, counties) = listed(&trial, folder.path());
    assert!(
        status == Some(5) && said.contains("FAIL") && said.contains("run nats county add 510817"),
        "{said}"
    );
    assert!(doctor == Some(5) && counties.contains("county 510811: "), "{counties}");
    let added = trial.change_county("add", "510817");
    assert!(added.status.success(), "{added:?}");
    assert!(
        String::from_utf8(added.stdout).unwrap().contains("c510811"),
        "account and consumer keep their name"
    );
    assert_eq!(listed(&trial, folder.path()).0, Some(0));
    let own = consumer(&trial, "510811").await;
    let next = take_until(&own, "place.registered").await;
    assert_eq!(next.last().unwrap(), "lianjian.5108.510817.510811210.place.registered");
    // A second time nothing changes.
    assert!(trial.change_county("add", "510811").status.success());
    import(&trial, folder.path(), &[village("510811210210")]);
    assert_eq!(take_until(&own, "place.registered").await.len(), 1);

    // A code that another county bore: the subjects do not say of whose time an event is.
    let recode = json!({ "place": "510812", "change": "recode", "code": "510811" });
    let recode = json!({ "effective_date": "2019-02-01", "on_behalf_of": "5108", "data": recode });
    import(&trial, folder.path(), &[("change-place", recode)]);
    let (status, said, ..) = listed(&trial, folder.path());
    assert!(status == Some(5) && said.contains("is of another county as well"), "{said}");
    assert_eq!(trial.change_county("add", "510811").status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_is_ahead_of_its_stream_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::start(&folder.path().join("city"), 1, &[]);
    let log = trial.log_arguments();
    import_places_with(&folder.path().join("data"), &log.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(trial.change_county("add", "510811").status.success());
    // As after a stream that was put back: the county has been further than the stream is.
    let city = jetstream(trial.connect(&trial.admin_seed()).await.unwrap(), "$JS.API");
    let stream = city.get_stream("LIANJIAN_5108").await.unwrap();
    let last = stream.get_info().await.unwrap().state.last_sequence;
    stream.delete_consumer("c510811").await.unwrap();
    let ahead = pull::Config {
        durable_name: Some("c510811".into()),
        filter_subjects: vec!["lianjian.5108.510811.>".into(), "lianjian.5108._.>".into()],
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: last + 100 },
        ack_policy: AckPolicy::Explicit,
        ..pull::Config::default()
    };
    stream.create_consumer(ahead).await.unwrap();
    let (status, said, doctor, counties) = listed(&trial, folder.path());
    let expected = format!("the consumer is at {}, the stream ends at {last}", last + 99);
    assert!(status == Some(5) && said.contains(&expected), "{said}");
    assert!(doctor == Some(5) && counties.contains(&expected), "{counties}");
}
