//! The meeting's brief as a Word document in the layout of GB/T 9704: A4, its margins, 22 lines of 28 characters of size
//! three. It is made of sentences, and of charts of shaded cells that stand beside their figures (decision 127).

use domain::say::Language;
use papers::gb9704::{
    CELL, FLUSH, HEAD_CELL, HEADING, IMPRINT, INDENTED, NUMBER, NUMBER_INDENT, PAGE, SECOND_HEADING, TEXT,
    TITLE, WIDTH,
};
use papers::word::{Align, BAR_UNITS, BarRow, Document, Layout, Rule};

use super::{Imprint, PaperError};

mod ahead;
mod problems;
mod sections;
mod told;

pub(crate) use told::{Before, Told};

/// The widths of a chart's columns, in twentieths of a point: its names, and each of its figures. The bar has the rest.
const COLUMNS: (usize, usize) = (2_060, 940);
/// The same of a column of figures in English, whose heads are longer.
const ENGLISH_FIGURE: usize = 1_080;

/// A line of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// A heading of the second level.
    Second(String),
    /// Sentences.
    Text(String),
}

/// A row of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bar {
    /// What it is of.
    name: String,
    /// The parts of the bar, each with its shade.
    parts: Vec<(u64, &'static str)>,
    /// What stands beside it.
    figures: Vec<String>,
}

/// Bars with their figures.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chart {
    title: String,
    /// What stands above the names, the bars and each of the figures.
    head: Vec<String>,
    rows: Vec<Bar>,
}

/// A part of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    heading: String,
    lines: Vec<Line>,
    chart: Option<Chart>,
}

/// What a brief says.
pub(crate) struct Brief {
    title: String,
    /// The quarter and the day, below the title.
    subtitle: String,
    parts: Vec<Part>,
}

impl Brief {
    /// The brief of what is told.
    pub(crate) fn of(told: &Told<'_>) -> Self {
        let quarter = told.matter.last_quarter().say();
        let on = told.day(told.matter.view.as_of);
        let found = problems::found(told);
        let mut parts = sections::sections(told);
        parts.extend([problems::problems(told, &found), problems::advice(told, &found), ahead::ahead(told)]);
        let (name, language) = (told.matter.name, told.language());
        Self {
            title: language
                .pick(format!("{name}联建工作简报"), format!("{name}: brief on joint Party branches")),
            subtitle: language
                .pick(format!("（{}，数据截至{on}）", quarter.zh), format!("{}, as of {on}", quarter.en)),
            parts,
        }
    }

    /// The bytes of the document, with what it says of itself below.
    pub(crate) fn docx(&self, language: Language, imprint: &Imprint) -> Result<Vec<u8>, PaperError> {
        let mut document = Document::default();
        let centred = Layout { align: Align::Center, ..FLUSH };
        document.paragraph(&self.title, TITLE, Layout { line: None, ..centred });
        document.paragraph(&self.subtitle, SECOND_HEADING, centred);
        document.paragraph("", TEXT, FLUSH);
        for (index, Part { heading, lines, chart }) in self.parts.iter().enumerate() {
            let number = language.pick(format!("{}、", chinese(index)), format!("{}. ", index + 1));
            let kept = Layout { keeps_next: true, ..INDENTED };
            document.paragraph(&format!("{number}{heading}"), HEADING, kept);
            for line in lines {
                match line {
                    Line::Second(text) => document.paragraph(text, SECOND_HEADING, kept),
                    Line::Text(text) => document.paragraph(text, TEXT, INDENTED),
                }
            }
            if let Some(chart) = chart {
                draw(&mut document, language, chart);
            }
        }
        document.paragraph("", TEXT, FLUSH);
        for (index, sentence) in imprint.sentences.iter().enumerate() {
            let rule = (index == 0).then_some(Rule::Above);
            document.paragraph(sentence, IMPRINT, Layout { rule, ..Layout::aligned(Align::Left) });
        }
        let bytes = document.pack(PAGE, TEXT, NUMBER, NUMBER_INDENT);
        bytes.map_err(|error| PaperError::Document(error.to_string()))
    }
}

/// 一, 二, 三, as an office numbers its parts.
fn chinese(index: usize) -> String {
    const CHINESE: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    CHINESE.get(index).map_or_else(|| (index + 1).to_string(), |number| (*number).to_owned())
}

/// A chart below its title. The longest bar fills its place.
fn draw(document: &mut Document, language: Language, Chart { title, head, rows }: &Chart) {
    let layout = Layout { keeps_next: true, align: Align::Center, ..FLUSH };
    document.paragraph(title, HEAD_CELL, layout);
    let figures = head.len().saturating_sub(2);
    let (name, figure) = (COLUMNS.0, language.pick(COLUMNS.1, ENGLISH_FIGURE));
    let bar = (WIDTH as usize).saturating_sub(name + figures * figure);
    let longest =
        rows.iter().map(|row| row.parts.iter().map(|(value, _)| value).sum::<u64>()).max().unwrap_or(0);
    let mut first = head.iter().map(|text| (text.as_str(), HEAD_CELL, Align::Center));
    let mut told = "";
    let mut cells = Vec::new();
    for (index, cell) in first.by_ref().enumerate() {
        if index == 1 { told = cell.0 } else { cells.push(cell) }
    }
    let head = BarRow { cells, bar: Vec::new(), told };
    let rows = rows.iter().map(|row| {
        let name = std::iter::once((row.name.as_str(), CELL, Align::Left));
        let figures = row.figures.iter().map(|figure| (figure.as_str(), CELL, Align::Right));
        let bar = row.parts.iter().map(|(value, shade)| (units(*value, longest), *shade));
        BarRow { cells: name.chain(figures).collect(), bar: bar.collect(), told: "" }
    });
    document.chart((name, bar, &vec![figure; figures]), std::iter::once(head).chain(rows));
    document.paragraph("", CELL, FLUSH);
}

/// How long a part of a bar is: what there is of it is seen, however little.
fn units(value: u64, longest: u64) -> usize {
    let share = value as f64 / longest.max(1) as f64 * BAR_UNITS as f64;
    (share.round() as usize).max(usize::from(value > 0)).min(BAR_UNITS)
}

#[cfg(test)]
mod tests;
