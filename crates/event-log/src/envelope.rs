//! The envelope: a domain event as a CloudEvents 1.0 structured JSON object, and back. The bytes written here are
//! the bytes stored, served and proved; nothing else ever writes an event.

use std::borrow::Cow;

use domain::account::Role;
use domain::date::Timestamp;
use domain::document_number::{DecidedBy, Document, Override};
use domain::rejection::Warning;
use domain::scope::Scope;
use domain::{Event, EventBody, EventMeta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Position;
pub use crate::envelope_error::EnvelopeError;
use crate::versions::{self, TypeVersion};

/// The media type of one event.
pub const MEDIA_TYPE: &str = "application/cloudevents+json";
/// The media type of an event's `data`.
const DATA_MEDIA_TYPE: &str = "application/json";
/// Most events are shorter; a longer one grows as it is written.
const TYPICAL_BYTES: usize = 1_536;

/// What the log says of an event's command and of its place among its county's events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandTrace {
    /// SHA-256 of the canonical request, erasable fields replaced by their commitments, in hexadecimal.
    pub command_digest: String,
    /// 0 for the first event of its command.
    pub command_index: u32,
    /// How many events the command yielded.
    pub command_count: u32,
    /// A gapless number per county, and one for `_`.
    pub scope_sequence: u64,
    /// W3C trace context of the request.
    pub traceparent: Option<String>,
}

/// A stored event, read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// The event, in today's version.
    pub event: Event,
    /// The version in which it was recorded.
    pub version: u32,
    /// What its command was.
    pub extra: CommandTrace,
    /// Whose event it is, as `/cities/5108`.
    pub source: String,
}

/// A string of the envelope, borrowed from the stored bytes wherever it holds no escape: a fold reads millions.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Words<'a>(#[serde(borrow)] Cow<'a, str>);

impl std::ops::Deref for Words<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Words<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

/// The envelope's fields in the order in which they are written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<'a, D> {
    specversion: &'a str,
    #[serde(borrow)]
    id: Words<'a>,
    #[serde(borrow)]
    source: Words<'a>,
    #[serde(borrow, rename = "type")]
    event_type: Words<'a>,
    #[serde(borrow)]
    subject: Words<'a>,
    #[serde(borrow)]
    time: Words<'a>,
    #[serde(borrow)]
    datacontenttype: Words<'a>,
    #[serde(borrow)]
    dataschema: Words<'a>,
    #[serde(borrow)]
    sequence: Words<'a>,
    #[serde(borrow)]
    commandid: Words<'a>,
    #[serde(borrow)]
    commanddigest: Words<'a>,
    commandindex: u32,
    commandcount: u32,
    #[serde(borrow)]
    actor: Words<'a>,
    #[serde(borrow)]
    actorrole: Words<'a>,
    #[serde(borrow)]
    onbehalfof: Words<'a>,
    #[serde(borrow)]
    effectivedate: Words<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    decidedon: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    documentnumber: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    documentissued: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    documentsha256: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    decidedmeeting: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    decideddate: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    overridereason: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    overridedocument: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    county: Option<Words<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    township: Option<Words<'a>>,
    /// A string, since CloudEvents integers have 32 bits.
    #[serde(borrow)]
    scopesequence: Words<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    warnings: Option<Words<'a>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    simulated: bool,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    traceparent: Option<Words<'a>>,
    data: D,
}

/// The bytes of an event, in the version at which its type stands.
pub fn encode(city: &str, event: &Event, extra: &CommandTrace) -> Result<Vec<u8>, EnvelopeError> {
    write(city, event, extra, TypeVersion::of(&event.body), &event.body)
}

/// The bytes of a stored event as any program writes them in the version that they bear: whoever verifies an event compares
/// the two.
pub fn rewrite(city: &str, decoded: &Decoded, body: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let Decoded { event, version, extra, .. } = decoded;
    if *version == event.body.version() {
        return encode(city, event, extra);
    }
    // Turning older data into today's may lose what today's does not say, so the older data itself is written.
    let of = TypeVersion { event_type: event.body.event_type(), version: *version };
    let envelope: Envelope<'_, &RawValue> = serde_json::from_slice(body).map_err(not_json)?;
    write(city, event, extra, of, versions::write_again(of, envelope.data)?)
}

fn write(
    city: &str,
    event: &Event,
    extra: &CommandTrace,
    of: TypeVersion,
    data: impl Serialize,
) -> Result<Vec<u8>, EnvelopeError> {
    let meta = &event.meta;
    let warnings = match meta.warnings.as_slice() {
        [] => None,
        warnings => Some(serde_json::to_string(warnings).map_err(not_json)?.into()),
    };
    let event_type = of.to_string();
    let document = meta.document.as_ref();
    let envelope = Envelope {
        specversion: "1.0",
        id: meta.id.to_string().into(),
        source: format!("/cities/{city}").into(),
        dataschema: format!("{}#/properties/data", schema_id(&event_type)).into(),
        event_type: event_type.into(),
        subject: event.body.entity().to_string().into(),
        time: meta.recorded_at.to_string().into(),
        datacontenttype: DATA_MEDIA_TYPE.into(),
        sequence: format!("{:020}", meta.position).into(),
        commandid: meta.command_id.to_string().into(),
        commanddigest: extra.command_digest.as_str().into(),
        commandindex: extra.command_index,
        commandcount: extra.command_count,
        actor: meta.actor.as_str().into(),
        actorrole: meta.role.as_str().into(),
        onbehalfof: meta.on_behalf_of.to_string().into(),
        effectivedate: meta.effective_date.to_string().into(),
        decidedon: meta.decided_on.map(|day| day.to_string().into()),
        documentnumber: document.map(|document| document.number.to_string().into()),
        documentissued: document.map(|document| document.issued.to_string().into()),
        documentsha256: document
            .and_then(|document| document.sha256.clone())
            .map(|hash| String::from(hash).into()),
        decidedmeeting: meta.decided_by.as_ref().map(|decided| decided.meeting.to_string().into()),
        decideddate: meta.decided_by.as_ref().map(|decided| decided.date.to_string().into()),
        overridereason: meta.override_.as_ref().map(|aside| aside.reason.to_string().into()),
        overridedocument: meta.override_.as_ref().map(|aside| aside.document.to_string().into()),
        county: meta.scope.county.as_ref().map(|code| code.to_string().into()),
        township: meta.scope.township.as_ref().map(|code| code.to_string().into()),
        scopesequence: format!("{:020}", extra.scope_sequence).into(),
        warnings,
        simulated: meta.simulated,
        traceparent: extra.traceparent.as_deref().map(Into::into),
        data,
    };
    let mut bytes = Vec::with_capacity(TYPICAL_BYTES);
    serde_json::to_writer(&mut bytes, &envelope).map_err(not_json)?;
    Ok(bytes)
}

/// Reads the event that stands at a position of a city's log. One that names another position or another city may be an
/// event, and is none of this log: a stranger's message on a shared stream may be a copy.
pub fn decode_at(body: &[u8], position: Position, city: &str) -> Result<Decoded, EnvelopeError> {
    let decoded = decode(body)?;
    if decoded.event.meta.position != position {
        let detail = format!("the event says that it stands at {}", decoded.event.meta.position);
        return Err(EnvelopeError::Attribute { attribute: "sequence", detail });
    }
    if decoded.source.strip_prefix("/cities/") != Some(city) {
        let detail = format!("it is of {}, the log of {city}", decoded.source);
        return Err(EnvelopeError::Attribute { attribute: "source", detail });
    }
    Ok(decoded)
}

/// Reads a stored event, of whatever version, as today's.
pub fn decode(body: &[u8]) -> Result<Decoded, EnvelopeError> {
    let envelope: Envelope<'_, &RawValue> = serde_json::from_slice(body).map_err(not_json)?;
    let (body, version) = versions::read_body(&envelope.event_type, envelope.data)?;
    let meta = read_meta(&envelope)?;
    let extra = CommandTrace {
        command_digest: envelope.commanddigest.to_owned(),
        command_index: envelope.commandindex,
        command_count: envelope.commandcount,
        scope_sequence: number("scopesequence", &envelope.scopesequence)?,
        traceparent: envelope.traceparent.as_deref().map(str::to_owned),
    };
    let source = envelope.source.to_owned();
    Ok(Decoded { event: Event { meta, body }, version, extra, source })
}

fn read_meta<D>(envelope: &Envelope<'_, D>) -> Result<EventMeta, EnvelopeError> {
    let document = match (&envelope.documentnumber, &envelope.documentissued) {
        (Some(document), Some(issued)) => Some(Document {
            number: parsed("documentnumber", document)?,
            issued: parsed("documentissued", issued)?,
            sha256: envelope
                .documentsha256
                .as_deref()
                .map(|hash| text("documentsha256", hash))
                .transpose()?,
        }),
        _ => None,
    };
    let decided_by = match (&envelope.decidedmeeting, &envelope.decideddate) {
        (Some(meeting), Some(date)) => {
            Some(DecidedBy { meeting: text("decidedmeeting", meeting)?, date: parsed("decideddate", date)? })
        }
        _ => None,
    };
    let override_ = match (&envelope.overridereason, &envelope.overridedocument) {
        (Some(reason), Some(document)) => Some(Override {
            reason: text("overridereason", reason)?,
            document: parsed("overridedocument", document)?,
        }),
        _ => None,
    };
    let warnings: Vec<Warning> = match &envelope.warnings {
        None => Vec::new(),
        Some(warnings) => serde_json::from_str(warnings)
            .map_err(|error| EnvelopeError::Attribute { attribute: "warnings", detail: error.to_string() })?,
    };
    Ok(EventMeta {
        position: number("sequence", &envelope.sequence)?,
        id: parsed("id", &envelope.id)?,
        recorded_at: parsed::<Timestamp>("time", &envelope.time)?,
        command_id: parsed("commandid", &envelope.commandid)?,
        actor: envelope.actor.to_owned(),
        role: Role::parse(&envelope.actorrole).ok_or_else(|| EnvelopeError::Attribute {
            attribute: "actorrole",
            detail: format!("unknown role `{}`", &*envelope.actorrole),
        })?,
        on_behalf_of: parsed("onbehalfof", &envelope.onbehalfof)?,
        effective_date: parsed("effectivedate", &envelope.effectivedate)?,
        decided_on: envelope.decidedon.as_deref().map(|day| parsed("decidedon", day)).transpose()?,
        document,
        decided_by,
        override_,
        warnings,
        simulated: envelope.simulated,
        scope: Scope {
            county: envelope.county.as_deref().map(|code| parsed("county", code)).transpose()?,
            township: envelope.township.as_deref().map(|code| parsed("township", code)).transpose()?,
        },
    })
}

/// The `$id` of the schema of a CloudEvent's type.
pub fn schema_id(full_type: &str) -> String {
    format!("urn:lianjian:schema:events:{full_type}")
}

/// The subject under which a broker files the event: `lianjian.<city>.<county>.<township>.<entity>.<past tense>`.
pub fn subject(city: &str, scope: &Scope, body: &EventBody) -> String {
    format!("lianjian.{city}.{}.{}.{}", scope.county_token(), scope.township_token(), body.event_type())
}

/// The subject under which a broker files a stored event of whatever version, also one that this program does not know.
pub fn subject_of_stored(body: &[u8]) -> Result<String, EnvelopeError> {
    #[derive(Deserialize)]
    struct Filed<'a> {
        source: &'a str,
        #[serde(rename = "type")]
        event_type: &'a str,
        county: Option<&'a str>,
        township: Option<&'a str>,
    }
    let filed: Filed<'_> = serde_json::from_slice(body).map_err(not_json)?;
    let city = filed.source.trim_start_matches("/cities/");
    let (name, _) = versions::split(filed.event_type)
        .ok_or_else(|| EnvelopeError::UnknownType { event_type: filed.event_type.to_owned() })?;
    let (county, township) = (filed.county.unwrap_or("_"), filed.township.unwrap_or("_"));
    Ok(format!("lianjian.{city}.{county}.{township}.{name}"))
}

fn not_json(error: serde_json::Error) -> EnvelopeError {
    EnvelopeError::Json { detail: error.to_string() }
}

fn number(attribute: &'static str, digits: &str) -> Result<u64, EnvelopeError> {
    digits
        .parse()
        .map_err(|_| EnvelopeError::Attribute { attribute, detail: format!("`{digits}` is no number") })
}

fn parsed<T>(attribute: &'static str, value: &str) -> Result<T, EnvelopeError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    value.parse().map_err(|error: T::Err| EnvelopeError::Attribute { attribute, detail: error.to_string() })
}

fn text<T: DeserializeOwned>(attribute: &'static str, value: &str) -> Result<T, EnvelopeError> {
    let deserializer = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(value);
    T::deserialize(deserializer)
        .map_err(|error| EnvelopeError::Attribute { attribute, detail: error.to_string() })
}
