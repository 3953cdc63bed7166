//! `resubmit-proposal` 补充再报: the township hands in again what was sent back.

use crate::case::Case;
use crate::document_number::DocumentNumber;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::establishing::ProposalResubmitted;
use crate::ids::JointBranchId;
use crate::joint_branch::Phase;
use crate::mechanism::Mechanism;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::{EstablishingRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

data! {
    /// 将退回的请示补充后再报 / hands a proposal in again that was sent back
    pub struct ResubmitProposal {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 补充说明，一两句话；没有则不填 / how what was lacking is supplied, in a sentence or two; absent where the records say it
        pub reply: Option<Text>,
        /// 补报的上级决定文号；没有则不填 / the number of the superior's decision, where that was lacking
        pub superior_decision: Option<DocumentNumber>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "resubmit-proposal",
    title: say("补充再报", "Hand a proposal in again"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Proposal],
    givers: Givers::Township,
    exceptions: &[],
    fits: Some(|joint| joint.phase == Phase::Proposed && joint.is_returned()),
    yields: &["joint-branch.proposal-resubmitted"],
    along: &[],
    refused_when: "it was not sent back; decided already",
    rules: &["proposal-not-returned", "phase"],
    choices: &[],
    example: r#"{
  "effective_date": "2019-02-24",
  "on_behalf_of": "01J8KQ2M000000000000000004",
  "document": null,
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "reply": "党员大会决议已登记，产业衔接的说明附后"}
}"#,
    example_follows: &["return-proposal"],
};

pub(crate) fn entity(data: &ResubmitProposal) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ResubmitProposal) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.proposal(data.joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    if !joint_branch.is_returned() {
        case.refuse(EstablishingRejection::NotReturned { name: joint_branch.name.to_string() })?;
    }
    Ok(vec![EventBody::ProposalResubmitted(ProposalResubmitted {
        joint_branch: joint_branch.id,
        reply: data.reply.clone(),
        superior_decision: data.superior_decision.clone(),
    })])
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ResubmitProposal> {
    let EventBody::ProposalResubmitted(ProposalResubmitted { joint_branch, reply, superior_decision }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(ResubmitProposal { joint_branch, reply, superior_decision })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::City;
    use crate::testing::city::{JOINT, NEXT_TOWNSHIP_ORGAN, TOWNSHIP_ORGAN, V1, members};
    use crate::testing::drafts::resolutions::{hand_in_again, hand_in_again_as, send_back};
    use crate::testing::drafts::{merge, officer, reject, text};

    #[test]
    fn it_is_handed_in_again_once_and_may_be_sent_back_again() {
        let returned = City::surveyed().given(send_back());
        let after =
            returned.when(hand_in_again()).then(&[EventBody::ProposalResubmitted(ProposalResubmitted {
                joint_branch: JOINT,
                reply: Some(text("已补充")),
                superior_decision: None,
            })]);
        assert!(!after.joint().is_returned());
        let refused = EstablishingRejection::NotReturned { name: "联合党支部".into() };
        after.when(hand_in_again()).refused(refused.clone().into());
        City::surveyed().when(hand_in_again()).refused(refused.into());
        let again = after.given(send_back().on("2019-02-26"));
        assert!(again.joint().is_returned());
        again.given(reject()).when(hand_in_again().on("2019-03-02")).refused_by("phase");
    }

    #[test]
    fn the_superiors_decision_may_be_what_was_lacking() {
        let larger = City::surveyed().given(members(V1, 3, 0).on("2019-02-11"));
        let city = larger.with_policy(|policy| policy.thresholds.deciding_level = Level::Township);
        let by_township = || merge().behalf(TOWNSHIP_ORGAN);
        city.when(by_township()).refused_by("superior-decision");
        let superior_decision = "昭委组〔2019〕2号".parse().ok();
        let again =
            hand_in_again_as(ResubmitProposal { joint_branch: JOINT, reply: None, superior_decision });
        city.given(send_back()).given(again).when(by_township()).accepted();
    }

    #[test]
    fn the_township_that_leads_hands_it_in() {
        let returned = City::surveyed().given(send_back());
        let by_another = hand_in_again().by(officer("officer-1")).behalf(NEXT_TOWNSHIP_ORGAN);
        returned.when(by_another).refused_by("deciding-body");
    }
}
