//! The five parts that say how things stand: as a whole, by place, grades, posts, and what is owed.

use std::collections::BTreeMap;

use domain::place::Level;
use labels as w;
use projections::{GradeCounts, Obligation, PartEntry};

use super::told::{Told, change};
use super::{Bar, Chart, Line, Part};
use crate::pages::lists::word;
use crate::pages::meeting::summary::{plain, summary};

/// How many quarters the charts go back.
const QUARTERS: usize = 8;
/// How many places and kinds a chart names; the others are one row.
const MAX_ROWS: usize = 14;
/// How far ahead what falls due is told.
pub(crate) const DAYS_AHEAD: i32 = 30;
/// The shades of good, fair, poor and not graded, which differ in print too.
const SHADES: [&str; 4] = ["D9D9D9", "8C8C8C", "262626", "F2F2F2"];
/// The shade of a single bar.
const SHADE: &str = "595959";
/// Mergers and pairings.
const PAIR: [&str; 2] = ["595959", "BFBFBF"];

/// How things stand.
pub(crate) fn sections(told: &Told<'_>) -> Vec<Part> {
    vec![overview(told), places(told), grades(told), posts(told), owed(told)]
}

/// The whole in the sentences of the first slide, what it is made of, and how it grew.
fn overview(told: &Told<'_>) -> Part {
    let (matter, language) = (&told.matter, told.language());
    let [mergers, pairings] = ["mergers", "pairings"].map(|name| matter.count(name));
    let (all, covered) = (matter.count("villages"), matter.count("villages_covered"));
    let kinds = told.pick(
        format!(
            "其中合建{mergers}个，共建{pairings}个；运行总数{}个{}。",
            matter.count("joint_branches"),
            told.compared("joint_branches")
        ),
        format!(
            "Mergers: {mergers}; pairings: {pairings}; at work in all: {}{}.",
            matter.count("joint_branches"),
            told.compared("joint_branches")
        ),
    );
    let open = told.pick(
        format!("现有行政村{all}个，尚未覆盖{}个。", all.saturating_sub(covered)),
        format!("Villages: {all}, of them not covered yet: {}.", all.saturating_sub(covered)),
    );
    Part {
        heading: matter.visit.say(w::OVERVIEW).to_owned(),
        lines: vec![
            Line::Text(plain(language, &summary(matter))),
            Line::Text(format!("{kinds}{}{open}", space(told))),
        ],
        chart: growth(told),
    }
}

/// English sentences stand apart.
fn space(told: &Told<'_>) -> &'static str {
    told.language().pick("", " ")
}

/// Mergers and pairings at the end of each of the last quarters, and today.
fn growth(told: &Told<'_>) -> Option<Chart> {
    let matter = &told.matter;
    let mut points: Vec<(String, [u64; 2])> = matter
        .quarters(QUARTERS)
        .into_iter()
        .map(|quarter| (matter.visit.say(&quarter.say()).to_owned(), matter.live_on(quarter.end())))
        .skip_while(|(_, counts)| *counts == [0, 0])
        .collect();
    points.push((
        matter.visit.say(w::MEETING_AS_OF).to_owned() + space(told) + &short_day(told),
        matter.live_on(matter.view.as_of),
    ));
    if points.iter().all(|(_, counts)| *counts == [0, 0]) {
        return None;
    }
    let rows = points.into_iter().map(|(name, [mergers, pairings])| Bar {
        figures: [mergers, pairings, mergers + pairings].map(|count| count.to_string()).to_vec(),
        name,
        parts: vec![(mergers, PAIR[0]), (pairings, PAIR[1])],
    });
    Some(Chart {
        title: told.pick("联合党组织各季度末运行数", "Joint branches at work at the end of each quarter"),
        head: heads(
            told,
            ["季度", "深色为合建，浅色为共建", "合建", "共建", "合计"],
            ["Quarter", "dark: mergers; light: pairings", "Mergers", "Pairings", "All"],
        ),
        rows: rows.collect(),
    })
}

fn heads<const N: usize>(told: &Told<'_>, zh: [&str; N], en: [&str; N]) -> Vec<String> {
    told.language().pick(zh, en).map(str::to_owned).to_vec()
}

/// The day without its year in Chinese, so that it fits beside a bar.
fn short_day(told: &Told<'_>) -> String {
    let on = told.matter.view.as_of;
    let whole = told.day(on);
    told.language()
        .pick(whole.split_once('年').map(|(_, rest)| rest.to_owned()).unwrap_or_default(), on.to_string())
}

/// The places below, beside one another.
fn places(told: &Told<'_>) -> Part {
    let matter = &told.matter;
    let heading = match matter.code.level() {
        Level::City => told.pick("分县(区)情况", "By county"),
        Level::County => told.pick("分乡镇(街道)情况", "By township"),
        Level::Township | Level::Village => return own_branches(told),
    };
    let mut rows: Vec<Place> = matter.view.rows.iter().map(|part| place(told, part)).collect();
    rows.sort_by(|one, other| other.branches.cmp(&one.branches).then_with(|| one.name.cmp(&other.name)));
    let mut lines = Vec::new();
    if let (Some(most), Some(least)) = (rows.first(), rows.last().filter(|_| rows.len() > 1)) {
        let by_share = |one: &&Place, other: &&Place| one.share.total_cmp(&other.share);
        let (high, low) =
            (rows.iter().max_by(by_share).unwrap_or(most), rows.iter().min_by(by_share).unwrap_or(least));
        lines.push(Line::Text(told.pick(
            format!(
                "联合党组织最多的是{}（{}个），最少的是{}（{}个）；行政村覆盖率最高的是{}（{}%），最低的是{}（{}%）。",
                most.name, most.branches, least.name, least.branches, high.name, high.share, low.name, low.share
            ),
            format!(
                "{} has the most joint branches ({}), {} the fewest ({}). {} covers the largest share of its villages ({}%), {} the smallest ({}%).",
                most.name, most.branches, least.name, least.branches, high.name, high.share, low.name, low.share
            ),
        )));
    }
    lines.push(Line::Text(concerns(told, &rows)));
    Part { heading, lines, chart: by_place(told, &rows) }
}

/// A place below.
struct Place {
    name: String,
    branches: u64,
    /// Of the villages, in percent.
    share: f64,
    poor: u64,
    poor_before: u64,
    overdue: u64,
}

fn place(told: &Told<'_>, part: &PartEntry) -> Place {
    let matter = &told.matter;
    let figure = |name: &str| part.figures.get(name).map_or(0.0, |value| value.as_f64());
    let grades = matter.grades_of(&part.code);
    let poor = |quarter| grades.get(&quarter).map_or(0, |counts: &[u64; 3]| counts[2]);
    Place {
        name: part.name.to_string(),
        branches: figure("joint_branches") as u64,
        share: figure("coverage_ratio"),
        poor: poor(matter.last_quarter()),
        poor_before: poor(matter.last_quarter().previous()),
        overdue: matter.overdue_in(&part.code) as u64,
    }
}

/// Where grades were poorest and most is overdue.
fn concerns(told: &Told<'_>, rows: &[Place]) -> String {
    let quarter = told.matter.last_quarter().say();
    let poorest = rows.iter().max_by_key(|row| row.poor).filter(|row| row.poor > 0);
    let poor = match poorest {
        Some(row) => told.pick(
            format!(
                "{}评为较差最多的是{}（{}个，上季度{}个）",
                quarter.zh, row.name, row.poor, row.poor_before
            ),
            format!(
                "In {} {} had the most poor grades ({}, after {} in the quarter before)",
                quarter.en, row.name, row.poor, row.poor_before
            ),
        ),
        None => told.pick(
            format!("{}没有评为较差的", quarter.zh),
            format!("Nothing was graded poor in {}", quarter.en),
        ),
    };
    let latest = rows.iter().max_by_key(|row| row.overdue).filter(|row| row.overdue > 0);
    let late = match latest {
        Some(row) => told.pick(
            format!("逾期事项最多的是{}（{}项）", row.name, row.overdue),
            format!("{} has the most overdue matters ({})", row.name, row.overdue),
        ),
        None => told.pick("各地没有逾期事项", "nothing is overdue anywhere below"),
    };
    told.pick(format!("{poor}；{late}。"), format!("{poor}; {late}."))
}

/// Bars of the places below. What is not of one of them has a row of its own, so that the columns add up.
fn by_place(told: &Told<'_>, rows: &[Place]) -> Option<Chart> {
    let matter = &told.matter;
    let counts = |rows: &[Place]| {
        rows.iter().fold([0; 3], |sum: [u64; 3], row| {
            [sum[0] + row.branches, sum[1] + row.poor, sum[2] + row.overdue]
        })
    };
    let bar = |name: String, [branches, poor, overdue]: [u64; 3], share: Option<f64>| Bar {
        name,
        figures: vec![
            branches.to_string(),
            share.map_or_else(|| "—".to_owned(), |share| format!("{share}%")),
            poor.to_string(),
            overdue.to_string(),
        ],
        parts: vec![(branches, SHADE)],
    };
    let shown = if rows.len() > MAX_ROWS { MAX_ROWS - 1 } else { rows.len() };
    let (named, rest) = rows.split_at(shown);
    let mut bars: Vec<Bar> = named
        .iter()
        .map(|row| bar(row.name.clone(), counts(std::slice::from_ref(row)), Some(row.share)))
        .collect();
    if !rest.is_empty() {
        let count = rest.len();
        bars.push(bar(told.pick(format!("其余{count}个"), format!("{count} others")), counts(rest), None));
    }
    let whole = [
        matter.count("joint_branches"),
        matter.grades(matter.last_quarter()).poor,
        matter.owed.iter().filter(|owed| owed.overdue).count() as u64,
    ];
    let below = counts(rows);
    let own: [u64; 3] = std::array::from_fn(|at| whole[at].saturating_sub(below[at]));
    if own != [0; 3] {
        bars.push(bar(told.pick("本级及其他", "Itself, others"), own, None));
    }
    if bars.is_empty() {
        return None;
    }
    bars.push(Bar {
        parts: Vec::new(),
        ..bar(told.pick("合计", "All"), whole, Some(matter.figure("coverage_ratio")))
    });
    Some(Chart {
        title: told.pick("联合党组织个数与各地情况", "Joint branches by place"),
        head: heads(
            told,
            ["单位", "联合党组织", "个数", "覆盖率", "较差", "逾期"],
            ["Place", "Joint branches", "All", "Coverage", "Poor", "Overdue"],
        ),
        rows: bars,
    })
}

/// The joint branches of a township, one by one.
fn own_branches(told: &Told<'_>) -> Part {
    let (matter, quarter) = (&told.matter, told.matter.last_quarter());
    let live: Vec<_> = matter.rows.iter().filter(|row| row.is_live()).collect();
    let graded = |row: &projections::rows::JointBranchRow, quarter| {
        row.evaluations.get(&quarter).map(|found| word(matter.visit, "Grade", &found.grade))
    };
    let ungraded = || told.pick("未评", "not graded");
    let entry = |row: &&&projections::rows::JointBranchRow| {
        let (now, before) = (graded(row, quarter), graded(row, quarter.previous()));
        let (now, before) = (now.unwrap_or_else(ungraded), before.unwrap_or_else(ungraded));
        let (kind, members) = (word(matter.visit, "Arrangement", &row.arrangement), row.members.len());
        let named = quarter.say();
        told.pick(
            format!(
                "{}为{kind}，成员党组织{members}个，{}评估为{now}，上季度为{before}。",
                row.name, named.zh
            ),
            format!(
                "{}: {kind}, {members} members; {} {now}, the quarter before {before}.",
                row.name, named.en
            ),
        )
    };
    let mut lines: Vec<Line> = live.iter().take(MAX_ROWS).map(entry).map(Line::Text).collect();
    if let rest @ 1.. = live.len().saturating_sub(MAX_ROWS) {
        lines.push(Line::Text(told.pick(format!("另有{rest}个。"), format!("{rest} more."))));
    }
    if live.is_empty() {
        lines.push(Line::Text(told.pick("现无运行中的联合党组织。", "No joint branch is at work here.")));
    }
    Part { heading: told.pick("各联合党组织情况", "The joint branches"), lines, chart: None }
}

/// How the last quarters were graded, and how far rectification has come.
fn grades(told: &Told<'_>) -> Part {
    let matter = &told.matter;
    let quarter = matter.last_quarter();
    let (now, before) = (matter.grades(quarter), matter.grades(quarter.previous()));
    let mut lines = vec![Line::Text(graded(told, now, before))];
    let [open, late, due, ended] =
        ["rectifications_open", "rectifications_overdue", "termination_due", "dissolved"]
            .map(|name| matter.count(name));
    lines.push(Line::Text(told.pick(
        format!(
            "正在整改{open}个{}，其中逾期未验收{late}个；应予终止{due}个{}；累计撤销{ended}个{}。",
            told.compared("rectifications_open"),
            told.compared("termination_due"),
            told.changed("dissolved"),
        ),
        format!(
            "Being put right: {open}{}, of them without a review in time: {late}. End due: {due}{}. Dissolved so far: {ended}{}.",
            told.compared("rectifications_open"),
            told.compared("termination_due"),
            told.changed("dissolved"),
        ),
    )));
    let counted = matter.quarters(QUARTERS).into_iter().map(|quarter| (quarter, matter.grades(quarter)));
    let rows: Vec<Bar> = counted
        .skip_while(|(_, counts)| *counts == GradeCounts::default())
        .map(|(quarter, GradeCounts { good, fair, poor, missing })| Bar {
            name: matter.visit.say(&quarter.say()).to_owned(),
            figures: [good, fair, poor, missing].map(|count| count.to_string()).to_vec(),
            parts: [good, fair, poor, missing].into_iter().zip(SHADES).collect(),
        })
        .collect();
    let chart = (!rows.is_empty()).then(|| Chart {
        title: told.pick("各季度评估等次", "Grades by quarter"),
        head: heads(
            told,
            ["季度", "由浅到深：好、一般、较差", "好", "一般", "较差", "未评"],
            ["Quarter", "light to dark: good, fair, poor", "Good", "Fair", "Poor", "None"],
        ),
        rows,
    });
    Part { heading: told.pick("评估与整改", "Grades and rectification"), lines, chart }
}

/// The grades of the last quarter, beside those of the quarter before.
pub(super) fn graded(told: &Told<'_>, now: GradeCounts, before: GradeCounts) -> String {
    let quarter = told.matter.last_quarter().say();
    if now == GradeCounts::default() {
        return told
            .pick(format!("{}尚无评估。", quarter.zh), format!("Nothing is graded for {} yet.", quarter.en));
    }
    let one = |counts: GradeCounts| {
        let GradeCounts { good, fair, poor, missing } = counts;
        told.pick(
            format!("好{good}个、一般{fair}个、较差{poor}个、逾期未评{missing}个"),
            format!("{good} good, {fair} fair, {poor} poor and {missing} without a grade in time"),
        )
    };
    if before == GradeCounts::default() {
        return told.pick(
            format!("{}评估为{}；上季度没有评估，不作比较。", quarter.zh, one(now)),
            format!("{}: {}; nothing was graded in the quarter before.", quarter.en, one(now)),
        );
    }
    told.pick(
        format!("{}评估为{}；上季度为{}。", quarter.zh, one(now), one(before)),
        format!("{}: {}; the quarter before: {}.", quarter.en, one(now), one(before)),
    )
}

/// Secretaries, and the terms that end within a year.
fn posts(told: &Told<'_>) -> Part {
    let (matter, on) = (&told.matter, told.matter.view.as_of);
    let [vacant, waiting, heads] =
        ["secretaries_vacant", "secretaries_awaiting_approval", "secretaries_village_heads"]
            .map(|name| matter.count(name));
    let ends = || {
        matter
            .rows
            .iter()
            .filter(|row| row.is_live())
            .filter_map(|row| row.term.as_ref())
            .map(|term| term.end)
    };
    let late = ends().filter(|end| *end < on).count();
    let coming = ends().filter(|end| *end >= on && *end < on.plus_months(12)).count();
    let posts = told.pick(
        format!(
            "书记空缺{vacant}个{}；已当选、待批复{waiting}个{}；书记兼任村委会主任（一肩挑）{heads}个{}。",
            told.compared("secretaries_vacant"),
            told.changed("secretaries_awaiting_approval"),
            told.changed("secretaries_village_heads"),
        ),
        format!(
            "Vacant posts of secretary: {vacant}{}; elected and awaiting approval: {waiting}{}; secretaries who head a village too: {heads}{}.",
            told.compared("secretaries_vacant"),
            told.changed("secretaries_awaiting_approval"),
            told.changed("secretaries_village_heads"),
        ),
    );
    let terms = told.pick(
        format!("今后一年内任期届满{coming}个，已届满未换届{late}个。"),
        format!("Terms that end within a year: {coming}; ended without a new one: {late}."),
    );
    Part {
        heading: told.pick("书记与任期", "Secretaries and terms"),
        lines: vec![Line::Text(format!("{posts}{}{terms}", space(told)))],
        chart: None,
    }
}

/// What falls due within the days ahead.
pub(super) fn is_ahead(told: &Told<'_>, owed: &Obligation) -> bool {
    !owed.overdue && owed.due <= told.matter.view.as_of.plus_days(DAYS_AHEAD)
}

/// What is owed, and of it what is overdue.
fn owed(told: &Told<'_>) -> Part {
    let matter = &told.matter;
    let late = matter.owed.iter().filter(|owed| owed.overdue).count() as u64;
    let ahead = matter.owed.iter().filter(|owed| is_ahead(told, owed));
    let mut coming = BTreeMap::new();
    for found in ahead {
        *coming.entry(found.kind).or_insert(0_u64) += 1;
    }
    let changed = change(told.language(), late, told.before.map(|before| before.overdue));
    let changed = told.language().pick(changed.replace('个', "项"), changed);
    let (all, soon) = (matter.owed.len(), coming.values().sum::<u64>());
    let lines = vec![Line::Text(told.pick(
        format!("现有待办{all}项，其中逾期{late}项{changed}；今后{DAYS_AHEAD}日内到期{soon}项。"),
        format!(
            "Matters owed: {all}, of them overdue: {late}{changed}; due within {DAYS_AHEAD} days: {soon}."
        ),
    ))];
    let overdue: BTreeMap<_, _> = matter.overdue_by_kind().into_iter().collect();
    let mut kinds: Vec<_> = overdue.keys().chain(coming.keys()).copied().collect();
    kinds.sort_by_key(|kind| (std::cmp::Reverse(overdue.get(kind).copied()), *kind));
    kinds.dedup();
    let bar = |name: String, late: u64, soon: u64| Bar {
        name,
        figures: vec![late.to_string(), soon.to_string()],
        parts: vec![(late, SHADE)],
    };
    let count =
        |kind| (overdue.get(kind).copied().unwrap_or(0) as u64, coming.get(kind).copied().unwrap_or(0));
    let mut rows: Vec<Bar> = kinds
        .iter()
        .map(|kind| {
            let (late, soon) = count(kind);
            bar(word(matter.visit, "Obligation", kind), late, soon)
        })
        .collect();
    rows.push(Bar { parts: Vec::new(), ..bar(told.pick("合计", "All"), late, soon) });
    let chart = (rows.len() > 2).then(|| Chart {
        title: told.pick("逾期和即将到期事项", "Overdue and coming matters"),
        head: heads(told, ["事项", "逾期项数", "逾期", "将到期"], ["Matter", "Overdue", "Overdue", "Coming"]),
        rows,
    });
    Part { heading: told.pick("待办与逾期", "What is owed"), lines, chart }
}
