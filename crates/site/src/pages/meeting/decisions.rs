//! The sixth slide: what this meeting must decide, the most pressing first.

use domain::account::Role;
use labels as w;
use maud::{Markup, html};
use projections::{Obligation, ObligationKind};

use super::super::lists::word;
use super::matter::Matter;

/// How many matters fit on a screen.
const ROWS: usize = 15;

/// What a meeting of the city takes up, in that order; the rest is the daily work of counties and townships.
const AGENDA: [ObligationKind; 7] = [
    ObligationKind::Dissolution,
    ObligationKind::PlaceChanged,
    ObligationKind::Rectification,
    ObligationKind::RectificationOrder,
    ObligationKind::Supervision,
    ObligationKind::Secretary,
    ObligationKind::Term,
];

/// The slide.
pub(super) fn slide(matter: &Matter<'_>) -> Markup {
    let visit = matter.visit;
    let is_office = visit.principal.as_ref().is_some_and(|own| own.role == Role::CityOffice);
    html! {
        div.halves.wide-left {
            div {
                h2 { (visit.say(w::MEETING_DECIDE)) " " span.note { (visit.say(w::MEETING_DECIDE_NOTE)) } }
                (agenda(matter, ROWS))
            }
            div {
                h2 { (visit.say(w::OVERDUE_BY_KIND)) }
                table.ranked {
                    tbody {
                        @for (kind, count) in matter.overdue_by_kind() {
                            tr { th scope="row" { (word(visit, "Obligation", &kind)) } td.number { b.alarm { (count) } } }
                        }
                    }
                }
                p { a href=(matter.link(&format!("/obligations?scope={}", matter.code))) { (visit.say(w::ALL_OBLIGATIONS)) } }
                p { a href=(matter.link(&format!("/lists/meeting-decisions?scope={}", matter.code))) { (visit.say(w::MEETING_DECISIONS)) } }
                @if is_office && !visit.is_past() {
                    p.screen { a.button href=(matter.link("/work/record-meeting")) { (visit.say(w::MEETING_RECORD)) } }
                    p.screen { a.button href=(matter.link("/work/issue-supervision")) { (visit.say(w::MEETING_SUPERVISE)) } }
                }
            }
        }
    }
}

/// The overdue matters of the agenda, as many as fit.
pub(super) fn agenda(matter: &Matter<'_>, rows: usize) -> Markup {
    let visit = matter.visit;
    let mut found: Vec<(usize, &Obligation)> = matter
        .owed
        .iter()
        .filter(|owed| owed.overdue)
        .filter_map(|owed| AGENDA.iter().position(|kind| *kind == owed.kind).map(|rank| (rank, owed)))
        .collect();
    found.sort_by_key(|(rank, owed)| (*rank, -owed.overdue_days));
    let rest = found.len().saturating_sub(rows);
    html! {
        @if found.is_empty() { p { (visit.say(w::NOTHING_OVERDUE)) } }
        table.cases {
            tbody {
                @for (_, owed) in found.iter().take(rows) {
                    tr {
                        td { span.tag { (word(visit, "Obligation", &owed.kind)) } }
                        th scope="row" {
                            @match owed.joint_branch {
                                Some(id) => a href=(matter.link(&format!("/joint-branches/{id}"))) { (owed.name) },
                                None => (owed.name),
                            }
                        }
                        td { (owed.owner.code.as_ref().map_or_else(String::new, |code| (matter.place_name)(code))) }
                        td.number { (matter.late(owed.overdue_days)) }
                    }
                }
            }
        }
        @if rest > 0 { p.note { (visit.language.pick(format!("另有 {rest} 项"), format!("{rest} more"))) } }
    }
}
