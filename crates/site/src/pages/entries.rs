//! What an event says, in words: its fields with their labels, codes as people say them, ids as names that lead on.

use std::borrow::Cow;

use domain::date::Timestamp;
use domain::document_number::Document;
use domain::quarter::Quarter;
use labels as w;
use labels::events::event;
use labels::fields::field;
use labels::terms::{of_field, term};
use maud::{Markup, html};
use projections::EventEntry;
use serde::Serialize;
use serde_json::Value;
use ulid::{ULID_LEN, Ulid};

use super::lists::{word, yuan};
use super::table::thousands;
use super::visit::Visit;

/// The hours by which China's time is ahead.
const CHINA_MILLISECONDS: i64 = 8 * 3_600_000;

/// Fields that hold an id of what has neither a name nor a page; the record as it is stored has them.
const UNNAMED: [&str; 1] = ["survey"];

/// How the names of fields end whose numbers name something and count nothing.
const NAMING: [&str; 3] = ["year", "position", "corrects"];

/// A recorded time as the reader's clock shows it, to the minute.
pub(crate) fn china_time(time: Timestamp) -> String {
    let there = Timestamp::from_milliseconds(time.milliseconds() + CHINA_MILLISECONDS).to_string();
    there.get(..16).unwrap_or(&there).replace('T', " ")
}

/// What an id or code stands for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    /// Its name.
    pub(crate) text: String,
    /// Its page.
    pub(crate) link: Option<String>,
}

/// Finds the name of an id or code.
pub(crate) type Names<'a> = &'a dyn Fn(&str) -> Option<Named>;

/// A value as people say it.
pub(crate) fn value(visit: &Visit, name: &str, found: &Value, names: Names<'_>) -> Markup {
    match found {
        Value::Null => html! { "—" },
        Value::Bool(true) => html! { (visit.say(w::YES)) },
        Value::Bool(false) => html! { (visit.say(w::NO)) },
        Value::Number(number) if NAMING.iter().any(|end| name.ends_with(end)) => html! { (number) },
        Value::Number(number) => html! { (thousands(&number.to_string())) },
        Value::String(text) => text_value(visit, name, text, names),
        Value::Array(items) => html! {
            ul.values { @for item in items { li { (value(visit, name, item, names)) } } }
        },
        Value::Object(_) if is_money(found) => {
            html! { (thousands(&yuan(found["amount"].as_u64().unwrap_or(0)))) }
        }
        Value::Object(_) => fields(visit, name, found, names),
    }
}

fn is_money(found: &Value) -> bool {
    found["unit"] == "fen" && found["amount"].is_u64()
}

/// Where the scan of a hash is.
pub(crate) fn scan_path(hash: &str) -> String {
    format!("/api/v1/scans/{hash}")
}

/// A text of a field as people say it: a code in words, an id by its name.
pub(crate) fn text_value(visit: &Visit, name: &str, text: &str, names: Names<'_>) -> Markup {
    if name == "quarter"
        && let Ok(quarter) = text.parse::<Quarter>()
    {
        return html! { (visit.say(&quarter.say())) };
    }
    if name == "sha256" {
        return html! { a href=(scan_path(text)) { (visit.say(w::SCAN)) } " " small { code { (text) } } };
    }
    if let Some(words) = of_field(name, text) {
        return html! { (visit.say(words)) };
    }
    match names(text) {
        Some(Named { text: said, link: Some(link) }) => html! { a href=(link) { (said) } },
        Some(Named { text: said, link: None }) => html! { (said) },
        // An id that has no name is quoted as the record has it.
        None if text.len() == ULID_LEN && text.parse::<Ulid>().is_ok() => html! { code { (text) } },
        None => html! { (text) },
    }
}

/// The fields of an object, each with its label.
pub(crate) fn fields(visit: &Visit, owner: &str, object: &Value, names: Names<'_>) -> Markup {
    let entries =
        object.as_object().into_iter().flatten().filter(|(name, _)| !UNNAMED.contains(&name.as_str()));
    html! {
        dl.fields {
            @for (name, found) in entries.filter(|(_, found)| !is_empty(found)) {
                dt { (label(visit, owner, name, found, names)) }
                dd { (value(visit, name, found, names)) }
            }
        }
    }
}

/// The fields of a value that is shown whole, such as a document or a meeting, under the name that it has in a record.
pub(crate) fn particulars(visit: &Visit, name: &str, found: &impl Serialize, names: Names<'_>) -> Markup {
    fields(visit, name, &serde_json::to_value(found).unwrap_or_default(), names)
}

/// A field's label: a key that is an id or code of its own is said by its name.
fn label(visit: &Visit, owner: &str, name: &str, found: &Value, names: Names<'_>) -> String {
    let is_key = name.len() == 26 || name.bytes().all(|byte| byte.is_ascii_digit());
    match names(name).filter(|_| is_key) {
        Some(named) => named.text,
        // The figures of a profile are keyed by what they are.
        None if owner == "profile" => term(visit.language, "ProfileFigure", name),
        // Of a review it says how many members are satisfied, elsewhere which organizations the members are.
        None if name == "members" && found.get("satisfied").is_some() => {
            field(visit.language, "ReviewRectification", name)
        }
        None => field(visit.language, owner, name),
    }
}

fn is_empty(found: &Value) -> bool {
    found.is_null()
        || found.as_array().is_some_and(Vec::is_empty)
        || found.as_object().is_some_and(serde_json::Map::is_empty)
}

/// Records one after another, each with what it says.
pub(crate) fn timeline<'a>(
    visit: &Visit,
    rows: impl Iterator<Item = &'a EventEntry>,
    names: Names<'_>,
) -> Markup {
    html! {
        ol.timeline {
            @for row in rows {
                li {
                    p.head {
                        a href=(visit.link(&format!("/events/{}", row.position))) { strong { (event(visit.language, &row.event_type)) } }
                        (grade_of(visit, row, names))
                        " · " (visit.say(w::EFFECTIVE)) " " time { (row.effective_date) }
                        @if row.recorded_late { " " span.mark { (visit.say(w::RECORDED_LATE)) } }
                    }
                    p.note { (beneath(visit, row, names)) }
                    details { summary { (visit.say(w::EVENT_FIELDS)) } (fields(visit, "", &row.data, names)) }
                }
            }
        }
    }
}

/// Of a grade, which one of which quarter.
pub(crate) fn grade_of(visit: &Visit, entry: &EventEntry, names: Names<'_>) -> Markup {
    let said = ["quarter", "grade"].map(|field| Some((field, entry.data.get(field)?.as_str()?)));
    html! { @for (field, text) in said.into_iter().flatten() { " " (text_value(visit, field, text, names)) } }
}

/// Where the proof of a record is, under the present head of the log.
pub(crate) fn receipt(position: u64) -> String {
    format!("/api/v1/receipts/{position}")
}

/// Who acted, by name for those who may see it; nobody else is told more than the role.
pub(crate) fn actor(row: &EventEntry) -> &str {
    row.actor_name.as_ref().and_then(|name| name.0.as_deref()).unwrap_or_default()
}

/// The number of a document as it should read, with the one that was recorded where it was put right.
fn number(visit: &Visit, recorded: &Document, now: Option<&Document>) -> Markup {
    html! {
        @match now {
            Some(now) if now != recorded => {
                (now.number) " " span.mark { (visit.say(w::BEFORE_CORRECTION)) " " (recorded.number) " " (recorded.issued) }
            }
            _ => (recorded.number),
        }
    }
}

/// Who, on whose behalf, on which paper, and when it was recorded.
fn beneath(visit: &Visit, row: &EventEntry, names: Names<'_>) -> Markup {
    let behalf = row.on_behalf_of.to_string();
    let behalf = names(&behalf).map_or(behalf, |named| named.text);
    html! {
        @if let Some(document) = &row.document {
            (number(visit, document, row.corrected_document.as_ref())) " · "
            span.screen {
                @match &document.sha256 {
                    Some(hash) => { a href=(scan_path(hash.as_str())) { (visit.say(w::SCANNED)) } }
                    None => { (visit.say(w::NOT_SCANNED)) }
                }
                " · "
            }
        }
        @if let Some(decided) = &row.decided_by { (decided.meeting) " · " }
        @if let Some(day) = row.decided_on { span.mark { (visit.say(w::DECIDED_ON)) " " (day) } " · " }
        (visit.say(w::ON_BEHALF_OF)) " " (behalf) " · "
        (visit.say(w::ACTOR)) " " (word(visit, "Role", &row.actor_role)) " " (actor(row)) " · "
        (visit.say(w::RECORDED)) " " (china_time(row.recorded_at)) " · #" (row.position)
        span.screen { " · " a href=(receipt(row.position)) { (visit.say(w::RECEIPT)) } }
    }
}

/// The field of a record in which a rule book stands, and what of it is told here.
const RULE_BOOK: &str = "rule_book";
const TOLD_OF_RULE_BOOK: [&str; 2] = ["edition", "file_sha256"];

/// Whether a record holds a rule book.
pub(crate) fn has_rule_book(data: &Value) -> bool {
    data.get(RULE_BOOK).is_some()
}

/// What a record says, but for the hundreds of rules and figures of a rule book, which have a page of their own.
pub(crate) fn briefly(data: &Value) -> Cow<'_, Value> {
    let Some(Value::Object(book)) = data.get(RULE_BOOK) else { return Cow::Borrowed(data) };
    let kept = book.iter().filter(|(name, _)| TOLD_OF_RULE_BOOK.contains(&name.as_str()));
    let mut told = data.clone();
    told[RULE_BOOK] = Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect());
    Cow::Owned(told)
}

#[cfg(test)]
mod tests {
    use domain::say::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn times_are_chinas() {
        assert_eq!(china_time("2026-11-24T17:07:09.612Z".parse().unwrap()), "2026-11-25 01:07");
    }

    #[test]
    fn an_event_is_told_in_words_with_names_for_ids() {
        let names = |key: &str| {
            (key == "01J8KQ2M000000000000000001")
                .then(|| Named { text: "紫云村党支部".into(), link: Some("/organizations/x".into()) })
        };
        let head =
            json!({"decided_by": {"meeting": "县委常委会"}, "members": {"asked": 40, "satisfied": 38}});
        let said = fields(&visit(Language::Zh, &[]), "", &head, &names).into_string();
        for words in ["会议名称", "党员满意度", "征求党员数"] {
            assert!(said.contains(&format!("<dt>{words}</dt>")), "{words}: {said}");
        }
        let data = json!({"grade": "poor", "members": ["01J8KQ2M000000000000000001"], "base": {"amount": 120_050, "unit": "fen"}, "reason": null, "improved": false});
        let said = fields(&visit(Language::Zh, &[]), "", &data, &names).into_string();
        for words in [
            "<dt>等次</dt><dd>较差</dd>",
            "<a href=\"/organizations/x\">紫云村党支部</a>",
            "1,200.50",
            "<dt>是否改进</dt><dd>否</dd>",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert!(!said.contains("理由"));
    }

    #[test]
    fn of_a_rule_book_its_edition_is_told_and_of_all_else_everything() {
        let book = json!({"program": "lianjian", "rule_book": {"edition": 1, "file_sha256": "a", "rules": {"x": 1}, "figures": {"y": 2}}});
        let told = json!({"program": "lianjian", "rule_book": {"edition": 1, "file_sha256": "a"}});
        assert_eq!(*briefly(&book), told);
        let other = json!({"figures": {"y": 2}, "rules": [1]});
        assert_eq!(*briefly(&other), other);
    }
}
