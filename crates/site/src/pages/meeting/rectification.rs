//! The fourth slide: each case of rectification by the days that are left, then what should end.

use domain::date::Date;
use labels as w;
use maud::{Markup, html};
use projections::rows::JointBranchRow;

use super::super::lists::word;
use super::matter::Matter;

/// How many cases fit on a screen.
const CASES: usize = 14;
/// How many ends fit beside them.
const ENDS: usize = 12;

/// How many that ended fit below those.
const ENDED: usize = 8;
/// Of how many days what ended is shown.
const ENDED_DAYS: i32 = 365;

/// The slide.
pub(super) fn slide(matter: &Matter<'_>) -> Markup {
    let (visit, on) = (matter.visit, matter.view.as_of);
    let mut open: Vec<(&JointBranchRow, Date, Date)> = matter
        .rows
        .iter()
        .filter_map(|row| row.rectification.as_ref().map(|found| (*row, found.ordered_on, found.deadline)))
        .collect();
    open.sort_by_key(|(.., deadline)| *deadline);
    let mut ends: Vec<(&JointBranchRow, Date)> = matter
        .rows
        .iter()
        .filter(|row| row.is_live())
        .filter_map(|row| row.termination_due_since.map(|since| (*row, since)))
        .collect();
    ends.sort_by_key(|(_, since)| *since);
    let mut ended: Vec<(&JointBranchRow, Date)> =
        matter.rows.iter().filter_map(|row| Some((*row, row.dissolved_on?))).collect();
    ended.retain(|(_, day)| (0..=ENDED_DAYS).contains(&on.days_since(*day)));
    ended.sort_by_key(|(_, day)| std::cmp::Reverse(*day));
    html! {
        div.halves {
            div {
                h2 { (visit.say(w::CHAIN_OPEN)) " " b { (open.len()) } " " span.note { (visit.say(w::MEETING_TIME_GONE)) } }
                @if open.is_empty() { p { (visit.say(w::MEETING_NONE)) } }
                table.cases {
                    tbody {
                        @for (row, ordered_on, deadline) in open.iter().take(CASES) {
                            (matter.case(row, &html! { td { (way(*ordered_on, *deadline, on)) } td.number { (days(matter, deadline.days_since(on))) } }))
                        }
                    }
                }
                (matter.more(open.len(), CASES, "rectifications_open"))
            }
            div {
                h2 { (visit.say(w::CHAIN_DUE)) " " b { (ends.len()) } }
                @if ends.is_empty() { p { (visit.say(w::MEETING_NONE)) } }
                table.cases {
                    tbody {
                        @for (row, since) in ends.iter().take(ENDS) {
                            (matter.case(row, &html! { td.number { (visit.language.pick(format!("自 {since} 起 {} 天", on.days_since(*since)), format!("{} days, since {since}", on.days_since(*since)))) } }))
                        }
                    }
                }
                (matter.more(ends.len(), ENDS, "termination_due"))
                @if ends.len() + ENDED <= ENDS { (ended_lately(matter, &ended)) }
            }
        }
    }
}

/// What was dissolved in the last year, the newest first, with its ground.
fn ended_lately(matter: &Matter<'_>, ended: &[(&JointBranchRow, Date)]) -> Markup {
    let visit = matter.visit;
    html! {
        h2 { (visit.say(w::MEETING_ENDED)) " " b { (ended.len()) } }
        @if ended.is_empty() { p { (visit.say(w::MEETING_NONE)) } }
        table.cases {
            tbody {
                @for (row, day) in ended.iter().take(ENDED) {
                    (matter.case(row, &html! { td { (word(visit, "Ground", &row.ground)) } td.number { (visit.say(&day.say())) } }))
                }
            }
        }
        (matter.more(ended.len(), ENDED, "dissolved"))
    }
}

/// How much of the time for it has gone by.
fn way(from: Date, to: Date, on: Date) -> Markup {
    let whole = to.days_since(from).max(1) as f64;
    let gone = (on.days_since(from) as f64 / whole).clamp(0.0, 1.0);
    let class = if on > to { "poor" } else { "lower" };
    html! {
        svg.rank viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.frame x="0" y="1" width="100" height="8" {}
            rect.(class) x="0" y="1" width=(100.0 * gone) height="8" {}
        }
    }
}

fn days(matter: &Matter<'_>, left: i32) -> Markup {
    match left {
        late if late < 0 => html! { b.alarm { (matter.late(-late)) } },
        left => {
            html! { (matter.visit.language.pick(format!("还有 {left} 天"), format!("{left} days left"))) }
        }
    }
}
