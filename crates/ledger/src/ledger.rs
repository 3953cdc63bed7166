//! A ledger file: read within limits, its sheets with their headings and rows.

use domain::date::Date;
use domain::errors;
use domain::place::{Level, PlaceCode};
use domain::place_names::stem;
use domain::say::{Say, say};
use workbook::WorkbookError;

use crate::aliases::{Aliases, Field};
use crate::entries::{self, Entries};
use crate::grid::{Cell, Grid};
use crate::heading::{self, Heading};
use crate::known::Known;
use crate::names::{Found, township};
use crate::source;
use crate::words::{fold, shortened};

/// The largest file.
pub const MAX_FILE_BYTES: usize = 10 << 20;
/// The last row that may hold something.
pub const MAX_ROWS: u32 = 5_000;
/// The last column that may hold something.
pub const MAX_COLUMNS: u32 = 64;

/// What a ledger without a title is called.
const UNTITLED: &str = "清单";
/// The sheet of an office's own headings.
const ALIASES_SHEET: &str = "表头别名";

/// A cell and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: sheet and cell, or a row.
    pub cell: String,
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub why: Say,
}

impl Problem {
    /// What is wrong with a cell.
    pub fn new(cell: impl Into<String>, rule: impl Into<String>, why: Say) -> Self {
        Self { cell: cell.into(), rule: rule.into(), why }
    }
}

errors! {
    /// Why a ledger is not taken.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum LedgerError {
        /// No sheet has the headings of a ledger.
        #[zh("没有找到表头：前 40 行内应有“成员村”或“联合党组织名称”等列名；本单位另有叫法的，用“表头别名”表或 --aliases 说明")]
        #[en("no headings were found: one of the first 40 rows names columns such as 成员村 or 联合党组织名称; name your own in a sheet 表头别名 or with --aliases")]
        NoHeading,
        /// A workbook that is no proposal.
        #[zh("不是本系统给出的建议工作簿：缺少“联合党组织”或“登记信息”工作表")]
        #[en("it is no workbook of proposals: the sheet 联合党组织 or 登记信息 is missing")]
        NoProposal,
        /// No such county.
        #[zh("{on} 的区划中没有代码为 {county} 的县(区)")]
        #[en("the divisions of {on} have no county {county}")]
        NoCounty {
            /// What was asked.
            county: PlaceCode,
            /// For which day.
            on: Date,
        },
        /// A workbook of another county.
        #[zh("建议工作簿是 {found} 的，不是 {asked} 的")]
        #[en("the workbook of proposals is of {found}, not of {asked}")]
        OtherCounty {
            /// Whose it is.
            found: PlaceCode,
            /// Whose was asked for.
            asked: PlaceCode,
        },
        /// A row of the table of headings.
        #[zh("表头别名第 {row} 行：“{text}”不是可用的列")]
        #[en("row {row} of the table of headings: `{text}` is no column that is known")]
        Alias {
            /// Which row, from 1.
            row: usize,
            /// What stands there.
            text: String,
        },
        /// Cells that are wrong; nothing is proposed.
        #[zh("{} 处不合格，未作任何建议", problems.len())]
        #[en("{} problems: nothing is proposed", problems.len())]
        Cells {
            /// Each of them.
            problems: Vec<Problem>,
        },
    } of {
        /// The file does not read.
        Workbook(#[from] WorkbookError),
    }
}

/// A sheet that was read.
#[derive(Debug, Clone)]
pub struct ReadSheet {
    /// Its cells.
    pub grid: Grid,
    /// Its headings.
    pub heading: Heading,
    /// Its rows.
    pub entries: Entries,
}

/// A ledger.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// What it is called.
    pub title: String,
    /// The sheets that were read.
    pub sheets: Vec<ReadSheet>,
    /// The sheets that were not, and why.
    pub other_sheets: Vec<(String, Say)>,
}

/// Reads a ledger from its bytes.
pub fn read(bytes: &[u8], aliases: Aliases) -> Result<Ledger, LedgerError> {
    let mut aliases = aliases;
    let mut grids = source::read(bytes)?;
    if let Some(at) = grids.iter().position(|grid| fold(&grid.name) == ALIASES_SHEET) {
        extend(&mut aliases, &pairs(&grids.remove(at)))?;
    }
    let (mut sheets, mut other_sheets) = (Vec::new(), Vec::new());
    for grid in grids {
        match heading::find(&grid, &aliases) {
            Some(heading) => {
                let entries = entries::read(&grid, &heading);
                sheets.push(ReadSheet { grid, heading, entries });
            }
            None if grid.rows().next().is_some() => {
                let why = say("没有清单的表头，未读", "it has no headings of a ledger and was not read");
                other_sheets.push((grid.name, why));
            }
            None => {}
        }
    }
    if sheets.is_empty() {
        return Err(LedgerError::NoHeading);
    }
    // One sheet needs no name before each cell.
    if let ([only], true) = (sheets.as_mut_slice(), other_sheets.is_empty()) {
        only.grid.name.clear();
    }
    let problems = faults(&sheets);
    if !problems.is_empty() {
        return Err(LedgerError::Cells { problems });
    }
    let title = sheets.iter().map(|sheet| sheet.heading.title.as_str()).find(|title| !title.is_empty());
    let title = shortened(title.unwrap_or(UNTITLED), 100);
    Ok(Ledger { title, sheets, other_sheets })
}

/// Adds an office's own headings: rows of a field and a heading.
pub fn extend(aliases: &mut Aliases, rows: &[(String, String)]) -> Result<(), LedgerError> {
    let is_head = rows
        .first()
        .is_some_and(|(field, _)| matches!(fold(field).as_str(), "field" | "字段" | "列" | "项目" | "内容"));
    let rows = &rows[usize::from(is_head)..];
    aliases.extend(rows).map_err(|at| {
        let text = rows.get(at).map(|(field, _)| shortened(field, 20)).unwrap_or_default();
        LedgerError::Alias { row: at + 1 + usize::from(is_head), text }
    })
}

/// Reads a file of an office's own headings: two columns, the field and the heading.
pub fn aliases_of(bytes: &[u8]) -> Result<Vec<(String, String)>, LedgerError> {
    let pairs = source::read(bytes)?.first().map(pairs).unwrap_or_default();
    extend(&mut Aliases::default(), &pairs)?;
    Ok(pairs)
}

fn pairs(grid: &Grid) -> Vec<(String, String)> {
    let text =
        |row, column| grid.cell(row, column).map(|cell| cell.text.trim().to_owned()).unwrap_or_default();
    grid.rows().map(|(row, _)| (text(row, 0), text(row, 1))).collect()
}

/// Cells that hold an error or a formula without its result, in columns that are read.
fn faults(sheets: &[ReadSheet]) -> Vec<Problem> {
    let cells = sheets.iter().flat_map(|sheet| sheet.entries.faults.iter().map(move |cell| (sheet, cell)));
    let problem = |(sheet, cell): (&ReadSheet, &Cell)| {
        let text = shortened(&cell.text, 20);
        let why = Say::of(
            format!("单元格显示 {text}，不是可读的内容；请改为数值或文字"),
            format!("the cell shows {text}, which cannot be read: put the value there"),
        );
        Problem::new(sheet.grid.name_of(cell.at), "cell-error", why)
    };
    cells.map(problem).collect()
}

/// Refuses a ledger of another county, by the cells that say so.
pub fn check_county(ledger: &Ledger, known: &Known) -> Result<(), LedgerError> {
    let mut of_county = Vec::new();
    let (mut of_township, mut is_found) = (Vec::new(), false);
    for sheet in &ledger.sheets {
        of_county.extend(other_county_in_title(sheet, known));
        for entry in &sheet.entries.entries {
            if let Some(cell) = entry.first(Field::County).filter(|cell| !is_own_county(&cell.text, known)) {
                of_county.push(other_county(sheet, cell, known));
            }
            if let Some(cell) = entry.first(Field::Township) {
                match township(known, &cell.text) {
                    Found::None => of_township.push(other_county(sheet, cell, known)),
                    _ => is_found = true,
                }
            }
        }
    }
    // A single township that nobody knows is looked at in its row.
    let mut problems = if is_found || !of_county.is_empty() { of_county } else { of_township };
    problems.dedup_by(|one, other| one.cell == other.cell);
    if problems.is_empty() { Ok(()) } else { Err(LedgerError::Cells { problems }) }
}

fn other_county(sheet: &ReadSheet, cell: &Cell, known: &Known) -> Problem {
    let (text, name) = (shortened(&cell.text, 20), &known.county.name);
    let why =
        Say::of(format!("“{text}”不是{name}，也不在{name}"), format!("`{text}` is not {name}, nor in it"));
    Problem::new(sheet.grid.name_of(cell.at), "other-county", why)
}

fn other_county_in_title(sheet: &ReadSheet, known: &Known) -> Option<Problem> {
    let title = fold(&sheet.heading.title);
    let own = &known.county.name;
    let other = known
        .other_counties
        .iter()
        .find(|name| title.contains(&fold(name)) && !title.contains(&fold(own)))?;
    let why = Say::of(format!("标题写的是{other}，不是{own}"), format!("the title says {other}, not {own}"));
    let at = sheet.grid.rows().next().map_or((0, 0), |(row, _)| (row, 0));
    Some(Problem::new(sheet.grid.name_of(at), "other-county", why))
}

fn is_own_county(text: &str, known: &Known) -> bool {
    let (text, own) = (fold(text), fold(&known.county.name));
    let bare = |name: &str| stem(Level::County, name).to_owned();
    text == own || text.ends_with(&own) || bare(&text) == bare(&own) || text == known.county.code.as_str()
}
