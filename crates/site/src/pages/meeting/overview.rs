//! The first slide: what there is, how it was graded, how far rectification has come, and what presses most.

use labels as w;
use maud::{Markup, html};

use super::charts::{HeatRow, Stacked, area, heat, parts};
use super::decisions::agenda;
use super::matter::Matter;
use super::summary::{Piece, summary};

/// How many quarters the areas go back, at most.
const AREA_QUARTERS: usize = 36;
/// How many quarters the heat map has.
const HEAT_QUARTERS: usize = 12;
/// How many matters the first slide lists.
const AGENDA_ROWS: usize = 7;

/// The slide.
pub(super) fn slide(matter: &Matter<'_>) -> Markup {
    let visit = matter.visit;
    html! {
        p.lead { (sentence(matter)) }
        div.halves {
            div {
                h2 { (visit.say(w::MEETING_GROWTH)) " " span.note { (visit.say(w::MEETING_GROWTH_NOTE)) } }
                (growth(matter))
                h2 { (visit.say(&matter.last_quarter().say())) " " (visit.say(w::GRADES_OF_QUARTER)) }
                (last_grades(matter))
                h2 { (visit.say(w::MEETING_CHAIN)) }
                (chain(matter))
            }
            div {
                h2 { (visit.say(w::MEETING_HEAT)) " " span.note { (visit.say(w::MEETING_HEAT_NOTE)) } }
                (heat_map(matter))
                h2 { (visit.say(w::MEETING_DECIDE)) }
                (agenda(matter, AGENDA_ROWS))
            }
        }
    }
}

/// The whole in two sentences, its figures set off.
fn sentence(matter: &Matter<'_>) -> Markup {
    html! {
        @for piece in summary(matter) {
            @match piece {
                Piece::Said(text) => (text),
                Piece::Figure(value) => b { (value) },
                Piece::Alarm(value) => b.alarm { (value) },
            }
        }
    }
}

/// Mergers and pairings at work at the end of each quarter since the first of them.
fn growth(matter: &Matter<'_>) -> Markup {
    let quarters = matter.quarters(AREA_QUARTERS);
    let counted: Vec<_> = quarters.iter().map(|quarter| (*quarter, matter.live_on(quarter.end()))).collect();
    let first = counted.iter().position(|(_, values)| values.iter().any(|value| *value > 0)).unwrap_or(0);
    let mut points: Vec<_> = counted[first..]
        .iter()
        .map(|(quarter, values)| {
            let opens = quarter.to_string().ends_with("Q1");
            let label = opens.then(|| quarter.first_day().year().to_string());
            Stacked { label, values: *values }
        })
        .collect();
    points.push(Stacked { label: None, values: matter.live_on(matter.view.as_of) });
    let visit = matter.visit;
    area(visit.say(w::MEETING_GROWTH), [visit.say(w::MERGER_SHORT), visit.say(w::PAIRING_SHORT)], &points)
}

fn last_grades(matter: &Matter<'_>) -> Markup {
    let (visit, found) = (matter.visit, matter.grades(matter.last_quarter()));
    let counted = [
        ("good", visit.say(w::GOOD), found.good),
        ("fair", visit.say(w::FAIR), found.fair),
        ("poor", visit.say(w::POOR), found.poor),
        ("missing", visit.say(w::MISSING), found.missing),
    ];
    parts(visit.say(w::GRADES), &counted)
}

/// Poor, being put right, overdue, to be ended, ended.
fn chain(matter: &Matter<'_>) -> Markup {
    let visit = matter.visit;
    let steps = [
        (matter.grades(matter.last_quarter()).poor, visit.say(w::POOR), "poor"),
        (matter.count("rectifications_open"), visit.say(w::CHAIN_OPEN), "rectifications_open"),
        (matter.count("rectifications_overdue"), visit.say(w::CHAIN_OVERDUE), "rectifications_overdue"),
        (matter.count("termination_due"), visit.say(w::CHAIN_DUE), "termination_due"),
        (matter.count("dissolved"), visit.say(w::CHAIN_ENDED), "dissolved"),
    ];
    html! {
        ol.chain {
            @for (count, name, figure) in steps {
                li { a href=(matter.link(&format!("/figures/{}/{figure}", matter.code))) { b { (count) } span { (name) } } }
            }
        }
    }
}

fn heat_map(matter: &Matter<'_>) -> Markup {
    let quarters = matter.quarters(HEAT_QUARTERS);
    let short = |quarter: &domain::quarter::Quarter| {
        let text = quarter.to_string();
        format!("{}·{}", text.get(2..4).unwrap_or_default(), text.get(5..).unwrap_or_default())
    };
    let columns: Vec<_> = quarters.iter().map(short).collect();
    let share = |[good, fair, poor]: [u64; 3]| {
        let graded = good + fair + poor;
        (graded > 0).then(|| (poor * 100 + graded / 2) / graded)
    };
    let row = |county: &projections::PartEntry| {
        let grades = matter.grades_of(&county.code);
        HeatRow {
            name: county.name.to_string(),
            link: matter.link(&format!("/counties/{}", county.code)),
            cells: quarters.iter().map(|quarter| grades.get(quarter).copied().and_then(share)).collect(),
        }
    };
    let rows: Vec<_> = matter.view.rows.iter().map(row).collect();
    heat(matter.visit, matter.visit.say(w::MEETING_HEAT), &columns, &rows)
}
