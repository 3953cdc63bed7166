//! The chronicle 大事记: what was recorded, by year and the newest first; decisions first, everyday work folded within its year.

use labels as w;
use labels::events::event;
use maud::{Markup, html};
use projections::EventEntry;

use super::entries::{Names, grade_of, timeline};
use super::table::grouped;
use super::visit::Visit;

/// How many years stand open: this one and the last; of a life that ended before, its last one.
const OPEN_YEARS: i16 = 2;

/// A record as the chronicle tells it.
pub(crate) struct Told {
    /// The record.
    pub(crate) entry: EventEntry,
    /// Whether it is everyday work.
    pub(crate) is_routine: bool,
}

/// The records by year; everything open where the whole is asked for, as for a print.
pub(crate) fn chronicle(visit: &Visit, told: &[Told], names: Names<'_>, is_whole: bool) -> Markup {
    let mut sorted: Vec<&Told> = told.iter().collect();
    sorted.sort_by_key(|found| std::cmp::Reverse((found.entry.effective_date, found.entry.position)));
    let year = |found: &Told| found.entry.effective_date.year();
    let newest = sorted.first().map(|found| year(found)).unwrap_or_default();
    let this_year = visit.on.map_or(newest, |on| on.year());
    html! {
        @for own in sorted.chunk_by(|one, other| year(one) == year(other)) {
            @let at = own.first().map(|found| year(found)).unwrap_or_default();
            details.fold.year open[is_whole || at > this_year - OPEN_YEARS || at == newest] {
                summary { (heading(visit, at, own)) }
                (of_year(visit, own, names, is_whole))
            }
        }
        @if sorted.is_empty() { p { (visit.say(w::NO_ROWS)) } }
    }
}

fn heading(visit: &Visit, year: i16, own: &[&Told]) -> Markup {
    let routine = own.iter().filter(|found| found.is_routine).count();
    let (decisions, routine) = (grouped(own.len() - routine), grouped(routine));
    html! {
        strong { (visit.language.pick(format!("{year}年"), year.to_string())) }
        span.note { " " (visit.language.pick(format!("要事 {decisions} 条，日常 {routine} 条"), format!("{decisions} decisions, {routine} of everyday work"))) }
    }
}

fn of_year(visit: &Visit, own: &[&Told], names: Names<'_>, is_whole: bool) -> Markup {
    let (routine, decisions): (Vec<&Told>, Vec<&Told>) = own.iter().partition(|found| found.is_routine);
    html! {
        @if !decisions.is_empty() { (timeline(visit, decisions.iter().map(|found| &found.entry), names)) }
        @if !routine.is_empty() {
            details.fold.daily open[is_whole] {
                summary { (visit.language.pick(format!("日常记录 {} 条", grouped(routine.len())), format!("{} of everyday work", grouped(routine.len())))) }
                ul.dailies { @for found in &routine { li { (daily(visit, &found.entry, names)) } } }
            }
        }
    }
}

/// A record of everyday work in one line; of a grade also which one.
fn daily(visit: &Visit, entry: &EventEntry, names: Names<'_>) -> Markup {
    html! {
        time { (entry.effective_date) } " "
        a href=(visit.link(&format!("/events/{}", entry.position))) { (event(visit.language, &entry.event_type)) }
        (grade_of(visit, entry, names))
        @if entry.recorded_late { " " span.mark { (visit.say(w::RECORDED_LATE)) } }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use domain::say::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::visit::tests::visit;

    /// A record of that type, day and position.
    pub(crate) fn told(event_type: &'static str, day: &str, position: u64, is_routine: bool) -> Told {
        let entry = json!({
            "position": position, "id": "01J8KQ2M000000000000000001", "type": event_type, "effective_date": day,
            "recorded_at": format!("{day}T02:00:00.000Z"), "recorded_late": false, "actor": "local:county",
            "actor_role": "local", "on_behalf_of": "510811", "document": null, "decided_by": null, "override": null,
            "warnings": [], "command_id": "01J8KQ2M000000000000000002", "data": {"quarter": "2019Q1", "grade": "good"}
        });
        Told { entry: serde_json::from_value(entry).unwrap(), is_routine }
    }

    #[test]
    fn this_year_and_the_last_are_open_and_routine_is_folded_within_its_year() {
        let all = [
            told("joint-branch.established", "2016-02-01", 3, false),
            told("joint-branch.evaluated", "2018-04-10", 5, true),
            told("joint-branch.changed", "2018-05-01", 6, false),
            told("joint-branch.changed", "2019-05-01", 9, false),
            // Recorded late: it stands in the year in which it took effect.
            told("joint-branch.evaluated", "2018-07-10", 12, true),
        ];
        // The tests' visit is of 2019-06-30.
        let drawn = chronicle(&visit(Language::Zh, &[]), &all, &|_| None, false).into_string();
        let years: Vec<_> = drawn.split("<details class=\"fold year\"").skip(1).collect();
        assert_eq!(years.len(), 3);
        assert!(
            years[0].starts_with(" open") && years[1].starts_with(" open") && !years[2].starts_with(" open")
        );
        assert!(years[1].contains("2018年") && years[1].contains("要事 1 条，日常 2 条"));
        let (decisions, routine) = years[1].split_once("<details class=\"fold daily\"").unwrap();
        assert!(decisions.contains("/events/6") && !decisions.contains("/events/5"));
        assert!(routine.find("/events/12") < routine.find("/events/5"), "the newest first");
        assert!(routine.contains("2019年第一季度") && routine.contains("好"));
        let whole = chronicle(&visit(Language::Zh, &[]), &all, &|_| None, true).into_string();
        assert_eq!(whole.matches("<details class=\"fold").count(), whole.matches(" open>").count());
    }
}
