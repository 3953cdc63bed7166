//! Servers and streams that would not keep what they acknowledge are refused, and the setting is named.

use std::cell::Cell;

use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType};

use super::CITY;
use crate::jetstream::JetStreamLog;
use crate::jetstream_settings::placed;
use crate::log::LogError;
use crate::nats_location::NatsOptions;
use crate::nats_server::{NatsServer, OLD_VERSION, VERSION};

type Change = fn(&mut Config);

fn refusal(options: &NatsOptions) -> String {
    refusal_of(options, CITY)
}

fn refusal_of(options: &NatsOptions, city: &str) -> String {
    match JetStreamLog::connect(options, city).err().unwrap() {
        LogError::Unsafe { settings, .. } => settings.en.into_owned(),
        other => unreachable!("{other}"),
    }
}

#[tokio::test]
async fn a_stream_is_asked_for_again_while_the_servers_find_each_other() {
    let refused = |code: u16| {
        let said =
            format!(r#"{{"code":400,"err_code":{code},"description":"no suitable peers for placement"}}"#);
        let error = serde_json::from_str::<async_nats::jetstream::Error>(&said).unwrap();
        CreateStreamError::from(CreateStreamErrorKind::JetStream(error))
    };
    let asked = Cell::new(0);
    let found_each_other = || {
        asked.set(asked.get() + 1);
        std::future::ready(if asked.get() < 3 { Err(refused(10_005)) } else { Ok("made") })
    };
    assert_eq!(placed(found_each_other).await.unwrap(), "made");
    assert_eq!(asked.take(), 3);
    // What will not change is not asked for again.
    let in_use = || {
        asked.set(asked.get() + 1);
        std::future::ready(Err::<(), _>(refused(10_058)))
    };
    assert!(placed(in_use).await.is_err());
    assert_eq!(asked.get(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_too_old_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start_with(OLD_VERSION, directory.path(), "");
    let refused = refusal(&NatsOptions { accept_unsafe_durability: true, ..server.options() });
    assert!(refused.contains("version is 2.9.10, it must be ≥ 2.12.0: upgrade nats-server"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_syncs_late_is_refused_unless_that_is_accepted() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start_with(VERSION, directory.path(), "");
    let refused = refusal(&server.options());
    assert!(refused.contains("sync_interval is 120s"), "{refused}");
    let unseen = NatsOptions { monitors: Vec::new(), ..server.options() };
    let refused = refusal(&unseen);
    assert!(refused.contains("sync_interval is unknown") && refused.contains("--nats-monitor"), "{refused}");
    let accepting = NatsOptions { accept_unsafe_durability: true, ..server.options() };
    let log = JetStreamLog::connect(&accepting, CITY).unwrap();
    let accepted: Vec<&str> = log.accepted_settings().iter().map(|setting| setting.name).collect();
    assert_eq!(accepted, ["sync_interval"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_setting_of_a_stream_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let context = async_nats::jetstream::new(async_nats::connect(server.address()).await.unwrap());
    // A city for each case: a stream deleted a moment ago keeps its directory from the next of its name.
    let good = |city: &str| Config {
        name: format!("LIANJIAN_{city}"),
        subjects: vec![format!("lianjian.{city}.>")],
        discard: DiscardPolicy::New,
        deny_delete: true,
        deny_purge: true,
        allow_atomic_publish: true,
        ..Config::default()
    };
    let wrong: [(&str, Change); 10] = [
        ("allow_atomic", |config| config.allow_atomic_publish = false),
        ("storage", |config| config.storage = StorageType::Memory),
        ("deny_delete", |config| config.deny_delete = false),
        ("deny_purge", |config| config.deny_purge = false),
        ("max_msgs", |config| config.max_messages = 1_000),
        ("max_age", |config| config.max_age = std::time::Duration::from_secs(3_600)),
        ("max_msg_size", |config| config.max_message_size = 1_000),
        ("discard", |config| config.discard = DiscardPolicy::Old),
        ("allow_msg_ttl", |config| config.allow_message_ttl = true),
        ("subjects", |config| config.subjects[0] = config.subjects[0].replace('>', "*.>")),
    ];
    for (number, (name, change)) in (5_111..).zip(wrong) {
        let city = number.to_string();
        let mut config = good(&city);
        change(&mut config);
        context.create_stream(config).await.unwrap();
        let refused = refusal_of(&server.options(), &city);
        assert!(refused.starts_with(&format!("{name} is ")), "{name}: {refused}");
    }
    let more = NatsOptions { replicas: 3, ..server.options() };
    context.create_stream(good(CITY)).await.unwrap();
    assert!(refusal(&more).starts_with("num_replicas is 1, it must be 3"));
    JetStreamLog::connect(&server.options(), CITY).unwrap();
}
