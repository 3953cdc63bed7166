//! The cells of a list of places as text, whatever the file's encoding or format.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use encoding_rs::GB18030;

use super::{LineProblem, MAX_ROWS, problem};

/// What an .xlsx, as any ZIP file, begins with.
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";
/// The byte order mark that spreadsheets put before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A row's cells, trimmed.
pub(crate) struct Row {
    /// Where in the file, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// Every row that is not empty, the header among them; a sheet may have more columns than are wanted.
pub(crate) fn rows(bytes: &[u8], columns: usize) -> Result<Vec<Row>, LineProblem> {
    let rows =
        if bytes.starts_with(ZIP_SIGNATURE) { sheet_rows(bytes, columns)? } else { csv_rows(&text(bytes)?)? };
    if rows.len() > MAX_ROWS {
        let (chinese, english) =
            (format!("超过 {MAX_ROWS} 行"), format!("there are more than {MAX_ROWS} rows"));
        return Err(problem(MAX_ROWS as u64 + 1, "-", chinese, english));
    }
    Ok(rows)
}

/// UTF-8, or else GB18030, which office programs in China still write.
fn text(bytes: &[u8]) -> Result<String, LineProblem> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(error) => error,
    };
    let decoded = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    decoded.map(std::borrow::Cow::into_owned).ok_or_else(|| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = valid.iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        problem(line, "-", "编码既非 UTF-8 也非 GB18030", "the text is neither UTF-8 nor GB18030")
    })
}

fn csv_rows(text: &str) -> Result<Vec<Row>, LineProblem> {
    // With one kind of line end, and one at the end, the reader's own count of lines is exact.
    let text = format!("{}\n", text.replace("\r\n", "\n"));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut rows = Vec::new();
    loop {
        let more = reader.read_record(&mut record).map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            problem(line, "-", "不是合格的 CSV 行", format!("not a row of CSV: {error}"))
        })?;
        if !more {
            return Ok(rows);
        }
        // Its last line is the one before the next row; line ends inside quotes are its own.
        let inside = record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        let line = reader.position().line().saturating_sub(1 + inside).max(1);
        rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
    }
}

fn sheet_rows(bytes: &[u8], columns: usize) -> Result<Vec<Row>, LineProblem> {
    let unreadable = |detail: String| {
        problem(
            1,
            "-",
            "无法读取 .xlsx 的第一张表",
            format!("the first sheet of the .xlsx does not read: {detail}"),
        )
    };
    let mut workbook: Xlsx<_> =
        Xlsx::new(Cursor::new(bytes)).map_err(|error: calamine::XlsxError| unreadable(error.to_string()))?;
    let sheet = workbook.worksheet_range_at(0).ok_or_else(|| unreadable("no sheet".to_owned()))?;
    let sheet = sheet.map_err(|error| unreadable(error.to_string()))?;
    let first_line = sheet.start().map_or(1, |(row, _)| u64::from(row) + 1);
    let mut rows = Vec::new();
    for (line, cells) in (first_line..).zip(sheet.rows()) {
        let mut cells: Vec<String> = cells.iter().map(cell_text).collect();
        // A sheet is as wide as its widest row; what hangs empty on the right belongs to nobody.
        while cells.len() > columns && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(Row { line, cells });
        }
    }
    Ok(rows)
}

/// A code may have been typed as a number: then it is written out in full, without exponent or decimals.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        other => other.to_string().trim().to_owned(),
    }
}
