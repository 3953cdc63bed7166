//! The log of one city in a stream of NATS JetStream, where position = stream sequence.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use async_nats::Client;
use async_nats::jetstream::{self, stream::Stream};
use async_trait::async_trait;
use tokio::sync::watch;

use crate::jetstream_connection::Connection;
use crate::jetstream_follow::follow;
use crate::jetstream_settings::{self as settings, UnsafeSetting};
use crate::jetstream_watch::watch;
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
    /// Whether the account may make consumers; one that only copies may not, and reads event by event.
    pub(crate) may_consume: bool,
    /// The last position known here; it only grows.
    last: watch::Sender<Position>,
    /// Since when nobody has answered for the stream.
    unreachable_since: watch::Sender<Option<SystemTime>>,
    /// Why the stream is not fit to keep the log, though it answers.
    fault: watch::Sender<Option<LogError>>,
    /// The connection, counted from the first, whose server's settings were looked at.
    checked_connects: AtomicU64,
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
        let (client, api) = (connection.client.clone(), connection.api.clone());
        let (asked, at, wanted) = (options.clone(), store.clone(), city.to_owned());
        let opened = async move {
            let context = api.context();
            let may_create = create && !api.is_granted();
            let found = settings::open_stream(&client, &context, &asked, &wanted, &at, may_create).await;
            let info = found.map_err(|error| match error {
                LogError::NotFound { store } if create => LogError::NotMade { store },
                error => error,
            })?;
            let connects = connects_of(&client);
            let accepted = settings::check(&client, &asked, &info, &at).await?;
            let stream = context.get_stream_no_info(&name).await.map_err(|error| away(&at, error))?;
            let may_consume = api.may_consume(&name).await;
            let stream = CityStream {
                client,
                may_consume,
                stream,
                name,
                store: at,
                last: watch::Sender::new(info.state.last_sequence),
                unreachable_since: watch::Sender::new(None),
                fault: watch::Sender::new(None),
                checked_connects: AtomicU64::new(connects),
            };
            Ok((Arc::new(stream), context, accepted))
        };
        let (stream, context, accepted) = connection.wait(opened)?;
        connection.spawn(follow(stream.clone()));
        connection.spawn(watch(stream.clone(), context, options.clone()));
        Ok(Self { stream, connection, city: city.to_owned(), options: options.clone(), accepted })
    }

    /// The settings under which acknowledged events may be lost, and which the operator answers for.
    pub fn accepted_settings(&self) -> &[UnsafeSetting] {
        &self.accepted
    }
}

/// How often a client has connected.
fn connects_of(client: &Client) -> u64 {
    client.statistics().connects.load(Ordering::Relaxed)
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

    /// The city whose stream it is.
    pub(crate) fn city(&self) -> &str {
        self.name.trim_start_matches(settings::STREAM_PREFIX)
    }

    /// How often a connection was made so far.
    pub(crate) fn connects(&self) -> u64 {
        connects_of(&self.client)
    }

    /// The connection whose server's settings were looked at last.
    pub(crate) fn checked_connects(&self) -> u64 {
        self.checked_connects.load(Ordering::Acquire)
    }

    /// The settings of what this connection leads to were looked at.
    pub(crate) fn note_checked(&self, connects: u64) {
        self.checked_connects.store(connects, Ordering::Release);
    }

    /// Why nothing is appended though the stream answers.
    pub(crate) fn fault(&self) -> Option<LogError> {
        self.fault.borrow().clone()
    }

    /// Takes over what the watch found.
    pub(crate) fn note_fault(&self, fault: Option<LogError>) {
        self.fault.send_if_modified(|known| {
            let is_new = *known != fault;
            if is_new {
                match &fault {
                    Some(fault) => tracing::error!(%fault, "nothing is appended any more"),
                    None => tracing::info!(log = self.store, "the log is fit to be appended to again"),
                }
                *known = fault;
            }
            is_new
        });
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

    fn fault(&self) -> Option<LogError> {
        self.stream.fault()
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
