//! A joint branch's life drawn as a line: what was decided when, and the grade of every quarter.

use domain::date::Date;
use domain::quarter::Quarter;
use labels::terms::term;
use labels::{self as w, Words};
use maud::{Markup, html};
use serde_json::Value;

use super::visit::Visit;

const WIDTH: f64 = 900.0;

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Milestone {
    on: Date,
    words: Words,
    detail: String,
    class: &'static str,
}

fn day(value: &Value) -> Option<Date> {
    value.as_str()?.parse().ok()
}

/// What happened, in the order of the days.
pub(crate) fn milestones(row: &Value) -> Vec<Milestone> {
    let establishment = &row["establishment"];
    let rectification = &row["rectification"];
    let asked =
        row["surveys"].as_array().into_iter().flatten().filter_map(|survey| day(&survey[0]["held_on"]));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let single = [
        (day(&row["proposed_on"]), Words("提出", "proposed"), String::new(), "quiet"),
        (
            day(&establishment["effective_date"]),
            Words("成立", "established"),
            text(&establishment["document"]),
            "good",
        ),
        (
            day(&row["vacant_since"]).filter(|_| row["secretary"].is_null()),
            Words("书记空缺", "post vacant"),
            String::new(),
            "fair",
        ),
        (day(&row["secretary"]["since"]), Words("现任书记到任", "secretary in post"), String::new(), "quiet"),
        (
            day(&rectification["ordered_on"]),
            Words("下达整改", "rectification ordered"),
            String::new(),
            "fair",
        ),
        (day(&rectification["deadline"]), Words("整改期限", "rectification due"), String::new(), "fair"),
        (day(&row["termination_due_since"]), Words("应予终止", "termination due"), String::new(), "poor"),
        (
            day(&row["place_changed_since"]),
            Words("区划变化", "a member's place changed"),
            String::new(),
            "fair",
        ),
        (day(&row["dissolved_on"]), Words("撤销", "dissolved"), text(&row["ground"]), "poor"),
    ];
    let single = single
        .into_iter()
        .filter_map(|(on, words, detail, class)| Some(Milestone { on: on?, words, detail, class }));
    let asked = asked.map(|on| Milestone {
        on,
        words: Words("群众意愿调查", "villages surveyed"),
        detail: String::new(),
        class: "quiet",
    });
    let mut all: Vec<_> = single.chain(asked).collect();
    all.sort_by_key(|found| found.on);
    all
}

/// The line with its marks, and the same as a list.
pub(crate) fn draw(visit: &Visit, row: &Value) -> Markup {
    let marks = milestones(row);
    let Some(first) = marks.first().map(|mark| mark.on) else { return html! {} };
    let today = visit.on.unwrap_or(first);
    let last = marks.iter().map(|mark| mark.on).chain([today]).max().unwrap_or(today);
    let span = f64::from(last.days_since(first).max(1));
    let at = |on: Date| 20.0 + (WIDTH - 40.0) * f64::from(on.days_since(first)) / span;
    let end = day(&row["dissolved_on"]).unwrap_or(today);
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.t(w::LIFE_LINE)) {
            svg.life viewBox=(format!("0 0 {WIDTH} 92")) role="img" aria-label=(visit.t(w::LIFE_LINE)) {
                line.base x1=(at(first)) y1="40" x2=(at(end)) y2="40" {}
                @for (quarter, x, grade) in graded(row, &at) {
                    polygon.(grade) points=(shape(&grade, x)) { title { (visit.language.quarter(&quarter)) " " (term(visit.language, "Grade", &grade)) } }
                }
                @for (index, mark) in marks.iter().enumerate() {
                    line.(mark.class) x1=(at(mark.on)) y1="26" x2=(at(mark.on)) y2="54" {}
                    text x=(at(mark.on)) y=(if index % 2 == 0 { 20 } else { 10 }) text-anchor="middle" { (index + 1) }
                }
                text x=(at(first)) y="88" { (first) }
                text x=(at(last)) y="88" text-anchor="end" { (last) }
            }
        }
        @if row["evaluations"].as_object().is_some_and(|graded| !graded.is_empty()) {
            p.note { (visit.t(w::GRADES)) @for (grade, sign) in SIGNS { " · " (sign) " " (term(visit.language, "Grade", grade)) } }
        }
        ol.milestones {
            @for mark in &marks {
                li { time { (mark.on) } " " (visit.t(mark.words)) @if !mark.detail.is_empty() { " " (term(visit.language, "Ground", &mark.detail)) } }
            }
        }
    }
}

/// The grades by their shapes, so that they are told apart on a grey print too.
const SIGNS: [(&str, &str); 3] = [("good", "▲"), ("fair", "◆"), ("poor", "■")];

/// The corners of a grade's shape, around a point on the line of grades.
fn shape(grade: &str, x: f64) -> String {
    let corners: &[(f64, f64)] = match grade {
        "good" => &[(0.0, -7.0), (7.0, 6.0), (-7.0, 6.0)],
        "fair" => &[(0.0, -7.5), (7.0, 0.0), (0.0, 7.5), (-7.0, 0.0)],
        _ => &[(-6.0, -6.0), (6.0, -6.0), (6.0, 6.0), (-6.0, 6.0)],
    };
    let points = corners.iter().map(|(right, down)| format!("{:.1},{:.1}", x + right, 63.0 + down));
    points.collect::<Vec<_>>().join(" ")
}

/// The grades, each at the end of its quarter.
fn graded(row: &Value, at: &dyn Fn(Date) -> f64) -> Vec<(String, f64, String)> {
    let evaluations = row["evaluations"].as_object().into_iter().flatten();
    let graded = evaluations.filter_map(|(quarter, evaluation)| {
        let end = quarter.parse::<Quarter>().ok()?.end();
        Some((quarter.clone(), at(end), evaluation["grade"].as_str()?.to_owned()))
    });
    graded.collect()
}

#[cfg(test)]
mod tests {
    use labels::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn a_life_is_told_in_the_order_of_its_days() {
        let row = json!({
            "proposed_on": "2019-01-10", "surveys": [[{"held_on": "2019-01-20"}]],
            "establishment": {"effective_date": "2019-03-01", "document": "昭委组〔2019〕18号"},
            "secretary": null, "vacant_since": "2019-03-01", "dissolved_on": "2020-05-01", "ground": "purpose_achieved",
            "evaluations": {"2019Q2": {"grade": "good"}}
        });
        let order: Vec<_> = milestones(&row).iter().map(|mark| mark.words.1).collect();
        assert_eq!(order, ["proposed", "villages surveyed", "established", "post vacant", "dissolved"]);
        let drawn = draw(&visit(Language::Chinese, &[]), &row).into_string();
        assert!(
            drawn.contains("<title>2019年第二季度 好</title>")
                && drawn.contains("昭委组〔2019〕18号")
                && drawn.contains("目的已达到")
        );
    }
}
