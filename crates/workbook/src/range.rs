//! Where cells stand: their names as a spreadsheet writes them, and ranges of them.

use std::fmt;

/// A rectangle of cells, all counted from 0, the last ones within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellRange {
    /// The first and the last row.
    pub rows: (u32, u32),
    /// The first and the last column.
    pub columns: (u32, u32),
}

impl CellRange {
    /// Whether a cell lies in it.
    pub fn holds(&self, row: u32, column: u32) -> bool {
        (self.rows.0..=self.rows.1).contains(&row) && (self.columns.0..=self.columns.1).contains(&column)
    }
}

impl fmt::Display for CellRange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (cell_name(self.rows.0, self.columns.0), cell_name(self.rows.1, self.columns.1));
        write!(formatter, "{first}:{last}")
    }
}

/// A cell as a spreadsheet names it; both counted from 0.
pub fn cell_name(row: u32, column: u32) -> String {
    format!("{}{}", column_name(column as usize), u64::from(row) + 1)
}

/// A column as a spreadsheet names it: A, B, …, Z, AA, …
pub fn column_name(index: usize) -> String {
    let (mut rest, mut name) = (index + 1, String::new());
    while rest > 0 {
        name.insert(0, char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    name
}

/// Where a cell stands, both from 0: `B3` is (2, 1).
pub(super) fn position_of(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = name.split_at_checked(letters)?;
    // XFD is the last column there is.
    let column = (1..=3).contains(&letters).then(|| {
        column.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })?;
    let row: u32 = row.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

/// A range by its name, such as `B3:B5`.
pub(super) fn range_of(name: &str) -> Option<CellRange> {
    let (first, last) = name.split_once(':')?;
    let ((top, left), (bottom, right)) = (position_of(first)?, position_of(last)?);
    (top <= bottom && left <= right).then_some(CellRange { rows: (top, bottom), columns: (left, right) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_as_a_spreadsheet_does() {
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(column_name), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn a_cell_is_found_by_its_name() {
        for (name, position) in [("A1", (0, 0)), ("B3", (2, 1)), ("XFD1048576", (1_048_575, 16_383))] {
            assert_eq!(position_of(name), Some(position));
            assert_eq!(cell_name(position.0, position.1), name);
        }
        for name in ["", "A", "1", "A0", "ABCD1", "A99999999999", "村1"] {
            assert_eq!(position_of(name), None, "{name}");
        }
    }

    #[test]
    fn a_range_is_read_and_written() {
        let range = range_of("B3:C5").unwrap();
        assert!(range.holds(2, 1) && range.holds(4, 2) && !range.holds(5, 1) && !range.holds(2, 0));
        assert_eq!(range.to_string(), "B3:C5");
        for name in ["B3", "C5:B3", "B3:", "B3:C5:D6"] {
            assert_eq!(range_of(name), None, "{name}");
        }
    }
}
