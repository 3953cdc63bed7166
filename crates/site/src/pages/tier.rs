//! The page of a tier: the city's meeting 联系会议, a county, a township; figures with their definitions, then what needs
//! attention, then the rows.

use std::collections::BTreeMap;

use domain::quarter::Quarter;
use labels as w;
use labels::figures::{FIGURES, HEADLINE, figure};
use labels::terms::term;
use maud::{Markup, html};
use projections::{FigureView, View};

use super::chart::{QuarterBar, Tile, grade_bars, spark_line, tiles};
use super::table::{Cell, Table, number, text};
use super::visit::Visit;

/// How many quarters a chart shows: two years.
pub(crate) const TREND_QUARTERS: usize = 8;

/// What a tier's page shows.
pub(crate) struct Tier<'a> {
    /// The code of the place.
    pub(crate) code: &'a str,
    /// Its view.
    pub(crate) view: &'a View,
    /// The values of some figures at the end of each of the last quarters.
    pub(crate) trend: &'a BTreeMap<&'static str, Vec<u64>>,
    /// The overdue obligations, the most pressing first.
    pub(crate) attention: Table,
    /// The rows of the tier below, or of the joint branches.
    pub(crate) rows: Table,
    /// Whether the rows are counties, which are drawn as tiles too.
    pub(crate) is_city: bool,
    /// Further pages of this tier, with their names.
    pub(crate) more: Vec<(String, &'static str)>,
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, tier: &Tier<'_>) -> Markup {
    let tiles = tier.is_city.then(|| county_tiles(visit, tier.view));
    html! {
        @if !tier.more.is_empty() {
            p.screen { @for (link, name) in &tier.more { a.button href=(link) { (name) } " " } }
        }
        section aria-label=(visit.t(w::FIGURES)) { (cards(visit, tier)) }
        section aria-label=(visit.t(w::ATTENTION)) {
            h2 { (visit.t(w::ATTENTION)) }
            @if tier.attention.rows.is_empty() { p { (visit.t(w::NOTHING_OVERDUE)) } }
            @else { p.note { (visit.t(w::ATTENTION_NOTE)) } (tier.attention.plain(visit, false)) }
            p.screen { a href=(visit.link(&format!("/obligations?scope={}", tier.code))) { (visit.t(w::ALL_OBLIGATIONS)) } }
        }
        div.pair {
            section {
                h2 { (visit.t(w::GRADES)) }
                (grade_section(visit, tier.view))
            }
            @if let Some(tiles) = tiles { section { h2 { (visit.t(w::TILE_MAP)) } (tiles) } }
            @else { section { h2 { (visit.t(w::BREAKDOWNS)) } (breakdowns(visit, tier.view)) } }
        }
        section.break-before { h2 { (tier.rows.title) } (tier.rows.worked(visit)) }
        section.definitions { h2 { (visit.t(w::FIGURES)) " · " (visit.t(w::DEFINITION)) } (figures(visit, tier.view).plain(visit, false)) }
        @if tier.is_city { section { h2 { (visit.t(w::BREAKDOWNS)) } (breakdowns(visit, tier.view)) } }
    }
}

/// The headline figures, each with its definition and, where there is one, its trend.
fn cards(visit: &Visit, tier: &Tier<'_>) -> Markup {
    let found = HEADLINE.iter().filter_map(|name| Some((*name, tier.view.figures.get(name)?)));
    html! {
        dl.cards {
            @for (name, entry) in found {
                @let label = figure(name).map_or(name, |words| visit.t(words));
                div.card {
                    dt { (label) }
                    dd.big { a href=(visit.link(&format!("/figures/{}/{name}", tier.code))) { (value(entry)) } " " small { (unit(visit, entry)) } }
                    @if let Some(values) = tier.trend.get(name) { dd { (spark_line(label, values)) span.note { (visit.t(w::TREND)) } } }
                    dd.note { (definition(visit, entry)) }
                }
            }
        }
    }
}

/// A figure's number as it stands.
pub(crate) fn value(entry: &FigureView) -> String {
    Cell::number(&entry.value).text
}

/// The unit in the reader's language: the views say 「个 (joint branches)」.
pub(crate) fn unit<'a>(visit: &Visit, entry: &FigureView) -> &'a str {
    match entry.unit.split_once(" (") {
        Some((zh, en)) => visit.language.pick(zh, en.trim_end_matches(')')),
        None => entry.unit,
    }
}

/// The definition in the reader's language.
pub(crate) fn definition<'a>(visit: &Visit, entry: &'a FigureView) -> &'a str {
    visit.language.pick(&entry.definition.zh, &entry.definition.en)
}

/// Every figure of a view with its definition.
pub(crate) fn figures(visit: &Visit, view: &View) -> Table {
    let columns = [text("figure", w::FIGURE), number("value", w::VALUE), text("definition", w::DEFINITION)];
    let mut table = Table::new("figures", visit.t(w::FIGURES), &columns);
    let named = FIGURES.iter().map(|(name, _)| *name);
    let others = view.figures.keys().copied().filter(|name| figure(name).is_none());
    for name in named.chain(others) {
        let Some(entry) = view.figures.get(name) else { continue };
        let label = figure(name).map_or_else(|| name.replace('_', " "), |words| visit.t(words).to_owned());
        let cell =
            Cell { text: format!("{} {}", value(entry), unit(visit, entry)), ..Cell::number(&entry.value) };
        let drills = !entry.rows.starts_with("/api/v1/events");
        let link = visit.link(&format!("/figures/{}/{name}", view.scope));
        table.rows.push(vec![
            Cell::text(label),
            if drills { cell.to(link) } else { cell },
            Cell::text(definition(visit, entry)),
        ]);
    }
    table
}

/// The quarters of the chart, the oldest first.
fn quarters(view: &View) -> Vec<QuarterBar> {
    let counted = view.breakdowns.iter().flat_map(|found| &found.grades_by_quarter);
    let last = Quarter::of(view.as_of);
    let bars = counted.filter(|(quarter, _)| **quarter < last).map(|(quarter, counts)| QuarterBar {
        quarter: quarter.to_string(),
        counts: [counts.good, counts.fair, counts.poor, counts.missing],
    });
    let bars: Vec<_> = bars.collect();
    let first = bars.len().saturating_sub(TREND_QUARTERS);
    bars[first..].to_vec()
}

fn grade_section(visit: &Visit, view: &View) -> Markup {
    let bars = quarters(view);
    html! {
        @if bars.is_empty() { p { (visit.t(w::NO_ROWS)) } }
        @else { (grade_bars(visit, &bars)) p.note { (visit.t(w::GRADES_NOTE)) } (grade_table(visit, view).plain(visit, false)) }
    }
}

/// The grades of each quarter, the newest first, with what moved.
pub(crate) fn grade_table(visit: &Visit, view: &View) -> Table {
    let bars = quarters(view);
    let columns = [
        text("quarter", w::QUARTER),
        number("good", w::GOOD),
        number("fair", w::FAIR),
        number("poor", w::POOR),
        number("missing", w::MISSING),
        text("movement", w::MOVEMENT),
    ];
    let mut table = Table::new("grades", visit.t(w::GRADES), &columns);
    for (index, bar) in bars.iter().enumerate().rev() {
        let count = |number: u64| Cell::number(&number.into());
        let mut cells = vec![Cell::quarter(visit, &bar.quarter)];
        cells.extend(bar.counts.iter().map(|number| count(*number)));
        let before = index.checked_sub(1).and_then(|before| bars.get(before));
        cells.push(Cell::text(before.map(|before| movement(visit, before, bar)).unwrap_or_default()));
        table.rows.push(cells);
    }
    table
}

fn movement(visit: &Visit, before: &QuarterBar, now: &QuarterBar) -> String {
    let names = [w::GOOD, w::FAIR, w::POOR, w::MISSING];
    let changes =
        names.iter().zip(before.counts.iter().zip(now.counts)).filter_map(|(name, (before, now))| {
            let change = i128::from(now) - i128::from(*before);
            (change != 0).then(|| format!("{} {change:+}", visit.t(*name)))
        });
    changes.collect::<Vec<_>>().join(visit.language.pick("，", ", "))
}

fn county_tiles(visit: &Visit, view: &View) -> Markup {
    let tile = |row: &serde_json::Value| {
        let code = row["code"].as_str()?.to_owned();
        let count = row["joint_branches"].as_u64().unwrap_or(0);
        Some(Tile {
            name: row["name"].as_str()?.to_owned(),
            percent: row["coverage_ratio"].as_f64().unwrap_or(0.0),
            note: visit.language.pick(format!("{count} 个联合党组织"), format!("{count} joint branches")),
            link: visit.link(&format!("/counties/{code}")),
            code,
        })
    };
    let found: Vec<_> = view.rows.iter().filter_map(tile).collect();
    tiles(visit.t(w::TILE_MAP), &found)
}

fn breakdowns(visit: &Visit, view: &View) -> Markup {
    let mut table =
        Table::new("breakdowns", visit.t(w::BREAKDOWNS), &[text("kind", w::KIND), number("count", w::COUNT)]);
    let code = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    if let Some(found) = &view.breakdowns {
        for (mode, count) in &found.by_mode {
            let added =
                found.mode_names.get(mode).map(|name| visit.language.pick(&name.zh, &name.en).clone());
            let name = added.unwrap_or_else(|| term(visit.language, "Mode", mode.as_str()));
            table.rows.push(vec![Cell::text(name), Cell::number(&(*count).into())]);
        }
        for (form, count) in &found.by_form {
            let name = term(visit.language, "Form", &code(serde_json::to_value(form)));
            table.rows.push(vec![Cell::text(name), Cell::number(&(*count).into())]);
        }
    }
    table.plain(visit, false)
}

#[cfg(test)]
mod tests {
    use domain::date::Date;
    use domain::{Policy, PolicyCalendar};
    use labels::Language;
    use projections::{Reading, Views, city_view};
    use serde_json::json;

    use super::*;
    use crate::pages::lists::{obligations, places};
    use crate::pages::visit::tests::visit;

    fn view() -> View {
        let views = Views::new("5108".parse().unwrap());
        let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
        let on: Date = "2019-06-30".parse().unwrap();
        city_view(Reading { views: &views, policies: &policies, on }, None).unwrap()
    }

    fn drawn(language: Language, view: &View) -> String {
        let visit = visit(language, &[]);
        let trend = BTreeMap::from([("mergers", vec![1, 2])]);
        let attention = obligations(&visit, "", &[], &|code| code.to_owned());
        let rows = places(&visit, w::COUNTIES, &view.rows);
        page(
            &visit,
            &Tier { code: "5108", view, trend: &trend, attention, rows, is_city: true, more: Vec::new() },
        )
        .into_string()
    }

    #[test]
    fn every_figure_stands_with_its_definition_in_the_language_of_the_page() {
        let view = view();
        let (chinese, english) = (drawn(Language::Chinese, &view), drawn(Language::English, &view));
        let escaped = |text: &str| html! { (text) }.into_string();
        for (name, figure) in &view.figures {
            assert!(chinese.contains(&escaped(&figure.definition.zh)), "{name}");
            assert!(english.contains(&escaped(&figure.definition.en)), "{name}");
        }
    }

    #[test]
    fn what_is_not_known_is_a_dash_and_a_county_leads_to_its_page() {
        let rows =
            vec![json!({"code": "510811", "name": "昭化区", "joint_branches": 3, "coverage_ratio": 12.5})];
        let page = drawn(Language::Chinese, &View { rows, ..view() });
        assert!(
            page.contains("href=\"/counties/510811\"")
                && page.contains("href=\"/figures/510811/joint_branches\"")
        );
        assert!(page.contains("<td class=\"number\">—</td>") && page.contains("12.5%"));
    }
}
