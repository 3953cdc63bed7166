//! Identity numbers: 18 characters today, 15 digits on the cards of before 1999.

use super::groups::{Span, is_day};

/// Characters of an identity number; the last may be X.
const CHARACTERS: usize = 18;
/// Digits of one of before 1999, whose year has two.
const OLD_DIGITS: usize = 15;
/// What the number of a province begins with.
const PROVINCES: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];
/// Words that say that an identity number follows.
const WORDS: [&str; 3] = ["身份证", "身份号", "证件号"];
/// What a unified social credit code is written with (GB 32100-2015): the number of an institution, no person's.
const CREDIT_CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// An identity number, whole or broken. Broken, it must hold a day of birth and be broken as people do; otherwise columns
/// of figures would be taken for one.
pub(super) fn is_identity(span: &Span<'_>) -> bool {
    let (digits, lengths) = (span.digits(), span.lengths());
    let is_named = span.follows(&WORDS);
    let is_whole = lengths.len() == 1;
    if span.is_listed() && !is_named {
        return false;
    }
    if digits.len() == OLD_DIGITS && !span.has_x() {
        let has_birthday = digits.get(6..12).is_some_and(|day| is_day(&format!("19{day}")));
        return (has_birthday && is_of_a_province(digits) && (is_whole || lengths.first() == Some(&6)))
            || is_named;
    }
    if digits.len() + usize::from(span.has_x()) != CHARACTERS {
        return false;
    }
    let has_birthday = digits.get(6..14).is_some_and(is_day);
    if is_whole {
        let whole = if span.has_x() { format!("{digits}X") } else { digits.to_owned() };
        return has_birthday || is_named || !is_credit_code(&whole);
    }
    // The county's number stands apart, or nothing but the length of the groups says where one ends.
    let cuts = lengths.iter().scan(0, |sum, length| {
        *sum += length;
        Some(*sum)
    });
    let is_broken_at_the_county = cuts.clone().any(|cut| cut == 6);
    let is_even = lengths.iter().all(|length| *length == 1) || cuts.clone().take(4).eq([4, 8, 12, 16]);
    let is_before_the_birthday_or_behind = cuts.clone().any(|cut| cut == 14);
    let is_broken_so = is_broken_at_the_county || is_even || is_before_the_birthday_or_behind;
    is_named || (has_birthday && is_of_a_province(digits) && is_broken_so)
}

fn is_of_a_province(digits: &str) -> bool {
    digits.get(..2).is_some_and(|province| PROVINCES.contains(&province))
}

/// Whether the last character is what the others of a credit code come to.
fn is_credit_code(code: &str) -> bool {
    let value = |character| CREDIT_CHARACTERS.find(character);
    let Some((last, others)) =
        code.char_indices().last().and_then(|(at, last)| Some((value(last)?, code.get(..at)?)))
    else {
        return false;
    };
    let weighed = others.chars().try_fold((0, 1), |(sum, weight), character| {
        Some(((sum + value(character)? * weight) % 31, weight * 3 % 31))
    });
    weighed.is_some_and(|(sum, _)| (31 - sum) % 31 == last)
}
