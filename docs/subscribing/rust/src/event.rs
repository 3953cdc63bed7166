//! Reads an event: CloudEvents, then the schema of its type, then upcast to the version this program knows.

use std::collections::HashMap;
use std::path::Path;

use cloudevents::AttributesReader;
use cloudevents::event::ExtensionValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An event with the `type` and `data` of today.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub event_type: String,
    pub subject: String,
    pub effective_date: String,
    pub data: Value,
}

/// Why an event does not read. It is parked then, never skipped.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("not a CloudEvent: {detail}")]
    CloudEvent { detail: String },
    #[error("it has no attribute `{name}`")]
    Missing { name: &'static str },
    #[error("no schema of {event_type}: it is newer than the schemas here, fetch /schemas again")]
    UnknownType { event_type: String },
    #[error("schema: {pointer}: {detail}")]
    Schema { pointer: String, detail: String },
    #[error("upcast of {event_type}: {detail}")]
    Upcast { event_type: String, detail: String },
    #[error("it stands at {position}, its sequence says {sequence}")]
    Elsewhere { position: u64, sequence: String },
}

/// Why no event can be read at all.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("{path} 读不了 / cannot be read: {detail}")]
    Unreadable { path: String, detail: String },
    #[error("{path} 中没有模式 / no schemas in {path}")]
    None { path: String },
}

/// The step from an older version of a type to the next one: the next type, and the data of it.
type Upcast = fn(Value) -> Result<(&'static str, Value), String>;

/// All formal members were entitled.
fn with_entitled(mut data: Value) -> Value {
    data["entitled"] = data["formal_members"].clone();
    data
}

/// Every older version with its step.
const UPCASTS: &[(&str, Upcast)] = &[
    // Before those entitled to an election were told, every formal member was.
    ("cn.lianjian.joint-branch.election-held.v1", |data| {
        Ok(("cn.lianjian.joint-branch.election-held.v2", with_entitled(data)))
    }),
    ("cn.lianjian.organization.election-held.v1", |data| {
        Ok(("cn.lianjian.organization.election-held.v2", with_entitled(data)))
    }),
    // This rehearses another step: version 0 was never published.
    ("cn.lianjian.joint-branch.evaluated.v0", |mut data| {
        let grade = match data["grade"].as_str() {
            Some("好") => "good",
            Some("一般") => "fair",
            Some("较差") => "poor",
            other => return Err(format!("unknown grade {other:?}")),
        };
        data["grade"] = grade.into();
        Ok(("cn.lianjian.joint-branch.evaluated.v1", data))
    }),
];

/// Knows the schema of every type.
pub struct Reader {
    validators: HashMap<String, jsonschema::Validator>,
}

impl Reader {
    /// Reads the directory `schemas/events`.
    pub fn open(directory: &Path) -> Result<Self, SchemaError> {
        let unreadable = |path: &Path, detail: String| SchemaError::Unreadable {
            path: path.display().to_string(),
            detail,
        };
        let files = std::fs::read_dir(directory).map_err(|error| unreadable(directory, error.to_string()))?;
        let mut validators = HashMap::new();
        for path in files.filter_map(|file| Some(file.ok()?.path())) {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let text = std::fs::read(&path).map_err(|error| unreadable(&path, error.to_string()))?;
            let schema: Value =
                serde_json::from_slice(&text).map_err(|error| unreadable(&path, error.to_string()))?;
            let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
            let validator = validator.map_err(|error| unreadable(&path, error.to_string()))?;
            validators.insert(schema["title"].as_str().unwrap_or_default().to_owned(), validator);
        }
        if validators.is_empty() {
            return Err(SchemaError::None { path: directory.display().to_string() });
        }
        Ok(Self { validators })
    }

    /// The event that stands at a position.
    pub fn read_at(&self, position: u64, body: &[u8]) -> Result<Event, Unreadable> {
        let (sequence, event) = self.read_with_sequence(body)?;
        if sequence.parse() == Ok(position) {
            Ok(event)
        } else {
            Err(Unreadable::Elsewhere { position, sequence })
        }
    }

    /// An event, wherever it stands.
    pub fn read(&self, body: &[u8]) -> Result<Event, Unreadable> {
        Ok(self.read_with_sequence(body)?.1)
    }

    fn read_with_sequence(&self, body: &[u8]) -> Result<(String, Event), Unreadable> {
        let not_one = |error: serde_json::Error| Unreadable::CloudEvent { detail: error.to_string() };
        let event: cloudevents::Event = serde_json::from_slice(body).map_err(not_one)?;
        let mut raw: Value = serde_json::from_slice(body).map_err(not_one)?;
        let validator = self.validators.get(event.ty());
        let validator =
            validator.ok_or_else(|| Unreadable::UnknownType { event_type: event.ty().to_owned() })?;
        validator.validate(&raw).map_err(|error| Unreadable::Schema {
            pointer: error.instance_path().to_string(),
            detail: error.to_string(),
        })?;
        let (event_type, data) = upcast(event.ty().to_owned(), raw["data"].take())?;
        let extension = |name| match event.extension(name) {
            Some(ExtensionValue::String(text)) => Ok(text.clone()),
            _ => Err(Unreadable::Missing { name }),
        };
        let today = Event {
            id: event.id().to_owned(),
            event_type,
            subject: event.subject().ok_or(Unreadable::Missing { name: "subject" })?.to_owned(),
            effective_date: extension("effectivedate")?,
            data,
        };
        Ok((extension("sequence")?, today))
    }
}

fn upcast(mut event_type: String, mut data: Value) -> Result<(String, Value), Unreadable> {
    while let Some((_, step)) = UPCASTS.iter().find(|(older, _)| *older == event_type) {
        let (next, newer) = step(data).map_err(|detail| Unreadable::Upcast { event_type, detail })?;
        (event_type, data) = (next.to_owned(), newer);
    }
    Ok((event_type, data))
}
