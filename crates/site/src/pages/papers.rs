//! The pages of papers 公文: one as it is printed, with what is to be filled in marked, and which there are in a place.

use labels as w;
use maud::{Markup, html};
use papers::{Block, Grid, Paper, Piece};

use super::visit::Visit;

/// A paper, with its file and what is to be filled in.
pub(crate) fn page(visit: &Visit, paper: &Paper, download: &str) -> Markup {
    html! {
        section.screen {
            p.actions { a.button href=(download) { (visit.say(w::DOWNLOAD_DOCX)) } }
            p.note { (visit.say(w::PAPER_NOTE)) }
            @if !paper.missing.is_empty() {
                p.state-warn { (visit.say(w::TO_FILL_IN)) " " (paper.missing.len()) }
            }
        }
        article.official lang="zh-CN" { (drawn(paper)) }
    }
}

fn drawn(paper: &Paper) -> Markup {
    html! {
        p.issuer { (line(&paper.mark)) }
        div.numbers {
            span { @if let Some(number) = &paper.number { (line(number)) } }
            @if let Some(signer) = &paper.signer { span { "签发人：" (line(signer)) } }
        }
        h2 { (line(&paper.title)) }
        @if let Some(addressee) = &paper.addressee { p.flush { (line(addressee)) "：" } }
        @for block in &paper.body {
            @match block {
                Block::Heading(own) => h3 { (line(own)) },
                Block::SecondHeading(own) => h4 { (line(own)) },
                Block::Text(own) => p { (line(own)) },
                Block::Table(grid) => (table(grid)),
            }
        }
        @for (index, own) in paper.attachments.iter().enumerate() {
            p { @if index == 0 { "附件：" } @if paper.attachments.len() > 1 { (index + 1) "．" } (line(own)) }
        }
        div.signature { p.flush { (line(&paper.signature)) } p.flush { (line(&paper.date)) } }
        @if let Some(note) = &paper.note { p { "（" (line(note)) "）" } }
        @if let Some(copies) = &paper.copies { p.copies { "抄送：" (line(copies)) "。" } }
        div.basis { @for sentence in &paper.basis { p.flush { (sentence) } } }
    }
}

fn line(pieces: &[Piece]) -> Markup {
    html! {
        @for piece in pieces {
            @if piece.missing.is_some() { mark { (piece.text) } } @else { (piece.text) }
        }
    }
}

fn table(grid: &Grid) -> Markup {
    html! {
        table {
            thead { tr { @for title in &grid.head { th scope="col" { (title) } } } }
            tbody { @for row in &grid.rows { tr { @for cell in row { td { (line(std::slice::from_ref(cell))) } } } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn a_paper_shows_what_is_to_be_filled_in_and_takes_nothing_for_markup() {
        let known = |text: &str| vec![Piece::known(text)];
        let paper = Paper {
            kind: "request",
            mark: known("某委文件"),
            number: Some(vec![Piece::missing("发文字号")]),
            signer: Some(vec![Piece::missing("签发人")]),
            title: known("关于<b>的请示"),
            addressee: Some(known("某部")),
            body: vec![
                Block::Heading(known("一、情况")),
                Block::Table(Grid {
                    head: vec!["户数".into()], rows: vec![vec![Piece::missing("户数")]]
                }),
            ],
            attachments: vec![known("甲"), known("乙")],
            signature: known("某委"),
            date: known("2019年3月1日"),
            note: None,
            copies: None,
            basis: vec!["起草说明。".into()],
            missing: vec!["发文字号".into(), "签发人".into(), "户数".into()],
            as_of: "2019-03-01".parse().unwrap(),
            position: 1,
        };
        let shown = page(&visit(Language::Zh, &[]), &paper, "/x?format=docx").into_string();
        assert_eq!(shown.matches("<mark>【待填：").count(), 3);
        assert!(shown.contains("关于&lt;b&gt;的请示") && shown.contains("附件：1．甲"), "{shown}");
        assert!(shown.contains("待填 3") || shown.contains("3</p>"), "{shown}");
        assert!(!shown.contains("抄送"));
    }
}
