//! The language of messages: Chinese where the locale says so, English otherwise, or what `--lang` says.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use domain::say::Language;

/// The languages of `--lang`, by their codes.
pub fn parser() -> impl TypedValueParser<Value = Language> {
    let codes = [PossibleValue::new("zh").help("中文"), PossibleValue::new("en").help("English")];
    PossibleValuesParser::new(codes).map(|code| Language::parse(&code).unwrap_or_default())
}

/// The language of the locale: the first of these variables that is set decides.
pub fn of_locale(variable: impl Fn(&str) -> Option<String>) -> Language {
    let names = ["LC_ALL", "LC_MESSAGES", "LANG"];
    let locale = names.into_iter().filter_map(variable).find(|value| !value.is_empty());
    if locale.is_some_and(|locale| locale.starts_with("zh")) { Language::Zh } else { Language::En }
}

#[cfg(test)]
mod tests {
    use domain::say::Language::{En, Zh};

    use super::of_locale;

    #[test]
    fn the_locale_decides() {
        let of = |set: &[(&str, &str)]| {
            let set: Vec<(String, String)> =
                set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            of_locale(|name| set.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()))
        };
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8")]), Zh);
        assert_eq!(of(&[("LANG", "zh_CN.UTF-8"), ("LC_ALL", "C")]), En);
        assert_eq!(of(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "zh_CN")]), Zh);
        assert_eq!(of(&[("LANG", "zh_CN"), ("LC_ALL", "")]), Zh);
        assert_eq!(of(&[]), En);
    }
}
