//! Workbooks (.xlsx) that somebody else has made: the first sheet that is shown, cell by cell, within limits that are looked at before
//! anything is kept.
//!
//! A workbook of a few kilobytes can name a cell in the last corner of the sheet, announce a billion texts, or unpack to
//! gigabytes ([decision 72](../../docs/decisions/0072-a-workbook-is-read-cell-by-cell.md)). So nothing here believes a
//! number that the file says of itself: parts are unpacked through a counter, texts and cells are counted as they come,
//! and only cells that hold something are kept.

mod cell;
mod days;
mod delimited;
mod encoding;
mod parts;
mod range;
mod sheet;
mod styles;
mod texts;
mod time_of_day;
mod unseen;
mod xml;

use domain::errors;
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

pub use cell::{CellError, CellValue, Precision};
pub use days::{day_of_serial, read_day};
pub use range::{CellRange, cell_name, column_name};
pub use time_of_day::TimeOfDay;

/// What an .xlsx, as any ZIP file, begins with.
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";
/// What an .xls, and any workbook with a password, begins with.
const COMPOUND_SIGNATURE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// Whether the bytes are a ZIP file, as an .xlsx is.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP_SIGNATURE)
}

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

/// A row's cells that hold something, by their columns, from 0.
pub type Cells = BTreeMap<u32, CellValue>;

/// The rows that hold something, by their numbers as a spreadsheet counts, from 1.
pub type Rows = BTreeMap<u32, Cells>;

/// A sheet as it was read: what it holds, and what a reader must be told of it before anything is made of that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    /// The cells that hold something.
    pub rows: Rows,
    /// Which of those rows nobody sees who looks at the sheet, by their numbers: hidden, folded, or left out by a filter.
    pub hidden_rows: BTreeSet<u32>,
    /// Which columns that hold something nobody sees, from 0.
    pub hidden_columns: BTreeSet<u32>,
    /// The cells that are merged into one each: only its first holds what is shown.
    pub merged: Vec<CellRange>,
    /// The names of the workbook's other sheets that hold something: they are not read.
    pub other_sheets: Vec<String>,
    /// Whether the workbook counts its days from 1904 on.
    pub is_from_1904: bool,
}

/// A sheet of a workbook with its name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NamedSheet {
    /// Its name.
    pub name: String,
    /// Whether the workbook hides it.
    pub is_hidden: bool,
    /// What it holds.
    pub sheet: Sheet,
}

errors! {
    /// Why a workbook is not read.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum WorkbookError {
        /// No workbook, or a damaged one.
        #[zh("文件不是 .xlsx 工作簿，或已损坏")]
        #[en("the file is no .xlsx workbook, or a damaged one")]
        NoWorkbook,
        /// An .xls of the old kind, or a workbook that a password locks: both come in the same wrapping.
        #[zh("文件是旧版 .xls 或 .et，或设了打开密码；请去掉密码，另存为 .xlsx 后再提交")]
        #[en("the file is an .xls or .et of the old kind, or locked by a password: take the password off and save it as .xlsx")]
        OldOrLocked,
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
        /// A file of text that is none, or UTF-16 that does not say so.
        #[zh("文件不是文本，或是没有字节序标记的 UTF-16；请另存为 .xlsx 或“CSV UTF-8”后再提交")]
        #[en("the file is no text, or UTF-16 without its mark: save it as .xlsx or as CSV in UTF-8")]
        NoText,
        /// Characters that are of no encoding that is read.
        #[zh("第 {line} 行的编码既非 UTF-8、UTF-16 也非 GB18030；请另存为 .xlsx 或“CSV UTF-8”后再提交")]
        #[en("line {line} is neither UTF-8, UTF-16 nor GB18030: save the file as .xlsx or as CSV in UTF-8")]
        Encoding {
            /// The line, from 1.
            line: u32,
        },
        /// A quote that nothing closes: what follows would become one cell.
        #[zh("第 {line} 行的引号没有配对，其后各行会并成一格；请补上或删去引号")]
        #[en("a quote on line {line} is never closed, and would make one cell of all that follows: close or delete it")]
        OpenQuote {
            /// The line, from 1.
            line: u32,
        },
        /// Something behind a closing quote.
        #[zh("第 {line} 行的引号之后还有内容；格内的引号应写两次")]
        #[en("something follows a closing quote on line {line}: a quote inside a cell is written twice")]
        BehindQuote {
            /// The line, from 1.
            line: u32,
        },
    }
}

/// A text with characters of one width and without blanks around it, as codes and headings are compared.
pub fn plain(text: &str) -> String {
    text.nfkc().collect::<String>().trim().to_owned()
}

/// Reads a list, whichever way it was saved: the first sheet of an .xlsx that is shown and holds something, or rows of text (CSV). What it is,
/// it says itself.
pub fn read_list(bytes: &[u8], limits: &Limits) -> Result<Sheet, WorkbookError> {
    if bytes.starts_with(ZIP_SIGNATURE) || bytes.starts_with(COMPOUND_SIGNATURE) {
        return read(bytes, limits);
    }
    if bytes.len() > limits.file_bytes {
        return Err(limits.too_large());
    }
    delimited::read(bytes, limits)
}

/// Reads the first sheet of an .xlsx that is shown and holds something; a hidden one only where no other does.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Sheet, WorkbookError> {
    let mut open = Open::new(bytes, limits)?;
    let mut order: Vec<usize> = (0..open.book.sheets.len()).collect();
    order.sort_by_key(|index| open.book.sheets[*index].is_hidden);
    let (mut order, mut sheet) = (order.into_iter(), Sheet::default());
    // A sheet that holds nothing is none that anybody filled in.
    for index in order.by_ref() {
        (_, sheet) = open.sheet(index, *limits)?;
        if !sheet.rows.is_empty() {
            break;
        }
    }
    for other in order {
        let other = &open.book.sheets[other];
        if sheet::holds_something(&mut open.parts, &other.path)? {
            sheet.other_sheets.push(other.name.clone());
        }
    }
    Ok(sheet)
}

/// Reads every sheet of cells of an .xlsx, in their order, with the name of each and whether it is hidden. The limits on
/// what is unpacked and on the texts are for all of them together.
pub fn read_all(bytes: &[u8], limits: &Limits) -> Result<Vec<NamedSheet>, WorkbookError> {
    let mut open = Open::new(bytes, limits)?;
    let mut left = *limits;
    let mut sheets = Vec::new();
    for index in 0..open.book.sheets.len() {
        let (text_bytes, sheet) = open.sheet(index, left)?;
        left.text_bytes = left.text_bytes.saturating_sub(text_bytes);
        let named = &open.book.sheets[index];
        sheets.push(NamedSheet { name: named.name.clone(), is_hidden: named.is_hidden, sheet });
    }
    Ok(sheets)
}

/// An .xlsx with what its sheets share.
struct Open<'a> {
    parts: parts::Parts<'a>,
    book: parts::Book,
    texts: Vec<Box<str>>,
    shown: Vec<styles::Shown>,
}

impl<'a> Open<'a> {
    fn new(bytes: &'a [u8], limits: &'a Limits) -> Result<Self, WorkbookError> {
        if bytes.len() > limits.file_bytes {
            return Err(limits.too_large());
        }
        if bytes.starts_with(COMPOUND_SIGNATURE) {
            return Err(WorkbookError::OldOrLocked);
        }
        let mut parts = parts::Parts::open(bytes, limits)?;
        let book = parts.book()?;
        let texts = match &book.texts {
            Some(path) => texts::read(&mut parts, path)?,
            None => Vec::new(),
        };
        let shown = match &book.styles {
            Some(path) => styles::read(&mut parts, path)?,
            None => Vec::new(),
        };
        Ok(Self { parts, book, texts, shown })
    }

    /// A sheet, and how long its texts are together.
    fn sheet(&mut self, index: usize, limits: Limits) -> Result<(usize, Sheet), WorkbookError> {
        let path = self.book.sheets[index].path.clone();
        let shared = (self.texts.as_slice(), self.shown.as_slice());
        let sheet = sheet::read(&mut self.parts, &path, self.book.is_from_1904, shared, limits)?;
        let texts = sheet.rows.values().flat_map(BTreeMap::values);
        let bytes = texts.map(|value| if let CellValue::Text(text) = value { text.len() } else { 0 }).sum();
        Ok((bytes, sheet))
    }
}

impl WorkbookError {
    /// The line of a text file that is to blame, where one is.
    pub fn line(&self) -> Option<u32> {
        match self {
            Self::Encoding { line } | Self::OpenQuote { line } | Self::BehindQuote { line } => Some(*line),
            _ => None,
        }
    }
}

/// How many lines end in a text: by CR, LF, or both together.
fn line_ends(text: &str) -> u32 {
    let ends = text.bytes().filter(|byte| matches!(byte, b'\r' | b'\n')).count();
    (ends - text.matches("\r\n").count()) as u32
}

impl Limits {
    fn too_large(&self) -> WorkbookError {
        WorkbookError::TooLarge { limits: (self.file_bytes >> 10, self.unpacked_bytes >> 20) }
    }
}

#[cfg(test)]
mod tests;
