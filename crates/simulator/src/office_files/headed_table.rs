//! A list as an office keeps it: a row of headings somewhere at the top, the columns in any order and under any usual name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use domain::errors;
use domain::say::Say;
use event_log::regular_file;
use unicode_normalization::UnicodeNormalization;
use workbook::{CellError, CellValue, Limits, Precision, Sheet, cell_name, column_name};

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 10 << 20;
/// How many rows a list may have below its headings.
pub const MAX_ROWS: usize = 5_000;
/// How many columns it may have.
pub const MAX_COLUMNS: u32 = 64;
/// How far down the headings are looked for: above them stand titles.
const MAX_TITLE_ROWS: usize = 10;
/// How long a file of so many rows may be besides, titles, sums and repeated headings among them.
const MAX_SHEET_ROWS: u32 = 20_000;
/// The most that a workbook may unpack to, how many texts its cells may share, and how long what is read may be.
const MAX_UNPACKED_BYTES: u64 = 128 << 20;
const MAX_SHARED_TEXTS: usize = 1_000_000;
const MAX_TEXT_BYTES: usize = 32 << 20;
/// How many problems are listed; the rest are counted.
const MAX_PROBLEMS_LISTED: usize = 200;
/// Columns that only number or comment the others: nothing of them is recorded, nor missed.
const NUMBERING: [&str; 4] = ["序号", "编号", "no", "no."];
/// What the first filled cell of a row of sums says.
const SUMS: [&str; 5] = ["合计", "总计", "小计", "共计", "total"];

/// A cell that fails, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// The row, from 1.
    pub line: u64,
    /// The cell as a spreadsheet names it, or the row alone.
    pub cell: String,
    /// What stands above the column, or `-`.
    pub heading: String,
    /// Why, in Chinese.
    pub chinese: String,
    /// Why, in English.
    pub english: String,
}

errors! {
    /// Why a list is not taken.
    #[derive(Debug)]
    pub enum TableError {
        /// The file cannot be read.
        #[zh("无法读取 {}：{cause}", path.display())]
        #[en("{} cannot be read: {cause}", path.display())]
        File { path: PathBuf, cause: std::io::Error },
        /// The file is too large.
        #[zh("文件有 {bytes} 字节，上限 {limit}")]
        #[en("the file has {bytes} bytes, at most {limit} are taken")]
        TooLarge { bytes: u64, limit: u64 },
        /// Cells fail; no row is taken.
        #[zh("{} 处不合格，未采用任何一行", listed.len() + more)]
        #[en("{} problems, no row was taken", listed.len() + more)]
        Cells { listed: Vec<CellProblem>, more: usize },
    }
}

impl TableError {
    /// The problems in the order of the rows; those beyond the limit are counted.
    pub fn of(mut problems: Vec<CellProblem>) -> Self {
        problems.sort_by(|one, other| (one.line, &one.cell).cmp(&(other.line, &other.cell)));
        let more = problems.len().saturating_sub(MAX_PROBLEMS_LISTED);
        problems.truncate(MAX_PROBLEMS_LISTED);
        Self::Cells { listed: problems, more }
    }
}

/// A column that is known, and the headings under which lists have it, the usual one first.
pub struct Known<F: 'static> {
    /// Which.
    pub field: F,
    /// Its headings.
    pub headings: &'static [&'static str],
    /// Whether a cell that is merged over several rows says the same of each, as the name of a township does.
    pub spans_rows: bool,
    /// Whether it holds days.
    pub holds_days: bool,
}

impl<F> Known<F> {
    /// A column with a cell of its own in each row.
    pub const fn of_row(field: F, headings: &'static [&'static str]) -> Self {
        Self { field, headings, spans_rows: false, holds_days: false }
    }

    /// A column of days.
    pub const fn of_days(field: F, headings: &'static [&'static str]) -> Self {
        Self { field, headings, spans_rows: false, holds_days: true }
    }

    /// A column in which a merged cell says the same of each of its rows.
    pub const fn of_rows(field: F, headings: &'static [&'static str]) -> Self {
        Self { field, headings, spans_rows: true, holds_days: false }
    }
}

/// The cells of a row, by their columns.
struct Line {
    line: u64,
    cells: Vec<String>,
    /// Which of them hold days, which only some columns take.
    days: BTreeSet<usize>,
}

/// A row below the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<F: Ord> {
    /// Where in the file, from 1.
    pub line: u64,
    /// What its known cells hold, trimmed; those that are empty are not there.
    cells: BTreeMap<F, String>,
    /// What all its cells hold, as they stand.
    pub original: String,
}

/// A list with its columns found.
#[derive(Debug)]
pub struct Table<F: Ord> {
    columns: BTreeMap<F, (usize, String)>,
    /// The rows that say something.
    pub rows: Vec<Row<F>>,
    /// The headings that nobody knows: what stands below them is not read.
    unread: Vec<String>,
    /// Rows that are no entries, by what they are, in Chinese and English: titles, repeated headings, sums.
    passed_over: Vec<(u64, &'static str, &'static str)>,
    /// What else whoever gives the list must be told of it: hidden rows, further sheets.
    notes: Vec<Say>,
}

impl<F: Ord + Copy> Row<F> {
    /// What the cell of a column holds; nothing where it is empty or not there.
    pub fn get(&self, field: F) -> Option<&str> {
        self.cells.get(&field).map(String::as_str)
    }
}

impl<F: Ord + Copy> Table<F> {
    /// The row of a line; the rows stand in the order of their lines.
    pub fn row_of(&self, line: u64) -> Option<&Row<F>> {
        self.rows.binary_search_by_key(&line, |row| row.line).ok().and_then(|index| self.rows.get(index))
    }

    /// A problem of the row of a line, in a column.
    pub fn problem_of_line(&self, line: u64, field: F, chinese: String, english: String) -> CellProblem {
        match self.row_of(line) {
            Some(row) => self.problem(row, field, chinese, english),
            None => of_row(line, chinese, english),
        }
    }

    /// A problem of the cell of a row in a column, or of the row where there is no such column.
    pub fn problem(&self, row: &Row<F>, field: F, chinese: String, english: String) -> CellProblem {
        let (cell, heading) = match self.columns.get(&field) {
            Some((index, heading)) => (format!("{}{}", column_name(*index), row.line), heading.clone()),
            None => (row.line.to_string(), "-".to_owned()),
        };
        CellProblem { line: row.line, cell, heading, chinese, english }
    }

    /// What whoever gives the list must be told of it: nothing of a file is left out without a word.
    pub fn told(&self) -> Vec<Say> {
        let mut told = self.notes.clone();
        for (line, zh, en) in &self.passed_over {
            told.push(Say::of(
                format!("第 {line} 行是{zh}，不作数据"),
                format!("line {line} is {en}, and no entry"),
            ));
        }
        if !self.unread.is_empty() {
            told.push(Say::of(
                format!("不认识的列，未读：{}", self.unread.join("、")),
                format!("columns that nobody knows, not read: {}", self.unread.join(", ")),
            ));
        }
        told
    }
}

/// Reads a file.
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, TableError> {
    let refused = |cause| TableError::File { path: path.to_owned(), cause };
    let bytes = std::fs::metadata(path).map_err(refused)?.len();
    if bytes > MAX_FILE_BYTES {
        return Err(TableError::TooLarge { bytes, limit: MAX_FILE_BYTES });
    }
    regular_file::read(path, MAX_FILE_BYTES).map_err(refused)
}

/// Reads a list from its bytes: the first row in which all columns that must be there are found holds the headings.
pub fn read<F: Ord + Copy>(
    bytes: &[u8],
    known: &'static [Known<F>],
    required: &[F],
) -> Result<Table<F>, TableError> {
    let sheet = workbook::read_list(bytes, &LIMITS).map_err(|error| {
        let Say { zh, en } = error.say();
        let line = error.line().unwrap_or(1).into();
        TableError::of(vec![of_row(line, zh.into_owned(), en.into_owned())])
    })?;
    let found = lines(&sheet)?;
    let is_headings = |row: &Line| {
        let fields: Vec<F> = row.cells.iter().filter_map(|cell| field_of(cell, known)).collect();
        required.iter().all(|field| fields.contains(field))
    };
    let Some(at) = found.iter().take(MAX_TITLE_ROWS).position(is_headings) else {
        return Err(TableError::of(vec![no_headings(known, required)]));
    };
    let titles = found[..at].iter().map(|row| (row.line, "标题行", "a title"));
    let mut table = Table {
        columns: BTreeMap::new(),
        rows: Vec::new(),
        unread: Vec::new(),
        passed_over: titles.collect(),
        notes: sheet.unseen(u32::try_from(found[at].line).unwrap_or(u32::MAX).saturating_add(1)),
    };
    let mut problems = table.take_headings(&found[at], known);
    for row in &found[at + 1..] {
        let filled = || row.cells.iter().filter(|cell| !cell.is_empty());
        let Some(first) = filled().next() else { continue };
        if is_headings(row) {
            table.passed_over.push((row.line, "重复的表头", "headings once more"));
        } else if SUMS.contains(&heading_key(first).as_str()) {
            table.passed_over.push((row.line, "合计行", "a row of sums"));
        } else if table.rows.len() == MAX_ROWS {
            let (chinese, english) = (
                format!("超过 {MAX_ROWS} 行，请分成几份"),
                format!("more than {MAX_ROWS} rows: divide the list"),
            );
            problems.push(of_row(row.line, chinese, english));
            break;
        } else {
            problems.extend(table.misplaced_days(row, known));
            table.rows.push(table.row(row, &sheet, known));
        }
    }
    if table.rows.is_empty() && problems.is_empty() {
        problems.push(of_row(
            found[at].line + 1,
            "没有数据行".into(),
            "there is no row below the headings".into(),
        ));
    }
    if problems.is_empty() { Ok(table) } else { Err(TableError::of(problems)) }
}

impl<F: Ord + Copy> Table<F> {
    /// Finds the columns; a column that stands twice is a problem, for nobody can say which one holds.
    fn take_headings(&mut self, row: &Line, known: &'static [Known<F>]) -> Vec<CellProblem> {
        let mut problems = Vec::new();
        for (index, heading) in row.cells.iter().enumerate().filter(|(_, heading)| !heading.is_empty()) {
            let cell = format!("{}{}", column_name(index), row.line);
            let Some(field) = field_of(heading, known) else {
                if !NUMBERING.contains(&heading_key(heading).as_str()) {
                    self.unread.push(heading.clone());
                }
                continue;
            };
            if let Some((first, other)) = self.columns.get(&field) {
                let first = format!("{}{}", column_name(*first), row.line);
                problems.push(CellProblem {
                    line: row.line,
                    cell,
                    heading: heading.clone(),
                    chinese: format!("与 {first}「{other}」是同一列，请只留一列"),
                    english: format!("the same column as {first} `{other}`: leave one of them"),
                });
                continue;
            }
            self.columns.insert(field, (index, heading.clone()));
        }
        problems
    }

    /// Days in columns that hold none: a spreadsheet makes them of what looks like one.
    fn misplaced_days(&self, row: &Line, known: &'static [Known<F>]) -> Vec<CellProblem> {
        let takes_none = |field: &F| known.iter().any(|one| one.field == *field && !one.holds_days);
        let misplaced =
            self.columns.iter().filter(|(field, (index, _))| row.days.contains(index) && takes_none(field));
        let problem = |(_, (index, heading)): (&F, &(usize, String))| {
            let cell = format!("{}{}", column_name(*index), row.line);
            let Say { zh, en } =
                CellError::Day { cell: cell.clone(), found: row.cells[*index].clone() }.say();
            let heading = heading.clone();
            CellProblem { cell, heading, ..of_row(row.line, zh.into_owned(), en.into_owned()) }
        };
        misplaced.map(problem).collect()
    }

    fn row(&self, row: &Line, sheet: &Sheet, known: &'static [Known<F>]) -> Row<F> {
        let cell = |(field, (index, _)): (&F, &(usize, String))| {
            let own = row.cells.get(*index).map(String::as_str).filter(|text| !text.is_empty());
            let spans = known.iter().any(|one| one.field == *field && one.spans_rows);
            let text =
                own.map(str::to_owned).or_else(|| spans.then(|| merged(sheet, row.line, *index)).flatten());
            text.map(|text| (*field, text))
        };
        let filled: Vec<&str> =
            row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
        Row {
            line: row.line,
            cells: self.columns.iter().filter_map(cell).collect(),
            original: filled.join(" | "),
        }
    }
}

const LIMITS: Limits = Limits {
    file_bytes: MAX_FILE_BYTES as usize,
    unpacked_bytes: MAX_UNPACKED_BYTES,
    rows: MAX_SHEET_ROWS,
    columns: MAX_COLUMNS,
    shared_texts: MAX_SHARED_TEXTS,
    text_bytes: MAX_TEXT_BYTES,
};

/// The cells of all rows as text; every one that has none, such as `#REF!`, is named.
fn lines(sheet: &Sheet) -> Result<Vec<Line>, TableError> {
    let (mut lines, mut problems) = (Vec::new(), Vec::new());
    for (number, cells) in &sheet.rows {
        let width = cells.last_key_value().map_or(0, |(last, _)| *last as usize + 1);
        let mut texts = vec![String::new(); width];
        let mut days = BTreeSet::new();
        for (column, value) in cells {
            let cell = cell_name(number - 1, *column);
            if let CellValue::Day { date, shown: Precision::Day } = value {
                texts[*column as usize] = date.to_string();
                days.insert(*column as usize);
                continue;
            }
            match value.text(&cell) {
                Ok(text) => texts[*column as usize] = text.trim().to_owned(),
                Err(error) => {
                    let Say { zh, en } = error.say();
                    let problem = of_row((*number).into(), zh.into_owned(), en.into_owned());
                    problems.push(CellProblem { cell, ..problem });
                }
            }
        }
        lines.push(Line { line: u64::from(*number), cells: texts, days });
    }
    if problems.is_empty() { Ok(lines) } else { Err(TableError::of(problems)) }
}

/// What the cell says that is merged over this one and others of its column.
fn merged(sheet: &Sheet, line: u64, index: usize) -> Option<String> {
    let (row, column) = (u32::try_from(line).ok()?.checked_sub(1)?, u32::try_from(index).ok()?);
    let range = sheet.merged.iter().find(|range| range.holds(row, column))?;
    let (first_row, first_column) = (range.rows.0, range.columns.0);
    let value = sheet.rows.get(&(first_row + 1))?.get(&first_column)?;
    let text = value.text(&cell_name(first_row, first_column)).ok()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn of_row(line: u64, chinese: String, english: String) -> CellProblem {
    CellProblem { line, cell: line.to_string(), heading: "-".to_owned(), chinese, english }
}

fn no_headings<F: Ord + Copy>(known: &'static [Known<F>], required: &[F]) -> CellProblem {
    let names = |field: &F| known.iter().find(|one| one.field == *field).and_then(|one| one.headings.first());
    let names: Vec<&str> = required.iter().filter_map(names).copied().collect();
    of_row(
        1,
        format!("前 {MAX_TITLE_ROWS} 行中没有表头；至少应有：{}", names.join("、")),
        format!(
            "there is no row of headings among the first {MAX_TITLE_ROWS}; it must have at least: {}",
            names.join(", ")
        ),
    )
}

fn field_of<F: Ord + Copy>(heading: &str, known: &'static [Known<F>]) -> Option<F> {
    let key = heading_key(heading);
    let fits = |one: &&Known<F>| one.headings.iter().any(|name| heading_key(name) == key);
    known.iter().find(fits).map(|one| one.field)
}

/// What headings are compared by: one width, no blanks, nothing in brackets, small letters. 「正式党员数（人）」 is 正式党员数.
pub(super) fn heading_key(heading: &str) -> String {
    let mut key = String::new();
    let mut depth = 0_u32;
    for letter in heading.nfkc().filter(|letter| !letter.is_whitespace() && *letter != '*') {
        match letter {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ if depth == 0 => key.extend(letter.to_lowercase()),
            _ => {}
        }
    }
    key
}

/// A whole number as people write it: full width, with blanks, commas or the unit behind it.
pub(super) fn whole_number(text: &str, units: &[&str]) -> Option<u32> {
    let text: String = text.nfkc().filter(|letter| !letter.is_whitespace() && *letter != ',').collect();
    let text = units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text);
    // A spreadsheet's whole numbers may come with a decimal part of nought.
    let text = text.strip_suffix(".0").unwrap_or(text);
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Field {
        Name,
        Count,
    }

    const KNOWN: &[Known<Field>] = &[
        Known::of_row(Field::Name, &["名称", "党组织名称", "name"]),
        Known::of_row(Field::Count, &["人数", "count"]),
    ];

    fn table(text: &str) -> Result<Table<Field>, TableError> {
        read(text.as_bytes(), KNOWN, &[Field::Name])
    }

    fn problems(text: &str) -> Vec<(String, String)> {
        match table(text) {
            Err(TableError::Cells { listed, .. }) => {
                listed.into_iter().map(|one| (one.cell, one.english)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn headings_are_found_below_titles_in_any_order_and_width() {
        let found = table(
            "党组织清单,,\n,,\n序号,人数（人）,党组织 名称,电话\n1,３,甲,无\n合计,3,,\n序号,人数,名称,电话\n2,,乙,\n",
        );
        let found = found.unwrap();
        let rows: Vec<_> =
            found.rows.iter().map(|row| (row.line, row.get(Field::Name), row.get(Field::Count))).collect();
        assert_eq!(rows, [(4, Some("甲"), Some("３")), (7, Some("乙"), None)]);
        assert_eq!(found.unread, ["电话"]);
        let passed: Vec<_> = found.passed_over.iter().map(|(line, ..)| *line).collect();
        assert!(passed.contains(&1) && passed.contains(&5) && passed.contains(&6), "{passed:?}");
        assert_eq!(found.rows[0].original, "1 | ３ | 甲 | 无");
    }

    #[test]
    fn a_column_twice_or_no_headings_or_no_rows_is_refused_where_it_stands() {
        assert_eq!(problems("名称,党组织名称\n甲,乙\n")[0].0, "B1");
        assert_eq!(problems("甲,乙\n丙,丁\n")[0].0, "1");
        assert_eq!(problems("名称\n")[0].0, "2");
        let long = format!("名称\n{}", "甲\n".repeat(MAX_ROWS + 1));
        assert!(problems(&long)[0].1.contains("5000 rows"));
    }

    #[test]
    fn whole_numbers_are_read_as_people_write_them() {
        for (text, expected) in [
            ("12", Some(12)),
            (" １２ 人 ", Some(12)),
            ("1,204户", Some(1204)),
            ("12.0", Some(12)),
            ("12.5", None),
            ("-3", None),
            ("约12", None),
            ("", None),
        ] {
            assert_eq!(whole_number(text, &["人", "户"]), expected, "{text}");
        }
    }
}
