//! `dissolve-joint-branch`: one append relieves the secretary, returns the functions, and restores the originals or
//! names who goes on in their place.

use crate::case::Case;
use crate::commands::four_eyes::check_four_eyes;
use crate::consent::Consent;
use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_data::functions::FunctionsMoved;
use crate::event_data::joint_branches::JointBranchDissolved;
use crate::event_data::organizations::{OrganizationAbolished, OrganizationRestored};
use crate::event_data::posts::SecretaryRelieved;
use crate::ids::{JointBranchId, OrganizationId};
use crate::joint_branch::{Arrangement, Grade, Ground, JointBranch, Mode, Phase};
use crate::mechanism::Mechanism;
use crate::organization::OrganizationStatus;
use crate::place::Level;
use crate::recall::Recorded;
use crate::rejection::Rejection;
use crate::say::{Say, say};
use crate::spec::{Choice, Givers, Group, Spec, Use};

data! {
    /// 一个成员党组织终止后由谁承接 / what becomes of one member when the joint branch ends
    pub struct Succession {
        /// 成员党组织的记录编号 / the id of the member organization
        pub member: OrganizationId,
        /// 承接党组织的记录编号；填成员自身即恢复原党组织 / the id of the organization that goes on: the member's own where it is restored
        pub successor: OrganizationId,
    }

    /// 终止合建共建 / dissolves a joint branch and says who goes on for its members
    pub struct DissolveJointBranch {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 终止的事由 / the ground on which the joint branch ends
        pub ground: Ground,
        /// 各成员的承接党组织：合建逐一填写，共建可不填 / who goes on for each member: every one of a merger, none needed for a pairing
        #[serde(default)]
        pub successors: Vec<Succession>,
        /// 上级决定终止时，作出决定的上级及其文件 / for the ground `superior_decision`: the organ above the deciding one, and its document
        pub superior: Option<Consent>,
    }
}

pub(crate) const SPEC: &Spec = &Spec {
    name: "dissolve-joint-branch",
    title: say("终止合建共建", "Dissolve a joint branch"),
    group: Group::Evaluation,
    mechanisms: &[Mechanism::Dissolution],
    givers: Givers::DecidingTier,
    exceptions: &[],
    fits: Some(|joint| joint.phase.is_live()),
    yields: &["joint-branch.dissolved"],
    along: &[
        "organization.restored",
        "organization.abolished",
        "joint-branch.functions-returned",
        "joint-branch.secretary-relieved",
    ],
    refused_when: "the ground does not hold; a superior's decision without the organ above and its document; a member without successor; a body below the one that established it; from the poor grade on, by who had part in the cycle",
    rules: &[
        "ground",
        "ground-superior",
        "successors",
        "approver-level",
        "document-required",
        "four-eyes",
        "member-once",
        "not-a-member",
        "dissolution-due",
    ],
    choices: &[Choice::Of { field: "ground", uses: &[Use::must("superior", &["superior_decision"])] }],
    example: r#"{
  "effective_date": "2019-11-20",
  "on_behalf_of": "01J8KQ2M000000000000000005",
  "document": {"number": "昭委组〔2019〕66号", "issued": "2019-11-18"},
  "decided_by": {"meeting": "区委常委会第31次会议", "date": "2019-11-15"},
  "data": {
    "joint_branch": "01J8KQ2M000000000000000008",
    "ground": "rectification_failed",
    "successors": [
      {"member": "01J8KQ2M000000000000000001", "successor": "01J8KQ2M000000000000000001"},
      {"member": "01J8KQ2M000000000000000002", "successor": "01J8KQ2M000000000000000002"}
    ]
  }
}"#,
    example_follows: &["review-rectification"],
};

pub(crate) fn entity(data: &DissolveJointBranch) -> Option<Entity> {
    Some(Entity::JointBranch(data.joint_branch))
}

pub(crate) fn decide(case: &mut Case<'_>, data: &DissolveJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    let level = check_decision(case, joint_branch, data.ground)?;
    check_superior(case, joint_branch, data, level)?;
    check_successors(case, joint_branch, data)?;
    let mut events = release(joint_branch);
    if joint_branch.arrangement == Arrangement::Merger {
        events
            .extend(data.successors.iter().map(|entry| succeed(joint_branch, entry.member, entry.successor)));
    }
    events.push(dissolved(joint_branch, data.ground, level, data.superior.clone()));
    Ok(events)
}

/// The command that such events came from.
pub(crate) fn recall(recorded: &Recorded<'_>) -> Option<DissolveJointBranch> {
    let EventBody::JointBranchDissolved(JointBranchDissolved { joint_branch, ground, level: _, superior }) =
        recorded.lead.clone()
    else {
        return None;
    };
    let succession = |event: &&EventBody| match event {
        EventBody::OrganizationRestored(restored) => {
            Some(Succession { member: restored.organization, successor: restored.organization })
        }
        EventBody::OrganizationAbolished(abolished) => {
            Some(Succession { member: abolished.organization, successor: abolished.successor })
        }
        _ => None,
    };
    let successors = recorded.events.iter().filter_map(succession).collect();
    Some(DissolveJointBranch { joint_branch, ground, successors, superior })
}

/// Ends a pairing in the append of a decision that needs its members, under the rules of dissolving it by itself: the
/// villages asked for what takes its place. One in the cycle of rectification does not end so.
pub(crate) fn end_pairing(
    case: &Case<'_>,
    id: JointBranchId,
    members: &[OrganizationId],
) -> Result<Vec<EventBody>, Rejection> {
    let pairing = case.joint_branch_at(id, "/data/ends_pairings")?;
    let name = || pairing.name.to_string();
    if pairing.arrangement != Arrangement::Pairing {
        case.refuse(Rejection::WrongArrangement { name: name(), needed: say("共建", "pairing") })?;
    }
    if !members.iter().any(|member| pairing.members.contains(member)) {
        case.refuse(Rejection::PairingUnrelated { name: name() })?;
    }
    let level = check_decision(case, pairing, Ground::MembersRequest)?;
    let mut events = release(pairing);
    events.push(dissolved(pairing, Ground::MembersRequest, level, None));
    Ok(events)
}

/// What every dissolving decision needs; gives the tier that decides.
fn check_decision(case: &Case<'_>, joint_branch: &JointBranch, ground: Ground) -> Result<Level, Rejection> {
    case.require_live(joint_branch)?;
    let lead = case.lead_township(joint_branch)?;
    let deciding_level = case.policy.thresholds.deciding_level;
    let level = case.require_decision(deciding_level, lead)?;
    let established_by = joint_branch.establishment.as_ref().map_or(deciding_level, |found| found.level);
    if level < established_by {
        case.refuse(Rejection::ApproverLevel { needed: established_by })?;
    }
    case.require_document(joint_branch, "dissolve")?;
    check_four_eyes(case, joint_branch)?;
    check_ground(joint_branch, ground)?;
    check_cycle_actors(case, joint_branch)?;
    Ok(level)
}

fn dissolved(
    joint_branch: &JointBranch,
    ground: Ground,
    level: Level,
    superior: Option<Consent>,
) -> EventBody {
    let joint_branch = joint_branch.id;
    EventBody::JointBranchDissolved(JointBranchDissolved { joint_branch, ground, level, superior })
}

/// A superior's decision is a superior's: an organ above the deciding one, over the lead township, with its document.
/// Above the city's organs nobody is on the register.
fn check_superior(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    data: &DissolveJointBranch,
    level: Level,
) -> Result<(), Rejection> {
    let refused = |detail: Say| Err(Rejection::GroundSuperior { detail });
    let Some(superior) = &data.superior else {
        let needed = data.ground == Ground::SuperiorDecision && level < Level::City;
        return if needed { refused(say("没有写明", "none is named")) } else { Ok(()) };
    };
    if data.ground != Ground::SuperiorDecision {
        return refused(say("其他理由不写上级", "on another ground none is named"));
    }
    match case.organ_of_document(superior, "/data/superior")? {
        Some((tier, _)) if tier <= level => {
            refused(say("所写机关不高于决定机关", "it is not above the deciding one"))
        }
        Some((tier, place))
            if case
                .state
                .ancestor(joint_branch.lead_township, tier)
                .is_some_and(|found| found.id == place) =>
        {
            Ok(())
        }
        Some(_) => refused(say("所写机关不管辖牵头乡镇", "it is not over the lead township")),
        None => refused(say("所写机关未登记为决策机关或已撤销", "it is no organ at work")),
    }
}

/// The cycle of rectification has no exits, and a failure needs its review.
fn check_ground(joint_branch: &JointBranch, ground: Ground) -> Result<(), Rejection> {
    let refused = |detail: Say| Err(Rejection::GroundUnmet { detail });
    match ground {
        Ground::RectificationFailed if joint_branch.phase != Phase::TerminationDue => refused(say(
            "整改失败须先有验收及满意度结果",
            "rectification_failed needs a review and a satisfaction result",
        )),
        Ground::PurposeAchieved | Ground::MembersRequest if joint_branch.is_in_cycle() => refused(say(
            "整改期间只能以整改失败、区划变化或上级决定撤销",
            "while rectification is owed or standing only rectification_failed, place_changed and superior_decision count",
        )),
        Ground::PlaceChanged if joint_branch.place_changed_since.is_none() => {
            refused(say("没有成员村发生区划变化", "no member village has ended or changed"))
        }
        _ => Ok(()),
    }
}

/// From the poor grade on a joint branch is not ended by anyone who took part in its cycle, on whatever ground.
fn check_cycle_actors(case: &Case<'_>, joint_branch: &JointBranch) -> Result<(), Rejection> {
    if !joint_branch.is_in_cycle() {
        return Ok(());
    }
    // Before an order only the grades that stand belong to this cycle; who had part in an earlier one is free.
    let is_ordered = joint_branch.phase != Phase::Operating;
    let poor = joint_branch.evaluations.iter().filter(|(quarter, evaluation)| {
        evaluation.grade == Grade::Poor && (is_ordered || joint_branch.poor_standing.contains_key(quarter))
    });
    case.four_eyes(
        poor.flat_map(|(_, evaluation)| &evaluation.recorded_by),
        say("录入了较差等次", "recorded a poor grade"),
    )?;
    if !is_ordered {
        return Ok(());
    }
    let actors = &joint_branch.cycle_actors;
    case.four_eyes(actors.ordered.iter(), say("责令了整改", "ordered the rectification"))?;
    case.four_eyes(actors.reviewed.iter(), say("验收了整改", "reviewed the rectification"))?;
    case.four_eyes(
        actors.counted.iter(),
        say(
            "录入了满意度所依据的户数或党员数",
            "recorded the households or members on which satisfaction counts",
        ),
    )
}

/// For every member of a merger one successor; a pairing has nothing to restore.
fn check_successors(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    data: &DissolveJointBranch,
) -> Result<(), Rejection> {
    let refuse = |name: String, zh, en| case.refuse(Rejection::Successor { name, detail: say(zh, en) });
    for (index, entry) in data.successors.iter().enumerate() {
        let member = case.organization_in_order(entry.member, &format!("/data/successors/{index}/member"))?;
        let name = || member.name.to_string();
        if !joint_branch.members.contains(&entry.member) {
            case.refuse(Rejection::NotAMember { name: name() })?;
        }
        if data.successors.iter().filter(|other| other.member == entry.member).count() > 1 {
            case.refuse(Rejection::MemberRepeated { name: name() })?;
        }
        let is_restored = entry.successor == entry.member;
        if joint_branch.arrangement == Arrangement::Pairing && !is_restored {
            refuse(name(), "共建不改变原组织，只能恢复自身", "a pairing leaves its members as they are")?;
        }
        let is_base = joint_branch.base_village.is_some() && member.village() == joint_branch.base_village;
        if is_restored && joint_branch.mode == Mode::LargeSmall && !is_base {
            refuse(
                name(),
                "大小村合建中的小村不再恢复，须指定承接组织",
                "the small village of large_small is not restored: name who goes on",
            )?;
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
            refuse(name, "每个成员都须有去向", "every member needs a successor")
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
    case.require_scope(&case.state.scope_of_organization(successor), organization.name.as_str())?;
    let restored_now =
        data.successors.iter().any(|entry| entry.member == successor && entry.successor == successor);
    let is_organ = organization.form == crate::organization::OrganizationForm::Organ;
    if is_organ || (organization.status != OrganizationStatus::Active && !restored_now) {
        case.refuse(Rejection::Successor {
            name: organization.name.to_string(),
            detail: say("承接组织须是正常运转的党组织", "who goes on must be an organization at work"),
        })?;
    }
    Ok(())
}

/// The secretary leaves, and every function goes back to where it came from.
pub(crate) fn release(joint_branch: &JointBranch) -> Vec<EventBody> {
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

#[cfg(test)]
mod tests;
