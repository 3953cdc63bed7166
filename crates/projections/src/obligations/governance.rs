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

/// The three commitments of a term, and the yearly goal of each year that has begun; of earlier terms of the same secretary
/// what fell due in them and was not made.
pub(super) fn commitments<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
) -> impl Iterator<Item = Obligation> {
    let in_post = row.secretary.as_ref();
    in_post.into_iter().flat_map(move |secretary| {
        once(reading, row, secretary).chain(yearly(reading, row, secretary)).map(move |(commitment, due)| {
            let detail = Detail::NotCommitted { commitment };
            obligation(reading, row, ObligationKind::Commitment, due, detail)
        })
    })
}

/// The last day for a commitment that is owed from a day on.
fn commitment_due(reading: Reading<'_>, row: &JointBranchRow, since: Date) -> Date {
    since.plus_days(period(reading.figures(row, since).commitment_due_days))
}

/// Those made once a term that were not. Those of a term that began before the register is kept here were made then, or
/// not, and nobody owes them now.
fn once<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
    secretary: &SecretaryRow,
) -> impl Iterator<Item = (SecretaryCommitment, Date)> + use<'a> {
    let of_kind = |kind| SecretaryCommitment { kind, year: None };
    let earlier = row.earlier_terms.iter().flat_map(move |term| {
        let due = commitment_due(reading, row, term.since);
        let missed = move |kind: &CommitmentKind| due < term.until && !term.made.contains(kind);
        CommitmentKind::ONCE.into_iter().filter(missed).map(move |kind| (kind, term.since, due))
    });
    let since = secretary.since;
    let due = commitment_due(reading, row, since);
    let missing = move |kind: &CommitmentKind| !row.commitments.contains(&of_kind(*kind));
    let present = CommitmentKind::ONCE.into_iter().filter(missing).map(move |kind| (kind, since, due));
    let owed = earlier.chain(present).filter(move |(_, since, _)| row.owes_for(*since));
    owed.map(move |(kind, _, due)| (of_kind(kind), due))
}

/// The goals of the years in post that were not promised.
fn yearly<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
    secretary: &SecretaryRow,
) -> impl Iterator<Item = (SecretaryCommitment, Date)> + use<'a> {
    let last = secretary.term_end.map_or(reading.on.year(), |end| reading.on.year().min(end.year()));
    let earlier = row.earlier_terms.iter().map(|term| (term.since, term.until.year()));
    let terms = earlier.chain(std::iter::once((secretary.since, last)));
    let mut asked_until = None;
    terms.flat_map(move |(since, last)| {
        let first_owed =
            if row.owes_for(since) { row.owed_from } else { row.owed_from.map(|from| from.plus_months(12)) };
        let first = first_owed.map_or(since.year(), |from| since.year().max(from.year()));
        // A year in which one term ended and the next began has one goal.
        let first = asked_until.map_or(first, |until: i16| first.max(until + 1));
        asked_until = asked_until.max(Some(last));
        (first..=last).filter_map(move |year| {
            let goal = SecretaryCommitment { kind: CommitmentKind::YearlyGoal, year: Some(year) };
            let begin = Date::new(year, 1, 1).unwrap_or(since).max(since);
            let due = begin.plus_days(period(reading.figures(row, since).commitment_due_days));
            (!row.commitments.contains(&goal)).then_some((goal, due))
        })
    })
}

pub(super) fn elections<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
) -> impl Iterator<Item = Obligation> {
    let owed = row.elections_owed.iter().filter(move |owed| row.owes_for(owed.since));
    owed.map(move |owed| {
        let (organization, name, since) = (owed.organization, owed.name.clone(), owed.since);
        let detail = Detail::NotElected { organization, name, since };
        let months = period(reading.figures(row, owed.since).restored_election_months);
        let due = owed.since.plus_months(months);
        obligation(reading, row, ObligationKind::Election, due, detail)
    })
}
