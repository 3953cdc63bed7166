//! `withdraw-proposal`: the township takes its proposal back.

use crate::case::Case;
use crate::command_data::EndProposal;
use crate::event::EventBody;
use crate::event_data::ProposalEnded;
use crate::joint_branch::Phase;
use crate::place::Level;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &EndProposal) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Proposed,
        "已提出、未决定",
        "proposed and not decided",
    )?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    case.document_once(joint_branch, Phase::Withdrawn.as_str())?;
    Ok(vec![EventBody::JointBranchWithdrawn(ProposalEnded {
        joint_branch: joint_branch.id,
        reason: data.reason.clone(),
    })])
}
