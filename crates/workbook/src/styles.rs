//! What the styles of a workbook show a number as.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::WorkbookError;
use super::cell::Precision;
use super::parts::Parts;
use super::xml::attribute;

/// The most styles of cells that a spreadsheet program keeps.
const MAX_STYLES: usize = 65_536;

/// What a number is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Number,
    Percent,
    /// A day, or less of it.
    Day(Precision),
    /// A day with its time.
    Moment,
    /// A time of day.
    Time,
    /// So many hours, minutes or seconds, also more than a day has.
    Span,
}

/// For each style of cells, what it shows a number as.
pub(super) fn read(parts: &mut Parts<'_>, path: &str) -> Result<Vec<Shown>, WorkbookError> {
    let mut own: HashMap<u32, Shown> = HashMap::new();
    let mut styles = Vec::new();
    let mut is_inside = false;
    parts.each::<()>(path, |event| {
        match &event {
            Event::Start(element) => match element.local_name().as_ref() {
                "cellXfs" => is_inside = true,
                "numFmt" if own.len() < MAX_STYLES => {
                    let number = attribute(element, "numFmtId").and_then(|number| number.parse().ok());
                    if let (Some(number), Some(code)) = (number, attribute(element, "formatCode")) {
                        own.insert(number, shown_by(&code));
                    }
                }
                "xf" if is_inside => {
                    if styles.len() == MAX_STYLES {
                        return Err(WorkbookError::NoWorkbook);
                    }
                    let number = attribute(element, "numFmtId").and_then(|number| number.parse::<u32>().ok());
                    let number = number.unwrap_or(0);
                    styles.push(own.get(&number).copied().unwrap_or_else(|| shown_of_old(number)));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => is_inside = false,
            _ => {}
        }
        Ok(None)
    })?;
    Ok(styles)
}

/// The formats that need not be written out (ECMA-376, part 1, 18.8.30), the Chinese ones among them.
fn shown_of_old(number: u32) -> Shown {
    match number {
        9 | 10 => Shown::Percent,
        14..=16 | 28..=31 | 51 | 53 | 54 | 58 => Shown::Day(Precision::Day),
        17 | 27 | 36 | 50 | 52 | 57 => Shown::Day(Precision::Month),
        18..=21 | 32..=35 | 45 | 47 | 55 | 56 => Shown::Time,
        22 => Shown::Moment,
        46 => Shown::Span,
        _ => Shown::Number,
    }
}

/// What a format shows, by the letters of its part for positive numbers that stand outside quotes and brackets and are not
/// escaped.
fn shown_by(code: &str) -> Shown {
    let (letters, is_span) = letters_of(code);
    let has = |letter: char| letters.contains(letter);
    if letters.contains("general") {
        return Shown::Number;
    }
    // `0.00e+00` counts in powers of ten; `e` alone is a year.
    let has_year = has('y') || (has('e') && !letters.contains("e+") && !letters.contains("e-"));
    let has_day = has('d') || letters.contains("aaa");
    let is_day = has_year || has_day;
    let is_time = has('h') || has('s');
    match (is_day, is_time) {
        _ if is_span => Shown::Span,
        (true, true) => Shown::Moment,
        (true, false) if has_day => Shown::Day(Precision::Day),
        (true, false) if has('m') => Shown::Day(Precision::Month),
        (true, false) => Shown::Day(Precision::Year),
        (false, true) => Shown::Time,
        (false, false) if has('m') => Shown::Day(Precision::Month),
        (false, false) if has('%') => Shown::Percent,
        (false, false) => Shown::Number,
    }
}

/// The letters of a format that count, in lower case, and whether brackets around one say that it counts on.
fn letters_of(code: &str) -> (String, bool) {
    let (mut letters, mut is_span) = (String::new(), false);
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                characters.by_ref().find(|inner| *inner == '"');
            }
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                let inner: String = characters.by_ref().take_while(|inner| *inner != ']').collect();
                is_span |= !inner.is_empty()
                    && inner.chars().all(|inner| matches!(inner, 'h' | 'H' | 'm' | 's' | 'M' | 'S'));
            }
            ';' => break,
            other => letters.extend(other.to_lowercase()),
        }
    }
    // The words for the halves of a day are no months.
    (letters.replace("am/pm", "h").replace("a/p", "h"), is_span)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_what_it_shows() {
        use Precision::{Day, Month, Year};
        let cases: [(Shown, &[&str]); 8] = [
            (
                Shown::Day(Day),
                &[
                    "yyyy-mm-dd",
                    "yyyy\"年\"m\"月\"d\"日\"",
                    "[$-804]yyyy/m/d;@",
                    "d/m/yy",
                    "m\"月\"d\"日\"",
                    "[$-804]aaaa",
                ],
            ),
            (
                Shown::Day(Month),
                &["yyyy\"年\"m\"月\";@", "mmm-yy", "[DBNum1][$-804]yyyy\"年\"m\"月\"", "mmmm"],
            ),
            (Shown::Day(Year), &["yyyy", "e\"年\""]),
            (Shown::Moment, &["yyyy/m/d h:mm", "[$-409]yyyy/m/d h:mm AM/PM;@"]),
            (Shown::Time, &["h:mm:ss", "mm:ss.0", "h:mm AM/PM", "上午/下午h\"时\"mm\"分\""]),
            (Shown::Span, &["[h]:mm:ss", "[mm]:ss"]),
            (Shown::Percent, &["0%", "0.00%"]),
            (
                Shown::Number,
                &[
                    "0.00",
                    "@",
                    "General",
                    "#,##0\"day\"",
                    "0.00E+00",
                    "[Red]0",
                    "\\d0",
                    "0_d",
                    "0;[Red]yyyy",
                    "G/通用格式",
                ],
            ),
        ];
        for (shown, codes) in cases {
            for code in codes {
                assert_eq!(shown_by(code), shown, "{code}");
            }
        }
    }
}
