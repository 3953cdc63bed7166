//! The template of a sheet: what the columns are called, an example row, and rows that are filled in as far as is known, with
//! lists to choose from.

use std::collections::BTreeMap;

use domain::say::Language;
use rust_xlsxwriter::{DataValidation, Format, FormatBorder, Formula, Workbook, Worksheet};
use workbook::column_name;

use super::sheet::{HEAD_ROWS, MAX_ROW};
use super::{PaperError, width_of};
use crate::pages::forms::sheet::{STANDING, SheetColumn};
use crate::pages::forms::values::Posted;

/// What every cell of the example row begins with; whoever reads the sheet passes over them.
pub(crate) const EXAMPLE: &str = "示例";
/// The name of the sheet that holds the lists to choose from, which nobody sees.
pub(crate) const LISTS_SHEET: &str = "可选内容";
/// The most rows that are prepared: as many as may be filled in below the example.
pub(crate) const MAX_PREPARED_ROWS: usize = (MAX_ROW - HEAD_ROWS - 1) as usize;
/// The longest list: a longer one is of no use, and its names are read all the same.
const MAX_LIST: usize = 2_000;
/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (12, 32);
/// The font size of the second row.
const SMALL: u8 = 8;

/// What a template says.
pub(crate) struct Template<'a> {
    /// Its columns.
    pub(crate) columns: &'a [SheetColumn],
    /// What the example row says.
    pub(crate) example: &'a Posted,
    /// The rows that are prepared.
    pub(crate) rows: &'a [Posted],
    /// The language of its first row.
    pub(crate) language: Language,
}

/// The template. Every column is of texts, so that a code keeps its zeros and a day stays as it is written.
pub(crate) fn template(of: &Template<'_>) -> Result<Vec<u8>, PaperError> {
    let other = match of.language {
        Language::Zh => Language::En,
        Language::En => Language::Zh,
    };
    let written = Format::new().set_num_format("@");
    let grey = Format::new().set_num_format("@").set_font_color(0x0080_8080);
    let small = grey.clone().set_font_size(SMALL);
    let head = Format::new().set_bold().set_background_color(0x00F2_F2F2).set_border(FormatBorder::Thin);
    let mut book = Workbook::new();
    let mut lists = Lists::default();
    let sheet = book.add_worksheet();
    sheet.set_name(of.language.pick("填写", "Fill in"))?;
    sheet.set_freeze_panes(HEAD_ROWS, 1)?;
    for (index, column) in (0_u16..).zip(of.columns) {
        let label = column.label.in_language(of.language);
        sheet.set_column_width(index, width_of(label).clamp(WIDTHS.0, WIDTHS.1) as f64)?;
        sheet.set_column_format(index, &written)?;
        sheet.write_string_with_format(0, index, label, &head)?;
        sheet.write_string_with_format(1, index, column.label.in_language(other), &small)?;
        if let Some(text) = of.example.get(&column.pointer) {
            let said = format!("{EXAMPLE}：{}", column.said(of.language, text));
            sheet.write_string_with_format(HEAD_ROWS, index, said, &grey)?;
        }
        for (line, row) in (HEAD_ROWS + 1..).zip(of.rows.iter().take(MAX_PREPARED_ROWS)) {
            if let Some(text) = row.get(&column.pointer) {
                let look = if column.pointer == STANDING { &grey } else { &written };
                sheet.write_string_with_format(line, index, column.said(of.language, text), look)?;
            }
        }
        lists.offer(sheet, index, column.words(of.language))?;
    }
    lists.write(book.add_worksheet())?;
    Ok(book.save_to_buffer()?)
}

/// The lists of a workbook, each once.
#[derive(Default)]
struct Lists(BTreeMap<Vec<String>, u16>);

impl Lists {
    /// Lets the cells of a column be chosen from words. What else is written is judged when the sheet is read.
    fn offer(&mut self, sheet: &mut Worksheet, column: u16, words: Vec<String>) -> Result<(), PaperError> {
        if words.is_empty() || words.len() > MAX_LIST {
            return Ok(());
        }
        let (last, next) = (words.len(), u16::try_from(self.0.len()).unwrap_or(u16::MAX));
        let place = column_name(usize::from(*self.0.entry(words).or_insert(next)));
        let list = Formula::new(format!("'{LISTS_SHEET}'!${place}$1:${place}${last}"));
        let choice = DataValidation::new().allow_list_formula(list).show_error_message(false);
        sheet.add_data_validation(HEAD_ROWS + 1, column, MAX_ROW - 1, column, &choice)?;
        Ok(())
    }

    fn write(&self, sheet: &mut Worksheet) -> Result<(), PaperError> {
        sheet.set_name(LISTS_SHEET)?;
        sheet.set_hidden(true);
        for (words, column) in &self.0 {
            for (line, word) in (0_u32..).zip(words) {
                sheet.write_string(line, *column, word)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use calamine::{Data, Reader, Xlsx};

    use super::*;
    use crate::exports::read_sheet;
    use crate::pages::forms::fields_of;
    use crate::pages::forms::offered::Offered;
    use crate::pages::forms::render::Picks;
    use crate::pages::forms::sheet::{columns, standing};

    const JOINT_BRANCH: &str = "/data/joint_branch";

    fn posted(texts: &[(&str, &str)]) -> Posted {
        texts.iter().map(|(pointer, text)| ((*pointer).to_owned(), (*text).to_owned())).collect()
    }

    /// A sheet of grades, of which two are due.
    fn grades() -> (Vec<SheetColumn>, Vec<u8>) {
        let mut columns = columns(&fields_of("evaluate-quarter").unwrap());
        let picks = [("01J", "东河联合党支部"), ("02J", "西河联合党支部")];
        let picks = picks.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
        let own = columns.iter_mut().find(|column| column.pointer == JOINT_BRANCH).unwrap();
        own.offered = Some(Arc::new(Offered::new(Picks::Only(picks))));
        let rows = ["01J", "02J"].map(|id| posted(&[(JOINT_BRANCH, id), ("/data/quarter", "2026Q3")]));
        let example = posted(&[("/data/grade", "good"), (JOINT_BRANCH, "01J")]);
        let sheet = Template { columns: &columns, example: &example, rows: &rows, language: Language::Zh };
        let bytes = template(&sheet).unwrap();
        (columns, bytes)
    }

    fn texts(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range(sheet).unwrap();
        range.rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
    }

    #[test]
    fn a_template_speaks_in_words_and_holds_its_lists_in_a_sheet_of_their_own() {
        let (columns, bytes) = grades();
        let rows = texts(&bytes, "填写");
        let at = |pointer| columns.iter().position(|column| column.pointer == pointer).unwrap();
        let cells = |pointer| rows.iter().map(|row| row[at(pointer)].as_str()).collect::<Vec<_>>();
        let own = &columns[at(JOINT_BRANCH)].label;
        let (first, second) = ("东河联合党支部", "西河联合党支部");
        assert_eq!(cells(JOINT_BRANCH), [&own.zh, &own.en, "示例：东河联合党支部", first, second]);
        assert_eq!(cells("/data/grade")[2..], ["示例：好", "", ""]);
        assert!(rows.iter().flatten().all(|text| !text.starts_with('/')), "{rows:?}");
        let lists = texts(&bytes, LISTS_SHEET);
        let column = lists[0].iter().position(|text| text == first).unwrap();
        assert_eq!(lists[1][column], second);
    }

    #[test]
    fn the_example_is_passed_over_and_rows_left_as_they_were_prepared_are_counted() {
        let (columns, bytes) = grades();
        let read = read_sheet(&bytes, &columns, &[JOINT_BRANCH, "/data/quarter"]).unwrap();
        assert_eq!(read.rows, []);
        let said: Vec<_> = read.notes.iter().map(|note| note.zh.as_ref()).collect();
        assert_eq!(said, ["另有 2 行只有预先填好的几栏，其余没有填，未读取，也不记录"]);
        // Where the same columns are not prepared, the rows are somebody's.
        let read = read_sheet(&bytes, &columns, &[]).unwrap();
        let named: Vec<_> =
            read.rows.iter().map(|row| (row.number, row.texts[JOINT_BRANCH].as_str())).collect();
        assert_eq!(named, [(4, "01J"), (5, "02J")]);
    }

    #[test]
    fn what_is_on_file_stands_beside_and_is_never_read() {
        const ORGANIZATION: &str = "/data/organization";
        let mut columns = columns(&fields_of("update-organization").unwrap());
        columns.insert(1, standing());
        let members = "/data/formal_members";
        let prepared = [posted(&[(ORGANIZATION, "01J"), (STANDING, "正式党员人数 12")])];
        let nothing = BTreeMap::new();
        let sheet =
            Template { columns: &columns, example: &nothing, rows: &prepared, language: Language::Zh };
        // Left as it came, it says nothing; filled in, it says what was filled in and not what is on file.
        let left = read_sheet(&template(&sheet).unwrap(), &columns, &[ORGANIZATION, STANDING]).unwrap();
        assert_eq!((left.rows.len(), left.notes.len()), (0, 1));
        let filled = [posted(&[(ORGANIZATION, "01J"), (STANDING, "正式党员人数 12"), (members, "13")])];
        let sheet = Template { rows: &filled, ..sheet };
        let read = read_sheet(&template(&sheet).unwrap(), &columns, &[ORGANIZATION, STANDING]).unwrap();
        assert_eq!(read.rows[0].texts, posted(&[(ORGANIZATION, "01J"), (members, "13")]));
    }

    #[test]
    fn an_example_that_was_partly_written_over_is_refused_by_its_cells() {
        let (columns, _) = grades();
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (index, text) in ["/data/joint_branch", "/data/grade"].into_iter().enumerate() {
            sheet.write_string(0, index as u16, text).unwrap();
        }
        sheet.write_string(2, 0, "西 河联合党支部").unwrap();
        sheet.write_string(2, 1, "示例：好").unwrap();
        let read = read_sheet(&book.save_to_buffer().unwrap(), &columns, &[]).unwrap();
        let faults: Vec<_> = read.rows[0].faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!((read.rows[0].texts[JOINT_BRANCH].as_str(), faults), ("02J", vec!["/data/grade"]));
    }
}
