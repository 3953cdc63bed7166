//! The language of messages: Chinese where the locale says so, English otherwise, or what `--lang` says.

use std::fmt::Display;

use clap::ValueEnum;
use domain::bilingual;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// 中文.
    Zh,
    /// English.
    En,
}

impl Language {
    /// That of the locale: the first of these variables that is set decides.
    pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Self {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
        let locale = names.into_iter().filter_map(variable).find(|value| !value.is_empty());
        if locale.is_some_and(|locale| locale.starts_with("zh")) { Self::Zh } else { Self::En }
    }

    /// The one of two.
    pub fn pick<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The half of a message in both languages; one in a single language is taken as it is.
    pub fn half(self, message: impl Display) -> String {
        let (zh, en) = bilingual::halves(message);
        self.pick(zh, en)
    }
}

impl From<Language> for domain::say::Language {
    fn from(language: Language) -> Self {
        language.pick(Self::Zh, Self::En)
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, Zh};

    #[test]
    fn the_locale_decides() {
        let of = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> =
                set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Language::of_locale(|name| {
                set.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
            })
        };
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Zh);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), En);
        assert_eq!(of(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "zh_CN")]), Zh);
        assert_eq!(of(&[("LANG", "zh_CN"), ("LC_ALL", "")]), Zh);
        assert_eq!(of(&[]), En);
    }
}
