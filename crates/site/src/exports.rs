//! Papers: what leaves the pages as a file. Made of the same tables and views, and each says as of which day and position.

mod brief;
mod csv_file;
mod ical;
mod sheet;
mod template;
mod xlsx;

pub(crate) use brief::{Before, Brief, Told};
pub(crate) use csv_file::{Encoding, csv};
pub(crate) use ical::{DueEvent, calendar as ical};
pub(crate) use sheet::{FilledSheet, MAX_SHEET_ROWS, SheetError, read as read_sheet};
pub(crate) use template::{MAX_PREPARED_ROWS, Template, template};
pub(crate) use xlsx::xlsx;

/// Why a paper cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PaperError {
    /// The workbook.
    #[error("the workbook cannot be written: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The lines.
    #[error("the lines cannot be written: {0}")]
    Lines(String),
    /// The document.
    #[error("the document cannot be written: {0}")]
    Document(String),
}

/// What every paper says of itself.
#[derive(Debug, Clone)]
pub(crate) struct Imprint {
    /// As of which day, up to which position, whether made up, and that nobody outside has witnessed it: sentences.
    pub(crate) sentences: Vec<String>,
}

/// How wide a text is, in half characters, with a little room: Chinese characters take two places.
fn width_of(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum::<usize>() + 2
}
