//! What `change-place` says, and how it names a place.

use crate::bilingual;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::command_data::Consent;
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::place::PlaceCode;
use crate::text::Text;

/// A place by its immutable id, or by the code that it bears on the effective date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PlaceRef {
    /// The id.
    Id(PlaceId),
    /// The code.
    Code(PlaceCode),
}

/// Why a text names no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("「{}」既不是行政区划代码也不是 ULID / `{}` is neither the code of a place nor its ULID", bilingual::value(.text), bilingual::value(.text))]
pub struct PlaceRefError {
    text: String,
}

impl fmt::Display for PlaceRef {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(formatter),
            Self::Code(code) => code.fmt(formatter),
        }
    }
}

impl FromStr for PlaceRef {
    type Err = PlaceRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let id = text.parse().map(Self::Id).ok();
        id.or_else(|| text.parse().map(Self::Code).ok())
            .ok_or_else(|| PlaceRefError { text: text.chars().take(40).collect() })
    }
}

impl TryFrom<String> for PlaceRef {
    type Error = PlaceRefError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PlaceRef> for String {
    fn from(place: PlaceRef) -> Self {
        place.to_string()
    }
}

impl JsonSchema for PlaceRef {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PlaceRef".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "The ULID of a place, or the code that it bears on the effective date.",
            "pattern": "^([0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
        })
    }
}

/// What happens to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlaceChange {
    /// Another name.
    Rename,
    /// Another code.
    Recode,
    /// It goes over into one successor.
    Merge,
    /// Several successors take its parts.
    Split,
    /// Another place above.
    Move,
    /// It ends, and nothing is left in it.
    Close,
}

data! {
    /// Which successor of a split takes something: exactly one of the first three is named.
    pub struct SplitShare {
        /// A place of the tier below, by code.
        pub place: Option<PlaceCode>,
        /// An organization that lies in the place itself.
        pub organization: Option<OrganizationId>,
        /// A joint branch that the place leads.
        pub joint_branch: Option<JointBranchId>,
        /// The successor, by code.
        pub successor: PlaceCode,
    }

    /// Changes a place.
    pub struct ChangePlace {
        /// Which.
        pub place: PlaceRef,
        /// How.
        pub change: PlaceChange,
        /// The new code, for `recode` and where a `move` needs one.
        pub code: Option<PlaceCode>,
        /// The new name, for `rename`.
        pub name: Option<Text>,
        /// The new place above, for `move`.
        pub parent: Option<PlaceCode>,
        /// For a `move` to another county: the receiving county's organ with its document, beside the document of the county that gives; or the city's organ with its document.
        pub consent: Option<Consent>,
        /// One for `merge`, at least two for `split`; they are registered and in force.
        #[serde(default)]
        pub successors: Vec<PlaceCode>,
        /// For `split`: who takes what. Nothing that lies in the place may be forgotten.
        #[serde(default)]
        pub shares: Vec<SplitShare>,
    }
}
