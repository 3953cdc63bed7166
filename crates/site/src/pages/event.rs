//! The page of one record: what it says, by whom, on which paper, its receipt of recording, and its bytes as they are stored.

use labels as w;
use labels::terms::term;
use maud::{Markup, html};
use serde_json::Value;

use super::entries::{Names, china_time, fields, receipt, value};
use super::visit::Visit;

/// The page's matter. `siblings` are the positions of the other events of its command.
pub(crate) fn page(visit: &Visit, row: &Value, stored: &str, siblings: &[u64], names: Names<'_>) -> Markup {
    let is_new = visit.parameter("recorded").is_some();
    let text = |name: &str| row[name].as_str().unwrap_or_default();
    html! {
        @if is_new { p.done role="status" data-clear-draft="" { strong { (visit.t(w::RECORDED_NOW)) } " #" (row["position"]) } }
        dl.fields {
            dt { (visit.t(w::POSITION)) } dd { "#" (row["position"]) }
            dt { (visit.t(w::EFFECTIVE)) } dd { (text("effective_date")) }
            dt { (visit.t(w::RECORDED)) } dd { (china_time(text("recorded_at"))) " · " (text("recorded_at")) @if row["recorded_late"] == true { " " span.mark { (visit.t(w::RECORDED_LATE)) } } }
            dt { (visit.t(w::ON_BEHALF_OF)) } dd { (value(visit, "on_behalf_of", &row["on_behalf_of"], names)) }
            dt { (visit.t(w::ACTOR)) } dd { (term(visit.language, "Role", text("actor_role"))) " " (row["actor_name"].as_str().unwrap_or_else(|| text("actor"))) }
            @for (name, words) in [("document", w::DOCUMENT), ("decided_by", w::MEETING_PART), ("override", w::OVERRIDE)] {
                @if !row[name].is_null() { dt { (visit.t(words)) } dd { (fields(visit, "", &row[name], names)) } }
            }
            @if row["warnings"].as_array().is_some_and(|found| !found.is_empty()) {
                dt { (visit.t(w::WARNINGS)) }
                dd { (warnings(visit, &row["warnings"])) }
            }
        }
        p.screen.actions {
            a.button href=(visit.link(&format!("/events/{}/check", row["position"]))) { (visit.t(w::CHECK_TITLE)) } " "
            a.button href=(receipt(&row["position"])) { (visit.t(w::RECEIPT)) }
        }
        h2 { (visit.t(w::EVENT_FIELDS)) }
        (fields(visit, "", &row["data"], names))
        @if !siblings.is_empty() {
            h2 { (visit.t(w::RECORDED_WITH)) }
            p { @for position in siblings { a href=(visit.link(&format!("/events/{position}"))) { "#" (position) } " " } }
        }
        details { summary { (visit.t(w::AS_STORED)) } pre.stored { (stored) } }
    }
}

/// Warnings with their rule, what was found and what is allowed, and where the rule comes from.
pub(crate) fn warnings(visit: &Visit, found: &Value) -> Markup {
    html! {
        ul.values {
            @for warning in found.as_array().into_iter().flatten() {
                li {
                    code { (warning["rule"].as_str().unwrap_or_default()) } " "
                    (warning[visit.language.pick("message", "message_en")].as_str().unwrap_or_default())
                    " — " (citation(&warning["citation"]))
                }
            }
        }
    }
}

/// Where a rule comes from: document, version, article.
pub(crate) fn citation(found: &Value) -> String {
    let part = |name: &str| found[name].as_str().unwrap_or_default();
    format!("{} {} {}", part("document"), part("version"), part("article"))
}
