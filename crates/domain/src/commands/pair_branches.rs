//! `pair-branches` 共建: the originals keep working; functions are named one by one afterwards.

use crate::case::Case;
use crate::commands::establishment;
use crate::commands::establishment::EstablishJointBranch;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::joint_branch::{Arrangement, Phase};
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

same_data! {
    /// Establishes a pairing 共建 on a proposal.
    pub struct PairBranches(pub EstablishJointBranch);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "pair-branches",
    title: say("批准共建", "Approve a pairing"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Pairing],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| {
        joint.phase == Phase::Proposed && !joint.is_returned() && joint.arrangement == Arrangement::Pairing
    }),
    yields: &["joint-branch.established"],
    along: &["joint-branch.dissolved", "joint-branch.functions-returned"],
    refused_when: "as for merging; without an organ and without an agreement that holds",
    rules: &[
        "survey-required",
        "resolution-required",
        "agreement-required",
        "agreement-in-force",
        "deciding-body",
        "document-required",
        "four-eyes",
        "member-consent",
        "arrangement",
        "approval-due",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-03-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕19号", "issued": "2019-02-26"},
  "decided_by": {"meeting": "区委常委会第12次会议", "date": "2019-02-25"},
  "data": {"joint_branch": "01J8KQ2M000000000000000009"}
}"#,
    example_follows: &[],
};

pub(crate) fn entity(PairBranches(data): &PairBranches) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    PairBranches(data): &PairBranches,
) -> Result<Vec<EventBody>, Rejection> {
    establishment::check(case, data, Arrangement::Pairing).map(|(_, events)| events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<PairBranches> {
    establishment::recall(recorded).map(PairBranches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::ProposeJointBranch;
    use crate::event_data::joint_branches::JointBranchEstablished;
    use crate::joint_branch::Form;
    use crate::organization::OrganizationStatus;
    use crate::place::Level;
    use crate::say::say;
    use crate::testing::City;
    use crate::testing::city::{COOPERATIVE, JOINT, TOWNSHIP_ORGAN, UNIT, V1, V2, members};
    use crate::testing::drafts::{officer, pair, pairing, propose};
    use crate::thresholds::SurveyArrangements;

    #[test]
    fn a_pairing_leaves_its_members_and_their_functions_where_they_are() {
        let city = City::paired_proposal();
        let after = city.when(pair()).then(&[EventBody::JointBranchEstablished(JointBranchEstablished {
            joint_branch: JOINT,
            arrangement: Arrangement::Pairing,
            level: Level::County,
            survey: None,
            consents: Vec::new(),
            reason: None,
        })]);
        for organization in [V1, V2].map(|id| after.organization(id)) {
            assert_eq!((&organization.status, organization.merger), (&OrganizationStatus::Active, None));
            assert!(organization.held_elsewhere.is_empty() && organization.pairings.contains(&JOINT));
        }
        // 结对 has no organ, so no post stands vacant.
        assert_eq!(after.joint().vacant_since, None);
    }

    #[test]
    fn where_no_member_is_a_village_no_survey_is_needed() {
        let consents = vec![crate::commands::establishment_tests::consent()];
        let draft = crate::commands::establishment_tests::pair_with(consents);
        City::new().given(propose(pairing(&[UNIT, COOPERATIVE]))).when(draft).accepted();
    }

    #[test]
    fn a_pairing_is_decided_as_a_merger_is() {
        let general = ProposeJointBranch { form: Form::GeneralBranch, ..pairing(&[V1, V2]) };
        let with_organ = City::new().given(members(V1, 60, 0)).given(propose(general));
        with_organ.when(pair()).refused_by("survey-required");
        let lowered = |policy: &mut crate::policy::Policy| {
            policy.thresholds.survey_arrangements = SurveyArrangements::Merger;
        };
        with_organ.with_policy(lowered).when(pair()).accepted();
        // One without an organ moves no function and asks nobody, but a survey that the decision names counts.
        City::new().given(propose(pairing(&[V1, V2]))).when(pair()).accepted();
        let city = City::paired_proposal();
        city.when(pair().behalf(TOWNSHIP_ORGAN)).refused_by("deciding-body");
        city.when(pair().no_paper()).refused_by("document-required");
        city.when(pair().by(officer("clerk-1"))).refused_by("four-eyes");
    }

    #[test]
    fn a_merger_is_not_paired() {
        City::surveyed().when(pair()).refused(Rejection::WrongArrangement {
            name: "联合党支部".into(),
            needed: say("共建，请办理合建", "pairing: use merge-branches"),
        });
    }
}
