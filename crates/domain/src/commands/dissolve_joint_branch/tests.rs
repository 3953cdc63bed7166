//! Tests of `dissolve-joint-branch`.

use super::*;
use crate::commands::ProposeJointBranch;
use crate::say::{Say, say};
use crate::testing::City;
use crate::testing::city::{JOINT, SECRETARY, TOWNSHIP_ORGAN, V1, V2, V3};
use crate::testing::drafts::{clerk, dissolve, functions, merge, proposal, propose, survey, transfer};

const BOTH: [(OrganizationId, OrganizationId); 2] = [(V1, V1), (V2, V2)];

fn dissolved(ground: Ground) -> EventBody {
    EventBody::JointBranchDissolved(JointBranchDissolved {
        joint_branch: JOINT,
        ground,
        level: Level::County,
        superior: None,
    })
}

fn returned(functions: Vec<crate::function::Function>, from: &[OrganizationId]) -> EventBody {
    EventBody::FunctionsReturned(FunctionsMoved { joint_branch: JOINT, functions, from: from.to_vec() })
}

fn sorted_four() -> Vec<crate::function::Function> {
    let mut four = functions(&crate::function::Function::FOUR, &[]).functions;
    four.sort();
    four
}

#[test]
fn one_decision_relieves_returns_restores_and_ends() {
    let relieved = EventBody::SecretaryRelieved(SecretaryRelieved {
        joint_branch: JOINT,
        person: SECRETARY,
        reason_commitment: None,
    });
    let restored = |organization| {
        EventBody::OrganizationRestored(OrganizationRestored { organization, joint_branch: JOINT })
    };
    let after = City::headed().when(dissolve(Ground::PurposeAchieved, &BOTH)).then(&[
        relieved,
        returned(sorted_four(), &[V1, V2]),
        restored(V1),
        restored(V2),
        dissolved(Ground::PurposeAchieved),
    ]);
    for organization in [V1, V2].map(|id| after.organization(id)) {
        assert_eq!((&organization.status, organization.merger), (&OrganizationStatus::Active, None));
        assert!(organization.held_elsewhere.is_empty());
    }
    let joint = after.joint();
    assert_eq!((joint.phase, &joint.secretary, joint.vacant_since), (Phase::Dissolved, &None, None));
    assert!(after.state.persons[&SECRETARY].secretary_of.is_empty());
}

#[test]
fn a_member_may_go_on_in_another_member_or_in_another_organization() {
    for successor in [V1, V3] {
        let successors = [(V1, V1), (V2, successor)];
        let after = City::merged().when(dissolve(Ground::MembersRequest, &successors)).accepted();
        let abolished = OrganizationStatus::Abolished { successor };
        assert_eq!(after.organization(V2).status, abolished);
        assert!(after.organization(V2).held_elsewhere.is_empty());
    }
}

#[test]
fn a_pairing_gives_its_functions_back_and_has_nothing_to_restore() {
    let city = City::paired().given(transfer(&["industry", "联合巡逻"], &[V2]));
    let held = functions(&["industry", "联合巡逻"], &[]).functions;
    let after = city
        .when(dissolve(Ground::PurposeAchieved, &[]))
        .then(&[returned(held, &[V2]), dissolved(Ground::PurposeAchieved)]);
    let organization = after.organization(V2);
    assert!(organization.held_elsewhere.is_empty() && organization.pairings.is_empty());
    City::paired().when(dissolve(Ground::PurposeAchieved, &BOTH)).then(&[dissolved(Ground::PurposeAchieved)]);
}

fn refused(member: &str, detail: Say) -> Rejection {
    Rejection::Successor { name: format!("{member}党支部"), detail }
}

#[test]
fn every_member_of_a_merger_has_one_successor_that_is_at_work() {
    let end = |successors: &[_]| City::merged().when(dissolve(Ground::PurposeAchieved, successors));
    end(&[(V1, V1)])
        .refused(refused("510811100202", say("每个成员都须有去向", "every member needs a successor")));
    let name = "510811100201党支部".to_owned();
    end(&[(V1, V1), (V1, V2), (V2, V2)]).refused(Rejection::MemberRepeated { name });
    end(&[(V3, V3)]).refused(Rejection::NotAMember { name: "510811100203党支部".into() });
    let idle = say("承接组织须是正常运转的党组织", "who goes on must be an organization at work");
    // Each would go on in the other, and neither is restored.
    end(&[(V1, V2), (V2, V1)]).refused(refused("510811100202", idle.clone()));
    let organ = Rejection::Successor { name: "元坝镇党委".into(), detail: idle.clone() };
    end(&[(V1, V1), (V2, TOWNSHIP_ORGAN)]).refused(organ);
    let unknown = OrganizationId(ulid::Ulid(1));
    end(&[(V1, V1), (V2, unknown)]).refused(Case::unknown(
        say("党组织", "organization"),
        &unknown,
        "/data/successors/1/successor",
    ));
}

#[test]
fn a_pairing_leaves_its_members_as_they_are() {
    let words = say("共建不改变原组织，只能恢复自身", "a pairing leaves its members as they are");
    let draft = dissolve(Ground::PurposeAchieved, &[(V1, V2)]);
    City::paired().when(draft).refused(refused("510811100201", words.clone()));
}

#[test]
fn the_small_village_of_large_small_has_a_successor_and_no_restoration() {
    let base_village = "510811100201".parse().ok();
    let data = ProposeJointBranch { mode: Mode::LargeSmall, base_village, ..proposal(&[V1, V2]) };
    let city = City::new().given(propose(data)).given(survey(&[(V1, 100, 100), (V2, 100, 100)]));
    let city = city.given(merge());
    city.when(dissolve(Ground::PurposeAchieved, &[(V1, V1), (V2, V1)])).accepted();
    city.when(dissolve(Ground::PurposeAchieved, &BOTH)).refused(refused(
        "510811100202",
        say(
            "大小村合建中的小村不再恢复，须指定承接组织",
            "the small village of large_small is not restored: name who goes on",
        ),
    ));
}

#[test]
fn who_proposed_or_surveyed_does_not_dissolve() {
    let city =
        City::new().given(propose(proposal(&[V1, V2])).by(crate::testing::drafts::officer("officer-2")));
    let city = city.given(survey(&[(V1, 100, 100), (V2, 100, 100)])).given(merge());
    let draft = dissolve(Ground::PurposeAchieved, &BOTH).by(crate::testing::drafts::officer("officer-2"));
    city.when(draft).refused(Rejection::FourEyes {
        actor: "officer-2".into(),
        earlier: say("提出了该联合党组织", "proposed this joint branch"),
    });
}

#[test]
fn a_level_below_the_one_that_established_dissolves_nothing() {
    let city = City::merged().with_policy(|policy| policy.thresholds.deciding_level = Level::Township);
    let other = crate::actor::Actor { id: "clerk-2".into(), ..clerk() };
    let draft = dissolve(Ground::PurposeAchieved, &BOTH).by(other).behalf(TOWNSHIP_ORGAN);
    city.when(draft).refused(Rejection::ApproverLevel { needed: Level::County });
}

#[test]
fn dissolving_is_a_decision_of_a_live_joint_branch_on_a_paper() {
    let draft = || dissolve(Ground::PurposeAchieved, &BOTH);
    City::merged().when(draft().no_paper()).refused(Rejection::DocumentMissing);
    City::merged().when(draft().undecided()).refused(Rejection::DecidedByMissing);
    let (found, needed) = ("元坝镇党委".into(), Level::County);
    City::merged().when(draft().behalf(TOWNSHIP_ORGAN)).refused(Rejection::DecidingBody { found, needed });
    for (city, found) in [(City::proposed(), Phase::Proposed), (City::dissolved(), Phase::Dissolved)] {
        city.when(draft()).refused(Rejection::WrongPhase {
            name: "联合党支部".into(),
            found,
            needed: say("已成立且未撤销", "established and not dissolved"),
        });
    }
}
