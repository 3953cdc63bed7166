//! The sheet on which many of one command are filled in, read text by text; `template.rs` writes it.

use domain::errors;
use std::collections::BTreeMap;

use domain::say::{Language, Say};
use labels::terms::term;
use workbook::{CellValue, Cells, Limits, Sheet, WorkbookError, cell_name, column_name};

use super::template::{EXAMPLE, LISTS_SHEET};
use crate::pages::forms::schema::Shape;
use crate::pages::forms::sheet::{FilledRow, STANDING, SheetColumn};

/// The rows above the first one that is filled in: what the columns are called, and the same in the other language.
pub(crate) const HEAD_ROWS: u32 = 2;
/// The most rows that are filled in.
pub(crate) const MAX_SHEET_ROWS: usize = 200;
/// The last row that may be filled in, where some between are left empty.
pub(crate) const MAX_ROW: u32 = 1_000;
/// The longest file, and the most that it may unpack to.
pub(crate) const MAX_FILE_BYTES: usize = 1 << 20;
const MAX_UNPACKED_BYTES: u64 = 16 << 20;
/// The most texts that the cells share, and how long what is filled in may be altogether.
const MAX_SHARED_TEXTS: usize = 100_000;
const MAX_TEXT_BYTES: usize = 2 << 20;

errors! {
    /// Why a file is no filled sheet.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) enum SheetError {
        /// What the rows came to is too long to be recorded together.
        #[zh("各行内容合计过长，请分成几个工作簿")]
        #[en("the rows are too long together: divide the workbook")]
        TooLong,
        /// Too many rows.
        #[zh("行数过多：各行一并记录，每次最多 {MAX_SHEET_ROWS} 行，请分成几个工作簿")]
        #[en("too many rows: they are recorded together, at most {MAX_SHEET_ROWS} at a time; divide the workbook")]
        TooManyRows,
        /// The second row is half the template's and half filled in.
        #[zh("第 {row} 行既有模板的说明又有填写的内容；请重新下载模板，第三行起填写")]
        #[en("row {row} holds both the template's labels and something filled in: download the template again, and begin in the third row")]
        LabelsFilledIn {
            /// Its number as a spreadsheet counts.
            row: u32,
        },
        /// Cells merged where rows are filled in: which rows are meant is not known.
        #[zh("单元格 {range} 合并了，各行各列应填什么无从得知；请取消合并，逐格填写")]
        #[en("the cells {range} are merged, and what each of them should hold is not known: fill them in one by one")]
        Merged {
            /// Which.
            range: String,
        },
        /// The first row is not the template's.
        #[zh("第一行不是模板的列名，请重新下载模板")]
        #[en("the first row is not the template's: download it again")]
        NoTemplate,
        /// Two columns for one field: of two values one would be lost.
        #[zh("{first} 列与 {second} 列同名，请删去一列")]
        #[en("the columns {first} and {second} have one name: delete one of them")]
        ColumnTwice {
            /// The one on the left.
            first: String,
            /// The one on the right.
            second: String,
        },
    } of {
        /// The workbook does not read, or holds more than is read.
        Workbook(#[from] WorkbookError),
    }
}

/// What a filled sheet holds.
#[derive(Debug, PartialEq)]
pub(crate) struct FilledSheet {
    /// The pointers of its columns, in its own order.
    pub(crate) head: Vec<String>,
    /// Its rows.
    pub(crate) rows: Vec<FilledRow>,
    /// What must be known before they are recorded.
    pub(crate) notes: Vec<Say>,
}

/// Reads a filled sheet; the columns may stand in another order. A row in which nothing stands but in the prepared columns was
/// left empty. It may take a while: call it where that is no harm.
pub(crate) fn read(
    bytes: &[u8],
    columns: &[SheetColumn],
    prepared: &[&str],
) -> Result<FilledSheet, SheetError> {
    let limits = Limits {
        file_bytes: MAX_FILE_BYTES,
        unpacked_bytes: MAX_UNPACKED_BYTES,
        rows: MAX_ROW,
        columns: u32::try_from(columns.len()).unwrap_or(u32::MAX),
        shared_texts: MAX_SHARED_TEXTS,
        text_bytes: MAX_TEXT_BYTES,
    };
    let mut sheet = workbook::read(bytes, &limits)?;
    sheet.other_sheets.retain(|name| name != LISTS_SHEET);
    let (first, head) = sheet.rows.first_key_value().ok_or(SheetError::NoTemplate)?;
    let head = read_head(*first, head, columns)?;
    let second = sheet.rows.get(&(first + 1)).map(|cells| SecondRow::of(cells, &head));
    let begins = match second {
        Some(SecondRow::Filled) => first + 1,
        Some(SecondRow::Both) => return Err(SheetError::LabelsFilledIn { row: first + 1 }),
        _ => first + HEAD_ROWS,
    };
    if let Some(range) = sheet.merged.iter().find(|range| range.rows.1 + 1 >= begins) {
        return Err(SheetError::Merged { range: range.to_string() });
    }
    let (mut rows, mut left_empty) = (Vec::new(), 0);
    for (number, cells) in sheet.rows.range(begins..).filter(|(_, cells)| !cells.values().all(is_of_example))
    {
        let is_prepared = |column: &u32| {
            head.get(*column as usize).is_some_and(|own| prepared.contains(&own.pointer.as_str()))
        };
        if cells.keys().all(is_prepared) {
            left_empty += 1;
            continue;
        }
        if rows.len() == MAX_SHEET_ROWS {
            return Err(SheetError::TooManyRows);
        }
        rows.push(filled_row(*number, cells, &head, &sheet)?);
    }
    let mut notes = sheet.unseen(begins);
    if left_empty > 0 {
        notes.push(Say::of(
            format!("另有 {left_empty} 行只有预先填好的几栏，其余没有填，未读取，也不记录"),
            format!("{left_empty} more rows hold nothing but what the template filled in; they are not read and not recorded"),
        ));
    }
    if second == Some(SecondRow::Neither) {
        let row = first + 1;
        notes.push(Say::of(
            format!("第 {row} 行不是模板的说明，已按说明行略过，没有作为一项办理"),
            format!("row {row} holds other words than the template's labels; it was passed over like those"),
        ));
    }
    Ok(FilledSheet { head: head.iter().map(|column| column.pointer.clone()).collect(), rows, notes })
}

fn filled_row(
    number: u32,
    cells: &Cells,
    head: &[&SheetColumn],
    sheet: &Sheet,
) -> Result<FilledRow, SheetError> {
    let (mut texts, mut faults) = (BTreeMap::new(), Vec::new());
    for (column, value) in cells {
        let cell = cell_name(number - 1, *column);
        let Some(own) = head.get(*column as usize) else {
            let last = cell_name(MAX_ROW - 1, head.len().saturating_sub(1) as u32);
            return Err(WorkbookError::FarCell { cell, last }.into());
        };
        if own.pointer == STANDING {
            continue;
        }
        match text_of(value, own, &cell, sheet.is_from_1904) {
            Ok(text) => drop(texts.insert(own.pointer.clone(), text)),
            Err(fault) => faults.push((own.pointer.clone(), fault)),
        }
    }
    let is_hidden = sheet.hidden_rows.contains(&number);
    Ok(FilledRow { number: number as usize, texts, faults, is_hidden })
}

/// What the second row holds, which is the template's labels.
#[derive(Debug, PartialEq, Eq)]
enum SecondRow {
    /// The template's labels.
    Labels,
    /// What is filled in: the labels were deleted.
    Filled,
    /// Labels that were partly written over.
    Both,
    /// Words that are neither.
    Neither,
}

impl SecondRow {
    fn of(cells: &Cells, head: &[&SheetColumn]) -> Self {
        let own = || cells.iter().filter_map(|(column, value)| Some((head.get(*column as usize)?, value)));
        let is_label = |column: &SheetColumn, value: &CellValue| {
            let CellValue::Text(text) = value else { return false };
            column.label.zh == text.trim() || column.label.en == text.trim()
        };
        let has_labels = own().any(|(column, value)| is_label(column, value));
        let has_values = own().any(|(column, value)| !is_label(column, value) && is_filled_in(column, value));
        match (has_labels, has_values) {
            (true, false) => Self::Labels,
            (false, true) => Self::Filled,
            (true, true) => Self::Both,
            (false, false) => Self::Neither,
        }
    }
}

/// Whether a cell holds what nobody would write as a label: a day where a day is wanted, a code, a number.
fn is_filled_in(column: &SheetColumn, value: &CellValue) -> bool {
    let CellValue::Text(text) = value else { return true };
    let text = text.trim();
    let is_code = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit())
        || text.len() == 26 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_of_shape = match &column.field.shape {
        Shape::Date => workbook::read_day(text).is_some(),
        Shape::Whole | Shape::Figure | Shape::Yuan => text.parse::<f64>().is_ok(),
        Shape::Choice(codes) => codes.iter().any(|code| {
            code == text
                || [Language::Zh, Language::En]
                    .iter()
                    .any(|language| term(*language, &column.field.type_name, code) == text)
        }),
        _ => false,
    };
    is_code || is_of_shape
}

/// The columns of the first row, each known and none twice.
fn read_head<'a>(
    row: u32,
    head: &Cells,
    columns: &'a [SheetColumn],
) -> Result<Vec<&'a SheetColumn>, SheetError> {
    let mut known: Vec<&SheetColumn> = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, (column, value)) in head.iter().enumerate() {
        let called = value.text(&cell_name(row - 1, *column)).map_err(|_| SheetError::NoTemplate)?;
        // Sheets that programs made, and templates of before, name their columns by pointers.
        let own = columns
            .iter()
            .find(|own| [own.pointer.as_str(), &own.label.zh, &own.label.en].contains(&called.as_str()));
        // One column without a name would shift what stands under all that follow.
        let own = own.filter(|_| *column as usize == index).ok_or(SheetError::NoTemplate)?;
        if let Some(first) = seen.insert(&own.pointer, index) {
            return Err(SheetError::ColumnTwice { first: column_name(first), second: column_name(index) });
        }
        known.push(own);
    }
    Ok(known)
}

/// A cell as one would have typed it: a name that is chosen from a list as its code or id.
fn text_of(value: &CellValue, column: &SheetColumn, cell: &str, is_from_1904: bool) -> Result<String, Say> {
    if is_of_example(value) {
        return Err(Say::of(
            format!("单元格 {cell} 还是示例行的内容；请改成要填的内容，没有的清空"),
            format!(
                "the cell {cell} still holds what the example row says: put in what is meant, or empty it"
            ),
        ));
    }
    let text = match (&column.field.shape, value) {
        (Shape::Date, _) => value.day(cell, is_from_1904).map(|day| day.to_string()),
        (Shape::YesNo, CellValue::Truth(value)) => Ok(value.to_string()),
        _ => value.text(cell),
    };
    let text = text.map_err(|fault| fault.say())?;
    match &column.offered {
        Some(offered) if !text.is_empty() => offered.key_of(&text).map_err(|fault| fault.say()),
        _ => Ok(text),
    }
}

/// Whether it is a cell of the example row as the template wrote it.
fn is_of_example(value: &CellValue) -> bool {
    matches!(value, CellValue::Text(text) if text.trim_start().starts_with(EXAMPLE))
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{Format, Workbook};

    use super::*;
    use crate::exports::{Template, template};
    use crate::pages::forms::schema::Field;

    fn columns() -> Vec<SheetColumn> {
        let column = |pointer: &str, label: &'static str, shape| SheetColumn {
            pointer: pointer.into(),
            label: Say::of(label, pointer),
            field: Field {
                name: pointer.into(),
                owner: String::new(),
                type_name: String::new(),
                is_required: false,
                shape,
            },
            offered: None,
        };
        vec![
            column("/data/code", "代码", Shape::Text),
            column("/data/asked", "户数", Shape::Whole),
            column("/effective_date", "生效日期", Shape::Date),
            column("/data/online", "线上", Shape::YesNo),
        ]
    }

    fn empty_template(columns: &[SheetColumn]) -> Vec<u8> {
        let (example, rows) = (&BTreeMap::new(), &[]);
        template(&Template { columns, example, rows, language: Language::En }).unwrap()
    }

    fn texts(row: &FilledRow) -> Vec<(&str, &str)> {
        row.texts.iter().map(|(pointer, text)| (pointer.as_str(), text.as_str())).collect()
    }

    #[test]
    fn what_is_filled_in_is_read_back_as_it_was_typed() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (index, column) in (0_u16..).zip(columns()) {
            sheet.write_string(0, index, column.pointer).unwrap();
        }
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_string(2, 0, " 0510811 ").unwrap();
        sheet.write_number(2, 1, 80).unwrap();
        sheet.write_boolean(2, 3, true).unwrap();
        sheet.write_number_with_format(4, 2, 43_252, &day).unwrap();
        sheet.write_string(5, 2, "2018年6月1日").unwrap();
        sheet.write_number(6, 2, 43_252).unwrap();
        let read = read(&book.save_to_buffer().unwrap(), &columns(), &[]).unwrap();
        let rows: Vec<_> = read.rows.iter().map(|row| (row.number, texts(row))).collect();
        let day = vec![("/effective_date", "2018-06-01")];
        assert_eq!(
            rows,
            [
                (3, vec![("/data/asked", "80"), ("/data/code", "0510811"), ("/data/online", "true")]),
                (5, day.clone()),
                (6, day.clone()),
                (7, day)
            ]
        );
        assert_eq!(
            (read.head, read.notes.len()),
            (columns().into_iter().map(|column| column.pointer).collect(), 0)
        );
    }

    #[test]
    fn what_is_no_filled_template_is_refused() {
        assert_eq!(read(b"hello", &columns(), &[]), Err(WorkbookError::NoWorkbook.into()));
        let label = Say::of("颜色", "colour");
        let colour = SheetColumn { pointer: "/data/colour".into(), label, ..columns().remove(0) };
        let other = empty_template(&[colour]);
        assert_eq!(read(&other, &columns(), &[]), Err(SheetError::NoTemplate));
        let empty = read(&empty_template(&columns()), &columns(), &[]).unwrap();
        assert_eq!((empty.rows, empty.notes), (Vec::new(), Vec::new()));
        let too_large = WorkbookError::TooLarge { limits: (1_024, 16) };
        assert_eq!(read(&vec![0; MAX_FILE_BYTES + 1], &columns(), &[]), Err(too_large.into()));
    }

    /// A filled template: texts by row and column, from 0.
    fn filled(cells: &[(u32, u16, &str)]) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (row, column, text) in cells {
            sheet.write_string(*row, *column, *text).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn a_row_is_named_by_its_own_number_also_below_an_empty_first_one() {
        let bytes = filled(&[(1, 0, "/data/code"), (2, 0, "代码"), (4, 0, "0510811")]);
        assert_eq!(read(&bytes, &columns(), &[]).unwrap().rows[0].number, 5);
    }

    #[test]
    fn the_second_row_is_passed_over_only_where_it_holds_labels() {
        let head = [(0, 0, "/data/code"), (0, 1, "/effective_date")];
        let of = |cells: &[(u32, u16, &str)]| read(&filled(&[&head, cells].concat()), &columns(), &[]);
        let numbers = |cells: &[(u32, u16, &str)]| {
            let read = of(cells).unwrap();
            (read.rows.iter().map(|row| row.number).collect::<Vec<_>>(), read.notes.len())
        };
        assert_eq!(numbers(&[(1, 0, "代码"), (1, 1, "生效日期"), (2, 0, "x")]), (vec![3], 0));
        assert_eq!(numbers(&[(1, 0, "510811210"), (2, 0, "x")]), (vec![2, 3], 0));
        assert_eq!(numbers(&[(1, 1, "2026/11/19"), (2, 0, "x")]), (vec![2, 3], 0));
        assert_eq!(numbers(&[(1, 0, "说明"), (1, 1, "说明"), (2, 0, "x")]), (vec![3], 1));
        assert_eq!(of(&[(1, 0, "代码"), (1, 1, "2026-11-19")]), Err(SheetError::LabelsFilledIn { row: 2 }));
    }

    #[test]
    fn what_nobody_sees_or_nothing_reads_is_said() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (index, column) in (0_u16..).zip(columns()) {
            sheet.write_string(0, index, column.pointer).unwrap();
            sheet.write_string(1, index, column.label.zh).unwrap();
        }
        for row in 2..5 {
            sheet.write_string(row, 0, "x").unwrap();
        }
        sheet.set_row_hidden(3).unwrap();
        sheet.set_column_hidden(1).unwrap();
        book.add_worksheet().set_name("备份").unwrap().write_string(0, 0, "x").unwrap();
        let bytes = book.save_to_buffer().unwrap();
        let read = read(&bytes, &columns(), &[]).unwrap();
        let said: Vec<_> = read.notes.iter().map(|note| note.zh.as_ref()).collect();
        assert_eq!(
            said,
            [
                "共 3 行，其中 1 行被隐藏或筛选掉，也一并读取：第 4 行",
                "B 列被隐藏，也一并读取",
                "只读取一个工作表；工作表「备份」也有内容，没有读取"
            ]
        );
        assert_eq!(read.rows.iter().map(|row| row.is_hidden).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn what_would_be_lost_or_guessed_is_refused_by_its_cell() {
        let (head, more) = ((0, 0, "/data/code"), (0, 1, "/data/code"));
        let twice = SheetError::ColumnTwice { first: "A".into(), second: "B".into() };
        assert_eq!(read(&filled(&[head, more]), &columns(), &[]), Err(twice));
        let far = |cell: &str, last: &str| {
            Err(SheetError::from(WorkbookError::FarCell { cell: cell.into(), last: last.into() }))
        };
        assert_eq!(read(&filled(&[head, (2, 1, "x")]), &columns(), &[]), far("B3", "A1000"));
        assert_eq!(
            read(&filled(&[head, (1_048_575, 16_383, ".")]), &columns(), &[]),
            far("XFD1048576", "D1000")
        );
        assert_eq!(read(&filled(&[head, (1_000, 0, "x")]), &columns(), &[]), far("A1001", "D1000"));
        let rows: Vec<_> = (2..=202).map(|row| (row, 0, "x")).chain([head]).collect();
        assert_eq!(read(&filled(&rows), &columns(), &[]), Err(SheetError::TooManyRows));
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "/data/code").unwrap();
        sheet.merge_range(2, 0, 4, 0, "x", &Format::new()).unwrap();
        let merged = read(&book.save_to_buffer().unwrap(), &columns(), &[]);
        assert_eq!(merged, Err(SheetError::Merged { range: "A3:A5".into() }));
    }

    #[test]
    fn a_cell_that_holds_no_value_of_its_field_is_a_fault_of_its_row() {
        let head = [(0, 0, "/data/code"), (0, 1, "/effective_date")];
        let cells = [(2, 0, "#REF!"), (2, 1, "去年"), (3, 0, "x")];
        let read = read(&filled(&[&head[..], &cells].concat()), &columns(), &[]).unwrap();
        let faults: Vec<_> = read.rows[0].faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!((faults, read.rows[1].faults.len()), (vec!["/data/code", "/effective_date"], 0));
    }
}
