//! The fifth slide: empty posts, and the terms that end in the twelve months to come.

use domain::date::Date;
use labels as w;
use maud::{Markup, html};
use projections::rows::JointBranchRow;

use super::charts::months;
use super::matter::Matter;

/// How many months the strip looks ahead.
const MONTHS: i32 = 12;
/// How many terms fit on a screen.
const TERMS: usize = 9;
/// How many empty posts fit beside them.
const VACANT: usize = 12;

/// The slide.
pub(super) fn slide(matter: &Matter<'_>) -> Markup {
    let (visit, on) = (matter.visit, matter.view.as_of);
    let live = || matter.rows.iter().copied().filter(|row| row.is_live());
    let mut terms: Vec<(&JointBranchRow, Date)> =
        live().filter_map(|row| row.term.as_ref().map(|term| (row, term.end))).collect();
    terms.sort_by_key(|(_, end)| *end);
    let overdue = terms.iter().filter(|(_, end)| *end < on).count();
    let mut vacant: Vec<(&JointBranchRow, Date)> =
        live().filter_map(|row| row.vacant_since.map(|since| (row, since))).collect();
    vacant.sort_by_key(|(_, since)| *since);
    let ends: Vec<Date> = terms.iter().map(|(_, end)| *end).collect();
    html! {
        div.halves {
            div {
                h2 { (visit.say(w::TERMS_AHEAD)) " " @if overdue > 0 { b.alarm { (visit.language.pick(format!("已逾期 {overdue} 个"), format!("{overdue} overdue"))) } } }
                (months(visit.say(w::TERMS_AHEAD), &strip(matter, &ends)))
                table.cases {
                    tbody {
                        @for (row, end) in terms.iter().take(TERMS) {
                            (matter.case(row, &html! { td.number { b.(if *end < on { "alarm" } else { "calm" }) { (end) } } }))
                        }
                    }
                }
            }
            div {
                h2 { (visit.say(w::VACANT_POSTS)) " " b { (vacant.len()) } " " span.note { (visit.say(w::HEADS_TOO)) " " (matter.count("secretaries_village_heads")) } }
                @if vacant.is_empty() { p { (visit.say(w::MEETING_NONE)) } }
                table.cases {
                    tbody {
                        @for (row, since) in vacant.iter().take(VACANT) {
                            (matter.case(row, &html! { td.number { (visit.language.pick(format!("空缺 {} 天", on.days_since(*since)), format!("{} days", on.days_since(*since)))) } }))
                        }
                    }
                }
                (matter.more(vacant.len(), VACANT, "secretaries_vacant"))
            }
        }
    }
}

/// How many terms end in each of the months to come, this one first.
fn strip(matter: &Matter<'_>, ends: &[Date]) -> Vec<(String, u64)> {
    let on = matter.view.as_of;
    let month = |ahead: i32| {
        let first = on.plus_months(ahead);
        let of = |day: &&Date| (day.year(), day.month()) == (first.year(), first.month()) && **day >= on;
        let name =
            matter.visit.language.pick(format!("{}月", first.month()), first.to_string()[..7].to_owned());
        (name, ends.iter().filter(of).count() as u64)
    };
    (0..MONTHS).map(month).collect()
}
