//! `review-rectification`: the county alone ends an order; satisfaction counts only on a base.

use crate::case::Case;
use crate::command_data::{ReviewRectification, Satisfaction};
use crate::commands::establishment::{member_villages, reaches};
use crate::event::EventBody;
use crate::event_data::RectificationReviewed;
use crate::joint_branch::{JointBranch, Phase};
use crate::place::Level;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &ReviewRectification) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Rectifying,
        "有未结的整改",
        "an order of rectification standing",
    )?;
    let lead = case.lead_township(joint_branch)?;
    case.require_decision(Level::County, lead)?;
    case.require_document(joint_branch, "review")?;
    check_counts(&data.members)?;
    check_counts(&data.villagers)?;
    check_base(case, joint_branch, data)?;
    let floor = case.policy.figures.satisfaction_floor_percent;
    let satisfied =
        [&data.members, &data.villagers].iter().all(|answer| reaches(answer.satisfied, answer.asked, floor));
    Ok(vec![EventBody::RectificationReviewed(RectificationReviewed {
        joint_branch: joint_branch.id,
        improved: data.improved,
        members: data.members.clone(),
        villagers: data.villagers.clone(),
        satisfied,
        termination_due: !data.improved || !satisfied,
    })])
}

fn check_counts(answer: &Satisfaction) -> Result<(), Rejection> {
    if answer.satisfied > answer.asked {
        return Err(Rejection::SatisfactionCounts { asked: answer.asked, satisfied: answer.satisfied });
    }
    Ok(())
}

/// At least half of the members and one household in five.
fn check_base(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    data: &ReviewRectification,
) -> Result<(), Rejection> {
    let figures = &case.policy.figures;
    let organizations = joint_branch.members.iter().filter_map(|id| case.state.organizations.get(id));
    let members = organizations.fold(0_u32, |sum, organization| sum.saturating_add(organization.members()));
    let allowed = figures.satisfaction_asked_percent_of_members;
    if !reaches(data.members.asked, members, allowed) {
        let asked = data.members.asked;
        return Err(Rejection::SatisfactionBase {
            whom_zh: "党员",
            whom: "members",
            asked,
            base: members,
            allowed,
        });
    }
    let mut households = 0_u32;
    for organization in member_villages(case, joint_branch).values() {
        let own = organization.households();
        let own = own.ok_or_else(|| Rejection::HouseholdsUnknown { name: organization.name.to_string() })?;
        households = households.saturating_add(own);
    }
    let allowed = figures.satisfaction_asked_percent_of_households;
    if !reaches(data.villagers.asked, households, allowed) {
        let asked = data.villagers.asked;
        return Err(Rejection::SatisfactionBase {
            whom_zh: "群众户",
            whom: "households",
            asked,
            base: households,
            allowed,
        });
    }
    Ok(())
}
