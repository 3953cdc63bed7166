//! 黄牌: townships that missed too many deadlines of a year, quarters to grade and rectifications to review.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::JointBranchId;
use domain::place::PlaceCode;
use domain::quarter::Quarter;
use domain::text::Text;
use domain::{Event, EventBody};
use serde::Serialize;

use super::scope::ListScope;
use super::{List, ListRow};
use crate::figures::{late_quarters, missing_quarters};
use crate::obligations::evaluation_due;
use crate::reading::{Bilingual, ViewError, json};
use crate::rows::JointBranchRow;

/// A rectification that was not reviewed by its deadline.
#[derive(Debug, Clone, Copy)]
struct Overdue {
    joint_branch: JointBranchId,
    deadline: Date,
    reviewed_on: Option<Date>,
}

/// What was noted of the log: the orders that stand, and those that were met too late.
#[derive(Default)]
pub(super) struct Rectifications {
    standing: BTreeMap<JointBranchId, Date>,
    late: Vec<Overdue>,
}

impl Rectifications {
    pub(super) fn note(&mut self, event: &Event) {
        match &event.body {
            EventBody::RectificationOrdered(data) => {
                self.standing.insert(data.joint_branch, data.deadline);
            }
            EventBody::RectificationReviewed(data) => self.end(data.joint_branch, event, true),
            EventBody::JointBranchDissolved(data) => self.end(data.joint_branch, event, false),
            _ => {}
        }
    }

    /// A deadline is met by the day of recording, never by the effective date.
    fn end(&mut self, joint_branch: JointBranchId, event: &Event, is_review: bool) {
        let ended_on = event.meta.recorded_at.day();
        if let Some(deadline) = self.standing.remove(&joint_branch)
            && ended_on > deadline
        {
            self.late.push(Overdue { joint_branch, deadline, reviewed_on: is_review.then_some(ended_on) });
        }
    }

    fn overdue(&self, on: Date) -> impl Iterator<Item = Overdue> {
        let open = self.standing.iter().filter(move |(_, deadline)| on > **deadline);
        let open = open.map(|(joint_branch, deadline)| Overdue {
            joint_branch: *joint_branch,
            deadline: *deadline,
            reviewed_on: None,
        });
        self.late.iter().copied().chain(open)
    }
}

#[derive(Serialize)]
struct MissedQuarter<'a> {
    joint_branch: JointBranchId,
    name: &'a Text,
    quarter: Quarter,
    due: Date,
    /// When it was graded after all.
    graded_on: Option<Date>,
}

#[derive(Serialize)]
struct MissedReview<'a> {
    joint_branch: JointBranchId,
    name: &'a Text,
    deadline: Date,
    reviewed_on: Option<Date>,
}

/// What a township missed in the year.
#[derive(Default, Serialize)]
struct Missed<'a> {
    quarters: Vec<MissedQuarter<'a>>,
    rectifications: Vec<MissedReview<'a>>,
}

impl Missed<'_> {
    fn count(&self) -> usize {
        self.quarters.len() + self.rectifications.len()
    }
}

#[derive(Serialize)]
struct Card<'a> {
    code: &'a PlaceCode,
    name: Option<&'a Text>,
    county: Option<&'a PlaceCode>,
    year: i16,
    misses: usize,
    /// So many make a card.
    from_misses: u32,
    #[serde(flatten)]
    missed: &'a Missed<'a>,
}

pub(super) fn list(scope: &ListScope<'_>, rectifications: &Rectifications) -> Result<List, ViewError> {
    let (reading, year) = (scope.reading, scope.year);
    let mut townships: BTreeMap<&PlaceCode, Missed<'_>> = BTreeMap::new();
    for row in scope.led() {
        let missed = quarters(scope, row);
        if let (Some(lead), false) = (&row.lead_township, missed.is_empty()) {
            townships.entry(&lead.code).or_default().quarters.extend(missed);
        }
    }
    for overdue in rectifications.overdue(reading.on).filter(|found| found.deadline.year() == year) {
        let row = scope.led_one(overdue.joint_branch);
        if let Some((row, lead)) = row.and_then(|row| Some((row, row.lead_township.as_ref()?))) {
            townships.entry(&lead.code).or_default().rectifications.push(MissedReview {
                joint_branch: row.id,
                name: &row.name,
                deadline: overdue.deadline,
                reviewed_on: overdue.reviewed_on,
            });
        }
    }
    let quarters: usize = townships.values().map(|missed| missed.quarters.len()).sum();
    let reviews: usize = townships.values().map(|missed| missed.rectifications.len()).sum();
    let mut cards: Vec<_> = townships.iter().filter_map(|(code, missed)| card(scope, code, missed)).collect();
    cards.sort_by(|one, other| other.misses.cmp(&one.misses).then_with(|| one.code.cmp(other.code)));
    let from = reading.figures_in(&scope.code).yellow_card_misses;
    let figures = [
        (
            "yellow_cards",
            cards.len().into(),
            "个 (townships)",
            Bilingual::new(
                format!("{year}年度整改逾期与季度评价逾期合计{from}次以上（含）的牵头乡镇"),
                format!(
                    "leading townships that missed {from} deadlines or more of {year}: quarters to grade, rectifications to review"
                ),
            ),
        ),
        (
            "quarters_missed",
            quarters.into(),
            "次 (evaluations)",
            Bilingual::new(
                format!("{year}年内到期、未按时录入的季度评价（含事后补评的）"),
                format!("grades due in {year} that were not recorded in time, those given later included"),
            ),
        ),
        (
            "rectifications_missed",
            reviews.into(),
            "次 (rectifications)",
            Bilingual::new(
                format!("{year}年内到期、未按时录入复核的整改（含事后复核的）"),
                format!("rectifications due in {year} whose review was not recorded in time"),
            ),
        ),
    ];
    let rows = cards.iter().map(|card| json(card).map(ListRow::Ready)).collect::<Result<_, _>>()?;
    Ok(scope.list(figures, rows))
}

/// The quarters of a joint branch whose last day for a grade lay in the year, and passed without one.
fn quarters<'a>(scope: &ListScope<'a>, row: &'a JointBranchRow) -> Vec<MissedQuarter<'a>> {
    let reading = scope.reading;
    let missing = missing_quarters(reading, row).map(|quarter| (quarter, None));
    let late = late_quarters(reading, row)
        .map(|quarter| (quarter, row.evaluations.get(&quarter).map(|grade| grade.recorded_on)));
    let all = missing.chain(late).map(|(quarter, graded_on)| MissedQuarter {
        joint_branch: row.id,
        name: &row.name,
        quarter,
        due: evaluation_due(reading, row, quarter),
        graded_on,
    });
    let mut own: Vec<_> = all.filter(|missed| missed.due.year() == scope.year).collect();
    own.sort_by_key(|missed| missed.quarter);
    own
}

fn card<'a>(scope: &ListScope<'a>, code: &'a PlaceCode, missed: &'a Missed<'a>) -> Option<Card<'a>> {
    let place = scope.reading.views.place_by_code(code);
    let from_misses = scope.reading.figures_in(code).yellow_card_misses;
    let misses = missed.count();
    let has_card = u32::try_from(misses).unwrap_or(u32::MAX) >= from_misses;
    has_card.then(|| Card {
        code,
        name: place.map(|row| &row.name),
        county: place.and_then(|row| row.county.as_ref()),
        year: scope.year,
        misses,
        from_misses,
        missed,
    })
}
