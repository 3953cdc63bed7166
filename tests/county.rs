//! Counties come and go while the servers run, and a county's own copy of its events.

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::stream::Stream;
use futures_util::StreamExt;
use serde_json::json;
use tokio::time::timeout;

use crate::harness::{import_places_with, key, program, run, run_well};
use crate::trial::{Trial, jetstream};

/// How long what must happen may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with the places of two counties in its log.
fn city(folder: &Path) -> Trial {
    let trial = Trial::start(&folder.join("city"), 1, &[]);
    let log = trial.log_arguments();
    import_places_with(&folder.join("data"), &log.iter().map(String::as_str).collect::<Vec<_>>());
    trial
}

fn add(trial: &Trial, county: &str) -> String {
    let added = trial.change_county("add", county);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    String::from_utf8(added.stdout).unwrap()
}

async fn consumer(trial: &Trial, county: &str) -> PullConsumer {
    let client = trial.connect(&trial.county_seed(county)).await.unwrap();
    let context = jetstream(client, "JS.GOV.API");
    context.get_consumer_from_stream(format!("c{county}"), "LIANJIAN_5108").await.unwrap()
}

/// Takes the next event; gives its subject.
async fn next(consumer: &PullConsumer) -> String {
    let mut batch = consumer.batch().max_messages(1).expires(PATIENCE).messages().await.unwrap();
    let event = timeout(PATIENCE, batch.next()).await.unwrap().expect("no event").unwrap();
    event.double_ack().await.unwrap();
    event.subject.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_comes_and_goes_while_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let trial = city(folder.path());
    let said = add(&trial, "510811");
    let seed = std::fs::read_to_string(trial.county_seed("510811")).unwrap();
    assert!(!said.contains(seed.trim()), "a seed is never shown");
    let one = consumer(&trial, "510811").await;
    next(&one).await;

    assert!(add(&trial, "510812").contains("c510812"));
    next(&one).await;
    let other = consumer(&trial, "510812").await;
    let read = next(&other).await;
    assert!(read.starts_with("lianjian.5108._.") || read.starts_with("lianjian.5108.510812."), "{read}");

    // A second time nothing changes, and where it stands stays where it stands.
    add(&trial, "510812");
    assert_eq!(std::fs::read_to_string(trial.county_seed("510811")).unwrap(), seed);
    assert_ne!(next(&other).await, read, "it began again");

    for (wrong, status) in [("510899", 2), ("510101", 2), ("5108", 2), ("51081", 2)] {
        assert_eq!(trial.change_county("add", wrong).status.code(), Some(status), "{wrong}");
    }
    let list =
        || run_well(&["nats", "county", "list", "--config-dir", trial.configuration().to_str().unwrap()]);
    assert_eq!(
        list().lines().filter_map(|line| line.split(' ').next()).collect::<Vec<_>>(),
        ["510811", "510812"]
    );

    let seed = folder.path().join("kept.nk");
    std::fs::copy(trial.county_seed("510812"), &seed).unwrap();
    assert!(trial.change_county("remove", "510812").status.success());
    assert!(trial.connect(&seed).await.is_err(), "a county that was removed still connects");
    next(&one).await;
    assert_eq!(list().lines().count(), 1);
    assert_eq!(trial.change_county("remove", "510812").status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_county_keeps_a_copy_that_is_whole_and_in_order_whatever_dies() {
    let folder = tempfile::tempdir().unwrap();
    let mut trial = city(folder.path());
    add(&trial, "510811");
    let mut own = Trial::start(&folder.path().join("county"), 1, &["--empty"]);
    let relay = |more: &[&str]| {
        let (seed, to_seed) = (trial.county_seed("510811"), own.admin_seed());
        let arguments = ["nats", "relay", "510811", "--log", trial.address(), "--to", own.address()];
        let files =
            ["--nats-credentials", seed.to_str().unwrap(), "--to-credentials", to_seed.to_str().unwrap()];
        [&arguments, &files[..], more].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (once, forever) = (relay(&["--once"]), relay(&[]));
    run_well(&once.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(copy(&own).await, of_county(&trial).await);

    // Two relays at once, of which one is killed; both servers die in between.
    let mut relays = [start(&forever), start(&forever)];
    generate(&trial, folder.path(), 1);
    relays[0].kill().unwrap();
    relays[0].wait().unwrap();
    own.tell("kill 1");
    generate(&trial, folder.path(), 2);
    own.tell("start 1");
    trial.tell("kill 1");
    trial.tell("start 1");
    let wanted = until_there(&trial).await;
    let begun = Instant::now();
    while copy_if_there(&own).await.is_none_or(|copy| copy.len() < wanted.len()) {
        assert!(begun.elapsed() < 2 * PATIENCE, "the copy stays behind");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    relays[1].kill().unwrap();
    relays[1].wait().unwrap();
    assert_eq!(copy(&own).await, wanted, "each event once, with its bytes, in order");
    // Who is not let in is told so, and copies nothing.
    let stranger = once.iter().map(|it| if it == "510811" { "510812" } else { it.as_str() });
    assert_eq!(run(&stranger.collect::<Vec<_>>()).status.code(), Some(6));
}

fn start(arguments: &[String]) -> Child {
    Command::new(program()).args(["--lang", "en"]).args(arguments).spawn().unwrap()
}

/// More villages of the county and of another one.
fn generate(trial: &Trial, folder: &Path, round: u32) {
    let rows = (0..60).map(|number| {
        let township = if number % 3 == 0 { "510812100" } else { "510811210" };
        let code = format!("{township}{}", 210 + 60 * (round - 1) + number);
        let data = json!({ "code": code, "name": format!("{round}年{number}村民委员会"), "level": "village", "parent": township });
        let line = json!({ "name": "register-place", "id": key(), "effective_date": "2018-01-01", "on_behalf_of": "5108", "data": data });
        format!("{line}\n")
    });
    let file = folder.join("more.ndjson");
    std::fs::write(&file, rows.collect::<String>()).unwrap();
    let (log, data) = (trial.log_arguments(), folder.join("data"));
    let mut arguments = vec!["import", "commands", file.to_str().unwrap()];
    arguments.extend(["--data", data.to_str().unwrap()]);
    arguments.extend(log.iter().map(String::as_str));
    run_well(&arguments);
}

async fn until_there(trial: &Trial) -> Vec<(String, Vec<u8>)> {
    let begun = Instant::now();
    while trial.connect(&trial.admin_seed()).await.is_err() {
        assert!(begun.elapsed() < PATIENCE, "the city's server does not come back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    of_county(trial).await
}

/// The city's events that concern the county.
async fn of_county(trial: &Trial) -> Vec<(String, Vec<u8>)> {
    let city = jetstream(trial.connect(&trial.admin_seed()).await.unwrap(), "$JS.API");
    let events = events(&city.get_stream("LIANJIAN_5108").await.unwrap()).await;
    let concerns = |subject: &str| ["510811", "_"].contains(&subject.split('.').nth(2).unwrap());
    events.into_iter().filter(|(subject, _)| concerns(subject)).collect()
}

async fn copy(own: &Trial) -> Vec<(String, Vec<u8>)> {
    copy_if_there(own).await.unwrap()
}

async fn copy_if_there(own: &Trial) -> Option<Vec<(String, Vec<u8>)>> {
    let county = jetstream(own.connect(&own.admin_seed()).await.ok()?, "$JS.API");
    Some(events(&county.get_stream("LIANJIAN_5108_510811").await.ok()?).await)
}

async fn events(stream: &Stream) -> Vec<(String, Vec<u8>)> {
    let last = stream.get_info().await.unwrap().state.last_sequence;
    let mut events = Vec::new();
    for position in 1..=last {
        let event = stream.get_raw_message(position).await.unwrap();
        events.push((event.subject.to_string(), event.payload.to_vec()));
    }
    events
}
