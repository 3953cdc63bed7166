//! Obligations 待办: what each joint branch owes, to whom it falls, and since when it is overdue.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::ids::{JointBranchId, OrganizationId, SupervisionId};
use domain::joint_branch::{Form, Phase};
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::text::Text;
use serde::Serialize;

use crate::figures::FigureView;
use crate::place::standing_at_any_tier;
use crate::reading::{Bilingual, Reading, View, ViewError, json_rows};
use crate::rows::JointBranchRow;

mod detail;
mod governance;
mod oversight;

pub use detail::Detail;
pub(crate) use governance::{filing_due, filings_of_organization};

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObligationKind {
    /// A will survey of a proposal.
    Survey,
    /// A decision on a proposal.
    Approval,
    /// The grade of a quarter.
    Evaluation,
    /// An order of rectification after a poor grade.
    RectificationOrder,
    /// The review of a rectification by its deadline.
    Rectification,
    /// The dissolution of a joint branch whose termination is due.
    Dissolution,
    /// A secretary for an empty post.
    Secretary,
    /// A new term, or its renewal.
    Term,
    /// Something that is to be filed with the county.
    Filing,
    /// A commitment of the secretary in post.
    Commitment,
    /// The election of an original that a merger gave back.
    Election,
    /// The answer to a supervision.
    Supervision,
    /// The yearly review of the secretary in post.
    YearlyReview,
    /// The decision on a joint branch that lost a member village.
    PlaceChanged,
}

impl ObligationKind {
    /// The name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Survey => "群众意愿调查",
            Self::Approval => "审批",
            Self::Evaluation => "季度评价",
            Self::RectificationOrder => "下达整改",
            Self::Rectification => "整改复核",
            Self::Dissolution => "撤销",
            Self::Secretary => "配备书记",
            Self::Term => "任期届满",
            Self::Filing => "备案",
            Self::Commitment => "四项承诺",
            Self::Election => "换届选举",
            Self::Supervision => "督办",
            Self::YearlyReview => "述职评议",
            Self::PlaceChanged => "区划变化后的决定",
        }
    }
}

/// What is overdue, the most pressing first: what ends a joint branch or leaves it in a poor state, then posts, then papers.
const PRESSING: [ObligationKind; 14] = [
    ObligationKind::Dissolution,
    ObligationKind::Rectification,
    ObligationKind::RectificationOrder,
    ObligationKind::PlaceChanged,
    ObligationKind::Evaluation,
    ObligationKind::Secretary,
    ObligationKind::Term,
    ObligationKind::Election,
    ObligationKind::Supervision,
    ObligationKind::Filing,
    ObligationKind::Commitment,
    ObligationKind::YearlyReview,
    ObligationKind::Approval,
    ObligationKind::Survey,
];

/// To whom an obligation falls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Owner {
    pub tier: Level,
    pub code: Option<PlaceCode>,
}

/// Something owed, as it stands on the day of the reading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Obligation {
    pub kind: ObligationKind,
    pub kind_zh: &'static str,
    /// Whose it is; a supervision may be about none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint_branch: Option<JointBranchId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervision: Option<SupervisionId>,
    /// The organization that stands alone, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    pub name: Text,
    pub owner: Owner,
    /// The last day on which it is met in time.
    pub due: Date,
    pub overdue: bool,
    /// 0 until it is overdue.
    pub overdue_days: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarter: Option<Quarter>,
    pub detail: Detail,
}

/// Which obligations to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct ObligationFilter {
    /// Only the overdue ones, or only the others.
    pub overdue: Option<bool>,
    /// Only those due before that day.
    pub due_before: Option<Date>,
}

/// The obligations of a city, county or township, the longest overdue first.
pub fn obligations_view(
    reading: Reading<'_>,
    scope: &PlaceCode,
    filter: ObligationFilter,
) -> Result<View, ViewError> {
    let (scope, answers_for) = standing_at_any_tier(reading, scope)?;
    let (judged, others) = (reading.judged(&scope), of_no_joint_branch(reading, &scope));
    let mut listed: Vec<_> = judged.iter().flat_map(|judged| &judged.obligations).chain(&others).collect();
    listed.sort_by_key(|found| in_order(found));
    listed.retain(|found| filter.due_before.is_none_or(|day| found.due < day));
    let overdue = listed.iter().filter(|found| found.overdue).count();
    listed.retain(|found| filter.overdue.is_none_or(|wanted| found.overdue == wanted));
    let mut path = format!("/api/v1/obligations?scope={scope}");
    if let Some(day) = filter.due_before {
        path.push_str(&format!("&due_before={day}"));
    }
    let shown = filter.overdue.map_or_else(|| path.clone(), |overdue| format!("{path}&overdue={overdue}"));
    let figure = |count: usize, rows: String, zh: &str, en: &str| FigureView {
        value: count.into(),
        unit: "项 (obligations)",
        definition: Bilingual::new(zh, en),
        rows,
    };
    let mut view = View { answers_for, ..reading.view(&scope, json_rows(listed.iter().copied())?) };
    let overdue_path = format!("{path}&overdue=true");
    view.figures = BTreeMap::from([
        ("obligations", figure(listed.len(), shown, "所列的待办", "the obligations listed")),
        (
            "obligations_overdue",
            figure(overdue, overdue_path, "已逾期的待办", "the obligations that are overdue"),
        ),
    ]);
    Ok(view)
}

/// The overdue obligations of a city, county or township, the most pressing first, and no more than `limit` of them.
pub fn most_pressing_view(reading: Reading<'_>, scope: &PlaceCode, limit: usize) -> Result<View, ViewError> {
    let (scope, answers_for) = standing_at_any_tier(reading, scope)?;
    let pressing = |found: &Obligation| PRESSING.iter().position(|kind| *kind == found.kind);
    let (judged, others) = (reading.judged(&scope), of_no_joint_branch(reading, &scope));
    let owed = judged.iter().flat_map(|judged| &judged.obligations).chain(&others);
    let mut most: Vec<_> = owed.filter(|found| found.overdue).collect();
    let key = |found: &&Obligation| (pressing(found), in_order(found));
    if most.len() > limit {
        most.select_nth_unstable_by_key(limit, key);
        most.truncate(limit);
    }
    most.sort_by_key(key);
    Ok(View { answers_for, ..reading.view(&scope, json_rows(most)?) })
}

/// What is owed in a place besides what its joint branches owe.
fn of_no_joint_branch(reading: Reading<'_>, scope: &PlaceCode) -> Vec<Obligation> {
    let mut found = oversight::supervisions(reading, scope);
    found.extend(governance::organizations_filings(reading, scope));
    found
}

/// By the last day on which it is met in time: what is overdue for the longest first.
fn in_order(found: &Obligation) -> impl Ord + use<> {
    let about = (found.joint_branch, found.organization, found.supervision);
    (found.due, found.kind, about, found.quarter)
}

/// Everything that one joint branch owes on the day of the reading, what is due first first.
pub(crate) fn obligations_of(reading: Reading<'_>, row: &JointBranchRow) -> Vec<Obligation> {
    let mut found: Vec<_> = owed_by(reading, row).collect();
    found.sort_by_key(in_order);
    found
}

fn owed_by<'a>(reading: Reading<'a>, row: &'a JointBranchRow) -> impl Iterator<Item = Obligation> {
    let proposal = (row.phase == Phase::Proposed).then(|| of_proposal(reading, row));
    let live = row.is_live().then(|| {
        evaluations(reading, row)
            .chain(of_cycle(reading, row))
            .chain(of_post(reading, row))
            .chain(governance::commitments(reading, row))
            .chain(oversight::yearly_reviews(reading, row))
            .chain(oversight::place_changed(reading, row))
    });
    let kept = governance::filings(reading, row).chain(governance::elections(reading, row));
    proposal.into_iter().flatten().chain(live.into_iter().flatten()).chain(kept)
}

/// The quarters of a joint branch that have ended and have no grade, with the last day for it: from the quarter of
/// establishment on, and after a dissolution only those whose last day had passed before it.
pub(crate) fn ungraded_quarters(
    reading: Reading<'_>,
    row: &JointBranchRow,
) -> impl Iterator<Item = (Quarter, Date)> {
    let this_quarter = Quarter::of(reading.on);
    let first = row.establishment.as_ref().map(|decision| Quarter::of(decision.effective_date));
    let ended = std::iter::successors(first, |quarter| Some(quarter.next()))
        .take_while(move |quarter| *quarter < this_quarter);
    // Both run from the earliest quarter on, so one pass over the grades finds those that are missing.
    let mut graded = row.evaluations.keys().copied().peekable();
    let is_ungraded = move |quarter: &Quarter| {
        while graded.next_if(|known| known < quarter).is_some() {}
        graded.next_if_eq(quarter).is_none()
    };
    let dissolved_on = row.dissolved_on;
    ended
        .filter(is_ungraded)
        .map(move |quarter| (quarter, evaluation_due(reading, row, quarter)))
        .filter(move |(_, due)| dissolved_on.is_none_or(|dissolved| *due < dissolved))
}

/// The last day for the grade of a quarter.
pub(crate) fn evaluation_due(reading: Reading<'_>, row: &JointBranchRow, quarter: Quarter) -> Date {
    quarter.end().plus_days(period(reading.figures(row, quarter.end()).evaluation_due_days))
}

/// Since when a post that is empty ought to have been filled.
pub(crate) fn vacancy_due(reading: Reading<'_>, row: &JointBranchRow) -> Option<Date> {
    let vacant =
        row.vacant_since.filter(|_| row.is_live() && row.form != Form::None && row.secretary.is_none())?;
    Some(vacant.plus_months(period(reading.figures(row, vacant).secretary_vacant_months)))
}

/// The end of a term from the reminder on.
pub(crate) fn term_ending(reading: Reading<'_>, row: &JointBranchRow) -> Option<Date> {
    let term_end = row.term.as_ref().filter(|_| row.is_live() && row.secretary.is_some())?.end;
    let reminder = term_end.plus_months(-period(reading.figures(row, reading.on).term_reminder_months));
    (reading.on >= reminder).then_some(term_end)
}

fn of_proposal(reading: Reading<'_>, row: &JointBranchRow) -> Vec<Obligation> {
    let months = reading.figures(row, row.proposed_on).approval_due_months;
    let due = row.proposed_on.plus_months(period(months));
    let proposed_on = row.proposed_on;
    let decide = Detail::Proposed { on: proposed_on, due_months: months };
    let mut found = vec![obligation(reading, row, ObligationKind::Approval, due, decide)];
    if row.lacks_survey() {
        found.push(obligation(reading, row, ObligationKind::Survey, due, Detail::NotAsked { proposed_on }));
    }
    found
}

fn evaluations<'a>(reading: Reading<'a>, row: &'a JointBranchRow) -> impl Iterator<Item = Obligation> {
    ungraded_quarters(reading, row).map(move |(quarter, due)| {
        let detail = Detail::Ungraded { quarter };
        let mut owed = obligation(reading, row, ObligationKind::Evaluation, due, detail);
        owed.quarter = Some(quarter);
        owed
    })
}

/// The cycle poor grade → order → review → end: at most one of the three is owed at a time.
fn of_cycle(reading: Reading<'_>, row: &JointBranchRow) -> Option<Obligation> {
    if let Some(since) = row.termination_due_since {
        let detail = Detail::TerminationDue { since };
        let due = since.plus_months(period(reading.figures(row, since).dissolution_due_months));
        return Some(obligation(reading, row, ObligationKind::Dissolution, due, detail));
    }
    if let Some(order) = &row.rectification {
        let detail = Detail::RectificationOrdered { on: order.ordered_on };
        return Some(obligation(reading, row, ObligationKind::Rectification, order.deadline, detail));
    }
    let (quarter, since) = row.poor_standing.iter().min_by_key(|(_, since)| **since)?;
    let detail = Detail::GradedPoor { quarter: *quarter, on: *since };
    let due = since.plus_days(period(reading.figures(row, *since).order_due_days));
    let mut owed = obligation(reading, row, ObligationKind::RectificationOrder, due, detail);
    owed.quarter = Some(*quarter);
    Some(owed)
}

fn of_post(reading: Reading<'_>, row: &JointBranchRow) -> Option<Obligation> {
    if let (Some(due), Some(since)) = (vacancy_due(reading, row), row.vacant_since) {
        return Some(obligation(reading, row, ObligationKind::Secretary, due, Detail::Vacant { since }));
    }
    let term_end = term_ending(reading, row)?;
    Some(obligation(reading, row, ObligationKind::Term, term_end, Detail::TermEnds { on: term_end }))
}

fn obligation(
    reading: Reading<'_>,
    row: &JointBranchRow,
    kind: ObligationKind,
    due: Date,
    detail: Detail,
) -> Obligation {
    let deciding = reading.figures(row, reading.on).deciding_level;
    let tier = match kind {
        ObligationKind::Approval | ObligationKind::Dissolution => deciding,
        // A review is the county's alone, whatever the policy says of deciding.
        ObligationKind::Rectification => Level::County,
        // The county enters what was filed with it.
        ObligationKind::Filing | ObligationKind::PlaceChanged => Level::County,
        _ => Level::Township,
    };
    let code = match tier {
        Level::Village | Level::Township => row.lead_township.as_ref().map(|township| township.code.clone()),
        Level::County => row.county.as_ref().map(|county| county.code.clone()),
        Level::City => Some(reading.views.city().city.clone()),
    };
    let owed = owed(reading, kind, row.name.clone(), Owner { tier, code }, due, detail);
    Obligation { joint_branch: Some(row.id), ..owed }
}

/// An obligation that is about nothing yet.
fn owed(
    reading: Reading<'_>,
    kind: ObligationKind,
    name: Text,
    owner: Owner,
    due: Date,
    detail: Detail,
) -> Obligation {
    let overdue = reading.on > due;
    Obligation {
        kind,
        kind_zh: kind.chinese(),
        joint_branch: None,
        supervision: None,
        organization: None,
        name,
        owner,
        due,
        overdue,
        overdue_days: if overdue { reading.on.days_since(due) } else { 0 },
        quarter: None,
        detail,
    }
}

/// The longest period of a rule, in days or months: the calendar takes no more, and no lawful policy comes near it.
const MAX_PERIOD: i32 = 36_500;

/// A policy's figure as the calendar takes it.
pub(crate) fn period(figure: u32) -> i32 {
    i32::try_from(figure).unwrap_or(MAX_PERIOD).min(MAX_PERIOD)
}
