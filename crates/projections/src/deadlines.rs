//! Deadlines: when each thing is due under the policy of its day, and which quarters were graded too late or not at all.

use domain::date::Date;
use domain::filing::FilingOwed;
use domain::joint_branch::Form;
use domain::quarter::Quarter;

use crate::reading::Reading;
use crate::rows::JointBranchRow;

/// The quarters of a joint branch that have ended and have no grade, with the last day for it: from the quarter of
/// establishment on, none that ended before the register is kept here, and after a dissolution only those whose last day had passed before it.
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
        .filter(move |quarter| row.owes_for(quarter.end()))
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
    let since = row.counted_from(vacant);
    Some(since.plus_months(period(reading.figures(row, since).secretary_vacant_months)))
}

/// The end of a term from the reminder on.
pub(crate) fn term_ending(reading: Reading<'_>, row: &JointBranchRow) -> Option<Date> {
    let term_end = row.term.as_ref().filter(|_| row.is_live() && row.secretary.is_some())?.end;
    let reminder = term_end.plus_months(-period(reading.figures(row, reading.on).term_reminder_months));
    (reading.on >= reminder).then_some(term_end)
}

/// The quarters without a grade whose last day has passed.
pub(crate) fn missing_quarters(reading: Reading<'_>, row: &JointBranchRow) -> impl Iterator<Item = Quarter> {
    ungraded_quarters(reading, row).filter(move |(_, due)| reading.on > *due).map(|(quarter, _)| quarter)
}

/// Quarters whose grade was recorded too late.
pub(crate) fn late_quarters(reading: Reading<'_>, row: &JointBranchRow) -> impl Iterator<Item = Quarter> {
    let due_days = move |quarter: &Quarter| period(reading.figures(row, quarter.end()).evaluation_due_days);
    let late = row
        .evaluations
        .iter()
        .filter(move |(quarter, _)| row.owes_for(quarter.end()))
        .filter(move |(quarter, evaluation)| evaluation.recorded_after_days > due_days(quarter));
    late.map(|(quarter, _)| *quarter)
}

/// The last day on which a filing is in time.
pub(crate) fn filing_due(reading: Reading<'_>, row: &JointBranchRow, owed: &FilingOwed) -> Date {
    owed.since.plus_days(period(reading.figures(row, owed.since).filing_due_days))
}

/// The longest period of a rule, in days or months: the calendar takes no more, and no lawful policy comes near it.
const MAX_PERIOD: i32 = 36_500;

/// A policy's figure as the calendar takes it.
pub(crate) fn period(figure: u32) -> i32 {
    i32::try_from(figure).unwrap_or(MAX_PERIOD).min(MAX_PERIOD)
}
