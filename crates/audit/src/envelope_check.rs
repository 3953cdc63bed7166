//! One event's bytes: read strictly, written again, and compared; what differs is named by its attribute.

use event_log::envelope::{self, Decoded, EnvelopeError};
use event_log::{MAX_EVENT_BYTES, Position};
use serde_json::{Map, Value};

use crate::finding::{Finding, FindingKind};

/// How much of a value a finding quotes.
const QUOTED_CHARACTERS: usize = 120;

/// Reads the event of a city at a position; what is wrong goes into `findings`.
pub(crate) fn read(
    city: &str,
    position: Position,
    body: &[u8],
    findings: &mut Vec<Finding>,
) -> Option<Decoded> {
    if body.len() > MAX_EVENT_BYTES {
        findings.push(Finding::differing(
            position,
            FindingKind::TooLong,
            "bytes",
            body.len(),
            MAX_EVENT_BYTES,
        ));
    }
    let decoded = match envelope::decode(body) {
        Ok(decoded) => decoded,
        Err(error) => {
            let kind = match error {
                EnvelopeError::UnknownType { .. } | EnvelopeError::NewerVersion { .. } => {
                    FindingKind::UnknownType
                }
                EnvelopeError::Json { .. } | EnvelopeError::Attribute { .. } => FindingKind::Unreadable,
            };
            findings.push(Finding::new(position, kind, quoted(&error.to_string())));
            return None;
        }
    };
    let found = decoded.event.meta.position;
    if found != position {
        findings.push(Finding::differing(position, FindingKind::Sequence, "sequence", found, position));
    }
    match envelope::rewrite(city, &decoded, body) {
        Ok(again) if again == body => {}
        Ok(again) => findings.push(difference(position, body, &again)),
        Err(error) => {
            findings.push(Finding::new(position, FindingKind::Unreadable, quoted(&error.to_string())))
        }
    }
    Some(decoded)
}

/// The first attribute whose value differs, or that the bytes alone do.
fn difference(position: Position, found: &[u8], expected: &[u8]) -> Finding {
    let (found, expected) = (object(found), object(expected));
    let names = expected.keys().chain(found.keys());
    let differing = names.into_iter().find(|name| found.get(*name) != expected.get(*name));
    match differing {
        None => Finding::new(position, FindingKind::NotCanonical, ""),
        Some(name) => {
            let kind = if name == "source" { FindingKind::OtherCity } else { FindingKind::Attribute };
            Finding::differing(position, kind, name, text(found.get(name)), text(expected.get(name)))
        }
    }
}

fn object(bytes: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn text(value: Option<&Value>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| quoted(&value.to_string()))
}

pub(crate) fn quoted(text: &str) -> String {
    let mut quoted: String =
        text.chars().filter(|character| !character.is_control()).take(QUOTED_CHARACTERS).collect();
    if text.chars().count() > QUOTED_CHARACTERS {
        quoted.push('…');
    }
    quoted
}
