//! A sheet as it is read: texts by row and column, merged cells spread out, each with the name of where it stands.

use std::collections::{BTreeMap, BTreeSet};

use domain::date::Date;
use workbook::{CellRange, cell_name};

/// What a cell holds besides its text.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A text.
    Text,
    /// A number, and the day that it is by the workbook's way of counting days.
    Number {
        /// The number.
        value: f64,
        /// The day, where it is one.
        serial: Option<Date>,
    },
    /// A day.
    Day(Date),
    /// An error, or a formula whose result is not in the file.
    Fault,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// What a person sees there.
    pub text: String,
    /// What it holds.
    pub content: Content,
    /// Where its own content stands, both from 0: for a merged cell the corner on top.
    pub at: (u32, u32),
}

impl Cell {
    /// A text.
    pub fn text(at: (u32, u32), text: impl Into<String>) -> Self {
        Self { text: text.into(), content: Content::Text, at }
    }
}

/// A sheet.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    /// Its name; empty for a text file.
    pub name: String,
    /// Whether the workbook hides it.
    pub is_hidden: bool,
    /// Rows that are hidden or filtered away, from 0.
    pub hidden_rows: BTreeSet<u32>,
    rows: BTreeMap<u32, BTreeMap<u32, Cell>>,
}

impl Grid {
    /// A sheet of cells and merged blocks; what a block's corner holds stands in all of it.
    pub fn new(name: impl Into<String>, cells: impl IntoIterator<Item = Cell>, merged: &[CellRange]) -> Self {
        let mut rows: BTreeMap<u32, BTreeMap<u32, Cell>> = BTreeMap::new();
        for cell in cells.into_iter().filter(|cell| !cell.text.trim().is_empty()) {
            rows.entry(cell.at.0).or_default().insert(cell.at.1, cell);
        }
        for block in merged {
            let corner = rows.get(&block.rows.0).and_then(|row| row.get(&block.columns.0)).cloned();
            let Some(corner) = corner else { continue };
            // A block over a whole column of the sheet ends where the sheet does.
            let last = rows.keys().next_back().copied().unwrap_or(0).min(block.rows.1);
            for row in block.rows.0..=last {
                for column in block.columns.0..=block.columns.1.min(block.columns.0 + 255) {
                    rows.entry(row).or_default().entry(column).or_insert_with(|| corner.clone());
                }
            }
        }
        Self { name: name.into(), is_hidden: false, hidden_rows: BTreeSet::new(), rows }
    }

    /// The rows that hold something, from 0.
    pub fn rows(&self) -> impl Iterator<Item = (u32, &BTreeMap<u32, Cell>)> {
        self.rows.iter().map(|(row, cells)| (*row, cells))
    }

    /// The cells of a row.
    pub fn row(&self, row: u32) -> Option<&BTreeMap<u32, Cell>> {
        self.rows.get(&row)
    }

    /// A cell.
    pub fn cell(&self, row: u32, column: u32) -> Option<&Cell> {
        self.rows.get(&row)?.get(&column)
    }

    /// How many columns the widest row has.
    pub fn width(&self) -> u32 {
        self.rows.values().filter_map(|row| row.keys().next_back()).max().map_or(0, |last| last + 1)
    }

    /// Where a cell stands, as people name it.
    pub fn name_of(&self, at: (u32, u32)) -> String {
        let cell = cell_name(at.0, at.1);
        if self.name.is_empty() { cell } else { format!("{}!{cell}", self.name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merged_block_is_filled_from_its_corner_and_keeps_its_name() {
        let cells = [Cell::text((2, 1), "白果乡"), Cell::text((3, 2), "田岩村")];
        let grid = Grid::new("清单", cells, &[CellRange { rows: (2, 4), columns: (1, 1) }]);
        assert_eq!(grid.cell(3, 1).map(|cell| cell.text.as_str()), Some("白果乡"));
        assert_eq!(grid.cell(3, 1).map(|cell| grid.name_of(cell.at)).as_deref(), Some("清单!B3"));
        assert_eq!((grid.cell(4, 1), grid.width()), (None, 3));
    }
}
