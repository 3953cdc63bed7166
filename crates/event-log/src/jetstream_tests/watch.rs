//! A log in use whose settings are changed, or whose server comes back with others, acknowledges nothing more.

use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::stream::Config;
use tokio::time::{sleep, timeout};

use super::{CITY, PATIENCE, bodies, group, open};
use crate::jetstream::JetStreamLog;
use crate::log::{AppendError, EventLog, LogError};
use crate::nats_server::{DURABLE, NatsServer};

async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, found).await.expect("it does not happen")
}

async fn administrator(server: &NatsServer) -> Context {
    async_nats::jetstream::new(async_nats::connect(server.address()).await.unwrap())
}

async fn change(context: &Context, change: impl FnOnce(&mut Config)) {
    let mut config = context.get_stream("LIANJIAN_5108").await.unwrap().cached_info().config.clone();
    change(&mut config);
    context.update_stream(config).await.unwrap();
}

fn english(error: &LogError) -> String {
    match error {
        LogError::Unsafe { settings, .. } => settings.en.clone().into_owned(),
        other => unreachable!("{other}"),
    }
}

/// Nothing is recorded, and it is said which setting is why.
async fn refuses(log: &JetStreamLog, setting: &str) {
    let last = log.last_position().await.unwrap();
    for count in [1, 3] {
        match log.append(last, group("late", count)).await.unwrap_err() {
            AppendError::Unavailable { cause } => {
                assert!(english(&cause).contains(&format!("{setting} is ")), "{cause}");
            }
            other => unreachable!("{other}"),
        }
    }
    assert_eq!(log.last_position().await.unwrap(), last);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_changed_at_run_time_stops_appends_until_it_is_put_back() {
    let directory = tempfile::tempdir().unwrap();
    let server = NatsServer::start(directory.path());
    let log = open(&server.options()).await;
    log.append(0, group("ours", 2)).await.unwrap();
    let context = administrator(&server).await;
    type Change = fn(&mut Config);
    let changes: [(&str, Change, Change); 4] = [
        ("max_msgs", |config| config.max_messages = 10, |config| config.max_messages = -1),
        ("max_bytes", |config| config.max_bytes = 1 << 20, |config| config.max_bytes = -1),
        ("subjects", |config| config.subjects.push("more".into()), |config| config.subjects.truncate(1)),
        ("max_age", |config| config.max_age = PATIENCE * 60, |config| config.max_age = Duration::ZERO),
    ];
    for (name, wrong, right) in changes {
        change(&context, wrong).await;
        until(async || log.fault()).await;
        refuses(&log, name).await;
        assert!(log.check().is_err(), "{name}");
        change(&context, right).await;
        until(async || log.fault().is_none().then_some(())).await;
    }
    log.append(2, group("after", 1)).await.unwrap();
    assert_eq!(bodies(&*log, 0).await, ["ours 1", "ours 2", "after 1"]);

    // What the server drops by itself is missed even where the setting is back in its place.
    let at_once = |config: &mut Config| {
        (config.max_age, config.duplicate_window) = (Duration::from_secs(1), Duration::from_secs(1));
    };
    change(&context, at_once).await;
    let info = async || context.get_stream("LIANJIAN_5108").await.unwrap().cached_info().state.clone();
    until(async || (info().await.messages == 0).then_some(())).await;
    change(&context, |config| config.max_age = Duration::ZERO).await;
    let gone =
        until(async || log.fault().map(|fault| english(&fault)).filter(|it| !it.contains("max_age"))).await;
    assert!(gone.contains("messages is 0, it must be 3"), "{gone}");
    let refused = JetStreamLog::connect(&server.options(), CITY).err().unwrap();
    assert!(english(&refused).contains("messages is 0"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_comes_back_and_syncs_late_gets_no_event() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = NatsServer::start(directory.path());
    let log = open(&server.options()).await;
    log.append(0, group("ours", 2)).await.unwrap();
    server.kill();
    server.configure("", "");
    server.restart();
    // The first append after the reconnection already knows.
    match log.append(2, group("late", 1)).await.unwrap_err() {
        AppendError::Unavailable { cause } => assert!(english(&cause).contains("sync_interval"), "{cause}"),
        other => unreachable!("{other}"),
    }
    server.kill();
    server.configure(DURABLE, "");
    server.restart();
    until(async || log.append(2, group("late", 1)).await.ok()).await;
    assert_eq!(bodies(&*log, 0).await, ["ours 1", "ours 2", "late 1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_takes_no_whole_event_is_refused_at_the_start() {
    let directory = tempfile::tempdir().unwrap();
    let mut server = NatsServer::start(directory.path());
    server.kill();
    server.configure(DURABLE, "max_payload: 1024");
    server.restart();
    let refused = JetStreamLog::connect(&server.options(), CITY).err().unwrap();
    assert!(english(&refused).contains("max_payload is 1024"), "{refused}");
}
