//! The cells of a list of places as text, whatever the file's encoding or format.

use domain::say::Say;
use workbook::{Cells, Limits, Sheet, cell_name};

use super::{LineProblem, MAX_FILE_BYTES, MAX_ROWS, problem};

/// The most columns of a row: a few more than any list here has, so that one too many is named where it stands.
const MAX_COLUMNS: u32 = 64;
/// The most that a workbook may unpack to, how many texts its cells may share, and how long what is read may be.
const MAX_UNPACKED_BYTES: u64 = 128 << 20;
const MAX_SHARED_TEXTS: usize = 1_000_000;
const MAX_TEXT_BYTES: usize = 32 << 20;

/// A row's cells, trimmed.
pub(crate) struct Row {
    /// Where in the file, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Vec<String>,
}

/// What a list is read as: the first sheet of a workbook, or rows of text.
pub(crate) fn sheet(bytes: &[u8]) -> Result<Sheet, LineProblem> {
    let limits = Limits {
        file_bytes: MAX_FILE_BYTES as usize,
        unpacked_bytes: MAX_UNPACKED_BYTES,
        rows: MAX_ROWS as u32,
        columns: MAX_COLUMNS,
        shared_texts: MAX_SHARED_TEXTS,
        text_bytes: MAX_TEXT_BYTES,
    };
    workbook::read_list(bytes, &limits).map_err(|error| {
        let Say { zh, en } = error.say();
        problem(error.line().unwrap_or(1).into(), "-", zh, en)
    })
}

/// A row as texts, of so many columns or as many as it fills; what is no text is a problem of the column that it is in.
pub(crate) fn row(
    number: u32,
    cells: &Cells,
    columns: &[&'static str],
    problems: &mut Vec<LineProblem>,
) -> Row {
    let width = cells.last_key_value().map_or(0, |(last, _)| *last as usize + 1).max(columns.len());
    let mut texts = vec![String::new(); width];
    for (column, value) in cells {
        let index = *column as usize;
        match value.text(&cell_name(number - 1, *column)) {
            Ok(text) => texts[index] = text,
            Err(error) => {
                let Say { zh, en } = error.say();
                problems.push(problem(number.into(), columns.get(index).copied().unwrap_or("-"), zh, en));
            }
        }
    }
    Row { line: number.into(), cells: texts }
}

/// Every row that is not empty, the header among them; a row may fill more columns than are wanted, of these names.
pub(crate) fn rows(bytes: &[u8], columns: &[&'static str]) -> Result<Vec<Row>, Vec<LineProblem>> {
    let sheet = sheet(bytes).map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    let rows = sheet.rows.iter().map(|(number, cells)| row(*number, cells, columns, &mut problems)).collect();
    if problems.is_empty() { Ok(rows) } else { Err(problems) }
}
