//! The workbook of a proposal: written for an officer to go through, and read back by the names of its columns.

use domain::say::{Language, Say};
use rust_xlsxwriter::{
    Color, DataValidation, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

use workbook::cell_name;

use crate::proposal::{Key, NOT_ON_FILE, Proposal, Row, Value};
use crate::propose::HOST_KINDS;
use crate::values::{Confidence, kinds};
use crate::words::shortened;

/// The names of the sheets.
pub const ABOUT: &str = "说明";
pub const OCCASION: &str = "登记信息";
pub const ROWS: &str = "联合党组织";
pub const ORGANIZATIONS: &str = "党组织";
pub const PERSONS: &str = "人员";
pub const NOT_READ: &str = "未读内容";

/// The columns beside each value.
pub const ACCEPTED: &str = "采纳";
pub const CONFIDENCE: &str = "把握";
pub const WHY: &str = "理由";
pub const ORIGIN: &str = "原文";

/// The columns before the values of a joint branch.
pub const NUMBER: &str = "编号";
pub const TAKE: &str = "登记";
pub const MISSING: &str = "档案未见";
pub const REMARKS: &str = "提示";
/// What says yes and no.
pub const YES: &str = "是";
pub const NO: &str = "否";

/// How many formal members an organization has.
pub const FORMAL_MEMBERS: &str = "正式党员数";
/// The columns of organizations.
pub const ORGANIZATION_COLUMNS: [&str; 11] = [
    TAKE,
    "名称",
    "组织形式",
    "所属类别",
    "所属（村代码或单位名称）",
    "所在地",
    "所在地代码",
    FORMAL_MEMBERS,
    "预备党员数",
    CONFIDENCE,
    WHY,
];
/// The columns of persons.
pub const PERSON_COLUMNS: [&str; 9] =
    [TAKE, "姓名", "所在党组织", "转正日期", "职务", "联合党组织编号", "同名不同人", CONFIDENCE, WHY];
/// What the sheet of the occasion says.
pub const OCCASION_LABELS: [&str; 5] =
    ["县(区)代码", "县(区)名称", "登记日期", "依据的清单", "行文（决定）单位"];

/// How long a text of a cell may be, as spreadsheets show it without harm.
const MAX_CELL_CHARACTERS: usize = 2_000;

/// The columns before the values of a joint branch.
const BEFORE: [&str; 4] = [NUMBER, TAKE, MISSING, REMARKS];
/// The rows above the first joint branch.
const HEAD_ROWS: u32 = 2;

/// The cell that says what is accepted of a value, by the row from 0.
pub fn cell_of_value(row: u32, key: Key) -> String {
    format!("{ROWS}!{}", cell_name(row + HEAD_ROWS, u32::from(column_of(key))))
}

/// The cell with the number of formal members of an organization, by its row from 0.
pub fn cell_of_count(row: u32) -> String {
    let column = ORGANIZATION_COLUMNS.iter().position(|title| *title == FORMAL_MEMBERS).unwrap_or(0);
    format!("{ORGANIZATIONS}!{}", cell_name(row + 1, column as u32))
}

fn column_of(key: Key) -> u16 {
    let at = Key::ALL.iter().position(|own| *own == key).unwrap_or(0);
    (BEFORE.len() + 4 * at) as u16
}

/// The formats of cells.
struct Formats {
    head: Format,
    text: Format,
    plain: Format,
    of: [(Confidence, Format); 3],
    missing: Format,
}

impl Formats {
    fn new() -> Self {
        let cell =
            || Format::new().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Hair);
        let coloured = |colour: u32| cell().set_background_color(Color::RGB(colour));
        Self {
            head: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_background_color(Color::RGB(0x00F2_F2F2)),
            // What is accepted stays the text that it is: a spreadsheet makes days and numbers of much.
            text: cell().set_num_format("@").set_bold(),
            plain: cell().set_num_format("@").set_font_color(Color::RGB(0x0059_5959)),
            of: [
                (Confidence::Certain, coloured(0x00E8_F5E9)),
                (Confidence::Likely, coloured(0x00FF_F8E1)),
                (Confidence::Open, coloured(0x00FF_CDD2)),
            ],
            missing: cell().set_num_format("@").set_font_color(Color::RGB(0x0080_5500)),
        }
    }

    fn of(&self, confidence: Confidence) -> &Format {
        self.of.iter().find(|(own, _)| *own == confidence).map_or(&self.plain, |(_, format)| format)
    }
}

/// The bytes of the workbook. Its words are the office's; reasons are in the reader's language.
pub fn write(proposal: &Proposal, language: Language) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut book = Workbook::new();
    rows(book.add_worksheet(), proposal, &formats, language)?;
    organizations(book.add_worksheet(), proposal, &formats, language)?;
    persons(book.add_worksheet(), proposal, &formats, language)?;
    not_read(book.add_worksheet(), proposal, &formats, language)?;
    occasion(book.add_worksheet(), proposal, &formats)?;
    about(book.add_worksheet(), proposal, &formats, language)?;
    book.save_to_buffer()
}

fn rows(
    sheet: &mut Worksheet,
    proposal: &Proposal,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    sheet.set_name(ROWS)?.set_freeze_panes(2, 3)?;
    for (column, title) in (0_u16..).zip(BEFORE) {
        sheet.merge_range(0, column, 1, column, title, &formats.head)?;
    }
    sheet
        .set_column_width(0, 12)?
        .set_column_width(1, 6)?
        .set_column_width(2, 18)?
        .set_column_width(3, 24)?;
    for key in Key::ALL {
        let column = column_of(*key);
        sheet.merge_range(0, column, 0, column + 3, key.title().zh.as_ref(), &formats.head)?;
        for (offset, (title, width)) in
            (0_u16..).zip([(ACCEPTED, 22), (CONFIDENCE, 8), (WHY, 20), (ORIGIN, 22)])
        {
            sheet.write_string_with_format(1, column + offset, title, &formats.head)?;
            sheet.set_column_width(column + offset, width)?;
        }
    }
    let last = u32::try_from(proposal.rows.len()).unwrap_or(u32::MAX).saturating_add(1).max(2);
    choices(sheet, 1, last, &[YES, NO])?;
    for key in Key::ALL {
        let words: Vec<&str> = match key {
            Key::Arrangement => kinds::ARRANGEMENTS.iter().map(|(_, word, _)| *word).collect(),
            Key::Mode => kinds::MODES.iter().map(|(_, word, ..)| *word).collect(),
            Key::Form => kinds::FORMS.iter().map(|(_, word, _)| *word).collect(),
            _ => continue,
        };
        choices(sheet, column_of(*key), last, &words)?;
    }
    for (line, row) in (HEAD_ROWS..).zip(&proposal.rows) {
        write_row(sheet, line, row, formats, language)?;
    }
    Ok(())
}

/// A list to choose from; what is not on it may be typed all the same, as 档案未见 with its reason is.
fn choices(sheet: &mut Worksheet, column: u16, last: u32, words: &[&str]) -> Result<(), XlsxError> {
    let validation = DataValidation::new().allow_list_strings(words)?.show_error_message(false);
    sheet.add_data_validation(2, column, last, column, &validation)?;
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    line: u32,
    row: &Row,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    let missing: Vec<_> = row.missing().iter().map(|key| key.title().zh).collect();
    let before = [
        row.number.clone(),
        if row.is_accepted { YES } else { NO }.to_owned(),
        missing.join("、"),
        told(&row.remarks, language),
    ];
    for (column, text) in (0_u16..).zip(before) {
        let format = if column == 1 { &formats.text } else { &formats.plain };
        sheet.write_string_with_format(line, column, text, format)?;
    }
    for key in Key::ALL {
        let column = column_of(*key);
        match row.values.get(key) {
            Some(value) => write_value(sheet, (line, column), value, formats, language)?,
            None => {
                sheet.write_string_with_format(line, column, "", &formats.text)?;
            }
        }
    }
    Ok(())
}

fn write_value(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    value: &Value,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    let accepted = if value.accepted.starts_with(NOT_ON_FILE) { &formats.missing } else { &formats.text };
    sheet.write_string_with_format(line, column, &value.accepted, accepted)?;
    sheet.write_string_with_format(
        line,
        column + 1,
        value.confidence.word(),
        formats.of(value.confidence),
    )?;
    sheet.write_string_with_format(line, column + 2, told(&value.why, language), &formats.plain)?;
    sheet.write_string_with_format(line, column + 3, origin(&value.origin), &formats.plain)?;
    Ok(())
}

fn told(reasons: &[Say], language: Language) -> String {
    let reasons: Vec<&str> = reasons.iter().map(|why| why.in_language(language)).collect();
    shortened(&reasons.join("；"), MAX_CELL_CHARACTERS)
}

fn origin(cells: &[(String, String)]) -> String {
    let cells: Vec<String> = cells.iter().map(|(cell, text)| format!("{cell}：{text}")).collect();
    shortened(&cells.join("；"), MAX_CELL_CHARACTERS)
}

fn organizations(
    sheet: &mut Worksheet,
    proposal: &Proposal,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    sheet.set_name(ORGANIZATIONS)?;
    heads(sheet, &ORGANIZATION_COLUMNS, formats)?;
    let last = u32::try_from(proposal.organizations.len()).unwrap_or(u32::MAX).max(1);
    let list = |words: &[&str]| DataValidation::new().allow_list_strings(words);
    sheet.add_data_validation(1, 0, last, 0, &list(&[YES, NO])?)?;
    sheet.add_data_validation(1, 2, last, 2, &list(&["党支部", "党总支", "党委"])?)?;
    sheet.add_data_validation(1, 3, last, 3, &list(&HOST_KINDS.each_ref().map(|(_, word)| *word))?)?;
    for (line, own) in (1_u32..).zip(&proposal.organizations) {
        let number = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
        let cells = [
            YES.to_owned(),
            own.name.clone(),
            own.form.clone(),
            own.host_kind.clone(),
            own.host.clone(),
            own.location.clone(),
            own.location_code.clone(),
            number(own.formal_members),
            number(own.probationary_members),
            own.confidence.word().to_owned(),
            told(&own.why, language),
            origin(&own.origin),
        ];
        write_cells(sheet, line, cells, own.confidence, formats)?;
    }
    Ok(())
}

fn persons(
    sheet: &mut Worksheet,
    proposal: &Proposal,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    sheet.set_name(PERSONS)?;
    heads(sheet, &PERSON_COLUMNS, formats)?;
    let last = u32::try_from(proposal.persons.len()).unwrap_or(u32::MAX).max(1);
    for column in [0, 6] {
        let list = DataValidation::new().allow_list_strings(&[YES, NO])?;
        sheet.add_data_validation(1, column, last, column, &list)?;
    }
    for (line, own) in (1_u32..).zip(&proposal.persons) {
        let cells = [
            YES.to_owned(),
            own.name.clone(),
            own.organization.clone(),
            String::new(),
            own.post.to_owned(),
            own.row.clone(),
            String::new(),
            own.confidence.word().to_owned(),
            told(&own.why, language),
            origin(&own.origin),
        ];
        write_cells(sheet, line, cells, own.confidence, formats)?;
    }
    Ok(())
}

/// The heads of a sheet of one value a column, with the ledger's own cells last.
fn heads(sheet: &mut Worksheet, columns: &[&str], formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 2)?;
    for (column, title) in (0_u16..).zip(columns.iter().copied().chain([ORIGIN])) {
        sheet.write_string_with_format(0, column, title, &formats.head)?;
        sheet.set_column_width(column, if title == TAKE || title == CONFIDENCE { 8 } else { 20 })?;
    }
    Ok(())
}

fn write_cells<const N: usize>(
    sheet: &mut Worksheet,
    line: u32,
    cells: [String; N],
    confidence: Confidence,
    formats: &Formats,
) -> Result<(), XlsxError> {
    for (column, text) in (0_u16..).zip(cells) {
        let from_the_end = N as u16 - column;
        let format = match from_the_end {
            3 => formats.of(confidence),
            1 | 2 => &formats.plain,
            _ => &formats.text,
        };
        sheet.write_string_with_format(line, column, text, format)?;
    }
    Ok(())
}

fn not_read(
    sheet: &mut Worksheet,
    proposal: &Proposal,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    sheet.set_name(NOT_READ)?;
    for (column, (title, width)) in (0_u16..).zip([("位置", 16), ("内容", 50), (WHY, 40)]) {
        sheet.write_string_with_format(0, column, title, &formats.head)?;
        sheet.set_column_width(column, width)?;
    }
    for (line, own) in (1_u32..).zip(&proposal.not_read) {
        let cells = [own.place.as_str(), own.text.as_str(), own.why.in_language(language)];
        for (column, text) in (0_u16..).zip(cells) {
            sheet.write_string_with_format(line, column, text, &formats.plain)?;
        }
    }
    Ok(())
}

fn occasion(sheet: &mut Worksheet, proposal: &Proposal, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(OCCASION)?.set_column_width(0, 20)?.set_column_width(1, 50)?;
    let values = [
        proposal.county.to_string(),
        proposal.county_name.clone(),
        proposal.on.to_string(),
        proposal.source.clone(),
        proposal.organ.clone(),
    ];
    for (line, (label, value)) in (0_u32..).zip(OCCASION_LABELS.iter().zip(values)) {
        sheet.write_string_with_format(line, 0, *label, &formats.head)?;
        sheet.write_string_with_format(line, 1, value, &formats.text)?;
    }
    Ok(())
}

fn about(
    sheet: &mut Worksheet,
    proposal: &Proposal,
    formats: &Formats,
    language: Language,
) -> Result<(), XlsxError> {
    sheet.set_name(ABOUT)?.set_column_width(0, 40)?.set_column_width(1, 60)?;
    let mut line = 0;
    for text in ABOUT_LINES {
        sheet.merge_range(line, 0, line, 1, text.in_language(language), &formats.plain)?;
        line += 1;
    }
    if proposal.hidden_rows > 0 {
        let count = proposal.hidden_rows;
        let text = language.pick(
            format!("原表有 {count} 行被隐藏或筛选掉，也已读入。"),
            format!("{count} rows that the ledger hides or filters away were read too."),
        );
        sheet.merge_range(line, 0, line, 1, &text, &formats.plain)?;
        line += 1;
    }
    line += 1;
    for (column, title) in [(0, "清单的列"), (1, "读作")] {
        sheet.write_string_with_format(line, column, title, &formats.head)?;
    }
    for (at, (heading, field)) in (line + 1..).zip(&proposal.columns) {
        sheet.write_string_with_format(at, 0, heading, &formats.plain)?;
        sheet.write_string_with_format(at, 1, field, &formats.plain)?;
    }
    Ok(())
}

/// What an officer must know.
const ABOUT_LINES: [Say; 7] = [
    domain::say::say(
        "一、“联合党组织”表每行一个联合党组织。各项的“采纳”是将要记录的内容，可改；“把握”为待定的须核对；“原文”是清单的单元格和文字。",
        "1. The sheet 联合党组织 has a row a joint branch. 采纳 is what will be recorded and may be changed; look at whatever is 待定; 原文 is the ledger's cell and its text.",
    ),
    domain::say::say(
        "二、“登记”填“否”的行不登记。名称、合建/共建、牵头乡镇、成员党组织四项必填。",
        "2. A row whose 登记 is 否 is left out. Name, arrangement, township and members are needed.",
    ),
    domain::say::say(
        "三、没有依据的，“采纳”写“档案未见：”加缘由，不要编写；留空表示不作说明。",
        "3. What has no source is 档案未见： with the reason; nothing is made up. An empty cell says nothing.",
    ),
    domain::say::say(
        "四、日期可写 2017-03-05、2017年3月或 2017年；成员之间用顿号，写名称和村代码；等次写 2025Q3 好；2025Q2 一般。",
        "4. Dates are 2017-03-05, 2017年3月 or 2017年; members are divided by 、 and named with the village's code; grades are 2025Q3 好；2025Q2 一般.",
    ),
    domain::say::say(
        "五、“党组织”“人员”两表是尚未登记、需一并登记的；正式党员数须填写。同名而不是同一人的，“同名不同人”填“是”。",
        "5. 党组织 and 人员 are what is not registered yet and will be; the number of formal members is needed. Two persons of one name are marked 是 in 同名不同人.",
    ),
    domain::say::say(
        "六、“登记信息”表的登记日期、行文（决定）单位请核对；工作表和列的名称不要改动。",
        "6. Check the day and the deciding body in 登记信息; leave the names of sheets and columns as they are.",
    ),
    domain::say::say(
        "七、先试算，再记录：一处不合格则全部不记录；中断后用同一文件再运行一次即可接续。",
        "7. Try it first, then record: one problem and nothing is recorded; run it again with the same file where it was cut off.",
    ),
];
