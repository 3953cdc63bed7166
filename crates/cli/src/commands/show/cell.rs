//! A value as a table of the terminal shows it.

use domain::say::Language;
use projections::wire_code;
use serde::Serialize;

/// A text; a dash where there is none.
pub fn or_dash(text: Option<impl ToString>) -> String {
    text.map_or_else(|| "-".to_owned(), |text| text.to_string())
}

/// The value of an enumeration in words, by the field that it stands in; a dash where there is none.
pub fn coded(field: &str, value: &impl Serialize, language: Language) -> String {
    wire_code(value).map_or_else(|| "-".to_owned(), |code| word(field, &code, language))
}

/// A code of a field in words; one that has none stands as it is.
pub fn word(field: &str, code: &str, language: Language) -> String {
    labels::terms::code(field, code).map_or(code, |said| said.in_language(language)).to_owned()
}

#[cfg(test)]
mod tests {
    use domain::joint_branch::Mode;

    use super::coded;
    use domain::say::Language;

    #[test]
    fn codes_are_shown_in_words_and_unknown_ones_as_they_are() {
        let mode = |code: &str| coded("mode", &code.parse::<Mode>().unwrap(), Language::Zh);
        assert_eq!((mode("large_small"), mode("of_tomorrow")), ("大小村合建".into(), "of_tomorrow".into()));
        assert_eq!(coded("mode", &None::<Mode>, Language::Zh), "-");
    }
}
