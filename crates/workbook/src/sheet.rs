//! The cells of a sheet, one after the other; only those that hold something are kept, and none beyond the limits.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesStart, Event};

use super::days::{shown_as, written_out};
use super::parts::Parts;
use super::range::{CellRange, cell_name, position_of, range_of};
use super::styles::Shown;
use super::texts::{OneText, unescaped};
use super::xml::{attribute, says_yes, text_of};
use super::{CellValue, Limits, Rows, Sheet, WorkbookError};

/// The most ranges of merged cells.
const MAX_MERGED: usize = 100_000;

pub(super) fn read(
    parts: &mut Parts<'_>,
    path: &str,
    is_from_1904: bool,
    (texts, shown): (&[Box<str>], &[Shown]),
    limits: Limits,
) -> Result<Sheet, WorkbookError> {
    let mut cells = Cells {
        limits,
        texts,
        shown,
        is_from_1904,
        row: 0,
        column: 0,
        cell: None,
        rows: Rows::new(),
        text_bytes: 0,
        around: Around::default(),
    };
    let (mut is_inside, mut has_ended) = (false, false);
    parts.each::<()>(path, |event| {
        match &event {
            Event::Start(element) if element.local_name().as_ref() == "sheetData" => is_inside = true,
            Event::End(element) if element.local_name().as_ref() == "sheetData" => {
                (is_inside, has_ended) = (false, true);
            }
            _ if is_inside => cells.take(&event)?,
            Event::Start(element) => cells.around.take(element, &limits)?,
            _ => {}
        }
        Ok(None)
    })?;
    if !has_ended {
        return Err(WorkbookError::NoWorkbook);
    }
    Ok(cells.into_sheet())
}

/// Whether a sheet holds anything; read as far as its first value.
pub(super) fn holds_something(parts: &mut Parts<'_>, path: &str) -> Result<bool, WorkbookError> {
    let mut is_value = false;
    let found = parts.each(path, |event| {
        match &event {
            Event::Start(element) => is_value = matches!(element.local_name().as_ref(), "v" | "t" | "f"),
            Event::End(_) => is_value = false,
            other if is_value && text_of(other).is_some_and(|text| !text.trim().is_empty()) => {
                return Ok(Some(()));
            }
            _ => {}
        }
        Ok(None)
    })?;
    Ok(found.is_some())
}

/// What a sheet says around its cells.
#[derive(Default)]
struct Around {
    /// Whether rows that say nothing of their own height are hidden.
    hides_rows: bool,
    hidden_rows: BTreeSet<u32>,
    /// From the first to the last column, from 0.
    hidden_columns: Vec<(u32, u32)>,
    merged: Vec<CellRange>,
}

impl Around {
    fn take(&mut self, element: &BytesStart<'_>, limits: &Limits) -> Result<(), WorkbookError> {
        match element.local_name().as_ref() {
            "sheetFormatPr" => self.hides_rows = says_yes(element, "zeroHeight"),
            "col" => {
                let number = |name| attribute(element, name).and_then(|number| number.parse::<u32>().ok());
                let is_hidden = says_yes(element, "hidden")
                    || attribute(element, "width").is_some_and(|width| is_nothing(&width));
                if let (true, Some(first), Some(last)) = (is_hidden, number("min"), number("max"))
                    && self.hidden_columns.len() < limits.columns as usize
                {
                    self.hidden_columns.push((first.saturating_sub(1), last.saturating_sub(1)));
                }
            }
            "mergeCell" => {
                if self.merged.len() == MAX_MERGED {
                    return Err(limits.too_large());
                }
                self.merged.extend(attribute(element, "ref").and_then(|name| range_of(&name)));
            }
            _ => {}
        }
        Ok(())
    }
}

/// A width or a height of nothing.
fn is_nothing(size: &str) -> bool {
    size.trim().parse::<f64>().is_ok_and(|size| size == 0.0)
}

/// A sheet's cells being read.
struct Cells<'a> {
    limits: Limits,
    texts: &'a [Box<str>],
    shown: &'a [Shown],
    is_from_1904: bool,
    /// Where the next cell stands that does not say it, from 0.
    row: u32,
    column: u32,
    cell: Option<Cell>,
    rows: Rows,
    text_bytes: usize,
    around: Around,
}

/// A cell being read.
struct Cell {
    kind: String,
    shown: Shown,
    is_formula: bool,
    value: Option<String>,
    is_value: bool,
    inline: OneText,
}

impl Cells<'_> {
    /// What was read, with those hidden rows and columns only that hold something.
    fn into_sheet(self) -> Sheet {
        let Self { rows, around, is_from_1904, .. } = self;
        let hidden_rows = around.hidden_rows.into_iter().filter(|row| rows.contains_key(row)).collect();
        let is_hidden = |column: &u32| {
            around.hidden_columns.iter().any(|(first, last)| (*first..=*last).contains(column))
        };
        let hidden_columns = match around.hidden_columns.is_empty() {
            true => BTreeSet::new(),
            false => rows.values().flat_map(BTreeMap::keys).copied().collect::<BTreeSet<_>>(),
        };
        let hidden_columns = hidden_columns.into_iter().filter(is_hidden).collect();
        let merged = around.merged;
        Sheet { rows, hidden_rows, hidden_columns, merged, other_sheets: Vec::new(), is_from_1904 }
    }

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
        let height = attribute(element, "ht");
        let is_hidden = says_yes(element, "hidden")
            || height.as_ref().map_or(self.around.hides_rows, |height| is_nothing(height));
        if is_hidden && self.row < self.limits.rows {
            self.around.hidden_rows.insert(self.row + 1);
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
            shown: self.shown.get(style).copied().unwrap_or(Shown::Number),
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
            return Ok(
                Some(CellValue::of_text(unescaped(cell.inline.text))).filter(|value| !value.is_blank())
            );
        }
        // A formula that comes to an empty text has a result, which is empty.
        let has_result = cell.kind == "str" && cell.value.is_some();
        let Some(value) = cell.value.filter(|value| !value.is_empty()) else {
            return Ok(match cell.kind.as_str() {
                "e" => Some(CellValue::Fault("#".to_owned())),
                _ => (cell.is_formula && !has_result).then_some(CellValue::Unresolved),
            });
        };
        let number = || value.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        let found = match cell.kind.as_str() {
            "s" => {
                let index: usize = value.trim().parse().map_err(|_| broken.clone())?;
                CellValue::of_text(self.texts.get(index).ok_or(broken)?.to_string())
            }
            "str" => CellValue::of_text(unescaped(value)),
            "d" => written_out(value),
            "b" => CellValue::Truth(matches!(value.trim(), "1" | "true")),
            "e" => CellValue::Fault(value),
            _ => shown_as(number().ok_or(broken)?, cell.shown, self.is_from_1904),
        };
        Ok(Some(found).filter(|value| !value.is_blank()))
    }
}
