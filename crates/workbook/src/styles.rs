//! Which styles of a workbook show a number as a day.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::WorkbookError;
use super::parts::Parts;
use super::xml::attribute;

/// The most styles of cells that a spreadsheet program keeps.
const MAX_STYLES: usize = 65_536;

/// For each style of cells, whether it shows a day.
pub(super) fn day_styles(parts: &mut Parts<'_>, path: &str) -> Result<Vec<bool>, WorkbookError> {
    let mut own: HashMap<u32, bool> = HashMap::new();
    let mut styles = Vec::new();
    let mut is_inside = false;
    parts.each::<()>(path, |event| {
        match &event {
            Event::Start(element) => match element.local_name().as_ref() {
                "cellXfs" => is_inside = true,
                "numFmt" if own.len() < MAX_STYLES => {
                    let number = attribute(element, "numFmtId").and_then(|number| number.parse().ok());
                    if let (Some(number), Some(code)) = (number, attribute(element, "formatCode")) {
                        own.insert(number, shows_a_day(&code));
                    }
                }
                "xf" if is_inside => {
                    if styles.len() == MAX_STYLES {
                        return Err(WorkbookError::NoWorkbook);
                    }
                    let number = attribute(element, "numFmtId").and_then(|number| number.parse::<u32>().ok());
                    let number = number.unwrap_or(0);
                    styles.push(own.get(&number).copied().unwrap_or_else(|| is_day_of_old(number)));
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
fn is_day_of_old(number: u32) -> bool {
    matches!(number, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58)
}

/// Whether a format shows a year or a day: outside quotes, brackets and what is escaped.
fn shows_a_day(code: &str) -> bool {
    if code.to_lowercase().contains("general") {
        return false;
    }
    let (mut is_quoted, mut is_bracketed, mut is_escaped) = (false, false, false);
    for character in code.chars() {
        match character {
            _ if is_escaped => is_escaped = false,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' => is_bracketed = true,
            ']' => is_bracketed = false,
            _ if is_bracketed => {}
            '\\' | '_' | '*' => is_escaped = true,
            'y' | 'Y' | 'd' | 'D' | 'e' if !is_exponent(code) => return true,
            _ => {}
        }
    }
    false
}

/// `0.00E+00` counts in powers of ten; `e` alone is a year.
fn is_exponent(code: &str) -> bool {
    code.contains("E+") || code.contains("E-") || code.contains("e+") || code.contains("e-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_of_days_is_told_from_one_of_numbers() {
        for code in ["yyyy-mm-dd", "yyyy\"年\"m\"月\"d\"日\"", "[$-804]yyyy/m/d;@", "d/m/yy", "e\"年\""] {
            assert!(shows_a_day(code), "{code}");
        }
        for code in ["0.00", "@", "General", "#,##0\"day\"", "0.00E+00", "[Red]0", "\\d0", "h:mm:ss"] {
            assert!(!shows_a_day(code), "{code}");
        }
    }
}
