//! The page of one record: what it says, by whom, on which paper, its receipt of recording, and its bytes as they are stored.

use domain::policy::Citation;
use domain::rejection::Warning;
use domain::say::Say;
use labels as w;
use maud::{Markup, html};
use projections::EventEntry;

use super::entries::{
    Names, actor, briefly, china_time, fields, has_rule_book, particulars, receipt, text_value,
};
use super::lists::word;
use super::rules::anchor;
use super::visit::Visit;

/// The page's matter. `siblings` are the positions of the other events of its command; `corrections` are the forms in
/// which the reader may correct what it says.
pub(crate) fn page(
    visit: &Visit,
    row: &EventEntry,
    stored: &str,
    siblings: &[u64],
    corrections: &[(String, &'static Say)],
    names: Names<'_>,
) -> Markup {
    html! {
        dl.fields {
            dt { (visit.say(w::POSITION)) } dd { "#" (row.position) }
            dt { (visit.say(w::EFFECTIVE)) } dd { (row.effective_date) }
            @if let Some(day) = row.decided_on { dt { (visit.say(w::DECIDED_ON)) } dd { (day) } }
            dt { (visit.say(w::RECORDED)) } dd { (china_time(row.recorded_at)) " · " (row.recorded_at) @if row.recorded_late { " " span.mark { (visit.say(w::RECORDED_LATE)) } } }
            dt { (visit.say(w::ON_BEHALF_OF)) } dd { (text_value(visit, "on_behalf_of", &row.on_behalf_of.to_string(), names)) }
            dt { (visit.say(w::ACTOR)) } dd { (word(visit, "Role", &row.actor_role)) " " (actor(row)) }
            @if let Some(document) = &row.document { dt { (visit.say(w::DOCUMENT)) } dd { (particulars(visit, "document", document, names)) } }
            @if let Some(document) = &row.corrected_document { dt { (visit.say(w::CORRECTED_DOCUMENT)) } dd { (particulars(visit, "document", document, names)) } }
            @if let Some(decided) = &row.decided_by { dt { (visit.say(w::MEETING_PART)) } dd { (particulars(visit, "decided_by", decided, names)) } }
            dt { (visit.say(w::COMMAND_ID)) } dd { code { (row.command_id) } }
            @if let Some(set_aside) = &row.set_aside { dt { (visit.say(w::OVERRIDE)) } dd { (particulars(visit, "override", set_aside, names)) } }
            @if !row.warnings.is_empty() {
                dt { (visit.say(w::WARNINGS)) }
                dd { (warnings(visit, &row.warnings)) }
            }
        }
        p.screen.actions {
            a.button href=(visit.link(&format!("/events/{}/check", row.position))) { (visit.say(w::CHECK_TITLE)) } " "
            a.button href=(receipt(row.position)) { (visit.say(w::RECEIPT)) }
            @for (path, title) in corrections { " " a.button href=(path) { (visit.say(title)) } }
        }
        h2 { (visit.say(w::EVENT_FIELDS)) }
        (fields(visit, "", &briefly(&row.data), names))
        @if has_rule_book(&row.data) { p { (visit.say(w::RULE_BOOK_SHOWN)) " " a href=(visit.link("/rules")) { (visit.say(w::policy::RULES_IN_FORCE)) } } }
        @if !siblings.is_empty() {
            h2 { (visit.say(w::RECORDED_WITH)) }
            p { @for position in siblings { a href=(visit.link(&format!("/events/{position}"))) { "#" (position) } " " } }
        }
        details { summary { (visit.say(w::AS_STORED)) } pre.stored { (stored) } }
    }
}

/// Warnings: what was found and what is allowed, and where the rule comes from.
pub(crate) fn warnings(visit: &Visit, found: &[Warning]) -> Markup {
    html! {
        ul.values {
            @for warning in found {
                li {
                    (visit.language.pick(&warning.message, &warning.message_en))
                    " — " (cited(visit, &warning.rule, &warning.citation))
                }
            }
        }
    }
}

/// Where a rule comes from, leading to where the rule stands among the others.
pub(crate) fn cited(visit: &Visit, rule: &str, found: &Citation) -> Markup {
    html! { a href=(anchor(visit, rule)) { (citation(visit, found)) } }
}

/// Where a rule comes from: document, version, article, and when that was held against the text.
pub(crate) fn citation(visit: &Visit, found: &Citation) -> String {
    let Citation { document, version, article, checked_on } = found;
    // A rule of the handbook is known there by its name on the wire, which says nothing to a reader.
    let is_name = article.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let article = if is_name { String::new() } else { format!(" {article}") };
    let source = format!("{document} {version}{article}");
    checked_on.map_or_else(
        || source.clone(),
        |day| visit.language.pick(format!("{source}，核对于 {day}"), format!("{source}, checked on {day}")),
    )
}
