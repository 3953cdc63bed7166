//! The erasable store of a city in a key-value bucket of JetStream: written there, read from a copy in memory that
//! follows the bucket, so that every instance sees what any other wrote.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::context::{PublishError, PublishErrorKind};
use async_nats::jetstream::stream::{Config, RawMessageErrorKind, Stream};
use async_nats::jetstream::{Context, consumer::DeliverPolicy, consumer::pull};
use async_nats::{Client, header};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use crate::control::{ControlStore, Erasable, MIN_SALT_BYTES, TokenHash};
use crate::jetstream_api::unique_name;
use crate::jetstream_connection::Connection;
use crate::jetstream_settings::{asked_again, bucket_config, of_bucket, placed, refused};
use crate::jetstream_values::{Draft, Values, draft_key, entry_key, token_key};
use crate::jetstream_waits::PAUSE;
use crate::log::{LogError, Position};
use crate::nats_location::NatsOptions;
use domain::say::Say;

/// How long what was written may take to arrive in the copy.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(10);
/// The header by which readers of a bucket know that a key is gone, and its value.
const OPERATION: &str = "KV-Operation";
const PURGED: &str = "PURGE";

/// The erasable store of a city on NATS.
pub struct JetStreamControl {
    connection: Arc<Connection>,
    bucket: Arc<Bucket>,
}

/// The bucket and the copy of it.
struct Bucket {
    client: Client,
    context: Context,
    stream: Stream<()>,
    /// Whether the account may make consumers; one that only copies may not.
    may_consume: bool,
    /// What every key's subject begins with.
    prefix: String,
    store: String,
    values: RwLock<Values>,
    /// The last revision that is in the copy.
    seen: watch::Sender<u64>,
}

impl JetStreamControl {
    /// Opens the bucket of a city, and makes it where it is missing. Blocks until the copy is whole.
    pub(crate) fn open(
        connection: Arc<Connection>,
        options: &NatsOptions,
        city: &str,
    ) -> Result<Self, LogError> {
        let bucket = bucket_name(city);
        let (client, api) = (connection.client.clone(), connection.api.clone());
        let (store, replicas) = (format!("{}/KV_{bucket}", connection.store), options.replicas);
        let opened = async move {
            let context = api.context();
            let config = wanted(&bucket, replicas);
            let failed = |error: &dyn std::error::Error| LogError::not_answering(&store, error);
            let name = config.name.clone();
            // Who may not make it finds it made, or is told by the log, which is opened first, that nothing is there.
            let stream = match api.is_granted() {
                true => context.get_stream(&name).await.map_err(|error| failed(&error))?,
                false => placed(|| context.get_or_create_stream(config.clone()))
                    .await
                    .map_err(|error| failed(&error))?,
            };
            let wrong = of_bucket(&stream.cached_info().config);
            if !wrong.is_empty() {
                return Err(refused(&store, &wrong));
            }
            let stream = context.get_stream_no_info(&name).await.map_err(|error| failed(&error))?;
            let prefix = format!("$KV.{bucket}.");
            let (values, seen) = (RwLock::default(), watch::Sender::new(0));
            let may_consume = api.may_consume(&name).await;
            Ok(Arc::new(Bucket { client, context, stream, may_consume, prefix, store, values, seen }))
        };
        let bucket = connection.wait(opened)?;
        connection.spawn(follow(bucket.clone()));
        let control = Self { connection, bucket };
        control.catch_up()?;
        Ok(control)
    }

    fn values(&self) -> RwLockReadGuard<'_, Values> {
        self.bucket.values.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_all(&self, values: Vec<(String, Vec<u8>)>) -> Result<(), LogError> {
        let bucket = self.bucket.clone();
        self.connection.wait(async move {
            let mut last = 0;
            // One after the other: revisions grow, so that the copy which holds the last one holds them all.
            for (key, value) in values {
                last = bucket.put(&key, value, HeaderMap::new()).await?;
            }
            bucket.wait_for(last).await
        })
    }

    fn erase_all(&self, keys: Vec<String>) -> Result<(), LogError> {
        let bucket = self.bucket.clone();
        self.connection.wait(async move {
            for key in keys {
                bucket.erase(&key, None).await?;
            }
            Ok(())
        })
    }
}

/// The name of a city's bucket.
fn bucket_name(city: &str) -> String {
    format!("LIANJIAN_{city}_CONTROL")
}

/// The name of the stream in which a city's bucket is kept.
pub(crate) fn bucket_stream_name(city: &str) -> String {
    format!("KV_{}", bucket_name(city))
}

/// One value a key.
fn wanted(bucket: &str, replicas: usize) -> Config {
    bucket_config(format!("KV_{bucket}"), vec![format!("$KV.{bucket}.>")], 1, replicas)
}

impl Bucket {
    async fn put(&self, key: &str, value: Vec<u8>, headers: HeaderMap) -> Result<u64, LogError> {
        self.publish(key, value, headers).await.map_err(|error| LogError::not_answering(&self.store, error))
    }

    /// Publishes a value, again while nobody listens for the bucket: its servers elect who leads.
    async fn publish(&self, key: &str, value: Vec<u8>, headers: HeaderMap) -> Result<u64, PublishError> {
        let (subject, value) = (format!("{}{key}", self.prefix), Bytes::from(value));
        let publish = async || {
            let sent = self.context.publish_with_headers(subject.clone(), headers.clone(), value.clone());
            sent.await?.await.map(|ack| ack.sequence)
        };
        asked_again(publish, |error: &PublishError| error.kind() == PublishErrorKind::StreamNotFound).await
    }

    /// Stores a value in the place of the one of that revision, 0 for none; nothing where it is another one's by now.
    async fn put_after(&self, key: &str, value: Vec<u8>, revision: u64) -> Result<Option<u64>, LogError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, revision.to_string());
        match self.publish(key, value, headers).await {
            Ok(revision) => Ok(Some(revision)),
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(None),
            Err(error) => Err(LogError::not_answering(&self.store, error)),
        }
    }

    /// Overwrites the value on the servers' disks, then tells every reader that the key is gone. `only` erases a value
    /// of that revision and no later one.
    async fn erase(&self, key: &str, only: Option<u64>) -> Result<(), LogError> {
        let failed = |error: &dyn std::error::Error| LogError::not_answering(&self.store, error);
        let mut headers = HeaderMap::new();
        headers.insert(OPERATION, PURGED);
        headers.insert(header::NATS_ROLLUP, "sub");
        let held = self.revision_of(key);
        if let Some(revision) = only.or(held) {
            // First the bytes: the marker alone would only unlink them. A value that is gone already is no failure.
            if let Err(error) = self.stream.delete_message(revision).await {
                match self.stream.get_raw_message(revision).await {
                    Err(missing) if missing.kind() == RawMessageErrorKind::NoMessageFound => {}
                    _ => return Err(failed(&error)),
                }
            }
        }
        if only.is_some() {
            headers.insert(header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, "0");
        }
        match self.put(key, Vec::new(), headers).await {
            Ok(marker) => self.wait_for(marker).await,
            // A later value has taken its place.
            Err(_) if only.is_some() && self.has_other(key, only).await? => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Takes a change over into the copy.
    fn take_over(&self, subject: &str, revision: u64, value: Option<&Bytes>) {
        if let Some(key) = subject.strip_prefix(&self.prefix) {
            let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
            values.set(key, revision, value.map(|value| &value[..]));
        }
        // Only now: whoever waits for the revision finds its value.
        self.seen.send_replace(revision);
    }

    async fn has_other(&self, key: &str, than: Option<u64>) -> Result<bool, LogError> {
        self.catch_up().await?;
        Ok(self.revision_of(key) != than)
    }

    /// Waits until the copy holds what the leader's last message says.
    async fn catch_up(&self) -> Result<(), LogError> {
        match self.stream.get_last_raw_message_by_subject(&format!("{}>", self.prefix)).await {
            Ok(last) => self.wait_for(last.sequence).await,
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(()),
            Err(error) => Err(LogError::not_answering(&self.store, error)),
        }
    }

    /// The revision of a small value, 0 where there is none, and the value.
    fn read(&self, key: &str) -> (u64, Option<Vec<u8>>) {
        let values = self.values.read().unwrap_or_else(PoisonError::into_inner);
        let name = key.split_once('.').map_or(key, |(_, name)| name);
        (values.revision_of(key).unwrap_or(0), values.entry(name))
    }

    fn revision_of(&self, key: &str) -> Option<u64> {
        self.values.read().unwrap_or_else(PoisonError::into_inner).revision_of(key)
    }

    /// Waits until the copy holds a revision.
    async fn wait_for(&self, revision: u64) -> Result<(), LogError> {
        let mut seen = self.seen.subscribe();
        let arrived = timeout(ARRIVAL_LIMIT, seen.wait_for(|seen| *seen >= revision)).await;
        match arrived {
            Ok(Ok(_)) => Ok(()),
            _ => Err(LogError::not_answering(&self.store, format!("revision {revision} does not arrive"))),
        }
    }
}

/// Follows the bucket for as long as its connection lives.
async fn follow(bucket: Arc<Bucket>) {
    loop {
        let followed = match bucket.may_consume {
            true => follow_consumer(&bucket).await,
            false => read_values(&bucket).await,
        };
        if let Err(error) = followed {
            tracing::debug!(%error, store = bucket.store, "the follower begins anew");
        }
        sleep(PAUSE).await;
    }
}

async fn follow_consumer(bucket: &Bucket) -> Result<(), async_nats::Error> {
    let seen = *bucket.seen.borrow();
    let config = pull::OrderedConfig {
        name: Some(unique_name(&bucket.client)),
        deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: seen + 1 },
        ..pull::OrderedConfig::default()
    };
    let consumer = bucket.stream.create_consumer(config).await?;
    let mut messages = consumer.messages().await?;
    while let Some(message) = messages.next().await {
        let message = message?;
        let revision = message.info()?.stream_sequence;
        let is_gone = message.headers.as_ref().is_some_and(|headers| headers.get(OPERATION).is_some());
        bucket.take_over(&message.subject, revision, (!is_gone).then_some(&message.payload));
    }
    Ok(())
}

/// Reads value after value, as far as the bucket goes now.
async fn read_values(bucket: &Bucket) -> Result<(), async_nats::Error> {
    let all = format!("{}>", bucket.prefix);
    loop {
        let next = *bucket.seen.borrow() + 1;
        let message = match bucket.stream.get_first_raw_message_by_subject(&all, next).await {
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => return Ok(()),
            found => found?,
        };
        let is_gone = message.headers.get(OPERATION).is_some();
        bucket.take_over(&message.subject, message.sequence, (!is_gone).then_some(&message.payload));
    }
}

impl ControlStore for JetStreamControl {
    fn put_erasables(&self, erasables: &[Erasable], expected_last: Position) -> Result<(), LogError> {
        if erasables.iter().any(|erasable| erasable.salt.len() < MIN_SALT_BYTES) {
            let detail = format!("a salt has less than {MIN_SALT_BYTES} bytes");
            return Err(LogError::Foreign { store: self.bucket.store.clone(), detail: Say::same(detail) });
        }
        let drafts = erasables.chunk_by(|one, other| one.command_id == other.command_id);
        let values = drafts.map(|fields| (draft_key(fields), Draft::of(fields, expected_last).to_bytes()));
        self.put_all(values.collect())
    }

    fn erasables_of_command(&self, command_id: &str) -> Result<Vec<Erasable>, LogError> {
        Ok(self.values().of_command(command_id))
    }

    fn value_of(&self, subject: &str, pointer: &str) -> Result<Option<String>, LogError> {
        Ok(self.values().value_of(subject, pointer))
    }

    fn values_of_pointer(&self, pointer: &str) -> Result<Vec<(String, String)>, LogError> {
        Ok(self.values().of_pointer(pointer))
    }

    fn commands_of_subject(&self, subject: &str) -> Result<Vec<String>, LogError> {
        Ok(self.values().commands_of_subject(subject))
    }

    fn command_ids(&self) -> Result<Vec<String>, LogError> {
        Ok(self.values().command_ids())
    }

    fn delete_erasables(&self, erasables: &[Erasable]) -> Result<(), LogError> {
        let drafts = erasables.chunk_by(|one, other| one.command_id == other.command_id);
        self.erase_all(drafts.map(draft_key).collect())
    }

    fn sweep(&self, last: Position, is_recorded: &dyn Fn(&str) -> bool) -> Result<usize, LogError> {
        let orphans = self.values().orphans(last, is_recorded);
        let (count, bucket) = (orphans.len(), self.bucket.clone());
        self.connection.wait(async move {
            for (key, revision) in orphans {
                bucket.erase(&key, Some(revision)).await?;
            }
            Ok(count)
        })
    }

    fn delete_command(&self, command_id: &str) -> Result<(), LogError> {
        let keys = self.values().keys_of_command(command_id);
        self.erase_all(keys)
    }

    fn put_token(&self, hash: &TokenHash, account_id: &str) -> Result<(), LogError> {
        self.put_all(vec![(token_key(account_id), hash.to_vec())])
    }

    fn account_of_token(&self, hash: &TokenHash) -> Result<Option<String>, LogError> {
        Ok(self.values().account_of_token(hash))
    }

    fn tokens(&self) -> Result<Vec<(TokenHash, String)>, LogError> {
        Ok(self.values().tokens())
    }

    fn delete_token(&self, account_id: &str) -> Result<(), LogError> {
        self.erase_all(vec![token_key(account_id)])
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, LogError> {
        Ok(self.values().entry(key))
    }

    fn entries(&self) -> Result<Vec<(String, Vec<u8>)>, LogError> {
        Ok(self.values().entries())
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), LogError> {
        self.put_all(vec![(entry_key(key), value.to_vec())])
    }

    fn put_if(&self, key: &str, expected: Option<&[u8]>, value: &[u8]) -> Result<bool, LogError> {
        let (key, value, bucket) = (entry_key(key), value.to_vec(), self.bucket.clone());
        let expected = expected.map(<[u8]>::to_vec);
        self.connection.wait(async move {
            bucket.catch_up().await?;
            let (revision, found) = bucket.read(&key);
            if found != expected {
                return Ok(false);
            }
            match bucket.put_after(&key, value, revision).await? {
                Some(stored) => bucket.wait_for(stored).await.map(|()| true),
                None => Ok(false),
            }
        })
    }

    fn catch_up(&self) -> Result<(), LogError> {
        let bucket = self.bucket.clone();
        self.connection.wait(async move { bucket.catch_up().await })
    }
}
