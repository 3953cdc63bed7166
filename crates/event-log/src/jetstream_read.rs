//! Reading: a few events one by one from the leader, many through a consumer, and always checked for gaps.

use domain::say::Say;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use async_nats::jetstream::stream::RawMessageErrorKind;
use bytes::Bytes;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use crate::jetstream_api::unique_name;
use crate::jetstream_connection::Connection;
use crate::jetstream_stream::CityStream;
use crate::jetstream_waits::PAUSE;
use crate::log::{LogError, MAX_READ_BYTES, MAX_READ_EVENTS, Position, StoredEvent, StoredEventRef};

/// Up to so many events are asked for one by one; a consumer costs about as much as these.
const MAX_SINGLE_READS: u64 = 32;
/// So many are asked for at once where the account may make no consumer.
const SINGLE_READS_AHEAD: u64 = 256;
/// How many messages a consumer sends ahead.
const MESSAGES_AHEAD: usize = 1_000;
/// How many events are handed on at once.
const MAX_BATCH_EVENTS: usize = 500;
/// How many such batches stand between the task that reads and the thread that visits.
const BATCHES_AHEAD: usize = 4;
/// How long a consumer may be silent while there is more to send.
const SILENCE_LIMIT: Duration = Duration::from_secs(5);
/// How often a reading goes on with another consumer without having got an event in between.
const MAX_RESUMES: usize = 5;
/// After so long the server forgets a consumer whose reader was killed.
const CONSUMER_LIFE: Duration = Duration::from_secs(30);

type Batch = Vec<(Position, Bytes)>;

impl CityStream {
    /// The events after a position; see [`crate::log::EventLog::read`].
    pub(crate) async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        let limit = limit.min(MAX_READ_EVENTS) as u64;
        if limit == 0 {
            return Ok(Vec::new());
        }
        let known = self.known_last();
        let last = if known > after { known } else { self.leaders_last().await? };
        let up_to = last.min(after.saturating_add(limit));
        let mut events = Vec::new();
        let mut bytes = 0;
        let mut source = Source::of(self, after, up_to);
        while bytes < MAX_READ_BYTES {
            let batch = source.next_batch().await?;
            if batch.is_empty() {
                break;
            }
            for (position, body) in batch {
                if bytes < MAX_READ_BYTES {
                    bytes += body.len();
                    events.push(StoredEvent { position, body: body.to_vec() });
                }
            }
        }
        source.close().await;
        Ok(events)
    }

    /// Shows a range to a thread that may block; see [`crate::log::EventLog::scan`].
    pub(crate) fn scan(
        self: Arc<Self>,
        connection: &Connection,
        after: Position,
        up_to: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        let (sent, mut received) = mpsc::channel(BATCHES_AHEAD);
        connection.spawn(async move { self.send_range(after, up_to, &sent).await });
        let mut last = after;
        while let Some(batch) = received.blocking_recv() {
            for (position, body) in batch? {
                last = position;
                if visit(StoredEventRef { position, body: &body }).is_break() {
                    return Ok(last);
                }
            }
        }
        Ok(last)
    }

    /// Sends until the range is at its end, or the one who visits has left.
    async fn send_range(
        &self,
        after: Position,
        up_to: Position,
        sent: &mpsc::Sender<Result<Batch, LogError>>,
    ) {
        let last = match self.leaders_last().await {
            Ok(last) => last,
            Err(error) => return drop(sent.send(Err(error)).await),
        };
        let mut source = Source::of(self, after, up_to.min(last));
        loop {
            let batch = source.next_batch().await;
            let is_last = batch.as_ref().map_or(true, Vec::is_empty);
            if sent.send(batch).await.is_err() || is_last {
                break;
            }
        }
        source.close().await;
    }

    /// Asks the leader for each event of a short range, all at once.
    async fn singles(&self, after: Position, up_to: Position) -> Result<Batch, LogError> {
        let mut asked: FuturesOrdered<_> =
            (after + 1..=up_to).map(|position| self.single(position)).collect();
        let mut events = Vec::new();
        while let Some(event) = asked.next().await {
            events.push(event?);
        }
        Ok(events)
    }

    async fn single(&self, position: Position) -> Result<(Position, Bytes), LogError> {
        match self.stream.get_raw_message(position).await {
            Ok(message) if message.sequence == position => Ok((position, message.payload)),
            Ok(message) => Err(self.gap(position, message.sequence)),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
                // A server that fell behind does not have it yet; one that leads has lost it.
                let last = self.leaders_info().await?.state.last_sequence;
                if last < position {
                    return Err(LogError::not_answering(
                        &self.store,
                        format!("event {position} is not there yet"),
                    ));
                }
                // A new leader may have answered before it had applied what it holds: it is asked once more.
                match self.stream.get_raw_message(position).await {
                    Ok(message) if message.sequence == position => Ok((position, message.payload)),
                    Err(error) if error.kind() != RawMessageErrorKind::NoMessageFound => {
                        Err(LogError::not_answering(&self.store, error))
                    }
                    _ => Err(self.gap(position, last)),
                }
            }
            Err(error) => Err(LogError::not_answering(&self.store, error)),
        }
    }

    async fn consumer_after(&self, after: Position) -> Result<OpenConsumer, LogError> {
        let config = pull::Config {
            name: Some(unique_name(&self.client)),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: after + 1 },
            ack_policy: AckPolicy::None,
            inactive_threshold: CONSUMER_LIFE,
            memory_storage: true,
            num_replicas: 1,
            ..pull::Config::default()
        };
        let consumer = self
            .stream
            .create_consumer(config)
            .await
            .map_err(|error| LogError::not_answering(&self.store, error))?;
        let messages = consumer.stream().max_messages_per_batch(MESSAGES_AHEAD).messages().await;
        let messages = messages.map_err(|error| LogError::not_answering(&self.store, error))?;
        Ok(OpenConsumer { name: consumer.cached_info().name.clone(), messages })
    }

    fn gap(&self, missing: Position, next: Position) -> LogError {
        let detail = Say::of(
            format!("缺第 {missing} 条,其后为第 {next} 条"),
            format!("event {missing} is missing before {next}"),
        );
        LogError::Corrupt { store: self.store.clone(), position: Some(missing), detail }
    }
}

struct OpenConsumer {
    name: String,
    messages: pull::Stream,
}

/// A range that is being read, from one consumer after another where one breaks off.
struct Source<'a> {
    stream: &'a CityStream,
    last: Position,
    up_to: Position,
    consumer: Option<OpenConsumer>,
    resumes: usize,
    /// What was found after the events that were handed on last.
    damage: Option<LogError>,
}

impl<'a> Source<'a> {
    fn of(stream: &'a CityStream, after: Position, up_to: Position) -> Self {
        Self { stream, last: after, up_to, consumer: None, resumes: 0, damage: None }
    }

    /// The next events of the range; none at its end.
    async fn next_batch(&mut self) -> Result<Batch, LogError> {
        loop {
            if let Some(damage) = self.damage.take() {
                return Err(damage);
            }
            if self.last >= self.up_to {
                return Ok(Vec::new());
            }
            match self.try_batch().await {
                Ok(batch) if batch.is_empty() => {}
                Ok(batch) => {
                    self.resumes = 0;
                    return Ok(batch);
                }
                Err(damage @ LogError::Corrupt { .. }) => return Err(damage),
                Err(error) if self.resumes == MAX_RESUMES => return Err(error),
                Err(error) => {
                    tracing::debug!(%error, after = self.last, "reading goes on with another consumer");
                    self.consumer = None;
                    self.resumes += 1;
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn try_batch(&mut self) -> Result<Batch, LogError> {
        let stream = self.stream;
        let most = if stream.may_consume { MAX_SINGLE_READS } else { SINGLE_READS_AHEAD };
        if self.consumer.is_none() && (self.up_to - self.last <= most || !stream.may_consume) {
            let up_to = self.up_to.min(self.last + most);
            let batch = stream.singles(self.last, up_to).await?;
            self.last = up_to;
            return Ok(batch);
        }
        let messages = match &mut self.consumer {
            Some(consumer) => &mut consumer.messages,
            None => &mut self.consumer.insert(stream.consumer_after(self.last).await?).messages,
        };
        let silent = || LogError::not_answering(&stream.store, "a consumer sends nothing");
        let mut batch = Vec::new();
        let mut next = timeout(SILENCE_LIMIT, messages.next()).await.map_err(|_| silent())?;
        loop {
            let message =
                next.ok_or_else(silent)?.map_err(|error| LogError::not_answering(&stream.store, error))?;
            let position = message
                .info()
                .map_err(|error| LogError::not_answering(&stream.store, error))?
                .stream_sequence;
            if position != self.last + 1 {
                // What was on its way when a connection broke, a consumer does not send again: the leader is asked itself.
                match stream.single(self.last + 1).await {
                    Ok(_) if batch.is_empty() => {
                        return Err(LogError::not_answering(&stream.store, "a consumer left out an event"));
                    }
                    Ok(_) => self.consumer = None,
                    Err(damage @ LogError::Corrupt { .. }) => self.damage = Some(damage),
                    Err(error) => return if batch.is_empty() { Err(error) } else { Ok(batch) },
                }
                return Ok(batch);
            }
            self.last = position;
            batch.push((position, message.payload.clone()));
            if position == self.up_to || batch.len() == MAX_BATCH_EVENTS {
                return Ok(batch);
            }
            match messages.next().now_or_never() {
                Some(ready @ Some(Ok(_))) => next = ready,
                // Nothing more is there yet; or what broke off shows again when the next batch is asked for.
                _ => return Ok(batch),
            }
        }
    }

    /// Lets the consumer go; one that cannot be deleted is forgotten by the server after a while.
    async fn close(&mut self) {
        if let Some(consumer) = self.consumer.take() {
            let _ = self.stream.stream.delete_consumer(&consumer.name).await;
        }
    }
}
