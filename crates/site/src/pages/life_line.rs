//! A joint branch's life drawn as lanes on one axis of years: its own decisions, its secretaries, who joined and left, the
//! grade of every quarter, each case of rectification. Every point and bar opens its record.

use domain::date::Date;
use domain::joint_branch::{Grade, Phase};
use domain::on_file::known;
use domain::say::{Say, say};
use labels as w;
use labels::events::event;
use maud::{Markup, html};
use projections::rows::JointBranchRow;
use projections::{LifeRow, Weight};

use super::entries::Names;
use super::lists::word;
use super::visit::Visit;

/// The drawing, in its own units: names of lanes on the left, then the years.
const WIDTH: f64 = 900.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 16.0;
/// Where the names of years stand, and the height of a lane.
const HEAD: f64 = 22.0;
const LANE: f64 = 34.0;
/// How far apart two points of a lane stand at least, so that each can be hit.
const APART: f64 = 14.0;
/// The room a character of a name takes in a bar.
const LETTER: f64 = 13.0;
/// The most years that are named on the axis; of more, every other one is.
const NAMED_YEARS: usize = 14;

/// A lane: what it is called, and what stands on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lane {
    name: &'static Say,
    marks: Vec<Mark>,
}

/// Something on a lane.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    from: Date,
    shape: Shape,
    /// The record that it opens.
    position: Option<u64>,
    /// What it says to whoever points at it, or does not see it.
    label: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    /// A day.
    Point(&'static str),
    /// A time until a day, with a short text in it where there is room.
    Bar(Date, &'static str, String),
    /// A grade.
    Grade(Grade),
}

/// The lanes of a life, without those on which nothing stands.
pub(crate) fn lanes(visit: &Visit, row: &JointBranchRow, life: &LifeRow, names: Names<'_>) -> Vec<Lane> {
    let all = [
        (const { &say("党组织", "Itself") }, steps(visit, row, life)),
        (const { &say("书记", "Secretary") }, secretaries(visit, row, life, names)),
        (const { &say("成员", "Members") }, members(visit, row, life, names)),
        (const { &say("评估", "Grades") }, grades(visit, row)),
        (const { &say("整改", "Rectifying") }, cases(visit, row, life)),
    ];
    let lanes = all.into_iter().map(|(name, marks)| Lane { name, marks });
    lanes.filter(|lane| !lane.marks.is_empty()).collect()
}

/// The day until which something that lasts is drawn.
fn end(visit: &Visit, row: &JointBranchRow) -> Date {
    row.dissolved_on.or(visit.on).unwrap_or(row.proposed_on)
}

fn steps(visit: &Visit, row: &JointBranchRow, life: &LifeRow) -> Vec<Mark> {
    let begun = life.steps.iter().find(|step| step.weight == Weight::Begins);
    let established = row.establishment.as_ref().map(|found| found.effective_date);
    let bar = begun.zip(established).map(|(begun, from)| {
        let class = if row.phase == Phase::Dissolved { "past" } else { "live" };
        let label = format!("{} {}", written(visit, row, from), visit.say(w::ESTABLISHED_ON));
        let shape = Shape::Bar(end(visit, row), class, String::new());
        Mark { from, shape, position: Some(begun.position), label }
    });
    let point = |step: &projections::Step| {
        let class = match step.weight {
            Weight::Begins => "good",
            Weight::Ends => "poor",
            Weight::GoesOn => "quiet",
        };
        let from = match (step.weight, established) {
            (Weight::Begins, Some(day)) => day,
            _ => step.on,
        };
        let document = row.establishment.as_ref().and_then(|found| found.document.as_ref());
        let document = document.filter(|_| step.weight == Weight::Begins);
        let document = document.map(|number| format!(" {number}")).unwrap_or_default();
        let label =
            format!("{} {}{document}", written(visit, row, from), event(visit.language, &step.event_type));
        Mark { from, shape: Shape::Point(class), position: Some(step.position), label }
    };
    bar.into_iter().chain(life.steps.iter().map(point)).collect()
}

fn secretaries(visit: &Visit, row: &JointBranchRow, life: &LifeRow, names: Names<'_>) -> Vec<Mark> {
    let mut marks = Vec::new();
    for tenure in &life.tenures {
        let name = names(&tenure.person.to_string()).map(|named| named.text);
        let name = name.unwrap_or_else(|| visit.say(w::NAME_ERASED).to_owned());
        let until = tenure.until.map(|day| day.to_string());
        let until = until.as_deref().unwrap_or(visit.language.pick("现任", "in post"));
        let label =
            format!("{} {name} {} – {until}", visit.say(w::SECRETARY), written(visit, row, tenure.since));
        let class = if tenure.until.is_none() { "live" } else { "past" };
        let shape = Shape::Bar(tenure.until.unwrap_or(end(visit, row)), class, name);
        marks.push(Mark { from: tenure.since, shape, position: Some(tenure.position), label });
    }
    if let Some(since) = row.vacant_since.filter(|_| row.is_live()) {
        let words = visit.say(w::VACANT_SINCE);
        let position = life.tenures.last().and_then(|tenure| tenure.ended_position);
        let short = visit.language.pick("空缺", "vacant").to_owned();
        let shape = Shape::Bar(end(visit, row), "vacant", short);
        marks.push(Mark { from: since, shape, position, label: format!("{words} {since}") });
    }
    marks
}

fn members(visit: &Visit, row: &JointBranchRow, life: &LifeRow, names: Names<'_>) -> Vec<Mark> {
    let Some(established) = row.establishment.as_ref().map(|found| found.effective_date) else {
        return Vec::new();
    };
    let counted = |count: usize| visit.language.pick(format!("{count} 个成员"), format!("{count} members"));
    let at_first = life.moves.first().map_or(row.members.len(), |first| {
        if first.has_joined { first.members.saturating_sub(1) } else { first.members + 1 }
    });
    // How many there are, from each move to the next.
    let mut counts = vec![(established, at_first)];
    counts.extend(life.moves.iter().map(|found| (found.on, found.members)));
    let ends = counts.iter().skip(1).map(|(day, _)| *day).chain([end(visit, row)]);
    let begun = life.steps.iter().find(|step| step.weight == Weight::Begins).map(|step| step.position);
    let positions = std::iter::once(begun).chain(life.moves.iter().map(|found| Some(found.position)));
    let bars = counts.iter().zip(ends).zip(positions).map(|(((from, count), until), position)| {
        let label = format!("{} {}", written(visit, row, *from), counted(*count));
        Mark { from: *from, shape: Shape::Bar(until, "members", counted(*count)), position, label }
    });
    let moved = life.moves.iter().map(|found| {
        let name = names(&found.organization.to_string()).map_or_else(String::new, |named| named.text);
        let words = if found.has_joined {
            visit.language.pick("加入", "joined")
        } else {
            visit.language.pick("退出", "left")
        };
        let class = if found.has_joined { "good" } else { "poor" };
        let label = format!("{} {name} {words}", found.on);
        Mark { from: found.on, shape: Shape::Point(class), position: Some(found.position), label }
    });
    bars.chain(moved).collect()
}

fn grades(visit: &Visit, row: &JointBranchRow) -> Vec<Mark> {
    let mark = |(quarter, found): (&domain::quarter::Quarter, &projections::rows::EvaluationRow)| Mark {
        from: quarter.end(),
        shape: Shape::Grade(found.grade),
        position: Some(found.position),
        label: format!("{} {}", visit.say(&quarter.say()), word(visit, "Grade", &found.grade)),
    };
    row.evaluations.iter().map(mark).collect()
}

fn cases(visit: &Visit, row: &JointBranchRow, life: &LifeRow) -> Vec<Mark> {
    let mut marks = Vec::new();
    for case in &life.cases {
        let (deadline, rectification) = (visit.say(w::DEADLINE), visit.say(w::RECTIFICATION));
        let label = format!("{rectification} {} · {deadline} {}", case.ordered_on, case.deadline);
        let ended = case.review.as_ref().map(|review| review.on);
        let until = ended.unwrap_or(end(visit, row)).max(case.ordered_on);
        let shape = Shape::Bar(until, "case", String::new());
        marks.push(Mark { from: case.ordered_on, shape, position: Some(case.position), label });
        marks.extend(case.review.as_ref().map(|review| {
            let words = if review.has_passed {
                visit.language.pick("整改通过", "rectification passed")
            } else {
                visit.language.pick("整改未通过", "rectification failed")
            };
            let class = if review.has_passed { "good" } else { "poor" };
            let (shape, label) = (Shape::Point(class), format!("{} {words}", review.on));
            Mark { from: review.on, shape, position: Some(review.position), label }
        }));
    }
    marks
}

/// The axis: the first and the last day, and where a day stands.
struct Axis {
    first: Date,
    last: Date,
}

impl Axis {
    fn of(visit: &Visit, lanes: &[Lane]) -> Option<Self> {
        let days = || lanes.iter().flat_map(|lane| &lane.marks).map(|mark| mark.from);
        Some(Self { first: days().min()?, last: days().chain(visit.on).max()? })
    }

    fn at(&self, day: Date) -> f64 {
        let span = f64::from(self.last.days_since(self.first).max(1));
        LEFT + (WIDTH - LEFT - RIGHT) * f64::from(day.days_since(self.first)) / span
    }

    /// The beginnings of the years in between, and whether each is named.
    fn years(&self) -> Vec<(i16, Date, bool)> {
        let begins = |year: i16| Date::new(year, 1, 1).ok().map(|day| (year, day));
        let all: Vec<_> = (self.first.year()..=self.last.year())
            .filter_map(begins)
            .filter(|(_, day)| *day >= self.first)
            .collect();
        let step = all.len().div_ceil(NAMED_YEARS).max(1);
        all.iter().enumerate().map(|(index, (year, day))| (*year, *day, index % step == 0)).collect()
    }
}

/// The lanes with their marks.
pub(crate) fn draw(visit: &Visit, lanes: &[Lane]) -> Markup {
    let Some(axis) = Axis::of(visit, lanes) else { return html! {} };
    let height = HEAD + LANE * lanes.len() as f64;
    html! {
        div.wide tabindex="0" role="region" aria-label=(visit.say(w::LIFE_LINE)) {
            svg.life viewBox=(format!("0 0 {WIDTH} {height}")) role="group" aria-label=(visit.say(w::LIFE_LINE)) {
                @for (year, day, is_named) in axis.years() {
                    line.year x1=(units(axis.at(day))) y1=(HEAD - 4.0) x2=(units(axis.at(day))) y2=(height) {}
                    @if is_named { text x=(units(axis.at(day) + 2.0)) y="13" { (year) } }
                }
                @for (index, lane) in lanes.iter().enumerate() {
                    @let middle = HEAD + LANE * (index as f64 + 0.5);
                    text x="0" y=(units(middle + 4.0)) { (visit.say(lane.name)) }
                    line.base x1=(LEFT) y1=(units(middle)) x2=(WIDTH - RIGHT) y2=(units(middle)) {}
                    @for (mark, x) in lane.marks.iter().zip(places(&axis, &lane.marks)) { (drawn(visit, &axis, mark, x, middle)) }
                }
            }
        }
        p.note {
            (visit.language.pick("点击图中的点或条，打开该条记录", "A point or bar opens its record"))
            @if lanes.iter().flat_map(|lane| &lane.marks).any(|mark| matches!(mark.shape, Shape::Grade(_))) {
                @for (grade, sign) in SIGNS { " · " (sign) " " (word(visit, "Grade", &grade)) }
            }
        }
    }
}

/// Where the marks of a lane stand: points that would cover one another are moved apart, in the order of their days.
fn places(axis: &Axis, marks: &[Mark]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|index| marks.get(*index).map(|mark| (mark.from, mark.position)));
    let mut found = vec![0.0; marks.len()];
    let mut last = f64::MIN;
    for index in order {
        let (Some(mark), Some(place)) = (marks.get(index), found.get_mut(index)) else { continue };
        *place = axis.at(mark.from);
        if !matches!(mark.shape, Shape::Bar(..)) {
            *place = place.max(last + APART).min(WIDTH - RIGHT / 2.0);
            last = *place;
        }
    }
    found
}

fn drawn(visit: &Visit, axis: &Axis, mark: &Mark, x: f64, middle: f64) -> Markup {
    let shape = html! {
        title { (mark.label) }
        @match &mark.shape {
            Shape::Point(class) => {
                rect.hit x=(units(x - 8.0)) y=(units(middle - 14.0)) width="16" height="28" {}
                circle.(class) cx=(units(x)) cy=(units(middle)) r="6" {}
            }
            Shape::Grade(grade) => {
                rect.hit x=(units(x - 8.0)) y=(units(middle - 14.0)) width="16" height="28" {}
                polygon.(class(*grade)) points=(corners(*grade, x, middle)) {}
            }
            Shape::Bar(until, class, text) => {
                @let width = (axis.at(*until) - x).max(4.0);
                rect.(class) x=(units(x)) y=(units(middle - 9.0)) width=(units(width)) height="18" rx="3" {}
                @if !text.is_empty() && LETTER * text.chars().count() as f64 <= width - 8.0 {
                    text x=(units(x + 6.0)) y=(units(middle + 4.0)) { (text) }
                }
            }
        }
    };
    html! {
        @match mark.position {
            Some(position) => { a href=(visit.link(&format!("/events/{position}"))) aria-label=(mark.label) { (shape) } }
            None => { g { (shape) } }
        }
    }
}

/// A place in the drawing, to a tenth of a unit.
fn units(place: f64) -> String {
    format!("{place:.1}")
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

/// The corners of a grade's shape around a point.
fn corners(grade: Grade, x: f64, y: f64) -> String {
    let corners: &[(f64, f64)] = match grade {
        Grade::Good => &[(0.0, -7.0), (7.0, 6.0), (-7.0, 6.0)],
        Grade::Fair => &[(0.0, -7.5), (7.0, 0.0), (0.0, 7.5), (-7.0, 0.0)],
        Grade::Poor => &[(-6.0, -6.0), (6.0, -6.0), (6.0, 6.0), (-6.0, 6.0)],
    };
    let points = corners.iter().map(|(right, down)| format!("{:.1},{:.1}", x + right, y + down));
    points.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
