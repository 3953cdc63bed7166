//! The second slide: the counties as they lie, and ranked by what they cover, how they grade and what they owe.

use std::cmp::Ordering;

use labels as w;
use maud::{Markup, html};
use projections::PartEntry;

use super::super::tier::county_tiles;
use super::charts::ranked;
use super::matter::Matter;

/// The slide.
pub(super) fn slide(matter: &Matter<'_>) -> Markup {
    let visit = matter.visit;
    let percent = |part: u64, whole: u64| {
        if whole == 0 { 0.0 } else { (part as f64 * 1_000.0 / whole as f64).round() / 10.0 }
    };
    let poor = |county: &PartEntry| {
        let grades = matter.grades_of(&county.code);
        let counts = grades.get(&matter.last_quarter()).copied().unwrap_or_default();
        percent(counts[2], counts.iter().sum())
    };
    let overdue = |county: &PartEntry| matter.overdue_in(&county.code) as f64;
    let quarter = matter.last_quarter().say();
    html! {
        div.halves {
            div { h2 { (visit.say(w::TILE_MAP)) } (county_tiles(visit, &matter.view.rows)) p.note { (visit.say(w::TILE_SHADES)) } }
            div.lists {
                div { (ranked(visit.say(w::RANK_COVERAGE), "%", &by(matter, |county| figure(county, "coverage_ratio")))) }
                div { (ranked(visit.say(w::RANK_COUNT), "", &by(matter, |county| figure(county, "joint_branches")))) }
                div { (ranked(visit.say(w::RANK_POOR), &format!("% · {}", visit.say(&quarter)), &by(matter, poor))) }
                div { (ranked(visit.say(w::RANK_OVERDUE), "", &by(matter, overdue))) }
            }
        }
    }
}

fn figure(county: &PartEntry, name: &str) -> f64 {
    county.figures.get(name).map_or(0.0, |value| value.as_f64())
}

/// Each county with its value, the highest first.
fn by(matter: &Matter<'_>, value: impl Fn(&PartEntry) -> f64) -> Vec<(String, String, f64)> {
    let row = |county: &PartEntry| {
        (county.name.to_string(), matter.link(&format!("/counties/{}", county.code)), value(county))
    };
    let mut rows: Vec<_> = matter.view.rows.iter().map(row).collect();
    rows.sort_by(|one, other| other.2.partial_cmp(&one.2).unwrap_or(Ordering::Equal));
    rows
}
