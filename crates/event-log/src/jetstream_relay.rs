//! A county's own copy: what its consumer hands out goes, byte for byte and once, into a stream on a server of the county.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::header::{HeaderMap, HeaderName};
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::stream::{Config, DiscardPolicy, LastRawMessageErrorKind, StorageType, Stream};
use async_nats::jetstream::{AckKind, Context, Message};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::time::timeout;

use crate::jetstream_connection::Connection;
use crate::jetstream_county::own_consumer;
use crate::jetstream_settings::placed;
use crate::jetstream_settings::stream_name;
use crate::jetstream_waits::REQUEST_TIMEOUT;
use crate::log::{LogError, Position};
use crate::nats_location::NatsOptions;
use domain::say::Say;

/// The most events asked for at once, and how long the request waits for them.
const REQUEST_EVENTS: usize = 500;
const REQUEST_WAIT: Duration = Duration::from_secs(10);
/// When an event that came too early is to be handed out again.
const TOO_EARLY: Duration = Duration::from_secs(1);
/// The condition under which the copy takes an event: that nothing else was written meanwhile.
const EXPECTED_LAST: HeaderName = async_nats::header::NATS_EXPECTED_LAST_SEQUENCE;

/// What became of one request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Copied {
    /// How many events are new in the copy.
    pub events: usize,
    /// The first gap that was met: the number that was due in its scope, and the one that came.
    pub gap: Option<(u64, u64)>,
}

/// A relay between the city's stream and a county's copy.
pub struct Relay {
    consumer: PullConsumer,
    from: Connection,
    to: Connection,
    copy: Copy,
}

/// The copy, and how far it goes. An event's number in its scope has no gaps, so both repeats and gaps are seen.
#[derive(Clone)]
struct Copy {
    context: Context,
    stream: Stream,
    subjects: Vec<String>,
    store: String,
    last: Position,
    numbers: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
struct Numbered {
    scopesequence: String,
}

impl Relay {
    /// Opens a county's consumer and its copy; makes the copy where there is none. Blocks.
    pub fn open(from: &NatsOptions, to: &NatsOptions, city: &str, county: &str) -> Result<Self, LogError> {
        let (from, to) = (Connection::open(from)?, Connection::open(to)?);
        let consumer = own_consumer(&from, city, county)?;
        // A county that got another code has them all in its consumer.
        let subjects = consumer.cached_info().config.filter_subjects.clone();
        let api = to.api.clone();
        let store = format!("{}/{}", to.store, copy_name(city, county));
        let name = copy_name(city, county);
        let copy = to.wait(async move {
            // Made here, for it needs the connection's runtime.
            Copy::open(api.context(), store, name, subjects).await
        })?;
        Ok(Self { consumer, from, to, copy })
    }

    /// Copies what one request brings. Blocks until that many events came, or for a while.
    pub fn copy(&mut self) -> Result<Copied, LogError> {
        let (consumer, mut copy) = (self.consumer.clone(), self.copy.clone());
        let city = self.from.store.clone();
        let (copied, copy) = self.to.wait(async move {
            let mut copied = Copied::default();
            let request = consumer.batch().max_messages(REQUEST_EVENTS).expires(REQUEST_WAIT);
            let mut batch =
                request.messages().await.map_err(|error| LogError::not_answering(&city, error))?;
            // The server ends the request; where it has died, nobody does.
            while let Ok(Some(event)) = timeout(REQUEST_WAIT + REQUEST_TIMEOUT, batch.next()).await {
                let event = event.map_err(|error| LogError::not_answering(&city, error))?;
                copy.take(&event, &mut copied).await?;
            }
            if copied.gap.is_some() {
                // Another relay may have copied what is missing here, and it will not be handed out again.
                copy.look().await?;
            }
            Ok((copied, copy))
        })?;
        self.copy = copy;
        Ok(copied)
    }
}

impl Copy {
    async fn open(
        context: Context,
        store: String,
        name: String,
        subjects: Vec<String>,
    ) -> Result<Self, LogError> {
        let wanted = Config {
            name,
            subjects: subjects.clone(),
            storage: StorageType::File,
            discard: DiscardPolicy::New,
            deny_delete: true,
            deny_purge: true,
            ..Config::default()
        };
        let stream = placed(|| context.get_or_create_stream(wanted.clone()))
            .await
            .map_err(|error| LogError::not_answering(&store, error))?;
        let held = stream.cached_info().config.clone();
        if subjects.iter().any(|subject| !held.subjects.contains(subject)) {
            let widened = Config { subjects: subjects.clone(), ..held };
            context.update_stream(widened).await.map_err(|error| LogError::not_answering(&store, error))?;
        }
        let mut copy = Self { context, stream, subjects, store, last: 0, numbers: BTreeMap::new() };
        copy.look().await?;
        Ok(copy)
    }

    /// How far the copy goes by now.
    async fn look(&mut self) -> Result<(), LogError> {
        let info =
            self.stream.get_info().await.map_err(|error| LogError::not_answering(&self.store, error))?;
        self.last = info.state.last_sequence;
        for subject in &self.subjects {
            if let Some(number) = last_number(&self.stream, subject, &self.store).await? {
                self.numbers.insert(scope_of(subject).to_owned(), number);
            }
        }
        Ok(())
    }

    /// Copies an event that is next in its scope, passes over one that is there, and puts off one that comes too early.
    async fn take(&mut self, event: &Message, copied: &mut Copied) -> Result<(), LogError> {
        let number = number_of(&event.payload, &self.store)?;
        let scope = scope_of(&event.subject).to_owned();
        let due = self.numbers.get(&scope).copied().unwrap_or(0) + 1;
        let answer = match number.cmp(&due) {
            std::cmp::Ordering::Less => AckKind::Ack,
            std::cmp::Ordering::Equal => {
                self.last = self.write(event).await?;
                self.numbers.insert(scope, number);
                copied.events += 1;
                AckKind::Ack
            }
            std::cmp::Ordering::Greater => {
                copied.gap = copied.gap.or(Some((due, number)));
                AckKind::Nak(Some(TOO_EARLY))
            }
        };
        event.ack_with(answer).await.map_err(|error| LogError::not_answering(&self.store, error))
    }

    async fn write(&self, event: &Message) -> Result<Position, LogError> {
        let mut headers = HeaderMap::new();
        headers.insert(EXPECTED_LAST, self.last.to_string().as_str());
        let body = event.payload.clone();
        let sent = self.context.publish_with_headers(event.subject.clone(), headers, body).await;
        let acknowledged = sent.map_err(|error| LogError::not_answering(&self.store, error))?.await;
        Ok(acknowledged.map_err(|error| LogError::not_answering(&self.store, error))?.sequence)
    }
}

async fn last_number(stream: &Stream, subject: &str, store: &str) -> Result<Option<u64>, LogError> {
    match stream.get_last_raw_message_by_subject(subject).await {
        Ok(event) => number_of(&event.payload, store).map(Some),
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(LogError::not_answering(store, error)),
    }
}

fn number_of(body: &[u8], store: &str) -> Result<u64, LogError> {
    let foreign = |detail: String| LogError::Foreign { store: store.to_owned(), detail: Say::same(detail) };
    let numbered: Numbered = serde_json::from_slice(body).map_err(|error| foreign(error.to_string()))?;
    numbered.scopesequence.parse().map_err(|_| foreign(format!("scopesequence `{}`", numbered.scopesequence)))
}

/// The county in a subject, or `_`.
fn scope_of(subject: &str) -> &str {
    subject.split('.').nth(2).unwrap_or_default()
}

/// The county's copy of the city's stream.
fn copy_name(city: &str, county: &str) -> String {
    format!("{}_{county}", stream_name(city))
}
