//! A text for people: the same in plain Chinese and in English, as one value with two fields.

use std::borrow::Cow;
use std::fmt::Display;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod errors;

/// 中英文两种文字，内容相同 / a text in both languages, which say the same
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Say {
    /// 中文文字，先读此项 / the text in Chinese, which is read first
    pub zh: Cow<'static, str>,
    /// 英文文字，内容与中文相同 / the same text in English
    pub en: Cow<'static, str>,
}

/// The languages of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// 中文, unless the reader asks for English.
    #[default]
    Zh,
    /// English.
    En,
}

/// A text that is written in the program.
pub const fn say(zh: &'static str, en: &'static str) -> Say {
    Say { zh: Cow::Borrowed(zh), en: Cow::Borrowed(en) }
}

impl Say {
    /// A text that is put together.
    pub fn of(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: Cow::Owned(zh.into()), en: Cow::Owned(en.into()) }
    }

    /// A text that nobody translates, such as the system's reason: the same in both.
    pub fn same(text: impl Display) -> Self {
        let text = text.to_string();
        Self::of(text.clone(), text)
    }

    /// Both languages in one line, for the fields of published formats that hold one text.
    pub fn in_both(&self) -> String {
        if self.zh == self.en { self.en.to_string() } else { format!("{} / {}", self.zh, self.en) }
    }

    /// The text in one language.
    pub fn in_language(&self, language: Language) -> &str {
        language.pick(&self.zh, &self.en)
    }
}

impl Language {
    /// The language of a code, `zh` or `en`.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The code of the language.
    pub fn code(self) -> &'static str {
        self.pick("zh", "en")
    }

    /// The one of two that is in this language.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_two_fields_on_the_wire_and_reads_back() {
        const NAME: Say = say("名称", "name");
        let json = serde_json::to_value(&NAME).unwrap();
        assert_eq!(json, serde_json::json!({ "zh": "名称", "en": "name" }));
        assert_eq!(serde_json::from_value::<Say>(json).unwrap(), NAME);
        assert_eq!((NAME.in_language(Language::Zh), NAME.in_language(Language::En)), ("名称", "name"));
    }

    #[test]
    fn a_language_is_its_code() {
        for language in [Language::Zh, Language::En] {
            assert_eq!(Language::parse(language.code()), Some(language));
        }
        assert_eq!(Language::parse("fr"), None);
    }
}
