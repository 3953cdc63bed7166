//! The auditor's page: records found by entity, person, document, type and day; and two days side by side.

use std::collections::BTreeMap;

use domain::EventBody;
use domain::say::Say;
use labels as w;
use labels::events::event;
use labels::fields::field;
use labels::figures::figure;
use maud::{Markup, html};
use projections::{EventEntry, FigureName, FigureView};

use super::entries::{Names, actor, china_time};
use super::layout::form_token;
use super::lists::word;
use super::table::{Cell, Table, number, text};
use super::tier::unit;
use super::visit::Visit;

/// The fields of the search, with their labels.
const FIELDS: [(&str, &Say); 3] = [("entity", w::ENTITY), ("person", w::PERSON), ("document", w::DOCUMENT)];

/// A post: its code in the address, its name, and the kinds of record that are about whoever holds it.
type Post = (&'static str, &'static Say, &'static [&'static str]);

const POSTS: [Post; 5] = [
    (
        "secretary",
        w::SECRETARY,
        &[
            "joint-branch.secretary-assigned",
            "joint-branch.secretary-relieved",
            "joint-branch.term-renewed",
            "joint-branch.election-held",
            "joint-branch.commitment-made",
            "organization.election-held",
            "person.reviewed",
        ],
    ),
    (
        "committee",
        w::COMMITTEE_MEMBER,
        &["joint-branch.committee-appointed", "joint-branch.election-held", "organization.election-held"],
    ),
    ("village-head", w::VILLAGE_HEAD, &["joint-branch.village-head-elected"]),
    (
        "first-secretary",
        w::FIRST_SECRETARY,
        &["organization.first-secretary-assigned", "organization.first-secretary-relieved"],
    ),
    ("cross-posting", w::CROSS_POSTING, &["organization.linked"]),
];

/// The kinds of record that are about a post.
pub(crate) fn kinds_of_post(code: &str) -> Option<&'static [&'static str]> {
    POSTS.iter().find(|(known, ..)| *known == code).map(|(.., kinds)| *kinds)
}

/// The choice of a post.
fn post(visit: &Visit) -> Markup {
    let chosen = visit.parameter("post").unwrap_or_default();
    html! {
        label { (visit.say(w::POST)) " "
            select name="post" {
                option value="" { (visit.say(w::ALL)) }
                @for (code, words, _) in POSTS { option value=(code) selected[code == chosen] { (visit.say(words)) } }
            }
        }
    }
}

/// The form by which a name becomes ids; it is posted, so that the name stands in no address. Above what was found it says
/// whose records these are.
pub(crate) fn by_name(visit: &Visit, persons: &[String]) -> Markup {
    html! {
        form.controls.screen method="post" action="/log/names" {
            (form_token(visit))
            label { (visit.say(w::NAME_SEARCH)) " " input type="text" name="name" autocomplete="off" required aria-describedby="name-hint"; }
            (post(visit))
            button type="submit" { (visit.say(w::SEARCH)) }
            p.note #name-hint { (visit.say(w::NAME_SEARCH_HINT)) }
        }
        @if visit.parameter("nobody").is_some() { p.notice.past role="status" { (visit.say(w::NOBODY_FOUND)) } }
        @if !persons.is_empty() { p { (visit.say(w::PERSONS_SOUGHT)) " " strong { (persons.join(visit.language.pick("、", ", "))) } } }
    }
}

/// The form of the search.
pub(crate) fn form(visit: &Visit) -> Markup {
    let value = |name: &str| visit.parameter(name).unwrap_or_default();
    html! {
        form.controls method="get" action=(visit.path) {
            @for (name, words) in FIELDS { label { (visit.say(words)) " " input type="text" name=(name) value=(value(name)); } }
            label { (visit.say(w::TYPE)) " "
                select name="type" {
                    option value="" { (visit.say(w::ALL)) }
                    @for kind in EventBody::TYPES { option value=(kind) selected[value("type") == *kind] { (event(visit.language, kind)) } }
                }
            }
            (post(visit))
            label { (visit.say(w::EFFECTIVE)) " " (visit.say(w::FROM)) " " input type="date" name="from" value=(value("from")); }
            label { (visit.say(w::TO)) " " input type="date" name="to" value=(value("to")); }
            button type="submit" { (visit.say(w::SEARCH)) }
        }
    }
}

/// An event that was found, and what it is about.
pub(crate) struct FoundEvent {
    /// The event.
    pub(crate) entry: EventEntry,
    /// Its kind and id, as `person/<id>`.
    pub(crate) entity: String,
}

/// What was found, the newest first.
pub(crate) fn found(visit: &Visit, rows: &[FoundEvent], names: Names<'_>) -> Table {
    let columns = [
        number("position", w::POSITION),
        text("event", w::EVENT),
        text("effective", w::EFFECTIVE),
        text("recorded", w::RECORDED),
        text("document", w::DOCUMENT),
        text("behalf", w::ON_BEHALF_OF),
        text("actor", w::ACTOR),
        text("entity", w::ENTITY),
    ];
    let mut table = Table::new("log", visit.say(w::LOG), &columns);
    for FoundEvent { entry, entity } in rows {
        let named = |key: &str| names(key).map_or_else(|| key.to_owned(), |named| named.text);
        let (kind, id) = entity.split_once('/').unwrap_or_default();
        let about = names(id).map_or_else(|| kind_words(visit, kind), |named| named.text);
        let position = entry.position;
        table.rows.push(vec![
            Cell::position(position).to(visit.link(&format!("/events/{position}"))),
            Cell::text(event(visit.language, &entry.event_type)),
            Cell::text(entry.effective_date.to_string()),
            Cell::text(china_time(entry.recorded_at)),
            Cell::or_empty(
                entry
                    .corrected_document
                    .as_ref()
                    .or(entry.document.as_ref())
                    .map(|document| &document.number),
            ),
            Cell::text(named(&entry.on_behalf_of.to_string())),
            Cell::text(format!("{} {}", word(visit, "Role", &entry.actor_role), actor(entry))),
            Cell::text(about),
        ]);
    }
    table
}

/// What something without a name is.
fn kind_words(visit: &Visit, kind: &str) -> String {
    match kind {
        "log" | "access-log" => visit.say(w::LOG).to_owned(),
        _ => field(visit.language, "", &kind.replace('-', "_")),
    }
}

/// The form for two days, and whether each is told as it was known at its end.
pub(crate) fn days(visit: &Visit, scope: &str, first: &str, second: &str, is_known_then: bool) -> Markup {
    html! {
        form.controls method="get" action=(visit.path) {
            label { (visit.say(w::CODE)) " " input type="text" name="code" value=(scope); }
            label { (visit.say(w::FIRST_DAY)) " " input type="date" name="from" value=(first); }
            label { (visit.say(w::SECOND_DAY)) " " input type="date" name="to" value=(second); }
            label { (visit.say(w::RECORDED_UNTIL)) " "
                select name="known" {
                    option value="now" selected[!is_known_then] { (visit.say(w::UNTIL_NOW)) }
                    option value="then" selected[is_known_then] { (visit.say(w::UNTIL_THAT_DAY)) }
                }
            }
            button type="submit" { (visit.say(w::SHOW)) }
        }
    }
}

/// The figures of a view, by name.
pub(crate) type Figures = BTreeMap<FigureName, FigureView>;

/// The figures of two days, and what changed.
pub(crate) fn compared(visit: &Visit, first: &Figures, second: &Figures) -> Table {
    let columns = [
        text("figure", w::FIGURE),
        number("first", w::FIRST_DAY),
        number("second", w::SECOND_DAY),
        number("difference", w::DIFFERENCE),
    ];
    let mut table = Table::new("compare", visit.say(w::COMPARE), &columns);
    for (name, now) in second {
        let Some(before) = first.get(name) else { continue };
        let label = figure(name).map_or_else(|| name.replace('_', " "), |words| visit.say(words).to_owned());
        let change = now.value.as_f64() - before.value.as_f64();
        let said =
            if change == 0.0 { "0".to_owned() } else { format!("{:+}", (change * 10.0).round() / 10.0) };
        let look = if change == 0.0 { "state-quiet" } else { "state-warn" };
        table.rows.push(vec![
            Cell::text(format!("{label}（{}）", unit(visit, now))),
            Cell::figure(Some(before.value)),
            Cell::figure(Some(now.value)),
            Cell { text: said, number: Some(change), ..Cell::default() }.looks(look),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_record_of_a_post_is_one_that_there_is() {
        for kind in POSTS.iter().flat_map(|(.., kinds)| *kinds) {
            assert!(EventBody::TYPES.contains(kind), "{kind}");
        }
        assert!(kinds_of_post("committee").is_some() && kinds_of_post("x").is_none());
    }
}
