//! The value of a figure and the unit it is counted in.

use std::borrow::Cow;
use std::fmt;

use domain::say::{Say, say};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// 指标的数值：个数，或保留一位小数的比例 / the value of a figure: a count, or a share to one decimal
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Number {
    /// 个数，不小于零的整数 / a count, a whole number from zero on
    Count(u64),
    /// 比例，如 0.374 即 37.4% / a share, such as 0.374 for 37.4 per cent
    Share(f64),
}

impl Number {
    /// The count; nothing for a share.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::Count(count) => Some(count),
            Self::Share(_) => None,
        }
    }

    /// The value, as it is drawn and sorted.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Share(share) => share,
        }
    }
}

impl From<u64> for Number {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<usize> for Number {
    fn from(count: usize) -> Self {
        Self::Count(count as u64)
    }
}

/// As JSON writes it: a share keeps its decimal.
impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(formatter, "{count}"),
            Self::Share(share) => write!(formatter, "{share:?}"),
        }
    }
}

/// Declares the units: the variant, and its name in Chinese and English.
macro_rules! units {
    ($($(#[$doc:meta])* $name:ident = $zh:literal, $en:literal;)+) => {
        /// What a figure is counted in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Unit { $($(#[$doc])* $name,)+ }

        impl Unit {
            /// Every unit.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The unit in both languages.
            pub fn say(self) -> Say {
                match self { $(Self::$name => say($zh, $en),)+ }
            }
        }
    };
}

units! {
    /// Actors of records.
    Actors = "个", "actors";
    /// Decisions of coordination meetings.
    Decisions = "项", "decisions";
    /// Documents that are cited.
    Documents = "件", "documents";
    /// Grades of a quarter.
    Evaluations = "次", "evaluations";
    /// Events of the log.
    Events = "条", "events";
    /// Facts of registrations.
    Facts = "项", "facts";
    /// Hundredths of a yuan.
    Fen = "分", "fen";
    /// Figures of organizations.
    Figures = "项", "figures";
    /// Items of a list of what is to be done.
    Items = "项", "items";
    /// Facts that are to be filed.
    Filings = "项", "filings";
    /// Joint branches.
    JointBranches = "个", "joint branches";
    /// Months of a place.
    Months = "个月", "months";
    /// Obligations.
    Obligations = "项", "obligations";
    /// Organizations.
    Organizations = "个", "organizations";
    /// Hundredths of a whole.
    Percent = "%", "%";
    /// Policies.
    Policies = "项", "policies";
    /// Records of a list.
    Records = "条", "records";
    /// Orders of rectification.
    Rectifications = "次", "rectifications";
    /// Secretaries.
    Secretaries = "名", "secretaries";
    /// Townships.
    Townships = "个", "townships";
    /// Villages.
    Villages = "个", "villages";
}

/// As views write it: 「个 (joint branches)」, or `%`.
impl fmt::Display for Unit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Say { zh, en } = self.say();
        if zh == en { write!(formatter, "{zh}") } else { write!(formatter, "{zh} ({en})") }
    }
}

impl Serialize for Unit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let found = Self::ALL.iter().find(|unit| unit.to_string() == *text);
        found.copied().ok_or_else(|| D::Error::custom(format!("`{text}` is not a unit of a figure")))
    }
}

impl JsonSchema for Unit {
    fn schema_name() -> Cow<'static, str> {
        "Unit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let all: Vec<String> = Self::ALL.iter().map(ToString::to_string).collect();
        json_schema!({ "type": "string", "enum": all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_in_json_as_it_is_shown_and_reads_back() {
        for (value, text) in [
            (Number::Count(0), "0"),
            (Number::Count(12), "12"),
            (Number::Share(0.0), "0.0"),
            (Number::Share(12.5), "12.5"),
        ] {
            assert_eq!(
                (serde_json::to_string(&value).unwrap().as_str(), value.to_string().as_str()),
                (text, text)
            );
            assert_eq!(serde_json::from_str::<Number>(text).unwrap(), value);
        }
    }

    #[test]
    fn a_unit_is_one_text_with_both_languages_and_reads_back() {
        assert_eq!(serde_json::to_string(&Unit::JointBranches).unwrap(), "\"个 (joint branches)\"");
        assert_eq!(serde_json::to_string(&Unit::Percent).unwrap(), "\"%\"");
        for unit in Unit::ALL {
            let json = serde_json::to_string(unit).unwrap();
            assert_eq!(serde_json::from_str::<Unit>(&json).unwrap(), *unit);
        }
        assert!(serde_json::from_str::<Unit>("\"个 (colours)\"").is_err());
    }
}
