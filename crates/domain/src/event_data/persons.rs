//! What the events of a person's own record say: inspection holds, erasure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::consent::Consent;
use crate::ids::PersonId;
use crate::person::ErasureGround;
use crate::place::Level;

/// A person's record was put under an inspection hold, or the hold was lifted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldChanged {
    /// Whose record.
    pub person: PersonId,
    /// The tier that decided.
    pub level: Level,
}

/// A person's erasable values are gone: a tombstone, by which every copy of the erasable store forgets them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonErased {
    /// Who.
    pub person: PersonId,
    /// By which ground of the law.
    pub ground: ErasureGround,
    /// The document of a second tier.
    pub consent: Consent,
}
