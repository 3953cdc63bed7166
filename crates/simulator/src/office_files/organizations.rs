//! A list of Party organizations: what each row says, how sure that is, and what is to be recorded for it.

use std::collections::BTreeMap;

use domain::ids::OrganizationId;
use domain::organization::{HostKind, OrganizationForm};
use domain::place::PlaceCode;
use domain::say::Say;
use domain::text::Text;

use super::headed_table::{self, CellProblem, Known, Row, Table, TableError};
use super::register::{Confidence, Register};

mod naming;
pub mod plan;
mod reading;
pub mod sheet;
mod superiors;
#[cfg(test)]
mod tests;

/// The columns of such a list, in the order in which they are proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    Accept,
    Name,
    Form,
    HostKind,
    Host,
    County,
    Township,
    Location,
    Superior,
    Formal,
    Probationary,
    Members,
    Households,
    Population,
    Confidence,
    Why,
    Original,
    Line,
}

/// The headings under which lists have them.
pub const HEADINGS: &[Known<Field>] = &[
    Known::of_row(Field::Accept, &["采纳", "accept"]),
    Known::of_row(
        Field::Name,
        &["名称", "党组织名称", "组织名称", "党组织", "党支部名称", "支部名称", "党组织全称", "全称", "name"],
    ),
    Known::of_row(Field::Form, &["形式", "组织形式", "党组织形式", "组织类型", "党组织类型", "类型", "form"]),
    Known::of_row(Field::HostKind, &["所属类别", "单位类别", "所属单位类别", "host_kind"]),
    Known::of_rows(
        Field::Host,
        &[
            "所在村/单位",
            "所在村或单位",
            "所属",
            "所在村",
            "所在单位",
            "所属单位",
            "所属村",
            "村/单位",
            "村",
            "村名",
            "行政村",
            "村、单位",
            "单位",
            "单位名称",
            "所在行政村",
            "host",
        ],
    ),
    Known::of_rows(Field::County, &["县", "县区", "区县", "所在县", "所在县区", "county"]),
    Known::of_rows(
        Field::Township,
        &["乡镇", "镇", "乡镇街道", "所在乡镇", "所属乡镇", "乡镇名称", "township"],
    ),
    Known::of_rows(Field::Location, &["所在地", "所在地代码", "location"]),
    Known::of_rows(Field::Superior, &["上级", "上级党组织", "上级组织", "隶属", "隶属党组织", "superior"]),
    Known::of_row(Field::Formal, &["正式党员数", "正式党员", "正式党员人数", "正式", "formal_members"]),
    Known::of_row(
        Field::Probationary,
        &["预备党员数", "预备党员", "预备党员人数", "预备", "probationary_members"],
    ),
    Known::of_row(Field::Members, &["党员数", "党员人数", "党员总数", "党员", "members"]),
    Known::of_row(Field::Households, &["户数", "总户数", "农户数", "households"]),
    Known::of_row(Field::Population, &["人口", "人口数", "总人口", "户籍人口", "population"]),
    Known::of_row(Field::Confidence, &["把握", "confidence"]),
    Known::of_row(Field::Why, &["理由", "why"]),
    Known::of_row(Field::Original, &["原文", "original"]),
    Known::of_row(Field::Line, &["行", "原文行", "line"]),
];

/// What a row is taken to say, as far as anybody can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where in the file, from 1.
    pub line: u64,
    /// What its cells hold, as they stand.
    pub original: String,
    pub name: Text,
    /// By what its name is compared with others at the same place.
    pub key: String,
    pub form: Option<OrganizationForm>,
    pub host_kind: Option<HostKind>,
    /// The code of a place or the name of a unit.
    pub host: Option<String>,
    /// The place that it belongs to or lies in.
    pub location: Option<PlaceCode>,
    pub superior: Option<Superior>,
    pub formal_members: Option<u32>,
    pub probationary_members: u32,
    pub households: Option<u32>,
    pub population: Option<u32>,
    /// The organization that is there already.
    pub there: Option<OrganizationId>,
    /// What is not sure of it, by column.
    pub doubts: Vec<Doubt>,
}

/// What stands above an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Superior {
    /// It is there.
    There(OrganizationId),
    /// It stands in another row of the list.
    InRow(u64),
}

/// Why something of a row is not sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub field: Field,
    pub confidence: Confidence,
    pub chinese: String,
    pub english: String,
}

impl Entry {
    /// How sure the least sure part of it is.
    pub fn confidence(&self) -> Confidence {
        self.doubts.iter().map(|doubt| doubt.confidence).min().unwrap_or(Confidence::Sure)
    }
}

/// A list that was read.
#[derive(Debug)]
pub struct OrganizationsList {
    table: Table<Field>,
    /// The rows that are to be taken.
    pub entries: Vec<Entry>,
    /// The rows that somebody decided not to take.
    pub declined: usize,
}

/// A reading of bytes before it is compared with what is there.
pub fn table(bytes: &[u8]) -> Result<Table<Field>, TableError> {
    headed_table::read(bytes, HEADINGS, &[Field::Name])
}

/// What the rows of a table say, given what is there. What can mean nothing is a problem; what is not sure is said so.
pub fn interpret(table: Table<Field>, register: &Register) -> Result<OrganizationsList, TableError> {
    let (mut entries, mut problems) = (Vec::new(), Vec::new());
    let mut declined = 0;
    for row in &table.rows {
        match accepts(row) {
            Some(true) => entries.extend(reading::entry(&table, row, register, &mut problems)),
            Some(false) => declined += 1,
            None => {
                let text = row.get(Field::Accept).unwrap_or_default();
                problems.push(table.problem(
                    row,
                    Field::Accept,
                    format!("「{text}」应为「是」或「否」"),
                    format!("`{text}` must be yes or no"),
                ));
            }
        }
    }
    superiors::find(&table, register, &mut entries, &mut problems);
    problems.extend(twice(&table, &entries));
    if problems.is_empty() {
        Ok(OrganizationsList { table, entries, declined })
    } else {
        Err(TableError::of(problems))
    }
}

impl OrganizationsList {
    /// What is to be told of the file besides its entries.
    pub fn notes(&self) -> Vec<Say> {
        self.table.told()
    }

    /// A problem of the row of an entry, in a column.
    pub fn problem(&self, line: u64, field: Field, chinese: String, english: String) -> CellProblem {
        self.table.problem_of_line(line, field, chinese, english)
    }

    /// Everything that is not sure, as problems: what is recorded at once must be.
    pub fn doubts(&self) -> Vec<CellProblem> {
        let doubts =
            self.entries.iter().flat_map(|entry| entry.doubts.iter().map(move |doubt| (entry, doubt)));
        doubts
            .map(|(entry, doubt)| {
                self.problem(entry.line, doubt.field, doubt.chinese.clone(), doubt.english.clone())
            })
            .collect()
    }

    /// Whether a proposal is of this list: each of its rows repeats one of ours word for word. The first that does not.
    pub fn foreign_row(&self, of: &Table<Field>) -> Option<CellProblem> {
        let known: BTreeMap<String, &str> =
            of.rows.iter().map(|row| (row.line.to_string(), row.original.as_str())).collect();
        self.table.rows.iter().find_map(|row| {
            let (line, original) = (row.get(Field::Line)?, row.get(Field::Original)?);
            if known.get(line) == Some(&original) {
                return None;
            }
            Some(self.table.problem(
                row,
                Field::Original,
                format!("与清单第 {line} 行不符：建议出自另一份清单，或清单后来改动过；请重新 --propose"),
                format!("differs from line {line} of the list: it is of another one, or the list was changed: propose anew"),
            ))
        })
    }
}

/// Whether a row is to be taken; a list without that column is taken whole.
fn accepts(row: &Row<Field>) -> Option<bool> {
    match row.get(Field::Accept).map(str::to_lowercase).as_deref() {
        None | Some("是" | "yes" | "√" | "✓") => Some(true),
        Some("否" | "no" | "×") => Some(false),
        Some(_) => None,
    }
}

/// Two rows of one organization.
fn twice(table: &Table<Field>, entries: &[Entry]) -> Vec<CellProblem> {
    let mut problems = Vec::new();
    let mut seen = BTreeMap::new();
    for entry in entries {
        let key = (&entry.location, &entry.host, &entry.key);
        let Some(first) = seen.insert(key, entry.line) else { continue };
        let Some(row) = table.row_of(entry.line) else { continue };
        problems.push(table.problem(
            row,
            Field::Name,
            format!("与第 {first} 行是同一个党组织"),
            format!("the same organization as on line {first}"),
        ));
    }
    problems
}
