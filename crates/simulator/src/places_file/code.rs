//! Codes as official lists write them: twelve digits at every tier, of which the closing zeros say nothing.

use domain::place::{Level, PlaceCode};

/// How many digits the code of a tier has.
pub(super) fn digits_of(level: Level) -> usize {
    match level {
        Level::City => 4,
        Level::County => 6,
        Level::Township => 9,
        Level::Village => 12,
    }
}

/// The tiers, the highest first.
const TIERS: [Level; 4] = [Level::City, Level::County, Level::Township, Level::Village];

/// What the text of a code says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Coded {
    /// A place, by its code without the closing zeros.
    Place(PlaceCode),
    /// The province, which is no place of a city's log.
    Province,
    /// No code.
    Neither,
}

/// A code with or without its closing zeros. Where the tier is stated, that says how many of them are the place's own.
pub(super) fn read(text: &str, stated: Option<Level>) -> Coded {
    let is_known_length = matches!(text.len(), 2 | 4 | 6 | 9 | 12);
    if !is_known_length || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Coded::Neither;
    }
    let ends_in_zeros =
        |from: usize| text.get(from..).is_none_or(|rest| rest.bytes().all(|byte| byte == b'0'));
    if stated.is_none() && ends_in_zeros(2) {
        return Coded::Province;
    }
    let fits = |level: &Level| text.len() >= digits_of(*level) && ends_in_zeros(digits_of(*level));
    // What the stated tier does not fit keeps its own length, and is refused for that.
    let level = stated.filter(fits).or_else(|| TIERS.into_iter().find(fits).filter(|_| stated.is_none()));
    let digits = level.map_or(text, |level| text.get(..digits_of(level)).unwrap_or(text));
    digits.parse().map_or(Coded::Neither, Coded::Place)
}

/// Whether a text names that place, with or without closing zeros.
pub(super) fn names(text: &str, code: &str) -> bool {
    text.strip_prefix(code).is_some_and(|rest| rest.bytes().all(|byte| byte == b'0'))
        && matches!(text.len(), 2 | 4 | 6 | 9 | 12)
}

/// Whether it is a county that lies right under the province (省直辖, 自治区直辖): its city is a number only.
pub(super) fn is_under_the_province(code: &PlaceCode) -> bool {
    code.level() == Level::County && code.as_str().get(2..4) == Some("90")
}

/// Whether a county's code is that of a city without counties (直筒子市), as in 441900.
pub(super) fn is_the_citys_own(code: &PlaceCode) -> bool {
    code.level() == Level::County && code.as_str().ends_with("00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_zeros_are_taken_off_as_the_tier_says_or_the_digits_do() {
        let code = |text: &str, stated| match read(text, stated) {
            Coded::Place(code) => code.to_string(),
            other => format!("{other:?}"),
        };
        for (text, expected) in [
            ("510800000000", "5108"),
            ("510811000000", "510811"),
            ("510811210000", "510811210"),
            ("510811210206", "510811210206"),
            ("510800", "5108"),
            ("510811000", "510811"),
            ("441900003000", "441900003"),
            ("429004000000", "429004"),
            ("510000000000", "Province"),
            ("51", "Province"),
            ("51081121020", "Neither"),
            ("51081121O206", "Neither"),
        ] {
            assert_eq!(code(text, None), expected, "{text}");
        }
        assert_eq!(code("441900000000", Some(Level::County)), "441900");
        assert_eq!(code("441900000000", Some(Level::City)), "4419");
        assert_eq!(code("510811210206", Some(Level::County)), "510811210206");
    }

    #[test]
    fn a_place_above_is_named_with_and_without_zeros() {
        assert!(names("510811000000", "510811") && names("510811", "510811"));
        assert!(!names("510811210000", "510811") && !names("5108110", "510811"));
    }
}
