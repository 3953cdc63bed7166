//! The meeting's brief as a Word document in the layout of GB/T 9704: A4, its margins, 仿宋 of size three, 28 points a line.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, Footer, LineSpacing, LineSpacingType, PageMargin, PageNum, Paragraph, Run, RunFonts,
    SpecialIndentType, Table as WordTable, TableCell, TableRow,
};

use super::{Imprint, PaperError};
use crate::pages::table::Table;
use crate::pages::visit::Visit;
use crate::pages::words::{Language, Words};

/// A twentieth of a point, the unit of lengths: A4 is 210 by 297 mm.
const PAGE: (u32, u32) = (11_906, 16_838);
/// 天头 37 mm, 地脚 35 mm, 订口 28 mm, 切口 26 mm.
const MARGINS: (i32, i32, i32, i32) = (2_098, 1_984, 1_587, 1_474);
/// 28 points a line: 22 lines a page.
const LINE: i32 = 560;
/// Half points: 二号 for the title, 三号 for the text, 小四 in tables.
const TITLE_SIZE: usize = 44;
const TEXT_SIZE: usize = 32;
const TABLE_SIZE: usize = 24;
/// Two characters of size three.
const INDENT: i32 = 640;

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
    let number = Paragraph::new().align(AlignmentType::Center).add_page_num(PageNum::new());
    let mut document = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .default_fonts(fonts("仿宋"))
        .default_size(TEXT_SIZE)
        .footer(Footer::new().add_paragraph(number))
        .add_paragraph(line(&brief.title, "方正小标宋简体", TITLE_SIZE).align(AlignmentType::Center))
        .add_paragraph(spaced());
    for sentence in &brief.imprint.sentences {
        document = document.add_paragraph(indented(sentence, "仿宋"));
    }
    for (index, Part { heading, sentences, table }) in brief.parts.iter().enumerate() {
        document =
            document.add_paragraph(indented(&format!("{}{heading}", ordinal(visit.language, index)), "黑体"));
        for sentence in sentences {
            document = document.add_paragraph(indented(sentence, "仿宋"));
        }
        if let Some(table) = table {
            document = document.add_table(drawn(visit, table)).add_paragraph(spaced());
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    document.build().pack(&mut bytes).map_err(|error| PaperError::Document(error.to_string()))?;
    Ok(bytes.into_inner())
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
    spaced().add_run(Run::new().add_text(text).fonts(fonts(font)).size(size))
}

fn indented(text: &str, font: &str) -> Paragraph {
    line(text, font, TEXT_SIZE).indent(None, Some(SpecialIndentType::FirstLine(INDENT)), None, None)
}

fn drawn(visit: &Visit, table: &Table) -> WordTable {
    let cell = |text: &str, font: &str| {
        let run = Run::new().add_text(text).fonts(fonts(font)).size(TABLE_SIZE);
        TableCell::new().add_paragraph(Paragraph::new().add_run(run))
    };
    let head =
        TableRow::new(table.columns.iter().map(|column| cell(visit.t(column.title), "黑体")).collect());
    let rows =
        table.rows.iter().map(|row| TableRow::new(row.iter().map(|own| cell(&own.text, "仿宋")).collect()));
    WordTable::new(std::iter::once(head).chain(rows).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::table::{Cell, text};
    use crate::pages::visit::tests::visit;
    use crate::pages::words as w;

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
        ] {
            assert!(document.contains(words), "{words}: {document}");
        }
        assert!(archive.file_names().all(|name| !name.contains("vba")), "no macros");
    }
}
