//! The meeting's brief as a Word document in the layout of GB/T 9704: A4, its margins, 22 lines of 28 characters of size three.

use domain::say::{Language, Say};

use super::{Imprint, PaperError, width_of};
use crate::pages::table::Table;
use crate::pages::visit::Visit;
use papers::gb9704::{
    CELL, FLUSH, HEAD_CELL, HEADING, INDENTED, NUMBER, NUMBER_INDENT, PAGE, TEXT, TITLE, WIDTH,
};
use papers::word::{Align, Document, Layout};

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
    pub(crate) fn listed(
        visit: &Visit,
        heading: &'static Say,
        table: Table,
        otherwise: &'static Say,
    ) -> Self {
        let heading = visit.say(heading).to_owned();
        if table.rows.is_empty() {
            return Self { heading, sentences: vec![visit.say(otherwise).to_owned()], table: None };
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
    let spaced = FLUSH;
    let mut document = Document::default();
    document.paragraph(&brief.title, TITLE, Layout { align: Align::Center, ..spaced });
    document.paragraph("", TEXT, spaced);
    for sentence in &brief.imprint.sentences {
        document.paragraph(sentence, TEXT, INDENTED);
    }
    for (index, Part { heading, sentences, table }) in brief.parts.iter().enumerate() {
        let heading = format!("{}{heading}", ordinal(visit.language, index));
        document.paragraph(&heading, HEADING, Layout { keeps_next: true, ..INDENTED });
        for sentence in sentences {
            document.paragraph(sentence, TEXT, INDENTED);
        }
        if let Some(table) = table {
            draw(&mut document, visit, table);
            document.paragraph("", TEXT, spaced);
        }
    }
    let bytes = document.pack(PAGE, TEXT, NUMBER, NUMBER_INDENT);
    bytes.map_err(|error| PaperError::Document(error.to_string()))
}

/// 一、二、三、 as an office numbers its first level; figures in English.
fn ordinal(language: Language, index: usize) -> String {
    const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    match (language, CHINESE.get(index)) {
        (Language::Zh, Some(number)) => format!("{number}、"),
        _ => format!("{}. ", index + 1),
    }
}

/// A table over the width of the text: numbers at the right.
fn draw(document: &mut Document, visit: &Visit, table: &Table) {
    let head =
        table.columns.iter().map(|column| (visit.say(&column.title), HEAD_CELL, Align::Center)).collect();
    let rows = table.rows.iter().map(|row| {
        let cells = row.iter().zip(&table.columns).map(|(own, column)| {
            let align = if column.is_number { Align::Right } else { Align::Left };
            (own.text.as_str(), CELL, align)
        });
        cells.collect()
    });
    document.table(&widths(visit, table), std::iter::once(head).chain(rows));
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
    wanted.into_iter().map(|width| width * WIDTH as usize / whole).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use labels as w;

    use super::*;
    use crate::pages::table::{Cell, text};
    use crate::pages::visit::tests::visit;

    #[test]
    fn columns_share_the_width_by_what_they_hold() {
        let mut table = Table::new("t", "表", &[text("name", w::NAME), text("code", w::CODE)]);
        table.rows.push(vec![Cell::text("狮子田岩联合党支部"), Cell::text("1")]);
        let widths = widths(&visit(Language::Zh, &[]), &table);
        assert!(widths[0] > 2 * widths[1] && widths.iter().sum::<usize>() <= WIDTH as usize, "{widths:?}");
    }

    #[test]
    fn the_brief_has_the_standards_page_and_says_as_of_when() {
        let mut table = Table::new("t", "表", &[text("name", w::NAME)]);
        table.rows.push(vec![Cell::text("昭化区 <b>")]);
        let made = Brief {
            title: "广元市联系会议简报".into(),
            parts: vec![
                Part::said("总体情况", vec!["合建 5 个。".into()]),
                Part::listed(&visit(Language::Zh, &[]), w::COUNTIES, table, w::NO_ROWS),
                Part::listed(
                    &visit(Language::Zh, &[]),
                    w::ATTENTION,
                    Table::new("t", "表", &[]),
                    w::NOTHING_OVERDUE,
                ),
            ],
            imprint: Imprint { sentences: vec!["截至 2019-06-30。".into()] },
        };
        let bytes = brief(&visit(Language::Zh, &[]), &made).unwrap();
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
            "<w:spacing w:val=\"-5\"/>",
        ] {
            assert!(document.contains(words), "{words}: {document}");
        }
        assert!(archive.file_names().all(|name| !name.unwrap().contains("vba")), "no macros");
    }
}
