//! `withdraw-proposal`: the township takes its proposal back.

use crate::case::Case;
use crate::commands::reject_proposal::EndProposal;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::joint_branches::ProposalEnded;
use crate::joint_branch::Phase;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

same_data! {
    /// Takes a proposal back.
    pub struct WithdrawProposal(pub EndProposal);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "withdraw-proposal",
    title: say("撤回请示", "Withdraw a proposal"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Proposal],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Proposed),
    yields: &["joint-branch.withdrawn"],
    along: &[],
    refused_when: "decided already",
    rules: &["phase"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-02-20",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000009", "reason": "驻区单位调整，暂不共建"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(WithdrawProposal(data): &WithdrawProposal) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    WithdrawProposal(data): &WithdrawProposal,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.proposal(data.joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    case.document_once(joint_branch, Phase::Withdrawn.as_str())?;
    Ok(vec![EventBody::JointBranchWithdrawn(ProposalEnded {
        joint_branch: joint_branch.id,
        reason: data.reason.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<WithdrawProposal> {
    let EventBody::JointBranchWithdrawn(ProposalEnded { joint_branch, reason }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(WithdrawProposal(EndProposal { joint_branch, reason }))
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
            needed: say("待批准（请示）、未决定", "proposed and not decided"),
        });
    }
}
