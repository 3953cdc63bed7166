//! CSV for spreadsheets: UTF-8 with its mark, so that office programs read the Chinese, and no cell that they would
//! take for a formula.

use crate::exit::Failure;
use crate::output::Output;

/// What a spreadsheet takes for the beginning of a formula.
const FORMULA_MARKS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes a header and rows.
pub fn write(
    output: &mut Output,
    header: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<(), Failure> {
    output.writer().write_all("\u{feff}".as_bytes()).map_err(Failure::Output)?;
    let mut writer = csv::Writer::from_writer(output.writer());
    let failed = |error: csv::Error| Failure::Output(std::io::Error::other(error));
    writer.write_record(header).map_err(failed)?;
    for row in rows {
        writer.write_record(row.into_iter().map(cell)).map_err(failed)?;
    }
    writer.flush().map_err(Failure::Output)
}

/// A number is never a formula; a text that looks like one is made a text.
fn cell(text: String) -> String {
    let is_formula = text.starts_with(FORMULA_MARKS) && text.parse::<f64>().is_err();
    if is_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_text_that_looks_like_a_formula_is_no_formula() {
        assert_eq!(cell("=1+1".into()), "'=1+1");
        assert_eq!(cell("-3.5".into()), "-3.5");
        assert_eq!(cell("狮岩".into()), "狮岩");
    }
}
