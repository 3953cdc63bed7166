//! The lists 专项清单: an index that says what each is for, and each as a table below what its figures count.

use labels as w;
use labels::lists::{purpose, title};
use maud::{Markup, html};
use projections::{FigureView, ListName, View};
use serde_json::Value;

use super::entries::Names;
use super::lists::{said, yuan};
use super::table::{Cell, Table, choice, number, text};
use super::tier::{definition, unit, value};
use super::visit::Visit;

mod branches;
mod places;
mod records;

pub(crate) use branches::figures_of;

/// What the tables of lists are told besides their rows.
pub(crate) struct Told<'a> {
    /// Names of ids and codes.
    pub(crate) names: Names<'a>,
    /// Codes of places to names.
    pub(crate) place_name: &'a dyn Fn(&str) -> String,
}

/// A list as its page shows it.
pub(crate) struct Listed<'a> {
    /// Which.
    pub(crate) name: ListName,
    /// Of which place.
    pub(crate) scope: &'a str,
    /// The places whose list the reader may choose, each with its name.
    pub(crate) places: &'a [(String, String)],
    /// Of which year, where it is of one.
    pub(crate) year: Option<i16>,
    /// Its figures.
    pub(crate) view: &'a View,
    /// How many rows it has where the page does not hold all of them.
    pub(crate) cut: Option<usize>,
    /// Its rows as a table.
    pub(crate) table: &'a Table,
    /// The names of actors, for those who may see them.
    pub(crate) holder: &'a dyn Fn(&str) -> Option<String>,
    /// Codes of places to names.
    pub(crate) place_name: &'a dyn Fn(&str) -> String,
}

/// The index: what each list is for.
pub(crate) fn index(visit: &Visit) -> Table {
    let columns = [text("name", w::LIST), text("purpose", w::PURPOSE)];
    let mut table = Table::new("lists", visit.t(w::LISTS), &columns);
    for name in ListName::ALL {
        table.rows.push(vec![
            Cell::text(visit.t(title(name))).to(visit.link(&format!("/lists/{name}"))),
            Cell::text(visit.t(purpose(name))),
        ]);
    }
    table
}

/// The rows of a list as a table.
pub(crate) fn table(visit: &Visit, name: ListName, heading: &str, rows: &[Value], told: &Told<'_>) -> Table {
    match name {
        ListName::Upgrades => branches::upgrades(visit, heading, rows, told),
        ListName::YellowCards => places::yellow_cards(visit, heading, rows, told),
        ListName::YearlyReviews => branches::yearly_reviews(visit, heading, rows, told),
        ListName::Funding => places::funding(visit, heading, rows, told),
        ListName::Figures => figures_of(visit, heading, rows, true),
        ListName::Rotation => branches::rotation(visit, heading, rows),
        ListName::Documents => records::documents(visit, heading, rows),
        ListName::Cadence => places::cadence(visit, heading, rows),
        ListName::LateEntries | ListName::Overrides | ListName::Corrections => {
            records::records(visit, name, heading, rows, told)
        }
    }
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, listed: &Listed<'_>) -> Markup {
    let actors = by_actor(visit, listed);
    html! {
        div.landscape {
            p.note { (visit.t(purpose(listed.name))) span.screen { " · " a href=(visit.link("/lists")) { (visit.t(w::ALL_LISTS)) } } }
            (chooser(visit, listed))
            ul.counts { @for entry in listed.view.figures.values() { li { strong { (amount(visit, entry)) } " — " (definition(visit, entry)) } } }
            @if let Some(count) = listed.cut { p.notice.past role="note" { (count) " " (visit.t(w::ROWS)) "：" (visit.t(w::LIST_CUT)) } }
            (listed.table.worked(visit))
            @if listed.name == ListName::YearlyReviews { (sign_off(visit)) }
            @if !actors.rows.is_empty() { h2 { (visit.t(w::BY_ACTOR)) } (actors.plain(visit, false)) }
        }
    }
}

/// A plain GET form for place and year, so that both stay in the address.
fn chooser(visit: &Visit, listed: &Listed<'_>) -> Markup {
    let kept = ["as_of", "known_at", "at", "view"];
    let kept = kept.iter().filter_map(|name| Some((name, visit.parameter(name)?)));
    html! {
        form.controls.screen method="get" action=(visit.path) {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            @if listed.places.len() > 1 {
                label { (visit.t(w::PLACE)) " "
                    select name="scope" { @for (code, name) in listed.places { option value=(code) selected[code == listed.scope] { (name) " " (code) } } }
                }
            }
            @if let Some(year) = listed.year { label { (visit.t(w::FISCAL_YEAR)) " " input type="number" name="year" min="1949" max="2199" value=(year); } }
            @if listed.places.len() > 1 || listed.year.is_some() { button type="submit" { (visit.t(w::SHOW)) } }
        }
    }
}

/// A figure with its unit; money is said in yuan.
fn amount(visit: &Visit, entry: &FigureView) -> String {
    match (entry.unit.starts_with("分 "), entry.value.as_u64()) {
        (true, Some(fen)) => format!("{} {}", yuan(fen), visit.language.pick("元", "yuan")),
        _ => format!("{} {}", value(entry), unit(visit, entry)),
    }
}

/// Whose records they are, by county and actor, the most first.
fn by_actor(visit: &Visit, listed: &Listed<'_>) -> Table {
    let columns = [choice("county", w::COUNTY), text("actor", w::ACTOR), number("count", w::COUNT)];
    let mut table = Table::new("actors", visit.t(w::BY_ACTOR), &columns);
    let all = listed.view.by_actor.iter().flat_map(|(county, actors)| {
        actors.iter().map(move |(actor, count)| (county.as_str(), actor.as_str(), *count))
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(county, actor, count)| (std::cmp::Reverse(*count), *county, *actor));
    for (county, actor, count) in all {
        // `_` stands for what lies in no county.
        let county = if county == "_" { "—".to_owned() } else { (listed.place_name)(county) };
        let actor = (listed.holder)(actor).unwrap_or_else(|| actor.to_owned());
        table.rows.push(vec![Cell::text(county), Cell::text(actor), Cell::number(&count.into())]);
    }
    table
}

/// Where a sheet on paper is signed.
fn sign_off(visit: &Visit) -> Markup {
    html! {
        p.paper.sign-off { @for words in [w::FILLED_BY_OFFICE, w::FILLED_BY, w::CHECKED_BY, w::DATE] { span { (visit.t(words)) "：" } } }
    }
}

/// A joint branch, leading to its page.
fn joint_branch(visit: &Visit, id: &str, name: &str) -> Cell {
    Cell::text(name).to(visit.link(&format!("/joint-branches/{id}")))
}

/// The place behind a code, leading to the page of its tier.
fn place(visit: &Visit, code: &str, name: String) -> Cell {
    match code.len() {
        6 => Cell::text(name).to(visit.link(&format!("/counties/{code}"))),
        9 => Cell::text(name).to(visit.link(&format!("/townships/{code}"))),
        _ => Cell::text(name),
    }
}

/// The place that a label of a row names, leading to the page of its tier.
fn labelled(visit: &Visit, label: &Value) -> Cell {
    place(visit, said(label, "code"), said(label, "name").to_owned())
}

/// Yes or no; a yes that wants attention looks so.
fn flag(visit: &Visit, is_so: bool) -> Cell {
    let look = if is_so { "state-bad" } else { "state-quiet" };
    Cell::text(visit.t(if is_so { w::YES } else { w::NO })).looks(look)
}

/// Items one after the other, as one reads them aloud.
fn joined(visit: &Visit, items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(visit.language.pick("；", "; "))
}

#[cfg(test)]
mod tests;
