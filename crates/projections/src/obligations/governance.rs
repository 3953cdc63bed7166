//! What is owed about posts and filing: filings, the secretary's commitments, elections of originals given back.

use domain::date::Date;
use domain::filing::FilingOwed;
use domain::post::{CommitmentKind, SecretaryCommitment};

use super::{Obligation, ObligationKind, obligation, period};
use crate::reading::{Bilingual, Reading};
use crate::rows::JointBranchRow;

/// The last day on which a filing is in time.
pub(crate) fn filing_due(reading: Reading<'_>, row: &JointBranchRow, owed: &FilingOwed) -> Date {
    owed.since.plus_days(period(reading.figures(row, owed.since).filing_due_days))
}

pub(super) fn filings(reading: Reading<'_>, row: &JointBranchRow) -> Vec<Obligation> {
    let owed = row.filings_owed.iter().map(|(position, owed)| {
        let (since, matter) = (owed.since, owed.matter);
        let detail = Bilingual::new(
            format!("{since}{}，尚未备案（位置 {position}）", matter.chinese()),
            format!("{} of {since} is not filed (position {position})", matter.as_str()),
        );
        obligation(reading, row, ObligationKind::Filing, filing_due(reading, row, owed), detail)
    });
    owed.collect()
}

/// The three commitments of a term, and the yearly goal of each year that has begun.
pub(super) fn commitments(reading: Reading<'_>, row: &JointBranchRow) -> Vec<Obligation> {
    let Some(secretary) = &row.secretary else { return Vec::new() };
    let days = period(reading.figures(row, secretary.since).commitment_due_days);
    let once = CommitmentKind::ONCE.map(|kind| SecretaryCommitment { kind, year: None });
    let last_year = reading.on.year().min(secretary.term_end.year());
    let yearly = (secretary.since.year()..=last_year)
        .map(|year| SecretaryCommitment { kind: CommitmentKind::YearlyGoal, year: Some(year) });
    let missing = once.into_iter().chain(yearly).filter(|owed| !row.commitments.contains(owed));
    let owed = missing.map(|commitment| {
        let begin = commitment.year.and_then(|year| Date::new(year, 1, 1).ok());
        let due = begin.unwrap_or(secretary.since).max(secretary.since).plus_days(days);
        let year = commitment.year.map(|year| year.to_string()).unwrap_or_default();
        let detail = Bilingual::new(
            format!("书记尚未作出{year}{}", commitment.kind.chinese()),
            format!("the secretary has not made the commitment {} {year}", commitment.kind.as_str())
                .trim_end(),
        );
        obligation(reading, row, ObligationKind::Commitment, due, detail)
    });
    owed.collect()
}

pub(super) fn elections(reading: Reading<'_>, row: &JointBranchRow) -> Vec<Obligation> {
    let owed = row.elections_owed.iter().map(|owed| {
        let detail = Bilingual::new(
            format!("「{}」于{}恢复，尚未换届选举", owed.name, owed.since),
            format!("{} was given back on {} and has not elected", owed.name, owed.since),
        );
        let months = period(reading.figures(row, owed.since).restored_election_months);
        let due = owed.since.plus_months(months);
        obligation(reading, row, ObligationKind::Election, due, detail)
    });
    owed.collect()
}
