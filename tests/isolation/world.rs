//! The city, its stream and two counties, for the attacks: set up by the program, looked at through the city's account.

use std::path::Path;
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::stream::{Config, StorageType, Stream};
use async_nats::{Client, Subscriber};
use futures_util::{StreamExt, TryStreamExt};
use tokio::time::timeout;

use super::attacks::{SECRET, STREAM};
use crate::harness::import_places_with;
use crate::trial::{Trial, jetstream};

/// The county that attacks, and the one that is attacked.
pub const ATTACKER: &str = "510811";
pub const ATTACKED: &str = "510812";
/// How long an answer is waited for; what does its harm does it sooner, as the attacks from within show.
const HEARING: Duration = Duration::from_millis(150);
/// How many requests of attacks may wait for an event.
const HAND_OUTS_MAX: usize = 20;
/// How long what must arrive may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A subject of a county, or of the city for `_`.
pub fn subject_of(county: &str) -> String {
    format!("lianjian.5108.{county}._.place.registered")
}

pub struct World {
    trial: Trial,
    city: Client,
    /// Where the attacked county acknowledges what it was handed and holds.
    others_ack: String,
}

impl World {
    /// Servers, a log of places made by the program, and the accounts of both counties.
    pub async fn open(folder: &Path) -> Self {
        let trial = Trial::start(&folder.join("nats"), 1, &[]);
        let log = trial.log_arguments();
        import_places_with(&folder.join("data"), &log.iter().map(String::as_str).collect::<Vec<_>>());
        for county in [ATTACKER, ATTACKED] {
            let added = trial.change_county("add", county);
            assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
        }
        let city = trial.connect(&trial.admin_seed()).await.unwrap();
        let mut world = Self { trial, city, others_ack: String::new() };
        let named = world.context().publish("$KV.LIANJIAN_5108_CONTROL.name", "王五".into()).await.unwrap();
        named.await.unwrap();
        world.others_ack = world.hand_out(ATTACKED).await;
        world
    }

    /// A connection as a county, deaf to what it sends itself.
    pub async fn connect_county(&self, county: &str) -> Client {
        self.trial.connect(&self.trial.county_seed(county)).await.unwrap()
    }

    /// A reader of a county, as `docs/subscribing.md` describes it.
    pub async fn reader(&self, county: &str) -> Reader {
        let context = jetstream(self.connect_county(county).await, "JS.GOV.API");
        let consumer = context.get_consumer_from_stream(format!("c{county}"), STREAM).await.unwrap();
        Reader { consumer }
    }

    /// An event that holds the other county's secret if it is the other county's.
    pub async fn publish(&self, county: &str) {
        let body = if county == ATTACKED { SECRET } else { "open to all" };
        let acknowledged = self.context().publish(subject_of(county), body.into()).await.unwrap();
        acknowledged.await.unwrap();
    }

    /// How many events a county reads.
    pub async fn events_of(&self, county: &str) -> usize {
        let starts = [format!("lianjian.5108.{county}."), "lianjian.5108._.".to_owned()];
        let events = events(&self.stream().await).await;
        events.iter().filter(|(subject, _)| starts.iter().any(|start| subject.starts_with(start))).count()
    }

    /// Where the attacked county acknowledges what it was handed and holds.
    pub fn others_ack(&self) -> &str {
        &self.others_ack
    }

    /// Everything that an attack could change.
    pub async fn state(&self) -> State {
        let Ok(stream) = self.context().get_stream(STREAM).await else { return State::default() };
        let mut consumers = Vec::new();
        let mut listed = stream.consumers();
        while let Some(consumer) = listed.try_next().await.unwrap() {
            // The program's own readers stay listed for a while after it has ended.
            if consumer.config.durable_name.is_none() && !consumer.name.starts_with("spy") {
                continue;
            }
            // What the attacker does with its own deliveries is its own affair.
            let progress = (consumer.name != format!("c{ATTACKER}"))
                .then_some((consumer.ack_floor.stream_sequence, consumer.num_ack_pending));
            let filters = &consumer.config.filter_subjects;
            consumers.push(format!("{} {filters:?} {} {progress:?}", consumer.name, consumer.paused));
        }
        consumers.sort();
        let config = Some(stream.get_info().await.unwrap().config);
        State { config, events: events(&stream).await, consumers }
    }

    /// The same stream again, without its protection and with what was in it at first; gives the city's connection.
    pub async fn start_over_unprotected(&mut self) -> Client {
        let context = self.context();
        for name in [STREAM, "MIRROR", "SOURCED"] {
            let _ = context.delete_stream(name).await;
        }
        let config = Config {
            name: STREAM.to_owned(),
            subjects: vec!["lianjian.5108.>".to_owned()],
            storage: StorageType::File,
            allow_direct: true,
            ..Config::default()
        };
        let stream = context.create_stream(config).await.unwrap();
        for county in ["_", ATTACKER, ATTACKED, ATTACKER, ATTACKED] {
            self.publish(county).await;
        }
        for county in [ATTACKER, ATTACKED] {
            let consumer = pull::Config {
                durable_name: Some(format!("c{county}")),
                filter_subjects: vec![format!("lianjian.5108.{county}.>"), "lianjian.5108._.>".to_owned()],
                ack_policy: AckPolicy::Explicit,
                ack_wait: Duration::from_secs(30),
                max_ack_pending: 1_000,
                max_waiting: 128,
                max_batch: 1_000,
                max_expires: Duration::from_secs(300),
                ..pull::Config::default()
            };
            stream.create_consumer(consumer).await.unwrap();
        }
        self.others_ack = self.hand_out(ATTACKED).await;
        self.trial.connect(&self.trial.admin_seed()).await.unwrap()
    }

    /// Hands a new event to a county, and gives the subject on which it would acknowledge it.
    pub async fn hand_out(&self, county: &str) -> String {
        let consumer: PullConsumer = self.stream().await.get_consumer(&format!("c{county}")).await.unwrap();
        for _ in 0..HAND_OUTS_MAX {
            self.publish(county).await;
            let mut batch = consumer.fetch().max_messages(1).messages().await.unwrap();
            if let Some(event) = batch.next().await {
                return event.unwrap().reply.clone().unwrap().to_string();
            }
            // A request that an attack has left behind took it.
        }
        panic!("nothing is handed out to {county}");
    }

    fn context(&self) -> Context {
        jetstream(self.city.clone(), "$JS.API")
    }

    async fn stream(&self) -> Stream {
        self.context().get_stream(STREAM).await.unwrap()
    }
}

/// The stream, or nothing where it is gone.
#[derive(Debug, Default, PartialEq)]
pub struct State {
    config: Option<Config>,
    events: Vec<(String, String)>,
    consumers: Vec<String>,
}

impl State {
    /// What is no longer as it was.
    pub fn changes(&self, later: &Self) -> Vec<&'static str> {
        let parts = [
            ("settings", self.config != later.config),
            ("events", self.events != later.events),
            ("consumers", self.consumers != later.consumers),
        ];
        parts.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }
}

/// A county's reader.
pub struct Reader {
    consumer: PullConsumer,
}

impl Reader {
    /// Reads and acknowledges so many events; gives their subjects.
    pub async fn take(&mut self, count: usize) -> Vec<String> {
        let mut subjects = Vec::new();
        while subjects.len() < count {
            let request = self.consumer.batch().max_messages(count - subjects.len()).expires(PATIENCE);
            let mut batch = request.messages().await.unwrap();
            while subjects.len() < count {
                let Some(event) = timeout(PATIENCE, batch.next()).await.expect("an event is missing") else {
                    break;
                };
                let event = event.unwrap();
                event.double_ack().await.unwrap();
                subjects.push(event.subject.to_string());
            }
        }
        subjects
    }

    /// How many events are handed out and not acknowledged.
    pub async fn unacknowledged(&mut self) -> usize {
        self.consumer.info().await.unwrap().num_ack_pending
    }
}

/// What an attacker listens to.
pub struct Ears {
    /// Where answers go.
    pub inbox: String,
    answers: Subscriber,
    others: Subscriber,
    heard: Vec<String>,
}

impl Ears {
    /// Listens to answers and to one more subject.
    pub async fn open(client: &Client, subject: &str) -> Self {
        let inbox = client.new_inbox();
        let answers = client.subscribe(inbox.clone()).await.unwrap();
        let others = client.subscribe(subject.to_owned()).await.unwrap();
        client.flush().await.unwrap();
        let mut ears = Self { inbox, answers, others, heard: Vec::new() };
        // So that the server has both subscriptions before anything is said.
        ears.hear().await;
        ears
    }

    /// Hears until it has been quiet for a while.
    pub async fn hear(&mut self) {
        loop {
            let message = tokio::select! {
                message = self.answers.next() => message,
                message = self.others.next() => message,
                () = tokio::time::sleep(HEARING) => None,
            };
            let Some(message) = message else { return };
            self.heard.push(format!("{} {}", message.subject, String::from_utf8_lossy(&message.payload)));
        }
    }

    /// The first message with this text.
    pub fn heard(&self, secret: &str) -> Option<String> {
        self.heard.iter().find(|message| message.contains(secret)).cloned()
    }
}

/// The subject and body of every event.
async fn events(stream: &Stream) -> Vec<(String, String)> {
    let last = stream.get_info().await.unwrap().state.last_sequence;
    let mut events = Vec::new();
    for position in 1..=last {
        let event = stream.get_raw_message(position).await;
        let event =
            event.map(|it| (it.subject.to_string(), String::from_utf8_lossy(&it.payload).into_owned()));
        events.push(event.unwrap_or_else(|error| ("gone".to_owned(), error.to_string())));
    }
    events
}
