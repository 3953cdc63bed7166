//! What a county has on the city's stream: a durable consumer of its own events, which it reads through an account of its own.

use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer, pull};
use async_nats::jetstream::context::{ContextBuilder, GetStreamErrorKind};
use async_nats::jetstream::stream::{ConsumerErrorKind, LastRawMessageErrorKind, Stream};

use crate::LogError;
use crate::jetstream::{away, context, stream_name};
use crate::jetstream_connection::{Connection, REQUEST_TIMEOUT};
use crate::nats_location::NatsOptions;

/// What a county's client puts before the names of JetStream's API: its account imports them under this name.
pub const COUNTY_API_PREFIX: &str = "JS.GOV.API";
/// An event that was handed out and not acknowledged is handed out again after this.
pub(crate) const ACK_WAIT: Duration = Duration::from_secs(30);
/// The most events that a county may hold unacknowledged.
const UNACKNOWLEDGED_MAX: i64 = 1_000;
/// The most requests of a county that wait for events at once.
const WAITING_REQUESTS_MAX: i64 = 128;
/// The most events that one request may ask for, and the longest it may wait.
const REQUEST_EVENTS_MAX: i64 = 1_000;
const REQUEST_WAIT_MAX: Duration = Duration::from_secs(300);

/// Why a county could not be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountyError {
    /// The log says nothing of it.
    #[error(
        "日志中没有县 {county}：请检查代码，或先导入行政区划 / the log knows no county {county}: check the code, or import the places first"
    )]
    Unknown {
        /// The code asked for.
        county: String,
    },
    /// The server, or what it holds.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// The consumers of counties on the stream of a city, as its service sees them.
pub struct CountyConsumers {
    connection: Connection,
    city: String,
    store: String,
    stream: Stream,
}

impl CountyConsumers {
    /// Opens the stream of a city, which must be there. Blocks.
    pub fn open(options: &NatsOptions, city: &str) -> Result<Self, LogError> {
        let connection = Connection::open(options)?;
        let name = stream_name(city);
        let store = format!("{}/{name}", connection.store);
        let (client, at) = (connection.client.clone(), store.clone());
        let stream = connection.wait(async move {
            // Made here, for it needs the connection's runtime.
            context(&client).get_stream(&name).await.map_err(|error| match error.kind() {
                GetStreamErrorKind::JetStream(cause) if cause.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                    LogError::NotFound { store: at }
                }
                _ => away(&at, error),
            })
        })?;
        Ok(Self { connection, city: city.to_owned(), store, stream })
    }

    /// Makes the consumer of a county, or finds it made: where it stands stays where it stands. Blocks.
    pub fn add(&self, county: &str) -> Result<(), CountyError> {
        let (stream, store) = (self.stream.clone(), self.store.clone());
        let subject = format!("lianjian.{}.{county}.>", self.city);
        let wanted = consumer(&self.city, county);
        let made = self.connection.wait(async move {
            match stream.get_last_raw_message_by_subject(&subject).await {
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => return Ok(false),
                found => found.map_err(|error| away(&store, error))?,
            };
            stream.create_consumer(wanted).await.map_err(|error| away(&store, error))?;
            Ok(true)
        })?;
        if made { Ok(()) } else { Err(CountyError::Unknown { county: county.to_owned() }) }
    }

    /// Deletes the consumer of a county, where it has one. Blocks.
    pub fn remove(&self, county: &str) -> Result<(), LogError> {
        let (stream, store, name) = (self.stream.clone(), self.store.clone(), consumer_name(county));
        self.connection.wait(async move {
            match stream.delete_consumer(&name).await {
                Ok(_) => Ok(()),
                Err(error) => match error.kind() {
                    ConsumerErrorKind::JetStream(cause)
                        if cause.error_code() == ErrorCode::CONSUMER_NOT_FOUND =>
                    {
                        Ok(())
                    }
                    _ => Err(away(&store, error)),
                },
            }
        })
    }
}

/// Whether a county's account lets it see its own consumer by now. Blocks.
pub fn can_read(options: &NatsOptions, city: &str, county: &str) -> bool {
    Connection::open(options).and_then(|connection| own_consumer(&connection, city, county)).is_ok()
}

/// A county's own consumer, seen through its account. Blocks.
pub(crate) fn own_consumer(
    connection: &Connection,
    city: &str,
    county: &str,
) -> Result<PullConsumer, LogError> {
    let client = connection.client.clone();
    let (stream, name) = (stream_name(city), consumer_name(county));
    let store = format!("{}/{stream}/{name}", connection.store);
    connection.wait(async move {
        let builder = ContextBuilder::new().api_prefix(COUNTY_API_PREFIX).timeout(REQUEST_TIMEOUT);
        builder
            .build(client)
            .get_consumer_from_stream(name, stream)
            .await
            .map_err(|error| away(&store, error))
    })
}

fn consumer_name(county: &str) -> String {
    format!("c{county}")
}

/// What concerns a county: its own events, and those of the whole city.
pub(crate) fn subjects(city: &str, county: &str) -> [String; 2] {
    [format!("lianjian.{city}.{county}.>"), format!("lianjian.{city}._.>")]
}

/// It hands out each event until it is acknowledged, whenever the county comes.
fn consumer(city: &str, county: &str) -> pull::Config {
    pull::Config {
        durable_name: Some(consumer_name(county)),
        filter_subjects: subjects(city, county).to_vec(),
        deliver_policy: DeliverPolicy::All,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_ack_pending: UNACKNOWLEDGED_MAX,
        max_waiting: WAITING_REQUESTS_MAX,
        max_batch: REQUEST_EVENTS_MAX,
        max_expires: REQUEST_WAIT_MAX,
        ..pull::Config::default()
    }
}
