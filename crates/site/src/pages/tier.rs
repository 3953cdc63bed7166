//! The page of a tier: the city's meeting 联系会议, a county, a township; figures with their definitions, then what needs
//! attention, then the rows.

use std::collections::BTreeMap;

use domain::quarter::Quarter;
use labels as w;
use labels::figures::{FIGURES, HEADLINE, figure};
use maud::{Markup, html};
use projections::{FigureView, PartEntry, View};

use super::chart::{QuarterBar, Tile, grade_bars, spark_line, tiles};
use super::lists::word;
use super::table::{Cell, Table, number, text, thousands};
use super::visit::Visit;

/// How many quarters a chart shows: two years.
pub(crate) const TREND_QUARTERS: usize = 8;

/// What a tier's page shows.
pub(crate) struct Tier<'a, R> {
    /// The code of the place.
    pub(crate) code: &'a str,
    /// Its view.
    pub(crate) view: &'a View<R>,
    /// The values of some figures at the end of each of the last quarters.
    pub(crate) trend: &'a BTreeMap<&'static str, Vec<u64>>,
    /// The overdue obligations, the most pressing first.
    pub(crate) attention: Table,
    /// The rows of the tier below, or of the joint branches.
    pub(crate) rows: Table,
    /// The tabs of these rows, where they are parted.
    pub(crate) tabs: Option<Markup>,
    /// Which villages of a township are joined with which.
    pub(crate) picture: Option<Markup>,
    /// The counties of a city, which are drawn as tiles too.
    pub(crate) counties: Option<&'a [PartEntry]>,
    /// Where an office begins that has decided nothing yet.
    pub(crate) start: Option<String>,
    /// Further pages of this tier, with their names.
    pub(crate) more: Vec<(String, &'static str)>,
}

/// The page's matter.
pub(crate) fn page<R>(visit: &Visit, tier: &Tier<'_, R>) -> Markup {
    let tiles = tier.counties.map(|counties| county_tiles(visit, counties));
    html! {
        @if let Some(link) = &tier.start {
            p.notice role="note" { a.button href=(link) { (visit.say(w::START)) } " " (visit.say(w::START_NOTE)) }
        }
        @if !tier.more.is_empty() {
            p.screen { @for (link, name) in &tier.more { a.button href=(link) { (name) } " " } }
        }
        section aria-label=(visit.say(w::FIGURES)) { (cards(visit, tier)) }
        @if !tier.view.yellow_cards.is_empty() {
            section aria-label=(visit.say(w::YELLOW_CARDS)) {
                h2 { (visit.say(w::YELLOW_CARDS)) }
                (yellow_cards(visit, tier.view).plain(visit, false))
            }
        }
        section aria-label=(visit.say(w::ATTENTION)) {
            h2 { (visit.say(w::ATTENTION)) }
            @if tier.attention.rows.is_empty() { p { (visit.say(w::NOTHING_OVERDUE)) } }
            @else { p.note { (visit.say(w::ATTENTION_NOTE)) } (tier.attention.plain(visit, false)) }
            p.screen { a href=(visit.link(&format!("/obligations?scope={}", tier.code))) { (visit.say(w::ALL_OBLIGATIONS)) } }
        }
        @if let Some(picture) = &tier.picture { (picture) }
        div.pair {
            section {
                h2 { (visit.say(w::GRADES)) }
                (grade_section(visit, tier.view))
            }
            @if let Some(tiles) = tiles { section { h2 { (visit.say(w::TILE_MAP)) } (tiles) } }
            @else { section { h2 { (visit.say(w::BREAKDOWNS)) } (breakdowns(visit, tier.view)) } }
        }
        section.break-before { h2 { (tier.rows.title) } @if let Some(tabs) = &tier.tabs { (tabs) } (tier.rows.worked(visit)) }
        section.definitions { h2 { (visit.say(w::FIGURES)) " · " (visit.say(w::DEFINITION)) } (figures(visit, tier.view).plain(visit, false)) }
        @if tier.counties.is_some() { section { h2 { (visit.say(w::BREAKDOWNS)) } (breakdowns(visit, tier.view)) } }
    }
}

/// The cards that stand, each with the way to lift it.
fn yellow_cards<R>(visit: &Visit, view: &View<R>) -> Table {
    let columns = [
        text("to", w::PLACE),
        text("document", w::CARD_DOCUMENT),
        text("issued_on", w::CARD_ISSUED_ON),
        text("matter", w::CARD_MATTER),
        text("consequences", w::CARD_CONSEQUENCES),
        text("deadline", w::CARD_DEADLINE),
        text("lift", w::LIFT_CARD),
    ];
    let mut table = Table::new("yellow_cards", visit.say(w::YELLOW_CARDS), &columns);
    for card in &view.yellow_cards {
        let consequences: Vec<_> =
            card.consequences.iter().map(|found| word(visit, "Consequence", found)).collect();
        let lift = visit.link(&format!("/work/lift-yellow-card?yellow_card={}", card.id));
        table.rows.push(vec![
            Cell::text(card.to.as_ref().map(|place| place.name.to_string()).unwrap_or_default()),
            Cell::text(card.document.clone()),
            Cell::text(card.issued_on.to_string()),
            Cell::text(card.matter.to_string()),
            Cell::text(consequences.join(visit.language.pick("、", ", "))),
            Cell::text(card.deadline.map(|day| day.to_string()).unwrap_or_default()),
            Cell::text(visit.say(w::LIFT_CARD)).to(lift),
        ]);
    }
    table
}

/// Headline figures of which there had better be none.
const ALARMING: [&str; 4] = ["poor", "evaluations_missing", "rectifications_open", "termination_due"];

/// The headline figures, each with its definition and, where there is one, its trend.
fn cards<R>(visit: &Visit, tier: &Tier<'_, R>) -> Markup {
    let found = HEADLINE.iter().filter_map(|name| Some((*name, tier.view.figures.get(*name)?)));
    html! {
        dl.cards {
            @for (name, entry) in found {
                @let label = figure(name).map_or(name, |words| visit.say(words));
                div.card.alarm[ALARMING.contains(&name) && value(entry) != "0"] {
                    dt { (label) }
                    dd.big { a href=(visit.link(&format!("/figures/{}/{name}", tier.code))) { (value(entry)) } " " small { (unit(visit, entry)) } }
                    @if let Some(values) = tier.trend.get(name) { dd { (spark_line(label, values)) span.note { (visit.say(w::TREND)) } } }
                    dd.note { (definition(visit, entry)) }
                }
            }
        }
    }
}

/// A figure's number as it stands.
pub(crate) fn value(entry: &FigureView) -> String {
    thousands(&entry.value_text())
}

/// The unit in the reader's language.
pub(crate) fn unit(visit: &Visit, entry: &FigureView) -> String {
    visit.say(&entry.unit_text()).to_owned()
}

/// The definition in the reader's language.
pub(crate) fn definition<'a>(visit: &Visit, entry: &'a FigureView) -> &'a str {
    visit.say(&entry.definition)
}

/// Every figure of a view with its definition.
pub(crate) fn figures<R>(visit: &Visit, view: &View<R>) -> Table {
    let columns = [text("figure", w::FIGURE), number("value", w::VALUE), text("definition", w::DEFINITION)];
    let mut table = Table::new("figures", visit.say(w::FIGURES), &columns);
    let named = FIGURES.iter().map(|(name, _)| *name);
    let others = view.figures.keys().map(|name| &**name).filter(|name| figure(name).is_none());
    for name in named.chain(others) {
        let Some(entry) = view.figures.get(name) else { continue };
        let label = figure(name).map_or_else(|| name.replace('_', " "), |words| visit.say(words).to_owned());
        let cell = Cell {
            text: format!("{} {}", entry.value_text(), unit(visit, entry)),
            ..Cell::figure(Some(entry.value))
        };
        let drills = !entry.rows.starts_with("/api/v1/events");
        let of_list = entry.rows.strip_prefix("/api/v1").filter(|path| path.starts_with("/lists/"));
        let link = of_list.map_or_else(|| format!("/figures/{}/{name}", view.scope), str::to_owned);
        let link = visit.link(&link);
        table.rows.push(vec![
            Cell::text(label),
            if drills { cell.to(link) } else { cell },
            Cell::text(definition(visit, entry)),
        ]);
    }
    table
}

/// The quarters of the chart, the oldest first.
fn quarters<R>(view: &View<R>) -> Vec<QuarterBar> {
    let counted = view.breakdowns.iter().flat_map(|found| &found.grades_by_quarter);
    let last = Quarter::of(view.as_of);
    let bars = counted.filter(|(quarter, _)| **quarter < last).map(|(quarter, counts)| QuarterBar {
        quarter: *quarter,
        counts: [counts.good, counts.fair, counts.poor, counts.missing],
    });
    let bars: Vec<_> = bars.collect();
    let first = bars.len().saturating_sub(TREND_QUARTERS);
    bars[first..].to_vec()
}

fn grade_section<R>(visit: &Visit, view: &View<R>) -> Markup {
    let bars = quarters(view);
    html! {
        @if bars.is_empty() { p { (visit.say(w::NO_ROWS)) } }
        @else { (grade_bars(visit, &bars)) p.note { (visit.say(w::GRADES_NOTE)) } (grade_table(visit, view).plain(visit, false)) }
    }
}

/// The grades of each quarter, the newest first, with what moved.
pub(crate) fn grade_table<R>(visit: &Visit, view: &View<R>) -> Table {
    let bars = quarters(view);
    let columns = [
        text("quarter", w::QUARTER),
        number("good", w::GOOD),
        number("fair", w::FAIR),
        number("poor", w::POOR),
        number("missing", w::MISSING),
        text("movement", w::MOVEMENT),
    ];
    let mut table = Table::new("grades", visit.say(w::GRADES), &columns);
    for (index, bar) in bars.iter().enumerate().rev() {
        let count = |number: u64| Cell::count(number);
        let mut cells = vec![Cell::quarter(visit, bar.quarter)];
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
            (change != 0).then(|| format!("{} {change:+}", visit.say(name)))
        });
    changes.collect::<Vec<_>>().join(visit.language.pick("，", ", "))
}

/// The counties as tiles that stand roughly as they lie.
pub(crate) fn county_tiles(visit: &Visit, counties: &[PartEntry]) -> Markup {
    let tile = |row: &PartEntry| {
        let figure = |name: &str| row.figures.get(name).map_or(0.0, |value| value.as_f64());
        let count = figure("joint_branches");
        Tile {
            code: row.code.to_string(),
            name: row.name.to_string(),
            percent: figure("coverage_ratio"),
            note: visit.language.pick(format!("{count} 个联合党组织"), format!("{count} joint branches")),
            link: visit.link(&format!("/counties/{}", row.code)),
        }
    };
    let found: Vec<_> = counties.iter().map(tile).collect();
    tiles(visit.say(w::TILE_MAP), &found)
}

fn breakdowns<R>(visit: &Visit, view: &View<R>) -> Markup {
    let mut table = Table::new(
        "breakdowns",
        visit.say(w::BREAKDOWNS),
        &[text("kind", w::KIND), number("count", w::COUNT)],
    );
    if let Some(found) = &view.breakdowns {
        for (mode, count) in &found.by_mode {
            let added = found.mode_names.get(mode).map(|name| visit.say(name).to_owned());
            let name = added.unwrap_or_else(|| word(visit, "Mode", mode));
            table.rows.push(vec![Cell::text(name), Cell::count(*count)]);
        }
        for (form, count) in &found.by_form {
            let name = word(visit, "Form", form);
            table.rows.push(vec![Cell::text(name), Cell::count(*count)]);
        }
    }
    table.plain(visit, false)
}

#[cfg(test)]
mod tests {
    use domain::date::Date;
    use domain::say::Language;
    use domain::{Policy, PolicyCalendar};
    use projections::{Reading, Views, city_view};
    use serde_json::json;

    use super::*;
    use crate::pages::lists::{obligations, places};
    use crate::pages::visit::tests::visit;

    fn view() -> View<PartEntry> {
        let views = Views::new("5108".parse().unwrap());
        let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
        let on: Date = "2019-06-30".parse().unwrap();
        city_view(Reading { views: &views, policies: &policies, on }, &views.city().city).unwrap()
    }

    fn drawn(language: Language, view: &View<PartEntry>) -> String {
        let visit = visit(language, &[]);
        let trend = BTreeMap::from([("mergers", vec![1, 2])]);
        let attention = obligations(&visit, "", &[], &|code| code.to_string(), None);
        let rows = places(&visit, w::COUNTIES, &view.rows);
        page(
            &visit,
            &Tier {
                code: "5108",
                view,
                trend: &trend,
                attention,
                rows,
                tabs: None,
                picture: None,
                counties: Some(&view.rows),
                start: Some("/start?scope=5108".to_owned()),
                more: Vec::new(),
            },
        )
        .into_string()
    }

    #[test]
    fn an_office_that_has_decided_nothing_is_led_to_the_start_list_first() {
        let drawn = drawn(Language::Zh, &view());
        let (link, figures) = (drawn.find("/start?scope=5108").unwrap(), drawn.find("<section").unwrap());
        assert!(link < figures);
    }

    #[test]
    fn every_figure_stands_with_its_definition_in_the_language_of_the_page() {
        let view = view();
        let (chinese, english) = (drawn(Language::Zh, &view), drawn(Language::En, &view));
        let escaped = |text: &str| html! { (text) }.into_string();
        for (name, figure) in &view.figures {
            assert!(chinese.contains(&escaped(&figure.definition.zh)), "{name}");
            assert!(english.contains(&escaped(&figure.definition.en)), "{name}");
        }
    }

    #[test]
    fn what_is_not_known_is_a_dash_and_a_county_leads_to_its_page() {
        let rows = vec![
            serde_json::from_value(
                json!({"code": "510811", "name": "昭化区", "joint_branches": 3, "coverage_ratio": 12.5}),
            )
            .unwrap(),
        ];
        let page = drawn(Language::Zh, &View { rows, ..view() });
        assert!(
            page.contains("href=\"/counties/510811\"")
                && page.contains("href=\"/figures/510811/joint_branches\"")
        );
        assert!(page.contains("<td class=\"number\">—</td>") && page.contains("12.5%"));
    }
}
