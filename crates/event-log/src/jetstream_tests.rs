//! The log and the control store on a real nats-server: the contract, and what only a network can do to them.

use std::sync::Arc;
use std::time::Duration;

use crate::jetstream::JetStreamLog;
use crate::log::{EventLog, NewEvent, Position};
use crate::nats_location::NatsOptions;
use crate::nats_server::NatsServer;

mod answers;
mod control;
mod proxy;
mod restart;
mod scans;
mod settings;
mod watch;

const CITY: &str = "5108";
/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn event(body: impl Into<Vec<u8>>) -> NewEvent {
    NewEvent { subject: "lianjian.5108.510811._.place.registered".to_owned(), body: body.into() }
}

fn group(name: &str, count: usize) -> Vec<NewEvent> {
    (1..=count).map(|number| event(format!("{name} {number}"))).collect()
}

async fn open(options: &NatsOptions) -> Arc<JetStreamLog> {
    Arc::new(JetStreamLog::connect(options, CITY).unwrap())
}

async fn bodies(log: &dyn EventLog, after: Position) -> Vec<String> {
    let mut bodies = Vec::new();
    loop {
        let more = log.read(after + bodies.len() as Position, usize::MAX).await.unwrap();
        if more.is_empty() {
            return bodies;
        }
        bodies.extend(more.into_iter().map(|event| String::from_utf8(event.body).unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn keeps_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    // The suite's logs are all of one city, so each has a server of its own.
    let servers = tokio::sync::Mutex::new(std::collections::HashMap::new());
    let open = async |name: &str| {
        let mut servers = servers.lock().await;
        let server =
            servers.entry(name.to_owned()).or_insert_with(|| NatsServer::start(&directory.path().join(name)));
        JetStreamLog::connect(&server.options(), CITY).unwrap()
    };
    crate::contract::run(open).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_message_and_a_missing_one_are_met_where_they_stand() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let log = open(&server.options()).await;
    log.append(0, group("ours", 2)).await.unwrap();
    let client = async_nats::connect(server.address()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    context.publish("lianjian.5108.stray", "stray".into()).await.unwrap().await.unwrap();
    assert_eq!(log.wait_past(2).await.unwrap(), 3);
    let refused = log.append(2, group("late", 2)).await.unwrap_err();
    assert_eq!(refused, crate::log::AppendError::Conflict { expected: 2, last: 3 });
    assert_eq!(bodies(&*log, 0).await, ["ours 1", "ours 2", "stray"]);

    // Whoever administers the stream may allow what it denies; a hole is noticed by every way of reading.
    let mut config = context.get_stream("LIANJIAN_5108").await.unwrap().cached_info().config.clone();
    config.deny_delete = false;
    assert!(context.update_stream(config).await.is_err(), "the server itself keeps to what it denies");
}
