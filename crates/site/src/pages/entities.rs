//! The page of an organization: its own figures, and the joint branches that it is in.

use labels as w;
use labels::terms::term;
use maud::{Markup, html};
use serde_json::Value;

use super::entries::{Names, fields};
use super::lists::{obligations, said};
use super::table::{Cell, Table, text};
use super::visit::Visit;

/// The fields that the page shows, in their order.
const SHOWN: [&str; 10] = [
    "form",
    "form_kind",
    "host_kind",
    "unit",
    "superior",
    "formal_members",
    "probationary_members",
    "profile",
    "election",
    "registered_on",
];

/// The page's matter.
pub(crate) fn organization(
    visit: &Visit,
    row: &Value,
    names: Names<'_>,
    place_name: &dyn Fn(&str) -> String,
) -> Markup {
    let shown: serde_json::Map<String, Value> =
        SHOWN.iter().map(|name| ((*name).to_owned(), row[*name].clone())).collect();
    let columns = [text("name", w::JOINT_BRANCH), text("phase", w::PHASE)];
    let mut table = Table::new("joint-branches", visit.t(w::JOINT_BRANCH), &columns);
    for found in row["joint_branches"].as_array().into_iter().flatten() {
        let link = visit.link(&format!("/joint-branches/{}", said(found, "id")));
        table.rows.push(vec![
            Cell::text(said(found, "name")).to(link),
            Cell::text(term(visit.language, "Phase", said(found, "phase"))),
        ]);
    }
    let owed = row["obligations"].as_array().map_or(&[][..], Vec::as_slice);
    html! {
        @if let Some(place) = row["location"]["name"].as_str() { p { (place) " " (said(&row["location"], "code")) } }
        (fields(visit, "", &Value::Object(shown), names))
        @if !owed.is_empty() {
            h2 { (visit.t(w::OBLIGATIONS)) }
            (obligations(visit, visit.t(w::OBLIGATIONS), owed, place_name).plain(visit, false))
        }
        h2 { (visit.t(w::JOINT_BRANCH)) }
        (table.plain(visit, false))
    }
}
