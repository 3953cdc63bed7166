//! 责任清单: what each county or township does monthly, quarterly and yearly.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::JointBranchId;
use domain::joint_branch::Form;
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::text::Text;
use domain::{Event, EventBody};
use serde::Serialize;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::counting::is_led_from;
use crate::figures::{late_quarters, missing_quarters};
use crate::reading::{Bilingual, ViewError, json};
use crate::rows::{JointBranchRow, SupervisionRow};

/// What was noted of the log: the months of the year in which each joint branch was active, a bit a month.
#[derive(Default)]
pub(super) struct Activities {
    months: BTreeMap<JointBranchId, u16>,
}

impl Activities {
    pub(super) fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        if let EventBody::ActivityRecorded(data) = &event.body
            && data.date.year() == scope.year
        {
            *self.months.entry(data.joint_branch).or_default() |= 1 << data.date.month();
        }
    }

    fn has(&self, row: &JointBranchRow, month: i8) -> bool {
        self.months.get(&row.id).is_some_and(|months| months & (1 << month) != 0)
    }
}

#[derive(Serialize)]
struct Month {
    month: String,
    /// Live on its last day.
    joint_branches: usize,
    /// Those of them that recorded an activity.
    active: usize,
    met: bool,
}

#[derive(Serialize)]
struct QuarterDone {
    quarter: Quarter,
    graded: usize,
    /// Of them those recorded after the last day for it.
    late: usize,
    missing: usize,
    met: bool,
}

#[derive(Serialize)]
struct Reviews {
    /// The year before: a year is reviewed after its end.
    year: i16,
    owed: usize,
    reviewed: usize,
    met: bool,
}

#[derive(Serialize)]
struct Cadence<'a> {
    code: &'a PlaceCode,
    name: Option<&'a Text>,
    year: i16,
    months: Vec<Month>,
    quarters: Vec<QuarterDone>,
    yearly_review: Reviews,
    supervisions_issued: usize,
    supervisions_answered: usize,
}

pub(super) fn list(scope: &ListScope<'_>, activities: &Activities) -> Result<List, ViewError> {
    let parts = scope.parts();
    let cadences: Vec<_> = parts.iter().map(|code| of(scope, activities, code)).collect();
    let months = cadences.iter().flat_map(|found| &found.months);
    let missed_months = months.filter(|month| !month.met).count();
    let missing: usize =
        cadences.iter().flat_map(|found| &found.quarters).map(|quarter| quarter.missing).sum();
    let unreviewed: usize =
        cadences.iter().map(|found| found.yearly_review.owed - found.yearly_review.reviewed).sum();
    let year = scope.year;
    let figures = [
        (
            "months_missed",
            missed_months.into(),
            "个月 (months)",
            Bilingual::new(
                format!("月推进：{year}年已过的月份中，有运行中的联合党组织未记录活动的（单位，月）"),
                format!(
                    "monthly push: pairs of place and past month of {year} in which a live joint branch recorded no activity"
                ),
            ),
        ),
        (
            "quarters_missing",
            missing.into(),
            "次 (evaluations)",
            Bilingual::new(
                format!("季督查：{year}年各季度中逾期仍未评价的（联合党组织，季度）"),
                format!("quarterly inspection: grades of the quarters of {year} that are missing"),
            ),
        ),
        (
            "reviews_missing",
            unreviewed.into(),
            "名 (secretaries)",
            Bilingual::new(
                format!("年述职：{}年度尚未述职评议的在任书记", year - 1),
                format!("yearly review: secretaries in post whose year {} is not reviewed", year - 1),
            ),
        ),
    ];
    let rows = cadences.iter().map(|found| json(found).map(ListRow::Ready)).collect::<Result<_, _>>()?;
    Ok(scope.list(figures, rows))
}

fn of<'a>(scope: &ListScope<'a>, activities: &Activities, code: &'a PlaceCode) -> Cadence<'a> {
    let led: Vec<_> = scope.led().filter(|row| is_led_from(row, code)).collect();
    let place = scope.reading.views.place_by_code(code);
    let own = |row: &&std::sync::Arc<SupervisionRow>| {
        let to = row.to.as_ref().map(|place| &place.code);
        let of_county = code.level() == Level::County && row.county.as_ref() == Some(code);
        to == Some(code) || of_county
    };
    let supervisions = || scope.reading.views.supervisions_of(&scope.code).filter(own);
    let in_year = |day: Date| day.year() == scope.year;
    Cadence {
        code,
        name: place.map(|row| &row.name),
        year: scope.year,
        months: months(scope, activities, &led),
        quarters: quarters(scope, &led),
        yearly_review: reviews(scope, &led),
        supervisions_issued: supervisions().filter(|row| in_year(row.issued_on)).count(),
        supervisions_answered: supervisions()
            .filter(|row| row.answer.as_ref().is_some_and(|answer| in_year(answer.answered_on)))
            .count(),
    }
}

/// The months of the year that have ended.
fn months(scope: &ListScope<'_>, activities: &Activities, led: &[&JointBranchRow]) -> Vec<Month> {
    let ends = (1..=12).filter_map(|month| {
        let first = Date::new(scope.year, month, 1).ok()?;
        Some((month, first.plus_months(1).plus_days(-1)))
    });
    let ended = ends.filter(|(_, last)| *last < scope.reading.on);
    let of = |(month, last): (i8, Date)| {
        let live: Vec<_> = led.iter().filter(|row| was_live_on(row, last)).collect();
        let active = live.iter().filter(|row| activities.has(row, month)).count();
        let month = format!("{}-{month:02}", scope.year);
        Month { month, joint_branches: live.len(), active, met: active == live.len() }
    };
    ended.map(of).collect()
}

fn was_live_on(row: &JointBranchRow, day: Date) -> bool {
    row.establishment.as_ref().is_some_and(|decision| decision.effective_date <= day)
        && row.dissolved_on.is_none_or(|dissolved| dissolved > day)
}

/// The quarters of the year that have ended.
fn quarters(scope: &ListScope<'_>, led: &[&JointBranchRow]) -> Vec<QuarterDone> {
    let Ok(first) = Date::new(scope.year, 1, 1) else { return Vec::new() };
    let all = std::iter::successors(Some(Quarter::of(first)), |quarter| Some(quarter.next())).take(4);
    let ended = all.filter(|quarter| quarter.end() < scope.reading.on);
    let of = |quarter: Quarter| {
        let is_own = |found: &Quarter| *found == quarter;
        let graded = led.iter().filter(|row| row.evaluations.contains_key(&quarter)).count();
        let late = led.iter().map(|row| late_quarters(scope.reading, row).filter(is_own).count()).sum();
        let missing = led.iter().map(|row| missing_quarters(scope.reading, row).filter(is_own).count()).sum();
        QuarterDone { quarter, graded, late, missing, met: missing == 0 && late == 0 }
    };
    ended.map(of).collect()
}

fn reviews(scope: &ListScope<'_>, led: &[&JointBranchRow]) -> Reviews {
    let year = scope.year - 1;
    let owing = led
        .iter()
        .filter(|row| row.is_live() && row.form != Form::None)
        .filter(|row| row.secretary.as_ref().is_some_and(|secretary| secretary.since.year() <= year));
    let (mut owed, mut reviewed) = (0, 0);
    for row in owing {
        owed += 1;
        reviewed += usize::from(row.reviews.contains_key(&year));
    }
    Reviews { year, owed, reviewed, met: owed == reviewed }
}
