//! The page on which the recording of a sheet ends: what was recorded, row by row.

use domain::date::Date;
use labels as w;
use maud::{Markup, html};

use super::entries::Named;
use super::table::grouped;
use super::visit::Visit;

/// A record of the sheet.
pub(crate) struct Recorded {
    pub(crate) position: u64,
    /// What happened, in words.
    pub(crate) what: String,
    /// What it is about, where that has a name.
    pub(crate) about: Option<Named>,
    pub(crate) effective_date: Date,
    /// What it says.
    pub(crate) says: Markup,
}

/// What was recorded, each with what it is about and its record; and the way on.
pub(crate) fn page(visit: &Visit, command: &str, rows: &[Recorded]) -> Markup {
    html! {
        p.done role="status" data-clear-draft="" { strong { (visit.say(w::BULK_RECORDED)) } " " (grouped(rows.len())) }
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::BULK_RECORDED)) {
            table {
                caption.hidden { (visit.say(w::BULK_RECORDED)) }
                thead { tr {
                    th scope="col" { (visit.say(w::NAME)) } th scope="col" { (visit.say(w::EVENT_FIELDS)) }
                    th scope="col" { (visit.say(w::EFFECTIVE)) } th scope="col" { (visit.say(w::POSITION)) }
                } }
                tbody { @for row in rows {
                    tr {
                        th scope="row" { (name(row.about.as_ref())) }
                        td { (row.what) (row.says) }
                        td { (row.effective_date) }
                        td { a href=(visit.link(&format!("/events/{}", row.position))) { "#" (row.position) } }
                    }
                } }
            }
        }
        p.screen.actions {
            a.button href=(visit.link("/")) { (visit.say(w::BACK_TO_DUE)) } " "
            a.button href=(format!("/work/{command}")) { (visit.say(w::BULK_MORE)) }
        }
    }
}

fn name(about: Option<&Named>) -> Markup {
    html! {
        @match about {
            Some(Named { text, link: Some(link) }) => { a href=(link) { (text) } },
            Some(Named { text, link: None }) => { (text) },
            None => { "—" },
        }
    }
}
