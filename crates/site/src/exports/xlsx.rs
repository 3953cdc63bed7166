//! A table as a workbook: codes as text, the head frozen, no macros and no formulas, and a sheet that says what it is.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook};

use super::{Imprint, PaperError, width_of};
use crate::pages::table::{Cell, Table};
use crate::pages::visit::Visit;

/// The widest column, in characters: a longer text goes on below itself.
const MAX_WIDTH: usize = 30;
/// A4, as spreadsheets number papers.
const A4: u8 = 9;
/// Tables wider than this, in characters, are printed on the long side.
const PORTRAIT_WIDTH: usize = 90;

/// The bytes of the workbook.
pub(crate) fn xlsx(visit: &Visit, table: &Table, imprint: &Imprint) -> Result<Vec<u8>, PaperError> {
    let head = Format::new().set_bold().set_background_color(0x00F2_F2F2).set_border(FormatBorder::Thin);
    let head = head.set_text_wrap();
    let (wrapped, lined) = (Format::new().set_text_wrap(), Format::new().set_border(FormatBorder::Hair));
    let lined = lined.set_text_wrap().set_align(FormatAlign::Top);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(visit.language.pick("数据", "Data"))?;
    sheet.set_freeze_panes(1, 1)?;
    let mut whole = 0;
    for (index, column) in (0_u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, index, visit.say(&column.title), &head)?;
        let texts =
            table.rows.iter().filter_map(|row| row.get(usize::from(index))).map(|cell| cell.text.as_str());
        let width = texts.chain([visit.say(&column.title)]).map(width_of).max().unwrap_or(8);
        sheet.set_column_width(index, width.clamp(8, MAX_WIDTH) as f64)?;
        whole += width.clamp(8, MAX_WIDTH);
    }
    // On paper: all columns on one A4 page, the head on each, and which page of how many.
    sheet.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_footer("&C&P / &N").set_repeat_rows(0, 0)?;
    if whole > PORTRAIT_WIDTH {
        sheet.set_landscape();
    }
    for (line, row) in (1_u32..).zip(&table.rows) {
        for (index, cell) in (0_u16..).zip(row) {
            match number_of(cell) {
                Some(number) => sheet.write_number_with_format(line, index, number, &lined)?,
                // A string cell stays a string whatever it begins with.
                None => sheet.write_string_with_format(line, index, &cell.text, &lined)?,
            };
        }
    }
    let about = book.add_worksheet();
    about.set_name(visit.language.pick("说明", "About"))?;
    about.set_column_width(0, 80)?;
    about.set_paper_size(A4);
    for (line, said) in (0_u32..).zip(std::iter::once(&table.title).chain(&imprint.sentences)) {
        about.write_string_with_format(line, 0, said, &wrapped)?;
    }
    Ok(book.save_to_buffer()?)
}

/// The number of a cell that says nothing but it.
fn number_of(cell: &Cell) -> Option<f64> {
    cell.number.filter(|_| cell.text.parse::<f64>().is_ok())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};
    use domain::say::Language;
    use labels as w;

    use super::*;
    use crate::pages::table::{number, text};
    use crate::pages::visit::tests::visit;

    #[test]
    fn codes_and_formulas_are_read_back_as_texts_and_numbers_as_numbers() {
        let mut table =
            Table::new("t", "表", &[text("code", w::CODE), text("name", w::NAME), number("count", w::COUNT)]);
        table.rows.push(vec![Cell::text("510811210205"), Cell::text("=1+1"), Cell::count(12_u64)]);
        table.rows.push(vec![Cell::text("-1"), Cell::text("@x"), Cell::text("—")]);
        let imprint =
            Imprint { sentences: vec!["数据截至2019年6月30日，至第7号记录。".into()] };
        let bytes = xlsx(&visit(Language::Zh, &[]), &table, &imprint).unwrap();
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let data = book.worksheet_range("数据").unwrap();
        let said = |text: &str| Data::String(text.into());
        assert_eq!(data.rows().nth(1).unwrap(), [said("510811210205"), said("=1+1"), Data::Float(12.0)]);
        assert_eq!(data.rows().nth(2).unwrap(), [said("-1"), said("@x"), said("—")]);
        assert!(book.worksheet_formula("数据").unwrap().is_empty());
        assert_eq!(book.worksheet_range("说明").unwrap().rows().count(), 2);
    }
}
