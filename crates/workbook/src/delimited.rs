//! Text files of rows and columns (CSV, and what spreadsheets call Unicode text), read into a sheet like a workbook's.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;

use super::{CellValue, Limits, Sheet, WorkbookError, cell_name, encoding};

/// What may stand between two cells: the one that the first line with one has most of.
const SEPARATORS: [char; 3] = [',', '\t', ';'];

/// Reads a text file. A row is numbered by the line on which it begins, as any editor counts, whatever ends the lines.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Sheet, WorkbookError> {
    let text = encoding::decode(bytes)?;
    let mut reader = Reader { rest: text.chars().peekable(), separator: separator(&text), line: 1 };
    if stated(&text).is_some() {
        while reader.next_counted().is_some_and(|next| next != '\n') {}
    }
    let (mut sheet, mut text_bytes) = (Sheet::default(), 0);
    while reader.rest.peek().is_some() {
        let row = reader.line;
        let mut cells = BTreeMap::new();
        for column in 0.. {
            let (cell, is_last) = reader.cell()?;
            text_bytes += cell.len();
            if text_bytes > limits.text_bytes {
                return Err(WorkbookError::TooMuchText { limit: limits.text_bytes });
            }
            let value = CellValue::of_text(without_formula(cell));
            if !value.is_blank() {
                if row > limits.rows || column >= limits.columns {
                    let last = cell_name(limits.rows.saturating_sub(1), limits.columns.saturating_sub(1));
                    return Err(WorkbookError::FarCell { cell: cell_name(row - 1, column), last });
                }
                cells.insert(column, value);
            }
            if is_last {
                break;
            }
        }
        if !cells.is_empty() {
            sheet.rows.insert(row, cells);
        }
    }
    Ok(sheet)
}

/// The separator that a first line such as `sep=;` states, which is for the spreadsheet alone.
fn stated(text: &str) -> Option<char> {
    let first = text.split(['\r', '\n']).next()?;
    let mut rest = first.trim_end_matches(' ').strip_prefix("sep=")?.chars();
    rest.next().filter(|_| rest.next().is_none())
}

fn separator(text: &str) -> char {
    if let Some(stated) = stated(text) {
        return stated;
    }
    let counted = text.split(['\r', '\n']).find_map(|line| {
        let of = |separator: &char| line.chars().filter(|character| character == separator).count();
        // Of two with the same count the earlier one is meant.
        SEPARATORS.iter().rev().max_by_key(|separator| of(separator)).filter(|found| of(found) > 0)
    });
    counted.copied().unwrap_or(',')
}

/// `="0510811"` is how a text is kept from becoming a number.
fn without_formula(cell: String) -> String {
    let inner = cell.trim().strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains('"')).map(str::to_owned).unwrap_or(cell)
}

/// The characters of a text file as they are read.
struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    separator: char,
    /// From 1.
    line: u32,
}

impl Reader<'_> {
    /// The next cell, and whether it is the last of its row.
    fn cell(&mut self) -> Result<(String, bool), WorkbookError> {
        let mut cell = String::new();
        while let Some(&next) = self.rest.peek() {
            match next {
                '"' if cell.trim().is_empty() => {
                    self.rest.next();
                    return self.quoted();
                }
                _ if self.ends_cell() => break,
                _ => cell.push(next),
            }
            self.rest.next();
        }
        Ok((cell, self.is_last()))
    }

    /// A cell in quotes, after the first of them: it may hold separators, line ends, and quotes written twice.
    fn quoted(&mut self) -> Result<(String, bool), WorkbookError> {
        let (mut cell, begun) = (String::new(), self.line);
        loop {
            match self.next_counted() {
                None => return Err(WorkbookError::OpenQuote { line: begun }),
                Some('"') if self.rest.next_if_eq(&'"').is_some() => cell.push('"'),
                Some('"') => break,
                Some(other) => cell.push(other),
            }
        }
        while !self.ends_cell() {
            match self.rest.next() {
                Some(' ') => {}
                None => break,
                Some(_) => return Err(WorkbookError::BehindQuote { line: self.line }),
            }
        }
        Ok((cell, self.is_last()))
    }

    fn ends_cell(&mut self) -> bool {
        self.rest.peek().is_some_and(|next| *next == self.separator || matches!(next, '\r' | '\n'))
    }

    /// Takes what ends the cell, and says whether that ends the row too.
    fn is_last(&mut self) -> bool {
        let ends_with_separator = self.rest.next_if_eq(&self.separator).is_some();
        if !ends_with_separator {
            self.next_counted();
        }
        !ends_with_separator
    }

    /// The next character; a line end is one, however it is written.
    fn next_counted(&mut self) -> Option<char> {
        let next = self.rest.next()?;
        if !matches!(next, '\r' | '\n') {
            return Some(next);
        }
        if next == '\r' {
            self.rest.next_if_eq(&'\n');
        }
        self.line += 1;
        Some('\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        file_bytes: 1 << 20,
        unpacked_bytes: 0,
        rows: 100,
        columns: 4,
        shared_texts: 0,
        text_bytes: 1 << 10,
    };

    /// Each row with its number and its texts by column.
    fn rows(text: &str) -> Vec<(u32, Vec<(u32, String)>)> {
        let sheet = read(text.as_bytes(), &LIMITS).unwrap();
        let texts = |cells: BTreeMap<u32, CellValue>| {
            cells.into_iter().map(|(column, value)| (column, value.text("A1").unwrap())).collect()
        };
        sheet.rows.into_iter().map(|(row, cells)| (row, texts(cells))).collect()
    }

    fn row(number: u32, texts: &[&str]) -> (u32, Vec<(u32, String)>) {
        (number, (0..).zip(texts.iter().map(|text| (*text).to_owned())).collect())
    }

    #[test]
    fn lines_end_in_each_of_the_three_ways() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "一,二", ""].join(end);
            assert_eq!(rows(&text), [row(1, &["a", "b"]), row(3, &["一", "二"])], "{end:?}");
            assert_eq!(rows(text.trim_end()), rows(&text));
        }
    }

    #[test]
    fn cells_are_parted_by_what_the_first_line_is_parted_by() {
        for separator in [",", "\t", ";"] {
            let text = format!("\na{separator}b\n1{separator}\"x{separator}y\"\n");
            let quoted = format!("x{separator}y");
            assert_eq!(rows(&text), [row(2, &["a", "b"]), row(3, &["1", &quoted])], "{separator:?}");
        }
        assert_eq!(rows("a,b;c,d\n1,2\n"), [row(1, &["a", "b;c", "d"]), row(2, &["1", "2"])]);
    }

    #[test]
    fn what_is_there_for_spreadsheets_alone_is_taken_off() {
        assert_eq!(rows("sep=;\na;b\n"), [row(2, &["a", "b"])]);
        assert_eq!(rows("sep=|\r\na|b,c\r\n"), [row(2, &["a", "b,c"])]);
        assert_eq!(rows("=\"0510811\",=\"b\"\n"), [row(1, &["0510811", "b"])]);
    }

    #[test]
    fn a_cell_in_quotes_holds_anything_and_lines_are_counted_inside_it() {
        let text = "a, \"x \"\"y\"\"\r\nz\" \r\n\"\",2\n3,4 \"b\"";
        let second = vec![(1, "2".to_owned())];
        let expected = [row(1, &["a", "x \"y\"\nz"]), (3, second), row(4, &["3", "4 \"b\""])];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn what_a_quote_would_swallow_or_leave_out_is_refused_by_its_line() {
        let read = |text: &str| read(text.as_bytes(), &LIMITS).unwrap_err();
        assert_eq!(read("a,b\n1,\"x\n2,y\n"), WorkbookError::OpenQuote { line: 2 });
        assert_eq!(read("a,b\n\"x\"y,2\n"), WorkbookError::BehindQuote { line: 2 });
        let far = WorkbookError::FarCell { cell: "E2".into(), last: "D100".into() };
        assert_eq!(read("a\n,,,,x\n"), far);
        assert_eq!(read(&"x".repeat(1_025)), WorkbookError::TooMuchText { limit: 1_024 });
        assert_eq!(rows("a\n1,,,,,,\n").len(), 2);
    }
}
