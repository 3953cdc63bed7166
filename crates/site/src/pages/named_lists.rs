//! The lists 专项清单: an index that says what each is for, and each as a table below what its figures count.

use domain::date::Timestamp;
use domain::place::{Level, PlaceCode};
use domain::say::Language;
use labels as w;
use labels::events::event;
use labels::terms::term;
use maud::{Markup, html};
use projections::{About, FigureRow, FigureView, Head, Kind, ListName, ListRow, Mark, Shown, View, Words};

use super::entries::{Names, china_time, scan_path};
use super::table::{Cell, Column, Table, choice, grouped, number, text};
use super::tier::{definition, unit, value};
use super::visit::Visit;

/// What the tables of lists are told besides their rows.
pub(crate) struct TableContext<'a> {
    /// The language of the page.
    pub(crate) language: Language,
    /// Names of ids and codes.
    pub(crate) names: Names<'a>,
    /// Names of places.
    pub(crate) place_name: &'a dyn Fn(&PlaceCode) -> String,
}

impl projections::Names for TableContext<'_> {
    fn place(&self, code: &PlaceCode) -> String {
        (self.place_name)(code)
    }

    fn named(&self, key: &str) -> Option<String> {
        let unnamed =
            || key.parse::<ulid::Ulid>().ok().map(|_| w::NAME_ERASED.in_language(self.language).to_owned());
        (self.names)(key).map(|named| named.text).or_else(unnamed)
    }

    fn term(&self, list: &'static str, code: &str) -> String {
        term(self.language, list, code)
    }

    fn event(&self, event_type: &str) -> String {
        event(self.language, event_type)
    }

    fn time(&self, time: Timestamp) -> String {
        china_time(time)
    }
}

/// A list as its page shows it.
pub(crate) struct ListPage<'a> {
    /// Which.
    pub(crate) name: ListName,
    /// Of which place.
    pub(crate) scope: &'a PlaceCode,
    /// The places whose list the reader may choose, each with its name.
    pub(crate) places: &'a [(PlaceCode, String)],
    /// Of which year, where it is of one.
    pub(crate) year: Option<i16>,
    /// Its figures.
    pub(crate) view: &'a View<ListRow>,
    /// How many rows it has where the page does not hold all of them.
    pub(crate) cut: Option<usize>,
    /// Its rows as a table.
    pub(crate) table: &'a Table,
    /// Its rows as a drawing, where they have one.
    pub(crate) drawing: Option<Markup>,
    /// The names of actors, for those who may see them.
    pub(crate) holder: &'a dyn Fn(&str) -> Option<String>,
    /// Names of ids, codes and places.
    pub(crate) context: &'a TableContext<'a>,
}

/// The index: what each list is for.
pub(crate) fn index(visit: &Visit) -> Table {
    let columns = [text("name", w::LIST), text("purpose", w::PURPOSE)];
    let mut table = Table::new("lists", visit.say(w::LISTS), &columns);
    for name in ListName::ALL {
        let spec = name.spec();
        table.rows.push(vec![
            Cell::text(visit.say(&spec.title)).to(visit.link(&format!("/lists/{name}"))),
            Cell::text(visit.say(&spec.purpose)),
        ]);
    }
    table
}

/// The rows of a list as a table, written from the list's own columns.
pub(crate) fn table(
    visit: &Visit,
    name: ListName,
    heading: &str,
    rows: Vec<ListRow>,
    context: &TableContext<'_>,
) -> Table {
    let mut table = Table::new(name.to_string(), heading, &columns(name.heads()));
    for line in rows.into_iter().flat_map(ListRow::lines) {
        table.rows.push(line.iter().map(|shown| cell(visit, shown, context)).collect());
    }
    table
}

/// The figures of one joint branch's members before and since, without the columns that say which joint branch it is.
pub(crate) fn figures_of(
    visit: &Visit,
    heading: &str,
    rows: &[FigureRow],
    context: &TableContext<'_>,
) -> Table {
    let rows = rows.iter().cloned().map(ListRow::Figures).collect();
    let mut table = table(visit, ListName::Figures, heading, rows, context);
    table.keep(|column| !matches!(column.key, "name" | "established_on"));
    table
}

fn columns(heads: Vec<&'static Head>) -> Vec<Column> {
    let column = |head: &'static Head| match head.kind {
        Kind::Number => number(head.key, &head.title),
        Kind::Choice => choice(head.key, &head.title),
        Kind::Text => text(head.key, &head.title),
    };
    heads.into_iter().map(column).collect()
}

/// A cell in the language of the page, leading to the page of what it is about.
fn cell(visit: &Visit, shown: &Shown, context: &TableContext<'_>) -> Cell {
    let path = match &shown.about {
        Some(About::JointBranch(id)) => Some(format!("/joint-branches/{id}")),
        Some(About::Organization(id)) => Some(format!("/organizations/{id}")),
        Some(About::Event(position)) => Some(format!("/events/{position}")),
        Some(About::Place(code)) => page_of(code).filter(|_| visit.may_see(code)),
        Some(About::Page(path)) => Some(path.clone()),
        Some(About::Scan(_)) | None => None,
    };
    // Of the past a scan is what it is now.
    let scan = match &shown.about {
        Some(About::Scan(hash)) => Some(scan_path(hash.as_str())),
        _ => None,
    };
    let sorted_as = match &shown.words {
        Words::Quarter(quarter) => Some(quarter.to_string()),
        _ => None,
    };
    let class = match shown.mark {
        Some(Mark::Quiet) => Some("state-quiet"),
        Some(Mark::Warn) => Some("state-warn"),
        Some(Mark::Bad) => Some("state-bad"),
        None => sorted_as.is_some().then_some("day"),
    };
    Cell {
        text: shown.words.text(context.language.pick(Language::Zh, Language::En), context),
        number: shown.number,
        is_name: matches!(shown.about, Some(About::Event(_))),
        link: path.map(|path| visit.link(&path)).or(scan).or_else(|| link_of(&shown.words, context)),
        class,
        sorted_as,
        ..Cell::default()
    }
}

/// The page of what an id names.
fn link_of(words: &Words, context: &TableContext<'_>) -> Option<String> {
    match words {
        Words::Named(key) => (context.names)(key)?.link,
        _ => None,
    }
}

/// The page of a county or township.
fn page_of(code: &PlaceCode) -> Option<String> {
    match code.level() {
        Level::County => Some(format!("/counties/{code}")),
        Level::Township => Some(format!("/townships/{code}")),
        Level::City | Level::Village => None,
    }
}

/// The page's matter.
pub(crate) fn page(visit: &Visit, listed: &ListPage<'_>) -> Markup {
    let actors = by_actor(visit, listed);
    html! {
        div.landscape {
            p.note { (visit.say(&listed.name.spec().purpose)) span.screen { " · " a href=(visit.link("/lists")) { (visit.say(w::ALL_LISTS)) } } }
            (chooser(visit, listed))
            ul.counts { @for entry in listed.view.figures.values() { li { strong { (amount(visit, entry)) } " — " (definition(visit, entry)) } } }
            @if let Some(count) = listed.cut { p.notice.past role="note" { (grouped(count)) " " (visit.say(w::ROWS)) "：" (visit.say(w::LIST_CUT)) } }
            @if let Some(drawing) = &listed.drawing { (drawing) }
            (listed.table.worked(visit))
            @if listed.name == ListName::YearlyReviews { (sign_off(visit)) }
            @if !actors.rows.is_empty() { h2 { (visit.say(w::BY_ACTOR)) } (actors.plain(visit, false)) }
        }
    }
}

/// A plain GET form for place and year, so that both stay in the address.
fn chooser(visit: &Visit, listed: &ListPage<'_>) -> Markup {
    let kept = ["as_of", "known_at", "at", "view"];
    let kept = kept.iter().filter_map(|name| Some((name, visit.parameter(name)?)));
    html! {
        form.controls.screen method="get" action=(visit.path) {
            @for (name, value) in kept { input type="hidden" name=(name) value=(value); }
            @if listed.places.len() > 1 {
                label { (visit.say(w::PLACE)) " "
                    select name="scope" { @for (code, name) in listed.places { option value=(code) selected[code == listed.scope] { (name) " " (code) } } }
                }
            }
            @if let Some(year) = listed.year { label { (visit.say(w::FISCAL_YEAR)) " " input type="number" name="year" min="1949" max="2199" value=(year); } }
            @if listed.places.len() > 1 || listed.year.is_some() { button type="submit" { (visit.say(w::SHOW)) } }
        }
    }
}

/// A figure with its unit; money is said in yuan.
fn amount(visit: &Visit, entry: &FigureView) -> String {
    format!("{} {}", value(entry), unit(visit, entry))
}

/// Whose records they are, by county and actor, the most first.
fn by_actor(visit: &Visit, listed: &ListPage<'_>) -> Table {
    let columns = [choice("county", w::COUNTY), text("actor", w::ACTOR), number("count", w::COUNT)];
    let mut table = Table::new("actors", visit.say(w::BY_ACTOR), &columns);
    let all = listed.view.by_actor.iter().flat_map(|(county, actors)| {
        actors.iter().map(move |(actor, count)| (county.as_str(), actor.as_str(), *count))
    });
    let mut all: Vec<_> = all.collect();
    all.sort_by_key(|(county, actor, count)| (std::cmp::Reverse(*count), *county, *actor));
    for (number, (county, actor, count)) in all.into_iter().enumerate() {
        // `_` stands for what lies in no county.
        let county = if county == "_" {
            "—".to_owned()
        } else {
            county.parse().map_or_else(|_| county.to_owned(), |code| (listed.context.place_name)(&code))
        };
        let actor =
            (listed.holder)(actor).unwrap_or_else(|| format!("{} {}", visit.say(w::ACTOR), number + 1));
        table.rows.push(vec![Cell::text(county), Cell::text(actor), Cell::count(count)]);
    }
    table
}

/// Where a sheet on paper is signed.
fn sign_off(visit: &Visit) -> Markup {
    html! {
        p.paper.sign-off { @for words in [w::FILLED_BY_OFFICE, w::FILLED_BY, w::CHECKED_BY, w::DATE] { span { (visit.say(words)) "：" } } }
    }
}

#[cfg(test)]
mod tests;
