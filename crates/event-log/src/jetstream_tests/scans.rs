//! Scans on a real nats-server: the contract, what is damaged or unfinished, and that erased bytes leave the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_nats::jetstream;

use super::CITY;
use crate::jetstream_connection::Connection;
use crate::jetstream_scans::JetStreamScans;
use crate::nats_server::NatsServer;
use crate::scans::{ScanStore, scan_hash};

const FAR: Duration = Duration::from_secs(3_600);

fn open(server: &NatsServer) -> JetStreamScans {
    let options = server.options();
    JetStreamScans::of(Arc::new(Connection::open(&options).unwrap()), &options, CITY)
}

#[test]
fn scans_keep_the_contract() {
    let directory = tempfile::tempdir().unwrap();
    // The suite's stores are all of one city, so each has a server of its own.
    let servers = std::cell::RefCell::new(std::collections::HashMap::new());
    crate::scan_contract::run(|name| {
        let mut servers = servers.borrow_mut();
        let server =
            servers.entry(name.to_owned()).or_insert_with(|| NatsServer::start(&directory.path().join(name)));
        open(server)
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lost_a_chunk_is_damaged_and_may_be_stored_anew() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let scans = open(&server);
    let body = vec![9; 200_000];
    let hash = scans.put(&body).unwrap();
    let context = jetstream::new(async_nats::connect(server.address()).await.unwrap());
    let stream = context.get_stream("OBJ_LIANJIAN_5108_SCANS").await.unwrap();
    stream.delete_message(2).await.unwrap();
    assert!(scans.get(&hash).unwrap_err().is_damage());
    assert_eq!(scans.put(&body).unwrap(), hash);
    assert_eq!(scans.get(&hash).unwrap(), Some(body));
    assert_eq!(scans.sweep_unfinished(SystemTime::now() + FAR).unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_while_storing_leaves_pieces_that_are_swept() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let scans = open(&server);
    let kept = scans.put(b"whole").unwrap();
    // What a put has published before it names the scan.
    let context = jetstream::new(async_nats::connect(server.address()).await.unwrap());
    for chunk in ["half", "of it"] {
        context.publish("$O.LIANJIAN_5108_SCANS.C.unfinished", chunk.into()).await.unwrap().await.unwrap();
    }
    assert_eq!(scans.list().unwrap().len(), 1);
    assert_eq!(scans.sweep_unfinished(SystemTime::now() - FAR).unwrap(), 0);
    assert_eq!(scans.sweep_unfinished(SystemTime::now() + FAR).unwrap(), 1);
    assert_eq!(scans.sweep_unfinished(SystemTime::now() + FAR).unwrap(), 0);
    assert!(scans.get(&kept).unwrap().is_some());
}

#[test]
fn what_is_erased_leaves_the_servers_disk() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let scans = open(&server);
    let body = "names 王小明 in a scan ".repeat(9_000);
    let hash = scans.put(body.as_bytes()).unwrap();
    assert!(is_on_disk(&server.store(), "王小明"));
    assert!(scans.erase(&hash).unwrap());
    assert!(!is_on_disk(&server.store(), "王小明"));
    assert_eq!(scan_hash(body.as_bytes()), hash);
}

fn is_on_disk(directory: &Path, text: &str) -> bool {
    std::fs::read_dir(directory).unwrap().flatten().any(|entry| match entry.path() {
        path if path.is_dir() => is_on_disk(&path, text),
        path => {
            let bytes = std::fs::read(path).unwrap_or_default();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        }
    })
}
