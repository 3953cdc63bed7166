//! Fills a template with facts: what does not apply is left out, what is missing is marked, headings are numbered.

use domain::date::Date;

use crate::fields::{Facts, Value};
use crate::paper::{Block, Line, Paper, Piece};
use crate::template::{BodyLine, Part, Stretch, Template};

/// Of which kind a paper is, and from which records it is made.
pub(crate) struct Origin {
    pub(crate) kind: &'static str,
    pub(crate) as_of: Date,
    pub(crate) position: u64,
    pub(crate) is_simulated: bool,
}

/// The paper.
pub(crate) fn fill(template: &Template, facts: &Facts, origin: &Origin) -> Paper {
    let all = |part: Part| {
        let given = template.head.get(&part).into_iter().flatten();
        given.filter_map(|stretches| line(stretches, facts)).collect::<Vec<_>>()
    };
    let one = |part: Part| all(part).pop();
    // What every paper has is marked where it does not apply either.
    let needed = |part: Part, name: &str| one(part).unwrap_or_else(|| vec![Piece::missing(name)]);
    let mut paper = Paper {
        kind: origin.kind,
        mark: needed(Part::Mark, "发文机关"),
        number: one(Part::Number),
        signer: one(Part::Signer),
        title: needed(Part::Title, "标题"),
        addressee: one(Part::Addressee),
        body: body(&template.body, facts),
        attachments: all(Part::Attachment),
        signature: needed(Part::Signature, "发文机关"),
        date: needed(Part::Date, "成文日期"),
        note: one(Part::Note),
        copies: one(Part::Copies),
        basis: Vec::new(),
        missing: Vec::new(),
        as_of: origin.as_of,
        position: origin.position,
    };
    paper.missing = missing(&paper);
    paper.basis = basis(&paper, origin);
    paper
}

/// A line, or nothing where something that it names does not apply.
fn line(stretches: &[Stretch], facts: &Facts) -> Option<Line> {
    let piece = |(index, stretch): (usize, &Stretch)| match stretch {
        Stretch::Words(words) => Some(Piece::known(words)),
        Stretch::Field(name) => match facts.get(name) {
            // A sentence of the record may bring the stop that the template sets.
            Value::Text(text) if ends_sentence(stretches.get(index + 1)) => {
                Some(Piece::known(text.trim_end_matches(['。', '；', '.', ';'])))
            }
            Value::Text(text) => Some(Piece::known(text)),
            Value::Missing | Value::Blocks(_) => Some(Piece::missing(name)),
            Value::Inapplicable => None,
        },
    };
    stretches.iter().enumerate().map(piece).collect()
}

fn ends_sentence(next: Option<&Stretch>) -> bool {
    matches!(next, Some(Stretch::Words(words)) if words.starts_with('。'))
}

/// The matter. A heading under which nothing is left is left out, and the numbers follow those that stay.
fn body(lines: &[BodyLine], facts: &Facts) -> Vec<Block> {
    let mut found = Vec::new();
    for own in lines {
        match own {
            BodyLine::Heading(stretches) => found.extend(line(stretches, facts).map(Block::Heading)),
            BodyLine::SecondHeading(stretches) => {
                found.extend(line(stretches, facts).map(Block::SecondHeading));
            }
            BodyLine::Text(stretches) => found.extend(line(stretches, facts).map(Block::Text)),
            BodyLine::Blocks(name) => match facts.get(name) {
                Value::Blocks(blocks) => found.extend(blocks.iter().cloned()),
                Value::Text(text) => found.push(Block::Text(vec![Piece::known(text)])),
                Value::Missing => found.push(Block::Text(vec![Piece::missing(name)])),
                Value::Inapplicable => {}
            },
        }
    }
    numbered(without_empty_headings(found))
}

fn level(block: &Block) -> usize {
    match block {
        Block::Heading(_) => 1,
        Block::SecondHeading(_) => 2,
        Block::Text(_) | Block::Table(_) => 3,
    }
}

fn without_empty_headings(blocks: Vec<Block>) -> Vec<Block> {
    let mut kept = Vec::with_capacity(blocks.len());
    // From the end: the deepest level that stands directly below.
    let mut below = 0;
    for block in blocks.into_iter().rev() {
        let own = level(&block);
        if own == 3 || below > own {
            below = own;
            kept.push(block);
        }
    }
    kept.reverse();
    kept
}

fn numbered(blocks: Vec<Block>) -> Vec<Block> {
    let (mut first, mut second) = (0, 0);
    let with = |mark: String, line: Line| std::iter::once(Piece::known(mark)).chain(line).collect();
    let number = |block| match block {
        Block::Heading(line) => {
            (first, second) = (first + 1, 0);
            Block::Heading(with(format!("{}、", chinese(first)), line))
        }
        Block::SecondHeading(line) => {
            second += 1;
            Block::SecondHeading(with(format!("（{}）", chinese(second)), line))
        }
        other => other,
    };
    blocks.into_iter().map(number).collect()
}

/// One to ninety-nine in Chinese; digits beyond.
fn chinese(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, units) => DIGITS[units].to_owned(),
        (1, units) => format!("十{}", DIGITS[units]),
        (tens @ 2..=9, units) => format!("{}十{}", DIGITS[tens], DIGITS[units]),
        _ => number.to_string(),
    }
}

/// What is to be filled in, in the order of the paper.
fn missing(paper: &Paper) -> Vec<String> {
    let before = [Some(&paper.mark), paper.number.as_ref(), paper.signer.as_ref(), Some(&paper.title)];
    let after = [Some(&paper.signature), Some(&paper.date), paper.note.as_ref(), paper.copies.as_ref()];
    let of_body = paper.body.iter().flat_map(|block| -> Vec<&Piece> {
        match block {
            Block::Heading(line) | Block::SecondHeading(line) | Block::Text(line) => line.iter().collect(),
            Block::Table(grid) => grid.rows.iter().flatten().collect(),
        }
    });
    let pieces = before.into_iter().chain([paper.addressee.as_ref()]).flatten().flatten();
    let pieces = pieces.chain(of_body).chain(paper.attachments.iter().flatten());
    let pieces = pieces.chain(after.into_iter().flatten().flatten());
    pieces.filter_map(|piece| piece.missing.clone()).collect()
}

/// What a paper says of itself until it is issued.
fn basis(paper: &Paper, origin: &Origin) -> Vec<String> {
    let (as_of, position) = (origin.as_of, origin.position);
    let mut said = vec![format!(
        "起草说明（核稿、签发后删去）：本稿由记录生成，截至 {as_of}，依据第 1 至 {position} 条记录。"
    )];
    match paper.missing.len() {
        0 => said.push("所需内容均见于记录。".to_owned()),
        count => said.push(format!("记录未载明的 {count} 处已逐一标出，须据实填写。")),
    }
    if origin.is_simulated {
        said.push("模拟数据，不得作为公文印发。".to_owned());
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::{Field, block, inline};
    use crate::paper::words;

    const FIELDS: &[Field] = &[inline("机关"), inline("文号"), inline("有"), inline("无"), block("表")];

    fn filled(body: &str, facts: &Facts) -> Paper {
        let text = format!(
            "机关：{{{{机关}}}}\n文号：{{{{文号}}}}\n标题：关于某事的函\n落款：{{{{机关}}}}\n日期：{{{{无}}}}\n\n{body}"
        );
        let template = Template::read("a.txt", text.as_bytes(), FIELDS).unwrap();
        let origin =
            Origin { kind: "a", as_of: "2019-06-30".parse().unwrap(), position: 7, is_simulated: true };
        fill(&template, facts, &origin)
    }

    fn facts() -> Facts {
        let mut facts = Facts::default();
        facts.stated("机关", Some("中共某区委"));
        facts.stated("文号", None::<String>);
        facts.stated("有", Some("一"));
        facts.if_any("无", None::<String>);
        facts.table("表", &["名称"], Vec::new());
        facts
    }

    fn texts(paper: &Paper) -> Vec<String> {
        let text = |block: &Block| match block {
            Block::Heading(line) | Block::SecondHeading(line) | Block::Text(line) => words(line),
            Block::Table(_) => "表".to_owned(),
        };
        paper.body.iter().map(text).collect()
    }

    #[test]
    fn what_is_missing_is_marked_and_counted_and_what_does_not_apply_is_left_out() {
        let paper = filled("有{{有}}。\n没有{{无}}。\n{{表}}\n又见{{文号}}。", &facts());
        assert_eq!(texts(&paper), ["有一。", "又见【待填：文号】。"]);
        assert_eq!(paper.missing, ["文号", "文号", "成文日期"]);
        assert!(paper.basis.concat().contains("3 处") && paper.basis.concat().contains("模拟数据"));
        assert!(
            words(&paper.date) == "【待填：成文日期】"
                && paper.number.is_some_and(|line| line[0].missing.is_some())
        );
    }

    #[test]
    fn headings_are_numbered_by_what_stays_under_them() {
        let paper = filled("# 甲\n{{表}}\n# 乙\n## 丙\n{{有}}\n## 丁\n{{无}}\n# 戊\n正文。\n# 己", &facts());
        assert_eq!(texts(&paper), ["一、乙", "（一）丙", "一", "二、戊", "正文。"]);
    }

    #[test]
    fn a_fact_of_the_record_is_words_whatever_it_looks_like() {
        let mut facts = facts();
        facts.stated("有", Some("{{文号}}【待填：甲】"));
        let paper = filled("{{有}}。", &facts);
        assert_eq!(texts(&paper), ["{{文号}}【待填：甲】。"]);
        assert_eq!(paper.missing.len(), 2);
    }

    #[test]
    fn a_sentence_of_the_record_ends_once() {
        let mut facts = facts();
        facts.stated("有", Some("两村相邻。"));
        assert_eq!(texts(&filled("因{{有}}。\n{{有}}另有", &facts)), ["因两村相邻。", "两村相邻。另有"]);
    }

    #[test]
    fn numbers_are_written_as_an_office_writes_them() {
        let written = [1, 10, 11, 20, 21, 99].map(chinese);
        assert_eq!(written, ["一", "十", "十一", "二十", "二十一", "九十九"]);
    }
}
