//! Word documents: paragraphs, tables and a page number as WordprocessingML (ECMA-376), packed as an office program reads it.
//!
//! Every element stands in the order of the schema: programs stricter than the usual ones refuse any other.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

mod chart;

pub use chart::{BAR_UNITS, BarRow};

/// What stands before the elements of every part.
const DECLARATION: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
const WORD: &str = r#"xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main""#;
const RELATIONSHIPS: &str =
    r#"xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships""#;

/// Latin letters and figures in Times New Roman, as the examples of GB/T 9704 have them.
const LATIN_FONT: &str = "Times New Roman";

const CONTENT_TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/footer2.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>"#;
const PACKAGE: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const PARTS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer2.xml"/></Relationships>"#;
/// The number of an even page stands at its left edge. The rest is how Chinese text is set since Word 2013.
const SETTINGS: &str = r#"<w:zoom w:percent="100"/><w:defaultTabStop w:val="840"/><w:evenAndOddHeaders/><w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:useFELayout/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>"#;

/// How characters look.
#[derive(Debug, Clone, Copy)]
pub struct Characters {
    /// The font of Chinese characters.
    pub font: &'static str,
    /// The size, in half points.
    pub size: u32,
    /// What each stands further from the next, in twentieths of a point.
    pub spacing: i32,
    /// Whether they are red, as the mark of the issuing body is.
    pub is_red: bool,
    /// Whether they stand on a coloured ground, so that nobody overlooks them.
    pub is_marked: bool,
}

impl Characters {
    /// Black characters on white.
    pub const fn plain(font: &'static str, size: u32, spacing: i32) -> Self {
        Self { font, size, spacing, is_red: false, is_marked: false }
    }
}

/// A line across the text, above or below a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A red one below: it parts the head of a paper from its matter.
    RedBelow,
    /// A black one above: it parts the imprint from the matter.
    Above,
    /// Black ones above and below.
    Around,
}

/// Where the lines of a paragraph begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Left,
    Center,
    Right,
    Both,
}

/// How a paragraph stands. Lengths are twentieths of a point.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    pub align: Align,
    /// The exact height of a line; that of the characters where there is none.
    pub line: Option<u32>,
    /// How far the first line is indented.
    pub first_line: u32,
    /// How far the whole stands from the left edge.
    pub left: u32,
    /// How far the whole stands from the right edge.
    pub right: u32,
    /// What is left free above it.
    pub before: u32,
    /// A line across the text.
    pub rule: Option<Rule>,
    /// Where the text after a tab ends, from the left edge.
    pub right_tab: Option<u32>,
    /// Whether it stays on the page of the next paragraph.
    pub keeps_next: bool,
}

impl Layout {
    /// Lines as high as their characters, not indented.
    pub const fn aligned(align: Align) -> Self {
        Self {
            align,
            line: None,
            first_line: 0,
            left: 0,
            right: 0,
            before: 0,
            rule: None,
            right_tab: None,
            keeps_next: false,
        }
    }
}

/// The size of the paper and its margins, in twentieths of a point.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub width: u32,
    pub height: u32,
    pub top: u32,
    pub bottom: u32,
    pub left: u32,
    pub right: u32,
    pub header: u32,
    pub footer: u32,
}

/// A document under way.
#[derive(Debug, Default)]
pub struct Document {
    body: String,
}

/// A cell of a table: its text, how it looks, and where it stands.
pub type Cell<'a> = (&'a str, Characters, Align);

impl Document {
    /// Adds a paragraph; an empty one where there is no text.
    pub fn paragraph(&mut self, text: &str, characters: Characters, layout: Layout) {
        let run = if text.is_empty() { String::new() } else { run(characters, &shown(text)) };
        self.body.push_str(&paragraph(layout, &run));
    }

    /// Adds a paragraph of runs that look differently. A tab leads to the right one of the layout.
    pub fn runs<'a>(&mut self, runs: impl IntoIterator<Item = (&'a str, Characters)>, layout: Layout) {
        let runs: String = runs
            .into_iter()
            .flat_map(|(text, characters)| {
                let parts = text.split('\t').enumerate();
                parts.flat_map(move |(index, part)| {
                    let tab = (index > 0).then(|| run(characters, "<w:tab/>"));
                    [tab, (!part.is_empty()).then(|| run(characters, &shown(part)))]
                })
            })
            .flatten()
            .collect();
        self.body.push_str(&paragraph(layout, &runs));
    }

    /// Adds a table over the widths of its columns. The first row is its head, which stands again on each page; every row
    /// stays whole on a page.
    pub fn table<'a>(&mut self, widths: &[usize], rows: impl Iterator<Item = Vec<Cell<'a>>>) {
        let whole: usize = widths.iter().sum();
        let side =
            |name: &str| format!(r#"<w:{name} w:val="single" w:sz="2" w:space="0" w:color="000000"/>"#);
        let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(side).concat();
        let columns: String = widths.iter().map(|width| format!(r#"<w:gridCol w:w="{width}"/>"#)).collect();
        let _ = write!(
            self.body,
            r#"<w:tbl><w:tblPr><w:tblW w:w="{whole}" w:type="dxa"/><w:jc w:val="left"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>"#
        );
        for (index, row) in rows.enumerate() {
            let head = if index == 0 { "<w:tblHeader/>" } else { "" };
            let _ = write!(self.body, "<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>");
            for ((text, characters, align), width) in row.into_iter().zip(widths) {
                let inner = paragraph(Layout::aligned(align), &run(characters, &shown(text)));
                let _ = write!(
                    self.body,
                    r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{inner}</w:tc>"#
                );
            }
            self.body.push_str("</w:tr>");
        }
        self.body.push_str("</w:tbl>");
    }

    /// The bytes of the file: these pages, numbered `— 1 —` at their outer edge, `number_sides` away from it. `usual` is how
    /// characters look of which nothing else is said.
    pub fn pack(
        &self,
        page: Page,
        usual: Characters,
        number: Characters,
        number_sides: u32,
    ) -> ZipResult<Vec<u8>> {
        let footer = |align| {
            let layout = Layout { left: number_sides, right: number_sides, ..Layout::aligned(align) };
            format!(r"<w:ftr {WORD}>{}</w:ftr>", paragraph(layout, &page_number(number)))
        };
        let look = look(Characters { spacing: 0, ..usual });
        let styles = format!(
            r#"<w:styles {WORD}><w:docDefaults><w:rPrDefault>{look}</w:rPrDefault><w:pPrDefault/></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style></w:styles>"#
        );
        let document = format!(
            "<w:document {WORD} {RELATIONSHIPS}><w:body>{}{}</w:body></w:document>",
            self.body,
            section(page)
        );
        let parts = [
            ("[Content_Types].xml", CONTENT_TYPES.to_owned()),
            ("_rels/.rels", PACKAGE.to_owned()),
            ("word/document.xml", document),
            ("word/_rels/document.xml.rels", PARTS.to_owned()),
            ("word/styles.xml", styles),
            ("word/settings.xml", format!("<w:settings {WORD}>{SETTINGS}</w:settings>")),
            ("word/footer1.xml", footer(Align::Right)),
            ("word/footer2.xml", footer(Align::Left)),
        ];
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(name, SimpleFileOptions::default())?;
            archive.write_all(DECLARATION.as_bytes())?;
            archive.write_all(text.as_bytes())?;
        }
        Ok(archive.finish()?.into_inner())
    }
}

fn section(page: Page) -> String {
    let Page { width, height, top, bottom, left, right, header, footer } = page;
    format!(
        r#"<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="even" r:id="rId4"/><w:pgSz w:w="{width}" w:h="{height}"/><w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="{header}" w:footer="{footer}" w:gutter="0"/><w:cols w:space="425" w:num="1"/></w:sectPr>"#
    )
}

/// `— 1 —`, where the number is a field that the office program counts.
fn page_number(characters: Characters) -> String {
    let field = |kind: &str| format!(r#"<w:fldChar w:fldCharType="{kind}"/>"#);
    let parts = [
        shown("— "),
        field("begin"),
        r#"<w:instrText xml:space="preserve">PAGE</w:instrText>"#.to_owned(),
        field("separate"),
        shown("1"),
        field("end"),
        shown(" —"),
    ];
    parts.map(|part| run(characters, &part)).concat()
}

fn paragraph(layout: Layout, runs: &str) -> String {
    let mut properties = String::new();
    if layout.keeps_next {
        properties.push_str("<w:keepNext/>");
    }
    if let Some(rule) = layout.rule {
        properties.push_str(&border(rule));
    }
    if let Some(end) = layout.right_tab {
        let _ = write!(properties, r#"<w:tabs><w:tab w:val="right" w:pos="{end}"/></w:tabs>"#);
    }
    let before = if layout.before > 0 { format!(r#" w:before="{}""#, layout.before) } else { String::new() };
    match layout.line {
        Some(line) => {
            let _ = write!(properties, r#"<w:spacing{before} w:line="{line}" w:lineRule="exact"/>"#);
        }
        None if layout.before > 0 => {
            let _ = write!(properties, "<w:spacing{before}/>");
        }
        None => {}
    }
    let Layout { first_line, left, right, .. } = layout;
    if first_line > 0 || left > 0 || right > 0 {
        let _ =
            write!(properties, r#"<w:ind w:left="{left}" w:right="{right}" w:firstLine="{first_line}"/>"#);
    }
    let align = match layout.align {
        Align::Left => "left",
        Align::Center => "center",
        Align::Right => "right",
        Align::Both => "both",
    };
    format!(r#"<w:p><w:pPr>{properties}<w:jc w:val="{align}"/></w:pPr>{runs}</w:p>"#)
}

/// The line across the text that a paragraph brings.
fn border(rule: Rule) -> String {
    let side = |name: &str, size: u32, space: u32, color: &str| {
        format!(r#"<w:{name} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>"#)
    };
    let sides = match rule {
        // 4 mm below the number, which is 11 points.
        Rule::RedBelow => side("bottom", 12, 11, "FF0000"),
        Rule::Above => side("top", 6, 4, "000000"),
        Rule::Around => side("top", 6, 4, "000000") + &side("bottom", 6, 4, "000000"),
    };
    format!("<w:pBdr>{sides}</w:pBdr>")
}

fn run(characters: Characters, content: &str) -> String {
    format!("<w:r>{}{content}</w:r>", look(characters))
}

fn look(Characters { font, size, spacing, is_red, is_marked }: Characters) -> String {
    let colour = if is_red { r#"<w:color w:val="FF0000"/>"# } else { "" };
    let ground = if is_marked { r#"<w:highlight w:val="yellow"/>"# } else { "" };
    let spacing = if spacing == 0 { String::new() } else { format!(r#"<w:spacing w:val="{spacing}"/>"#) };
    format!(
        r#"<w:rPr><w:rFonts w:ascii="{LATIN_FONT}" w:hAnsi="{LATIN_FONT}" w:eastAsia="{font}"/>{colour}{spacing}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>{ground}</w:rPr>"#
    )
}

/// A text as an element. XML has no way to write most control characters; they are left out.
fn shown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {}
            _ => escaped.push(character),
        }
    }
    format!(r#"<w:t xml:space="preserve">{escaped}</w:t>"#)
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    const PLAIN: Characters = Characters::plain("仿宋", 32, -5);
    const PAGE: Page =
        Page { width: 11_906, height: 16_838, top: 1, bottom: 2, left: 3, right: 4, header: 5, footer: 6 };

    fn parts(document: &Document) -> Vec<(String, String)> {
        let bytes = document.pack(PAGE, PLAIN, PLAIN, 280).unwrap();
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        (0..archive.len())
            .map(|index| {
                let part = archive.by_index(index).unwrap();
                (part.name().unwrap().to_string(), std::io::read_to_string(part).unwrap())
            })
            .collect()
    }

    /// Every text of a part, once its XML was read to the end.
    fn texts(part: &str) -> Vec<String> {
        let (mut reader, mut texts, mut depth) = (Reader::from_str(part), Vec::<String>::new(), 0);
        let mut is_text = false;
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => {
                    depth += 1;
                    is_text = start.name().as_ref() == "w:t";
                    if is_text {
                        texts.push(String::new());
                    }
                }
                Event::End(_) => (depth, is_text) = (depth - 1, false),
                Event::Text(text) if is_text => texts.last_mut().unwrap().push_str(&text),
                Event::GeneralRef(name) => {
                    let known = [("amp", "&"), ("lt", "<"), ("gt", ">")];
                    let (_, character) = known.iter().find(|(own, _)| *own == &*name).unwrap();
                    texts.last_mut().unwrap().push_str(character);
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        texts
    }

    #[test]
    fn every_part_is_xml_and_every_part_that_is_referred_to_is_there() {
        let mut document = Document::default();
        document.paragraph("甲", PLAIN, Layout::aligned(Align::Both));
        let parts = parts(&document);
        for (name, text) in &parts {
            let found = texts(text);
            assert_eq!(name.contains("footer"), found == ["— ", "1", " —"], "{name}");
        }
        let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
        for target in PARTS.split("Target=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(names.contains(&format!("word/{target}").as_str()), "{target}");
        }
        for part in CONTENT_TYPES.split("PartName=\"/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(names.contains(&part), "{part}");
        }
    }

    #[test]
    fn any_text_comes_back_but_for_what_xml_cannot_hold() {
        let mut document = Document::default();
        document.paragraph("<w:p> & \"乙\"\u{1}\u{ffff}]]>", PLAIN, Layout::aligned(Align::Left));
        document.paragraph("", PLAIN, Layout::aligned(Align::Left));
        let parts = parts(&document);
        let (_, body) = parts.iter().find(|(name, _)| name == "word/document.xml").unwrap();
        assert_eq!(texts(body), ["<w:p> & \"乙\"]]>"]);
    }

    #[test]
    fn the_head_of_each_table_is_repeated_and_no_row_is_split() {
        let mut document = Document::default();
        let row = |text: &'static str| vec![(text, PLAIN, Align::Center), ("1", PLAIN, Align::Right)];
        for _ in 0..2 {
            document.table(&[600, 400], [row("名称"), row("甲"), row("乙")].into_iter());
        }
        assert_eq!(document.body.matches("<w:cantSplit/><w:tblHeader/>").count(), 2);
        assert_eq!(document.body.matches("<w:cantSplit/>").count(), 6);
        assert_eq!(document.body.matches(r#"<w:tblW w:w="1000" w:type="dxa"/>"#).count(), 2);
    }
}
