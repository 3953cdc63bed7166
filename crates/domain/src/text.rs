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
        /// A character that others see otherwise, or not at all: of somebody's own font, or left over from a faulty
        /// conversion.
        #[zh("第 {at} 字（U+{:04X}）别处显示不出，多为转码出错或自造的字；请改用通用汉字重新输入", u32::from(*character))]
        #[en("character {at} (U+{:04X}) is not shown elsewhere, as after a faulty conversion or from a font of one's own: type it again", u32::from(*character))]
        Unshared {
            /// Which one, counted from 1.
            at: usize,
            /// The character.
            character: char,
        },
        /// What a spreadsheet shows where a formula cannot be worked out.
        #[zh("文字是表格软件的出错标记，不是内容，请填写实际内容")]
        #[en("the text is what a spreadsheet shows for a formula that cannot be worked out: write what was meant")]
        Fault,
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

    /// A text that stands in the log. What is refused of a new text grows with experience; what was lawful when it was
    /// recorded is read for ever, so this asks for no more than the first release did.
    pub(crate) fn recorded(text: &str) -> Result<Self, TextError> {
        Self::read(text, check_shown)
    }

    fn read(text: &str, check: impl FnOnce(&str) -> Result<(), TextError>) -> Result<Self, TextError> {
        let normal = normal_form(text);
        let trimmed = normal.trim();
        if trimmed.is_empty() {
            return Err(TextError::Empty);
        }
        if trimmed.len() > MAX_TEXT_CHARACTERS && trimmed.chars().count() > MAX_TEXT_CHARACTERS {
            return Err(TextError::TooLong);
        }
        check(trimmed)?;
        Ok(Self(trimmed.into()))
    }

    /// Whether another text is the same words, however they are spaced.
    pub(crate) fn reads_as(&self, other: &Self) -> bool {
        let words = |text: &Self| text.as_str().split_whitespace().collect::<String>();
        words(self) == words(other)
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
        Self::read(text, check_characters)
    }
}

impl FromStr for Text {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.try_into()
    }
}

stands_as_text!(Text, read_by Text::recorded);

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

/// Refuses what must stand in no new text: characters that nobody sees or not everybody, and numbers that identify a
/// person.
pub(crate) fn check_characters(text: &str) -> Result<(), TextError> {
    check_shown(text)?;
    if let Some((at, character)) = text.chars().enumerate().find(|(_, character)| is_unshared(*character)) {
        return Err(TextError::Unshared { at: at + 1, character });
    }
    if is_fault(text) {
        return Err(TextError::Fault);
    }
    if holds_personal_number(text) {
        return Err(TextError::PersonalNumber);
    }
    Ok(())
}

/// What Excel, WPS and LibreOffice show for a formula that cannot be worked out, or a column that is too narrow: it stands
/// as a text in what was pasted as values or saved as CSV.
pub fn is_fault(text: &str) -> bool {
    let is_narrow = text.len() >= 3 && text.bytes().all(|byte| byte == b'#');
    is_narrow || (text.starts_with('#') && FAULTS.iter().any(|fault| text.eq_ignore_ascii_case(fault)))
}

/// What such a text is, letter by letter.
const FAULTS: [&str; 14] = [
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#SPILL!",
    "#CALC!",
    "#GETTING_DATA",
    "#FIELD!",
    "#BLOCKED!",
    "#CONNECT!",
    "#UNKNOWN!",
];

/// Refuses characters that nobody sees.
pub(crate) fn check_shown(text: &str) -> Result<(), TextError> {
    if !text.chars().all(is_plain) && text.chars().any(is_invisible) {
        return Err(TextError::Invisible);
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

/// Characters that Unicode gives no shape: those for private use, those that stand for what could not be converted or
/// shown, and those that are none.
fn is_unshared(character: char) -> bool {
    matches!(
        character,
        '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FFFC}' | '\u{FFFD}' | '\u{F0000}'..='\u{10FFFF}'
    ) || u32::from(character) & 0xFFFE == 0xFFFE
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
    fn what_is_shown_nowhere_else_is_refused_by_its_place() {
        for character in [
            '\u{E5E5}',
            '\u{F8FF}',
            '\u{FFFD}',
            '\u{FFFC}',
            '\u{FFFE}',
            '\u{1FFFF}',
            '\u{F0000}',
            '\u{10FFFD}',
        ] {
            check(&format!("岩{character}村"), Err(TextError::Unshared { at: 2, character }));
        }
        check("𠮷村", Ok("𠮷村"));
        for fault in ["#N/A", " #ref! ", "########"] {
            check(fault, Err(TextError::Fault));
        }
        check("#1 楼", Ok("#1 楼"));
        let said = Text::try_from("\u{E5E5}岩村").unwrap_err().say();
        assert!(said.zh.starts_with("第 1 字（U+E5E5）"), "{}", said.zh);
    }

    #[test]
    fn what_was_lawful_when_it_was_recorded_is_read_for_ever() {
        for text in
            ["\u{E5E5}岩村", "\u{FFFD}林村", "1996-05-04 120户", "电话139.0000.0000", "电话13900000000"]
        {
            let read: Text = serde_json::from_value(text.into()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), text);
        }
        for text in ["", "  ", "狮子\u{200B}村"] {
            assert!(serde_json::from_value::<Text>(text.into()).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_that_identify_a_person_are_refused() {
        check("电话139-0000 0000", Err(TextError::PersonalNumber));
        check("村编码510811210205，产值14000000元", Ok("村编码510811210205，产值14000000元"));
    }
}
