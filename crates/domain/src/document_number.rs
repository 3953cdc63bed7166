//! Documents: a 文号 in its one normal form, and the papers a decision rests on.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::date::Date;
use crate::text::{Text, TextError, check_characters, check_shown};
use crate::wire_text::stands_as_text;

/// The longest issuer's mark before the year, in characters.
const MAX_PREFIX_CHARACTERS: usize = 30;

/// A document number such as `昭委组〔2019〕18号`. Brackets of any style, digits and letters of any width, blanks, a
/// leading 第 and leading zeros are normalised (GB/T 9704-2012, 7.2.5; Unicode's normal form KC), so that one paper has
/// one number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentNumber {
    text: String,
    year: i16,
}

crate::errors! {
    /// Why a text is no document number.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum DocumentNumberError {
        /// It is not built like one.
        #[zh("「{text}」不是文号，应如 昭委组〔2019〕18号")]
        #[en("`{text}` is not a document number such as 昭委组〔2019〕18号")]
        Shape {
            /// What was written.
            text: String,
        },
    } of {
        /// It holds what no text may hold.
        Characters(#[from] TextError),
    }
}

impl DocumentNumber {
    /// The year in the brackets.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// The issuer's mark with the year, such as 昭委组〔2019〕: numbers count up within it.
    pub fn series(&self) -> &str {
        self.text.split_inclusive('〕').next().unwrap_or_default()
    }

    /// The number within the series.
    pub fn serial(&self) -> u32 {
        let digits = self.text.get(self.series().len()..).unwrap_or_default();
        digits.trim_end_matches('号').parse().unwrap_or_default()
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(formatter)
    }
}

impl FromStr for DocumentNumber {
    type Err = DocumentNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        check_characters(text.trim())?;
        Self::recorded(text)
    }
}

impl DocumentNumber {
    /// A number that stands in the log: what was lawful when it was recorded is read for ever.
    fn recorded(text: &str) -> Result<Self, DocumentNumberError> {
        let refused = || DocumentNumberError::Shape { text: text.chars().take(60).collect() };
        check_shown(text.trim())?;
        let plain = text.nfkc().filter(|character| !character.is_whitespace()).map(bracket);
        let plain: String = plain.collect();
        let (prefix, rest) = plain.split_once('〔').ok_or_else(refused)?;
        let (year, rest) = rest.split_once('〕').ok_or_else(refused)?;
        let number = rest.strip_suffix('号').ok_or_else(refused)?;
        let number = number.strip_prefix('第').unwrap_or(number).trim_start_matches('0');
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let lawful = (1..=MAX_PREFIX_CHARACTERS).contains(&prefix.chars().count())
            && !prefix.contains(['〕', '¦'])
            && year.len() == 4
            && digits(year)
            && digits(number)
            && number.len() <= 6;
        if !lawful {
            return Err(refused());
        }
        let year_number = year.parse().map_err(|_| refused())?;
        Ok(Self { text: format!("{prefix}〔{year}〕{number}号"), year: year_number })
    }
}

/// One style of brackets.
fn bracket(character: char) -> char {
    match character {
        '[' | '(' | '{' | '<' | '【' | '〖' | '〘' | '〚' | '〈' | '《' | '「' | '『' => '〔',
        ']' | ')' | '}' | '>' | '】' | '〗' | '〙' | '〛' | '〉' | '》' | '」' | '』' => '〕',
        other => other,
    }
}

stands_as_text!(DocumentNumber, read_by DocumentNumber::recorded);

impl JsonSchema for DocumentNumber {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "DocumentNumber".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // Brackets, widths and blanks of any kind are taken and put right; 号 ends it in every spelling.
        json_schema!({
            "description": "文号，如 昭委组〔2019〕18号；括号和全角数字自动统一 / the number of a document, such as 昭委组〔2019〕18号; brackets and full-width digits are made alike",
            "type": "string",
            "minLength": 8,
            "maxLength": 60,
            "pattern": "号\\s*$",
        })
    }
}

/// SHA-256 of a document's scan, 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sha256Hex(String);

impl Sha256Hex {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Sha256Hex {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let lower = text.to_ascii_lowercase();
        let shaped = lower.len() == 64 && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
        if shaped { Ok(Self(lower)) } else { Err("a SHA-256 is 64 hexadecimal digits") }
    }
}

impl From<[u8; 32]> for Sha256Hex {
    fn from(hash: [u8; 32]) -> Self {
        Self(crate::hexadecimal(&hash))
    }
}

impl fmt::Display for Sha256Hex {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<Sha256Hex> for String {
    fn from(hash: Sha256Hex) -> Self {
        hash.0
    }
}

impl JsonSchema for Sha256Hex {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Sha256Hex".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "SHA-256 校验值，64 位十六进制 / a SHA-256 hash, as 64 hexadecimal digits",
            "type": "string",
            "pattern": "^[0-9a-fA-F]{64}$",
        })
    }
}

/// 文件：文号、印发日期，有扫描件的另附校验值 / a document: its number, its day of issue, and the hash of its scan where there is one
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// 文号，如 昭委组〔2019〕18号 / the number of the document, such as 昭委组〔2019〕18号
    pub number: DocumentNumber,
    /// 印发日期：年份须与文号括号内的年份一致，不晚于生效日期 / the day of issue: in the year that the number bears, and not after the effective date
    pub issued: Date,
    /// 扫描件的 SHA-256 校验值，没有扫描件则不填 / the SHA-256 hash of the scan, where there is a scan
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256Hex>,
}

/// 作出决定的会议 / the meeting that took the decision
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecidedBy {
    /// 会议名称，如 县委常委会第12次会议 / the name of the meeting, such as 县委常委会第12次会议
    pub meeting: Text,
    /// 会议日期，不晚于生效日期 / the day of the meeting, not after the effective date
    pub date: Date,
}

/// 特殊情况（经批准）：说明理由和批准文件，方可不执行提醒性规定 / an override: why a rule of severity `warn` is set aside, and the document that allows it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// 特殊情况的理由 / the reason for setting the rule aside
    pub reason: Text,
    /// 批准文件的文号 / the number of the document that allows the exception
    pub document: DocumentNumber,
}

#[cfg(test)]
mod tests {
    use super::DocumentNumber;
    use crate::text::TextError;

    #[test]
    fn every_bracket_style_and_full_width_digits_give_one_number() {
        for text in [
            "昭委组〔2019〕18号",
            "昭委组[2019]18号",
            "昭委组(2019)18号",
            "昭委组【２０１９】１８号",
            " 昭委组（2019）第018号 ",
            "昭委组\u{3000}｛2019｝ 18 号",
            "昭委组《2019》18号",
            "昭委组﹝2019﹞⑱号",
        ] {
            let number: DocumentNumber = text.parse().unwrap();
            assert_eq!((number.as_str(), number.year()), ("昭委组〔2019〕18号", 2019), "{text}");
        }
    }

    #[test]
    fn a_number_counts_within_its_series() {
        let number: DocumentNumber = "昭委组(2019)第018号".parse().unwrap();
        assert_eq!((number.series(), number.serial()), ("昭委组〔2019〕", 18));
    }

    #[test]
    fn letters_of_every_width_and_compatibility_ideographs_are_one_number() {
        let spelled = |text: &str| text.parse::<DocumentNumber>().unwrap().to_string();
        assert_eq!(spelled("ＳＣ发〔2019〕3号"), spelled("SC发〔2019〕3号"));
        assert_eq!(spelled("\u{F9D1}合组〔2019〕3号"), spelled("六合组〔2019〕3号"));
    }

    #[test]
    fn a_number_holds_nothing_invisible_and_nobodys_own() {
        for text in ["昭委\u{200B}组〔2019〕18号", "昭委组〔2019〕18号\u{202C}", "\u{FEFF}昭委组〔2019〕18号"]
        {
            assert_eq!(text.parse::<DocumentNumber>(), Err(TextError::Invisible.into()), "{text}");
        }
        for text in ["51081119700101123X〔2019〕18号", "电139-0000-0000〔2019〕18号"] {
            assert_eq!(text.parse::<DocumentNumber>(), Err(TextError::PersonalNumber.into()), "{text}");
        }
    }

    #[test]
    fn what_is_no_document_number_is_refused() {
        for text in [
            "",
            "昭委组2019年18号",
            "〔2019〕18号",
            "昭委组〔19〕18号",
            "昭委组〔2019〕号",
            "昭委组〔2019〕18",
            "昭委组〔2019〕0号",
        ] {
            assert!(text.parse::<DocumentNumber>().is_err(), "{text}");
        }
    }
}
