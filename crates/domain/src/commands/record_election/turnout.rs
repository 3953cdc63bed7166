//! Who was entitled to an election, how many came, and how many votes each of those elected had.

use super::RecordElection;
use crate::case::Case;
use crate::rejection::{PostRejection, Rejection};
use crate::say::say;

/// The rule whose earlier edition asked that four fifths were exceeded, not reached.
const QUORUM: &str = "election-quorum";

/// Those entitled and those left out are all formal members, and enough of those entitled came; gives how many were
/// entitled.
pub(super) fn check(case: &Case<'_>, data: &RecordElection, formal_members: u32) -> Result<u32, Rejection> {
    let entitled = data.entitled.unwrap_or(formal_members);
    let not_counted = data.not_counted.as_ref().map_or(0, |left_out| left_out.number);
    if u64::from(entitled) + u64::from(not_counted) != u64::from(formal_members) {
        return Err(PostRejection::ElectionEntitled { entitled, not_counted, formal_members }.into());
    }
    if let Some(left_out) = &data.not_counted {
        let number = left_out.number;
        let consent = left_out.document.as_ref().ok_or(PostRejection::ElectionNotCounted { number })?;
        case.check_document_of(&case.command.on_behalf_of, consent)?;
        // The consent comes before the meeting, which votes on it.
        case.not_after(say("同意不计入的日期", "the consent"), consent.issued, data.held_on)?;
    }
    let present = data.present;
    if present > entitled {
        return Err(PostRejection::ElectionOverBase { present, entitled }.into());
    }
    let allowed = case.policy.thresholds.election_present_percent;
    let (came, needed) = (u64::from(present) * 100, u64::from(entitled) * u64::from(allowed));
    let exceeds = case.policy.has_earlier_edition(QUORUM, data.held_on);
    if present == 0 || came < needed || (exceeds && came == needed) {
        return Err(PostRejection::ElectionQuorum { present, entitled, allowed, exceeds }.into());
    }
    Ok(entitled)
}

/// Whoever is elected has the votes of more than half of those present.
pub(super) fn check_votes(case: &Case<'_>, data: &RecordElection) -> Result<(), Rejection> {
    let (present, allowed) = (data.present, case.policy.thresholds.election_votes_over_percent);
    for elected in &data.elected {
        let votes = elected.votes;
        if votes > present {
            return Err(PostRejection::ElectionVotes { votes, present }.into());
        }
        if u64::from(votes) * 100 <= u64::from(present) * u64::from(allowed) {
            return Err(PostRejection::ElectionMajority { votes, present, allowed }.into());
        }
    }
    Ok(())
}
