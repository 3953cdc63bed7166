//! CSV that is gone through in a spreadsheet: it keeps its characters, and no cell becomes a number or a formula.

/// With this mark in front spreadsheets know the text as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What a spreadsheet would take for a formula at the beginning of a cell.
const FORMULA_STARTS: [char; 4] = ['=', '+', '-', '@'];

/// A writer into memory, with the mark in front.
pub(crate) fn writer() -> csv::Writer<Vec<u8>> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.as_bytes().to_vec())
}

/// Twelve digits would become 5.1E+11 in a spreadsheet, and `=…` a formula: a tab in front makes either a text.
pub(crate) fn as_text(cell: &str) -> String {
    let is_number = cell.len() > 6 && cell.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || cell.starts_with(FORMULA_STARTS) { format!("\t{cell}") } else { cell.to_owned() }
}
