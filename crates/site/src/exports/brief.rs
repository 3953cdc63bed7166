//! The meeting's brief as a Word document in the layout of GB/T 9704: A4, its margins, 22 lines of 28 characters of size three.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, FieldCharType, Footer, InstrPAGE, InstrText, LineSpacing, LineSpacingType,
    PageMargin, Paragraph, Run, RunFonts, SpecialIndentType, Table as WordTable, TableCell, TableLayoutType,
    TableRow, VAlignType, WidthType,
};
use labels::{Language, Words};

use super::{Imprint, PaperError, width_of};
use crate::pages::table::Table;
use crate::pages::visit::Visit;

/// A twentieth of a point, the unit of lengths: A4 is 210 by 297 mm.
const PAGE: (u32, u32) = (11_906, 16_838);
/// 天头 37 mm, 地脚 35 mm, 订口 28 mm, 切口 26 mm.
const MARGINS: (i32, i32, i32, i32) = (2_098, 1_984, 1_587, 1_474);
/// The 225 mm between the margins hold 22 lines.
const LINE: i32 = 579;
/// The 156 mm between the margins hold 27.6 characters of size three: each stands a quarter of a point closer to the next,
/// so that there are 28.
const CLOSER: i32 = -5;
/// The width of the text.
const WIDTH: usize = 8_844;
/// Half points: 二号 for the title, 三号 for the text, 四号 for the page's number, 小四 in tables.
const TITLE_SIZE: usize = 44;
const TEXT_SIZE: usize = 32;
const NUMBER_SIZE: usize = 28;
const TABLE_SIZE: usize = 24;
/// Two characters of size three.
const INDENT: i32 = 630;
/// One character of size four: so far the page's number stands from the edge.
const NUMBER_INDENT: i32 = 280;
/// The narrowest and widest columns of a table, in half characters, before they share the width of the text.
const COLUMN_WIDTHS: (usize, usize) = (8, 26);

/// A part of a brief: a heading, sentences, and a table where there is one.
pub(crate) struct Part {
    heading: String,
    sentences: Vec<String>,
    table: Option<Table>,
}

impl Part {
    /// A part of sentences.
    pub(crate) fn said(heading: &str, sentences: Vec<String>) -> Self {
        Self { heading: heading.to_owned(), sentences, table: None }
    }

    /// A part that is a table; where it has no rows, a sentence says so.
    pub(crate) fn listed(visit: &Visit, heading: Words, table: Table, otherwise: Words) -> Self {
        let heading = visit.t(heading).to_owned();
        if table.rows.is_empty() {
            return Self { heading, sentences: vec![visit.t(otherwise).to_owned()], table: None };
        }
        Self { heading, sentences: Vec::new(), table: Some(table) }
    }
}

/// What a brief says.
pub(crate) struct Brief {
    /// Its title.
    pub(crate) title: String,
    /// Its parts.
    pub(crate) parts: Vec<Part>,
    /// What it says of itself.
    pub(crate) imprint: Imprint,
}

/// The bytes of the document.
pub(crate) fn brief(visit: &Visit, brief: &Brief) -> Result<Vec<u8>, PaperError> {
    let (top, bottom, left, right) = MARGINS;
    let margin = PageMargin::new().top(top).bottom(bottom).left(left).right(right).header(851).footer(1_400);
    let mut document = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .default_fonts(fonts("仿宋"))
        .default_size(TEXT_SIZE)
        .footer(page_number(AlignmentType::Right))
        .even_footer(page_number(AlignmentType::Left))
        .add_paragraph(line(&brief.title, "方正小标宋简体", TITLE_SIZE).align(AlignmentType::Center))
        .add_paragraph(spaced());
    for sentence in &brief.imprint.sentences {
        document = document.add_paragraph(indented(sentence, "仿宋"));
    }
    for (index, Part { heading, sentences, table }) in brief.parts.iter().enumerate() {
        let heading = indented(&format!("{}{heading}", ordinal(visit.language, index)), "黑体");
        document = document.add_paragraph(heading.keep_next(true));
        for sentence in sentences {
            document = document.add_paragraph(indented(sentence, "仿宋"));
        }
        if let Some(table) = table {
            document = document.add_table(drawn(visit, table)).add_paragraph(spaced());
        }
    }
    let (mut bytes, mut built) = (Cursor::new(Vec::new()), document.build());
    built.document = with_repeated_heads(&String::from_utf8_lossy(&built.document)).into_bytes();
    built.pack(&mut bytes).map_err(|error| PaperError::Document(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// The head of each table stands again on each page; the writer has no word for that.
fn with_repeated_heads(document: &str) -> String {
    let mut tables = document.split("<w:tbl>");
    let before = tables.next().unwrap_or_default().to_owned();
    let tables = tables.map(|table| table.replacen("<w:trPr>", "<w:trPr><w:tblHeader/>", 1));
    tables.fold(before, |document, table| document + "<w:tbl>" + &table)
}

/// — 1 — at the outer edge: on the right of odd pages, on the left of even ones.
fn page_number(edge: AlignmentType) -> Footer {
    let styled = || Run::new().fonts(fonts("宋体")).size(NUMBER_SIZE);
    let number = styled()
        .add_field_char(FieldCharType::Begin, false)
        .add_instr_text(InstrText::PAGE(InstrPAGE {}))
        .add_field_char(FieldCharType::Separate, false)
        .add_text("1")
        .add_field_char(FieldCharType::End, false);
    let runs = [styled().add_text("— "), number, styled().add_text(" —")];
    let paragraph = runs.into_iter().fold(Paragraph::new(), Paragraph::add_run);
    let paragraph = paragraph.align(edge).indent(Some(NUMBER_INDENT), None, Some(NUMBER_INDENT), None);
    Footer::new().add_paragraph(paragraph)
}

/// 一、二、三、 as an office numbers its first level; figures in English.
fn ordinal(language: Language, index: usize) -> String {
    const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    match (language, CHINESE.get(index)) {
        (Language::Chinese, Some(number)) => format!("{number}、"),
        _ => format!("{}. ", index + 1),
    }
}

/// Latin letters and figures in Times New Roman, as the standard's own examples have them.
fn fonts(chinese: &str) -> RunFonts {
    RunFonts::new().east_asia(chinese).ascii("Times New Roman").hi_ansi("Times New Roman")
}

fn spaced() -> Paragraph {
    Paragraph::new().line_spacing(LineSpacing::new().line(LINE).line_rule(LineSpacingType::Exact))
}

fn line(text: &str, font: &str, size: usize) -> Paragraph {
    let run = Run::new().add_text(text).fonts(fonts(font)).size(size).character_spacing(CLOSER);
    spaced().add_run(run)
}

fn indented(text: &str, font: &str) -> Paragraph {
    let text = line(text, font, TEXT_SIZE).align(AlignmentType::Both).widow_control(false);
    text.indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
}

/// A table over the width of the text: numbers at the right, rows whole on a page.
fn drawn(visit: &Visit, table: &Table) -> WordTable {
    let widths = widths(visit, table);
    let cell = |index: usize, text: &str, font: &str, align: AlignmentType| {
        let run = Run::new().add_text(text).fonts(fonts(font)).size(TABLE_SIZE);
        TableCell::new()
            .width(widths.get(index).copied().unwrap_or_default(), WidthType::Dxa)
            .vertical_align(VAlignType::Center)
            .add_paragraph(Paragraph::new().align(align).add_run(run))
    };
    let head = table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| cell(index, visit.say(&column.title), "黑体", AlignmentType::Center));
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().zip(&table.columns).enumerate().map(|(index, (own, column))| {
            let align = if column.is_number { AlignmentType::Right } else { AlignmentType::Left };
            cell(index, &own.text, "仿宋", align)
        });
        TableRow::new(cells.collect()).cant_split()
    });
    let head = TableRow::new(head.collect()).cant_split();
    WordTable::new(std::iter::once(head).chain(rows).collect())
        .layout(TableLayoutType::Fixed)
        .width(WIDTH, WidthType::Dxa)
        .set_grid(widths.clone())
}

/// The width of each column: what its longest text asks for, within bounds, as its share of the whole.
fn widths(visit: &Visit, table: &Table) -> Vec<usize> {
    let (narrow, wide) = COLUMN_WIDTHS;
    let wanted = table.columns.iter().enumerate().map(|(index, column)| {
        let texts = table.rows.iter().filter_map(|row| row.get(index)).map(|cell| width_of(&cell.text));
        texts.chain([width_of(visit.say(&column.title))]).max().unwrap_or(narrow).clamp(narrow, wide)
    });
    let wanted: Vec<usize> = wanted.collect();
    let whole = wanted.iter().sum::<usize>().max(1);
    wanted.into_iter().map(|width| width * WIDTH / whole).collect()
}

#[cfg(test)]
mod tests {
    use labels as w;

    use super::*;
    use crate::pages::table::{Cell, text};
    use crate::pages::visit::tests::visit;

    #[test]
    fn the_head_of_each_table_is_repeated_and_no_other_row() {
        let table = "<w:tbl><w:tr><w:trPr></w:trPr></w:tr><w:tr><w:trPr></w:trPr></w:tr></w:tbl>";
        let made = with_repeated_heads(&format!("<w:p/>{table}<w:p/>{table}"));
        assert_eq!(made.matches("<w:tblHeader/>").count(), 2);
        assert_eq!(made.replace("<w:tblHeader/>", ""), format!("<w:p/>{table}<w:p/>{table}"));
    }

    #[test]
    fn columns_share_the_width_by_what_they_hold() {
        let mut table = Table::new("t", "表", &[text("name", w::NAME), text("code", w::CODE)]);
        table.rows.push(vec![Cell::text("狮子田岩联合党支部"), Cell::text("1")]);
        let widths = widths(&visit(Language::Chinese, &[]), &table);
        assert!(widths[0] > 2 * widths[1] && widths.iter().sum::<usize>() <= WIDTH, "{widths:?}");
    }

    #[test]
    fn the_brief_has_the_standards_page_and_says_as_of_when() {
        let mut table = Table::new("t", "表", &[text("name", w::NAME)]);
        table.rows.push(vec![Cell::text("昭化区 <b>")]);
        let made = Brief {
            title: "广元市联系会议简报".into(),
            parts: vec![
                Part::said("总体情况", vec!["合建 5 个。".into()]),
                Part::listed(&visit(Language::Chinese, &[]), w::COUNTIES, table, w::NO_ROWS),
                Part::listed(
                    &visit(Language::Chinese, &[]),
                    w::ATTENTION,
                    Table::new("t", "表", &[]),
                    w::NOTHING_OVERDUE,
                ),
            ],
            imprint: Imprint { sentences: vec!["截至 2019-06-30。".into()] },
        };
        let bytes = brief(&visit(Language::Chinese, &[]), &made).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let document = std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap();
        for words in [
            "w:top=\"2098\"",
            "w:bottom=\"1984\"",
            "w:left=\"1587\"",
            "w:right=\"1474\"",
            "w:w=\"11906\"",
            "仿宋",
            "方正小标宋简体",
            "一、总体情况",
            "二、各县(区)",
            "三、需要会议关注的事项",
            "没有逾期事项。",
            "截至 2019-06-30。",
            "昭化区 &lt;b&gt;",
            "<w:tblHeader/>",
            "w:line=\"579\"",
            "<w:spacing w:val=\"-5\" />",
        ] {
            assert!(document.contains(words), "{words}: {document}");
        }
        assert!(archive.file_names().all(|name| !name.unwrap().contains("vba")), "no macros");
    }
}
