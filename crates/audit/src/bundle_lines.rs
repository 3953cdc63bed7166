//! Reading the files of a bundle that hold a record a line, none longer than it may be.

use std::io::{BufRead, Read};

use crate::archive::ArchiveError;

/// After so many findings nothing more of a bundle is looked at.
pub(crate) const MAX_FINDINGS: u64 = 10_000;

/// What there was of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NextLine {
    /// All of it, up to its end.
    Whole,
    /// As much as a line may have, or what stands after the last end of a line: nothing that was ever written.
    Cut,
    /// Nothing: the file is over.
    End,
}

/// Reads a line without its end.
pub(crate) fn next_line(
    lines: &mut impl BufRead,
    limit: usize,
    line: &mut Vec<u8>,
) -> Result<NextLine, ArchiveError> {
    line.clear();
    lines.by_ref().take(limit as u64 + 1).read_until(b'\n', line)?;
    Ok(match line.last() {
        None => NextLine::End,
        Some(b'\n') => {
            line.pop();
            NextLine::Whole
        }
        Some(_) => NextLine::Cut,
    })
}
