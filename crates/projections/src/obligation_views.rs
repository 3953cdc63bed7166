//! The obligations of a place as views: by date, or the most pressing first.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::Say;

use crate::assess::assessments;
use crate::number::Unit;
use crate::obligation::{Obligation, ObligationKind};
use crate::obligations::of_no_joint_branch;
use crate::place::standing_at_any_tier;
use crate::reading::Reading;
use crate::view::{FigureView, View, ViewError};

/// What is overdue, the most pressing first: what ends a joint branch or leaves it in a poor state, then posts, then papers.
const PRESSING: [ObligationKind; 20] = [
    ObligationKind::Dissolution,
    ObligationKind::Rectification,
    ObligationKind::RectificationOrder,
    ObligationKind::PlaceChanged,
    ObligationKind::EndedOrgan,
    ObligationKind::Evaluation,
    ObligationKind::Secretary,
    ObligationKind::SecretaryApproval,
    ObligationKind::Term,
    ObligationKind::Election,
    ObligationKind::Supervision,
    ObligationKind::MeetingDecision,
    ObligationKind::DecisionClosing,
    ObligationKind::Filing,
    ObligationKind::Commitment,
    ObligationKind::YearlyReview,
    ObligationKind::Approval,
    ObligationKind::Survey,
    ObligationKind::Supplement,
    ObligationKind::Agreement,
];

/// What comes first among things owed: what is overdue, then the most pressing kind, then the day.
pub fn urgency(found: &Obligation) -> impl Ord + use<> {
    (!found.overdue, PRESSING.iter().position(|kind| *kind == found.kind), found.order())
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
) -> Result<View<Obligation>, ViewError> {
    let (scope, answers_for) = standing_at_any_tier(reading, scope)?;
    let (assessed, others) = (assessments(reading, &scope), of_no_joint_branch(reading, &scope));
    let mut listed: Vec<_> = assessed.iter().flat_map(|found| &found.obligations).chain(&others).collect();
    listed.sort_by_key(|found| found.order());
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
        unit: Unit::Obligations,
        definition: Say::of(zh, en),
        rows,
    };
    let mut view = View { answers_for, ..reading.view(&scope, listed.iter().copied().cloned().collect()) };
    let overdue_path = format!("{path}&overdue=true");
    view.figures = BTreeMap::from([
        ("obligations".into(), figure(listed.len(), shown, "所列的待办", "the obligations listed")),
        (
            "obligations_overdue".into(),
            figure(overdue, overdue_path, "已逾期的待办", "the obligations that are overdue"),
        ),
    ]);
    Ok(view)
}

/// The overdue obligations of a city, county or township, the most pressing first, and no more than `limit` of them.
pub fn most_pressing_view(
    reading: Reading<'_>,
    scope: &PlaceCode,
    limit: usize,
) -> Result<View<Obligation>, ViewError> {
    let (scope, answers_for) = standing_at_any_tier(reading, scope)?;
    let (assessed, others) = (assessments(reading, &scope), of_no_joint_branch(reading, &scope));
    let owed = assessed.iter().flat_map(|found| &found.obligations).chain(&others);
    let mut most: Vec<_> = owed.filter(|found| found.overdue).collect();
    let key = |found: &&Obligation| urgency(found);
    if most.len() > limit {
        most.select_nth_unstable_by_key(limit, key);
        most.truncate(limit);
    }
    most.sort_by_key(key);
    Ok(View { answers_for, ..reading.view(&scope, most.into_iter().cloned().collect()) })
}
