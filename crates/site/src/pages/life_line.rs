//! A joint branch's life drawn as a line: what was decided when, and the grade of every quarter.

use domain::date::Date;
use domain::joint_branch::{Grade, Ground};
use domain::on_file::known;
use domain::say::{Say, say};
use labels as w;
use maud::{Markup, html};
use projections::rows::JointBranchRow;

use super::lists::word;
use super::visit::Visit;

const WIDTH: f64 = 900.0;

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Milestone {
    on: Date,
    words: &'static Say,
    detail: Detail,
    class: &'static str,
}

/// What else is said of it.
#[derive(Debug, Clone, PartialEq)]
enum Detail {
    Nothing,
    /// The document that decided it.
    Document(String),
    /// Why it was dissolved.
    Ground(Ground),
}

/// What happened, in the order of the days.
pub(crate) fn milestones(row: &JointBranchRow) -> Vec<Milestone> {
    let establishment = row.establishment.as_ref();
    let rectification = row.rectification.as_ref();
    let asked = row.surveys.iter().filter_map(|survey| Some(survey.first()?.held_on));
    let document = establishment.and_then(|decision| decision.document.as_ref());
    let nothing = || Detail::Nothing;
    let single = [
        (
            Some(row.proposed_on),
            match &row.registration {
                Some(_) => const { &say("存量登记", "registered as it stood") },
                None => const { &say("提出", "proposed") },
            },
            nothing(),
            "quiet",
        ),
        (
            establishment.filter(|_| row.established().is_some()).map(|decision| decision.effective_date),
            const { &say("成立", "established") },
            document.map_or_else(nothing, |number| Detail::Document(number.to_string())),
            "good",
        ),
        (
            row.vacant_since.filter(|_| row.secretary.is_none()),
            const { &say("书记空缺", "post vacant") },
            nothing(),
            "fair",
        ),
        (
            row.secretary.as_ref().map(|secretary| secretary.since),
            const { &say("现任书记到任", "secretary in post") },
            nothing(),
            "quiet",
        ),
        (
            rectification.map(|order| order.ordered_on),
            const { &say("下达整改", "rectification ordered") },
            nothing(),
            "fair",
        ),
        (
            rectification.map(|order| order.deadline),
            const { &say("整改期限", "rectification due") },
            nothing(),
            "fair",
        ),
        (row.termination_due_since, const { &say("应予终止", "termination due") }, nothing(), "poor"),
        (row.place_changed_since, const { &say("区划变化", "a member's place changed") }, nothing(), "fair"),
        (
            row.dissolved_on,
            const { &say("撤销", "dissolved") },
            row.ground.map_or_else(nothing, Detail::Ground),
            "poor",
        ),
    ];
    let single = single
        .into_iter()
        .filter_map(|(on, words, detail, class)| Some(Milestone { on: on?, words, detail, class }));
    let asked = asked.map(|on| Milestone {
        on,
        words: const { &say("群众意愿调查", "villages surveyed") },
        detail: Detail::Nothing,
        class: "quiet",
    });
    let mut all: Vec<_> = single.chain(asked).collect();
    all.sort_by_key(|found| found.on);
    all
}

/// The line with its marks, and the same as a list.
pub(crate) fn draw(visit: &Visit, row: &JointBranchRow) -> Markup {
    let marks = milestones(row);
    let Some(first) = marks.first().map(|mark| mark.on) else { return html! {} };
    let today = visit.on.unwrap_or(first);
    let last = marks.iter().map(|mark| mark.on).chain([today]).max().unwrap_or(today);
    let span = f64::from(last.days_since(first).max(1));
    let at = |on: Date| 20.0 + (WIDTH - 40.0) * f64::from(on.days_since(first)) / span;
    let end = row.dissolved_on.unwrap_or(today);
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::LIFE_LINE)) {
            svg.life viewBox=(format!("0 0 {WIDTH} 92")) role="img" aria-label=(visit.say(w::LIFE_LINE)) {
                line.base x1=(at(first)) y1="40" x2=(at(end)) y2="40" {}
                @for (quarter, found) in &row.evaluations {
                    polygon.(class(found.grade)) points=(shape(found.grade, at(quarter.end()))) {
                        title { (visit.say(&quarter.say())) " " (word(visit, "Grade", &found.grade)) }
                    }
                }
                @for (index, mark) in marks.iter().enumerate() {
                    line.(mark.class) x1=(at(mark.on)) y1="26" x2=(at(mark.on)) y2="54" {}
                    text x=(at(mark.on)) y=(if index % 2 == 0 { 20 } else { 10 }) text-anchor="middle" { (index + 1) }
                }
                text x=(at(first)) y="88" { (written(visit, row, first)) }
                text x=(at(last)) y="88" text-anchor="end" { (last) }
            }
        }
        @if !row.evaluations.is_empty() {
            p.note { (visit.say(w::GRADES)) @for (grade, sign) in SIGNS { " · " (sign) " " (word(visit, "Grade", &grade)) } }
        }
        ol.milestones {
            @for mark in &marks {
                li { time { (written(visit, row, mark.on)) } " " (visit.say(mark.words))
                    @match &mark.detail {
                        Detail::Nothing => {},
                        Detail::Document(number) => { " " (number) },
                        Detail::Ground(ground) => { " " (word(visit, "Ground", ground)) },
                    }
                }
            }
        }
    }
}

/// The day as exactly as it is known: of what was registered as it stood, only the month or the year may be.
fn written(visit: &Visit, row: &JointBranchRow, on: Date) -> String {
    let facts = row.registration.as_ref().map(|found| &found.facts);
    let dates = facts.map(|facts| {
        [known(&facts.established).copied(), known(&facts.secretary).and_then(|found| found.since)]
    });
    let mut stated = dates.into_iter().flatten().flatten();
    match stated.find(|date| date.earliest() == on) {
        Some(date) => visit.say(&date.say()).to_owned(),
        None => on.to_string(),
    }
}

/// The grades by their shapes, so that they are told apart on a grey print too.
const SIGNS: [(Grade, &str); 3] = [(Grade::Good, "▲"), (Grade::Fair, "◆"), (Grade::Poor, "■")];

/// The class of a grade in the stylesheet.
fn class(grade: Grade) -> &'static str {
    match grade {
        Grade::Good => "good",
        Grade::Fair => "fair",
        Grade::Poor => "poor",
    }
}

/// The corners of a grade's shape, around a point on the line of grades.
fn shape(grade: Grade, x: f64) -> String {
    let corners: &[(f64, f64)] = match grade {
        Grade::Good => &[(0.0, -7.0), (7.0, 6.0), (-7.0, 6.0)],
        Grade::Fair => &[(0.0, -7.5), (7.0, 0.0), (0.0, 7.5), (-7.0, 0.0)],
        Grade::Poor => &[(-6.0, -6.0), (6.0, -6.0), (6.0, 6.0), (-6.0, 6.0)],
    };
    let points = corners.iter().map(|(right, down)| format!("{:.1},{:.1}", x + right, 63.0 + down));
    points.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use domain::say::Language;
    use serde_json::json;

    use super::*;
    use crate::pages::visit::tests::visit;

    #[test]
    fn a_month_is_not_shown_as_its_first_day() {
        let mut life = crate::pages::joint_branch::tests::row();
        let facts = json!({"established": {"year": 2016, "month": 6}, "secretary": {"person": "01DEM0J01NT000000000000001", "since": {"year": 2017}}});
        life.registration = Some(serde_json::from_value(json!({
            "source": {"title": "清单"}, "facts": facts, "co_location": null, "missing": [], "registered_on": "2026-06-10",
            "confirmed": null, "sent_back": null, "completions": []
        })).unwrap());
        let visit = visit(Language::Zh, &[]);
        let text = |day: &str| written(&visit, &life, day.parse().unwrap());
        assert_eq!(
            ["2016-06-01", "2017-01-01", "2018-01-01"].map(text),
            ["2016年6月", "2017年", "2018-01-01"]
        );
    }

    #[test]
    fn a_life_is_told_in_the_order_of_its_days() {
        let day = |text: &str| text.parse().unwrap();
        let mut row = crate::pages::joint_branch::tests::row();
        row.proposed_on = day("2019-01-10");
        row.surveys = serde_json::from_value(json!([[
            {"village": null, "asked": 1, "in_favour": 1, "held_on": "2019-01-20", "households": null}
        ]]))
        .unwrap();
        row.establishment = serde_json::from_value(json!(
            {"effective_date": "2019-03-01", "level": "county", "document": "昭委组〔2019〕18号"}
        ))
        .unwrap();
        (row.secretary, row.vacant_since) = (None, Some(day("2019-03-01")));
        (row.dissolved_on, row.ground) = (Some(day("2020-05-01")), Some(Ground::PurposeAchieved));
        row.evaluations = serde_json::from_value(json!({"2019Q2": {
            "grade": "good", "effective_date": "2019-07-01", "recorded_on": "2019-07-01", "recorded_after_days": 1,
            "corrected": false, "position": 9
        }}))
        .unwrap();
        let order: Vec<_> = milestones(&row).iter().map(|mark| &*mark.words.en).collect();
        assert_eq!(order, ["proposed", "villages surveyed", "established", "post vacant", "dissolved"]);
        let drawn = draw(&visit(Language::Zh, &[]), &row).into_string();
        assert!(
            drawn.contains("<title>2019年第二季度 好</title>")
                && drawn.contains("昭委组〔2019〕18号")
                && drawn.contains("目的已达到")
        );
    }
}
