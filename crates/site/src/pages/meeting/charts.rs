//! The charts of the slides, as SVG that fills its place; each number that a colour shows stands there too.

use labels as w;
use maud::{Markup, html};

use super::super::visit::Visit;

/// The width of a wide chart's drawing area.
const WIDTH: f64 = 640.0;

/// Two values at the end of each period, one upon the other.
pub(super) struct Stacked {
    /// What stands below the axis, where something does.
    pub(super) label: Option<String>,
    /// The lower value, then the upper one.
    pub(super) values: [u64; 2],
}

/// An area of two parts over time; each part is named at its right end.
pub(super) fn area(title: &str, parts: [&str; 2], points: &[Stacked]) -> Markup {
    let (height, left, right) = (190.0, 46.0, 560.0);
    let most = points.iter().map(|point| point.values.iter().sum::<u64>()).max().unwrap_or(0);
    let scale = steps(most);
    let top = scale.last().copied().unwrap_or(1).max(1) as f64;
    let x =
        |index: usize| left + (right - left) * index as f64 / points.len().saturating_sub(1).max(1) as f64;
    let y = |value: u64| 12.0 + (height - 34.0) * (1.0 - value as f64 / top);
    let line = |pick: &dyn Fn(&Stacked) -> u64| -> Vec<String> {
        let at = points.iter().enumerate();
        at.map(|(index, point)| format!("{:.1},{:.1}", x(index), y(pick(point)))).collect()
    };
    let base = format!("{right:.1},{:.1} {left:.1},{:.1}", y(0), y(0));
    let (lower, whole) = (line(&|point| point.values[0]), line(&|point| point.values.iter().sum()));
    let last = points.last().map_or([0, 0], |point| point.values);
    html! {
        svg.plot viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(format!("{title}: {} {}, {} {}", parts[0], last[0], parts[1], last[1])) {
            @for step in &scale {
                line.rule x1=(left) y1=(y(*step)) x2=(right) y2=(y(*step)) {}
                text x=(left - 6.0) y=(y(*step) + 4.0) text-anchor="end" { (step) }
            }
            polygon.upper points=(format!("{} {base}", whole.join(" "))) {}
            polygon.lower points=(format!("{} {base}", lower.join(" "))) {}
            @for (index, point) in points.iter().enumerate() {
                @if let Some(label) = &point.label { text x=(x(index)) y=(height - 4.0) text-anchor="middle" { (label) } }
            }
            text.end x=(right + 6.0) y=(y(last[0] + last[1] / 2) + 4.0) { (parts[1]) " " (last[1]) }
            text.end x=(right + 6.0) y=(y(last[0] / 2) + 4.0) { (parts[0]) " " (last[0]) }
        }
    }
}

/// At most five round values from 0 up to no less than the most.
fn steps(most: u64) -> Vec<u64> {
    let least = most.max(1).div_ceil(4);
    let magnitude = 10_u64.pow(least.ilog10());
    let step = [1, 2, 5, 10].into_iter().map(|factor| factor * magnitude).find(|step| *step >= least);
    let step = step.unwrap_or(least);
    (0..=most.max(1).div_ceil(step)).map(|index| index * step).collect()
}

/// A bar of the whole width, in parts; each says its count where it is wide enough, and all of them stand below.
pub(super) fn parts(title: &str, found: &[(&str, &str, u64)]) -> Markup {
    let whole = found.iter().map(|(.., count)| count).sum::<u64>().max(1) as f64;
    let mut from = 0.0;
    let placed: Vec<_> = found
        .iter()
        .map(|(class, name, count)| {
            let (left, width) = (from, WIDTH * *count as f64 / whole);
            from += width;
            (*class, *name, *count, left, width)
        })
        .collect();
    html! {
        svg.plot viewBox=(format!("0 0 {WIDTH} 40")) role="img" aria-label=(title) {
            @for (class, name, count, left, width) in placed.iter().filter(|(.., width)| *width > 0.0) {
                rect.(class) x=(left) y="0" width=(width) height="40" {}
                @if *width > 58.0 { text.(format!("on-{class}")) x=(left + width / 2.0) y="27" text-anchor="middle" { (name) " " (count) } }
            }
        }
        p.note { @for (index, (_, name, count)) in found.iter().enumerate() { @if index > 0 { " · " } (name) " " strong { (count) } } }
    }
}

/// A row of a heat map: a name, where it leads, and a share in percent for each column; nothing where nothing was graded.
pub(super) struct HeatRow {
    pub(super) name: String,
    pub(super) link: String,
    pub(super) cells: Vec<Option<u64>>,
}

/// Shares by row and column, the darker the higher.
pub(super) fn heat(visit: &Visit, title: &str, columns: &[String], rows: &[HeatRow]) -> Markup {
    html! {
        table.heat aria-label=(title) {
            thead { tr { th scope="col" { (visit.say(w::COUNTY)) } @for column in columns { th scope="col" { (column) } } } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" { a href=(row.link) { (row.name) } }
                        @for cell in &row.cells {
                            @match cell {
                                Some(share) => td.(heat_class(*share)) { (share) },
                                None => td.heat-none { "–" },
                            }
                        }
                    }
                }
            }
        }
    }
}

fn heat_class(share: u64) -> &'static str {
    match share {
        0 => "heat-0",
        1..=4 => "heat-1",
        5..=8 => "heat-2",
        9..=11 => "heat-3",
        _ => "heat-4",
    }
}

/// Bars beside names, the longest first as they come.
pub(super) fn ranked(title: &str, unit: &str, rows: &[(String, String, f64)]) -> Markup {
    let most = rows.iter().map(|(.., value)| *value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    html! {
        h2 { (title) " " span.note { (unit) } }
        table.ranked {
            tbody {
                @for (name, link, value) in rows {
                    tr {
                        th scope="row" { a href=(link) { (name) } }
                        td { svg.rank viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" { rect x="0" y="1" width=(100.0 * value / most) height="8" {} } }
                        td.number { (value) }
                    }
                }
            }
        }
    }
}

/// A small stack of grades for each quarter: good, fair, poor.
pub(super) fn small_stack(title: &str, quarters: &[[u64; 3]], most: u64) -> Markup {
    let (width, height) = (300.0, 90.0);
    let step = width / quarters.len().max(1) as f64;
    let scale = height / most.max(1) as f64;
    html! {
        svg.plot viewBox=(format!("0 0 {width} {height}")) preserveAspectRatio="none" role="img" aria-label=(title) {
            @for (index, counts) in quarters.iter().enumerate() {
                @let heights = counts.map(|count| count as f64 * scale);
                @let left = step * index as f64 + step * 0.12;
                rect.good x=(left) y=(height - heights[0]) width=(step * 0.76) height=(heights[0]) {}
                rect.fair x=(left) y=(height - heights[0] - heights[1]) width=(step * 0.76) height=(heights[1]) {}
                rect.poor x=(left) y=(height - heights.iter().sum::<f64>()) width=(step * 0.76) height=(heights[2]) {}
            }
        }
    }
}

/// A count for each month as a bar, with the count above and the month below.
pub(super) fn months(title: &str, found: &[(String, u64)]) -> Markup {
    let height = 150.0;
    let most = found.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1) as f64;
    let step = WIDTH / found.len().max(1) as f64;
    html! {
        svg.plot viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(title) {
            @for (index, (month, count)) in found.iter().enumerate() {
                @let tall = (height - 50.0) * *count as f64 / most;
                @let middle = step * (index as f64 + 0.5);
                rect.lower x=(middle - step * 0.32) y=(height - 26.0 - tall) width=(step * 0.64) height=(tall) {}
                text x=(middle) y=(height - 32.0 - tall) text-anchor="middle" { (count) }
                text x=(middle) y=(height - 8.0) text-anchor="middle" { (month) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_few_round_steps_and_reaches_the_most() {
        assert_eq!(steps(0), [0, 1]);
        assert_eq!(steps(7), [0, 2, 4, 6, 8]);
        assert_eq!(steps(706), [0, 200, 400, 600, 800]);
        for most in 1..2_000 {
            let found = steps(most);
            assert!(found.len() <= 5 && *found.last().unwrap() >= most, "{most}: {found:?}");
        }
    }

    #[test]
    fn every_part_of_a_bar_is_counted_below_it_however_narrow() {
        let drawn = parts("x", &[("good", "好", 455), ("poor", "较差", 1)]).into_string();
        assert!(drawn.contains("较差 <strong>1</strong>") && drawn.matches("<rect").count() == 2);
    }

    #[test]
    fn nothing_graded_is_no_zero() {
        assert_eq!((heat_class(0), heat_class(12)), ("heat-0", "heat-4"));
    }
}
