//! Versions of event types: how a CloudEvent's `type` says one, and what an event's data is in it. Data of an older version
//! is read with its own type and turned into today's; `golden/` keeps one event of every version as it was first published.

use std::fmt;

use domain::EventBody;
use serde_json::value::RawValue;

use crate::envelope_error::{EnvelopeError, TYPE_PREFIX};

/// What follows it, with the version's number behind it.
const VERSION_MARK: &str = ".v";
/// How much of a type that is not known an error quotes.
const QUOTED_CHARACTERS: usize = 120;

/// An event type in one of its versions. It is displayed as the CloudEvent's `type`: `cn.lianjian.place.registered.v1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeVersion {
    /// `<entity>.<past tense>`.
    pub event_type: &'static str,
    /// 1, 2, 3, …
    pub version: u32,
}

impl TypeVersion {
    /// Every version of every published type that can be read, older ones first.
    pub fn published() -> impl Iterator<Item = Self> {
        EventBody::TYPES.iter().flat_map(|event_type| Self::all_of(event_type))
    }

    /// The same with what only tests know.
    pub fn known() -> impl Iterator<Item = Self> {
        EventBody::KNOWN.iter().flat_map(|event_type| Self::all_of(event_type))
    }

    /// The version in which an event is recorded today.
    pub fn of(body: &EventBody) -> Self {
        Self { event_type: body.event_type(), version: body.version() }
    }

    /// The version at which a type such as `place.registered` stands.
    pub fn current(event_type: &str) -> Option<Self> {
        Self::all_of(event_type).last()
    }

    /// The version that a CloudEvent's `type` says.
    pub fn parse(full_type: &str) -> Result<Self, EnvelopeError> {
        let (name, version) = split(full_type).ok_or_else(|| unknown(full_type))?;
        let known = Self::all_of(name).find(|known| known.version == version);
        known.ok_or_else(|| missing(full_type))
    }

    fn all_of(event_type: &str) -> impl Iterator<Item = Self> {
        let (event_type, versions) = EventBody::versions(event_type).unwrap_or(("", &[]));
        versions.iter().map(move |version| Self { event_type, version: *version })
    }
}

/// A type that somebody asks for: in one version, or in whatever version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedType {
    event_type: &'static str,
    version: Option<u32>,
}

impl WantedType {
    /// Reads a name with or without prefix and version; nothing where there is no such type or version.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.strip_prefix(TYPE_PREFIX).unwrap_or(name);
        if let Some(known) = TypeVersion::current(name) {
            return Some(Self { event_type: known.event_type, version: None });
        }
        let TypeVersion { event_type, version } = TypeVersion::parse(&format!("{TYPE_PREFIX}{name}")).ok()?;
        Some(Self { event_type, version: Some(version) })
    }

    /// Whether a CloudEvent's `type` is what is asked for, also in a version that this program does not know.
    pub fn takes(&self, full_type: &str) -> bool {
        split(full_type).is_some_and(|(name, version)| {
            name == self.event_type && self.version.is_none_or(|wanted| wanted == version)
        })
    }

    /// The version that is asked for: where none is named, that at which the type stands.
    pub fn type_version(&self) -> Option<TypeVersion> {
        let named = self.version.map(|version| TypeVersion { event_type: self.event_type, version });
        named.or_else(|| TypeVersion::current(self.event_type))
    }
}

impl fmt::Display for TypeVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{TYPE_PREFIX}{}{VERSION_MARK}{}", self.event_type, self.version)
    }
}

/// The name and the version of a CloudEvent's `type`, also of one that this program does not know. A number is written in
/// one way only.
pub fn split(full_type: &str) -> Option<(&str, u32)> {
    let (name, digits) = full_type.strip_prefix(TYPE_PREFIX)?.rsplit_once(VERSION_MARK)?;
    let is_written_so = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| is_written_so).map(|version| (name, version))
}

/// Reads the data of an event of that CloudEvent's `type` as today's, with the version that it was recorded in.
pub(crate) fn read_body(full_type: &str, data: &RawValue) -> Result<(EventBody, u32), EnvelopeError> {
    let (name, version) = split(full_type).ok_or_else(|| unknown(full_type))?;
    let mut deserializer = serde_json::Deserializer::from_str(data.get());
    let body = EventBody::deserialize(name, version, &mut deserializer)
        .ok_or_else(|| missing(full_type))?
        .map_err(|error| EnvelopeError::Attribute { attribute: "data", detail: error.to_string() })?;
    Ok((body, version))
}

/// Writes data again in the version in which it was recorded.
pub(crate) fn write_again(of: TypeVersion, data: &RawValue) -> Result<Box<RawValue>, EnvelopeError> {
    let again = EventBody::write_again(of.event_type, of.version, data.get());
    let again = again.ok_or_else(|| missing(&of.to_string()))?.and_then(RawValue::from_string);
    again.map_err(|error| EnvelopeError::Attribute { attribute: "data", detail: error.to_string() })
}

fn unknown(full_type: &str) -> EnvelopeError {
    EnvelopeError::UnknownType { event_type: full_type.chars().take(QUOTED_CHARACTERS).collect() }
}

/// Why a type has no such version: it is not known at all, its version is newer than this program, or there never was one.
fn missing(full_type: &str) -> EnvelopeError {
    let Some((name, version)) = split(full_type) else { return unknown(full_type) };
    match TypeVersion::current(name) {
        None => unknown(full_type),
        Some(known) if version > known.version => {
            EnvelopeError::NewerVersion { event_type: known.event_type, version, known: known.version }
        }
        Some(known) => EnvelopeError::Attribute {
            attribute: "type",
            detail: format!("`{}` has no version {version}", known.event_type),
        },
    }
}

#[cfg(test)]
mod tests;
