//! Short free text: bounded, printable, and without the numbers that identify a person.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The longest free text, in characters: a dozen such fields stay far below the event's limit of 60,000 bytes.
pub const MAX_TEXT_CHARACTERS: usize = 500;

/// Digits of a mobile telephone number; an identity number has more.
const MOBILE_DIGITS: usize = 11;

/// A free text of 1 to 500 characters, trimmed, without control characters, identity numbers or telephone numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text(String);

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("文字不能为空 / the text is empty")]
    Empty,
    /// Over the limit.
    #[error("文字超过 {MAX_TEXT_CHARACTERS} 字 / the text is longer than {MAX_TEXT_CHARACTERS} characters")]
    TooLong,
    /// A character that cannot be printed.
    #[error("文字含有不可打印的字符 / the text contains a control character")]
    Control,
    /// An identity or telephone number: personal data has no place in a log that nobody can erase.
    #[error(
        "文字含有身份证号或电话号码，日志不可删除，请勿写入 / the text contains an identity or telephone number, which must never enter the log"
    )]
    PersonalNumber,
}

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl TryFrom<String> for Text {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(TextError::Empty);
        }
        if trimmed.chars().count() > MAX_TEXT_CHARACTERS {
            return Err(TextError::TooLong);
        }
        if trimmed.chars().any(char::is_control) {
            return Err(TextError::Control);
        }
        if holds_personal_number(trimmed) {
            return Err(TextError::PersonalNumber);
        }
        // Reading the log makes texts by the million, nearly all of them trimmed already.
        Ok(Self(if trimmed.len() == text.len() { text } else { trimmed.to_owned() }))
    }
}

impl TryFrom<&str> for Text {
    type Error = TextError;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        Self::try_from(text.to_owned())
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl JsonSchema for Text {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "minLength": 1, "maxLength": MAX_TEXT_CHARACTERS })
    }
}

/// An 18-digit identity number (the last may be X) or an 11-digit mobile number, in half- or full-width digits.
fn holds_personal_number(text: &str) -> bool {
    if text.chars().filter(|character| half_width(*character).is_ascii_digit()).count() < MOBILE_DIGITS {
        return false;
    }
    let plain: String = text.chars().map(half_width).collect();
    plain.split(|character: char| !character.is_ascii_digit() && !matches!(character, 'x' | 'X')).any(|run| {
        let digits = run.trim_end_matches(['x', 'X']);
        match run.len() {
            18 => digits.len() >= 17 && digits.bytes().all(|byte| byte.is_ascii_digit()),
            MOBILE_DIGITS => {
                digits.len() == MOBILE_DIGITS && digits.starts_with('1') && !digits.starts_with("10")
            }
            _ => false,
        }
    })
}

/// Full-width digits and Latin letters as their plain forms.
pub(crate) fn half_width(character: char) -> char {
    match character {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character)
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, TextError};

    fn check(text: &str, expected: Result<&str, TextError>) {
        assert_eq!(Text::try_from(text).map(String::from), expected.map(str::to_owned));
    }

    #[test]
    fn text_is_trimmed_bounded_and_printable() {
        check(" 狮子村 ", Ok("狮子村"));
        check("  ", Err(TextError::Empty));
        check("a\u{7}b", Err(TextError::Control));
        check(&"村".repeat(501), Err(TextError::TooLong));
    }

    #[test]
    fn numbers_that_identify_a_person_are_refused() {
        check("身份证51081119700101123X", Err(TextError::PersonalNumber));
        check("电话１３９００００００００", Err(TextError::PersonalNumber));
        check("村编码510811210205，产值14000000元", Ok("村编码510811210205，产值14000000元"));
    }
}
