//! `merge-branches` 合建: the originals are suspended and all four functions go over, in the same append.

use crate::case::Case;
use crate::commands::establishment;
use crate::commands::establishment::EstablishJointBranch;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::organizations::OrganizationSuspended;
use crate::function::Function;
use crate::joint_branch::{Arrangement, Phase};
use crate::mechanism::Mechanism;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::say;
use crate::spec::{Givers, Group, Spec};
use crate::text::Text;

same_data! {
    /// Establishes a merger 合建 on a proposal.
    pub struct MergeBranches(pub EstablishJointBranch);
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "merge-branches",
    title: say("批准合建", "Approve a merger"),
    group: Group::Establishing,
    mechanisms: &[Mechanism::Merger, Mechanism::Documents],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| {
        joint.phase == Phase::Proposed && !joint.is_returned() && joint.arrangement == Arrangement::Merger
    }),
    yields: &["joint-branch.established"],
    along: &[
        "joint-branch.dissolved",
        "joint-branch.functions-returned",
        "organization.suspended",
        "joint-branch.functions-transferred",
    ],
    refused_when: "sent back and not handed in again; members of an organization that have not resolved it; no survey that counts; a body below the deciding tier; no document; a condition of the proposal fails",
    rules: &[
        "survey-required",
        "resolution-required",
        "resolution-quorum",
        "resolution-majority",
        "proposal-returned",
        "survey-favour",
        "survey-base",
        "survey-age",
        "deciding-body",
        "document-required",
        "four-eyes",
        "member-consent",
        "arrangement",
        "branch-maximum",
        "branch-minimum",
        "committee-approval",
        "committee-members",
        "ends-pairings",
        "failed-history",
        "general-branch-members",
        "ground",
        "joint-branch-units",
        "mode",
        "one-merger",
        "pairing-ends-first",
        "superior-decision",
        "survey-named",
        "survey-over-base",
        "approval-due",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2019-03-01",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕18号", "issued": "2019-02-26"},
  "decided_by": {"meeting": "区委常委会第12次会议", "date": "2019-02-25"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "survey": "01J8KQ2M000000000000000010"}
}"#,
    example_follows: &["record-will-survey"],
};

pub(crate) fn entity(MergeBranches(data): &MergeBranches) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(
    case: &mut Case<'_>,
    MergeBranches(data): &MergeBranches,
) -> Result<Vec<EventBody>, Rejection> {
    let (joint_branch, mut events) = establishment::check(case, data, Arrangement::Merger)?;
    events.extend(joint_branch.members.iter().map(|organization| {
        EventBody::OrganizationSuspended(OrganizationSuspended {
            organization: *organization,
            joint_branch: joint_branch.id,
        })
    }));
    events.push(EventBody::FunctionsTransferred(FunctionsMoved {
        joint_branch: joint_branch.id,
        functions: all_functions(case),
        from: joint_branch.members.clone(),
    }));
    Ok(events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<MergeBranches> {
    establishment::recall(recorded).map(MergeBranches)
}

/// 原村党组织的全部职能整体划转: the four, and what the jurisdiction has added to them.
pub(crate) fn all_functions(case: &Case<'_>) -> Vec<Function> {
    let codes = case.policy.codes("functions").into_iter();
    codes.filter_map(|name| Text::try_from(name).ok().map(Function)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event_data::joint_branches::JointBranchEstablished;
    use crate::joint_branch::Phase;
    use crate::organization::OrganizationStatus;
    use crate::place::Level;
    use crate::say::say;
    use crate::testing::City;
    use crate::testing::city::{JOINT, V1, V2};
    use crate::testing::drafts::{functions, merge};

    fn all_four() -> Vec<Function> {
        functions(&Function::FOUR, &[]).functions
    }

    #[test]
    fn a_merger_suspends_its_members_and_takes_all_four_functions_in_one_append() {
        let city = City::surveyed();
        let survey = Some(city.last_command());
        let suspended = |organization| {
            EventBody::OrganizationSuspended(OrganizationSuspended { organization, joint_branch: JOINT })
        };
        let after = city.when(merge()).then(&[
            EventBody::JointBranchEstablished(JointBranchEstablished {
                joint_branch: JOINT,
                arrangement: Arrangement::Merger,
                level: Level::County,
                survey,
                consents: Vec::new(),
                reason: None,
            }),
            suspended(V1),
            suspended(V2),
            EventBody::FunctionsTransferred(FunctionsMoved {
                joint_branch: JOINT,
                functions: all_four(),
                from: vec![V1, V2],
            }),
        ]);
        assert_eq!((after.joint().phase, all_four().len()), (Phase::Operating, 4));
        for organization in [V1, V2].map(|id| after.organization(id)) {
            assert_eq!(organization.status, OrganizationStatus::Suspended);
            assert_eq!(organization.merger, Some(JOINT));
            assert!(all_four().iter().all(|function| organization.held_elsewhere[function] == JOINT));
        }
    }

    #[test]
    fn a_pairing_is_not_merged() {
        let city = City::paired_proposal();
        city.when(merge()).refused(Rejection::WrongArrangement {
            name: "联合党支部".into(),
            needed: say("合建，请办理共建", "merger: use pair-branches"),
        });
    }
}
