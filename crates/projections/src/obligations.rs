//! What each joint branch owes on the day of the reading, and what is owed in a place besides.

use domain::joint_branch::{Arrangement, Form, Phase};
use domain::place::PlaceCode;

use crate::deadlines::{period, term_ending, ungraded_quarters, vacancy_due};
use crate::obligation::{Detail, Obligation, ObligationKind};
use crate::reading::Reading;
use crate::rows::JointBranchRow;

mod governance;
mod oversight;
mod owed;

pub(crate) use governance::filings_of_organization;
pub(crate) use oversight::ended_organ;
use owed::obligation;

/// What is owed in a place besides what its joint branches owe.
pub(crate) fn of_no_joint_branch(reading: Reading<'_>, scope: &PlaceCode) -> Vec<Obligation> {
    let mut found = oversight::supervisions(reading, scope);
    found.extend(oversight::decisions(reading, scope));
    found.extend(governance::organizations_filings(reading, scope));
    found.extend(oversight::ended_organs(reading, scope));
    found
}

/// Everything that one joint branch owes on the day of the reading, what is due first first.
pub(crate) fn obligations_of(reading: Reading<'_>, row: &JointBranchRow) -> Vec<Obligation> {
    let mut found: Vec<_> = owed_by(reading, row).collect();
    found.sort_by_key(Obligation::order);
    found
}

fn owed_by<'a>(reading: Reading<'a>, row: &'a JointBranchRow) -> impl Iterator<Item = Obligation> {
    let proposal = (row.phase == Phase::Proposed).then(|| of_proposal(reading, row));
    let live = row.is_live().then(|| {
        evaluations(reading, row)
            .chain(of_cycle(reading, row))
            .chain(of_approval(reading, row))
            .chain(of_post(reading, row))
            .chain(of_agreement(reading, row))
            .chain(governance::commitments(reading, row))
            .chain(oversight::yearly_reviews(reading, row))
            .chain(oversight::place_changed(reading, row))
    });
    let kept = governance::filings(reading, row).chain(governance::elections(reading, row));
    proposal.into_iter().flatten().chain(live.into_iter().flatten()).chain(kept)
}

fn of_proposal(reading: Reading<'_>, row: &JointBranchRow) -> Vec<Obligation> {
    let months = reading.figures(row, row.proposed_on).approval_due_months;
    let returned = row.returned.as_ref();
    if let Some(returned) = returned.filter(|returned| returned.handed_in_on.is_none()) {
        let on = returned.on;
        let due = row.counted_from(on).plus_months(period(months));
        return vec![obligation(reading, row, ObligationKind::Supplement, due, Detail::SentBack { on })];
    }
    let proposed_on = returned.and_then(|returned| returned.handed_in_on).unwrap_or(row.proposed_on);
    let due = row.counted_from(proposed_on).plus_months(period(months));
    let decide = Detail::Proposed { on: proposed_on, due_months: months };
    let mut found = vec![obligation(reading, row, ObligationKind::Approval, due, decide)];
    let asked = reading.figures(row, row.proposed_on).survey_arrangements;
    let is_asked = asked.include(row.arrangement == Arrangement::Merger, row.form != Form::None);
    if is_asked && row.lacks_survey() {
        found.push(obligation(reading, row, ObligationKind::Survey, due, Detail::NotAsked { proposed_on }));
    }
    found
}

/// What the parties of a pairing agreed ends soon, or has ended.
fn of_agreement(reading: Reading<'_>, row: &JointBranchRow) -> Option<Obligation> {
    let on = row.agreement.as_ref().filter(|_| row.form == Form::None)?.until;
    let months = reading.figures(row, reading.on).agreement_reminder_months;
    let shown_from = on.plus_months(-period(months));
    let owed = || obligation(reading, row, ObligationKind::Agreement, on, Detail::AgreementEnds { on });
    (reading.on >= shown_from).then(owed)
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
        let due =
            row.counted_from(since).plus_months(period(reading.figures(row, since).dissolution_due_months));
        return Some(obligation(reading, row, ObligationKind::Dissolution, due, detail));
    }
    if let Some(order) = &row.rectification {
        let detail = Detail::RectificationOrdered { on: order.ordered_on };
        let due = row.counted_from(order.deadline);
        return Some(obligation(reading, row, ObligationKind::Rectification, due, detail));
    }
    let owed = row.poor_standing.iter().filter(|(quarter, _)| row.owes_for(quarter.end()));
    let (quarter, since) = owed.min_by_key(|(_, since)| **since)?;
    let detail = Detail::GradedPoor { quarter: *quarter, on: *since };
    let due = row.counted_from(*since).plus_days(period(reading.figures(row, *since).order_due_days));
    let mut owed = obligation(reading, row, ObligationKind::RectificationOrder, due, detail);
    owed.quarter = Some(*quarter);
    Some(owed)
}

/// The approval of whom an election made secretary, by the committee above.
fn of_approval(reading: Reading<'_>, row: &JointBranchRow) -> Option<Obligation> {
    let on = row.approval_owed.filter(|owed| row.owes_for(owed.held_on))?.held_on;
    let due = on.plus_days(period(reading.figures(row, on).secretary_approval_due_days));
    Some(obligation(reading, row, ObligationKind::SecretaryApproval, due, Detail::NotApproved { on }))
}

fn of_post(reading: Reading<'_>, row: &JointBranchRow) -> Option<Obligation> {
    if let (Some(due), Some(since)) = (vacancy_due(reading, row), row.vacant_since) {
        return Some(obligation(reading, row, ObligationKind::Secretary, due, Detail::Vacant { since }));
    }
    let term_end = term_ending(reading, row)?;
    let due = row.counted_from(term_end);
    Some(obligation(reading, row, ObligationKind::Term, due, Detail::TermEnds { on: term_end }))
}
