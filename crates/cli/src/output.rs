//! Standard output: whole lines, and tables whose columns stand under each other in Chinese too.

use std::io::{self, Write};

use serde::Serialize;

use crate::exit::Failure;

/// Standard output, buffered; it fails quietly once its reader has left.
pub struct Output {
    inner: Box<dyn Write>,
}

impl Output {
    /// Standard output.
    pub fn new() -> Self {
        Self::to(io::BufWriter::new(io::stdout()))
    }

    /// Somewhere else.
    pub fn to(writer: impl Write + 'static) -> Self {
        Self { inner: Box::new(writer) }
    }

    /// One line.
    pub fn line(&mut self, line: impl AsRef<str>) -> Result<(), Failure> {
        writeln!(self.inner, "{}", line.as_ref()).map_err(Failure::Output)
    }

    /// One line of JSON.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.inner, value).map_err(|error| Failure::Output(error.into()))?;
        self.inner.write_all(b"\n").map_err(Failure::Output)
    }

    /// The first row is the header.
    pub fn table(&mut self, rows: &[Vec<String>]) -> Result<(), Failure> {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let width_of =
            |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max();
        let widths: Vec<usize> = (0..columns).map(|column| width_of(column).unwrap_or(0)).collect();
        for row in rows {
            let mut line = String::new();
            for (cell, wanted) in row.iter().zip(&widths) {
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', wanted - width(cell) + 2));
            }
            self.line(line.trim_end())?;
        }
        Ok(())
    }

    /// Hands over what is buffered.
    pub fn flush(&mut self) -> Result<(), Failure> {
        self.inner.flush().map_err(Failure::Output)
    }

    /// The writer itself.
    pub fn writer(&mut self) -> &mut dyn Write {
        &mut self.inner
    }
}

/// Columns on a terminal: Chinese characters and full-width marks take two.
pub fn width(text: &str) -> usize {
    text.chars().map(|character| if is_wide(character) { 2 } else { 1 }).sum()
}

fn is_wide(character: char) -> bool {
    matches!(character, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(width("昭化区 510811"), 13);
        assert_eq!(width("（一）"), 6);
        assert_eq!(width("§ é"), 3);
    }
}
