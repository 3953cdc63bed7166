//! What the NATS servers do without us: publishes, atomic batches and a consumer of the same bytes, and the way of an
//! event to a county.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use async_nats::header::{NATS_BATCH_COMMIT, NATS_BATCH_ID, NATS_BATCH_SEQUENCE};
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::context::{Context, ContextBuilder};
use async_nats::jetstream::stream::{Config, StorageType};
use async_nats::{Client, ConnectOptions, HeaderMap};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::runtime::{Builder, Runtime};

use crate::broker::Trial;
use crate::load::percentile;

const STREAM: &str = "BARE";
const SUBJECT: &str = "bare.event";
/// Publishes under way at one time.
const PIPELINED: usize = 1_000;
/// What a consumer is sent ahead.
const AHEAD: usize = 1_000;
/// How long the consumer waits for an event before it looks whether the load has ended.
const IDLE: Duration = Duration::from_millis(500);

/// A stream with the settings of the city's, and nothing of ours in it.
pub struct Bare {
    runtime: Runtime,
    client: Client,
    context: Context,
}

/// How long events were on their way.
pub struct Lag {
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub events: usize,
}

/// To the first server, which alone was told of the county.
async fn connect(trial: &Trial, whose: &str) -> Client {
    let server = trial.servers().split(',').next().expect("an address");
    ConnectOptions::with_nkey(trial.seed(whose)).connect(server).await.expect("a connection")
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

impl Bare {
    pub fn open(trial: &Trial) -> Self {
        let runtime = runtime();
        let (client, context) = runtime.block_on(async {
            let client = connect(trial, "city").await;
            let context = ContextBuilder::new().max_ack_inflight(PIPELINED).build(client.clone());
            let config = Config {
                name: STREAM.to_owned(),
                subjects: vec![SUBJECT.to_owned()],
                storage: StorageType::File,
                num_replicas: trial.replicas(),
                allow_atomic_publish: true,
                ..Config::default()
            };
            context.create_stream(config).await.expect("a stream");
            (client, context)
        });
        Self { runtime, client, context }
    }

    /// One publisher, one atomic batch after the other.
    pub fn batches(&self, size: usize, event_bytes: usize, length: Duration) -> f64 {
        let payload = Bytes::from(vec![b'x'; event_bytes]);
        self.runtime.block_on(async {
            let (begun, mut sent) = (Instant::now(), 0);
            while begun.elapsed() < length {
                let batch_id = self.client.new_inbox();
                let batch_id = batch_id.rsplit('.').next().expect("a token");
                let headers = |number: usize| {
                    let mut headers = HeaderMap::new();
                    headers.insert(NATS_BATCH_ID, batch_id);
                    headers.insert(NATS_BATCH_SEQUENCE, number.to_string());
                    headers
                };
                for number in 1..size {
                    let published =
                        self.client.publish_with_headers(SUBJECT, headers(number), payload.clone());
                    published.await.expect("a publish");
                }
                let mut last = headers(size);
                last.insert(NATS_BATCH_COMMIT, "1");
                let answer = self.client.request_with_headers(SUBJECT, last, payload.clone()).await;
                let answer = answer.expect("an answer").payload;
                assert!(!answer.windows(7).any(|part| part == b"\"error\""), "{answer:?}");
                sent += size;
            }
            sent as f64 / begun.elapsed().as_secs_f64()
        })
    }

    /// One publisher that has a thousand publishes under way.
    pub fn pipelined(&self, event_bytes: usize, length: Duration) -> f64 {
        self.publish(PIPELINED, event_bytes, length)
    }

    /// One publisher that waits for each answer.
    pub fn one_by_one(&self, event_bytes: usize, length: Duration) -> f64 {
        self.publish(1, event_bytes, length)
    }

    fn publish(&self, under_way: usize, event_bytes: usize, length: Duration) -> f64 {
        let payload = Bytes::from(vec![b'x'; event_bytes]);
        self.runtime.block_on(async {
            let begun = Instant::now();
            let publishes = futures_util::stream::unfold((), |()| async {
                (begun.elapsed() < length).then_some(((), ()))
            });
            let acknowledged = publishes
                .map(|()| {
                    let (context, payload) = (self.context.clone(), payload.clone());
                    async move {
                        context.publish(SUBJECT, payload).await.expect("a publish").await.expect("an answer");
                    }
                })
                .buffered(under_way)
                .count()
                .await;
            acknowledged as f64 / begun.elapsed().as_secs_f64()
        })
    }

    pub fn close(self) {
        self.runtime.block_on(self.context.delete_stream(STREAM)).expect("the stream goes");
    }

    /// Reads the city's stream from its beginning to its end with one consumer; gives the number of events.
    pub fn read_all(trial: &Trial) -> u64 {
        runtime().block_on(async {
            let context = async_nats::jetstream::new(connect(trial, "city").await);
            let mut stream = context.get_stream("LIANJIAN_5108").await.expect("the stream");
            let last = stream.info().await.expect("its state").state.last_sequence;
            let config = pull::Config {
                ack_policy: AckPolicy::None,
                memory_storage: true,
                inactive_threshold: Duration::from_secs(30),
                ..pull::Config::default()
            };
            let consumer = stream.create_consumer(config).await.expect("a consumer");
            let messages = consumer.stream().max_messages_per_batch(AHEAD).messages().await;
            let mut messages = messages.expect("messages");
            loop {
                let message = messages.next().await.expect("more").expect("a message");
                if message.info().expect("its position").stream_sequence == last {
                    return last;
                }
            }
        })
    }
}

/// From the time at which the stream had an event until the county's client had it, while `load` runs. Clocks are the
/// same machine's.
pub fn lag_of_county(trial: &Trial, county: &str, load: impl FnOnce()) -> Lag {
    let runtime = runtime();
    let ended = Arc::new(AtomicBool::new(false));
    let consumer: PullConsumer = runtime.block_on(async {
        let client = connect(trial, &format!("c{county}")).await;
        let context = ContextBuilder::new().api_prefix("JS.GOV.API").build(client);
        let consumer = context.get_consumer_from_stream(format!("c{county}"), "LIANJIAN_5108").await;
        let consumer: PullConsumer = consumer.expect("the county's consumer");
        drain(&consumer).await;
        consumer
    });
    let reading = {
        let ended = ended.clone();
        runtime.spawn(async move {
            let mut lags: Vec<f64> = Vec::new();
            let mut messages =
                consumer.stream().max_messages_per_batch(AHEAD).messages().await.expect("messages");
            loop {
                match tokio::time::timeout(IDLE, messages.next()).await {
                    Ok(message) => {
                        let message = message.expect("more").expect("a message");
                        let stored = message.info().expect("its time").published;
                        let stored = SystemTime::UNIX_EPOCH
                            + Duration::from_nanos(u64::try_from(stored.unix_timestamp_nanos()).unwrap_or(0));
                        lags.push(stored.elapsed().unwrap_or_default().as_secs_f64() * 1e3);
                        message.ack().await.expect("an ack");
                    }
                    Err(_) if ended.load(Ordering::Relaxed) => return lags,
                    Err(_) => {}
                }
            }
        })
    };
    load();
    ended.store(true, Ordering::Relaxed);
    let mut lags = runtime.block_on(reading).expect("the reader");
    lags.sort_by(f64::total_cmp);
    Lag { p50_ms: percentile(&lags, 50), p99_ms: percentile(&lags, 99), events: lags.len() }
}

/// Takes all that is there already.
async fn drain(consumer: &PullConsumer) {
    loop {
        let batch = consumer.fetch().max_messages(AHEAD).messages().await;
        let mut batch = batch.expect("a batch");
        let mut taken = 0;
        while let Some(message) = batch.next().await {
            message.expect("a message").ack().await.expect("an ack");
            taken += 1;
        }
        if taken == 0 {
            return;
        }
    }
}
