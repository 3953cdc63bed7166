//! Lists of places: CSV (UTF-8 or GB18030) and the first sheet of an .xlsx, taken whole or not at all.

use domain::errors;
use std::fs;
use std::path::{Path, PathBuf};

use domain::date::Date;
use domain::ids::CommandId;
use domain::place::{Level, PlaceCode, PlaceKind};
use domain::say::Say;
use domain::text::Text;
use event_log::regular_file;
use serde_json::{Value, json};

use crate::generate::line::labelled_ulid;

pub(crate) mod cells;
mod code;
mod header;
mod row;
mod together;

/// The largest file that is read: some fifty times a city's list.
pub(crate) const MAX_FILE_BYTES: u64 = 8 << 20;
/// How many rows a file may have: the largest city has some twelve thousand places.
const MAX_ROWS: usize = 200_000;
/// How many failing rows are listed; the rest are counted.
pub(crate) const MAX_PROBLEMS_LISTED: usize = 200;
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
    /// What it is, where the list states it.
    pub kind: Option<PlaceKind>,
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacesList {
    /// Its places, in its order.
    pub lines: Vec<PlaceLine>,
    /// What must be known of it: what nobody sees, what was not taken, what was taken otherwise than it is written.
    pub notes: Vec<Say>,
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
pub fn read(path: &Path) -> Result<PlacesList, PlacesFileError> {
    let refused = |cause| PlacesFileError::File { path: path.to_owned(), cause };
    check_size(fs::metadata(path).map_err(refused)?.len())?;
    read_bytes(&regular_file::read(path, MAX_FILE_BYTES).map_err(refused)?)
}

/// Reads a list from its bytes; what they are, CSV or .xlsx, they say themselves.
pub fn read_bytes(bytes: &[u8]) -> Result<PlacesList, PlacesFileError> {
    check_size(bytes.len() as u64)?;
    let mut problems = Vec::new();
    match cells::sheet(bytes) {
        Ok(sheet) => {
            let found = row::read_rows(&sheet, &mut problems);
            let list = found.map(|found| together::check(&sheet, found, &mut problems));
            if let Some(list) = list.filter(|_| problems.is_empty()) {
                return Ok(list);
            }
        }
        Err(problem) => problems.push(problem),
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
    if let Some(kind) = line.kind {
        data["kind"] = json!(kind);
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

#[cfg(test)]
mod tests;
