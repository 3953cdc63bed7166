//! A real NATS server as a city runs it, set up by the program, and the city's own hand on the stream.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_nats::ConnectOptions;
use async_nats::jetstream::consumer::{Config, PullConsumer};
use async_nats::jetstream::{self, Context};
use futures_util::StreamExt;
use tokio::runtime::Runtime;

use crate::harness::{import_places_with, run_well};
use crate::trial::Trial;

const STREAM: &str = "LIANJIAN_5108";
/// What was handed out and not acknowledged comes again after this time: shorter than in life, for the test's sake.
const ACK_WAIT: Duration = Duration::from_secs(3);

/// The server with the city's log and the counties' accounts; it ends when this is dropped.
pub struct Nats {
    trial: Trial,
    runtime: Runtime,
    context: Context,
}

impl Nats {
    /// Starts a server in a directory; the program records places and gives each county its account.
    pub fn start(directory: &Path, counties: &[&str]) -> Self {
        let trial = Trial::start(&directory.join("nats"), 1, &[]);
        let log = trial.log_arguments();
        let log: Vec<&str> = log.iter().map(String::as_str).collect();
        import_places_with(&directory.join("data"), &log);
        let log = trial.log_arguments_with(&trial.admin_seed());
        let log: Vec<&str> = log.iter().map(String::as_str).collect();
        let (configuration, pid_file) = (trial.configuration().to_owned(), trial.pid_file(1));
        let places =
            ["--config-dir", configuration.to_str().unwrap(), "--pid-file", pid_file.to_str().unwrap()];
        for county in counties {
            let arguments = ["nats", "county", "add", county].into_iter().chain(places);
            run_well(&arguments.chain(log.iter().copied()).collect::<Vec<_>>());
        }
        let seed = std::fs::read_to_string(trial.admin_seed()).unwrap().trim().to_owned();
        let runtime = Runtime::new().unwrap();
        let connected = runtime.block_on(ConnectOptions::with_nkey(seed).connect(trial.address())).unwrap();
        let context = runtime.block_on(async { jetstream::new(connected) });
        let nats = Self { trial, runtime, context };
        for county in counties {
            nats.make(Config { ack_wait: ACK_WAIT, ..nats.consumer_config(county) });
        }
        nats
    }

    /// Where it listens.
    pub fn address(&self) -> &str {
        self.trial.address()
    }

    /// The file with a county's seed.
    pub fn seed(&self, county: &str) -> PathBuf {
        self.trial.configuration().join(format!("keys/c{county}.nk"))
    }

    /// Stores a message; gives its position.
    pub fn publish(&self, subject: &str, body: Vec<u8>) -> u64 {
        self.runtime.block_on(async {
            let acknowledged = self.context.publish(subject.to_owned(), body.into()).await.unwrap();
            acknowledged.await.unwrap().sequence
        })
    }

    /// The subject and the body of every message.
    pub fn messages(&self) -> Vec<(String, Vec<u8>)> {
        self.runtime.block_on(async {
            let stream = self.context.get_stream(STREAM).await.unwrap();
            let mut messages = Vec::new();
            for position in 1..=stream.cached_info().state.last_sequence {
                let message = stream.get_raw_message(position).await.unwrap();
                messages.push((message.subject.to_string(), message.payload.to_vec()));
            }
            messages
        })
    }

    /// Forgets how far a county has come.
    pub fn make_consumer_anew(&self, county: &str) {
        let config = self.consumer_config(county);
        let name = format!("c{county}");
        self.runtime.block_on(self.context.delete_consumer_from_stream(name, STREAM)).unwrap();
        self.make(config);
    }

    /// Takes the next messages of a county, as a run does that dies with them in hand.
    pub fn draw_without_acknowledging(&self, county: &str, count: usize) {
        self.runtime.block_on(async {
            let drawn = self.consumer(county).await.fetch().max_messages(count).messages().await.unwrap();
            assert_eq!(drawn.count().await, count);
        });
    }

    /// How many messages of a county are not delivered yet, and how many are not acknowledged.
    pub fn outstanding(&self, county: &str) -> (u64, usize) {
        self.runtime.block_on(async {
            let consumer = self.consumer(county).await;
            let info = consumer.cached_info();
            (info.num_pending, info.num_ack_pending)
        })
    }

    fn consumer_config(&self, county: &str) -> Config {
        self.runtime.block_on(async { self.consumer(county).await.cached_info().config.clone() })
    }

    async fn consumer(&self, county: &str) -> PullConsumer {
        self.context.get_consumer_from_stream(format!("c{county}"), STREAM).await.unwrap()
    }

    fn make(&self, config: Config) {
        self.runtime.block_on(self.context.create_consumer_on_stream(config, STREAM)).unwrap();
    }
}
