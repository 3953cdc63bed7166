//! Who acts, and on whose authority.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::account::Role;
use crate::ids::OrganizationId;
use crate::place::PlaceCode;
use crate::wire_text::stands_as_text;

/// On whose authority: an organization, or for mere facts a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Authority {
    /// A registered organization.
    Organization(OrganizationId),
    /// A place, by code.
    Place(PlaceCode),
}

/// Why a text names no authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is neither the ULID of an organization nor the code of a place")]
pub struct AuthorityError {
    text: String,
}

impl fmt::Display for Authority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organization(id) => id.fmt(formatter),
            Self::Place(code) => code.fmt(formatter),
        }
    }
}

impl FromStr for Authority {
    type Err = AuthorityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let authority = match text.len() {
            ulid::ULID_LEN => text.parse().map(Self::Organization).ok(),
            _ => text.parse().map(Self::Place).ok(),
        };
        authority.ok_or_else(|| AuthorityError { text: text.chars().take(40).collect() })
    }
}

stands_as_text!(Authority);

impl JsonSchema for Authority {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Authority".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "行文（决定）单位：党组织的记录编号；只记事实时可填区划代码 / the body on whose authority it is done: the id of an organization, or for plain facts the code of a place",
            "pattern": "^([0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
        })
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An opaque id: the account's, or `local` and what the line of an import names.
    pub id: String,
    /// In which role.
    pub role: Role,
    /// Where it may act.
    pub scope: PlaceCode,
}
