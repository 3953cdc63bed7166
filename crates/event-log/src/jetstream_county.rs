//! What a county has on the city's stream: a durable consumer of its own events, which it reads through an account of its own.
//! A county that gets another code keeps account and consumer under the name that they have; the consumer hands out what
//! stands under all of its codes.

use domain::errors;
use std::collections::BTreeSet;
use std::time::Duration;

use async_nats::jetstream::ErrorCode;
use async_nats::jetstream::consumer::{AckPolicy, Config, DeliverPolicy, Info, PullConsumer, pull};
use async_nats::jetstream::context::{ConsumerInfoErrorKind, ContextBuilder, GetStreamErrorKind};
use async_nats::jetstream::stream::{ConsumerErrorKind, LastRawMessageErrorKind, Stream};
use futures_util::StreamExt;

use crate::jetstream_connection::Connection;
use crate::jetstream_county_codes::{Borne, CountyCodes};
use crate::jetstream_settings::stream_name;
use crate::jetstream_waits::REQUEST_TIMEOUT;
use crate::log::{LogError, Position};
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

/// The digits of a county's code.
const COUNTY_DIGITS: usize = 6;

errors! {
    /// Why a county could not be served.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum CountyError {
        /// The log says nothing of it.
        #[zh("日志中没有县 {county}：请检查代码，或先导入行政区划")]
        #[en("the log knows no county {county}: check the code, or import the places first")]
        Unknown {
            /// The code asked for.
            county: String,
        },
        /// Another county bore one of its codes as well, and a subject does not say of whose time an event is.
        #[zh("代码 {code} 先后属于两个县，NATS 上无法分开：县 {county} 请用 HTTP 接收")]
        #[en("two counties bore the code {code} one after the other, which NATS cannot tell apart: let county {county} read over HTTP")]
        Shared {
            /// The county asked for.
            county: String,
            /// The code.
            code: String,
        },
    } of {
        /// The server, or what it holds.
        Log(#[from] LogError),
    }
}

/// How a county's consumer stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountyStanding {
    /// The county's code in the consumer's name.
    pub county: String,
    /// The last position that was handed out.
    pub delivered: Position,
    /// How many events wait to be handed out.
    pub waiting: u64,
    /// What is wrong with it.
    pub trouble: Option<CountyTrouble>,
}

errors! {
    /// What is wrong with a county's consumer.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum CountyTrouble {
        /// The stream was put back, the consumer was not.
        #[zh("消费者已到位置 {delivered}，而流只到 {last}：NATS 恢复过。与该县核对后执行 nats county remove 与 add")]
        #[en("the consumer is at {delivered}, the stream ends at {last}: NATS was put back. Compare with the county, then run nats county remove and add")]
        Ahead {
            /// How far the consumer is.
            delivered: Position,
            /// Where the stream ends.
            last: Position,
        },
        /// The county bears another code by now.
        #[zh("县已改用代码 {code}，消费者还没有：请执行 nats county add {code}")]
        #[en("the county bears the code {code} by now, and the consumer lacks it: run nats county add {code}")]
        Lacks {
            /// The code.
            code: String,
        },
        /// It hands out what is another county's.
        #[zh("代码 {code} 也属于另一个县，消费者会送出别县的事件：请立即执行 nats county remove，该县改用 HTTP")]
        #[en("the code {code} is of another county as well, whose events this consumer hands out: run nats county remove now, and let the county read over HTTP")]
        Shared {
            /// The code.
            code: String,
        },
    }
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
        let (api, at) = (connection.api.clone(), store.clone());
        let stream = connection.wait(async move {
            // Made here, for it needs the connection's runtime.
            api.context().get_stream(&name).await.map_err(|error| match error.kind() {
                GetStreamErrorKind::JetStream(cause) if cause.error_code() == ErrorCode::STREAM_NOT_FOUND => {
                    LogError::NotFound { store: at }
                }
                _ => LogError::not_answering(&at, error),
            })
        })?;
        Ok(Self { connection, city: city.to_owned(), store, stream })
    }

    /// Makes the consumer of a county, or finds it made: where it stands stays where it stands. One that lacks a code which
    /// the county bears by now is made anew from where that code begins. Gives the code in its name, which is the one that
    /// the county had when it was first made. Blocks.
    pub fn add(&self, county: &str) -> Result<String, CountyError> {
        let (stream, store, city) = (self.stream.clone(), self.store.clone(), self.city.clone());
        let asked = county.to_owned();
        self.connection.wait(async move {
            let all = CountyCodes::read(&stream, &city, &store).await?;
            let codes = match all.of(&asked) {
                // Places may be missing where a log was begun elsewhere; its own events show the county all the same.
                None if has_events(&stream, &city, &asked, &store).await? => {
                    vec![Borne { code: asked.clone(), after: 0 }]
                }
                None => return Ok(Err(CountyError::Unknown { county: asked })),
                Some(codes) => codes,
            };
            if let Some(code) = all.shared(&codes) {
                return Ok(Err(CountyError::Shared { county: asked, code }));
            }
            for Borne { code, .. } in &codes {
                if let Some(found) = find(&stream, code, &store).await? {
                    widen(&stream, &city, &found, &codes, &store).await?;
                    return Ok(Ok(code.clone()));
                }
            }
            let wanted = consumer(&city, &asked, &codes, DeliverPolicy::All);
            stream.create_consumer(wanted).await.map_err(|error| LogError::not_answering(&store, error))?;
            Ok(Ok(asked))
        })?
    }

    /// How the consumers of all counties stand. Blocks.
    pub fn standings(&self) -> Result<Vec<CountyStanding>, LogError> {
        let (mut stream, store, city) = (self.stream.clone(), self.store.clone(), self.city.clone());
        self.connection.wait(async move {
            let last = stream
                .info()
                .await
                .map_err(|error| LogError::not_answering(&store, error))?
                .state
                .last_sequence;
            let all = CountyCodes::read(&stream, &city, &store).await?;
            let mut consumers = stream.consumers();
            let mut standings = Vec::new();
            while let Some(info) = consumers.next().await {
                let info = info.map_err(|error| LogError::not_answering(&store, error))?;
                let county = info.name.strip_prefix('c').filter(|code| code.len() == COUNTY_DIGITS);
                let Some(county) = county.filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()))
                else {
                    continue;
                };
                let trouble = trouble(&city, county, &info, last, &all);
                let delivered = info.delivered.stream_sequence;
                let (county, waiting) = (county.to_owned(), info.num_pending);
                standings.push(CountyStanding { county, delivered, waiting, trouble });
            }
            standings.sort_by(|one, other| one.county.cmp(&other.county));
            Ok(standings)
        })
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
                    _ => Err(LogError::not_answering(&store, error)),
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
            .map_err(|error| LogError::not_answering(&store, error))
    })
}

fn consumer_name(county: &str) -> String {
    format!("c{county}")
}

fn own_subject(city: &str, county: &str) -> String {
    format!("lianjian.{city}.{county}.>")
}

/// What concerns a county: its own events under each of its codes, and those of the whole city.
fn all_subjects(city: &str, codes: &[Borne]) -> Vec<String> {
    let own = codes.iter().map(|borne| own_subject(city, &borne.code));
    own.chain([format!("lianjian.{city}._.>")]).collect()
}

async fn has_events(stream: &Stream, city: &str, county: &str, store: &str) -> Result<bool, LogError> {
    match stream.get_last_raw_message_by_subject(&own_subject(city, county)).await {
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(false),
        found => found.map(|_| true).map_err(|error| LogError::not_answering(store, error)),
    }
}

/// The consumer that was made when the county had this code.
async fn find(stream: &Stream, county: &str, store: &str) -> Result<Option<Info>, LogError> {
    match stream.consumer_info(consumer_name(county)).await {
        Ok(info) => Ok(Some(info)),
        Err(error) if error.kind() == ConsumerInfoErrorKind::NotFound => Ok(None),
        Err(error) => Err(LogError::not_answering(store, error)),
    }
}

/// Puts the codes that it lacks into a consumer. What it passed over under them is behind it, so it is made anew from there:
/// a county drops what it had before as a repeat.
async fn widen(
    stream: &Stream,
    city: &str,
    found: &Info,
    codes: &[Borne],
    store: &str,
) -> Result<(), LogError> {
    let held = held_subjects(&found.config);
    let lacking = codes.iter().filter(|borne| !held.contains(&own_subject(city, &borne.code)));
    let Some(begun) = lacking.map(|borne| borne.after).min() else { return Ok(()) };
    let start_sequence = begun.min(found.ack_floor.stream_sequence) + 1;
    let county = found.name.trim_start_matches('c');
    let wanted = consumer(city, county, codes, DeliverPolicy::ByStartSequence { start_sequence });
    // Deleted first, since a consumer keeps the start that it was made with. A county that comes between the two finds none
    // and comes again.
    stream.delete_consumer(&found.name).await.map_err(|error| LogError::not_answering(store, error))?;
    stream.create_consumer(wanted).await.map_err(|error| LogError::not_answering(store, error))?;
    Ok(())
}

fn held_subjects(config: &Config) -> BTreeSet<String> {
    let one = Some(config.filter_subject.clone()).filter(|subject| !subject.is_empty());
    config.filter_subjects.iter().cloned().chain(one).collect()
}

/// What is wrong with a county's consumer, the worst first.
fn trouble(
    city: &str,
    county: &str,
    info: &Info,
    last: Position,
    all: &CountyCodes,
) -> Option<CountyTrouble> {
    let held = held_subjects(&info.config);
    let codes = all.of_name(county);
    let holds = |borne: &&Borne| held.contains(&own_subject(city, &borne.code));
    let handed_out: Vec<Borne> = codes.iter().filter(holds).cloned().collect();
    if let Some(code) = all.shared(&handed_out) {
        return Some(CountyTrouble::Shared { code });
    }
    let delivered = info.delivered.stream_sequence.max(info.ack_floor.stream_sequence);
    if delivered > last {
        return Some(CountyTrouble::Ahead { delivered, last });
    }
    let lacking = codes.iter().find(|borne| !holds(borne));
    lacking.map(|borne| CountyTrouble::Lacks { code: borne.code.clone() })
}

/// It hands out each event until it is acknowledged, whenever the county comes.
fn consumer(city: &str, county: &str, codes: &[Borne], deliver_policy: DeliverPolicy) -> pull::Config {
    pull::Config {
        durable_name: Some(consumer_name(county)),
        filter_subjects: all_subjects(city, codes),
        deliver_policy,
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WAIT,
        max_ack_pending: UNACKNOWLEDGED_MAX,
        max_waiting: WAITING_REQUESTS_MAX,
        max_batch: REQUEST_EVENTS_MAX,
        max_expires: REQUEST_WAIT_MAX,
        ..pull::Config::default()
    }
}
