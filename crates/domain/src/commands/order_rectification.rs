//! `order-rectification`: owed on a poor grade; it has items and a deadline.

use crate::case::Case;
use crate::command_data::OrderRectification;
use crate::event::EventBody;
use crate::event_data::RectificationOrdered;
use crate::joint_branch::Phase;
use crate::place::Level;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &OrderRectification) -> Result<Vec<EventBody>, Rejection> {
    let joint_branch = case.joint_branch(data.joint_branch)?;
    case.require_phase(
        joint_branch,
        |phase| phase == Phase::Operating,
        "运行中、没有未结的整改",
        "operating, no order standing",
    )?;
    let lead = case.lead_township(joint_branch)?;
    case.require_organ(Level::Township, lead)?;
    case.document_once(joint_branch, "order")?;
    if joint_branch.poor_standing.is_empty() {
        return Err(Rejection::NoPoorStanding);
    }
    if data.items.is_empty() {
        return Err(Rejection::EmptyList { what: "items" });
    }
    let months = |count: u32| case.on().plus_months(i32::try_from(count).unwrap_or(0));
    let earliest = months(case.policy.figures.rectification_minimum_months);
    let latest = months(case.policy.figures.rectification_maximum_months);
    if data.deadline < earliest || data.deadline > latest {
        case.breach(Rejection::DeadlineOutside { deadline: data.deadline, earliest, latest })?;
    }
    Ok(vec![EventBody::RectificationOrdered(RectificationOrdered {
        joint_branch: joint_branch.id,
        deadline: data.deadline,
        items: data.items.clone(),
        quarters: joint_branch.poor_standing.keys().copied().collect(),
    })])
}
