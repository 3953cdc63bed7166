//! Numbers that identify a person, however they are written: identity numbers and telephone numbers, in digits of any
//! width, whole or broken by blanks and hyphens.

use unicode_normalization::UnicodeNormalization;

/// Digits of a mobile telephone number.
const MOBILE_DIGITS: usize = 11;
/// Characters of an identity number; the last may be X.
const IDENTITY_CHARACTERS: usize = 18;
/// Digits of a landline number with its area code.
const LANDLINE_DIGITS: std::ops::RangeInclusive<usize> = 10..=12;

/// Whether the text holds an identity or telephone number.
pub(crate) fn holds_personal_number(text: &str) -> bool {
    // Reading the log asks this a million times, nearly always of texts with few digits.
    if text.chars().filter(|character| is_digit(*character)).count() < *LANDLINE_DIGITS.start() {
        return false;
    }
    runs(text).iter().any(|run| spans(run).any(|(joined, groups)| is_personal(&joined, groups)))
}

fn is_digit(character: char) -> bool {
    match character {
        '\0'..='\u{7F}' => character.is_ascii_digit(),
        '\u{3400}'..='\u{9FFF}' => false,
        _ => character.is_numeric(),
    }
}

/// What may stand inside a number as people write it down.
fn joins(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '-' | '_' | '+' | '(' | ')' | '·' | '•' | '\u{AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '~'
        )
}

/// Groups of digits that only blanks and hyphens keep apart; a closing X of an identity number is a group of its own.
fn runs(text: &str) -> Vec<Vec<String>> {
    let mut runs: Vec<Vec<String>> = vec![Vec::new()];
    let mut begins_group = true;
    for character in text.nfkc() {
        let run_goes_on = runs.last().is_some_and(|run| !run.is_empty());
        match character {
            '0'..='9' => {
                let Some(run) = runs.last_mut() else { continue };
                match run.last_mut().filter(|_| !begins_group) {
                    Some(group) => group.push(character),
                    None => run.push(character.to_string()),
                }
                begins_group = false;
            }
            'x' | 'X' if run_goes_on => {
                runs.last_mut().into_iter().for_each(|run| run.push("X".to_owned()));
                begins_group = true;
            }
            character if joins(character) => begins_group = true,
            _ if run_goes_on => {
                runs.push(Vec::new());
                begins_group = true;
            }
            _ => begins_group = true,
        }
    }
    runs
}

/// Every sequence of neighbouring groups that is not longer than a number can be, with how many groups it has.
fn spans(run: &[String]) -> impl Iterator<Item = (String, &[String])> {
    (0..run.len()).flat_map(move |first| {
        let ends = (first + 1..=run.len()).map(move |end| &run[first..end]);
        ends.map(|groups| (groups.concat(), groups))
            .take_while(|(joined, _)| joined.len() <= IDENTITY_CHARACTERS)
    })
}

fn is_personal(joined: &str, groups: &[String]) -> bool {
    let is_whole = groups.iter().filter(|group| group.as_str() != "X").count() == 1;
    is_identity(joined, is_whole) || is_mobile(joined, is_whole) || is_landline(joined, groups)
}

/// 18 digits, or 17 and an X; where the digits are broken, those in the middle must also be a day of birth.
fn is_identity(joined: &str, is_whole: bool) -> bool {
    let digits = joined.strip_suffix('X').unwrap_or(joined);
    let is_shaped = joined.len() == IDENTITY_CHARACTERS && digits.len() >= IDENTITY_CHARACTERS - 1;
    is_shaped && !digits.contains('X') && (is_whole || has_birthday(digits))
}

fn has_birthday(digits: &str) -> bool {
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<u16>().ok());
    number(6..10).is_some_and(|year| (1900..2100).contains(&year))
        && number(10..12).is_some_and(|month| (1..=12).contains(&month))
        && number(12..14).is_some_and(|day| (1..=31).contains(&day))
}

fn is_mobile(joined: &str, is_whole: bool) -> bool {
    let own = joined.strip_prefix("0086").or_else(|| joined.strip_prefix("86"));
    [Some(joined), own].into_iter().flatten().any(|number| {
        let second = number.as_bytes().get(1);
        let is_shaped = number.len() == MOBILE_DIGITS && number.starts_with('1') && !number.contains('X');
        is_shaped && second.is_some_and(|second| *second >= if is_whole { b'1' } else { b'3' })
    })
}

/// An area code of 3 or 4 digits that begins with 0, then 7 or 8 digits.
fn is_landline(joined: &str, groups: &[String]) -> bool {
    let has_area = joined.starts_with('0') && joined.as_bytes().get(1).is_some_and(|second| *second != b'0');
    let area_fits = groups.len() == 1 || groups.first().is_some_and(|area| (3..=4).contains(&area.len()));
    has_area && area_fits && LANDLINE_DIGITS.contains(&joined.len()) && !joined.contains('X')
}

#[cfg(test)]
mod tests {
    use super::holds_personal_number;

    #[test]
    fn an_identity_number_is_found_in_every_spelling() {
        for text in [
            "身份证51081119700101123X",
            "身份证510811197001011234",
            "５１０８１１１９７００１０１１２３ｘ",
            "510811 19700101 1234",
            "510811-1970-01-01-123-X",
            "5 1 0 8 1 1 1 9 7 0 0 1 0 1 1 2 3 4",
            "号510811\u{3000}19700101\u{2014}1234",
            "510811197001011234 13",
        ] {
            assert!(holds_personal_number(text), "{text}");
        }
    }

    #[test]
    fn a_telephone_number_is_found_in_every_spelling() {
        for text in [
            "电话１３９００００００００",
            "13900000000",
            "139 0000 0000",
            "139-0000-0000",
            "（139）0000-0000",
            "+86 139 0000 0000",
            "008613900000000",
            "max13900000000",
            "1 3 9 0 0 0 0 0 0 0 0",
            "0839-3221234",
            "(0839) 3221234",
            "02888888888",
            "2 人，139 0000 0000",
        ] {
            assert!(holds_personal_number(text), "{text}");
        }
    }

    #[test]
    fn codes_amounts_and_days_are_no_persons() {
        for text in [
            "村编码510811210205，产值14000000元",
            "510811210205 510811210206",
            "2019-03-01 至 2019-05-31",
            "2016、2017、2018、2019",
            "2016-2018 年人均8000元，1200亩",
            "13 户、14 户、15 户、16 户、17 户",
            "昭委组〔2019〕18号",
            "138 户，0 户",
            "",
        ] {
            assert!(!holds_personal_number(text), "{text}");
        }
    }
}
