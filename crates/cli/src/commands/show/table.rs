//! A view for the eye: the figures with what they mean, then the rows under each other.

use labels::glossary;
use serde_json::Value;

use super::cell::cell;
use super::joint_branch;
use crate::exit::Failure;
use crate::language::Language;
use crate::output::Output;

/// The columns that rows of places are shown with, where they have them.
const COLUMNS: [(&str, &str, &str); 13] = [
    ("code", "代码", "code"),
    ("name", "名称", "name"),
    ("kind", "类别", "kind"),
    ("joint_branches", "联合党组织", "joint branches"),
    ("mergers", "合建", "mergers"),
    ("pairings", "共建", "pairings"),
    ("villages", "村", "villages"),
    ("villages_covered", "覆盖", "covered"),
    ("coverage_ratio", "覆盖率", "coverage"),
    ("good", "好", "good"),
    ("fair", "一般", "fair"),
    ("poor", "较差", "poor"),
    ("evaluations_missing", "未考评", "not evaluated"),
];

/// Prints a view as the API gives it.
pub fn print(view: &Value, is_single: bool, language: Language, output: &mut Output) -> Result<(), Failure> {
    head(view, language, output)?;
    let rows = view["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    match rows {
        [row] if is_single => joint_branch::print(row, language, output),
        rows => places(rows, language, output),
    }
}

/// Prints whose view it is and its figures.
pub fn head(view: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let text = |name: &str| cell(&view[name]);
    let simulated =
        if view["simulated"] == true { language.pick("（模拟数据）", " (simulated data)") } else { "" };
    output.line(language.pick(
        format!("{}{simulated}，截至 {}，日志第 1 至 {} 条", text("scope"), text("as_of"), text("position")),
        format!(
            "{}{simulated} as of {}, from the events 1 to {}",
            text("scope"),
            text("as_of"),
            text("position")
        ),
    ))?;
    if let Some(before) = view.get("answers_for") {
        let (code, name, until) = (cell(&before["code"]), cell(&before["name"]), cell(&before["until"]));
        output.line(language.pick(
            format!("{code} {name} 自 {until} 起由上列代码承接，以下为其情况"),
            format!("{code} {name} goes on under that code since {until}; what follows is of it"),
        ))?;
    }
    output.line("")?;
    figures(&view["figures"], language, output)
}

fn figures(figures: &Value, language: Language, output: &mut Output) -> Result<(), Failure> {
    let Some(figures) = figures.as_object().filter(|figures| !figures.is_empty()) else { return Ok(()) };
    let rows = figures.iter().map(|(name, figure)| {
        let definition = &figure["definition"][language.pick("zh", "en")];
        let (name, unit) = figure_words(name, &figure["unit"], language);
        vec![name, format!("{} {unit}", cell(&figure["value"])), cell(definition)]
    });
    output.table(&rows.collect::<Vec<_>>())?;
    output.line("")
}

/// The name of a figure, and its unit, of which views say 「个 (joint branches)」.
pub fn figure_words(name: &str, unit: &Value, language: Language) -> (String, String) {
    let own = glossary::figure(name).map_or(name, |(zh, en)| language.pick(zh, en));
    let unit = unit.as_str().unwrap_or_default();
    let unit = unit.split_once(" (").map_or(unit, |(zh, en)| language.pick(zh, en.trim_end_matches(')')));
    (own.to_owned(), unit.to_owned())
}

fn places(rows: &[Value], language: Language, output: &mut Output) -> Result<(), Failure> {
    let Some(first) = rows.first() else { return Ok(()) };
    let columns: Vec<_> = COLUMNS.iter().filter(|(key, ..)| first.get(key).is_some()).collect();
    let header = columns.iter().map(|(_, zh, en)| language.pick(*zh, *en).to_owned()).collect();
    let mut table: Vec<Vec<String>> = vec![header];
    table.extend(rows.iter().map(|row| columns.iter().map(|(key, ..)| cell(&row[*key])).collect()));
    output.table(&table)
}
