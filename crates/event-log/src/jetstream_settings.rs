//! The settings under which a stream keeps what it acknowledged: how it is made, and what is checked at every start.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, Info, RetentionPolicy, StorageType};
use async_nats::jetstream::{Context, ErrorCode};
use futures_util::TryStreamExt;
use serde::Deserialize;
use tokio::time::{Instant, sleep};

use crate::LogError;
use crate::jetstream::{PAUSE, away, context, stream_name};
use crate::jetstream_connection::Connection;
use crate::nats_location::NatsOptions;

/// What the name of a city's stream begins with.
pub(crate) const STREAM_PREFIX: &str = "LIANJIAN_";
/// The oldest server that commits a batch of messages as one.
const OLDEST_SERVER: (i64, i64, i64) = (2, 12, 0);
/// No stream of that name.
const STREAM_NOT_FOUND: ErrorCode = ErrorCode(10_059);
/// A stream of that name with other settings.
const STREAM_NAME_IN_USE: ErrorCode = ErrorCode(10_058);
/// Servers that have started and not found each other yet have no peers to place a stream on, or no leader to do it.
const UNSETTLED: [ErrorCode; 2] = [ErrorCode(10_005), ErrorCode(10_008)];
/// How long they may take to find each other, and to elect who leads.
const ASKING_LIMIT: Duration = Duration::from_secs(20);
/// How long a monitor may take to answer.
const MONITOR_TIMEOUT: Duration = Duration::from_secs(5);

/// A setting that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsafeSetting {
    /// The setting's name in the server's configuration or the stream's.
    pub name: &'static str,
    /// What it is.
    pub found: String,
    /// What it must be.
    pub needed: String,
    /// What to do, in Chinese and English.
    fix: (String, String),
    /// Whether an operator may answer for it: events may be lost, yet none is half recorded or changed.
    concerns_durability: bool,
}

impl UnsafeSetting {
    fn new(name: &'static str, found: impl ToString, needed: impl ToString, zh: &str, en: &str) -> Self {
        Self {
            name,
            found: found.to_string(),
            needed: needed.to_string(),
            fix: (zh.to_owned(), en.to_owned()),
            concerns_durability: false,
        }
    }

    fn of_durability(self) -> Self {
        Self { concerns_durability: true, ..self }
    }

    fn chinese(&self) -> String {
        format!("{} 为 {}，应为 {}：{}", self.name, self.found, self.needed, self.fix.0)
    }

    fn english(&self) -> String {
        format!("{} is {}, it must be {}: {}", self.name, self.found, self.needed, self.fix.1)
    }
}

impl fmt::Display for UnsafeSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.name, self.found)
    }
}

/// The stream of a city as we make it: nothing in it is ever dropped, changed or copied elsewhere by the server.
fn wanted(city: &str, replicas: usize) -> Config {
    Config {
        name: stream_name(city),
        subjects: vec![format!("lianjian.{city}.>")],
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: replicas,
        max_messages: -1,
        max_messages_per_subject: -1,
        max_bytes: -1,
        max_consumers: -1,
        max_message_size: -1,
        deny_delete: true,
        deny_purge: true,
        allow_atomic_publish: true,
        ..Config::default()
    }
}

/// The stream of a city, made where there is none and it is asked for.
pub(crate) async fn open_stream(
    client: &Client,
    context: &Context,
    options: &NatsOptions,
    city: &str,
    store: &str,
    create: bool,
) -> Result<Info, LogError> {
    check_version(client, store)?;
    let name = stream_name(city);
    let found = asked_again(|| context.get_stream(&name), |error| is_unanswerable_yet(&error.kind())).await;
    match found {
        Ok(stream) => return Ok(stream.cached_info().clone()),
        Err(error) if !is_missing(&error.kind()) => return Err(away(store, error)),
        Err(_) if !create => return Err(LogError::NotFound { store: store.to_owned() }),
        Err(_) => {}
    }
    match placed(|| context.create_stream(wanted(city, options.replicas))).await {
        Ok(stream) => Ok(stream.cached_info().clone()),
        // Another instance was faster; what it made is checked like any other.
        Err(error) if is_in_use(&error.kind()) => {
            let stream = context.get_stream(&name).await.map_err(|error| away(store, error))?;
            Ok(stream.cached_info().clone())
        }
        Err(error) => Err(away(store, error)),
    }
}

/// Makes a stream, and asks again while the servers are finding each other.
pub(crate) async fn placed<T, Making>(make: impl Fn() -> Making) -> Result<T, CreateStreamError>
where
    Making: Future<Output = Result<T, CreateStreamError>>,
{
    asked_again(make, |error| is_not_placeable_yet(&error.kind())).await
}

/// Asks, and asks again for a while where the answer says that nothing was done and that it may be done soon.
pub(crate) async fn asked_again<T, E: fmt::Display, Asking>(
    ask: impl Fn() -> Asking,
    may_be_done_soon: impl Fn(&E) -> bool,
) -> Result<T, E>
where
    Asking: Future<Output = Result<T, E>>,
{
    let deadline = Instant::now() + ASKING_LIMIT;
    loop {
        match ask().await {
            Err(error) if may_be_done_soon(&error) && Instant::now() < deadline => {
                tracing::debug!(%error, "the servers are asked again");
                sleep(PAUSE).await;
            }
            answer => return answer,
        }
    }
}

/// The cities that have a stream in this account. Blocks.
pub(crate) fn cities(connection: &Connection) -> Result<Vec<String>, LogError> {
    let (client, store) = (connection.client.clone(), connection.store.clone());
    connection.wait(async move {
        let context = context(&client);
        let names: Result<Vec<String>, _> = context.stream_names().try_collect().await;
        let names = names.map_err(|error| away(&store, error))?;
        Ok(names.iter().filter_map(|name| name.strip_prefix(STREAM_PREFIX)).map(str::to_owned).collect())
    })
}

fn is_missing(kind: &GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(error) if error.error_code() == STREAM_NOT_FOUND)
}

fn is_unanswerable_yet(kind: &GetStreamErrorKind) -> bool {
    matches!(kind, GetStreamErrorKind::JetStream(error) if UNSETTLED.contains(&error.error_code()))
}

fn is_not_placeable_yet(kind: &CreateStreamErrorKind) -> bool {
    matches!(kind, CreateStreamErrorKind::JetStream(error) if UNSETTLED.contains(&error.error_code()))
}

fn is_in_use(kind: &CreateStreamErrorKind) -> bool {
    matches!(kind, CreateStreamErrorKind::JetStream(error) if error.error_code() == STREAM_NAME_IN_USE)
}

/// An older server takes the settings, and acknowledges batches that it does not commit as one.
fn check_version(client: &Client, store: &str) -> Result<(), LogError> {
    let (major, minor, patch) = OLDEST_SERVER;
    if client.is_server_compatible(major, minor, patch) {
        return Ok(());
    }
    let version = client.server_info().version;
    let needed = format!("≥ {major}.{minor}.{patch}");
    let setting = UnsafeSetting::new("version", version, needed, "请升级 nats-server", "upgrade nats-server");
    Err(refused(store, &[setting]))
}

/// Checks servers and stream; gives those settings that the operator answers for.
pub(crate) async fn check(
    client: &Client,
    options: &NatsOptions,
    info: &Info,
    store: &str,
) -> Result<Vec<UnsafeSetting>, LogError> {
    check_version(client, store)?;
    let mut found = of_stream(&info.config, options.replicas);
    let names = servers_of(client, info);
    let monitors = options.monitors.clone();
    // The monitors are asked by a library that blocks.
    let asked = tokio::task::spawn_blocking(move || of_servers(&names, &monitors));
    found.extend(asked.await.map_err(|error| away(store, error))?);
    let refused_settings: Vec<UnsafeSetting> = found
        .iter()
        .filter(|setting| !(options.accept_unsafe_durability && setting.concerns_durability))
        .cloned()
        .collect();
    if refused_settings.is_empty() { Ok(found) } else { Err(refused(store, &refused_settings)) }
}

fn refused(store: &str, settings: &[UnsafeSetting]) -> LogError {
    let join =
        |words: fn(&UnsafeSetting) -> String| settings.iter().map(words).collect::<Vec<_>>().join("; ");
    LogError::Unsafe {
        store: store.to_owned(),
        chinese: join(UnsafeSetting::chinese),
        english: join(UnsafeSetting::english),
    }
}

/// Every setting of the stream that is not as it must be.
fn of_stream(config: &Config, replicas: usize) -> Vec<UnsafeSetting> {
    let edit = ("请用 nats stream edit 更改", "change it with `nats stream edit`");
    let anew = (
        "不能更改：请用 lianjian log copy 复制到新的流",
        "it cannot be changed: copy the log into a new stream with `lianjian log copy`",
    );
    let city = config.name.trim_start_matches(STREAM_PREFIX);
    let subjects = [format!("lianjian.{city}.>")];
    let mut found = Vec::new();
    let mut need =
        |holds: bool, name, is: &dyn fmt::Debug, needed: &str, (zh, en): (&str, &str), durability| {
            if !holds {
                let setting = UnsafeSetting::new(name, format!("{is:?}"), needed, zh, en);
                found.push(UnsafeSetting { concerns_durability: durability, ..setting });
            }
        };
    let unlimited = |limit: i64| limit <= 0;
    need(config.allow_atomic_publish, "allow_atomic", &config.allow_atomic_publish, "true", edit, false);
    need(config.storage == StorageType::File, "storage", &config.storage, "file", anew, true);
    need(
        config.num_replicas >= replicas,
        "num_replicas",
        &config.num_replicas,
        &replicas.to_string(),
        edit,
        true,
    );
    need(config.retention == RetentionPolicy::Limits, "retention", &config.retention, "limits", anew, false);
    need(config.discard == DiscardPolicy::New, "discard", &config.discard, "new", edit, false);
    need(config.subjects == subjects, "subjects", &config.subjects, &subjects[0], edit, false);
    need(unlimited(config.max_messages), "max_msgs", &config.max_messages, "-1", edit, false);
    need(
        unlimited(config.max_messages_per_subject),
        "max_msgs_per_subject",
        &config.max_messages_per_subject,
        "-1",
        edit,
        false,
    );
    need(unlimited(config.max_bytes), "max_bytes", &config.max_bytes, "-1", edit, false);
    need(
        unlimited(config.max_message_size.into()),
        "max_msg_size",
        &config.max_message_size,
        "-1",
        edit,
        false,
    );
    need(config.max_age.is_zero(), "max_age", &config.max_age, "0", edit, false);
    need(config.deny_delete, "deny_delete", &config.deny_delete, "true", anew, false);
    need(config.deny_purge, "deny_purge", &config.deny_purge, "true", anew, false);
    need(!config.allow_rollup, "allow_rollup_hdrs", &config.allow_rollup, "false", edit, false);
    need(!config.allow_message_ttl, "allow_msg_ttl", &config.allow_message_ttl, "false", anew, false);
    need(!config.no_ack, "no_ack", &config.no_ack, "false", edit, false);
    need(!config.sealed, "sealed", &config.sealed, "false", anew, false);
    need(config.mirror.is_none(), "mirror", &config.mirror, "none", anew, false);
    need(config.sources.as_ref().is_none_or(Vec::is_empty), "sources", &config.sources, "none", edit, false);
    let transform = &config.subject_transform;
    need(transform.is_none(), "subject_transform", transform, "none", edit, false);
    need(config.republish.is_none(), "republish", &config.republish, "none", edit, false);
    need(config.first_sequence.unwrap_or(1) <= 1, "first_seq", &config.first_sequence, "1", anew, false);
    found
}

/// The names of the servers that keep the stream.
fn servers_of(client: &Client, info: &Info) -> Vec<String> {
    let Some(cluster) = info.cluster.as_ref().filter(|cluster| cluster.leader.is_some()) else {
        return vec![client.server_info().server_name];
    };
    let replicas = cluster.replicas.iter().map(|replica| replica.name.clone());
    cluster.leader.iter().cloned().chain(replicas).collect()
}

/// What a monitor says of its server.
#[derive(Debug, Deserialize)]
struct ServerVariables {
    server_name: String,
    #[serde(default)]
    jetstream: JetStreamVariables,
}

#[derive(Debug, Default, Deserialize)]
struct JetStreamVariables {
    config: Option<JetStreamSettings>,
}

#[derive(Debug, Deserialize)]
struct JetStreamSettings {
    #[serde(default)]
    sync_always: bool,
    #[serde(default)]
    sync_interval: u64,
}

/// Whether each server that keeps the stream syncs before it acknowledges. Blocks.
fn of_servers(names: &[String], monitors: &[String]) -> Vec<UnsafeSetting> {
    let mut known: HashMap<String, Result<JetStreamSettings, String>> = HashMap::new();
    let mut silent = Vec::new();
    for monitor in monitors {
        match ask_monitor(monitor) {
            Ok(variables) => {
                let settings = variables.jetstream.config.ok_or_else(|| "JetStream is off".to_owned());
                known.insert(variables.server_name, settings);
            }
            Err(error) => silent.push(format!("{monitor}: {error}")),
        }
    }
    names.iter().filter_map(|name| of_server(name, known.get(name), &silent)).collect()
}

fn of_server(
    name: &str,
    settings: Option<&Result<JetStreamSettings, String>>,
    silent: &[String],
) -> Option<UnsafeSetting> {
    let found = match settings {
        Some(Ok(settings)) if settings.sync_always => return None,
        Some(Ok(settings)) => {
            let interval = Duration::from_nanos(settings.sync_interval);
            let setting = UnsafeSetting::new(
                "sync_interval",
                format!("{interval:?} ({name})"),
                "always",
                "请在 nats-server 配置的 jetstream 段写 sync_interval: always 并重启",
                "write `sync_interval: always` into the `jetstream` block of its configuration and restart it",
            );
            return Some(setting.of_durability());
        }
        Some(Err(error)) => error.clone(),
        None if silent.is_empty() => format!("unknown ({name})"),
        None => format!("unknown ({name}; {})", silent.join(", ")),
    };
    let setting = UnsafeSetting::new(
        "sync_interval",
        found,
        "always",
        "无法得知：请开启服务器的监控端口（http: 127.0.0.1:8222），并用 --nats-monitor http://127.0.0.1:8222 指定，每台服务器一个",
        "it cannot be seen: open the server's monitor (`http: 127.0.0.1:8222`) and name it with --nats-monitor http://127.0.0.1:8222, one for each server",
    );
    Some(setting.of_durability())
}

fn ask_monitor(monitor: &str) -> Result<ServerVariables, String> {
    let config = ureq::Agent::config_builder().timeout_global(Some(MONITOR_TIMEOUT)).build();
    let address = format!("{}/varz", monitor.trim_end_matches('/'));
    let answer = ureq::Agent::from(config).get(&address).call();
    let mut answer = answer.map_err(|error| error.to_string())?;
    answer.body_mut().read_json().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_make_is_what_we_ask_for() {
        assert_eq!(of_stream(&wanted("5108", 3), 3), []);
    }

    #[test]
    fn each_wrong_setting_is_named() {
        let names = |change: fn(&mut Config)| {
            let mut config = wanted("5108", 1);
            change(&mut config);
            of_stream(&config, 1).iter().map(|setting| setting.name).collect::<Vec<_>>()
        };
        assert_eq!(names(|config| config.max_age = Duration::from_secs(1)), ["max_age"]);
        assert_eq!(names(|config| config.max_bytes = 1 << 30), ["max_bytes"]);
        assert_eq!(names(|config| config.subjects.push("x".to_owned())), ["subjects"]);
        assert_eq!(names(|config| config.sealed = true), ["sealed"]);
        assert_eq!(names(|config| config.no_ack = true), ["no_ack"]);
        let two = of_stream(&wanted("5108", 1), 3);
        assert_eq!(two[0].to_string(), "num_replicas=1");
        assert!(two[0].concerns_durability && two[0].english().contains("it must be 3"));
    }

    #[test]
    fn a_server_that_is_not_seen_counts_as_unsafe() {
        let unseen = of_server("n1", None, &[]).unwrap();
        assert!(unseen.english().contains("--nats-monitor"), "{}", unseen.english());
        let lazy = Ok(JetStreamSettings { sync_always: false, sync_interval: 120_000_000_000 });
        let lazy = of_server("n1", Some(&lazy), &[]).unwrap();
        assert!(lazy.english().contains("120s (n1)") && lazy.english().contains("sync_interval: always"));
        let safe = Ok(JetStreamSettings { sync_always: true, sync_interval: 120_000_000_000 });
        assert_eq!(of_server("n1", Some(&safe), &[]), None);
    }
}
