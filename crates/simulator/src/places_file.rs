//! Lists of places: CSV (UTF-8 or GB18030) and the first sheet of an .xlsx, taken whole or not at all.

use domain::errors;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use domain::date::Date;
use domain::ids::CommandId;
use domain::place::{Level, PlaceCode};
use domain::say::Say;
use domain::text::Text;
use event_log::regular_file;
use serde_json::{Value, json};

use crate::generate::line::labelled_ulid;

pub(crate) mod cells;

/// The largest file that is read: some fifty times a city's list.
pub(crate) const MAX_FILE_BYTES: u64 = 8 << 20;
/// How many rows a file may have: the largest city has some twelve thousand places.
const MAX_ROWS: usize = 200_000;
/// How many failing rows are listed; the rest are counted.
pub(crate) const MAX_PROBLEMS_LISTED: usize = 200;
/// The header.
pub(crate) const COLUMNS: [&str; 4] = ["code", "name", "level", "parent"];

/// A place as a row of the list says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceLine {
    /// Where in the file, from 1.
    pub line: u64,
    /// The statistical code.
    pub code: PlaceCode,
    /// The name.
    pub name: Text,
    /// The tier.
    pub level: Level,
    /// The code of the place above; none for the city.
    pub parent: Option<PlaceCode>,
}

/// A row that fails, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineProblem {
    /// Where in the file, from 1.
    pub line: u64,
    /// The column's name, or `-` where the row as a whole fails.
    pub column: &'static str,
    /// Why, in Chinese.
    pub chinese: String,
    /// Why, in English.
    pub english: String,
}

errors! {
    /// Why a list is not taken.
    #[derive(Debug)]
    pub enum PlacesFileError {
        /// The file cannot be read.
        #[zh("无法读取 {}：{cause}", path.display())]
        #[en("{} cannot be read: {cause}", path.display())]
        File { path: PathBuf, cause: std::io::Error },
        /// The file is too large.
        #[zh("文件有 {bytes} 字节，上限 {limit}")]
        #[en("the file has {bytes} bytes, at most {limit} are taken")]
        TooLarge { bytes: u64, limit: u64 },
        /// Rows fail; none is taken.
        #[zh("{} 处不合格，未采用任何一行", listed.len() + more)]
        #[en("{} problems, no row was taken", listed.len() + more)]
        Rows { listed: Vec<LineProblem>, more: usize },
    }
}

/// A `register-place` command of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceCommand {
    /// Where in the file, from 1.
    pub line: u64,
    /// The same for the same code and day, so that a repeated import replays.
    pub id: CommandId,
    /// The request's JSON: `effective_date`, `on_behalf_of` the city, `data`.
    pub body: Value,
}

/// Reads a list from a file.
pub fn read(path: &Path) -> Result<Vec<PlaceLine>, PlacesFileError> {
    let refused = |cause| PlacesFileError::File { path: path.to_owned(), cause };
    check_size(fs::metadata(path).map_err(refused)?.len())?;
    read_bytes(&regular_file::read(path, MAX_FILE_BYTES).map_err(refused)?)
}

/// Reads a list from its bytes; what they are, CSV or .xlsx, they say themselves.
pub fn read_bytes(bytes: &[u8]) -> Result<Vec<PlaceLine>, PlacesFileError> {
    check_size(bytes.len() as u64)?;
    let mut problems = Vec::new();
    let lines = match cells::rows(bytes, &COLUMNS) {
        Ok(rows) => check_rows(rows, &mut problems),
        Err(found) => {
            problems = found;
            Vec::new()
        }
    };
    if problems.is_empty() {
        return Ok(lines);
    }
    problems.sort_by_key(|problem| problem.line);
    let more = problems.len().saturating_sub(MAX_PROBLEMS_LISTED);
    problems.truncate(MAX_PROBLEMS_LISTED);
    Err(PlacesFileError::Rows { listed: problems, more })
}

fn check_size(bytes: u64) -> Result<(), PlacesFileError> {
    if bytes > MAX_FILE_BYTES {
        return Err(PlacesFileError::TooLarge { bytes, limit: MAX_FILE_BYTES });
    }
    Ok(())
}

/// The commands that register the places from that day on: the city first, the villages last.
pub fn commands(lines: &[PlaceLine], as_of: Date) -> Vec<PlaceCommand> {
    let mut sorted: Vec<&PlaceLine> = lines.iter().collect();
    sorted.sort_by_key(|line| (std::cmp::Reverse(line.level), line.code.clone()));
    let command = |line: &PlaceLine| PlaceCommand {
        line: line.line,
        id: CommandId(labelled_ulid(&format!("import places/{}/{as_of}", line.code))),
        body: json!({ "effective_date": as_of, "on_behalf_of": city_of(&line.code), "data": data(line) }),
    };
    sorted.into_iter().map(command).collect()
}

/// The `data` of `register-place`; the row of the city names a province, which is no place of this log.
pub fn data(line: &PlaceLine) -> Value {
    let mut data = json!({ "code": line.code, "name": line.name, "level": line.level });
    if let Some(parent) = &line.parent {
        data["parent"] = json!(parent);
    }
    data
}

/// The four digits of the city that a code lies in.
fn city_of(code: &PlaceCode) -> &str {
    code.as_str().get(..4).unwrap_or_default()
}

fn problem(
    line: u64,
    column: &'static str,
    chinese: impl Into<String>,
    english: impl Into<String>,
) -> LineProblem {
    LineProblem { line, column, chinese: chinese.into(), english: english.into() }
}

/// Every row on its own, then the rows against each other.
fn check_rows(rows: Vec<cells::Row>, problems: &mut Vec<LineProblem>) -> Vec<PlaceLine> {
    let mut rows = rows.into_iter();
    let header = rows.next();
    if header.as_ref().is_none_or(|row| row.cells != COLUMNS) {
        let line = header.map_or(1, |row| row.line);
        let (chinese, english) =
            ("表头应为 code,name,level,parent", "the header must be code,name,level,parent");
        problems.push(problem(line, "-", chinese, english));
        return Vec::new();
    }
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut lines = Vec::new();
    for row in rows {
        if row.cells.len() != COLUMNS.len() {
            let found = row.cells.len();
            let chinese = format!("应有 4 列，实有 {found} 列");
            problems.push(problem(row.line, "-", chinese, format!("4 columns are wanted, {found} found")));
            continue;
        }
        let code = row.cells[0].clone();
        if let Some(first) = seen.get(&code) {
            let (chinese, english) = (
                format!("代码 {code} 与第 {first} 行重复"),
                format!("code {code} stands on line {first} too"),
            );
            problems.push(problem(row.line, "code", chinese, english));
        } else {
            seen.insert(code, row.line);
        }
        lines.extend(check_row(&row, problems));
    }
    if lines.is_empty() && problems.is_empty() {
        problems.push(problem(2, "-", "没有数据行", "there is no row below the header"));
    }
    for line in &lines {
        if let Some(parent) = line.parent.as_ref().filter(|parent| !seen.contains_key(parent.as_str())) {
            let (chinese, english) =
                (format!("表中没有上级 {parent}"), format!("the parent {parent} is not in the file"));
            problems.push(problem(line.line, "parent", chinese, english));
        }
    }
    lines
}

/// One row: every cell that fails is named, not just the first.
fn check_row(row: &cells::Row, problems: &mut Vec<LineProblem>) -> Option<PlaceLine> {
    let before = problems.len();
    let [code, name, level, parent] = row.cells.as_slice() else { return None };
    let mut refuse = |column, chinese: String, english: String| {
        problems.push(problem(row.line, column, chinese, english));
    };
    let code = code.parse::<PlaceCode>();
    let name = Text::try_from(name.as_str());
    let known_level = level_of(level);
    if code.is_err() {
        let found = &row.cells[0];
        let chinese = format!("「{found}」不是 4、6、9 或 12 位数字的代码");
        refuse("code", chinese, format!("`{found}` is not a code of 4, 6, 9 or 12 digits"));
    }
    if let Err(error) = &name {
        let Say { zh, en } = error.say();
        refuse("name", zh.into_owned(), en.into_owned());
    }
    if known_level.is_none() {
        let chinese = format!("层级「{level}」应为 city、county、township 或 village");
        refuse("level", chinese, format!("level `{level}` is none of city, county, township, village"));
    }
    if let (Ok(code), Some(level)) = (&code, known_level) {
        if code.level() != level {
            let (chinese, english) = (
                format!("{} 位代码不是{}的代码", code.as_str().len(), level.chinese()),
                format!("a code of {} digits is no {}'s", code.as_str().len(), level.as_str()),
            );
            refuse("level", chinese, english);
        } else if level != Level::City && !is_parent(parent, code) {
            let (chinese, english) = (
                format!("上级「{parent}」应比 {code} 高一级，并为其代码的开头"),
                format!("the parent `{parent}` must be one tier above {code}, and begin its code"),
            );
            refuse("parent", chinese, english);
        }
    }
    if problems.len() > before {
        return None;
    }
    let (code, name, level) = (code.ok()?, name.ok()?, known_level?);
    let parent = parent.parse().ok().filter(|_| level != Level::City);
    Some(PlaceLine { line: row.line, code, name, level, parent })
}

fn level_of(text: &str) -> Option<Level> {
    [Level::City, Level::County, Level::Township, Level::Village]
        .into_iter()
        .find(|level| level.as_str() == text)
}

/// One tier up, and the beginning of the code.
fn is_parent(parent: &str, code: &PlaceCode) -> bool {
    let length = match code.level() {
        Level::City => 2,
        Level::County => 4,
        Level::Township => 6,
        Level::Village => 9,
    };
    code.as_str().get(..length) == Some(parent)
}

#[cfg(test)]
mod tests;
