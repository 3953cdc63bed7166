//! The log of one city in a stream of NATS JetStream, where position = stream sequence.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_nats::Client;
use async_nats::jetstream::{self, stream::Stream};
use async_trait::async_trait;
use tokio::sync::watch;

use crate::jetstream_connection::{Connection, REQUEST_TIMEOUT};
use crate::jetstream_follow::follow;
use crate::jetstream_settings::{self as settings, UnsafeSetting};
use crate::nats_location::NatsOptions;
use crate::{AppendError, EventLog, LogError, NewEvent, Position, StoredEvent, StoredEventRef, check_append};

/// The log of one city on NATS. Any number of instances may append to it.
pub struct JetStreamLog {
    stream: Arc<CityStream>,
    connection: Arc<Connection>,
    city: String,
    options: NatsOptions,
    accepted: Vec<UnsafeSetting>,
}

/// The stream, and what is known of it; the append, the reads and the follower work with it.
pub(crate) struct CityStream {
    pub(crate) client: Client,
    pub(crate) stream: Stream<()>,
    pub(crate) name: String,
    /// Servers and stream, for messages.
    pub(crate) store: String,
    /// The last position known here; it only grows.
    last: watch::Sender<Position>,
    /// Since when nobody has answered for the stream.
    unreachable_since: watch::Sender<Option<SystemTime>>,
}

/// The name of a city's stream.
pub(crate) fn stream_name(city: &str) -> String {
    format!("{}{city}", settings::STREAM_PREFIX)
}

impl JetStreamLog {
    /// Connects, opens the log of a city, and makes its stream where there is none. Blocks.
    pub fn connect(options: &NatsOptions, city: &str) -> Result<Self, LogError> {
        Self::open(Arc::new(Connection::open(options)?), options, city)
    }

    /// Opens the log of a city, and makes its stream where there is none. Blocks.
    pub(crate) fn open(
        connection: Arc<Connection>,
        options: &NatsOptions,
        city: &str,
    ) -> Result<Self, LogError> {
        Self::open_with(connection, options, city, true)
    }

    /// Opens a log that is there. Blocks.
    pub(crate) fn open_existing(
        connection: Arc<Connection>,
        options: &NatsOptions,
        city: &str,
    ) -> Result<Self, LogError> {
        Self::open_with(connection, options, city, false)
    }

    fn open_with(
        connection: Arc<Connection>,
        options: &NatsOptions,
        city: &str,
        create: bool,
    ) -> Result<Self, LogError> {
        let name = stream_name(city);
        let store = format!("{}/{name}", connection.store);
        let client = connection.client.clone();
        let (asked, at, wanted) = (options.clone(), store.clone(), city.to_owned());
        let opened = async move {
            let context = context(&client);
            let info = settings::open_stream(&client, &context, &asked, &wanted, &at, create).await?;
            let accepted = settings::check(&client, &asked, &info, &at).await?;
            let stream = context.get_stream_no_info(&name).await.map_err(|error| away(&at, error))?;
            let stream = CityStream {
                client,
                stream,
                name,
                store: at,
                last: watch::Sender::new(info.state.last_sequence),
                unreachable_since: watch::Sender::new(None),
            };
            Ok((Arc::new(stream), accepted))
        };
        let (stream, accepted) = connection.wait(opened)?;
        connection.spawn(follow(stream.clone()));
        Ok(Self { stream, connection, city: city.to_owned(), options: options.clone(), accepted })
    }

    /// The settings under which acknowledged events may be lost, and which the operator answers for.
    pub fn accepted_settings(&self) -> &[UnsafeSetting] {
        &self.accepted
    }
}

/// Must be called on the connection's runtime, where it starts a task.
pub(crate) fn context(client: &Client) -> jetstream::Context {
    let mut context = jetstream::new(client.clone());
    context.set_timeout(REQUEST_TIMEOUT);
    context
}

/// Nobody answers for a stream, or the answer is none that we know.
pub(crate) fn away(store: &str, detail: impl ToString) -> LogError {
    LogError::NotAnswering { store: store.to_owned(), detail: detail.to_string() }
}

impl CityStream {
    /// The last position known here.
    pub(crate) fn known_last(&self) -> Position {
        *self.last.borrow()
    }

    /// Tells those who wait that the log has grown.
    pub(crate) fn announce(&self, position: Position) {
        self.last.send_if_modified(|last| {
            let grew = position > *last;
            *last = position.max(*last);
            grew
        });
    }

    /// Asks the stream's leader for the last position; no other server's answer is sure to be fresh.
    pub(crate) async fn leaders_last(&self) -> Result<Position, LogError> {
        let last = self.leaders_info().await?.state.last_sequence;
        self.announce(last);
        Ok(last)
    }

    pub(crate) async fn leaders_info(&self) -> Result<jetstream::stream::Info, LogError> {
        self.stream.get_info().await.map_err(|error| away(&self.store, error))
    }

    /// Whether somebody answered for the stream just now.
    pub(crate) fn note_answer(&self, answered: bool) {
        self.unreachable_since.send_if_modified(|since| match (answered, *since) {
            (true, Some(_)) => {
                tracing::info!(log = self.store, "the log answers again");
                *since = None;
                true
            }
            (false, None) => {
                tracing::error!(log = self.store, "the log does not answer; reads go on from memory");
                *since = Some(SystemTime::now());
                true
            }
            _ => false,
        });
    }
}

#[async_trait]
impl EventLog for JetStreamLog {
    fn city(&self) -> &str {
        &self.city
    }

    async fn append(&self, expected_last: Position, events: Vec<NewEvent>) -> Result<(), AppendError> {
        check_append(&events)?;
        // A task of its own: whoever drops this future takes nothing back, and an answer that was lost is still resolved.
        let stream = self.stream.clone();
        let appending = tokio::spawn(async move { stream.append(expected_last, events).await });
        appending
            .await
            .map_err(|error| AppendError::OutcomeUnknown { cause: away(&self.stream.store, error) })?
    }

    async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        self.stream.read(after, limit).await
    }

    async fn last_position(&self) -> Result<Position, LogError> {
        self.stream.leaders_last().await
    }

    async fn wait_past(&self, after: Position) -> Result<Position, LogError> {
        let mut last = self.stream.last.subscribe();
        let grown = last.wait_for(|last| *last > after).await;
        grown.map(|last| *last).map_err(|error| away(&self.stream.store, error))
    }

    fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        self.stream.clone().scan(&self.connection, after, up_to, visit)
    }

    fn unreachable_since(&self) -> Option<SystemTime> {
        *self.stream.unreachable_since.borrow()
    }

    fn settling(&self) -> Duration {
        SETTLING
    }

    fn check(&self) -> Result<String, LogError> {
        let (stream, options) = (self.stream.clone(), self.options.clone());
        let checked = async move {
            let info = stream.leaders_info().await?;
            settings::check(&stream.client, &options, &info, &stream.store).await?;
            Ok(info)
        };
        let info = self.connection.wait(checked)?;
        let read = self.scan(0, info.state.last_sequence, &mut |_| ControlFlow::Continue(()))?;
        let mebibytes = info.state.bytes >> 20;
        Ok(format!("{read} 条，位置连续，{mebibytes} MiB / {read} events, gapless, {mebibytes} MiB"))
    }
}

/// How long a follower or a repeat pauses after something failed.
pub(crate) const PAUSE: Duration = Duration::from_millis(100);
/// Electing a leader takes 4 to 8 s, one that is cut off steps down after some 10 s, and a new one answers before it has
/// applied all that it holds.
const SETTLING: Duration = Duration::from_secs(30);
