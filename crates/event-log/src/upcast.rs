//! Upcasting: turns the data of every older version of an event into today's. Golden bytes in `golden/` keep each
//! published version readable for ever; today each type stands at version 1, so nothing has to be turned yet.

use domain::EventBody;
use serde_json::value::RawValue;

use crate::envelope::{EnvelopeError, TYPE_PREFIX};

/// The version at which every type stands today.
const CURRENT_VERSION: &str = "v1";

/// Reads the data of an event of the full type `cn.lianjian.<entity>.<past tense>.v<N>`.
pub fn read_body(full_type: &str, data: &RawValue) -> Result<EventBody, EnvelopeError> {
    let unknown = || EnvelopeError::UnknownType { event_type: full_type.chars().take(120).collect() };
    let (event_type, version) =
        full_type.strip_prefix(TYPE_PREFIX).and_then(|rest| rest.rsplit_once('.')).ok_or_else(unknown)?;
    if version != CURRENT_VERSION {
        return Err(unknown());
    }
    let mut deserializer = serde_json::Deserializer::from_str(data.get());
    EventBody::deserialize(event_type, &mut deserializer)
        .ok_or_else(unknown)?
        .map_err(|error| EnvelopeError::Attribute { attribute: "data", detail: error.to_string() })
}
