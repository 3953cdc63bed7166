//! What is owed, a short row each: when, what, and the button of what the reader may do about it.

use domain::CommandKind;
use domain::date::Date;
use domain::joint_branch::Phase;
use domain::place::PlaceCode;
use domain::say::Language;
use labels as w;
use maud::{Markup, html};
use projections::rows::JointBranchRow;
use projections::{Obligation, urgency};

use super::acts::{Doing, Doors, subject};
use super::lists::{obligations, who_acts, word};
use super::table::grouped;
use super::visit::Visit;

/// How many things owed stand open beside the facts; the rest is folded.
const NEXT_DUE: usize = 3;

/// Who looks at what is owed, and when.
pub(crate) struct AtDesk<'a> {
    /// The day.
    pub(crate) on: Date,
    /// The place of whose page it is, to which what it owes itself needs no owner said.
    pub(crate) own: Option<&'a PlaceCode>,
    /// What the reader may do, where the reader acts at all.
    pub(crate) doing: Option<Doing<'a>>,
    /// Names of places.
    pub(crate) place_name: &'a dyn Fn(&PlaceCode) -> String,
}

/// What is due next, the most pressing first, and the rest folded.
pub(crate) fn next_due(visit: &Visit, desk: &AtDesk<'_>, owed: &[Obligation], is_whole: bool) -> Markup {
    let mut sorted = owed.to_vec();
    sorted.sort_by_cached_key(urgency);
    let (first, rest) = sorted.split_at(sorted.len().min(NEXT_DUE));
    let title = visit.say(w::OBLIGATIONS);
    html! {
        ul.matters { @for owed in first { (matter(visit, desk, owed)) } }
        @if !rest.is_empty() {
            details.fold open[is_whole] {
                summary { (visit.language.pick(format!("另有 {} 项待办", grouped(rest.len())), format!("{} more", grouped(rest.len())))) }
                (obligations(visit, title, rest, desk.place_name, desk.doing).plain(visit, false))
            }
        }
    }
}

/// Of a proposal, the members that have not resolved it: without them it cannot be approved.
pub(crate) fn unresolved(visit: &Visit, row: &JointBranchRow, actions: &[(String, &'static str)]) -> Markup {
    let is_resolved = |id| row.resolutions.iter().any(|found| found.organization == id);
    let left = row.members.iter().filter(|found| !is_resolved(found.organization));
    let left: Vec<&str> = left.map(|found| found.name.as_str()).collect();
    let form = format!("/work/{}?", CommandKind::RecordMembersResolution.name());
    html! {
        @if row.phase == Phase::Proposed && !left.is_empty() {
            p.notice role="note" {
                (visit.say(w::RESOLUTIONS_MISSING)) (visit.language.pick("：", ": ")) (left.join(visit.language.pick("、", ", "))) " "
                @if let Some((link, title)) = actions.iter().find(|(link, _)| link.starts_with(&form)) { a.button href=(link) { (title) } }
            }
        }
    }
}

/// One thing owed as a row.
pub(crate) fn matter(visit: &Visit, desk: &AtDesk<'_>, owed: &Obligation) -> Markup {
    let (detail, doors) = (owed.detail.say(), desk.doing.map_or_else(Doors::new, |doing| doing(owed)));
    let is_own = owed.owner.code.as_ref() == desk.own;
    html! {
        li {
            div.when.late[owed.overdue] { (day(visit, owed.due, desk.on)) small { (left(visit, owed, desk.on)) } }
            div.what {
                strong { (word(visit, "Obligation", &owed.kind)) } " "
                @if desk.own.is_some() { @if let Some(link) = subject(visit, owed) { a href=(link) { (owed.name) } } @else { (owed.name) } }
                small { (visit.say(&detail)) @if !is_own { @if let Some(code) = &owed.owner.code { " · " (visit.say(w::OWNER)) " " ((desk.place_name)(code)) } } }
            }
            @if desk.doing.is_some() {
                div.do.screen {
                    @if let Some(((link, title), others)) = doors.split_first() {
                        a.button.primary href=(link) { (title) }
                        @for (link, title) in others { " " a.other href=(link) { (title) } }
                    } @else { span.note { (who_acts(visit, owed, desk.place_name)) } }
                }
            }
        }
    }
}

/// A day, without the year where that is this one.
fn day(visit: &Visit, day: Date, on: Date) -> String {
    let said = day.say();
    match visit.language {
        Language::Zh if day.year() == on.year() => {
            said.zh.split_once('年').map_or_else(|| said.zh.to_string(), |(_, rest)| rest.to_owned())
        }
        _ => visit.say(&said).to_owned(),
    }
}

/// How long something is overdue, or how long there is still.
fn left(visit: &Visit, owed: &Obligation, on: Date) -> String {
    let days = owed.due.days_since(on);
    match days {
        late if late < 0 => {
            let late = grouped(late.unsigned_abs() as usize);
            visit.language.pick(format!("逾期 {late} 天"), format!("{late} days overdue"))
        }
        0 => visit.language.pick("今天到期", "due today").to_owned(),
        left => visit.language.pick(format!("还有 {left} 天"), format!("{left} days left")),
    }
}
