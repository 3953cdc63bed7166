//! The settings under which a stream keeps what it acknowledged: how it is made, and what is checked at every start.

use std::fmt;
use std::time::Duration;

use async_nats::Client;
use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, Info, RetentionPolicy, StorageType};
use async_nats::jetstream::{Context, ErrorCode};
use domain::say::{Language, Say, say};
use futures_util::TryStreamExt;
use tokio::time::{Instant, sleep};

use crate::jetstream_connection::Connection;
use crate::jetstream_servers::of_servers;
use crate::jetstream_waits::PAUSE;
use crate::log::LogError;
use crate::nats_location::NatsOptions;
use crate::unsafe_setting::UnsafeSetting;

/// What the name of a city's stream begins with.
pub(crate) const STREAM_PREFIX: &str = "LIANJIAN_";
/// The oldest server that commits a batch of messages as one.
const OLDEST_SERVER: (i64, i64, i64) = (2, 12, 0);
/// An event has at most 60,000 bytes, beside the headers of a batch.
const MIN_PAYLOAD_BYTES: usize = 64 << 10;
/// No stream of that name.
const STREAM_NOT_FOUND: ErrorCode = ErrorCode(10_059);
/// A stream of that name with other settings.
const STREAM_NAME_IN_USE: ErrorCode = ErrorCode(10_058);
/// Servers that have started and not found each other yet have no peers to place a stream on, or no leader to do it.
const UNSETTLED: [ErrorCode; 2] = [ErrorCode(10_005), ErrorCode(10_008)];
/// How long they may take to find each other, and to elect who leads.
const ASKING_LIMIT: Duration = Duration::from_secs(20);

/// The name of a city's stream.
pub(crate) fn stream_name(city: &str) -> String {
    format!("{}{city}", STREAM_PREFIX)
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
        Err(error) if !is_missing(&error.kind()) => return Err(LogError::not_answering(store, error)),
        Err(_) if !create => return Err(LogError::NotFound { store: store.to_owned() }),
        Err(_) => {}
    }
    match placed(|| context.create_stream(wanted(city, options.replicas))).await {
        Ok(stream) => Ok(stream.cached_info().clone()),
        // Another instance was faster; what it made is checked like any other.
        Err(error) if is_in_use(&error.kind()) => {
            let stream =
                context.get_stream(&name).await.map_err(|error| LogError::not_answering(store, error))?;
            Ok(stream.cached_info().clone())
        }
        Err(error) => Err(LogError::not_answering(store, error)),
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
    let (api, store) = (connection.api.clone(), connection.store.clone());
    connection.wait(async move {
        let context = api.context();
        let names: Result<Vec<String>, _> = context.stream_names().try_collect().await;
        let names = names.map_err(|error| LogError::not_answering(&store, error))?;
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
    let setting =
        UnsafeSetting::new("version", version, needed, say("请升级 nats-server", "upgrade nats-server"));
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
    let mut found = of_info(info, options.replicas);
    found.extend(of_connection(client));
    let names = servers_of(client, info);
    let monitors = options.monitors.clone();
    // The monitors are asked by a library that blocks.
    let asked = tokio::task::spawn_blocking(move || of_servers(&names, &monitors));
    found.extend(asked.await.map_err(|error| LogError::not_answering(store, error))?);
    let refused_settings = not_answered_for(&found, options);
    if refused_settings.is_empty() { Ok(found) } else { Err(refused(store, &refused_settings)) }
}

/// Those that no operator may answer for, or that this one does not.
pub(crate) fn not_answered_for(found: &[UnsafeSetting], options: &NatsOptions) -> Vec<UnsafeSetting> {
    let is_accepted =
        |setting: &&UnsafeSetting| options.accept_unsafe_durability && setting.concerns_durability;
    found.iter().filter(|setting| !is_accepted(setting)).cloned().collect()
}

/// Every setting of the stream that is not as it must be, and whether anything in it vanished: it holds every event that
/// was ever appended, so the first is 1 and there are as many as the last one's number says.
pub(crate) fn of_info(info: &Info, replicas: usize) -> Vec<UnsafeSetting> {
    let mut found = of_stream(&info.config, replicas);
    let state = &info.state;
    if state.messages != state.last_sequence {
        found.push(UnsafeSetting::new(
            "messages",
            state.messages,
            state.last_sequence,
            say("流中的消息已缺失：请停止服务，保留现状，从备份或副本恢复", "messages are gone from the stream: stop the service, keep what is there, and restore from a backup or a copy"),
        ));
    }
    found
}

/// What the server that we are connected to takes: every event there may be.
fn of_connection(client: &Client) -> Option<UnsafeSetting> {
    let max_payload = client.server_info().max_payload;
    (max_payload < MIN_PAYLOAD_BYTES).then(|| {
        UnsafeSetting::new(
            "max_payload",
            max_payload,
            format!("≥ {MIN_PAYLOAD_BYTES}"),
            say(
                "请在 nats-server 配置中写 max_payload: 128KB 并重新加载",
                "write `max_payload: 128KB` into the configuration of nats-server and reload it",
            ),
        )
    })
}

/// How a bucket beside the log is kept: on disk, on as many servers as the log; deleting is allowed, unlike in the log.
pub(crate) fn bucket_config(
    name: String,
    subjects: Vec<String>,
    max_messages_per_subject: i64,
    replicas: usize,
) -> Config {
    Config {
        name,
        subjects,
        max_messages_per_subject,
        max_messages: -1,
        max_bytes: -1,
        max_consumers: -1,
        max_message_size: -1,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: replicas,
        allow_rollup: true,
        ..Config::default()
    }
}

/// Every setting of the bucket of names under which it would forget by itself, or keep what is to be forgotten.
pub(crate) fn of_bucket(config: &Config) -> Vec<UnsafeSetting> {
    let fix = say("请用 nats stream edit 更改", "change it with `nats stream edit`");
    let mut found = Vec::new();
    let mut need = |holds: bool, name, is: &dyn fmt::Debug, needed: &str| {
        if !holds {
            found.push(UnsafeSetting::new(name, format!("{is:?} ({})", config.name), needed, fix.clone()));
        }
    };
    let per_subject = config.max_messages_per_subject;
    need(per_subject == 1, "max_msgs_per_subject", &per_subject, "1");
    need(config.storage == StorageType::File, "storage", &config.storage, "file");
    need(config.max_age.is_zero(), "max_age", &config.max_age, "0");
    need(config.max_messages <= 0, "max_msgs", &config.max_messages, "-1");
    need(config.max_bytes <= 0, "max_bytes", &config.max_bytes, "-1");
    need(config.max_message_size <= 0, "max_msg_size", &config.max_message_size, "-1");
    need(config.retention == RetentionPolicy::Limits, "retention", &config.retention, "limits");
    need(!config.sealed, "sealed", &config.sealed, "false");
    need(config.mirror.is_none(), "mirror", &config.mirror, "none");
    need(config.sources.as_ref().is_none_or(Vec::is_empty), "sources", &config.sources, "none");
    need(config.republish.is_none(), "republish", &config.republish, "none");
    found
}

pub(crate) fn refused(store: &str, settings: &[UnsafeSetting]) -> LogError {
    let said: Vec<Say> = settings.iter().map(UnsafeSetting::say).collect();
    let join = |language| said.iter().map(|one| one.in_language(language)).collect::<Vec<_>>().join("; ");
    LogError::Unsafe { store: store.to_owned(), settings: Say::of(join(Language::Zh), join(Language::En)) }
}

/// Every setting of the stream that is not as it must be.
fn of_stream(config: &Config, replicas: usize) -> Vec<UnsafeSetting> {
    let edit = say("请用 nats stream edit 更改", "change it with `nats stream edit`");
    let anew = say(
        "不能更改：请用 lianjian log copy 复制到新的流",
        "it cannot be changed: copy the log into a new stream with `lianjian log copy`",
    );
    let city = config.name.trim_start_matches(STREAM_PREFIX);
    let subjects = [format!("lianjian.{city}.>")];
    let mut found = Vec::new();
    let mut need = |holds: bool, name, is: &dyn fmt::Debug, needed: &str, fix: &Say, durability| {
        if !holds {
            let setting = UnsafeSetting::new(name, format!("{is:?}"), needed, fix.clone());
            found.push(if durability { setting.of_durability() } else { setting });
        }
    };
    let unlimited = |limit: i64| limit <= 0;
    need(config.allow_atomic_publish, "allow_atomic", &config.allow_atomic_publish, "true", &edit, false);
    need(config.storage == StorageType::File, "storage", &config.storage, "file", &anew, true);
    need(
        config.num_replicas >= replicas,
        "num_replicas",
        &config.num_replicas,
        &replicas.to_string(),
        &edit,
        true,
    );
    need(config.retention == RetentionPolicy::Limits, "retention", &config.retention, "limits", &anew, false);
    need(config.discard == DiscardPolicy::New, "discard", &config.discard, "new", &edit, false);
    need(config.subjects == subjects, "subjects", &config.subjects, &subjects[0], &edit, false);
    need(unlimited(config.max_messages), "max_msgs", &config.max_messages, "-1", &edit, false);
    need(
        unlimited(config.max_messages_per_subject),
        "max_msgs_per_subject",
        &config.max_messages_per_subject,
        "-1",
        &edit,
        false,
    );
    need(unlimited(config.max_bytes), "max_bytes", &config.max_bytes, "-1", &edit, false);
    need(
        unlimited(config.max_message_size.into()),
        "max_msg_size",
        &config.max_message_size,
        "-1",
        &edit,
        false,
    );
    need(config.max_age.is_zero(), "max_age", &config.max_age, "0", &edit, false);
    need(config.deny_delete, "deny_delete", &config.deny_delete, "true", &anew, false);
    need(config.deny_purge, "deny_purge", &config.deny_purge, "true", &anew, false);
    need(!config.allow_rollup, "allow_rollup_hdrs", &config.allow_rollup, "false", &edit, false);
    need(!config.allow_message_ttl, "allow_msg_ttl", &config.allow_message_ttl, "false", &anew, false);
    need(!config.no_ack, "no_ack", &config.no_ack, "false", &edit, false);
    need(!config.sealed, "sealed", &config.sealed, "false", &anew, false);
    need(config.mirror.is_none(), "mirror", &config.mirror, "none", &anew, false);
    need(config.sources.as_ref().is_none_or(Vec::is_empty), "sources", &config.sources, "none", &edit, false);
    let transform = &config.subject_transform;
    need(transform.is_none(), "subject_transform", transform, "none", &edit, false);
    need(config.republish.is_none(), "republish", &config.republish, "none", &edit, false);
    need(config.first_sequence.unwrap_or(1) <= 1, "first_seq", &config.first_sequence, "1", &anew, false);
    found
}

/// The names of the servers that keep the stream.
pub(crate) fn servers_of(client: &Client, info: &Info) -> Vec<String> {
    let Some(cluster) = info.cluster.as_ref().filter(|cluster| cluster.leader.is_some()) else {
        return vec![client.server_info().server_name];
    };
    let replicas = cluster.replicas.iter().map(|replica| replica.name.clone());
    cluster.leader.iter().cloned().chain(replicas).collect()
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
        assert!(two[0].concerns_durability && two[0].say().en.contains("it must be 3"));
    }
}
