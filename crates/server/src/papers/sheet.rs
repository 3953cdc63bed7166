//! The sheet on which many of one command are filled in: written as a template, and read back, text by text.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use domain::date::Date;
use rust_xlsxwriter::{Format, Workbook};
use zip::ZipArchive;

use super::PaperError;
use crate::pages::forms::sheet::SheetColumn;

/// The rows above the first one that is filled in: pointers, and labels.
pub(crate) const HEAD_ROWS: usize = 2;
/// The most rows that are filled in.
pub(crate) const MAX_SHEET_ROWS: usize = 200;
/// The longest file, and the most that it may unpack to.
pub(crate) const MAX_FILE_BYTES: usize = 1 << 20;
const MAX_UNPACKED_BYTES: u64 = 32 << 20;

/// The number by which a spreadsheet knows the first day of 1970.
const DAYS_BEFORE_1970: i32 = 25_569;

/// Why a file is no filled sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SheetError {
    /// No workbook, or a damaged one.
    #[error("文件不是 .xlsx 工作簿 / the file is no .xlsx workbook")]
    NoWorkbook,
    /// Too long, packed or unpacked.
    #[error("文件过大，上限 1 MB / the file is too large: at most 1 MB")]
    TooLarge,
    /// Too many rows.
    #[error(
        "行数过多：各行一并记录，每次最多 {MAX_SHEET_ROWS} 行，请分成几个工作簿 / too many rows: they are recorded together, at most {MAX_SHEET_ROWS} at a time; divide the workbook"
    )]
    TooManyRows,
    /// The first row is not the template's.
    #[error("第一行不是模板的列名，请重新下载模板 / the first row is not the template's: download it again")]
    NoTemplate,
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

/// Reads a filled sheet; the columns may stand in another order.
pub(crate) fn read(bytes: &[u8], columns: &[SheetColumn]) -> Result<Vec<FilledRow>, SheetError> {
    if bytes.len() > MAX_FILE_BYTES || unpacked(bytes)? > MAX_UNPACKED_BYTES {
        return Err(SheetError::TooLarge);
    }
    let mut book: Xlsx<_> =
        calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| SheetError::NoWorkbook)?;
    let range = book.worksheet_range_at(0).and_then(Result::ok).ok_or(SheetError::NoWorkbook)?;
    let mut rows = range.rows();
    let head: Vec<String> = rows.next().into_iter().flatten().map(text_of).collect();
    if head.is_empty() || !head.iter().all(|pointer| columns.iter().any(|column| column.pointer == *pointer))
    {
        return Err(SheetError::NoTemplate);
    }
    let filled = rows.enumerate().skip(HEAD_ROWS - 1).map(|(index, row)| {
        let texts = head.iter().cloned().zip(row.iter().map(text_of)).filter(|(_, text)| !text.is_empty());
        (index + 2, texts.collect::<Vec<_>>())
    });
    let filled: Vec<_> = filled.filter(|(_, texts)| !texts.is_empty()).take(MAX_SHEET_ROWS + 1).collect();
    if filled.len() > MAX_SHEET_ROWS { Err(SheetError::TooManyRows) } else { Ok(filled) }
}

/// How long the file is unpacked, as it says itself.
fn unpacked(bytes: &[u8]) -> Result<u64, SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::NoWorkbook)?;
    let sizes = (0..archive.len()).map(|index| archive.by_index_raw(index).map(|file| file.size()));
    sizes.sum::<Result<u64, _>>().map_err(|_| SheetError::NoWorkbook)
}

/// A cell as one would have typed it.
fn text_of(cell: &Data) -> String {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) => text.trim().to_owned(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        // A spreadsheet counts days from the end of 1899.
        Data::DateTime(moment) => Date::new(1970, 1, 1).map_or_else(
            |_| String::new(),
            |first| first.plus_days(moment.as_f64() as i32 - DAYS_BEFORE_1970).to_string(),
        ),
        Data::Empty | Data::Error(_) | Data::DurationIso(_) => String::new(),
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
        assert_eq!(read(b"hello", &columns()), Err(SheetError::NoWorkbook));
        let other = template(&[SheetColumn { pointer: "/data/colour".into(), label: "x".into() }]).unwrap();
        assert_eq!(read(&other, &columns()), Err(SheetError::NoTemplate));
        assert_eq!(read(&template(&columns()).unwrap(), &columns()), Ok(Vec::new()));
        assert_eq!(read(&vec![0; MAX_FILE_BYTES + 1], &columns()), Err(SheetError::TooLarge));
    }
}
