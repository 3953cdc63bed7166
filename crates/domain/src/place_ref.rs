//! How a command names a place: by its immutable id, or by the code that it bears.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::ids::PlaceId;
use crate::place::PlaceCode;

/// A place by its immutable id, or by the code that it bears on the effective date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PlaceRef {
    /// The id.
    Id(PlaceId),
    /// The code.
    Code(PlaceCode),
}

crate::errors! {
    /// Why a text names no place.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct PlaceRefError {
        text: String,
    }
    zh("「{text}」既不是行政区划代码也不是 ULID")
    en("`{text}` is neither the code of a place nor its ULID")
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
            "description": "行政区划：记录编号，或生效日期当日的区划代码 / a place, by its id or by the code that it bears on the effective date",
            "pattern": "^([0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$"
        })
    }
}
