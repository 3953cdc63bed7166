//! A fact of the past: its value, or why it is not on file 档案未见.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::text::Text;

/// A value, or the reason why it is not on file 档案未见.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnFile<T> {
    /// What the papers say.
    Value(T),
    /// Why the papers do not say it.
    NotOnFile(Text),
}

/// The key under which a reason stands in a value's place.
const NOT_ON_FILE: &str = "not_on_file";

/// 档案未见及其缘由 / that something is not on file, and why
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NotOnFile {
    /// 档案未见的缘由，如 2016年档案遗失 / why it is not on file, such as lost archives of a year
    not_on_file: Text,
}

impl<T> OnFile<T> {
    /// The value, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::NotOnFile(_) => None,
        }
    }

    /// The value as something else.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> OnFile<U> {
        match self {
            Self::Value(value) => OnFile::Value(change(value)),
            Self::NotOnFile(reason) => OnFile::NotOnFile(reason),
        }
    }
}

impl<T: Serialize> Serialize for OnFile<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::NotOnFile(reason) => NotOnFile { not_on_file: reason.clone() }.serialize(serializer),
        }
    }
}

impl<'de, T: for<'a> Deserialize<'a>> Deserialize<'de> for OnFile<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value.get(NOT_ON_FILE).is_some() {
            let NotOnFile { not_on_file } = serde_json::from_value(value).map_err(D::Error::custom)?;
            return Ok(Self::NotOnFile(not_on_file));
        }
        serde_json::from_value(value).map(Self::Value).map_err(D::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for OnFile<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OnFile_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (value, not_on_file) = (generator.subschema_for::<T>(), generator.subschema_for::<NotOnFile>());
        json_schema!({
            "description": "档案所载的值，或注明档案未见 / the value that the papers give, or that it is not on file",
            "anyOf": [value, not_on_file],
        })
    }
}

/// The value of a fact, where it was said and is on file.
pub fn known<T>(fact: &Option<OnFile<T>>) -> Option<&T> {
    fact.as_ref().and_then(OnFile::value)
}
