//! What of a file nobody sees who looks at it, or that was not read: it is said before anything is made of the rest.

use domain::say::Say;

use crate::Sheet;
use crate::range::column_name;

/// How many rows a note lists.
const MAX_LISTED: usize = 20;

impl Sheet {
    /// Notes for whoever gave the sheet, on its rows from that number on.
    pub fn unseen(&self, begins: u32) -> Vec<Say> {
        let mut notes = Vec::new();
        let hidden: Vec<String> = self.hidden_rows.range(begins..).map(u32::to_string).collect();
        if !hidden.is_empty() {
            let (all, count) = (self.rows.range(begins..).count(), hidden.len());
            let more = if count > MAX_LISTED { "…" } else { "" };
            let shown = hidden.get(..MAX_LISTED.min(count)).unwrap_or_default();
            notes.push(Say::of(
                format!("共 {all} 行，其中 {count} 行被隐藏或筛选掉，也一并读取：第 {}{more} 行", shown.join("、")),
                format!(
                    "{count} of the {all} rows are hidden or left out by a filter, and are read like the others: {}{more}",
                    shown.join(", ")
                ),
            ));
        }
        let columns: Vec<String> =
            self.hidden_columns.iter().map(|column| column_name(*column as usize)).collect();
        if !columns.is_empty() {
            notes.push(Say::of(
                format!("{} 列被隐藏，也一并读取", columns.join("、")),
                format!("columns are hidden, and are read like the others: {}", columns.join(", ")),
            ));
        }
        if !self.other_sheets.is_empty() {
            notes.push(Say::of(
                format!("只读取一个工作表；工作表「{}」也有内容，没有读取", self.other_sheets.join("」「")),
                format!(
                    "only one sheet is read; these hold something too, and are not: {}",
                    self.other_sheets.join(", ")
                ),
            ));
        }
        notes
    }
}
