//! `return-proposal` 退回补充: whoever decides sends a proposal back, and says what it lacks.

use crate::case::Case;
use crate::commands::resolutions::check_handed_in;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::establishing::ProposalReturned;
use crate::ids::JointBranchId;
use crate::joint_branch::Phase;
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 将请示退回乡镇补充材料 / sends a proposal back for what it lacks
    pub struct ReturnProposal {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 须补充的内容，逐项填写 / what it lacks, item by item
        pub missing: Vec<Text>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "return-proposal",
    title: say("退回补充", "Send a proposal back"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Proposal],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Proposed && !joint.is_returned()),
    yields: &["joint-branch.proposal-returned"],
    along: &[],
    refused_when: "it does not say what is lacking; sent back already; decided already; by who proposed it",
    rules: &["proposal-returned", "phase", "four-eyes"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-02-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "missing": ["狮子村党员大会的决议", "两村产业衔接的说明"]}
}"#,
    example_follows: &["propose-joint-branch"],
};

pub(crate) fn entity(data: &ReturnProposal) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ReturnProposal) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.proposal(data.joint_branch)?;
    check_handed_in(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(case.policy.thresholds.deciding_level, lead)?;
    case.four_eyes(
        std::iter::once(&joint_branch.proposed_by),
        say("提出了该联合党组织", "proposed this joint branch"),
    )?;
    if data.missing.is_empty() {
        case.refuse(Rejection::EmptyList { what: say("所缺材料", "what is missing") })?;
    }
    Ok(vec![EventBody::ProposalReturned(ProposalReturned {
        joint_branch: joint_branch.id,
        missing: data.missing.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ReturnProposal> {
    let EventBody::ProposalReturned(ProposalReturned { joint_branch, missing }) = recorded.lead.clone()
    else {
        return None;
    };
    Some(ReturnProposal { joint_branch, missing })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Level;
    use crate::rejection::EstablishingRejection as Refused;
    use crate::testing::City;
    use crate::testing::city::{JOINT, TOWNSHIP_ORGAN};
    use crate::testing::date;
    use crate::testing::drafts::resolutions::{hand_in_again, send_back, send_back_as};
    use crate::testing::drafts::{merge, officer, reject, text, withdraw};

    #[test]
    fn what_is_sent_back_says_what_it_lacks_and_waits_to_be_handed_in_again() {
        let after =
            City::surveyed().when(send_back()).then(&[EventBody::ProposalReturned(ProposalReturned {
                joint_branch: JOINT,
                missing: vec![text("党员大会决议")],
            })]);
        assert!(after.joint().is_returned());
        let refused =
            || Refused::ProposalReturned { name: "联合党支部".into(), on: date("2019-02-20") }.into();
        after.when(merge()).refused(refused());
        after.when(send_back().on("2019-02-21")).refused(refused());
        // It may still be refused or taken back.
        after.when(reject()).accepted();
        after.when(withdraw()).accepted();
        after.given(hand_in_again()).when(merge()).accepted();
    }

    #[test]
    fn whoever_decides_sends_back_and_never_who_proposed() {
        City::proposed().when(send_back().behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
        let lowered =
            City::proposed().with_policy(|policy| policy.thresholds.deciding_level = Level::Township);
        lowered.when(send_back().behalf(TOWNSHIP_ORGAN)).accepted();
        City::proposed().when(send_back().by(officer("clerk-1"))).refused_by("four-eyes");
        City::proposed().when(send_back_as(Vec::new())).refused_by("list-not-empty");
        City::merged().when(send_back().on("2019-03-10")).refused_by("phase");
    }
}
