//! `withdraw-proposal`: the township takes its proposal back.

use crate::case::Case;
use crate::commands::reject_proposal::EndProposal;
use crate::event::EventBody;
use crate::event_data::ProposalEnded;
use crate::joint_branch::Phase;
use crate::place::Level;
use crate::rejection::Rejection;
use crate::say::say;

pub(crate) fn decide(case: &mut Case<'_>, data: &EndProposal) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Proposed,
        say("已提出、未决定", "proposed and not decided"),
    )?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    case.document_once(joint_branch, Phase::Withdrawn.as_str())?;
    Ok(vec![EventBody::JointBranchWithdrawn(ProposalEnded {
        joint_branch: joint_branch.id,
        reason: data.reason.clone(),
    })])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{JOINT, NEXT_TOWNSHIP_ORGAN};
    use crate::testing::drafts::{officer, reject, withdraw};

    #[test]
    fn the_township_takes_its_proposal_back() {
        let after = City::surveyed()
            .when(withdraw())
            .then(&[EventBody::JointBranchWithdrawn(ProposalEnded { joint_branch: JOINT, reason: None })]);
        assert_eq!(after.joint().phase, Phase::Withdrawn);
    }

    #[test]
    fn another_township_takes_nothing_back() {
        let refused = Rejection::DecidingBody { found: "白果乡党委".into(), needed: Level::Township };
        let draft = withdraw().by(officer("officer-1")).behalf(NEXT_TOWNSHIP_ORGAN);
        City::surveyed().when(draft).refused(refused);
    }

    #[test]
    fn only_an_undecided_proposal_is_withdrawn() {
        City::proposed().given(reject()).when(withdraw()).refused(Rejection::WrongPhase {
            name: "联合党支部".into(),
            found: Phase::Rejected,
            needed: say("已提出、未决定", "proposed and not decided"),
        });
    }
}
