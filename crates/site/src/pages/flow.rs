//! The flow of joint branches over the years: a column a year, what came above the line, what went below it.

use labels as w;
use maud::{Markup, html};
use projections::{FlowRow, ListRow};

use super::table::grouped;
use super::visit::Visit;

const WIDTH: f64 = 900.0;
/// Where the line stands between what came and what went, and how far a bar goes at most.
const LINE: f64 = 170.0;
const ABOVE: f64 = 120.0;
const BELOW: f64 = 70.0;
/// The widest a column gets.
const MOST_STEP: f64 = 90.0;

/// A bar of a column, and what it counts.
#[derive(Debug, Clone, PartialEq)]
struct Bar {
    top: f64,
    height: f64,
    class: &'static str,
    count: u64,
}

/// The drawing of the rows of the list; nothing where there are none.
pub(crate) fn drawing(visit: &Visit, rows: &[ListRow]) -> Option<Markup> {
    let rows: Vec<&FlowRow> = rows
        .iter()
        .filter_map(|row| match row {
            ListRow::Flow(row) => Some(row),
            _ => None,
        })
        .collect();
    (!rows.is_empty()).then(|| draw(visit, &rows))
}

fn draw(visit: &Visit, rows: &[&FlowRow]) -> Markup {
    let step = (WIDTH / rows.len() as f64).min(MOST_STEP);
    let unit = unit(rows);
    // Below the line stand the longest bar, its number and the years.
    let went = rows.iter().map(|row| row.dissolved).max().unwrap_or(0) as f64 * unit;
    let height = LINE + went + 40.0;
    let names = [
        ("came", visit.language.pick("批准成立", "established")),
        ("stood", visit.language.pick("存量入册", "registered as they stood")),
        ("went", visit.language.pick("终止", "dissolved")),
    ];
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::FLOW)) {
            svg.chart.flow viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-label=(said(visit, rows)) {
                @for (index, (class, name)) in names.iter().enumerate() {
                    rect.(*class) x=(index as f64 * 150.0) y="2" width="12" height="12" {}
                    text x=(index as f64 * 150.0 + 18.0) y="13" { (name) }
                }
                text x="460" y="13" { (visit.language.pick("柱顶：年末运行数", "on top: at work at the end of the year")) }
                @for (index, row) in rows.iter().enumerate() {
                    @let left = step * (index as f64 + 0.15);
                    @let middle = left + step * 0.35;
                    @let bars = bars(row, unit);
                    @let top = bars.iter().map(|bar| bar.top).fold(LINE, f64::min);
                    @for bar in &bars {
                        rect.(bar.class) x=(tenth(left)) y=(tenth(bar.top)) width=(tenth(step * 0.7)) height=(tenth(bar.height)) {}
                        @if bar.class == "went" && bar.height <= 13.0 { text x=(tenth(middle)) y=(tenth(bar.top + bar.height + 12.0)) text-anchor="middle" { (grouped(bar.count as usize)) } }
                        @if bar.height > 13.0 { text.(format!("on-{}", bar.class)) x=(tenth(middle)) y=(tenth(bar.top + bar.height / 2.0 + 4.0)) text-anchor="middle" { (grouped(bar.count as usize)) } }
                    }
                    text.end x=(tenth(middle)) y=(tenth(top - 5.0)) text-anchor="middle" { (grouped(row.live as usize)) }
                    text x=(tenth(middle)) y=(tenth(height - 6.0)) text-anchor="middle" { (row.year) }
                }
                line.base x1="0" y1=(LINE) x2=(tenth(step * rows.len() as f64)) y2=(LINE) {}
            }
        }
    }
}

/// How high one joint branch is: the same above the line and below it.
fn unit(rows: &[&FlowRow]) -> f64 {
    let came = rows.iter().map(|row| row.established + row.confirmed).max().unwrap_or(0).max(1) as f64;
    let went = rows.iter().map(|row| row.dissolved).max().unwrap_or(0).max(1) as f64;
    (ABOVE / came).min(BELOW / went)
}

fn bars(row: &FlowRow, unit: f64) -> Vec<Bar> {
    let (came, stood, went) = (row.established as f64, row.confirmed as f64, row.dissolved as f64);
    let all = [
        Bar { top: LINE - came * unit, height: came * unit, class: "came", count: row.established },
        Bar { top: LINE - (came + stood) * unit, height: stood * unit, class: "stood", count: row.confirmed },
        Bar { top: LINE, height: went * unit, class: "went", count: row.dissolved },
    ];
    all.into_iter().filter(|bar| bar.count > 0).collect()
}

/// The drawing in words; the table below has every number.
fn said(visit: &Visit, rows: &[&FlowRow]) -> String {
    let one = |row: &&FlowRow| {
        let (came, went, live) = (row.established + row.confirmed, row.dissolved, row.live);
        let year = row.year;
        visit.language.pick(
            format!("{year}年进 {came} 出 {went} 年末 {live}"),
            format!("{year}: {came} in, {went} out, {live} at its end"),
        )
    };
    let years: Vec<_> = rows.iter().map(one).collect();
    format!(
        "{}{}{}",
        visit.say(w::FLOW),
        visit.language.pick("：", ": "),
        years.join(visit.language.pick("；", "; "))
    )
}

fn tenth(place: f64) -> String {
    format!("{place:.1}")
}

#[cfg(test)]
mod tests {
    use domain::say::Language;

    use super::*;
    use crate::pages::visit::tests::visit;

    fn year(year: i16, established: u64, confirmed: u64, dissolved: u64, live: u64) -> FlowRow {
        FlowRow { year, established, confirmed, dissolved, live, ..FlowRow::default() }
    }

    #[test]
    fn a_bar_is_as_high_as_its_count_on_both_sides_of_the_line() {
        let rows = [year(2018, 30, 10, 0, 40), year(2019, 0, 0, 20, 20)];
        let unit = unit(&rows.iter().collect::<Vec<_>>());
        assert_eq!(unit, 3.0);
        let first = bars(&rows[0], unit);
        assert_eq!(
            first.iter().map(|bar| (bar.height, bar.class)).collect::<Vec<_>>(),
            [(90.0, "came"), (30.0, "stood")]
        );
        assert_eq!(first[1].top + first[1].height, first[0].top, "one stands on the other");
        assert_eq!(bars(&rows[1], unit), [Bar { top: LINE, height: 60.0, class: "went", count: 20 }]);
    }

    #[test]
    fn the_drawing_says_its_numbers_and_is_nothing_of_nothing() {
        let visit = visit(Language::Zh, &[]);
        let rows = [ListRow::Flow(year(2018, 3, 1, 0, 4)), ListRow::Flow(year(2019, 0, 0, 1, 3))];
        let drawn = drawing(&visit, &rows).unwrap().into_string();
        assert!(drawn.contains("2018年进 4 出 0 年末 4；2019年进 0 出 1 年末 3"));
        assert!(drawing(&visit, &[]).is_none());
    }
}
