//! The design system: every component of the stylesheet on one page, as it looks in use.

use labels as w;
use maud::{Markup, html};

use super::chart::{QuarterBar, Tile, grade_bars, spark_line, tiles};
use super::entries::fields;
use super::table::{Cell, Table, choice, number, text};
use super::visit::Visit;

/// The page's matter.
pub(crate) fn page(visit: &Visit) -> Markup {
    let mut table = Table::new(
        "components",
        "Table",
        &[text("name", w::NAME), choice("phase", w::PHASE), number("count", w::COUNT)],
    );
    let looks = ["state-good", "state-warn", "state-bad", "state-quiet"];
    for (row, look) in looks.into_iter().enumerate() {
        table.rows.push(vec![
            Cell::text(format!("{} {}", visit.say(w::NAME), row + 1)),
            Cell::text(look).looks(look),
            Cell::count(row as u64 * 12),
        ]);
    }
    let bars = [("2026Q1", [6, 3, 1, 0]), ("2026Q2", [7, 2, 1, 1]), ("2026Q3", [8, 2, 0, 2])];
    let bar =
        |(quarter, counts): (&str, [u64; 4])| Some(QuarterBar { quarter: quarter.parse().ok()?, counts });
    let bars: Vec<_> = bars.into_iter().filter_map(bar).collect();
    let shares = [0.0, 5.0, 25.0, 60.0];
    let tile = |(index, percent): (usize, &f64)| Tile {
        code: index.to_string(),
        name: format!("{} {}", visit.say(w::COUNTY), index + 1),
        percent: *percent,
        note: String::new(),
        link: "#main".into(),
    };
    let shown: Vec<_> = shares.iter().enumerate().map(tile).collect();
    let record = serde_json::json!({"grade": "fair", "quarter": "2026Q3", "document": {"number": "昭委组〔2026〕18号", "issued": "2026-10-08"}});
    html! {
        h2 { "Notice" }
        p.notice { ".notice" } p.notice.simulated { ".notice.simulated" } p.notice.past { ".notice.past" } p.done { ".done" }
        h2 { "Button" }
        p { button.primary type="button" { ".primary" } " " button type="button" { "button" } " " a.button href="#main" { ".button" } " " button.plain type="button" { ".plain" } }
        h2 { "Card" }
        dl.cards { div.card { dt { (visit.say(w::JOINT_BRANCH)) } dd.big { "906 " small { "个" } } dd { (spark_line("906", &[700, 800, 850, 906])) } dd.note { (visit.say(w::DEFINITION)) } } }
        h2 { "Table" } (table.plain(visit, false))
        h2 { "Chart" } (grade_bars(visit, &bars)) (tiles("tiles", &shown))
        h2 { "Fields" } (fields(visit, "", &record, &|_| None))
        h2 { "Form" }
        form.sheet method="get" action="/components" {
            fieldset { legend { (visit.say(w::DATA_PART)) }
                div.field { label for="c1" { (visit.say(w::NAME)) " " small { "（" (visit.say(w::OPTIONAL)) "）" } } input #c1 type="text"; }
                div.field { label for="c2" { (visit.say(w::DATE)) } p.error #c2-error { ".error" } input.refused #c2 type="date" aria-describedby="c2-error"; }
                div.field { label for="c3" { (visit.say(w::KIND)) } select #c3 { option { (visit.say(w::CHOOSE)) } } }
            }
        }
    }
}
