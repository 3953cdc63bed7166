//! The cells of a sheet, one after the other; only those that hold something are kept, and none beyond the limits.

use quick_xml::events::{BytesStart, Event};

use super::parts::{Book, Parts};
use super::texts::OneText;
use super::xml::{attribute, text_of};
use super::{CellValue, Limits, Rows, WorkbookError, cell_name};

/// How many days later than from 1900 the first day is where days are counted from 1904.
const DAYS_TO_1904: f64 = 1_462.0;

pub(super) fn read(
    parts: &mut Parts<'_>,
    book: &Book,
    texts: &[Box<str>],
    days: &[bool],
) -> Result<Rows, WorkbookError> {
    let limits = *parts.limits;
    let mut sheet =
        Sheet { limits, texts, days, book, row: 0, column: 0, cell: None, rows: Rows::new(), text_bytes: 0 };
    let mut is_inside = false;
    let ended = parts.each(&book.sheet, |event| {
        match &event {
            Event::Start(element) if element.local_name().as_ref() == "sheetData" => is_inside = true,
            Event::End(element) if element.local_name().as_ref() == "sheetData" => return Ok(Some(())),
            _ if is_inside => sheet.take(&event)?,
            _ => {}
        }
        Ok(None)
    })?;
    ended.ok_or(WorkbookError::NoWorkbook)?;
    Ok(sheet.rows)
}

/// A sheet being read.
struct Sheet<'a> {
    limits: Limits,
    texts: &'a [Box<str>],
    days: &'a [bool],
    book: &'a Book,
    /// Where the next cell stands that does not say it, from 0.
    row: u32,
    column: u32,
    cell: Option<Cell>,
    rows: Rows,
    text_bytes: usize,
}

/// A cell being read.
struct Cell {
    kind: String,
    is_day: bool,
    is_formula: bool,
    value: Option<String>,
    is_value: bool,
    inline: OneText,
}

impl Sheet<'_> {
    fn take(&mut self, event: &Event<'_>) -> Result<(), WorkbookError> {
        match event {
            Event::Start(element) => match (element.local_name().as_ref(), &mut self.cell) {
                ("row", None) => self.begin_row(element)?,
                ("c", None) => self.begin_cell(element)?,
                ("v", Some(cell)) => (cell.is_value, cell.value) = (true, Some(String::new())),
                ("f", Some(cell)) => cell.is_formula = true,
                (_, Some(cell)) => cell.inline.take(event),
                _ => {}
            },
            Event::End(element) => match (element.local_name().as_ref(), &mut self.cell) {
                ("row", None) => (self.row, self.column) = (self.row.saturating_add(1), 0),
                ("c", Some(_)) => self.end_cell()?,
                ("v", Some(cell)) => cell.is_value = false,
                (_, Some(cell)) => cell.inline.take(event),
                _ => {}
            },
            other => match &mut self.cell {
                Some(Cell { is_value: true, value: Some(value), .. }) => {
                    value.push_str(&text_of(other).unwrap_or_default());
                }
                Some(cell) => cell.inline.take(other),
                None => {}
            },
        }
        Ok(())
    }

    fn begin_row(&mut self, element: &BytesStart<'_>) -> Result<(), WorkbookError> {
        self.column = 0;
        if let Some(number) = attribute(element, "r") {
            let number: u32 = number.parse().map_err(|_| WorkbookError::NoWorkbook)?;
            self.row = number.checked_sub(1).ok_or(WorkbookError::NoWorkbook)?;
        }
        Ok(())
    }

    fn begin_cell(&mut self, element: &BytesStart<'_>) -> Result<(), WorkbookError> {
        if let Some(name) = attribute(element, "r") {
            (self.row, self.column) = position_of(&name).ok_or(WorkbookError::NoWorkbook)?;
        }
        let style = attribute(element, "s").and_then(|style| style.parse::<usize>().ok()).unwrap_or(0);
        self.cell = Some(Cell {
            kind: attribute(element, "t").unwrap_or_default(),
            is_day: self.days.get(style).copied().unwrap_or(false),
            is_formula: false,
            value: None,
            is_value: false,
            inline: OneText::default(),
        });
        Ok(())
    }

    fn end_cell(&mut self) -> Result<(), WorkbookError> {
        let (row, column) = (self.row, self.column);
        self.column = self.column.saturating_add(1);
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let Some(value) = self.value_of(cell)? else { return Ok(()) };
        let Limits { rows, columns, text_bytes, .. } = self.limits;
        if row >= rows || column >= columns {
            let last = cell_name(rows.saturating_sub(1), columns.saturating_sub(1));
            return Err(WorkbookError::FarCell { cell: cell_name(row, column), last });
        }
        if let CellValue::Text(text) = &value {
            self.text_bytes += text.len();
        }
        if self.text_bytes > text_bytes {
            return Err(WorkbookError::TooMuchText { limit: text_bytes });
        }
        match self.rows.entry(row + 1).or_default().insert(column, value) {
            None => Ok(()),
            // Which of two cells in one place counts is for nobody to guess.
            Some(_) => Err(WorkbookError::NoWorkbook),
        }
    }

    /// What a cell holds; nothing for one that is only coloured or framed.
    fn value_of(&self, cell: Cell) -> Result<Option<CellValue>, WorkbookError> {
        let broken = WorkbookError::NoWorkbook;
        if cell.kind == "inlineStr" {
            return Ok(Some(CellValue::Text(cell.inline.text)).filter(|value| !value.is_blank()));
        }
        let Some(value) = cell.value.filter(|value| !value.is_empty()) else {
            return Ok(cell.is_formula.then_some(CellValue::Unresolved).filter(|_| cell.kind != "str"));
        };
        let number = || value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let found = match cell.kind.as_str() {
            "s" => {
                let index: usize = value.trim().parse().map_err(|_| broken.clone())?;
                CellValue::Text(self.texts.get(index).ok_or(broken)?.to_string())
            }
            "str" | "d" => CellValue::Text(value),
            "b" => CellValue::Truth(matches!(value.trim(), "1" | "true")),
            "e" => CellValue::Fault(value),
            _ if cell.is_day => {
                let days = number().ok_or(broken)?;
                CellValue::Day(if self.book.is_from_1904 { days + DAYS_TO_1904 } else { days })
            }
            _ => CellValue::Number(number().ok_or(broken)?),
        };
        Ok(Some(found).filter(|value| !value.is_blank()))
    }
}

impl CellValue {
    fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// Where a cell stands, both from 0: `B3` is (2, 1).
fn position_of(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = name.split_at_checked(letters)?;
    // XFD is the last column there is.
    let column = (1..=3).contains(&letters).then(|| {
        column.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row: u32 = row.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_by_its_name() {
        for (name, position) in [("A1", (0, 0)), ("B3", (2, 1)), ("XFD1048576", (1_048_575, 16_383))] {
            assert_eq!(position_of(name), Some(position));
            assert_eq!(cell_name(position.0, position.1), name);
        }
        for name in ["", "A", "1", "A0", "ABCD1", "A99999999999", "村1"] {
            assert_eq!(position_of(name), None, "{name}");
        }
    }
}
