//! The log of one city in a stream of NATS JetStream, where position = stream sequence.

use domain::say::Say;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::jetstream_connection::Connection;
use crate::jetstream_follow::follow;
use crate::jetstream_settings::{self as settings, stream_name};
use crate::jetstream_stream::{CityStream, connects_of};
use crate::jetstream_watch::watch;
use crate::log::{
    AppendError, EventLog, LogError, NewEvent, Position, StoredEvent, StoredEventRef, check_append,
};
use crate::nats_location::NatsOptions;
use crate::unsafe_setting::UnsafeSetting;

/// The log of one city on NATS. Any number of instances may append to it.
pub struct JetStreamLog {
    stream: Arc<CityStream>,
    connection: Arc<Connection>,
    city: String,
    options: NatsOptions,
    accepted: Vec<UnsafeSetting>,
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
            // The connection before the check: one that comes after it is looked at again by the watch.
            let checked_connects = connects_of(&client);
            let accepted = settings::check(&client, &asked, &info, &at).await?;
            let stream = context
                .get_stream_no_info(&name)
                .await
                .map_err(|error| LogError::not_answering(&at, error))?;
            let may_consume = api.may_consume(&name).await;
            let last = info.state.last_sequence;
            let stream = CityStream::new(client, stream, (name, at), may_consume, last, checked_connects);
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
        appending.await.map_err(|error| AppendError::OutcomeUnknown {
            cause: LogError::not_answering(&self.stream.store, error),
        })?
    }

    async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        self.stream.read(after, limit).await
    }

    async fn last_position(&self) -> Result<Position, LogError> {
        self.stream.leaders_last().await
    }

    async fn wait_past(&self, after: Position) -> Result<Position, LogError> {
        let mut last = self.stream.subscribe();
        let grown = last.wait_for(|last| *last > after).await;
        grown.map(|last| *last).map_err(|error| LogError::not_answering(&self.stream.store, error))
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
        self.stream.unreachable_since()
    }

    fn fault(&self) -> Option<LogError> {
        self.stream.fault()
    }

    fn leader_grace(&self) -> Duration {
        LEADER_GRACE
    }

    fn check(&self) -> Result<Say, LogError> {
        let (stream, options) = (self.stream.clone(), self.options.clone());
        let checked = async move {
            let info = stream.leaders_info().await?;
            settings::check(&stream.client, &options, &info, &stream.store).await?;
            Ok(info)
        };
        let info = self.connection.wait(checked)?;
        let read = self.scan(0, info.state.last_sequence, &mut |_| ControlFlow::Continue(()))?;
        let mebibytes = info.state.bytes >> 20;
        Ok(Say::of(
            format!("{read} 条，位置连续，{mebibytes} MiB"),
            format!("{read} events, gapless, {mebibytes} MiB"),
        ))
    }
}

/// Electing a leader takes 4 to 8 s, one that is cut off steps down after some 10 s, and a new one answers before it has
/// applied all that it holds.
const LEADER_GRACE: Duration = Duration::from_secs(30);
