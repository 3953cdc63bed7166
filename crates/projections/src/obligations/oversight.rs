//! What is owed of oversight: answers to supervisions, and yearly reviews of the secretaries in post.

use domain::date::Date;
use domain::organization::OrganizationStatus;
use domain::place::{Level, PlaceCode};

use super::owed::{obligation, owed};
use crate::deadlines::period;
use crate::meetings::decisions_of;
use crate::obligation::{Detail, Obligation, ObligationKind, Owner};
use crate::reading::Reading;
use crate::rows::{JointBranchRow, OrganizationRow};

/// Supervisions without an answer that the place is party to.
pub(super) fn supervisions(reading: Reading<'_>, scope: &PlaceCode) -> Vec<Obligation> {
    let open = reading.views.supervisions_of(scope).filter(|row| row.answer.is_none());
    let supervisions = open.map(|row| {
        let to = row.to.as_ref();
        let owner = Owner {
            tier: to.map_or(scope.level(), |place| place.code.level()),
            code: to.map(|place| place.code.clone()),
        };
        let detail = Detail::NotAnswered { issued_on: row.issued_on };
        let owed = owed(reading, ObligationKind::Supervision, row.matter.clone(), owner, row.due, detail);
        Obligation { joint_branch: row.joint_branch, supervision: Some(row.id), ..owed }
    });
    supervisions.collect()
}

/// Decisions of coordination meetings: carried out by whom they name, and closed by who met once they are answered.
pub(super) fn decisions(reading: Reading<'_>, scope: &PlaceCode) -> Vec<Obligation> {
    let open = decisions_of(reading, scope).filter(|found| found.closed.is_none());
    open.filter_map(|found| {
        let issued = found.supervision.and_then(|id| reading.views.supervision(id));
        let due = found.finish_by.or_else(|| issued.map(|issued| issued.due))?;
        let (kind, owner, due, detail) = match found.answered_on {
            // It is closed with the answer, and not before its day.
            Some(on) => {
                let detail = Detail::DecisionAnswered { on };
                (ObligationKind::DecisionClosing, found.place.as_ref(), due.max(on), detail)
            }
            None => {
                let (met_on, session, item) = (found.met_on, found.session, found.item);
                let detail = Detail::DecidedInMeeting { met_on, session, item };
                (ObligationKind::MeetingDecision, found.carrier.as_ref(), due, detail)
            }
        };
        let owner = Owner {
            tier: owner.map_or(scope.level(), |place| place.code.level()),
            code: owner.map(|place| place.code.clone()),
        };
        let owed = owed(reading, kind, found.decided.clone(), owner, due, detail);
        let supervision = found.supervision;
        Some(Obligation { meeting: Some(found.meeting), item: Some(found.item), supervision, ..owed })
    })
    .collect()
}

/// Every year that has ended with this secretary in post, and in which nobody reviewed them.
pub(super) fn yearly_reviews<'a>(
    reading: Reading<'a>,
    row: &'a JointBranchRow,
) -> impl Iterator<Item = Obligation> {
    let first = |since: Date| row.counted_from(since).year();
    let ended = row.secretary.iter().flat_map(move |secretary| first(secretary.since)..reading.on.year());
    let missing = ended.filter(|year| !row.reviews.contains_key(year));
    missing.filter_map(move |year| {
        let begin = Date::new(year + 1, 1, 1).ok()?;
        let due = begin.plus_days(period(reading.figures(row, begin).yearly_review_due_days) - 1);
        let detail = Detail::NotReviewed { year };
        Some(obligation(reading, row, ObligationKind::YearlyReview, due, detail))
    })
}

/// Organs of ended places that the county has neither abolished nor given another place.
pub(super) fn ended_organs(reading: Reading<'_>, scope: &PlaceCode) -> Vec<Obligation> {
    let lies_here =
        |row: &&OrganizationRow| scope.level() == Level::City || row.county.as_ref() == Some(scope);
    let own = reading.views.organizations().map(AsRef::as_ref).filter(lies_here);
    own.filter_map(|row| ended_organ(reading, row)).collect()
}

/// The winding up that an organ waits for.
pub(crate) fn ended_organ(reading: Reading<'_>, row: &OrganizationRow) -> Option<Obligation> {
    let since = row.place_ended_on.filter(|since| *since <= reading.on)?;
    if matches!(row.status, OrganizationStatus::Abolished { .. }) {
        return None;
    }
    let county = row.county.clone();
    let owner = Owner { tier: if county.is_some() { Level::County } else { Level::City }, code: county };
    let months = reading.policies.thresholds(row.county.as_ref(), since).place_changed_due_months;
    let due = since.plus_months(period(months));
    let detail = Detail::PlaceOfOrganEnded { since };
    let owed = owed(reading, ObligationKind::EndedOrgan, row.name.clone(), owner, due, detail);
    Some(Obligation { organization: Some(row.id), ..owed })
}

/// The county decides on a joint branch that lost a member village: dissolve it, release a member, or change it.
pub(super) fn place_changed(reading: Reading<'_>, row: &JointBranchRow) -> Option<Obligation> {
    let since = row.place_changed_since?;
    let detail = Detail::PlaceChanged { since };
    let due =
        row.counted_from(since).plus_months(period(reading.figures(row, since).place_changed_due_months));
    Some(obligation(reading, row, ObligationKind::PlaceChanged, due, detail))
}
