//! A view for the eye: whose it is, the figures with what they mean, then the rows under each other.

use domain::say::Language;
use labels::figures;
use projections::{FigureView, PartEntry, View, VillageEntry};

use super::cell::{coded, or_dash};
use crate::exit::Failure;
use crate::output::Output;

/// The figures that a table of counties or townships shows.
const FIGURES: [(&str, &str, &str); 11] = [
    ("joint_branches", "联合党组织", "joint branches"),
    ("mergers", "合建", "mergers"),
    ("pairings", "共建", "pairings"),
    ("villages", "村", "villages"),
    ("villages_covered", "覆盖", "covered"),
    ("coverage_ratio", "覆盖率", "coverage"),
    ("branches_to_villages", "与村之比", "to villages"),
    ("good", "好", "good"),
    ("fair", "一般", "fair"),
    ("poor", "较差", "poor"),
    ("evaluations_missing", "未评估", "not evaluated"),
];

/// Prints the view of a city or county.
pub fn parts(view: &View<PartEntry>, language: Language, output: &mut Output) -> Result<(), Failure> {
    head(view, language, output)?;
    let titles = FIGURES.iter().map(|(_, zh, en)| language.pick(*zh, *en));
    let header = [language.pick("代码", "code"), language.pick("名称", "name")].into_iter().chain(titles);
    let line = |row: &PartEntry| {
        let figures = FIGURES.iter().map(|(name, ..)| or_dash(row.figures.get(*name)));
        [row.code.to_string(), row.name.to_string()].into_iter().chain(figures).collect()
    };
    rows(header.collect(), view.rows.iter().map(line), output)
}

/// Prints the view of a township.
pub fn villages(view: &View<VillageEntry>, language: Language, output: &mut Output) -> Result<(), Failure> {
    head(view, language, output)?;
    let header =
        language.pick(["代码", "名称", "类别", "联合党组织"], ["code", "name", "kind", "joint branches"]);
    let line = |row: &VillageEntry| {
        let names: Vec<_> = row.joint_branches.iter().map(|found| found.name.as_str()).collect();
        let names = names.join(language.pick("、", ", "));
        vec![row.code.to_string(), row.name.to_string(), coded("kind", &row.kind, language), names]
    };
    rows(header.to_vec(), view.rows.iter().map(line), output)
}

fn rows(
    header: Vec<&str>,
    lines: impl Iterator<Item = Vec<String>>,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut table = vec![header.into_iter().map(str::to_owned).collect()];
    table.extend(lines);
    if table.len() == 1 { Ok(()) } else { output.table(&table) }
}

/// Prints whose view it is and its figures.
pub fn head<R>(view: &View<R>, language: Language, output: &mut Output) -> Result<(), Failure> {
    let simulated =
        if view.simulated { language.pick("（模拟数据）", " (simulated data)") } else { "" };
    let View { scope, as_of, position, .. } = view;
    output.line(language.pick(
        format!("{scope}{simulated}，截至 {as_of}，日志第 1 至 {position} 条"),
        format!("{scope}{simulated} as of {as_of}, from the events 1 to {position}"),
    ))?;
    if let Some(before) = &view.answers_for {
        let (code, name, until) = (&before.code, &before.name, before.until);
        output.line(language.pick(
            format!("{code} {name} 自 {until} 起由上列代码承接，以下为其情况"),
            format!("{code} {name} goes on under that code since {until}; what follows is of it"),
        ))?;
    }
    output.line("")?;
    if view.figures.is_empty() {
        return Ok(());
    }
    let line = |(name, figure): (&_, &FigureView)| {
        let definition = language.pick(&figure.definition.zh, &figure.definition.en);
        vec![figure_name(name, language), amount(figure, language), definition.to_string()]
    };
    output.table(&view.figures.iter().map(|(name, figure)| line((&**name, figure))).collect::<Vec<_>>())?;
    output.line("")
}

/// The name of a figure in words.
pub fn figure_name(name: &str, language: Language) -> String {
    figures::figure(name).map_or(name, |said| said.in_language(language)).to_owned()
}

/// The value of a figure with its unit; money is said in yuan.
pub fn amount(figure: &FigureView, language: Language) -> String {
    let unit = figure.unit_text();
    format!("{} {}", figure.value_text(), language.pick(&unit.zh, &unit.en))
}
