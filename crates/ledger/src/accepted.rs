//! A workbook of proposals as an officer gives it back: texts by the names of sheets and columns, each with its cell.

use std::collections::BTreeMap;

use data_encoding::BASE64;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::{Say, say};

use crate::grid::{Content, Grid};
use crate::ledger::{LedgerError, Problem};
use crate::proposal::Key;
use crate::sheet::{
    self, ACCEPTED, NO, NUMBER, OCCASION_LABELS, ORGANIZATION_COLUMNS, PERSON_COLUMNS, TAKE, YES,
};
use crate::source;
use crate::words::{fold, is_blank};

/// A text and where it stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct At {
    /// The text, trimmed.
    pub text: String,
    /// Sheet and cell.
    pub cell: String,
}

impl At {
    /// Whether nothing is filled in.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// A joint branch that is to be registered.
#[derive(Debug, Clone)]
pub struct AcceptedRow {
    /// What ties its persons to it.
    pub number: At,
    /// Its values.
    pub values: BTreeMap<Key, At>,
}

impl AcceptedRow {
    /// A value.
    pub fn get(&self, key: Key) -> &At {
        static NOTHING: At = At { text: String::new(), cell: String::new() };
        self.values.get(&key).unwrap_or(&NOTHING)
    }
}

/// A row of a sheet of one value a column.
pub type Columns = BTreeMap<&'static str, At>;

/// What was accepted.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// The county.
    pub county: PlaceCode,
    /// From which day the entries hold.
    pub on: Date,
    /// What the source is called.
    pub source: At,
    /// The deciding body.
    pub organ: At,
    /// The joint branches.
    pub rows: Vec<AcceptedRow>,
    /// How many rows are left out.
    pub left_out: usize,
    /// The organizations.
    pub organizations: Vec<Columns>,
    /// The persons.
    pub persons: Vec<Columns>,
}

/// A workbook as it goes through forms and JSON.
pub fn encoded(workbook: &[u8]) -> String {
    BASE64.encode(workbook)
}

/// A workbook that came back.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.trim().as_bytes()).ok()
}

impl Accepted {
    /// Puts what was changed on a page in place of what the cells say.
    pub fn change(&mut self, changes: &[(String, String)]) {
        let changes: BTreeMap<&str, &str> =
            changes.iter().map(|(cell, text)| (cell.as_str(), text.trim())).collect();
        let rows = self.rows.iter_mut().flat_map(|row| row.values.values_mut());
        let others = self.organizations.iter_mut().chain(&mut self.persons).flat_map(BTreeMap::values_mut);
        for at in rows.chain(others).chain([&mut self.source, &mut self.organ]) {
            if let Some(text) = changes.get(at.cell.as_str()) {
                at.text = (*text).to_owned();
            }
        }
    }
}

/// Reads a workbook of proposals.
pub fn read(bytes: &[u8]) -> Result<Accepted, LedgerError> {
    let grids = source::read_proposal(bytes)?;
    let mut problems = faults(&grids);
    let grid = |name: &str| grids.iter().find(|grid| grid.name == name);
    let (Some(rows), Some(occasion)) = (grid(sheet::ROWS), grid(sheet::OCCASION)) else {
        return Err(LedgerError::NoProposal);
    };
    let (county, on, source, organ) = read_occasion(occasion, &mut problems);
    let (accepted, left_out) = read_rows(rows, &mut problems);
    let organizations = grid(sheet::ORGANIZATIONS)
        .map(|own| table(own, &ORGANIZATION_COLUMNS, &mut problems))
        .unwrap_or_default();
    let persons =
        grid(sheet::PERSONS).map(|own| table(own, &PERSON_COLUMNS, &mut problems)).unwrap_or_default();
    match (county, on) {
        (Some(county), Some(on)) if problems.is_empty() => {
            Ok(Accepted { county, on, source, organ, rows: accepted, left_out, organizations, persons })
        }
        _ => Err(LedgerError::Cells { problems }),
    }
}

/// Errors and formulas without results, wherever they stand.
fn faults(grids: &[Grid]) -> Vec<Problem> {
    let cells = grids.iter().flat_map(|grid| {
        grid.rows().flat_map(move |(_, cells)| cells.values().map(move |cell| (grid, cell)))
    });
    let broken = cells.filter(|(_, cell)| cell.content == Content::Fault);
    let why = || {
        say(
            "单元格没有可读的内容（错误值，或没有结果的公式）",
            "the cell cannot be read: an error, or a formula without its result",
        )
    };
    broken.map(|(grid, cell)| Problem::new(grid.name_of(cell.at), "cell-error", why())).collect()
}

fn read_occasion(grid: &Grid, problems: &mut Vec<Problem>) -> (Option<PlaceCode>, Option<Date>, At, At) {
    let found = |label: &str| {
        let row = grid.rows().find(|(_, cells)| cells.get(&0).is_some_and(|cell| cell.text.trim() == label));
        row.map(|(row, cells)| At {
            text: cells.get(&1).map(|cell| cell.text.trim().to_owned()).unwrap_or_default(),
            cell: grid.name_of((row, 1)),
        })
    };
    let mut get = |label: &str| {
        found(label).unwrap_or_else(|| {
            let why = Say::of(format!("缺少“{label}”一行"), format!("the row {label} is missing"));
            problems.push(Problem::new(grid.name.clone(), "sheet-shape", why));
            At::default()
        })
    };
    let [county, _, on, source, organ] = OCCASION_LABELS.map(&mut get);
    let code = county.text.parse::<PlaceCode>().ok();
    if code.is_none() {
        let why = say("不是县(区)代码", "it is no county's code");
        problems.push(Problem::new(county.cell, "sheet-shape", why));
    }
    let day = on.text.parse::<Date>().ok();
    if day.is_none() {
        let why = say("不是日期，应如 2026-11-30", "it is no day such as 2026-11-30");
        problems.push(Problem::new(on.cell, "sheet-shape", why));
    }
    (code, day, source, organ)
}

fn read_rows(grid: &Grid, problems: &mut Vec<Problem>) -> (Vec<AcceptedRow>, usize) {
    let head = grid
        .rows()
        .find(|(_, cells)| cells.values().any(|cell| cell.text.trim() == NUMBER))
        .map(|(row, _)| row);
    let Some(head) = head else {
        let why = say("缺少表头", "the headings are missing");
        problems.push(Problem::new(grid.name.clone(), "sheet-shape", why));
        return (Vec::new(), 0);
    };
    let text = |row: u32, column: u32| {
        grid.cell(row, column).map(|cell| cell.text.trim().to_owned()).unwrap_or_default()
    };
    let mut columns: BTreeMap<Key, u32> = BTreeMap::new();
    let (mut number, mut take) = (None, None);
    for column in 0..grid.width() {
        match text(head, column).as_str() {
            NUMBER => number = Some(column),
            TAKE => take = Some(column),
            title if text(head + 1, column) == ACCEPTED => {
                let Some(key) = Key::ALL.iter().find(|key| key.title().zh == title) else { continue };
                if columns.insert(*key, column).is_some() {
                    let why =
                        Say::of(format!("“{title}”的“采纳”有两列"), format!("{title} has two columns 采纳"));
                    problems.push(Problem::new(grid.name_of((head, column)), "sheet-shape", why));
                }
            }
            _ => {}
        }
    }
    for key in Key::ALL.iter().filter(|key| !columns.contains_key(key)) {
        let title = key.title().zh;
        let why =
            Say::of(format!("缺少“{title}”的“采纳”一列"), format!("the column 采纳 of {title} is missing"));
        problems.push(Problem::new(grid.name.clone(), "sheet-shape", why));
    }
    let at = |row: u32, column: u32| At { text: text(row, column), cell: grid.name_of((row, column)) };
    let (mut accepted, mut left_out) = (Vec::new(), 0);
    for (row, _) in grid.rows().filter(|(row, _)| *row > head + 1) {
        let values: BTreeMap<Key, At> =
            columns.iter().map(|(key, column)| (*key, at(row, *column))).collect();
        if values.values().all(At::is_empty) {
            continue;
        }
        let number = number.map(|column| at(row, column)).unwrap_or_default();
        match take.map(|column| at(row, column)) {
            Some(own) if is_no(&own.text) => left_out += 1,
            Some(own) if !is_yes(&own.text) => problems.push(neither(own)),
            _ => accepted.push(AcceptedRow { number, values }),
        }
    }
    (accepted, left_out)
}

fn neither(own: At) -> Problem {
    Problem::new(own.cell, "sheet-shape", say("应填“是”或“否”", "it must be 是 or 否"))
}

/// Whether a cell says yes.
pub fn is_yes(text: &str) -> bool {
    text == YES || matches!(fold(text).as_str(), "yes" | "y" | "√" | "1" | "true")
}

fn is_no(text: &str) -> bool {
    text == NO || matches!(fold(text).as_str(), "no" | "n" | "×" | "x" | "0" | "false")
}

/// The rows of a sheet of one value a column, without those that are left out.
fn table(grid: &Grid, titles: &[&'static str], problems: &mut Vec<Problem>) -> Vec<Columns> {
    let head = grid
        .rows()
        .find(|(_, cells)| cells.values().any(|cell| cell.text.trim() == TAKE))
        .map(|(row, _)| row);
    let Some(head) = head else { return Vec::new() };
    let mut columns: BTreeMap<&'static str, u32> = BTreeMap::new();
    for (column, cell) in grid.row(head).into_iter().flatten() {
        if let Some(title) = titles.iter().find(|title| **title == cell.text.trim())
            && columns.insert(title, *column).is_some()
        {
            let why = Say::of(format!("“{title}”有两列"), format!("there are two columns {title}"));
            problems.push(Problem::new(grid.name_of((head, *column)), "sheet-shape", why));
        }
    }
    for title in titles.iter().filter(|title| !columns.contains_key(*title)) {
        let why = Say::of(format!("缺少“{title}”一列"), format!("the column {title} is missing"));
        problems.push(Problem::new(grid.name.clone(), "sheet-shape", why));
    }
    let mut rows = Vec::new();
    for (row, _) in grid.rows().filter(|(row, _)| *row > head) {
        let at = |column: &u32| At {
            text: grid.cell(row, *column).map(|cell| cell.text.trim().to_owned()).unwrap_or_default(),
            cell: grid.name_of((row, *column)),
        };
        let values: Columns = columns.iter().map(|(title, column)| (*title, at(column))).collect();
        if values.values().all(|value| is_blank(&value.text)) {
            continue;
        }
        match values.get(TAKE) {
            Some(own) if is_no(&own.text) => {}
            Some(own) if !is_yes(&own.text) => problems.push(neither(own.clone())),
            _ => rows.push(values),
        }
    }
    rows
}
