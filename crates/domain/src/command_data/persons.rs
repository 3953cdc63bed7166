//! What the commands about a person's own record say: inspection holds, erasure.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::command_data::Consent;
use crate::ids::PersonId;
use crate::person::ErasureGround;

data! {
    /// Keeps a person's record from being erased while an inspection 巡察、审计、执纪审查 needs it, or ends that.
    pub struct HoldPerson {
        /// Whose record.
        pub person: PersonId,
    }

    /// Erases a person's name, pay and reasons for good; the person's id and posts stay.
    pub struct ErasePerson {
        /// Who.
        pub person: PersonId,
        /// By which ground of the law.
        pub ground: ErasureGround,
        /// The document of a second tier, beside the one that the command itself cites.
        pub consent: Consent,
    }
}
