//! The control store on NATS: what one instance writes every other sees, and what is erased is gone from the disk.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, stream};
use tokio::time::sleep;

use super::CITY;
use crate::control::{ControlStore, Erasable};
use crate::jetstream_connection::Connection;
use crate::jetstream_control::JetStreamControl;
use crate::nats_server::NatsServer;

fn open(server: &NatsServer) -> JetStreamControl {
    let options = server.options();
    JetStreamControl::open(Arc::new(Connection::open(&options).unwrap()), &options, CITY).unwrap()
}

fn name(command_id: &str, salt: u8, value: &str) -> Erasable {
    Erasable {
        command_id: command_id.to_owned(),
        pointer: "/name".to_owned(),
        subject: format!("P-{command_id}"),
        salt: vec![salt; 16],
        value: value.to_owned(),
    }
}

#[test]
fn what_one_instance_stores_every_other_sees() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let (one, other) = (open(&server), open(&server));
    one.put_erasables(&[name("C1", 1, "张三"), name("C2", 1, "李四")], 0).unwrap();
    one.put_token(&[1; 32], "A1").unwrap();
    one.put("checkpoint", &[0xff]).unwrap();
    other.catch_up().unwrap();
    assert_eq!(other.command_ids().unwrap(), ["C1", "C2"]);
    assert_eq!(other.value_of("P-C1", "/name").unwrap().as_deref(), Some("张三"));
    assert_eq!(other.account_of_token(&[1; 32]).unwrap().as_deref(), Some("A1"));
    assert_eq!(other.get("checkpoint").unwrap(), Some(vec![0xff]));
    other.put_token(&[2; 32], "A1").unwrap();
    other.delete_command("C2").unwrap();
    one.catch_up().unwrap();
    assert_eq!(one.tokens().unwrap(), [([2; 32], "A1".to_owned())]);
    one.delete_token("A1").unwrap();
    assert_eq!(one.tokens().unwrap(), []);
    let third = open(&server);
    assert_eq!(third.command_ids().unwrap(), ["C1"]);
    assert_eq!(third.account_of_token(&[2; 32]).unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_waits_until_somebody_listens_for_the_bucket() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let control = Arc::new(open(&server));
    let context = jetstream::new(async_nats::connect(server.address()).await.unwrap());
    let stream = context.get_stream("KV_LIANJIAN_5108_CONTROL").await.unwrap();
    let listening = stream.cached_info().config.clone();
    let deaf = stream::Config { subjects: vec!["nowhere".to_owned()], ..listening.clone() };
    context.update_stream(deaf).await.unwrap();
    let writer = control.clone();
    let written = tokio::task::spawn_blocking(move || {
        writer.put_if("checkpoint", None, b"1")?;
        writer.put("checkpoint", b"2")
    });
    sleep(Duration::from_millis(500)).await;
    assert!(!written.is_finished(), "nobody listened");
    context.update_stream(listening).await.unwrap();
    written.await.unwrap().unwrap();
    assert_eq!(control.get("checkpoint").unwrap().unwrap(), b"2");
}

#[test]
fn of_two_instances_one_replaces_a_value() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let (one, other) = (open(&server), open(&server));
    assert!(one.put_if("checkpoint", None, b"1").unwrap());
    assert!(!other.put_if("checkpoint", None, b"2").unwrap());
    assert!(!other.put_if("checkpoint", Some(b"0"), b"2").unwrap());
    let taken = std::thread::scope(|scope| {
        let racing =
            [&one, &other].map(|store| scope.spawn(|| store.put_if("checkpoint", Some(b"1"), b"2").unwrap()));
        racing.into_iter().map(|store| store.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1, "{taken:?}");
    one.catch_up().unwrap();
    assert_eq!(one.get("checkpoint").unwrap().unwrap(), b"2");
}

#[test]
fn each_instance_takes_back_its_own_fields_only() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let (one, other) = (open(&server), open(&server));
    let (ours, theirs) = ([name("C1", 1, "张三")], [name("C1", 2, "张三")]);
    one.put_erasables(&ours, 7).unwrap();
    other.put_erasables(&theirs, 7).unwrap();
    one.delete_erasables(&ours).unwrap();
    other.catch_up().unwrap();
    assert_eq!(other.erasables_of_command("C1").unwrap(), theirs);
    // The log is where the append was to stand: it may still come.
    assert_eq!(one.sweep(7, &|_| false).unwrap(), 0);
    assert_eq!(one.sweep(8, &|_| true).unwrap(), 0);
    assert_eq!(one.erasables_of_command("C1").unwrap(), theirs);
    assert_eq!(one.sweep(8, &|_| false).unwrap(), 1);
    other.catch_up().unwrap();
    assert_eq!(other.command_ids().unwrap(), Vec::<String>::new());
    let unsalted = Erasable { salt: vec![1; 15], ..name("C3", 1, "王五") };
    one.put_erasables(&[unsalted], 8).unwrap_err();
    assert_eq!(one.command_ids().unwrap(), Vec::<String>::new());
}

#[test]
fn what_is_erased_is_gone_from_the_servers_disk() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let control = open(&server);
    control.put_erasables(&[name("C1", 1, "王小明")], 0).unwrap();
    control.put_erasables(&[name("C2", 1, "李四")], 0).unwrap();
    assert!(contains(&server.store(), "王小明"));
    assert_eq!(control.commands_of_subject("P-C1").unwrap(), ["C1"]);
    control.delete_command("C1").unwrap();
    assert!(!contains(&server.store(), "王小明"));
    assert!(contains(&server.store(), "李四"));
}

fn contains(path: &Path, text: &str) -> bool {
    if path.is_dir() {
        return std::fs::read_dir(path).unwrap().any(|entry| contains(&entry.unwrap().path(), text));
    }
    // A file of the server may be gone again before it is opened.
    let bytes = std::fs::read(path).unwrap_or_default();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
