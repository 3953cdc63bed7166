//! The sheet on which many of one command are filled in: written as a template, and read back, text by text.

use domain::errors;
use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, Workbook};
use workbook::{CellError, CellValue, Cells, Limits, Precision, WorkbookError, cell_name, column_name};

use super::PaperError;
use crate::pages::forms::sheet::SheetColumn;

/// The rows above the first one that is filled in: pointers, and labels.
pub(crate) const HEAD_ROWS: u32 = 2;
/// The most rows that are filled in.
pub(crate) const MAX_SHEET_ROWS: usize = 200;
/// The last row that may be filled in, where some between are left empty.
const MAX_ROW: u32 = 1_000;
/// The longest file, and the most that it may unpack to.
pub(crate) const MAX_FILE_BYTES: usize = 1 << 20;
const MAX_UNPACKED_BYTES: u64 = 16 << 20;
/// The most texts that the cells share, and how long what is filled in may be altogether.
const MAX_SHARED_TEXTS: usize = 100_000;
const MAX_TEXT_BYTES: usize = 2 << 20;

errors! {
    /// Why a file is no filled sheet.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) enum SheetError {
        /// What the rows came to is too long to be recorded together.
        #[zh("各行内容合计过长，请分成几个工作簿")]
        #[en("the rows are too long together: divide the workbook")]
        TooLong,
        /// Too many rows.
        #[zh("行数过多：各行一并记录，每次最多 {MAX_SHEET_ROWS} 行，请分成几个工作簿")]
        #[en("too many rows: they are recorded together, at most {MAX_SHEET_ROWS} at a time; divide the workbook")]
        TooManyRows,
        /// The first row is not the template's.
        #[zh("第一行不是模板的列名，请重新下载模板")]
        #[en("the first row is not the template's: download it again")]
        NoTemplate,
        /// Two columns for one field: of two values one would be lost.
        #[zh("{first} 列与 {second} 列同名，请删去一列")]
        #[en("the columns {first} and {second} have one name: delete one of them")]
        ColumnTwice {
            /// The one on the left.
            first: String,
            /// The one on the right.
            second: String,
        },
    } of {
        /// The workbook does not read, or holds more than is read.
        Workbook(#[from] WorkbookError),
        /// A cell holds nothing that can be filled in.
        Cell(#[from] CellError),
    }
}

/// The template. Every column is of texts, so that a code keeps its zeros and a day stays as it is written.
pub(crate) fn template(columns: &[SheetColumn]) -> Result<Vec<u8>, PaperError> {
    let (head, written) = (Format::new().set_font_color(0x0080_8080), Format::new().set_num_format("@"));
    let bold = Format::new().set_bold();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_freeze_panes(2, 0)?;
    for (index, column) in (0_u16..).zip(columns) {
        sheet.set_column_width(index, 22)?;
        sheet.set_column_format(index, &written)?;
        sheet.write_string_with_format(0, index, &column.pointer, &head)?;
        sheet.write_string_with_format(1, index, &column.label, &bold)?;
    }
    Ok(book.save_to_buffer()?)
}

/// A filled row: its number as a spreadsheet counts, and its texts by pointer.
pub(crate) type FilledRow = (usize, Vec<(String, String)>);

/// Reads a filled sheet; the columns may stand in another order. It may take a while: call it where that is no harm.
pub(crate) fn read(bytes: &[u8], columns: &[SheetColumn]) -> Result<Vec<FilledRow>, SheetError> {
    let limits = Limits {
        file_bytes: MAX_FILE_BYTES,
        unpacked_bytes: MAX_UNPACKED_BYTES,
        rows: MAX_ROW,
        columns: u32::try_from(columns.len()).unwrap_or(u32::MAX),
        shared_texts: MAX_SHARED_TEXTS,
        text_bytes: MAX_TEXT_BYTES,
    };
    let mut rows = workbook::read(bytes, &limits)?.rows.into_iter();
    let (first, head) = rows.next().ok_or(SheetError::NoTemplate)?;
    let head = read_head(first, &head, columns)?;
    let mut filled = Vec::new();
    for (number, cells) in rows.filter(|(number, _)| *number >= first + HEAD_ROWS) {
        if filled.len() == MAX_SHEET_ROWS {
            return Err(SheetError::TooManyRows);
        }
        let mut texts = Vec::new();
        for (column, value) in &cells {
            let cell = cell_name(number - 1, *column);
            let pointer = head.get(*column as usize).ok_or_else(|| WorkbookError::FarCell {
                cell: cell.clone(),
                last: cell_name(MAX_ROW - 1, head.len().saturating_sub(1) as u32),
            })?;
            texts.push((pointer.clone(), text_of(value, cell)?));
        }
        filled.push((number as usize, texts));
    }
    Ok(filled)
}

/// The pointers of the columns, each known and none twice.
fn read_head(row: u32, head: &Cells, columns: &[SheetColumn]) -> Result<Vec<String>, SheetError> {
    let mut pointers: Vec<String> = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, (column, value)) in head.iter().enumerate() {
        let pointer = text_of(value, cell_name(row - 1, *column))?;
        // One column without a name would shift what stands under all that follow.
        if *column as usize != index || !columns.iter().any(|column| column.pointer == pointer) {
            return Err(SheetError::NoTemplate);
        }
        if let Some(first) = seen.insert(pointer.clone(), index) {
            return Err(SheetError::ColumnTwice { first: column_name(first), second: column_name(index) });
        }
        pointers.push(pointer);
    }
    Ok(pointers)
}

/// A cell as one would have typed it.
fn text_of(value: &CellValue, cell: String) -> Result<String, SheetError> {
    match value {
        CellValue::Day { date, shown: Precision::Day } => Ok(date.to_string()),
        CellValue::Truth(value) => Ok(value.to_string()),
        other => Ok(other.text(&cell)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<SheetColumn> {
        ["/data/code", "/data/asked", "/effective_date"]
            .map(|pointer| SheetColumn { pointer: pointer.into(), label: "列".into() })
            .to_vec()
    }

    #[test]
    fn what_is_filled_in_is_read_back_as_it_was_typed() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (index, column) in (0_u16..).zip(columns()) {
            sheet.write_string(0, index, column.pointer).unwrap();
        }
        sheet.write_string(2, 0, " 0510811 ").unwrap();
        sheet.write_number(2, 1, 80).unwrap();
        sheet.write_number_with_format(4, 2, 43_252, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        let rows = read(&book.save_to_buffer().unwrap(), &columns()).unwrap();
        let pair = |pointer: &str, text: &str| (pointer.to_owned(), text.to_owned());
        assert_eq!(
            rows,
            [
                (3, vec![pair("/data/code", "0510811"), pair("/data/asked", "80")]),
                (5, vec![pair("/effective_date", "2018-06-01")])
            ]
        );
    }

    #[test]
    fn what_is_no_filled_template_is_refused() {
        assert_eq!(read(b"hello", &columns()), Err(WorkbookError::NoWorkbook.into()));
        let other = template(&[SheetColumn { pointer: "/data/colour".into(), label: "x".into() }]).unwrap();
        assert_eq!(read(&other, &columns()), Err(SheetError::NoTemplate));
        assert_eq!(read(&template(&columns()).unwrap(), &columns()), Ok(Vec::new()));
        let too_large = WorkbookError::TooLarge { limits: (1_024, 16) };
        assert_eq!(read(&vec![0; MAX_FILE_BYTES + 1], &columns()), Err(too_large.into()));
    }

    /// A filled template: texts by row and column, from 0.
    fn filled(cells: &[(u32, u16, &str)]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, column, text) in cells {
            sheet.write_string(*row, *column, *text).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn a_row_is_named_by_its_own_number_also_below_an_empty_first_one() {
        let bytes = filled(&[(1, 0, "/data/code"), (2, 0, "列"), (4, 0, "0510811")]);
        assert_eq!(read(&bytes, &columns()).unwrap()[0].0, 5);
    }

    #[test]
    fn what_would_be_lost_or_guessed_is_refused_by_its_cell() {
        let (head, more) = ((0, 0, "/data/code"), (0, 1, "/data/code"));
        let twice = SheetError::ColumnTwice { first: "A".into(), second: "B".into() };
        assert_eq!(read(&filled(&[head, more]), &columns()), Err(twice));
        let far = |cell: &str, last: &str| {
            Err(SheetError::from(WorkbookError::FarCell { cell: cell.into(), last: last.into() }))
        };
        assert_eq!(read(&filled(&[head, (2, 1, "x")]), &columns()), far("B3", "A1000"));
        assert_eq!(read(&filled(&[head, (1_048_575, 16_383, ".")]), &columns()), far("XFD1048576", "C1000"));
        assert_eq!(read(&filled(&[head, (1_000, 0, "x")]), &columns()), far("A1001", "C1000"));
        let rows: Vec<_> = (2..=202).map(|row| (row, 0, "x")).chain([head]).collect();
        assert_eq!(read(&filled(&rows), &columns()), Err(SheetError::TooManyRows));
    }
}
