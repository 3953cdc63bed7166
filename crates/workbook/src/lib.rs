//! Workbooks (.xlsx) that somebody else has made: the first sheet, cell by cell, within limits that are looked at before
//! anything is kept.
//!
//! A workbook of a few kilobytes can name a cell in the last corner of the sheet, announce a billion texts, or unpack to
//! gigabytes ([decision 72](../../docs/decisions/0072-a-workbook-is-read-cell-by-cell.md)). So nothing here believes a
//! number that the file says of itself: parts are unpacked through a counter, texts and cells are counted as they come,
//! and only cells that hold something are kept.

mod parts;
mod sheet;
mod styles;
mod texts;
mod xml;

use domain::errors;
use std::collections::BTreeMap;

/// What a workbook may be, at most.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The longest file.
    pub file_bytes: usize,
    /// The most that all parts that are read unpack to, together.
    pub unpacked_bytes: u64,
    /// The last row, counted from 1, that may hold something.
    pub rows: u32,
    /// The last column, counted from 1, that may hold something.
    pub columns: u32,
    /// The most texts that a workbook shares among all its cells.
    pub shared_texts: usize,
    /// How long the texts of all cells that are kept may be, together.
    pub text_bytes: usize,
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// A text, as it stands there.
    Text(String),
    /// A number that is shown as one.
    Number(f64),
    /// A number that is shown as a day: days since the last day but one of 1899, whichever year the workbook counts from.
    Day(f64),
    /// True or false.
    Truth(bool),
    /// What a formula came to that cannot be worked out, such as `#REF!`.
    Fault(String),
    /// A formula whose result is not in the file.
    Unresolved,
}

/// A row's cells that hold something, by their columns, from 0.
pub type Cells = BTreeMap<u32, CellValue>;

/// The rows that hold something, by their numbers as a spreadsheet counts, from 1.
pub type Rows = BTreeMap<u32, Cells>;

errors! {
    /// Why a workbook is not read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum WorkbookError {
        /// No workbook, or a damaged one.
        #[zh("文件不是 .xlsx 工作簿，或已损坏")]
        #[en("the file is no .xlsx workbook, or a damaged one")]
        NoWorkbook,
        /// Too long, packed or unpacked.
        #[zh("文件过大：上限 {} KB，解开后上限 {} MB", limits.0, limits.1)]
        #[en("the file is too large: at most {} KB, and {} MB unpacked", limits.0, limits.1)]
        TooLarge {
            /// Kilobytes packed, megabytes unpacked.
            limits: (usize, u64),
        },
        /// A cell beyond the last row or column that is read.
        #[zh("单元格 {cell} 有内容，超出了可填写的范围（到 {last} 为止）；请清除其内容，或拆分后再提交")]
        #[en("the cell {cell} holds something beyond the last one that is read, {last}: empty it, or divide the workbook")]
        FarCell {
            /// Where it stands, as a spreadsheet names it.
            cell: String,
            /// The last cell that may hold something.
            last: String,
        },
        /// More texts, or longer ones, than are read.
        #[zh("文字过多，最多读取 {limit} 字节")]
        #[en("there is too much text: at most {limit} bytes are read")]
        TooMuchText {
            /// How many bytes of it are read.
            limit: usize,
        },
    }
}

/// The first sheet's cells.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Rows, WorkbookError> {
    if bytes.len() > limits.file_bytes {
        return Err(limits.too_large());
    }
    let mut parts = parts::Parts::open(bytes, limits)?;
    let book = parts.book()?;
    let texts = match &book.texts {
        Some(path) => texts::read(&mut parts, path)?,
        None => Vec::new(),
    };
    let days = match &book.styles {
        Some(path) => styles::day_styles(&mut parts, path)?,
        None => Vec::new(),
    };
    sheet::read(&mut parts, &book, &texts, &days)
}

/// A cell as a spreadsheet names it; both counted from 0.
pub fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", column_name(column as usize), u64::from(row) + 1)
}

/// A column as a spreadsheet names it: A, B, …, Z, AA, …
pub fn column_name(index: usize) -> String {
    let (mut rest, mut name) = (index + 1, String::new());
    while rest > 0 {
        name.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    name
}

impl Limits {
    fn too_large(&self) -> WorkbookError {
        WorkbookError::TooLarge { limits: (self.file_bytes >> 10, self.unpacked_bytes >> 20) }
    }
}

#[cfg(test)]
mod tests;
