//! Charts of shaded cells: bars that any office program draws and prints, with the figures beside them.

use std::fmt::Write as _;

use super::{Align, Cell, Characters, Document, Layout, paragraph, run, shown};

/// Of how many equal columns a bar is made: a table has 63 at most, and some of them hold text.
pub const BAR_UNITS: usize = 40;

/// What is left free at the sides of a cell, in twentieths of a point.
const CELL_MARGIN: usize = 50;

/// A row of a chart.
#[derive(Debug)]
pub struct BarRow<'a> {
    /// What the row is of, and the figures behind the bar.
    pub cells: Vec<Cell<'a>>,
    /// The parts of the bar in [`BAR_UNITS`], each with its colour as six hexadecimal digits; what is left stays white.
    pub bar: Vec<(usize, &'static str)>,
    /// What stands in the place of the bar, where there is none.
    pub told: &'a str,
}

impl Document {
    /// Adds a chart that every office program draws and prints: a table whose second column is a bar of shaded cells, so that
    /// the figures stand beside what is drawn of them. The widths are those of the name, of the bar, and of each figure; the
    /// first row is the head.
    pub fn chart<'a>(&mut self, widths: (usize, usize, &[usize]), rows: impl Iterator<Item = BarRow<'a>>) {
        let (name, bar, figures) = widths;
        let unit = bar / BAR_UNITS;
        let whole = name + unit * BAR_UNITS + figures.iter().sum::<usize>();
        let line = |name: &str, color: &str| {
            format!(r#"<w:{name} w:val="single" w:sz="4" w:space="0" w:color="{color}"/>"#)
        };
        let borders = line("top", "000000") + &line("bottom", "000000") + &line("insideH", "BFBFBF");
        let margin = |name: &str| format!(r#"<w:{name} w:w="{CELL_MARGIN}" w:type="dxa"/>"#);
        let margins = format!("<w:tblCellMar>{}{}</w:tblCellMar>", margin("left"), margin("right"));
        let column = |width: &usize| format!(r#"<w:gridCol w:w="{width}"/>"#);
        let columns = [column(&name), column(&unit).repeat(BAR_UNITS), figures.iter().map(column).collect()];
        let _ = write!(
            self.body,
            r#"<w:tbl><w:tblPr><w:tblW w:w="{whole}" w:type="dxa"/><w:jc w:val="left"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>{margins}</w:tblPr><w:tblGrid>{}</w:tblGrid>"#,
            columns.concat()
        );
        for (index, BarRow { cells, bar, told }) in rows.enumerate() {
            let head = if index == 0 { "<w:tblHeader/>" } else { "" };
            let _ = write!(self.body, "<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>");
            let widths = std::iter::once(&name).chain(figures);
            for (at, ((text, characters, align), width)) in cells.into_iter().zip(widths).enumerate() {
                let inner = paragraph(Layout::aligned(align), &run(characters, &shown(text)));
                let _ = write!(
                    self.body,
                    r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{inner}</w:tc>"#
                );
                if at == 0 {
                    self.body.push_str(&bar_cells(&bar, unit, (told, characters)));
                }
            }
            self.body.push_str("</w:tr>");
        }
        self.body.push_str("</w:tbl>");
    }
}

/// The cells of a bar, each as wide as its part; then what is left, which holds the text where there is no bar.
fn bar_cells(bar: &[(usize, &str)], unit: usize, (told, characters): (&str, Characters)) -> String {
    let mut left = BAR_UNITS;
    let mut cells = String::new();
    // White lines above and below keep one bar from the next.
    let edge = |name: &str| format!(r#"<w:{name} w:val="single" w:sz="24" w:space="0" w:color="FFFFFF"/>"#);
    let edges = format!("<w:tcBorders>{}{}</w:tcBorders>", edge("top"), edge("bottom"));
    let empty = paragraph(Layout::aligned(Align::Left), "");
    for (units, colour) in bar {
        let units = (*units).min(left);
        if units > 0 {
            left -= units;
            let _ = write!(
                cells,
                r#"<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/><w:gridSpan w:val="{units}"/>{edges}<w:shd w:val="clear" w:color="auto" w:fill="{colour}"/></w:tcPr>{empty}</w:tc>"#,
                units * unit
            );
        }
    }
    if left > 0 {
        let inner = match told {
            "" => empty,
            told => paragraph(Layout::aligned(Align::Left), &run(characters, &shown(told))),
        };
        let _ = write!(
            cells,
            r#"<w:tc><w:tcPr><w:tcW w:w="{}" w:type="dxa"/><w:gridSpan w:val="{left}"/><w:vAlign w:val="center"/></w:tcPr>{inner}</w:tc>"#,
            left * unit
        );
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Characters = Characters::plain("仿宋", 32, -5);

    #[test]
    fn every_row_of_a_chart_fills_the_columns_and_no_bar_is_longer_than_its_place() {
        let mut document = Document::default();
        let row = |bar: Vec<(usize, &'static str)>| {
            let cells = vec![("甲", PLAIN, Align::Left), ("1", PLAIN, Align::Right)];
            BarRow { cells, bar, told: "" }
        };
        let bars = [vec![], vec![(0, "000000"), (7, "404040")], vec![(30, "404040"), (30, "BFBFBF")]];
        document.chart((1_000, 4_000, &[600]), bars.map(row).into_iter());
        assert_eq!(document.body.matches("<w:gridCol ").count(), BAR_UNITS + 2);
        for row in document.body.split("<w:tr>").skip(1) {
            let spans = row.split("<w:gridSpan w:val=\"").skip(1);
            let spans = spans.filter_map(|rest| rest.split('"').next()?.parse::<usize>().ok());
            assert_eq!(spans.sum::<usize>(), BAR_UNITS, "{row}");
            // The order of the schema: width, span, borders, shading, alignment.
            for cell in row.split("<w:tcPr>").skip(1) {
                let at = ["<w:tcW", "<w:gridSpan", "<w:tcBorders", "<w:shd", "<w:vAlign", "</w:tcPr>"];
                assert!(at.iter().filter_map(|name| cell.find(name)).is_sorted(), "{cell}");
            }
        }
    }
}
