//! The layout of GB/T 9704-2012: page, lines, characters, and what stands where.

use crate::word::{Align, Characters, Layout, Page};

/// A4, 210 by 297 mm, in twentieths of a point: 天头 37 mm, 地脚 35 mm, 订口 28 mm, 切口 26 mm.
pub const PAGE: Page = Page {
    width: 11_906,
    height: 16_838,
    top: 2_098,
    bottom: 1_984,
    left: 1_587,
    right: 1_474,
    header: 851,
    footer: 1_400,
};
/// The 225 mm between the margins hold 22 lines.
pub const LINE: u32 = 579;
/// The 156 mm between the margins hold 27.6 characters of size three: each stands a quarter of a point closer to the next,
/// so that there are 28.
const CLOSER: i32 = -5;
/// The width of the text.
pub const WIDTH: u32 = 8_844;
/// The width of a character of size three.
pub const CHARACTER: u32 = 315;
/// 二号 for the title, 三号 for the text, 四号 for the page's number and the imprint, 小四 in tables.
pub const TITLE: Characters = Characters::plain("方正小标宋简体", 44, CLOSER);
/// The text: 三号仿宋.
pub const TEXT: Characters = Characters::plain("仿宋", 32, CLOSER);
/// A heading of the first level: 黑体.
pub const HEADING: Characters = Characters { font: "黑体", ..TEXT };
/// A heading of the second level, and who signs: 楷体.
pub const SECOND_HEADING: Characters = Characters { font: "楷体", ..TEXT };
/// The page's number: 四号 half-width digits.
pub const NUMBER: Characters = Characters::plain("宋体", 28, 0);
/// The imprint at the end: 四号仿宋.
pub const IMPRINT: Characters = Characters::plain("仿宋", 28, 0);
/// A cell of a table.
pub const CELL: Characters = Characters::plain("仿宋", 24, 0);
/// A cell of a table's head.
pub const HEAD_CELL: Characters = Characters { font: "黑体", ..CELL };
/// A line of the text, not indented.
pub const FLUSH: Layout = Layout { line: Some(LINE), ..Layout::aligned(Align::Left) };
/// Two characters of size three before the first line.
pub const INDENTED: Layout =
    Layout { line: Some(LINE), first_line: 2 * CHARACTER, ..Layout::aligned(Align::Both) };
/// One character of size four: so far the page's number stands from the edge.
pub const NUMBER_INDENT: u32 = 280;
/// 35 mm: so far the mark of the issuing body stands below the upper edge of the text.
pub const MARK_BELOW: u32 = 1_984;
/// The largest mark of an issuing body, in half points: 36 points, as the standard leaves it to be chosen.
const MARK_SIZE: u32 = 72;

/// The mark of the issuing body: as large as fits on one line, never smaller than the title.
pub fn mark(characters: usize) -> Characters {
    let count = u32::try_from(characters).unwrap_or(u32::MAX).max(1);
    // Half points: the width is in twentieths of a point.
    let fits = WIDTH / 10 / count;
    Characters {
        is_red: true, ..Characters::plain("方正小标宋简体", fits.clamp(TITLE.size, MARK_SIZE), 0)
    }
}

/// Where the signature and the date below it stand: the date four characters from the right edge, the signature centred
/// on it, both within the text.
pub fn signature_indents(signature: usize, date: usize) -> (u32, u32) {
    let width = |characters: usize| u32::try_from(characters).unwrap_or(28).min(28) * CHARACTER;
    let from_right = 4 * CHARACTER;
    let centred = (2 * from_right + width(date)).saturating_sub(width(signature)) / 2;
    (centred, from_right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_22_lines_of_28_characters() {
        let lines = (PAGE.height - PAGE.top - PAGE.bottom) / LINE;
        assert_eq!((lines, WIDTH / CHARACTER), (22, 28));
    }

    #[test]
    fn the_mark_fits_on_one_line_as_long_as_it_can() {
        assert_eq!(mark(8).size, MARK_SIZE);
        assert!(mark(16).size * 16 * 10 <= WIDTH && mark(16).size > TITLE.size);
        assert_eq!(mark(40).size, TITLE.size);
    }

    #[test]
    fn the_signature_is_centred_on_the_date() {
        let (signature, date) = signature_indents(4, 10);
        assert_eq!((signature - date) * 2, 6 * CHARACTER);
        // One that is longer than the date reaches further right, and never over the edge.
        assert!(signature_indents(16, 10).0 < date);
        assert_eq!(signature_indents(28, 10).0, 0);
    }
}
