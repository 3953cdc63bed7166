//! The rows of a ledger as joint branches: rows that belong together are joined, and what is none is passed over and said.

use std::collections::BTreeMap;

use domain::say::{Say, say};

use crate::aliases::Field;
use crate::grid::{Cell, Content, Grid};
use crate::heading::{Column, Heading, repeats};
use crate::words::{fold, shortened};

/// What begins a row of sums.
const SUMS: [&str; 7] = ["合计", "总计", "小计", "共计", "累计", "总数", "总 计"];
/// What begins the notes below a table.
const FOOTERS: [&str; 10] =
    ["填表", "制表", "审核", "填报", "注:", "注1", "说明:", "备注:", "联系人", "单位负责人"];
/// How much of a row that is passed over is told.
const TOLD_CHARACTERS: usize = 80;

/// A joint branch as the ledger has it.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Its rows, from 0.
    pub rows: Vec<u32>,
    /// What each column that is read says, by what it is about; each cell once.
    pub cells: BTreeMap<Field, Vec<Cell>>,
    /// Grades: the column and the cell.
    pub grades: Vec<(Column, Cell)>,
    /// Cells of columns that are not read, with the headings.
    pub unread: Vec<(String, Cell)>,
    /// The row above that names a part of the ledger, such as a township.
    pub section: Option<Cell>,
    /// Why several rows are taken for one joint branch.
    pub why_joined: Option<Say>,
}

/// A row that is no joint branch.
#[derive(Debug, Clone, PartialEq)]
pub struct PassedOver {
    /// Which row, from 0.
    pub row: u32,
    /// Why.
    pub why: Say,
    /// What stands there.
    pub text: String,
}

/// What the rows below the headings come to.
#[derive(Debug, Clone, Default)]
pub struct Entries {
    /// The joint branches.
    pub entries: Vec<Entry>,
    /// What is none.
    pub passed_over: Vec<PassedOver>,
    /// Cells that hold an error or a formula without its result, in columns that are read.
    pub faults: Vec<Cell>,
}

impl Entry {
    /// The cells about something.
    pub fn of(&self, field: Field) -> &[Cell] {
        self.cells.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The first cell about something.
    pub fn first(&self, field: Field) -> Option<&Cell> {
        self.of(field).first()
    }
}

/// Reads the rows below the headings.
pub fn read(grid: &Grid, heading: &Heading) -> Entries {
    let mut found = Entries::default();
    let mut section: Option<Cell> = None;
    let mut last_row = None;
    for (row, cells) in grid.rows().filter(|(row, _)| *row >= heading.rows.1) {
        if let Some(why) = why_none(grid, heading, row) {
            let texts = own_texts(cells, row);
            if texts.is_empty() {
                continue;
            }
            if texts.len() == 1 && !texts.iter().any(|text| is_sum(text)) {
                section = cells.values().next().cloned();
            }
            let text = shortened(&texts.join(" "), TOLD_CHARACTERS);
            found.passed_over.push(PassedOver { row, why, text });
            last_row = None;
            continue;
        }
        let why_joined = last_row.and_then(|last| joins(grid, heading, last, row));
        let entry = match (why_joined, found.entries.last_mut()) {
            (Some(why), Some(entry)) => {
                entry.why_joined = why.or(entry.why_joined.take());
                entry
            }
            _ => {
                found.entries.push(Entry { section: section.clone(), ..Entry::default() });
                let Some(entry) = found.entries.last_mut() else { continue };
                entry
            }
        };
        take(entry, heading, row, cells, &mut found.faults);
        last_row = Some(row);
    }
    found
}

/// The texts that stand in a row itself, each once.
fn own_texts(cells: &BTreeMap<u32, Cell>, row: u32) -> Vec<String> {
    let mut texts: Vec<((u32, u32), String)> = Vec::new();
    for cell in cells.values().filter(|cell| cell.at.0 == row) {
        if !texts.iter().any(|(at, _)| *at == cell.at) {
            texts.push((cell.at, cell.text.trim().to_owned()));
        }
    }
    texts.into_iter().map(|(_, text)| text).collect()
}

fn is_sum(text: &str) -> bool {
    let folded = fold(text);
    SUMS.iter().any(|sum| folded.starts_with(&fold(sum)))
}

/// Why a row is no joint branch; nothing for one that is.
fn why_none(grid: &Grid, heading: &Heading, row: u32) -> Option<Say> {
    let cells = grid.row(row)?;
    let texts = own_texts(cells, row);
    if repeats(grid, heading, row) {
        return Some(say("重复的表头", "the headings once more"));
    }
    if texts.first().is_some_and(|first| is_sum(first))
        || cells.values().take(3).any(|cell| is_sum_alone(&cell.text))
    {
        return Some(say("合计行", "a row of sums"));
    }
    if texts.first().is_some_and(|first| FOOTERS.iter().any(|footer| fold(first).starts_with(footer)))
        && texts.len() <= 3
    {
        return Some(say("表尾说明", "notes below the table"));
    }
    let has = |field: Field| {
        heading.of(field).any(|column| grid.cell(row, column.index).is_some_and(|cell| cell.at.0 == row))
    };
    let is_one_text =
        texts.len() == 1 && cells.values().all(|cell| cell.at == (row, *cells.keys().next().unwrap_or(&0)));
    if is_one_text && cells.len() > 1 {
        return Some(say("分段标题", "the title of a part"));
    }
    if has(Field::Name) || has(Field::Members) || has(Field::LeadMember) {
        return None;
    }
    Some(if texts.is_empty() {
        say("空行", "an empty row")
    } else {
        say("没有名称，也没有成员", "neither a name nor members")
    })
}

fn is_sum_alone(text: &str) -> bool {
    SUMS.iter().any(|sum| fold(text) == fold(sum))
}

/// Whether a row goes on with the joint branch of the row before; where merged cells do not say it, why it is likely.
#[expect(
    clippy::option_option,
    reason = "joined for certain, joined for a reason, and not joined are three things"
)]
fn joins(grid: &Grid, heading: &Heading, before: u32, row: u32) -> Option<Option<Say>> {
    let cell = |field: Field, row: u32| heading.of(field).find_map(|column| grid.cell(row, column.index));
    let is_shared = |field: Field| matches!((cell(field, before), cell(field, row)), (Some(one), Some(other)) if one.at == other.at);
    let is_own = |field: Field| cell(field, row).is_some_and(|cell| cell.at.0 == row);
    if is_shared(Field::Name) {
        return Some(None);
    }
    let has_member = is_own(Field::Members) || is_own(Field::LeadMember);
    match (cell(Field::Name, before), cell(Field::Name, row)) {
        (Some(one), Some(other)) => {
            let is_same = fold(&one.text) == fold(&other.text);
            let of_township = |row| cell(Field::Township, row).map(|cell| fold(&cell.text));
            let differs = cell(Field::Members, before).map(|it| fold(&it.text))
                != cell(Field::Members, row).map(|it| fold(&it.text));
            (is_same && has_member && differs && of_township(before) == of_township(row)).then(|| {
                Some(say(
                    "相邻各行名称相同，合为一个",
                    "rows beside each other bear one name and are taken for one",
                ))
            })
        }
        (_, None) if is_shared(Field::Serial) => Some(None),
        (_, None) if heading.has(Field::Name) || heading.has(Field::Serial) => {
            let stands_alone = is_own(Field::Serial) || is_own(Field::Secretary) || is_own(Field::Approval);
            (has_member && !stands_alone).then(|| {
                Some(say(
                    "本行没有序号和名称，并入上一行",
                    "the row has no number and no name: it goes on with the one above",
                ))
            })
        }
        (_, None) => {
            let shared = [Field::Secretary, Field::Approval, Field::Established].into_iter().any(is_shared);
            shared.then_some(None)
        }
        _ => None,
    }
}

fn take(entry: &mut Entry, heading: &Heading, row: u32, cells: &BTreeMap<u32, Cell>, faults: &mut Vec<Cell>) {
    entry.rows.push(row);
    for column in &heading.columns {
        let Some(cell) = cells.get(&column.index) else { continue };
        if column.field == Field::Personal {
            continue;
        }
        if cell.content == Content::Fault {
            if !faults.iter().any(|known| known.at == cell.at) {
                faults.push(cell.clone());
            }
            continue;
        }
        if column.field == Field::Grade {
            if !entry.grades.iter().any(|(_, known)| known.at == cell.at) {
                entry.grades.push((column.clone(), cell.clone()));
            }
            continue;
        }
        let known = entry.cells.entry(column.field).or_default();
        if !known.iter().any(|other| other.at == cell.at) {
            known.push(cell.clone());
        }
    }
    for (index, heading) in &heading.unread {
        if let Some(cell) = cells.get(index)
            && !entry.unread.iter().any(|(_, known)| known.at == cell.at)
        {
            entry.unread.push((heading.clone(), cell.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aliases::Aliases;
    use crate::heading::find;
    use workbook::CellRange;

    fn entries(rows: &[&[&str]], merged: &[CellRange]) -> Entries {
        let cells = (0_u32..).zip(rows).flat_map(|(row, texts)| {
            (0_u32..).zip(*texts).map(move |(column, text)| Cell::text((row, column), *text))
        });
        let grid = Grid::new("", cells.collect::<Vec<_>>(), merged);
        let heading = find(&grid, &Aliases::default()).unwrap();
        read(&grid, &heading)
    }

    fn members(entries: &Entries) -> Vec<Vec<&str>> {
        let texts = |entry| Entry::of(entry, Field::Members).iter().map(|cell| cell.text.as_str()).collect();
        entries.entries.iter().map(texts).collect()
    }

    #[test]
    fn a_row_a_member_under_merged_cells_is_one_joint_branch() {
        let rows: &[&[&str]] = &[
            &["序号", "乡镇", "名称", "成员村"],
            &["1", "白果乡", "狮田联合党支部", "狮子村"],
            &["", "", "", "田岩村"],
            &["2", "", "月坝联合党支部", "月坝村、前进村"],
        ];
        let merged = [
            CellRange { rows: (1, 3), columns: (1, 1) },
            CellRange { rows: (1, 2), columns: (0, 0) },
            CellRange { rows: (1, 2), columns: (2, 2) },
        ];
        let found = entries(rows, &merged);
        assert_eq!(members(&found), [vec!["狮子村", "田岩村"], vec!["月坝村、前进村"]]);
        assert_eq!(found.entries[1].first(Field::Township).unwrap().text, "白果乡");
        assert!(found.entries[0].why_joined.is_none());
        // The same without merged cells is joined because there is neither number nor name.
        let found = entries(rows, &[]);
        assert_eq!(members(&found), [vec!["狮子村", "田岩村"], vec!["月坝村、前进村"]]);
        assert!(found.entries[0].why_joined.is_some());
    }

    #[test]
    fn neighbours_of_one_name_are_one_and_others_are_not() {
        let rows: &[&[&str]] = &[
            &["乡镇", "名称", "成员村"],
            &["白果乡", "狮田联合党支部", "狮子村"],
            &["白果乡", "狮田联合党支部", "田岩村"],
            &["梅树乡", "狮田联合党支部", "梅树村"],
        ];
        assert_eq!(members(&entries(rows, &[])), [vec!["狮子村", "田岩村"], vec!["梅树村"]]);
    }

    #[test]
    fn sums_headings_titles_and_footers_are_passed_over_and_told() {
        let rows: &[&[&str]] = &[
            &["序号", "名称", "成员村", "党员数"],
            &["白果乡"],
            &["1", "狮田联合党支部", "狮子村、田岩村", "30"],
            &["小计", "1", "", "30"],
            &["序号", "名称", "成员村", "党员数"],
            &["2", "月坝联合党支部", "月坝村、前进村", "20"],
            &["合计", "2个", "", "50"],
            &["填表人：某", "", "审核："],
        ];
        let found = entries(rows, &[]);
        assert_eq!(members(&found), [vec!["狮子村、田岩村"], vec!["月坝村、前进村"]]);
        let told: Vec<_> = found.passed_over.iter().map(|it| (it.row, it.why.zh.as_ref())).collect();
        assert_eq!(
            told,
            [(1, "没有名称，也没有成员"), (3, "合计行"), (4, "重复的表头"), (6, "合计行"), (7, "表尾说明")]
        );
        assert_eq!(found.entries[0].section.as_ref().unwrap().text, "白果乡");
    }
}
