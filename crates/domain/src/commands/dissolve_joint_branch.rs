//! `dissolve-joint-branch`: one append relieves the secretary, returns the functions, and restores the originals or
//! names who goes on in their place.

use crate::case::Case;
use crate::command_data::DissolveJointBranch;
use crate::commands::establishment::check_four_eyes;
use crate::event::EventBody;
use crate::event_data::{
    FunctionsMoved, JointBranchDissolved, OrganizationAbolished, OrganizationRestored, SecretaryRelieved,
};
use crate::ids::OrganizationId;
use crate::joint_branch::{Arrangement, Ground, JointBranch, Mode, Phase};
use crate::organization::OrganizationStatus;
use crate::rejection::{Rejection, level_words};

pub(crate) fn decide(case: &mut Case<'_>, data: &DissolveJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    let deciding_level = case.policy.figures.deciding_level;
    let level = case.require_decision(deciding_level, lead)?;
    let established_by = joint_branch.establishment.as_ref().map_or(deciding_level, |found| found.level);
    if level < established_by {
        let (needed_zh, needed) = level_words(established_by);
        return Err(Rejection::ApproverLevel { needed_zh, needed });
    }
    case.require_document(joint_branch, "dissolve")?;
    check_four_eyes(case, joint_branch)?;
    check_ground(case, joint_branch, data.ground)?;
    check_successors(case, joint_branch, data)?;
    let mut events = release(joint_branch);
    if joint_branch.arrangement == Arrangement::Merger {
        events
            .extend(data.successors.iter().map(|entry| succeed(joint_branch, entry.member, entry.successor)));
    }
    let joint_branch = joint_branch.id;
    events.push(EventBody::JointBranchDissolved(JointBranchDissolved {
        joint_branch,
        ground: data.ground,
        level,
    }));
    Ok(events)
}

/// The cycle of rectification has no exits, and a failure needs its review.
fn check_ground(case: &Case<'_>, joint_branch: &JointBranch, ground: Ground) -> Result<(), Rejection> {
    let refused = |detail_zh, detail| Err(Rejection::GroundUnmet { detail_zh, detail });
    match ground {
        Ground::RectificationFailed if joint_branch.phase != Phase::TerminationDue => refused(
            "整改失败须先有验收及满意度结果",
            "rectification_failed needs a review and a satisfaction result",
        ),
        Ground::PurposeAchieved | Ground::MembersRequest if joint_branch.is_in_cycle() => refused(
            "整改期间只能以整改失败、区划变化或上级决定撤销",
            "while rectification is owed or standing only rectification_failed, place_changed and superior_decision count",
        ),
        Ground::PlaceChanged if !has_lost_a_village(case, joint_branch) => {
            refused("没有成员村发生区划变化", "no member village has ended or changed")
        }
        _ => Ok(()),
    }
}

/// A member village that is no longer on the register of places.
fn has_lost_a_village(case: &Case<'_>, joint_branch: &JointBranch) -> bool {
    let members = joint_branch.members.iter().filter_map(|id| case.state.organizations.get(id));
    members.filter_map(|member| member.village()).any(|village| !case.state.places.contains_key(&village))
}

/// For every member of a merger one successor; a pairing has nothing to restore.
fn check_successors(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    data: &DissolveJointBranch,
) -> Result<(), Rejection> {
    let refused = |name: String, detail_zh, detail| Err(Rejection::Successor { name, detail_zh, detail });
    for (index, entry) in data.successors.iter().enumerate() {
        let member = case.organization_in_order(entry.member, &format!("/data/successors/{index}/member"))?;
        let name = member.name.to_string();
        if !joint_branch.members.contains(&entry.member) {
            return Err(Rejection::NotAMember { name });
        }
        if data.successors.iter().filter(|other| other.member == entry.member).count() > 1 {
            return Err(Rejection::MemberRepeated { name });
        }
        let is_restored = entry.successor == entry.member;
        if joint_branch.arrangement == Arrangement::Pairing && !is_restored {
            return refused(
                name,
                "共建不改变原组织，只能恢复自身",
                "a pairing leaves its members as they are",
            );
        }
        let is_base = joint_branch.base_village.is_some() && member.village() == joint_branch.base_village;
        if is_restored && joint_branch.mode == Mode::LargeSmall && !is_base {
            return refused(
                name,
                "大小村撤并中的小村不再恢复，须指定承接组织",
                "the small village of large_small is not restored: name who goes on",
            );
        }
        if !is_restored {
            check_other(case, data, entry.successor, index)?;
        }
    }
    let missing = joint_branch
        .members
        .iter()
        .find(|member| data.successors.iter().all(|entry| entry.member != **member));
    match missing {
        Some(id) if joint_branch.arrangement == Arrangement::Merger => {
            let name = case.organization(*id, "/data/successors")?.name.to_string();
            refused(name, "每个成员都须有去向", "every member needs a successor")
        }
        _ => Ok(()),
    }
}

/// Another organization goes on: one that works, or a member that the same command restores.
fn check_other(
    case: &Case<'_>,
    data: &DissolveJointBranch,
    successor: OrganizationId,
    index: usize,
) -> Result<(), Rejection> {
    let organization =
        case.organization_in_order(successor, &format!("/data/successors/{index}/successor"))?;
    let restored_now =
        data.successors.iter().any(|entry| entry.member == successor && entry.successor == successor);
    let is_organ = organization.form == crate::organization::OrganizationForm::Organ;
    if is_organ || (organization.status != OrganizationStatus::Active && !restored_now) {
        return Err(Rejection::Successor {
            name: organization.name.to_string(),
            detail_zh: "承接组织须是正常运转的党组织",
            detail: "who goes on must be an organization at work",
        });
    }
    Ok(())
}

/// The secretary leaves, and every function goes back to where it came from.
fn release(joint_branch: &JointBranch) -> Vec<EventBody> {
    let id = joint_branch.id;
    let secretary = joint_branch.secretary.iter().map(|secretary| {
        EventBody::SecretaryRelieved(SecretaryRelieved {
            joint_branch: id,
            person: secretary.person,
            reason_commitment: None,
        })
    });
    let mut by_functions: std::collections::BTreeMap<Vec<_>, Vec<OrganizationId>> =
        std::collections::BTreeMap::new();
    for (organization, functions) in &joint_branch.functions {
        by_functions.entry(functions.iter().cloned().collect()).or_default().push(*organization);
    }
    let returned = by_functions.into_iter().map(|(functions, from)| {
        EventBody::FunctionsReturned(FunctionsMoved { joint_branch: id, functions, from })
    });
    secretary.chain(returned).collect()
}

fn succeed(joint_branch: &JointBranch, organization: OrganizationId, successor: OrganizationId) -> EventBody {
    let joint_branch = joint_branch.id;
    if organization == successor {
        EventBody::OrganizationRestored(OrganizationRestored { organization, joint_branch })
    } else {
        EventBody::OrganizationAbolished(OrganizationAbolished { organization, joint_branch, successor })
    }
}
