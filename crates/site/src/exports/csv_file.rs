//! A table as CSV, for programs that read nothing newer: UTF-8 with its mark, or GB18030.

use csv::WriterBuilder;

use super::PaperError;
use crate::pages::table::Table;
use crate::pages::visit::Visit;

/// How the characters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// UTF-8 with a byte order mark, which spreadsheets need to know it by.
    Utf8,
    /// The national standard; it holds every character.
    Gb18030,
}

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA_STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The bytes of the table.
pub(crate) fn csv(visit: &Visit, table: &Table, encoding: Encoding) -> Result<Vec<u8>, PaperError> {
    let broken = |error: csv::Error| PaperError::Lines(error.to_string());
    let mut writer = WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|column| visit.say(&column.title))).map_err(broken)?;
    for row in &table.rows {
        writer
            .write_record(row.iter().map(|cell| harmless(&cell.text, cell.number.is_some())))
            .map_err(broken)?;
    }
    let bytes = writer.into_inner().map_err(|error| PaperError::Lines(error.to_string()))?;
    Ok(match encoding {
        Encoding::Utf8 => [b"\xEF\xBB\xBF", bytes.as_slice()].concat(),
        Encoding::Gb18030 => {
            let text = String::from_utf8_lossy(&bytes);
            encoding_rs::GB18030.encode(&text).0.into_owned()
        }
    })
}

/// A text that a spreadsheet would calculate stays a text.
fn harmless(text: &str, is_number: bool) -> String {
    if !is_number && text.starts_with(FORMULA_STARTS) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;
    use labels as w;

    use super::*;
    use crate::pages::table::{Cell, number, text};
    use crate::pages::visit::tests::visit;

    fn table() -> Table {
        let mut table = Table::new("t", "表", &[text("name", w::NAME), number("count", w::COUNT)]);
        table
            .rows
            .push(vec![Cell::text("=cmd|' /C calc'!A0"), Cell { number: Some(-3.0), ..Cell::text("-3") }]);
        table.rows.push(vec![Cell::text("𠮷田村"), Cell::text("—")]);
        table
    }

    #[test]
    fn no_cell_is_calculated_and_every_character_comes_back() {
        let visit = visit(Language::Zh, &[]);
        let bytes = csv(&visit, &table(), Encoding::Utf8).unwrap();
        let expected = "名称,个数\r\n'=cmd|' /C calc'!A0,-3\r\n𠮷田村,—\r\n";
        assert_eq!(bytes.strip_prefix(b"\xEF\xBB\xBF"), Some(expected.as_bytes()));
        let bytes = csv(&visit, &table(), Encoding::Gb18030).unwrap();
        assert_eq!(encoding_rs::GB18030.decode(&bytes).0, expected);
    }
}
