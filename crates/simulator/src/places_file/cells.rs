//! The cells of a list of places as text, whatever the file's encoding or format.

use domain::say::Say;
use encoding_rs::GB18030;
use workbook::{CellValue, Limits, cell_name};

use super::{LineProblem, MAX_FILE_BYTES, MAX_ROWS, problem};

/// The most columns of a row: a few more than any list here has, so that one too many is named where it stands.
const MAX_COLUMNS: usize = 64;
/// The most that a workbook may unpack to, how many texts its cells may share, and how long what is read may be.
const MAX_UNPACKED_BYTES: u64 = 128 << 20;
const MAX_SHARED_TEXTS: usize = 1_000_000;
const MAX_TEXT_BYTES: usize = 32 << 20;

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

/// Every row that is not empty, the header among them; a sheet may have more columns than are wanted, of these names.
pub(crate) fn rows(bytes: &[u8], columns: &[&'static str]) -> Result<Vec<Row>, Vec<LineProblem>> {
    if bytes.starts_with(ZIP_SIGNATURE) {
        return sheet_rows(bytes, columns);
    }
    text(bytes).and_then(|text| csv_rows(&text)).map_err(|problem| vec![problem])
}

fn too_many_rows() -> LineProblem {
    let (chinese, english) = (format!("超过 {MAX_ROWS} 行"), format!("there are more than {MAX_ROWS} rows"));
    problem(MAX_ROWS as u64 + 1, "-", chinese, english)
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
        if record.len() > MAX_COLUMNS {
            let (chinese, english) =
                (format!("超过 {MAX_COLUMNS} 列"), format!("there are more than {MAX_COLUMNS} columns"));
            return Err(problem(line, "-", chinese, english));
        }
        if rows.len() == MAX_ROWS {
            return Err(too_many_rows());
        }
        rows.push(Row { line, cells: record.iter().map(str::to_owned).collect() });
    }
}

fn sheet_rows(bytes: &[u8], columns: &[&'static str]) -> Result<Vec<Row>, Vec<LineProblem>> {
    let limits = Limits {
        file_bytes: MAX_FILE_BYTES as usize,
        unpacked_bytes: MAX_UNPACKED_BYTES,
        rows: MAX_ROWS as u32,
        columns: MAX_COLUMNS as u32,
        shared_texts: MAX_SHARED_TEXTS,
        text_bytes: MAX_TEXT_BYTES,
    };
    let read = workbook::read(bytes, &limits).map_err(|error| {
        let Say { zh, en } = error.say();
        vec![problem(1, "-", zh, en)]
    })?;
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (number, cells) in read {
        // A sheet is as wide as its widest row: a row has every column that is wanted, and those beyond that are filled.
        let width = cells.last_key_value().map_or(0, |(last, _)| *last as usize + 1).max(columns.len());
        let mut texts = vec![String::new(); width];
        for (column, value) in cells {
            let index = column as usize;
            match cell_text(value, &cell_name(number - 1, column)) {
                Ok(text) => texts[index] = text,
                Err((chinese, english)) => {
                    let name = columns.get(index).copied().unwrap_or("-");
                    problems.push(problem(u64::from(number), name, chinese, english));
                }
            }
        }
        rows.push(Row { line: u64::from(number), cells: texts });
    }
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}

/// A code may have been typed as a number: then it is written out in full, without exponent or decimals. What is
/// neither text nor number is no cell of a list, and why is said in Chinese and in English.
fn cell_text(value: CellValue, cell: &str) -> Result<String, (String, String)> {
    match value {
        CellValue::Text(text) => Ok(text.trim().to_owned()),
        CellValue::Number(number) if number.fract() == 0.0 => Ok(format!("{number:.0}")),
        CellValue::Number(number) => Ok(number.to_string()),
        CellValue::Day(_) => Err((format!("单元格 {cell} 是日期"), format!("the cell {cell} holds a date"))),
        CellValue::Truth(value) => Err((
            format!("单元格 {cell} 是逻辑值 {value}"),
            format!("the cell {cell} holds {value}, which is no text"),
        )),
        CellValue::Fault(text) => {
            let text: String = text.chars().take(20).collect();
            Err((format!("单元格 {cell} 显示 {text}"), format!("the cell {cell} shows {text}")))
        }
        CellValue::Unresolved => Err((
            format!("单元格 {cell} 是公式，文件中没有其结果"),
            format!("the cell {cell} holds a formula, and the file does not hold what it comes to"),
        )),
    }
}
