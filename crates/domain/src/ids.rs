//! Identities: opaque ULIDs, one newtype a noun. The time inside a ULID is never interpreted.

use crate::bilingual;
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::wire_text::stands_as_text;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{}」不是 ULID（26 位大写字母与数字） / `{}` is not a ULID of 26 characters in upper case", bilingual::value(.text), bilingual::value(.text))]
pub struct IdError {
    text: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Ulid);

        stands_as_text!($name);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            /// One id has one spelling: 26 characters in upper case, at most 128 bits.
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let refused = || IdError { text: text.chars().take(40).collect() };
                let id = Ulid::from_string(text).map_err(|_| refused())?;
                let mut canonical = [0; ulid::ULID_LEN];
                if id.array_to_str(&mut canonical) == text { Ok(Self(id)) } else { Err(refused()) }
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": "^[0-7][0-9A-HJKMNP-TV-Z]{25}$" })
            }
        }
    )+};
}

ids! {
    /// A place, whatever code or name it bears on a given day.
    PlaceId,
    /// A Party organization.
    OrganizationId,
    /// A person; the name is kept apart, in the erasable store.
    PersonId,
    /// A joint branch, from its proposal on.
    JointBranchId,
    /// A command: its idempotency key.
    CommandId,
    /// An account that may act or read.
    AccountId,
    /// Who holds accounts: one person behind however many. The first account's id, as a rule.
    HolderId,
    /// A policy.
    PolicyId,
    /// An event, as subscribers see it.
    EventId,
    /// A supervision, from its issue on.
    SupervisionId,
    /// An instance of the service with an access log of its own.
    InstanceId,
}

/// A salted SHA-256 of a value, as 64 hexadecimal digits: what an event holds in place of a name, a contact, a pay or a
/// reason that the law lets a person have forgotten. `audit::commitment` makes and opens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(pub String);

impl JsonSchema for Commitment {
    fn schema_name() -> Cow<'static, str> {
        "Commitment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9a-f]{64}$" })
    }
}

#[cfg(test)]
mod tests {
    use super::PlaceId;

    #[test]
    fn an_id_has_one_spelling() {
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
        assert_eq!(id.parse::<PlaceId>().unwrap().to_string(), id);
        assert_eq!(serde_json::from_value::<PlaceId>(id.into()).unwrap(), id.parse().unwrap());
        for text in [
            "01arz3ndektsv4rrffq69g5fav",
            "81ARZ3NDEKTSV4RRFFQ69G5FAV",
            "O1ARZ3NDEKTSV4RRFFQ69G5FAV",
            "01ARZ",
            "",
        ] {
            assert!(text.parse::<PlaceId>().is_err(), "{text}");
            assert!(serde_json::from_value::<PlaceId>(text.into()).is_err(), "{text}");
        }
    }
}
