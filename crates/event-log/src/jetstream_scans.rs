//! Scans in an object store of JetStream, in the layout that the `nats` program reads: chunks, and one message that names them.

use std::sync::Arc;
use std::time::SystemTime;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::{GetStreamErrorKind, PublishError, PublishErrorKind};
use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{Config, RawMessageErrorKind, Stream};
use async_nats::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use bytes::Bytes;
use domain::document_number::Sha256Hex;
use domain::say::say;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::jetstream_api::unique_name;
use crate::jetstream_connection::Connection;
use crate::jetstream_settings::{asked_again, bucket_config, placed};
use crate::log::LogError;
use crate::nats_location::NatsOptions;
use crate::scans::{MAX_SCAN_BYTES, ScanStore, StoredScan, check_length, scan_hash};

/// How much of a scan one message carries: in Base64 it stays below the servers' `max_payload`.
const CHUNK_BYTES: usize = 64 << 10;
/// The most chunks of a scan, and how many are deleted of one that was left unfinished.
const MAX_CHUNKS: usize = MAX_SCAN_BYTES / CHUNK_BYTES;

/// The scans of a city on NATS. The bucket is looked for when it is first needed: a log whose servers were set up before
/// there were scans is served without it.
pub struct JetStreamScans {
    connection: Arc<Connection>,
    bucket: String,
    replicas: usize,
}

/// The bucket, as it is spoken to by one call.
struct Bucket {
    context: Context,
    stream: Stream<()>,
    name: String,
    store: String,
}

/// What names the chunks of a scan.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    name: String,
    bucket: String,
    nuid: String,
    size: u64,
    chunks: usize,
    digest: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
}

/// A scan as its last message names it.
struct Named {
    meta: Meta,
    sequence: u64,
    stored_at: SystemTime,
}

impl JetStreamScans {
    /// Those of a city; nothing is asked of the servers yet.
    pub(crate) fn of(connection: Arc<Connection>, options: &NatsOptions, city: &str) -> Self {
        Self { connection, bucket: bucket_name(city), replicas: options.replicas }
    }

    /// Runs something on the bucket. Where it is missing it is made, by who may; a copy that only reads finds nothing.
    fn on_bucket<T: Send + 'static, Work>(
        &self,
        work: impl FnOnce(Bucket) -> Work + Send + 'static,
    ) -> Result<T, LogError>
    where
        Work: Future<Output = Result<T, LogError>> + Send,
    {
        let (connection, name, replicas) = (self.connection.clone(), self.bucket.clone(), self.replicas);
        let (api, store) = (connection.api.clone(), format!("{}/OBJ_{name}", connection.store));
        self.connection.wait(async move {
            let context = api.context();
            let stream_name = format!("OBJ_{name}");
            if !api.is_granted()
                && let Err(error) = context.get_stream(&stream_name).await
            {
                if !matches!(error.kind(), GetStreamErrorKind::JetStream(_)) {
                    return Err(LogError::not_answering(&store, error));
                }
                let made = placed(|| context.get_or_create_stream(wanted(&name, replicas))).await;
                made.map_err(|error| LogError::not_answering(&store, error))?;
            }
            let stream = context.get_stream_no_info(&stream_name).await;
            let stream = stream.map_err(|error| LogError::not_answering(&store, error))?;
            work(Bucket { context, stream, name, store }).await
        })
    }
}

/// The name of a city's bucket.
fn bucket_name(city: &str) -> String {
    format!("LIANJIAN_{city}_SCANS")
}

/// Of each name the last message counts.
fn wanted(bucket: &str, replicas: usize) -> Config {
    let subjects = vec![format!("$O.{bucket}.C.>"), format!("$O.{bucket}.M.>")];
    bucket_config(format!("OBJ_{bucket}"), subjects, -1, replicas)
}

impl Bucket {
    fn meta_subject(&self, hash: &Sha256Hex) -> String {
        format!("$O.{}.M.{}", self.name, URL_SAFE.encode(hash.as_str()))
    }

    fn chunk_subject(&self, nuid: &str) -> String {
        format!("$O.{}.C.{nuid}", self.name)
    }

    fn failed(&self, error: &dyn std::error::Error) -> LogError {
        LogError::not_answering(&self.store, error)
    }

    fn damaged(&self, hash: &Sha256Hex) -> LogError {
        let store = format!("{}/{hash}", self.store);
        let detail = say("内容与其校验值不符", "its bytes are not those of its hash");
        LogError::Corrupt { store, position: None, detail }
    }

    async fn publish(&self, subject: String, headers: HeaderMap, body: Bytes) -> Result<u64, PublishError> {
        let publish = async || {
            let sent = self.context.publish_with_headers(subject.clone(), headers.clone(), body.clone());
            sent.await?.await.map(|ack| ack.sequence)
        };
        asked_again(publish, |error: &PublishError| error.kind() == PublishErrorKind::StreamNotFound).await
    }

    /// Names a scan's chunks, in the place of what named them before.
    async fn name(&self, hash: &Sha256Hex, meta: &Meta, after: Option<u64>) -> Result<bool, LogError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::NATS_ROLLUP, "sub");
        if let Some(sequence) = after {
            headers.insert(header::NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, sequence.to_string());
        }
        let body = serde_json::to_vec(meta).map_err(|error| self.failed(&error))?;
        match self.publish(self.meta_subject(hash), headers, body.into()).await {
            Ok(_) => Ok(true),
            Err(error) if after.is_some() && error.kind() == PublishErrorKind::WrongLastSequence => Ok(false),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// The first message of a subject from a sequence on.
    async fn next(&self, subject: &str, from: u64) -> Result<Option<StreamMessage>, LogError> {
        match self.stream.get_first_raw_message_by_subject(subject, from).await {
            Ok(message) => Ok(Some(message)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// A scan that is there.
    async fn find(&self, hash: &Sha256Hex) -> Result<Option<Named>, LogError> {
        match self.stream.get_last_raw_message_by_subject(&self.meta_subject(hash)).await {
            Ok(message) => Ok(named(&message)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(self.failed(&error)),
        }
    }

    async fn read(&self, hash: &Sha256Hex, meta: &Meta) -> Result<Vec<u8>, LogError> {
        let subject = self.chunk_subject(&meta.nuid);
        let (mut bytes, mut from) = (Vec::new(), 0);
        for _ in 0..meta.chunks.min(MAX_CHUNKS) {
            let Some(chunk) = self.next(&subject, from).await? else { return Err(self.damaged(hash)) };
            bytes.extend_from_slice(&chunk.payload);
            from = chunk.sequence + 1;
        }
        if scan_hash(&bytes) == *hash { Ok(bytes) } else { Err(self.damaged(hash)) }
    }

    async fn put(&self, bytes: Bytes) -> Result<Sha256Hex, LogError> {
        let hash = scan_hash(&bytes);
        let found = self.find(&hash).await?;
        if let Some(found) = &found
            && self.read(&hash, &found.meta).await.is_ok()
            && self.name(&hash, &found.meta, Some(found.sequence)).await?
        {
            return Ok(hash);
        }
        let digest = format!("SHA-256={}", URL_SAFE.encode(Sha256::digest(&bytes)));
        let nuid = unique_name(&self.context.client());
        let (size, chunks) = (bytes.len() as u64, bytes.len().div_ceil(CHUNK_BYTES));
        let subject = self.chunk_subject(&nuid);
        for number in 0..chunks {
            let chunk = bytes.slice(number * CHUNK_BYTES..bytes.len().min((number + 1) * CHUNK_BYTES));
            let stored = self.publish(subject.clone(), HeaderMap::new(), chunk).await;
            stored.map_err(|error| self.failed(&error))?;
        }
        let (name, bucket) = (hash.to_string(), self.name.clone());
        let meta = Meta { name, bucket, nuid, size, chunks, digest, deleted: false };
        self.name(&hash, &meta, None).await?;
        if let Some(damaged) = found {
            self.erase_chunks(&self.chunk_subject(&damaged.meta.nuid)).await?;
        }
        Ok(hash)
    }

    /// Overwrites the chunks on the servers' disks.
    async fn erase_chunks(&self, subject: &str) -> Result<usize, LogError> {
        let mut erased = 0;
        let mut from = 0;
        while let Some(chunk) = self.next(subject, from).await? {
            from = chunk.sequence + 1;
            self.stream.delete_message(chunk.sequence).await.map_err(|error| self.failed(&error))?;
            erased += 1;
        }
        Ok(erased)
    }

    async fn erase(&self, hash: &Sha256Hex, older_than: Option<SystemTime>) -> Result<bool, LogError> {
        let Some(found) = self.find(hash).await? else { return Ok(false) };
        if older_than.is_some_and(|time| found.stored_at >= time) {
            return Ok(false);
        }
        // Nobody may come upon a name without its chunks: the name goes first, and what a crash leaves of them is swept.
        let gone = Meta { deleted: true, chunks: 0, size: 0, ..found.meta.clone() };
        let is_mine = self.name(hash, &gone, older_than.map(|_| found.sequence)).await?;
        if is_mine {
            self.erase_chunks(&self.chunk_subject(&found.meta.nuid)).await?;
        }
        Ok(is_mine)
    }

    async fn all(&self) -> Result<Vec<Named>, LogError> {
        let subject = format!("$O.{}.M.>", self.name);
        let (mut all, mut from) = (Vec::new(), 0);
        while let Some(message) = self.next(&subject, from).await? {
            from = message.sequence + 1;
            all.extend(named(&message));
        }
        Ok(all)
    }

    async fn sweep_unfinished(&self, before: SystemTime) -> Result<usize, LogError> {
        let prefix = self.chunk_subject("");
        let there = self.stream.info_with_subjects(format!("{prefix}>")).await;
        let there = there.map_err(|error| self.failed(&error))?;
        let subjects: Result<Vec<(String, usize)>, _> = there.try_collect().await;
        let subjects = subjects.map_err(|error| self.failed(&error))?;
        let named: Vec<String> = self.all().await?.into_iter().map(|found| found.meta.nuid).collect();
        let mut swept = 0;
        for (subject, _) in subjects {
            let is_named = named.iter().any(|nuid| subject.strip_prefix(&prefix) == Some(nuid));
            let first = if is_named { None } else { self.next(&subject, 0).await? };
            if first.is_some_and(|first| time_of(&first) < before) {
                self.erase_chunks(&subject).await?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

fn named(message: &StreamMessage) -> Option<Named> {
    let meta: Meta = serde_json::from_slice(&message.payload).ok()?;
    (!meta.deleted).then(|| Named { meta, sequence: message.sequence, stored_at: time_of(message) })
}

fn stored(named: Named) -> Option<StoredScan> {
    let Named { meta, stored_at, .. } = named;
    Some(StoredScan { hash: Sha256Hex::try_from(meta.name).ok()?, bytes: meta.size, stored_at })
}

fn time_of(message: &StreamMessage) -> SystemTime {
    SystemTime::from(message.time)
}

impl ScanStore for JetStreamScans {
    fn put(&self, bytes: &[u8]) -> Result<Sha256Hex, LogError> {
        check_length(&self.bucket, bytes)?;
        let bytes = Bytes::copy_from_slice(bytes);
        self.on_bucket(move |bucket| async move { bucket.put(bytes).await })
    }

    fn keep(&self, hash: &Sha256Hex) -> Result<bool, LogError> {
        let hash = hash.clone();
        self.on_bucket(move |bucket| async move {
            match bucket.find(&hash).await? {
                Some(found) => bucket.name(&hash, &found.meta, Some(found.sequence)).await,
                None => Ok(false),
            }
        })
    }

    fn get(&self, hash: &Sha256Hex) -> Result<Option<Vec<u8>>, LogError> {
        let hash = hash.clone();
        self.on_bucket(move |bucket| async move {
            match bucket.find(&hash).await? {
                Some(found) => bucket.read(&hash, &found.meta).await.map(Some),
                None => Ok(None),
            }
        })
    }

    fn find(&self, hash: &Sha256Hex) -> Result<Option<StoredScan>, LogError> {
        let hash = hash.clone();
        self.on_bucket(move |bucket| async move { Ok(bucket.find(&hash).await?.and_then(stored)) })
    }

    fn list(&self) -> Result<Vec<StoredScan>, LogError> {
        let mut scans: Vec<StoredScan> = self
            .on_bucket(move |bucket| async move { bucket.all().await })?
            .into_iter()
            .filter_map(stored)
            .collect();
        scans.sort_by(|one, other| one.hash.cmp(&other.hash));
        Ok(scans)
    }

    fn erase(&self, hash: &Sha256Hex) -> Result<bool, LogError> {
        let hash = hash.clone();
        self.on_bucket(move |bucket| async move { bucket.erase(&hash, None).await })
    }

    fn erase_if_older(&self, hash: &Sha256Hex, time: SystemTime) -> Result<bool, LogError> {
        let hash = hash.clone();
        self.on_bucket(move |bucket| async move { bucket.erase(&hash, Some(time)).await })
    }

    fn sweep_unfinished(&self, before: SystemTime) -> Result<usize, LogError> {
        self.on_bucket(move |bucket| async move { bucket.sweep_unfinished(before).await })
    }
}
