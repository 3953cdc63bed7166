//! The stream of a city, and what is known of it: the append, the reads, the follower and the watch work with it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use async_nats::Client;
use async_nats::jetstream::{self, stream::Stream};
use tokio::sync::watch;

use crate::jetstream_settings::STREAM_PREFIX;
use crate::log::{LogError, Position};

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

impl CityStream {
    /// A stream that answers, by its name and the address that messages tell. Its servers' settings were looked at over
    /// the connection of that count.
    pub(crate) fn new(
        client: Client,
        stream: Stream<()>,
        (name, store): (String, String),
        may_consume: bool,
        last: Position,
        checked_connects: u64,
    ) -> Self {
        Self {
            client,
            stream,
            name,
            store,
            may_consume,
            last: watch::Sender::new(last),
            unreachable_since: watch::Sender::new(None),
            fault: watch::Sender::new(None),
            checked_connects: AtomicU64::new(checked_connects),
        }
    }

    /// The last position as it grows.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Position> {
        self.last.subscribe()
    }

    /// Since when nobody has answered for the stream.
    pub(crate) fn unreachable_since(&self) -> Option<SystemTime> {
        *self.unreachable_since.borrow()
    }

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
        self.stream.get_info().await.map_err(|error| LogError::not_answering(&self.store, error))
    }

    /// The city whose stream it is.
    pub(crate) fn city(&self) -> &str {
        self.name.trim_start_matches(STREAM_PREFIX)
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

/// How often a client has connected.
pub(crate) fn connects_of(client: &Client) -> u64 {
    client.statistics().connects.load(Ordering::Relaxed)
}
