//! Where a sheet's headings stand, in one row or several, and which column is about what.

use std::collections::{BTreeMap, BTreeSet};

use domain::joint_branch::Grade;
use domain::quarter::Quarter;
use workbook::column_name;

use crate::aliases::{Aliases, Field};
use crate::grid::{Cell, Grid};
use crate::values::grades;
use crate::words::fold;

/// How far down the first row of headings may stand.
const MAX_ROWS_ABOVE: u32 = 40;
/// How many rows of headings may stand one below the other.
const MAX_DEPTH: u32 = 3;

/// A column that is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Which column, from 0.
    pub index: u32,
    /// What it is about.
    pub field: Field,
    /// Its heading, from top to bottom.
    pub heading: String,
    /// The quarter of a grade, where the heading names it.
    pub quarter: Option<Quarter>,
    /// The grade that a tick in this column means.
    pub tick: Option<Grade>,
    /// Whether the heading is one of the table, or only holds one.
    pub is_exact: bool,
}

/// The headings of a sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// The first row of headings, and the first row below them; from 0.
    pub rows: (u32, u32),
    /// The columns that are read.
    pub columns: Vec<Column>,
    /// The columns that are not, with their headings.
    pub unread: Vec<(u32, String)>,
    /// What stands above.
    pub title: String,
}

impl Heading {
    /// Whether any column is about this.
    pub fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|column| column.field == field)
    }

    /// The columns about this.
    pub fn of(&self, field: Field) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(move |column| column.field == field)
    }
}

/// Finds the headings: the rows under which most columns are known. A sheet without members and names is no ledger.
pub fn find(grid: &Grid, aliases: &Aliases) -> Option<Heading> {
    let year = title_year(grid);
    let starts: Vec<u32> = grid.rows().map(|(row, _)| row).take_while(|row| *row < MAX_ROWS_ABOVE).collect();
    let mut best: Option<(i64, (u32, u32))> = None;
    for start in starts.into_iter().filter(|row| texts_of(grid, *row).len() > 1) {
        for depth in 1..=MAX_DEPTH {
            let rows = (start, start + depth);
            let columns: Vec<Column> = columns(grid, aliases, rows, year).filter_map(Result::ok).collect();
            let known: BTreeSet<_> = columns.iter().map(|it| (it.field, it.quarter, it.tick)).collect();
            let has = |field| columns.iter().any(|column| column.field == field);
            let is_ledger = has(Field::Members) || has(Field::LeadMember) || has(Field::Name);
            let exact = columns.iter().filter(|column| column.is_exact).count();
            // Of two readings that know the same, the one of fewer rows takes nothing that stands above or below.
            let score = (known.len() * 1_000 + exact * 10) as i64 - i64::from(depth);
            if is_ledger && known.len() >= 2 && best.is_none_or(|(other, _)| score > other) {
                best = Some((score, rows));
            }
        }
    }
    let (_, rows) = best?;
    Some(read(grid, aliases, (top_of(grid, rows), rows.1), year))
}

/// The first row of headings: those that are merged with a row above begin there, and what stands beside them belongs to
/// them.
fn top_of(grid: &Grid, rows: (u32, u32)) -> u32 {
    let is_head = |cell: &&crate::grid::Cell| cell.at.0 < rows.0 && cell.at.0 + MAX_DEPTH > rows.0;
    let above = grid.row(rows.0).into_iter().flatten().map(|(_, cell)| cell).filter(is_head);
    above.map(|cell| cell.at.0).min().unwrap_or(rows.0)
}

/// The different texts of a row.
fn texts_of(grid: &Grid, row: u32) -> BTreeSet<String> {
    grid.row(row).into_iter().flatten().map(|(_, cell)| fold(&cell.text)).collect()
}

/// The year that the sheet's first rows name, for quarters without one.
fn title_year(grid: &Grid) -> Option<i16> {
    let titles = grid.rows().take(3).filter(|(row, _)| texts_of(grid, *row).len() == 1);
    titles.flat_map(|(_, cells)| cells.values()).find_map(|cell| grades::parts(&cell.text).0)
}

/// What stands above each column that holds something: what it is about, or its heading that nobody knows.
fn columns<'a>(
    grid: &'a Grid,
    aliases: &'a Aliases,
    rows: (u32, u32),
    year: Option<i16>,
) -> impl Iterator<Item = Result<Column, (u32, String)>> + 'a {
    (0..grid.width()).filter_map(move |index| {
        let parts = parts_of(grid, rows, index);
        if parts.is_empty() {
            let holds =
                |(row, cells): (u32, &BTreeMap<u32, Cell>)| row >= rows.1 && cells.contains_key(&index);
            return grid.rows().any(holds).then(|| Err((index, column_name(index as usize))));
        }
        let heading = parts.join("·");
        Some(column(aliases, index, &parts, &heading, year).ok_or((index, heading)))
    })
}

fn read(grid: &Grid, aliases: &Aliases, rows: (u32, u32), year: Option<i16>) -> Heading {
    let (mut own, mut unread) = (Vec::new(), Vec::new());
    for found in columns(grid, aliases, rows, year) {
        match found {
            Ok(column) => own.push(column),
            Err(heading) => unread.push(heading),
        }
    }
    let above = grid.rows().take_while(|(row, _)| *row < rows.0);
    let title: BTreeMap<(u32, u32), &str> =
        above.flat_map(|(_, cells)| cells.values()).map(|cell| (cell.at, cell.text.trim())).collect();
    let title = title.into_values().collect::<Vec<_>>().join(" ");
    Heading { rows, columns: own, unread, title }
}

/// The texts above a column, from top to bottom, each once. Where nothing is merged, what stands over several columns
/// stands over the first of them only.
fn parts_of(grid: &Grid, rows: (u32, u32), index: u32) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for row in rows.0..rows.1 {
        let own = grid.cell(row, index);
        let is_last = row + 1 == rows.1;
        let left = || {
            let has_below = (row + 1..rows.1).any(|below| grid.cell(below, index).is_some());
            let of_left = (0..index).rev().find_map(|left| grid.cell(row, left));
            // A heading that reaches further down is its own column's alone.
            of_left.filter(|cell| {
                !is_last && has_below && grid.cell(row + 1, cell.at.1).is_none_or(|below| below.at != cell.at)
            })
        };
        if let Some(cell) = own.or_else(left) {
            let text = cell.text.split_whitespace().collect::<Vec<_>>().join("");
            if parts.last() != Some(&text) {
                parts.push(text);
            }
        }
    }
    parts
}

fn column(
    aliases: &Aliases,
    index: u32,
    parts: &[String],
    heading: &str,
    year: Option<i16>,
) -> Option<Column> {
    let named = grades::parts(heading);
    let quarter = grades::make((named.0.or(year), named.1));
    let last = parts.last()?;
    let tick = parts.len().checked_sub(2).and_then(|_| {
        let exact = grades::read(last)?;
        Some(exact.value)
    });
    let alone = grades::read(heading).map(|grade| grade.value).filter(|_| parts.len() == 1);
    let of_parts =
        || parts.iter().rev().find_map(|part| aliases.field(part).filter(|(_, is_exact)| *is_exact));
    let loose =
        || aliases.field(&parts.concat()).or_else(|| parts.iter().rev().find_map(|part| aliases.field(part)));
    let make = |field, quarter, tick, is_exact| {
        Some(Column { index, field, heading: heading.to_owned(), quarter, tick, is_exact })
    };
    if tick.is_some() && (named.1.is_some() || parts.iter().any(|part| is_of_grades(aliases, part))) {
        return make(Field::Grade, quarter, tick, true);
    }
    // 好, 一般, 较差 as headings of their own.
    if let Some(tick) = alone {
        return make(Field::Grade, quarter, Some(tick), true);
    }
    if let Some((field, is_exact)) = of_parts().filter(|(field, _)| *field != Field::Grade) {
        return make(field, None, None, is_exact);
    }
    if named.1.is_some() {
        return make(Field::Grade, quarter, None, true);
    }
    let (field, is_exact) = of_parts().or_else(loose)?;
    let quarter = quarter.filter(|_| field == Field::Grade);
    make(field, quarter, None, is_exact)
}

fn is_of_grades(aliases: &Aliases, part: &str) -> bool {
    aliases.field(part).is_some_and(|(field, _)| field == Field::Grade)
}

/// Whether a row below repeats the headings, as those of printed pages do.
pub fn repeats(grid: &Grid, heading: &Heading, row: u32) -> bool {
    let Some(cells) = grid.row(row) else { return false };
    let same = cells.iter().filter(|(index, cell)| {
        let own = (heading.rows.0..heading.rows.1).filter_map(|row| grid.cell(row, **index));
        own.into_iter().any(|head| fold(&head.text) == fold(&cell.text))
    });
    // 好 under 好 is no heading by itself.
    let same = same.count();
    same >= 2 && same * 2 > cells.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use workbook::CellRange;

    use crate::grid::Cell;

    fn grid(rows: &[&[&str]], merged: &[CellRange]) -> Grid {
        let cells = (0_u32..).zip(rows).flat_map(|(row, texts)| {
            (0_u32..).zip(*texts).map(move |(column, text)| Cell::text((row, column), *text))
        });
        Grid::new("", cells.collect::<Vec<_>>(), merged)
    }

    fn fields(heading: &Heading) -> Vec<&'static str> {
        heading.columns.iter().map(|column| column.field.wire()).collect()
    }

    #[test]
    fn headings_stand_below_titles_in_any_order() {
        let merged = CellRange { rows: (0, 0), columns: (0, 4) };
        let rows: &[&[&str]] = &[
            &["昭化区合建共建党组织清单"],
            &["填报单位：", "", "", "2018年"],
            &["备 注", "书记姓名", "合建村", "乡镇", "主导产业"],
            &["", "王某", "狮子村、田岩村", "白果乡", "核桃"],
        ];
        let heading = find(&grid(rows, &[merged]), &Aliases::default()).unwrap();
        assert_eq!(
            (heading.rows, fields(&heading)),
            ((2, 3), vec!["remark", "secretary", "members", "township"])
        );
        assert_eq!(heading.unread, [(4, "主导产业".to_owned())]);
        assert!(heading.title.contains("合建共建党组织清单"));
    }

    #[test]
    fn headings_of_two_rows_are_read_with_what_is_merged_above() {
        let merged = [
            CellRange { rows: (0, 1), columns: (0, 0) },
            CellRange { rows: (0, 1), columns: (1, 1) },
            CellRange { rows: (0, 0), columns: (2, 4) },
            CellRange { rows: (0, 0), columns: (5, 6) },
        ];
        let rows: &[&[&str]] = &[
            &["乡镇", "成员村", "2025年第三季度评估", "", "", "2025年", ""],
            &["", "", "好", "一般", "较差", "一季度", "二季度"],
            &["白果乡", "狮子村、田岩村", "√", "", "", "好", "一般"],
        ];
        let heading = find(&grid(rows, &merged), &Aliases::default()).unwrap();
        assert_eq!(heading.rows, (0, 2));
        let told: Vec<_> =
            heading.of(Field::Grade).map(|it| (it.quarter.unwrap().to_string(), it.tick)).collect();
        let quarter = |text: &str, tick| (text.to_owned(), tick);
        assert_eq!(
            told,
            [
                quarter("2025Q3", Some(Grade::Good)),
                quarter("2025Q3", Some(Grade::Fair)),
                quarter("2025Q3", Some(Grade::Poor)),
                quarter("2025Q1", None),
                quarter("2025Q2", None),
            ]
        );
    }

    #[test]
    fn headings_that_are_merged_downwards_begin_where_they_do() {
        let merged = [
            CellRange { rows: (0, 0), columns: (0, 4) },
            CellRange { rows: (1, 2), columns: (0, 0) },
            CellRange { rows: (1, 2), columns: (1, 1) },
            CellRange { rows: (1, 1), columns: (2, 4) },
        ];
        let rows: &[&[&str]] = &[
            &["2025年台账"],
            &["乡镇", "成员村", "三季度评估", "", ""],
            &["", "", "好", "一般", "较差"],
            &["白果乡", "狮子村、田岩村", "√", "", ""],
        ];
        let heading = find(&grid(rows, &merged), &Aliases::default()).unwrap();
        assert_eq!((heading.rows, heading.title.as_str()), ((1, 3), "2025年台账"));
        let told: Vec<_> = heading.of(Field::Grade).map(|it| it.quarter.map(|it| it.to_string())).collect();
        assert_eq!(told, vec![Some("2025Q3".to_owned()); 3]);
    }

    #[test]
    fn without_merged_cells_a_heading_reaches_over_the_empty_ones_beside_it() {
        let rows: &[&[&str]] = &[
            &["乡镇", "成员村", "2025年评估", "", "备注"],
            &["", "", "一季度", "二季度", ""],
            &["白果乡", "狮子村、田岩村", "好", "一般", "x"],
        ];
        let heading = find(&grid(rows, &[]), &Aliases::default()).unwrap();
        assert_eq!((heading.rows, heading.columns.len()), ((0, 2), 5));
        let told: Vec<_> = heading.of(Field::Grade).map(|it| it.quarter.unwrap().to_string()).collect();
        assert_eq!(told, ["2025Q1", "2025Q2"]);
    }

    #[test]
    fn a_sheet_without_names_and_members_is_no_ledger() {
        let rows: &[&[&str]] = &[&["乡镇", "备注"], &["白果乡", "x"]];
        assert_eq!(find(&grid(rows, &[]), &Aliases::default()), None);
    }
}
