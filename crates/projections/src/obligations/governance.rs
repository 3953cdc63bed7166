//! What is owed about posts and filing: filings, the secretary's commitments, elections of originals given back.

use domain::date::Date;
use domain::filing::FilingOwed;
use domain::place::{Level, PlaceCode};
use domain::post::{CommitmentKind, SecretaryCommitment};

use super::owed::{obligation, owed};
use crate::deadlines::{filing_due, period};
use crate::obligation::{Detail, Obligation, ObligationKind, Owner};
use crate::person::SecretaryRow;
use crate::reading::Reading;
use crate::rows::{JointBranchRow, OrganizationRow};

pub(super) fn filings<'a>(reading: Reading<'a>, row: &'a JointBranchRow) -> impl Iterator<Item = Obligation> {
    let owed = row.filings_owed.iter().filter(move |(_, owed)| row.owes_for(owed.since));
    owed.map(move |(position, owed)| {
        let detail = not_filed(*position, owed);
        obligation(reading, row, ObligationKind::Filing, filing_due(reading, row, owed), detail)
    })
}

fn not_filed(position: u64, owed: &FilingOwed) -> Detail {
    Detail::NotFiled { position, matter: owed.matter, since: owed.since }
}

/// The elections of organizations that lie in a place and have not been filed.
pub(super) fn organizations_filings(reading: Reading<'_>, scope: &PlaceCode) -> Vec<Obligation> {
    let lies_here = |row: &&OrganizationRow| match scope.level() {
        Level::City => true,
        Level::County => row.county.as_ref() == Some(scope),
        Level::Township | Level::Village => row.township.as_ref() == Some(scope),
    };
    let own = reading.views.organizations().map(AsRef::as_ref).filter(lies_here);
    own.flat_map(|row| filings_of_organization(reading, row)).collect()
}

/// What an organization that stands alone has not filed with the county in which it lies.
pub(crate) fn filings_of_organization(reading: Reading<'_>, row: &OrganizationRow) -> Vec<Obligation> {
    let owner = match &row.county {
        Some(county) => Owner { tier: Level::County, code: Some(county.clone()) },
        None => Owner { tier: Level::City, code: Some(reading.views.city().city.clone()) },
    };
    let county = row.county.as_ref().and_then(|county| reading.views.place_by_code(county));
    let from = county.and_then(|county| county.register.as_ref()).map(|register| register.from);
    let owed_here =
        row.filings_owed.iter().filter(|(_, filing)| from.is_none_or(|from| filing.since >= from));
    let filings = owed_here.map(|(position, filing)| {
        let days = reading.policies.thresholds(row.county.as_ref(), filing.since).filing_due_days;
        let due = filing.since.plus_days(period(days));
        let detail = not_filed(*position, filing);
        let owed = owed(reading, ObligationKind::Filing, row.name.clone(), owner.clone(), due, detail);
        Obligation { organization: Some(row.id), ..owed }
    });
    filings.collect()
}

/// The three commitments of a term, and the yearly goal of each year that has begun.
pub(super) fn commitments<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
) -> impl Iterator<Item = Obligation> {
    row.secretary.iter().flat_map(move |secretary| commitments_of(reading, row, secretary))
}

fn commitments_of<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
    secretary: &'a SecretaryRow,
) -> impl Iterator<Item = Obligation> {
    let days = period(reading.figures(row, secretary.since).commitment_due_days);
    // Those of a term that began before the register is kept here were made then, or not, and nobody owes them now.
    let begins_here = row.owes_for(secretary.since);
    let once = CommitmentKind::ONCE.map(|kind| SecretaryCommitment { kind, year: None });
    let once = once.into_iter().filter(move |_| begins_here);
    let last_year = secretary.term_end.map_or(reading.on.year(), |end| reading.on.year().min(end.year()));
    let first_owed = if begins_here { row.owed_from } else { row.owed_from.map(|from| from.plus_months(12)) };
    let first_year =
        first_owed.map_or(secretary.since.year(), |from| secretary.since.year().max(from.year()));
    let yearly = (first_year..=last_year)
        .map(|year| SecretaryCommitment { kind: CommitmentKind::YearlyGoal, year: Some(year) });
    let missing = once.chain(yearly).filter(|owed| !row.commitments.contains(owed));
    missing.map(move |commitment| {
        let begin = commitment.year.and_then(|year| Date::new(year, 1, 1).ok());
        let due = begin.unwrap_or(secretary.since).max(secretary.since).plus_days(days);
        let detail = Detail::NotCommitted { commitment };
        obligation(reading, row, ObligationKind::Commitment, due, detail)
    })
}

pub(super) fn elections<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
) -> impl Iterator<Item = Obligation> {
    let owed = row.elections_owed.iter().filter(move |owed| row.owes_for(owed.since));
    owed.map(move |owed| {
        let detail = Detail::NotElected { name: owed.name.clone(), since: owed.since };
        let months = period(reading.figures(row, owed.since).restored_election_months);
        let due = owed.since.plus_months(months);
        obligation(reading, row, ObligationKind::Election, due, detail)
    })
}
