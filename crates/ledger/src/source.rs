//! The sheets of a ledger file, whatever it was saved as, within limits.

use workbook::{CellValue, Limits, NamedSheet, Precision, Sheet, WorkbookError, cell_name, day_of_serial};

use crate::grid::{Cell, Content, Grid};
use crate::ledger::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS};

/// What an office's own ledger may be.
const LEDGER: Limits = Limits {
    file_bytes: MAX_FILE_BYTES,
    unpacked_bytes: 128 << 20,
    rows: MAX_ROWS,
    columns: MAX_COLUMNS,
    shared_texts: 500_000,
    text_bytes: 16 << 20,
};
/// What a sheet of proposals may be: each value of a ledger's row has four columns.
const PROPOSAL: Limits =
    Limits { columns: 128, rows: 20_000, unpacked_bytes: 256 << 20, text_bytes: 64 << 20, ..LEDGER };

/// The sheets of a ledger.
pub fn read(bytes: &[u8]) -> Result<Vec<Grid>, WorkbookError> {
    sheets(bytes, &LEDGER)
}

/// The sheets of a proposal.
pub fn read_proposal(bytes: &[u8]) -> Result<Vec<Grid>, WorkbookError> {
    sheets(bytes, &PROPOSAL)
}

fn sheets(bytes: &[u8], limits: &Limits) -> Result<Vec<Grid>, WorkbookError> {
    if workbook::is_zip(bytes) {
        return Ok(workbook::read_all(bytes, limits)?.iter().map(grid).collect());
    }
    let sheet = workbook::read_list(bytes, limits)?;
    Ok(vec![grid(&NamedSheet { name: String::new(), is_hidden: false, sheet })])
}

fn grid(named: &NamedSheet) -> Grid {
    let sheet = &named.sheet;
    let cells = sheet.rows.iter().flat_map(|(row, cells)| {
        cells.iter().map(move |(column, value)| cell(sheet, (row - 1, *column), value))
    });
    let mut grid = Grid::new(named.name.clone(), cells, &sheet.merged);
    grid.is_hidden = named.is_hidden;
    grid.hidden_rows = sheet.hidden_rows.iter().map(|row| row - 1).collect();
    grid
}

fn cell(sheet: &Sheet, at: (u32, u32), value: &CellValue) -> Cell {
    let shown = || value.text(&cell_name(at.0, at.1)).unwrap_or_else(|_| value.shown());
    let (text, content) = match value {
        CellValue::Text(text) => (text.clone(), Content::Text),
        CellValue::Number(number) => {
            let serial = day_of_serial(*number, sheet.is_from_1904);
            (shown(), Content::Number { value: *number, serial })
        }
        CellValue::Day { date, shown: Precision::Day } | CellValue::Moment { date, .. } => {
            (date.to_string(), Content::Day(*date))
        }
        // Which day of the month or year was meant is not known: what is shown says all.
        CellValue::Day { .. } | CellValue::Percent(_) | CellValue::Time(_) | CellValue::Truth(_) => {
            (value.shown(), Content::Text)
        }
        CellValue::Fault(text) => (text.clone(), Content::Fault),
        CellValue::Unresolved => ("（无结果的公式）".to_owned(), Content::Fault),
    };
    Cell { text, content, at }
}
