//! Charts as SVG, drawn by hand: bars of grades, lines of a trend, tiles of counties. Colour is never the only sign.

use domain::quarter::Quarter;
use labels as w;
use maud::{Markup, html};

use super::visit::Visit;

/// The width of a chart's drawing area.
const WIDTH: f64 = 640.0;
const BAR_HEIGHT: f64 = 160.0;
const TILE: f64 = 120.0;

/// What one quarter counts, from good to missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QuarterBar {
    /// The quarter.
    pub(crate) quarter: Quarter,
    /// Good, fair, poor, missing.
    pub(crate) counts: [u64; 4],
}

/// A stack of grades a quarter.
pub(crate) fn grade_bars(visit: &Visit, quarters: &[QuarterBar]) -> Markup {
    let most = quarters.iter().map(|bar| bar.counts.iter().sum::<u64>()).max().unwrap_or(0).max(1) as f64;
    let step = WIDTH / quarters.len().max(1) as f64;
    let names = [w::GOOD, w::FAIR, w::POOR, w::MISSING];
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::GRADES)) {
            svg.chart viewBox=(format!("0 0 {WIDTH} {}", BAR_HEIGHT + 61.0)) role="img" aria-label=(visit.say(w::GRADES)) {
                @for (index, bar) in quarters.iter().enumerate() {
                    @let left = step * index as f64 + step * 0.15;
                    @for (x, y, height, class, count) in pieces(bar, left, most) {
                        rect.(class) x=(x) y=(y) width=(step * 0.7) height=(height) {}
                        @if height > 12.0 { text.on-bar x=(x + step * 0.35) y=(y + height / 2.0 + 4.0) text-anchor="middle" { (count) } }
                    }
                    @let (year, quarter) = bar.quarter.year_and_quarter();
                    text x=(left + step * 0.35) y=(BAR_HEIGHT + 16.0) text-anchor="middle" { (visit.say(&year)) }
                    text x=(left + step * 0.35) y=(BAR_HEIGHT + 31.0) text-anchor="middle" { (visit.say(&quarter)) }
                }
                @for (index, (name, class)) in names.iter().zip(CLASSES).enumerate() {
                    rect.(class) x=(index as f64 * 110.0) y=(BAR_HEIGHT + 43.0) width="12" height="12" {}
                    text x=(index as f64 * 110.0 + 18.0) y=(BAR_HEIGHT + 54.0) { (visit.say(name)) }
                }
            }
        }
    }
}

const CLASSES: [&str; 4] = ["good", "fair", "poor", "missing"];

fn pieces(bar: &QuarterBar, left: f64, most: f64) -> Vec<(f64, f64, f64, &'static str, u64)> {
    let mut bottom = BAR_HEIGHT;
    let mut found = Vec::new();
    for (count, class) in bar.counts.iter().zip(CLASSES).filter(|(count, _)| **count > 0) {
        let height = BAR_HEIGHT * *count as f64 / most;
        bottom -= height;
        found.push((left, bottom, height, class, *count));
    }
    found
}

/// A small line through the values of a figure, the newest on the right.
pub(crate) fn spark_line(label: &str, values: &[u64]) -> Markup {
    let (width, height) = (120.0, 28.0);
    let most = values.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = width / (values.len().saturating_sub(1)).max(1) as f64;
    let point = |(index, value): (usize, &u64)| {
        format!("{:.1},{:.1}", index as f64 * step, height - 3.0 - (height - 6.0) * *value as f64 / most)
    };
    let points: Vec<_> = values.iter().enumerate().map(point).collect();
    let said: Vec<_> = values.iter().map(ToString::to_string).collect();
    html! {
        svg.spark viewBox=(format!("-3 0 {} {height}", width + 6.0)) role="img" aria-label=(format!("{label}: {}", said.join(", "))) {
            polyline points=(points.join(" ")) {}
        }
    }
}

/// A tile: a county with its share.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tile {
    /// The county's code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// The share in percent.
    pub(crate) percent: f64,
    /// What stands below the share.
    pub(crate) note: String,
    /// Where it leads.
    pub(crate) link: String,
}

/// Where the counties lie to one another, by column and row; those of other cities follow in the order of their codes.
const PLACES: [(&str, usize, usize); 7] = [
    ("510822", 0, 0),
    ("510812", 1, 0),
    ("510821", 2, 0),
    ("510802", 1, 1),
    ("510823", 0, 2),
    ("510811", 1, 2),
    ("510824", 2, 2),
];

/// Tiles that stand roughly as the counties lie.
pub(crate) fn tiles(label: &str, tiles: &[Tile]) -> Markup {
    let columns = 3;
    let is_known = |tile: &&Tile| PLACES.iter().any(|(code, ..)| *code == tile.code);
    let below = if tiles.iter().any(|tile| is_known(&tile)) { 3 } else { 0 };
    let mut others = 0;
    let placed: Vec<_> = tiles
        .iter()
        .map(|tile| match PLACES.iter().find(|(code, ..)| *code == tile.code) {
            Some((_, column, row)) => (tile, *column, *row),
            None => {
                others += 1;
                (tile, (others - 1) % columns, below + (others - 1) / columns)
            }
        })
        .collect();
    let rows = placed.iter().map(|(_, _, row)| row + 1).max().unwrap_or(1);
    html! {
        svg.tiles viewBox=(format!("0 0 {} {}", TILE * columns as f64, TILE * 0.75 * rows as f64)) role="group" aria-label=(label) {
            @for (tile, column, row) in placed.iter().copied() {
                @let (x, y) = (column as f64 * TILE, row as f64 * TILE * 0.75);
                a href=(tile.link) {
                    rect.(shade(tile.percent, tiles)) x=(x + 2.0) y=(y + 2.0) width=(TILE - 4.0) height=(TILE * 0.75 - 4.0) rx="4" {}
                    text.name x=(x + TILE / 2.0) y=(y + 28.0) text-anchor="middle" { (tile.name) " " }
                    text x=(x + TILE / 2.0) y=(y + 50.0) text-anchor="middle" { (tile.percent) "% " }
                    text x=(x + TILE / 2.0) y=(y + 70.0) text-anchor="middle" { (tile.note) }
                }
            }
        }
    }
}

/// One of four shades: nothing, then the lower, the middle and the upper third of those that have something, so that counties
/// differ to the eye however close they are. The number stands in the tile as well.
fn shade(percent: f64, all: &[Tile]) -> &'static str {
    let having = all.iter().filter(|tile| tile.percent > 0.0);
    let (count, lower) =
        having.fold((0, 0), |(count, lower), tile| (count + 1, lower + usize::from(tile.percent < percent)));
    if percent <= 0.0 {
        return "shade-0";
    }
    ["shade-1", "shade-2", "shade-3"][(lower * 3 / count.max(1)).min(2)]
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn bar_height_is_proportional_to_its_count() {
        let bars = [
            QuarterBar { quarter: "2026Q1".parse().unwrap(), counts: [3, 1, 0, 0] },
            QuarterBar { quarter: "2026Q2".parse().unwrap(), counts: [1, 0, 1, 0] },
        ];
        let heights: Vec<_> = pieces(&bars[1], 0.0, 4.0).iter().map(|piece| (piece.2, piece.3)).collect();
        assert_eq!(heights, [(40.0, "good"), (40.0, "poor")]);
        let drawn = grade_bars(&visit(Language::En, &[]), &bars).into_string();
        assert!(
            drawn.contains(">2026<")
                && drawn.contains(">Q2<")
                && drawn.contains("aria-label=\"Grades by quarter\"")
        );
    }

    #[test]
    fn counties_without_a_known_place_follow_below_and_none_is_lost() {
        let tile = |code: &str| Tile {
            code: code.into(),
            name: code.into(),
            percent: 0.0,
            note: String::new(),
            link: "/".into(),
        };
        let drawn = tiles("x", &[tile("510822"), tile("519901"), tile("519902")]).into_string();
        assert_eq!(drawn.matches("<rect").count(), 3);
        assert!(drawn.contains("viewBox=\"0 0 360 360\""));
    }

    #[test]
    fn a_shade_is_a_third_of_the_counties_and_equal_shares_have_one() {
        let of = |percents: &[f64]| {
            let tile = |percent: &f64| Tile {
                code: String::new(),
                name: String::new(),
                percent: *percent,
                note: String::new(),
                link: String::new(),
            };
            let all: Vec<_> = percents.iter().map(tile).collect();
            percents.iter().map(|percent| shade(*percent, &all)).collect::<Vec<_>>()
        };
        assert_eq!(
            of(&[84.0, 84.1, 87.0, 87.1, 91.1, 0.0]),
            ["shade-1", "shade-1", "shade-2", "shade-2", "shade-3", "shade-0"]
        );
        assert_eq!(of(&[50.0, 50.0, 50.0]), ["shade-1"; 3]);
        assert_eq!(of(&[0.0]), ["shade-0"]);
    }

    #[test]
    fn a_trend_says_its_values_to_whoever_does_not_see_it() {
        assert!(spark_line("合建", &[1, 2, 5]).into_string().contains("aria-label=\"合建: 1, 2, 5\""));
    }
}
