//! The name of a place as a command gives it: a text that can be one, which a day, a number or a word for nothing cannot.

use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::text::{MAX_TEXT_CHARACTERS, Text, TextError};

/// A name that can be a place's. Events hold it as a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlaceName(Text);

/// Words for no value, as programs write them.
const NOTHINGS: [&str; 9] = ["true", "false", "null", "none", "nil", "nan", "inf", "n/a", "undefined"];
/// What a day and a time are written with, besides digits and marks.
const UNITS_OF_DAYS: [char; 8] = ['年', '月', '日', '号', '时', '点', '分', '秒'];

crate::errors! {
    /// Why a text is no name of a place.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum PlaceNameError {
        /// A number, a day, or a word for nothing.
        #[zh("「{name}」不是地名")]
        #[en("`{name}` is no name of a place")]
        NoName {
            /// What was written.
            name: String,
        },
        /// A question mark, as programs put for a character that they cannot write.
        #[zh("名称「{name}」含问号，多为转码时丢失的字，请按原名填写")]
        #[en("the name `{name}` holds a question mark, as where a character was lost in a conversion")]
        LostCharacter {
            /// What was written.
            name: String,
        },
    } of {
        /// It is no text.
        Text(#[from] TextError),
    }
}

impl PlaceName {
    /// The name that an event holds. It is not asked whether it can be one: that was asked of the command.
    pub(crate) fn recorded(name: Text) -> Self {
        Self(name)
    }

    /// The name as events hold it.
    pub fn text(&self) -> &Text {
        &self.0
    }
}

impl From<PlaceName> for Text {
    fn from(name: PlaceName) -> Self {
        name.0
    }
}

impl FromStr for PlaceName {
    type Err = PlaceNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = Text::try_from(text)?;
        let own = name.as_str();
        let said = || own.chars().take(40).collect();
        let is_nothing = NOTHINGS.iter().any(|word| own.eq_ignore_ascii_case(word));
        let has_letters =
            own.chars().any(|character| character.is_alphabetic() && !UNITS_OF_DAYS.contains(&character));
        if is_nothing || !has_letters || own.parse::<f64>().is_ok() {
            return Err(PlaceNameError::NoName { name: said() });
        }
        if own.contains(['?', '？']) {
            return Err(PlaceNameError::LostCharacter { name: said() });
        }
        Ok(Self(name))
    }
}

impl JsonSchema for PlaceName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "PlaceName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "地名，1 至 500 字，不是数字、日期或 true 之类 / the name of a place of 1 to 500 characters: no number, no day and no word for nothing",
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_TEXT_CHARACTERS,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "46113",
            "TRUE",
            "null",
            "N/A",
            "2026-03-01",
            "2026年3月1日",
            "14:30",
            "5.1E+11",
            "-",
            "—",
            "12 34",
            "NaN",
        ] {
            assert_eq!(
                text.parse::<PlaceName>(),
                Err(PlaceNameError::NoName { name: text.into() }),
                "{text}"
            );
        }
        assert!(matches!("?林村".parse::<PlaceName>(), Err(PlaceNameError::LostCharacter { .. })));
        assert_eq!("#N/A".parse::<PlaceName>(), Err(TextError::Fault.into()));
        for text in ["狮子村", "五一村", "8 组", "S 村", "月村", "1949 广场社区"] {
            assert_eq!(text.parse::<PlaceName>().unwrap().text().as_str(), text);
        }
    }
}
