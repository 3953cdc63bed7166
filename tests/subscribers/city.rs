//! A city that speaks: events made from the golden ones, numbered as the service numbers them, and what does not read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::nats::Nats;

/// One event of each type, as it was first published.
pub const GOLDEN: &str = include_str!("../../crates/event-log/golden/events.ndjson");

/// The golden events.
pub fn golden() -> Vec<Value> {
    GOLDEN.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What was published.
pub struct Sent {
    /// Where it stands.
    pub position: u64,
    /// Whose it is.
    pub scope: String,
    /// Its id; none where it cannot be read.
    pub id: Option<String>,
    subject: String,
    body: Vec<u8>,
}

/// The city's side of the stream.
pub struct City {
    /// Its server.
    pub nats: Nats,
    numbers: BTreeMap<String, u64>,
    position: u64,
    sent: Vec<Sent>,
}

impl City {
    /// A city that goes on after what the program recorded.
    pub fn new(nats: Nats) -> Self {
        let mut city = Self { nats, numbers: BTreeMap::new(), position: 0, sent: Vec::new() };
        for (subject, body) in city.nats.messages() {
            let event: Value = serde_json::from_slice(&body).unwrap();
            let scope = subject.split('.').nth(2).unwrap().to_owned();
            city.position += 1;
            *city.numbers.entry(scope.clone()).or_default() += 1;
            let id = event["id"].as_str().map(str::to_owned);
            city.sent.push(Sent { position: city.position, scope, id, subject, body });
        }
        city
    }

    /// Publishes an event of a scope, the type taken from the golden ones in turn.
    pub fn tell(&mut self, scope: &str, turn: usize) -> u64 {
        let golden = golden();
        self.publish(scope, golden[turn % golden.len()].clone(), |_| {})
    }

    /// Publishes an event of a type such as `place.registered`, changed before it is sent.
    pub fn tell_changed(&mut self, scope: &str, event_type: &str, change: impl FnOnce(&mut Value)) -> u64 {
        let full_type = format!("cn.lianjian.{event_type}.v1");
        let event = golden().into_iter().find(|event| event["type"] == full_type).unwrap();
        self.publish(scope, event, change)
    }

    /// Publishes an event in another version of its type.
    pub fn tell_version(&mut self, scope: &str, (event_type, version): (&str, &str)) -> u64 {
        self.tell_changed(scope, event_type, |event| {
            *event = serde_json::from_str(&in_version(&event.to_string(), event_type, version)).unwrap();
            if let Some(grade) = event.pointer_mut("/data/grade") {
                *grade = json!("好");
            }
        })
    }

    fn publish(&mut self, scope: &str, mut event: Value, change: impl FnOnce(&mut Value)) -> u64 {
        let number = self.numbers.entry(scope.to_owned()).or_default();
        *number += 1;
        let position = self.position + 1;
        let fields = event.as_object_mut().unwrap();
        fields.remove("county");
        let township = fields.remove("township").filter(|_| scope != "_");
        let township = township.map(|code| format!("{scope}{}", &code.as_str().unwrap()[6..]));
        if scope != "_" {
            fields.insert("county".into(), scope.into());
        }
        fields.extend(township.clone().map(|code| ("township".into(), code.into())));
        event["id"] = format!("01M5VJ1JG0{position:016}").into();
        event["sequence"] = format!("{position:020}").into();
        event["scopesequence"] = format!("{number:020}").into();
        let name =
            event["type"].as_str().unwrap().strip_prefix("cn.lianjian.").unwrap().rsplit_once('.').unwrap().0;
        let subject = format!("lianjian.5108.{scope}.{}.{name}", township.as_deref().unwrap_or("_"));
        change(&mut event);
        let id = event["id"].as_str().map(str::to_owned);
        self.send(Sent { position, scope: scope.to_owned(), id, subject, body: event.to_string().into() })
    }

    /// Publishes bytes that are no event, in the place of one.
    pub fn tell_noise(&mut self, scope: &str, body: &[u8]) -> u64 {
        *self.numbers.entry(scope.to_owned()).or_default() += 1;
        let subject = format!("lianjian.5108.{scope}._.place.registered");
        self.send(Sent {
            position: self.position + 1,
            scope: scope.to_owned(),
            id: None,
            subject,
            body: body.to_vec(),
        })
    }

    fn send(&mut self, sent: Sent) -> u64 {
        assert_eq!(self.nats.publish(&sent.subject, sent.body.clone()), sent.position);
        self.position = sent.position;
        self.sent.push(sent);
        self.position
    }

    /// Publishes once more what stands at a position: the same bytes, a second message.
    pub fn repeat(&mut self, position: u64) {
        let sent = self.sent.iter().find(|sent| sent.position == position).unwrap();
        self.position = self.nats.publish(&sent.subject, sent.body.clone());
    }

    /// Leaves numbers of a scope out, as a log does that has lost events.
    pub fn lose(&mut self, scope: &str, count: u64) {
        *self.numbers.entry(scope.to_owned()).or_default() += count;
    }

    /// Takes numbers of a scope back, as a log does that was rewritten.
    pub fn forget(&mut self, scope: &str, count: u64) {
        *self.numbers.entry(scope.to_owned()).or_default() -= count;
    }

    /// What concerns a county: its own events and those of the whole city, in the order of each.
    pub fn told(&self, scope: &str) -> Vec<(u64, Option<&str>)> {
        let sent = self.sent.iter().filter(|sent| sent.scope == scope);
        sent.map(|sent| (sent.position, sent.id.as_deref())).collect()
    }
}

/// A copy of `schemas/events` with another version of a type beside those that there are.
pub fn schemas_with(directory: &Path, versions: &[(&str, &str)]) -> PathBuf {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/events");
    let copy = directory.join(format!("schemas-{}", versions.len()));
    std::fs::create_dir_all(&copy).unwrap();
    for file in std::fs::read_dir(&committed).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    for (event_type, version) in versions {
        let text =
            std::fs::read_to_string(committed.join(format!("cn.lianjian.{event_type}.v1.json"))).unwrap();
        let mut schema: Value = serde_json::from_str(&in_version(&text, event_type, version)).unwrap();
        if *version == "v0" {
            schema["$defs"]["Grade"] = json!({ "enum": ["好", "一般", "较差"] });
        }
        let file = copy.join(format!("cn.lianjian.{event_type}.{version}.json"));
        std::fs::write(file, schema.to_string()).unwrap();
    }
    copy
}

fn in_version(text: &str, event_type: &str, version: &str) -> String {
    text.replace(&format!("cn.lianjian.{event_type}.v1"), &format!("cn.lianjian.{event_type}.{version}"))
}
