//! A server that is killed under load: every acknowledged event is there once, none half, none twice.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{bodies, group, open};
use crate::log::{AppendError, EventLog};
use crate::nats_server::NatsServer;

const APPENDERS: usize = 4;
const KILLS: usize = 3;
const GROUP: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_under_load_keeps_what_it_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = NatsServer::start(directory.path());
    let stop = Arc::new(AtomicBool::new(false));
    let mut appending = Vec::new();
    for appender in 0..APPENDERS {
        let (log, stop) = (open(&server.options()).await, stop.clone());
        appending.push(tokio::spawn(async move {
            let (mut acknowledged, mut expected) = (Vec::new(), 0);
            for round in 0.. {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let name = format!("{appender}-{round}");
                loop {
                    match log.append(expected, group(&name, GROUP)).await {
                        Ok(()) => {
                            expected += GROUP as u64;
                            acknowledged.push(name);
                            break;
                        }
                        Err(AppendError::Conflict { last, .. }) => expected = last,
                        Err(error) => unreachable!("the server was away for less than the budget: {error}"),
                    }
                }
            }
            acknowledged
        }));
    }
    let direct = open(&server.options()).await;
    for kill in 1..=KILLS {
        let grown = direct.last_position().await.unwrap() + 30;
        while direct.last_position().await.unwrap() < grown {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.kill();
        tokio::time::sleep(Duration::from_millis(200 * kill as u64)).await;
        server.restart();
        while direct.last_position().await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    stop.store(true, Ordering::SeqCst);
    let mut acknowledged = HashSet::new();
    for appender in appending {
        acknowledged.extend(appender.await.unwrap());
    }
    let found = bodies(&*direct, 0).await;
    let groups: Vec<&str> = found
        .chunks(GROUP)
        .map(|group| {
            let name = group[0].strip_suffix(" 1").unwrap();
            let whole: Vec<String> = (1..=GROUP).map(|number| format!("{name} {number}")).collect();
            assert_eq!(group, whole, "a group stands together");
            name
        })
        .collect();
    let distinct: HashSet<String> = groups.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(distinct.len(), groups.len(), "none twice");
    assert_eq!(distinct, acknowledged, "everyone was told the truth");
}
