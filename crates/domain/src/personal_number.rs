//! Numbers that identify a person, however they are written: identity numbers and telephone numbers, in digits of any
//! width or in Chinese ones, whole or broken by blanks, hyphens, dots and strokes.
//!
//! Days, amounts and codes have as many digits. What tells a number of the two kinds from them is how its digits are
//! grouped, which word stands before it and which unit behind it.

mod groups;
mod identity;

use unicode_normalization::UnicodeNormalization;

use groups::{Span, is_day, spans_of};

/// Digits of a mobile telephone number.
const MOBILE_DIGITS: usize = 11;
/// Digits of a landline number with its area code, and without it.
const LANDLINE_DIGITS: std::ops::RangeInclusive<usize> = 10..=12;
const LOCAL_DIGITS: std::ops::RangeInclusive<usize> = 7..=8;
/// How people break a mobile number, whatever stands in between.
const MOBILE_GROUPS: [&[usize]; 8] = [
    &[3, 4, 4],
    &[3, 8],
    &[7, 4],
    &[4, 4, 3],
    &[4, 3, 4],
    &[3, 2, 2, 2, 2],
    &[3, 4, 2, 2],
    &[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
];
/// Words that say that a telephone number follows.
const TELEPHONE_WORDS: [&str; 16] = [
    "电话",
    "手机",
    "联系",
    "联系方式",
    "联系人",
    "致电",
    "拨打",
    "热线",
    "传真",
    "微信",
    "号码",
    "☎",
    "tel",
    "phone",
    "mobile",
    "fax",
];

/// Whether the text holds an identity or telephone number.
pub(crate) fn holds_personal_number(text: &str) -> bool {
    let characters: Vec<char> = text.nfkc().flat_map(char::to_lowercase).collect();
    let with_chinese: Vec<char> =
        characters.iter().map(|character| chinese_digit(*character).unwrap_or(*character)).collect();
    let is_in = |characters: &[char]| spans_of(characters).any(|span| is_personal(&span));
    // Numbers in words are looked for apart: 一 before a number is rarely a digit of it.
    is_in(&characters) || (with_chinese != characters && is_in(&with_chinese))
}

fn chinese_digit(character: char) -> Option<char> {
    Some(match character {
        '〇' | '零' | '○' => '0',
        '一' | '壹' | '幺' => '1',
        '二' | '贰' => '2',
        '三' | '叁' => '3',
        '四' | '肆' => '4',
        '五' | '伍' => '5',
        '六' | '陆' => '6',
        '七' | '柒' => '7',
        '八' | '捌' => '8',
        '九' | '玖' => '9',
        _ => return None,
    })
}

fn is_personal(span: &Span<'_>) -> bool {
    identity::is_identity(span) || is_mobile(span) || is_landline(span)
}

/// 11 digits that begin as mobile numbers do, whole, or broken as people break them.
fn is_mobile(span: &Span<'_>) -> bool {
    let mut lengths = span.lengths();
    let digits = match lengths.first().copied() {
        // The country's code is written together with the number, or is a group of its own, which other spans leave out.
        Some(first @ 12..) => {
            let own = span.digits().strip_prefix("0086").or_else(|| span.digits().strip_prefix("86"));
            let Some(own) = own else { return false };
            lengths[0] = first - (span.digits().len() - own.len());
            own
        }
        _ => span.digits(),
    };
    let second = digits.as_bytes().get(1).copied().unwrap_or_default();
    if digits.len() != MOBILE_DIGITS || !digits.starts_with('1') || second < b'3' || span.has_x() {
        return false;
    }
    if span.follows(&TELEPHONE_WORDS) && !span.is_counted() {
        return true;
    }
    match lengths.as_slice() {
        [_] => !span.is_amount() && !span.is_fraction(),
        _ if span.is_listed() || span.is_counted() || begins_with_a_year(span) || ends_with_a_day(span) => {
            false
        }
        // Of three digits, two blanks and more, any three figures consist; a hyphen says that they are one.
        [3, ..] if span.is_hyphenated() => span.breaks() >= 2 || !span.has_dots(),
        broken => MOBILE_GROUPS.contains(&broken) && span.is_evenly_broken(),
    }
}

/// 1978 1988 300, as years are listed.
fn begins_with_a_year(span: &Span<'_>) -> bool {
    span.groups().first().is_some_and(|first| {
        first.len() == 4 && first.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year))
    })
}

/// 185 20190301, as a figure with its day.
fn ends_with_a_day(span: &Span<'_>) -> bool {
    matches!(span.groups(), [.., last] if last.len() == 8 && is_day(last))
}

/// An area code of 3 or 4 digits that begins with 0, then 7 or 8 digits; without the area code only right behind a word for
/// a telephone.
fn is_landline(span: &Span<'_>) -> bool {
    let (digits, lengths) = (span.digits(), span.lengths());
    if span.has_x() {
        return false;
    }
    let is_named = span.follows(&TELEPHONE_WORDS);
    if LOCAL_DIGITS.contains(&digits.len()) {
        let is_local = matches!(lengths.as_slice(), [_] | [3 | 4, 4]) && !digits.starts_with(['0', '1']);
        return is_local && is_named && !is_day(digits) && !span.is_counted() && span.is_whole_run();
    }
    let has_area = digits.starts_with('0') && digits.as_bytes().get(1).is_some_and(|second| *second != b'0');
    if !has_area || (span.is_listed() && !is_named) || !LANDLINE_DIGITS.contains(&digits.len()) {
        return false;
    }
    match lengths.as_slice() {
        [_] | [3 | 4, 7 | 8] | [3 | 4, 3 | 4, 4] => !span.is_counted() || is_named,
        [3 | 4, ..] => is_named || span.is_hyphenated(),
        _ => is_named,
    }
}

#[cfg(test)]
mod tests;
