//! 责任清单: what each county or township does monthly, quarterly and yearly.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::JointBranchId;
use domain::joint_branch::Form;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::say::{Say, say};
use domain::text::Text;
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, ListOf, Spec, Year};
use super::scope::ListScope;
use crate::deadlines::{late_quarters, missing_quarters};
use crate::number::Unit;
use crate::person::HasSecretary;
use crate::rows::{JointBranchRow, SupervisionRow};
use crate::table::{About, Column, Mark, Shown, Words};

type Own = Column<CadenceRow>;

/// What was noted of the log: the months of the year in which each joint branch was active, a bit a month.
#[derive(Default)]
pub(super) struct Cadence {
    months: BTreeMap<JointBranchId, u16>,
}

/// 一个月的推进情况 / what was done in a month
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MonthDone {
    /// 所统计的月份，如 `2026-03` / the month that is counted, such as `2026-03`
    pub month: String,
    /// 月末运行中的联合党组织数 / how many joint branches were live on its last day
    pub joint_branches: u64,
    /// 其中记录了活动的 / how many of them recorded an activity
    pub active: u64,
    /// 是否全部推进 / whether all of them did
    pub met: bool,
}

/// 一个季度的评估情况 / what was done in a quarter
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuarterDone {
    /// 所统计的季度 / the quarter that is counted
    pub quarter: Quarter,
    /// 已评估的个数 / how many joint branches were graded
    pub graded: u64,
    /// 其中期限过后才录入的 / how many of them after the last day for it
    pub late: u64,
    /// 逾期仍未评估的 / how many have no grade although its last day has passed
    pub missing: u64,
    /// 是否全部按期 / whether all were graded in time
    pub met: bool,
}

/// 上年度述职评议情况：年度结束后方可评议 / the yearly reviews of the year before: a year is reviewed after its end
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReviewsDone {
    /// 所评议的年度 / the year that is reviewed
    pub year: i16,
    /// 应述职的书记数 / how many secretaries owe a review
    pub owed: u64,
    /// 已述职评议的 / how many of them were reviewed
    pub reviewed: u64,
    /// 是否全部完成 / whether all were reviewed
    pub met: bool,
}

/// 一县或一乡镇的责任清单落实情况 / what a county or township did of its duties
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CadenceRow {
    /// 区划代码：县（区）或乡镇 / the statistical code of the place
    pub code: PlaceCode,
    /// 行政区划的名称 / the name of the place
    pub name: Option<Text>,
    /// 所统计的年度 / the year that is counted
    pub year: i16,
    /// 已过的各月 / the months of the year that have ended
    pub months: Vec<MonthDone>,
    /// 已过的各季度 / the quarters of the year that have ended
    pub quarters: Vec<QuarterDone>,
    /// 年度述职评议的完成情况 / how many yearly reviews of the year are done
    pub yearly_review: ReviewsDone,
    /// 收到的督办数 / how many supervisions were issued to it
    pub supervisions_issued: u64,
    /// 已答复的督办数 / how many of them were answered
    pub supervisions_answered: u64,
}

impl HasSecretary for CadenceRow {}

impl ListOf for Cadence {
    type Row = CadenceRow;
    type Line = CadenceRow;

    const SPEC: Spec = Spec {
        name: "cadence",
        title: say("责任清单", "Duties by month, quarter and year"),
        purpose: say(
            "责任清单的落实：每月推进、每季督查、每年述职评议，以及督办",
            "what each place did of its duties: monthly push, quarterly inspection, yearly review, supervisions",
        ),
        year: Year::Current,
    };

    const COLUMNS: &'static [Column<CadenceRow>] = &[
        Own::text("name", say("名称", "Name"), |row| {
            Shown::or_empty(row.name.as_ref()).about(About::Place(row.code.clone()))
        })
        .brief(),
        Own::text("code", say("代码", "Code"), |row| Shown::text(&row.code)).brief(),
        Own::text("months", say("按月推进（月）", "Months met"), months_met).brief(),
        Own::text("months_missed", say("未推进的月份", "Months missed"), months_missed),
        Own::number("graded", say("已评季度", "Quarters graded"), |row| {
            Shown::count(row.quarters.iter().map(|quarter| quarter.graded).sum::<u64>())
        })
        .brief(),
        Own::number("late", say("迟评", "Late"), |row| {
            Shown::bad_count(row.quarters.iter().map(|quarter| quarter.late).sum())
        })
        .brief(),
        Own::number("missing", say("缺评", "Missing"), |row| {
            Shown::bad_count(row.quarters.iter().map(|quarter| quarter.missing).sum())
        })
        .brief(),
        Own::number("owed", say("应述职", "Reviews owed"), |row| Shown::count(row.yearly_review.owed))
            .brief(),
        Own::number("reviewed", say("已述职", "Reviewed"), |row| Shown::count(row.yearly_review.reviewed))
            .brief(),
        Own::number("issued", say("督办", "Supervisions"), |row| Shown::count(row.supervisions_issued)),
        Own::number("answered", say("已答复", "Answered"), |row| Shown::count(row.supervisions_answered)),
    ];

    const READS: Option<fn(&Event) -> bool> =
        Some(|event| matches!(event.body, EventBody::ActivityRecorded(_)));

    fn begin(_: &ListScope<'_>) -> Self {
        Self::default()
    }

    fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        if let EventBody::ActivityRecorded(data) = &event.body
            && data.date.year() == scope.year
        {
            *self.months.entry(data.joint_branch).or_default() |= 1 << data.date.month();
        }
    }

    fn finish(self, scope: &ListScope<'_>) -> Found<CadenceRow> {
        let cadences: Vec<_> = scope.parts().iter().map(|code| row(scope, &self, code)).collect();
        let months = cadences.iter().flat_map(|found| &found.months);
        let missed_months = months.filter(|month| !month.met).count();
        let missing: u64 =
            cadences.iter().flat_map(|found| &found.quarters).map(|quarter| quarter.missing).sum();
        let unreviewed: u64 =
            cadences.iter().map(|found| found.yearly_review.owed - found.yearly_review.reviewed).sum();
        let year = scope.year;
        let figures = [
            (
                "months_missed",
                missed_months.into(),
                Unit::Months,
                Say::of(
                    format!("月推进：{year}年已过的月份中，有运行中的联合党组织未记录活动的（单位，月）"),
                    format!(
                        "monthly push: pairs of place and past month of {year} in which a live joint branch recorded no activity"
                    ),
                ),
            ),
            (
                "quarters_missing",
                missing.into(),
                Unit::Evaluations,
                Say::of(
                    format!("季督查：{year}年各季度中逾期仍未评估的（联合党组织，季度）"),
                    format!("quarterly inspection: grades of the quarters of {year} that are missing"),
                ),
            ),
            (
                "reviews_missing",
                unreviewed.into(),
                Unit::Secretaries,
                Say::of(
                    format!("年述职：{}年度尚未述职评议的在任书记", year - 1),
                    format!("yearly review: secretaries in post whose year {} is not reviewed", year - 1),
                ),
            ),
        ];
        Found::new(figures, cadences)
    }

    fn lines(row: CadenceRow) -> Vec<CadenceRow> {
        vec![row]
    }
}

impl Cadence {
    fn has(&self, row: &JointBranchRow, month: i8) -> bool {
        self.months.get(&row.id).is_some_and(|months| months & (1 << month) != 0)
    }
}

/// In how many of the months all joint branches were active.
fn months_met(row: &CadenceRow) -> Shown {
    let met = row.months.iter().filter(|month| month.met).count();
    let shown = Shown::text(format!("{met}/{}", row.months.len()));
    if met < row.months.len() { shown.marked(Mark::Warn) } else { shown }
}

/// The months in which one was not.
fn months_missed(row: &CadenceRow) -> Shown {
    let month = |found: &MonthDone| {
        let number = found.month.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
        Words::Said(Say::of(format!("{number}月"), number))
    };
    Words::Names(row.months.iter().filter(|month| !month.met).map(month).collect()).into()
}

fn row(scope: &ListScope<'_>, activities: &Cadence, code: &PlaceCode) -> CadenceRow {
    let led: Vec<_> = scope.led().filter(|row| row.is_led_from(code)).collect();
    let place = scope.reading.views.place_by_code(code);
    let own = |row: &&std::sync::Arc<SupervisionRow>| {
        let to = row.to.as_ref().map(|place| &place.code);
        let of_county = code.level() == Level::County && row.county.as_ref() == Some(code);
        to == Some(code) || of_county
    };
    let supervisions = || scope.reading.views.supervisions_of(&scope.code).filter(own);
    let in_year = |day: Date| day.year() == scope.year;
    CadenceRow {
        code: code.clone(),
        name: place.map(|row| row.name.clone()),
        year: scope.year,
        months: months(scope, activities, &led),
        quarters: quarters(scope, &led),
        yearly_review: reviews(scope, &led),
        supervisions_issued: supervisions().filter(|row| in_year(row.issued_on)).count() as u64,
        supervisions_answered: supervisions()
            .filter(|row| row.answer.as_ref().is_some_and(|answer| in_year(answer.answered_on)))
            .count() as u64,
    }
}

/// The months of the year that have ended.
fn months(scope: &ListScope<'_>, activities: &Cadence, led: &[&JointBranchRow]) -> Vec<MonthDone> {
    let ends = (1..=12).filter_map(|month| {
        let first = Date::new(scope.year, month, 1).ok()?;
        Some((month, first.plus_months(1).plus_days(-1)))
    });
    let ended = ends.filter(|(_, last)| *last < scope.reading.on);
    let of = |(month, last): (i8, Date)| {
        let live: Vec<_> = led.iter().filter(|row| row.owes_for(last) && row.was_live_on(last)).collect();
        let active = live.iter().filter(|row| activities.has(row, month)).count();
        let month = format!("{}-{month:02}", scope.year);
        MonthDone {
            month,
            joint_branches: live.len() as u64,
            active: active as u64,
            met: active == live.len(),
        }
    };
    ended.map(of).collect()
}

/// The quarters of the year that have ended.
fn quarters(scope: &ListScope<'_>, led: &[&JointBranchRow]) -> Vec<QuarterDone> {
    let Ok(first) = Date::new(scope.year, 1, 1) else { return Vec::new() };
    let all = std::iter::successors(Some(Quarter::of(first)), |quarter| Some(quarter.next())).take(4);
    let ended = all.filter(|quarter| quarter.end() < scope.reading.on);
    let of = |quarter: Quarter| {
        let is_own = |found: &Quarter| *found == quarter;
        let graded = led.iter().filter(|row| row.evaluations.contains_key(&quarter)).count() as u64;
        let late =
            led.iter().map(|row| late_quarters(scope.reading, row).filter(is_own).count() as u64).sum();
        let missing =
            led.iter().map(|row| missing_quarters(scope.reading, row).filter(is_own).count() as u64).sum();
        QuarterDone { quarter, graded, late, missing, met: missing == 0 && late == 0 }
    };
    ended.map(of).collect()
}

fn reviews(scope: &ListScope<'_>, led: &[&JointBranchRow]) -> ReviewsDone {
    let year = scope.year - 1;
    let owing = led
        .iter()
        .filter(|row| row.is_live() && row.form != Form::None)
        .filter(|row| row.owed_from.is_none_or(|from| from.year() <= year))
        .filter(|row| row.secretary.as_ref().is_some_and(|secretary| secretary.since.year() <= year));
    let (mut owed, mut reviewed) = (0, 0);
    for row in owing {
        owed += 1;
        reviewed += u64::from(row.reviews.contains_key(&year));
    }
    ReviewsDone { year, owed, reviewed, met: owed == reviewed }
}
