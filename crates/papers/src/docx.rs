//! A paper as a Word document in the layout of GB/T 9704.

use zip::result::ZipError;

use crate::gb9704::{
    CELL, CHARACTER, FLUSH, HEAD_CELL, HEADING, IMPRINT, INDENTED, LINE, MARK_BELOW, NUMBER, NUMBER_INDENT,
    PAGE, SECOND_HEADING, TEXT, TITLE, WIDTH, mark, signature_indents,
};
use crate::paper::{Block, Grid, Line, Paper, Piece, words};
use crate::word::{Align, Characters, Document, Layout, Rule};

/// The narrowest and widest columns of a table, in half characters, before they share the width of the text.
const COLUMN_WIDTHS: (usize, usize) = (6, 30);
const CENTRED: Layout = Layout { align: Align::Center, ..FLUSH };

/// The bytes of the document.
pub fn docx(paper: &Paper) -> Result<Vec<u8>, ZipError> {
    let mut document = Document::default();
    head(&mut document, paper);
    draw(&mut document, &paper.title, TITLE, CENTRED);
    document.paragraph("", TEXT, FLUSH);
    if let Some(addressee) = &paper.addressee {
        let line: Line = addressee.iter().cloned().chain([Piece::known("：")]).collect();
        draw(&mut document, &line, TEXT, FLUSH);
    }
    for block in &paper.body {
        match block {
            Block::Heading(line) => {
                draw(&mut document, line, HEADING, Layout { keeps_next: true, ..INDENTED });
            }
            Block::SecondHeading(line) => {
                draw(&mut document, line, SECOND_HEADING, Layout { keeps_next: true, ..INDENTED });
            }
            Block::Text(line) => draw(&mut document, line, TEXT, INDENTED),
            Block::Table(grid) => table(&mut document, grid),
        }
    }
    attachments(&mut document, &paper.attachments);
    signature(&mut document, paper);
    foot(&mut document, paper);
    document.pack(PAGE, TEXT, NUMBER, NUMBER_INDENT)
}

/// 版头: the mark of the issuing body, the number with who signs beside it, and the red line below.
fn head(document: &mut Document, paper: &Paper) {
    let look = mark(words(&paper.mark).chars().count());
    let layout = Layout { before: MARK_BELOW, keeps_next: true, ..Layout::aligned(Align::Center) };
    draw(document, &paper.mark, look, layout);
    document.paragraph("", TEXT, FLUSH);
    let number = paper.number.clone().unwrap_or_default();
    let (line, layout) = match &paper.signer {
        // To a superior the number stands one character from the left, who signs one from the right.
        Some(signer) => {
            let named = [Piece::known("\t签发人：")].into_iter().chain(signer.iter().cloned());
            let sides = Layout { left: CHARACTER, right_tab: Some(WIDTH - CHARACTER), ..FLUSH };
            (number.into_iter().chain(named).collect(), sides)
        }
        None => (number, CENTRED),
    };
    draw(document, &line, TEXT, Layout { rule: Some(Rule::RedBelow), ..layout });
    document.paragraph("", TEXT, FLUSH);
    document.paragraph("", TEXT, FLUSH);
}

fn attachments(document: &mut Document, attachments: &[Line]) {
    if attachments.is_empty() {
        return;
    }
    document.paragraph("", TEXT, FLUSH);
    for (index, line) in attachments.iter().enumerate() {
        let begin = if index == 0 { "附件：" } else { "　　　" };
        let number = if attachments.len() == 1 { String::new() } else { format!("{}．", index + 1) };
        let line: Line = [Piece::known(format!("{begin}{number}"))].into_iter().chain(line.clone()).collect();
        draw(document, &line, TEXT, INDENTED);
    }
}

fn signature(document: &mut Document, paper: &Paper) {
    let width =
        |line: &Line| words(line).chars().map(|own| if own.is_ascii() { 1 } else { 2 }).sum::<usize>() / 2;
    let (from_right, of_date) = signature_indents(width(&paper.signature), width(&paper.date));
    let right = |right, keeps_next| Layout { align: Align::Right, right, keeps_next, ..FLUSH };
    document.paragraph("", TEXT, Layout { keeps_next: true, ..FLUSH });
    document.paragraph("", TEXT, Layout { keeps_next: true, ..FLUSH });
    draw(document, &paper.signature, TEXT, right(from_right, true));
    draw(document, &paper.date, TEXT, right(of_date, false));
    if let Some(note) = &paper.note {
        let line: Line = [Piece::known("（")]
            .into_iter()
            .chain(note.iter().cloned())
            .chain([Piece::known("）")])
            .collect();
        draw(document, &line, TEXT, INDENTED);
    }
}

/// 版记, and what the paper says of itself until it is issued.
fn foot(document: &mut Document, paper: &Paper) {
    if let Some(copies) = &paper.copies {
        document.paragraph("", TEXT, FLUSH);
        let line: Line = [Piece::known("抄送：")]
            .into_iter()
            .chain(copies.iter().cloned())
            .chain([Piece::known("。")])
            .collect();
        let layout = Layout { left: NUMBER_INDENT, right: NUMBER_INDENT, ..Layout::aligned(Align::Left) };
        draw(document, &line, IMPRINT, Layout { rule: Some(Rule::Around), ..layout });
    }
    document.paragraph("", TEXT, FLUSH);
    for (index, sentence) in paper.basis.iter().enumerate() {
        let rule = (index == 0).then_some(Rule::Above);
        document.paragraph(sentence, CELL, Layout { rule, ..Layout::aligned(Align::Left) });
    }
}

/// A line, in which what is to be filled in is marked.
fn draw(document: &mut Document, line: &[Piece], look: Characters, layout: Layout) {
    let runs = line.iter().map(|piece| (piece.text.as_str(), of_piece(piece, look)));
    // A title of several lines is higher than one of the text.
    let layout = if look.size > TEXT.size {
        Layout { line: layout.line.map(|_| LINE * 5 / 4), ..layout }
    } else {
        layout
    };
    document.runs(runs, layout);
}

fn of_piece(piece: &Piece, look: Characters) -> Characters {
    Characters { is_marked: piece.missing.is_some(), ..look }
}

fn table(document: &mut Document, grid: &Grid) {
    let head = grid.head.iter().map(|title| (title.as_str(), HEAD_CELL, Align::Center)).collect();
    let rows = grid.rows.iter().map(|row| {
        let cells = row.iter().map(|piece| {
            let is_number = piece.text.starts_with(|first: char| first.is_ascii_digit())
                && piece.text.chars().all(|own| own.is_ascii_digit() || ".%".contains(own));
            let align = if is_number { Align::Center } else { Align::Left };
            (piece.text.as_str(), of_piece(piece, CELL), align)
        });
        cells.collect()
    });
    document.table(&widths(grid), std::iter::once(head).chain(rows));
    document.paragraph("", CELL, Layout::aligned(Align::Left));
}

/// The width of each column: what its longest text asks for, within bounds, as its share of the whole.
fn widths(grid: &Grid) -> Vec<usize> {
    let width = |text: &str| text.chars().map(|own| if own.is_ascii() { 1 } else { 2 }).sum::<usize>() + 3;
    let (narrow, wide) = COLUMN_WIDTHS;
    let wanted = grid.head.iter().enumerate().map(|(index, title)| {
        let cells = grid.rows.iter().filter_map(|row| row.get(index)).map(|piece| width(&piece.text));
        cells.chain([width(title)]).max().unwrap_or(narrow).clamp(narrow, wide)
    });
    let wanted: Vec<usize> = wanted.collect();
    let whole = wanted.iter().sum::<usize>().max(1);
    wanted.into_iter().map(|own| own * WIDTH as usize / whole).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn paper() -> Paper {
        let line = |text: &str| vec![Piece::known(text)];
        Paper {
            kind: "request",
            mark: line("中共白果乡委员会文件"),
            number: Some(vec![Piece::missing("发文字号")]),
            signer: Some(vec![Piece::missing("签发人")]),
            title: line("关于成立狮子田岩联合党支部的请示"),
            addressee: Some(line("中共昭化区委组织部")),
            body: vec![
                Block::Heading(line("一、基本情况")),
                Block::Text(line("两村<相邻>。")),
                Block::Table(Grid {
                    head: vec!["名称".into()], rows: vec![vec![Piece::missing("户数")]]
                }),
            ],
            attachments: vec![line("党员大会决议"), line("调查表")],
            signature: line("中共白果乡委员会"),
            date: line("2018年2月8日"),
            note: Some(line("联系人：某")),
            copies: Some(line("某办公室")),
            basis: vec!["起草说明。".into()],
            missing: vec!["发文字号".into(), "签发人".into(), "户数".into()],
            as_of: "2018-02-08".parse().unwrap(),
            position: 1,
        }
    }

    fn document(paper: &Paper) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(docx(paper).unwrap())).unwrap();
        std::io::read_to_string(archive.by_name("word/document.xml").unwrap()).unwrap()
    }

    #[test]
    fn a_paper_has_the_parts_of_the_standard_and_marks_what_is_to_be_filled_in() {
        let drawn = document(&paper());
        for words in [
            "w:top=\"2098\"",
            "w:left=\"1587\"",
            "中共白果乡委员会文件",
            "<w:color w:val=\"FF0000\"/>",
            "w:color=\"FF0000\"/></w:pBdr>",
            "方正小标宋简体",
            "签发人：",
            "一、基本情况",
            "两村&lt;相邻&gt;。",
            "附件：1．",
            "　　　2．",
            "2018年2月8日",
            "抄送：",
        ] {
            assert!(drawn.contains(words), "{words}: {drawn}");
        }
        // Three marks, each on a coloured ground; nothing else is.
        assert_eq!(drawn.matches("<w:highlight w:val=\"yellow\"/>").count(), 3);
        assert_eq!(drawn.matches("【待填：").count(), 3);
    }

    #[test]
    fn what_a_paper_does_not_have_leaves_nothing_behind() {
        let plain = Paper {
            number: None,
            signer: None,
            addressee: None,
            attachments: Vec::new(),
            note: None,
            copies: None,
            ..paper()
        };
        let drawn = document(&plain);
        for words in ["签发人", "附件：", "抄送", "（联系人"] {
            assert!(!drawn.contains(words), "{words}");
        }
    }
}
