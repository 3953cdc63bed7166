//! `release-member`: a village leaves a live joint branch, under the conditions of dissolving.

use crate::case::Case;
use crate::commands::membership::{check_composition, check_decision, check_survey, members_without};
use crate::commands::resolutions::check_resolutions;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::joint_branches::MemberReleased;
use crate::event_data::organizations::{OrganizationAbolished, OrganizationRestored};
use crate::ids::{CommandId, JointBranchId, OrganizationId};
use crate::joint_branch::{Arrangement, JointBranch, Mode};
use crate::mechanism::Mechanism;
use crate::organization::{Organization, OrganizationForm, OrganizationStatus};
use crate::recall::Recorded;
use crate::rejection::{ChangeRejection, Rejection};
use crate::say::say;
use crate::spec::{Givers, Group, Spec};

data! {
    /// 成员党组织退出联合党组织 / releases a member from a live joint branch
    pub struct ReleaseMember {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 退出的成员党组织 / the member that leaves the joint branch
        pub member: OrganizationId,
        /// 承接党组织的记录编号；填成员自身即恢复原党组织 / the id of the organization that goes on: the member's own where it is restored
        pub successor: OrganizationId,
        /// 所依据的群众意愿调查（指令编号）；只有一次时可不填 / the will survey that it rests on, by the id of its command; needed where there is more than one
        pub survey: Option<CommandId>,
    }
}

/// A joint branch of fewer members is none.
const LEAST_MEMBERS: usize = 2;

pub(crate) const SPEC: &Spec = &Spec {
    name: "release-member",
    title: say("成员退出", "Release a member"),
    group: Group::Changes,
    mechanisms: &[Mechanism::Membership],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live()),
    yields: &["joint-branch.member-released"],
    along: &["organization.restored", "organization.abolished", "joint-branch.functions-returned"],
    refused_when: "as for dissolving; fewer than two would remain; in the cycle of rectification",
    rules: &[
        "dissolve-instead",
        "document-required",
        "members-in-cycle",
        "successors",
        "survey-age",
        "survey-named",
        "resolution-required",
        "four-eyes",
        "branch-minimum",
        "not-a-member",
    ],
    choices: &[],
    example: r#"{
  "effective_date": "2021-06-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2021〕21号", "issued": "2021-06-19"},
  "decided_by": {"meeting": "区委常委会第9次会议", "date": "2021-06-18"},
  "data": {"joint_branch": "01J8KQ2M000000000000000008", "member": "01J8KQ2M000000000000000003", "successor": "01J8KQ2M000000000000000003"}
}"#,
    example_follows: &["admit-member"],
};

pub(crate) fn entity(data: &ReleaseMember) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &ReleaseMember) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    let level = check_decision(case, joint_branch, "release")?;
    let member = case.organization_in_order(data.member, "/data/member")?;
    if !joint_branch.members.contains(&member.id) {
        case.refuse(Rejection::NotAMember { name: member.name.to_string() })?;
    }
    let remaining = members_without(case, joint_branch, Some(member));
    if remaining.len() < LEAST_MEMBERS {
        case.refuse(ChangeRejection::DissolveInstead { found: remaining.len() })?;
    }
    check_composition(case, joint_branch, &remaining)?;
    check_successor(case, joint_branch, member, data)?;
    let resolved = check_resolutions(case, joint_branch, &[member.id]);
    case.go_on(resolved)?;
    let survey = check_survey(case, joint_branch, member, data.survey)?;
    let (organization, id, successor) = (member.id, joint_branch.id, data.successor);
    let mut events = Vec::new();
    if let Some(held) = joint_branch.functions.get(&organization) {
        let functions = held.iter().cloned().collect();
        let returned = FunctionsMoved { joint_branch: id, functions, from: vec![organization] };
        events.push(EventBody::FunctionsReturned(returned));
    }
    if joint_branch.arrangement == Arrangement::Merger {
        events.push(if successor == organization {
            EventBody::OrganizationRestored(OrganizationRestored { organization, joint_branch: id })
        } else {
            let joint_branch = id;
            EventBody::OrganizationAbolished(OrganizationAbolished { organization, joint_branch, successor })
        });
    }
    let released = MemberReleased { joint_branch: id, organization, successor, level, survey };
    events.push(EventBody::MemberReleased(released));
    Ok(events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<ReleaseMember> {
    let EventBody::MemberReleased(MemberReleased { joint_branch, organization, successor, level: _, survey }) =
        recorded.lead.clone()
    else {
        return None;
    };
    Some(ReleaseMember { joint_branch, successor, survey, member: organization })
}

/// The original is restored, or another organization at work goes on; a pairing leaves its members as they are.
fn check_successor(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    member: &Organization,
    data: &ReleaseMember,
) -> Result<(), Rejection> {
    let refused = |name: &Organization, zh, en| {
        Err(Rejection::Successor { name: name.name.to_string(), detail: say(zh, en) })
    };
    let is_restored = data.successor == member.id;
    match joint_branch.arrangement {
        Arrangement::Pairing if is_restored => return Ok(()),
        Arrangement::Pairing => {
            return refused(
                member,
                "共建不改变原组织，只能恢复自身",
                "a pairing leaves its members as they are",
            );
        }
        // The base village itself cannot leave: its mode's condition would fail.
        Arrangement::Merger if is_restored && joint_branch.mode == Mode::LargeSmall => {
            return refused(
                member,
                "大小村合建中的小村不再恢复，须指定承接组织",
                "the small village of large_small is not restored: name who goes on",
            );
        }
        Arrangement::Merger if is_restored => return Ok(()),
        Arrangement::Merger => {}
    }
    let successor = case.organization_in_order(data.successor, "/data/successor")?;
    case.require_scope(&case.state.scope_of_organization(successor.id), successor.name.as_str())?;
    if successor.form == OrganizationForm::Organ || successor.status != OrganizationStatus::Active {
        return refused(
            successor,
            "承接组织须是正常运转的党组织",
            "who goes on must be an organization at work",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::Function;
    use crate::joint_branch::Grade;
    use crate::place::Level;
    use crate::testing::City;
    use crate::testing::city::{JOINT, TOWNSHIP_ORGAN, V1, V2, V3, V4, members};
    use crate::testing::drafts::changes::{admit, ask, leave, release, release_as};
    use crate::testing::drafts::{Draft, evaluate, functions, officer, transfer};

    /// A merger of three villages, the third asked again whether it stays.
    fn three() -> City {
        City::merged()
            .given(ask(&[(V3, 100, 100)]))
            .given(admit(V3))
            .given(ask(&[(V2, 100, 100)]).on("2019-05-10"))
    }

    fn sorted_four() -> Vec<Function> {
        let mut four = functions(&Function::FOUR, &[]).functions;
        four.sort();
        four
    }

    fn named(city: &City, successor: crate::ids::OrganizationId) -> Draft {
        let survey = Some(city.last_command());
        release_as(ReleaseMember { survey, ..leave(V2, successor) })
    }

    #[test]
    fn a_member_that_leaves_is_restored_with_its_functions() {
        let city = three();
        let survey = Some(city.last_command());
        let after = city.when(named(&city, V2)).then(&[
            EventBody::FunctionsReturned(FunctionsMoved {
                joint_branch: JOINT,
                functions: sorted_four(),
                from: vec![V2],
            }),
            EventBody::OrganizationRestored(OrganizationRestored { organization: V2, joint_branch: JOINT }),
            EventBody::MemberReleased(MemberReleased {
                joint_branch: JOINT,
                organization: V2,
                successor: V2,
                level: Level::County,
                survey,
            }),
        ]);
        assert_eq!(after.organization(V2).status, OrganizationStatus::Active);
        assert!(after.organization(V2).held_elsewhere.is_empty());
        assert_eq!(after.joint().members, [V1, V3]);
        assert!(after.organization(V2).election_owed.is_some());
    }

    #[test]
    fn another_organization_may_go_on() {
        let city = three();
        let after = city.when(named(&city, V4)).accepted();
        let abolished = OrganizationStatus::Abolished { successor: V4 };
        assert_eq!(after.organization(V2).status, abolished);
        for (successor, name) in [(V3, "510811100203党支部"), (TOWNSHIP_ORGAN, "元坝镇党委")] {
            city.when(named(&city, successor)).refused(Rejection::Successor {
                name: name.into(),
                detail: say("承接组织须是正常运转的党组织", "who goes on must be an organization at work"),
            });
        }
    }

    #[test]
    fn two_members_are_the_least() {
        let refused = ChangeRejection::DissolveInstead { found: 1 };
        City::merged().when(release(V2, V2)).refused(refused.into());
        let name = "510811100204党支部".to_owned();
        three().when(release(V4, V4)).refused(Rejection::NotAMember { name });
        three().when(release(V2, V2).no_paper()).refused(Rejection::DocumentMissing);
    }

    #[test]
    fn a_pairing_lets_a_member_go_with_what_it_coordinated() {
        let city = City::paired().given(transfer(&["industry"], &[V2])).given(ask(&[(V3, 100, 100)]));
        let city = city.given(admit(V3)).given(ask(&[(V2, 100, 100)]).on("2019-05-10"));
        let after = city.when(named(&city, V2)).accepted();
        assert!(
            after.organization(V2).pairings.is_empty() && after.organization(V2).held_elsewhere.is_empty()
        );
        city.when(named(&city, V4)).refused(Rejection::Successor {
            name: "510811100202党支部".into(),
            detail: say("共建不改变原组织，只能恢复自身", "a pairing leaves its members as they are"),
        });
    }

    #[test]
    fn those_who_stay_are_still_enough() {
        // With three villages of which the others have one formal member each.
        let thin =
            three().given(members(V1, 1, 0).on("2019-05-11")).given(members(V3, 1, 0).on("2019-05-11"));
        let survey = thin.log.iter().rev().find_map(|event| match &event.body {
            EventBody::JointBranchSurveyed(data) => Some(data.survey),
            _ => None,
        });
        let draft = release_as(ReleaseMember { survey, ..leave(V2, V2) });
        thin.when(draft).refused(Rejection::BranchMinimum { found: 2, allowed: 3 });
    }

    #[test]
    fn a_member_is_released_as_one_is_admitted() {
        let unasked = City::merged().given(ask(&[(V3, 100, 100)])).given(admit(V3));
        unasked.when(release(V2, V2).on("2020-05-20")).refused_by("survey-age");
        let city = three();
        city.when(release(V2, V2)).refused_by("survey-named");
        city.when(named(&city, V2).by(officer("clerk-1"))).refused_by("four-eyes");
        let poor = city.given(evaluate("2019Q1", Grade::Poor).on("2019-05-12"));
        poor.when(release(V2, V2)).refused_by("members-in-cycle");
    }
}
