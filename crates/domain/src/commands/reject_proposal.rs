//! `reject-proposal`: the county refuses, and says why.

use crate::case::Case;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::joint_branches::ProposalEnded;
use crate::ids::JointBranchId;
use crate::joint_branch::Phase;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 撤回请示，或对请示不予批准 / ends a proposal: it is withdrawn, or rejected
    pub struct EndProposal {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 理由；不予批准时必填 / why it ends; a rejection must say it
        pub reason: Option<Text>,
    }
}

same_data! {
    /// Refuses a proposal.
    pub struct RejectProposal(pub EndProposal);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "reject-proposal",
    title: say("不予批准", "Reject a proposal"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Proposal],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Proposed),
    yields: &["joint-branch.rejected"],
    along: &[],
    refused_when: "no reason; decided already",
    rules: &["reason-required", "phase"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-03-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕20号", "issued": "2019-02-26"},
  "decided_by": {"meeting": "区委常委会第12次会议", "date": "2019-02-25"},
  "data": {"joint_branch": "01J8KQ2M000000000000000009", "reason": "两村产业关联不足，请重新论证"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(RejectProposal(data): &RejectProposal) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    RejectProposal(data): &RejectProposal,
) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.proposal(data.joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(case.policy.thresholds.deciding_level, lead)?;
    case.document_once(joint_branch, Phase::Rejected.as_str())?;
    let reason = data.reason.clone().ok_or(Rejection::ReasonMissing)?;
    Ok(vec![EventBody::JointBranchRejected(ProposalEnded {
        joint_branch: joint_branch.id,
        reason: Some(reason),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<RejectProposal> {
    let EventBody::JointBranchRejected(ProposalEnded { joint_branch, reason }) = recorded.lead.clone() else {
        return None;
    };
    Some(RejectProposal(EndProposal { joint_branch, reason }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CommandBody;
    use crate::place::Level;
    use crate::testing::City;
    use crate::testing::city::{JOINT, TOWNSHIP_ORGAN};
    use crate::testing::drafts::{Draft, merge, reject, text};

    #[test]
    fn the_county_refuses_a_proposal_with_a_reason() {
        let after = City::proposed().when(reject()).then(&[EventBody::JointBranchRejected(ProposalEnded {
            joint_branch: JOINT,
            reason: Some(text("条件不成熟")),
        })]);
        assert_eq!(after.joint().phase, Phase::Rejected);
    }

    #[test]
    fn a_rejection_says_why_by_whom_and_when() {
        let silent =
            CommandBody::RejectProposal(RejectProposal(EndProposal { joint_branch: JOINT, reason: None }));
        City::proposed().when(Draft { body: silent, ..reject() }).refused(Rejection::ReasonMissing);
        City::proposed().when(reject().undecided()).refused(Rejection::DecidedByMissing);
        let refused = Rejection::DecidingBody { found: "元坝镇党委".into(), needed: Level::County };
        City::proposed().when(reject().behalf(TOWNSHIP_ORGAN)).refused(refused);
    }

    #[test]
    fn only_an_undecided_proposal_is_rejected() {
        City::surveyed().given(merge()).when(reject()).refused(Rejection::WrongPhase {
            name: "联合党支部".into(),
            found: Phase::Operating,
            needed: say("待批准（请示）、未决定", "proposed and not decided"),
        });
    }
}
