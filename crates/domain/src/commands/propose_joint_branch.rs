//! `propose-joint-branch`: a township proposes; the proposal's id is the joint branch's.

use crate::case::Case;
use crate::command_data::ProposeJointBranch;
use crate::commands::composition::{self, Composition};
use crate::event::EventBody;
use crate::event_data::JointBranchProposed;
use crate::ids::JointBranchId;
use crate::joint_branch::Mode;
use crate::place::Level;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &ProposeJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let lead = case.place(&data.lead_township, "/data/lead_township")?;
    if lead.level != Level::Township {
        return Err(Case::unknown("乡镇", "township", &data.lead_township, "/data/lead_township"));
    }
    case.require_scope(&case.state.scope_of_place(lead.id), data.lead_township.as_str())?;
    case.require_organ(Level::Township, lead)?;
    let base_village = data
        .base_village
        .as_ref()
        .map(|code| case.place(code, "/data/base_village"))
        .transpose()?
        .map(|place| place.id);
    check_not_stated(case, data.mode)?;
    // A clerk's override stands until the county's establishing decision confirms or refuses it (four eyes).
    case.awaits_confirmation = true;
    let composition = Composition {
        arrangement: data.arrangement,
        mode: data.mode,
        form: data.form,
        members: &data.members,
        lead_township: lead.id,
        base_village,
        industry: data.industry.as_ref(),
        mode_reason: data.mode_reason.as_ref(),
        superior_decision: data.superior_decision.as_ref(),
    };
    composition::check(case, &composition)?;
    if let Some(history) = composition::failed_history(case, None, &data.members) {
        case.warn(&history);
    }
    let id = data.id.unwrap_or(JointBranchId(case.command.id.0));
    if case.state.joint_branches.contains_key(&id) {
        return Err(Rejection::IdInUse { id: id.to_string(), pointer: "/data/id" });
    }
    Ok(vec![EventBody::JointBranchProposed(JointBranchProposed {
        joint_branch: id,
        name: data.name.clone(),
        arrangement: data.arrangement,
        mode: data.mode,
        form: data.form,
        members: data.members.clone(),
        lead_township: lead.id,
        justification: data.justification.clone(),
        base_village,
        industry: data.industry.clone(),
        mode_reason: data.mode_reason.clone(),
        superior_decision: data.superior_decision.clone(),
        overridden: case.overridden(),
    })])
}

/// `not_stated` is for records of the past, which are those entered late.
fn check_not_stated(case: &Case<'_>, mode: Mode) -> Result<(), Rejection> {
    let late_days = i32::try_from(case.policy.figures.late_entry_days).unwrap_or(i32::MAX);
    let is_late = case.command.recorded_at.day().days_since(case.on()) >= late_days;
    if mode == Mode::NotStated && !is_late {
        return Err(Rejection::ModeCondition {
            detail_zh: "not_stated 只用于补录的历史记录",
            detail: "`not_stated` is for records of the past only",
        });
    }
    Ok(())
}
