//! Short free text: bounded, of visible characters in one normal form, and without the numbers that identify a person.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::personal_number::holds_personal_number;
use crate::wire_text::stands_as_text;

/// The longest free text, in characters: a dozen such fields stay far below the event's limit of 60,000 bytes.
pub const MAX_TEXT_CHARACTERS: usize = 500;

/// A free text of 1 to 500 characters, trimmed, in Unicode's normal form C, without invisible characters, identity
/// numbers or telephone numbers. Copies share it: state, rows and events hold the same names and figures many times over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

crate::errors! {
    /// Why a text is refused.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TextError {
        /// Nothing but white space.
        #[zh("文字不能为空")]
        #[en("the text is empty")]
        Empty,
        /// Over the limit.
        #[zh("文字超过 {MAX_TEXT_CHARACTERS} 字")]
        #[en("the text is longer than {MAX_TEXT_CHARACTERS} characters")]
        TooLong,
        /// A character that nobody sees: with it, two texts that look alike would differ.
        #[zh("文字含有不可见字符（控制符、零宽字符、书写方向符），请删去后重新输入")]
        #[en("the text contains an invisible character (control, zero-width or direction): delete it")]
        Invisible,
        /// An identity or telephone number: personal data has no place in a log that nobody can erase.
        #[zh("文字含有身份证号或电话号码，日志不可删除，请勿写入")]
        #[en("the text contains an identity or telephone number, which must never enter the log")]
        PersonalNumber,
    }
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
        text.as_str().try_into()
    }
}

impl TryFrom<&str> for Text {
    type Error = TextError;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        let normal = normal_form(text);
        let trimmed = normal.trim();
        if trimmed.is_empty() {
            return Err(TextError::Empty);
        }
        if trimmed.len() > MAX_TEXT_CHARACTERS && trimmed.chars().count() > MAX_TEXT_CHARACTERS {
            return Err(TextError::TooLong);
        }
        check_characters(trimmed)?;
        Ok(Self(trimmed.into()))
    }
}

impl FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.try_into()
    }
}

stands_as_text!(Text);

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

impl JsonSchema for Text {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "一行文字，1 至 500 字，不写身份证号、电话和姓名 / one line of text of 1 to 500 characters, without identity numbers, telephone numbers or names of persons",
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_TEXT_CHARACTERS,
        })
    }
}

/// Refuses what must stand in no text of the log: invisible characters and numbers that identify a person.
pub(crate) fn check_characters(text: &str) -> Result<(), TextError> {
    if !text.chars().all(is_plain) && text.chars().any(is_invisible) {
        return Err(TextError::Invisible);
    }
    if holds_personal_number(text) {
        return Err(TextError::PersonalNumber);
    }
    Ok(())
}

/// One spelling for what looks the same: Unicode's normal form C.
fn normal_form(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_plain) || is_nfc(text) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Visible, and the same in every normal form: what nearly all of a log's texts are made of, so that reading it asks no
/// table.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{3000}'..='\u{3029}' | '\u{3400}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
}

/// Characters without a shape of their own: controls, and Unicode's format and default-ignorable characters.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
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
        check("a\u{7}b", Err(TextError::Invisible));
        check(&"村".repeat(501), Err(TextError::TooLong));
    }

    #[test]
    fn invisible_characters_are_refused_and_look_alikes_have_one_spelling() {
        for invisible in
            ['\u{200B}', '\u{200D}', '\u{202E}', '\u{2066}', '\u{FEFF}', '\u{AD}', '\u{E0061}', '\u{FE0F}']
        {
            for text in [format!("狮子{invisible}村"), format!("狮子村{invisible}")] {
                check(&text, Err(TextError::Invisible));
            }
        }
        check("e\u{301}tude", Ok("\u{e9}tude"));
        // A compatibility ideograph that looks like 龜.
        check("\u{F907}", Ok("龜"));
        check("狮子村（含两组）、“双强”·①", Ok("狮子村（含两组）、“双强”·①"));
    }

    #[test]
    fn numbers_that_identify_a_person_are_refused() {
        check("电话139-0000 0000", Err(TextError::PersonalNumber));
        check("村编码510811210205，产值14000000元", Ok("村编码510811210205，产值14000000元"));
    }
}
