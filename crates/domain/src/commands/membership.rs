//! What admitting and releasing a member share: a decision as for establishing and dissolving, on a survey of the
//! village that joins or leaves.

use std::sync::Arc;

use crate::case::Case;
use crate::commands::composition::{self, Composition};
use crate::commands::establishment::{needs_survey, survey_of_village};
use crate::commands::four_eyes::{check_four_eyes, check_recorders};
use crate::ids::CommandId;
use crate::joint_branch::JointBranch;
use crate::organization::Organization;
use crate::place::Level;
use crate::rejection::{ChangeRejection, Rejection};

/// The decision on a live joint branch that no cycle of rectification holds; gives the tier that decides.
pub(crate) fn check_decision(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    kind: &str,
) -> Result<Level, Rejection> {
    case.require_live(joint_branch)?;
    if joint_branch.is_in_cycle() {
        case.refuse(ChangeRejection::InCycle { name: joint_branch.name.to_string() })?;
    }
    let level = check_level(case, joint_branch)?;
    case.require_document(joint_branch, kind)?;
    check_four_eyes(case, joint_branch)?;
    check_recorders(case, joint_branch)?;
    Ok(level)
}

/// A body that may establish, and not below the one that established this joint branch.
pub(crate) fn check_level(case: &Case<'_>, joint_branch: &JointBranch) -> Result<Level, Rejection> {
    let lead = case.lead_township(joint_branch)?;
    let deciding_level = case.policy.thresholds.deciding_level;
    let level = case.require_decision(deciding_level, lead)?;
    let established_by = joint_branch.establishment.as_ref().map_or(deciding_level, |found| found.level);
    if level < established_by {
        case.refuse(Rejection::ApproverLevel { needed: established_by })?;
    }
    Ok(level)
}

/// The members as they are, without the one that leaves.
pub(crate) fn members_without<'a>(
    case: &Case<'a>,
    joint_branch: &JointBranch,
    leaving: Option<&Organization>,
) -> Vec<&'a Arc<Organization>> {
    let stays = |member: &&Arc<Organization>| leaving.is_none_or(|leaving| leaving.id != member.id);
    joint_branch.members.iter().filter_map(|id| case.state.organizations.get(id)).filter(stays).collect()
}

/// Mode, numbers and form hold of the members as they will be.
pub(crate) fn check_composition(
    case: &mut Case<'_>,
    joint_branch: &JointBranch,
    members: &[&Arc<Organization>],
) -> Result<(), Rejection> {
    case.confirms.clone_from(&joint_branch.overridden);
    let ids: Vec<_> = members.iter().map(|member| member.id).collect();
    let composition = Composition {
        arrangement: joint_branch.arrangement,
        mode: &joint_branch.mode,
        form: joint_branch.form,
        form_kind: joint_branch.form_kind.as_ref(),
        members: &ids,
        lead_township: joint_branch.lead_township,
        base_village: joint_branch.base_village,
        industry: joint_branch.industry.as_ref(),
        mode_reason: joint_branch.mode_reason.as_ref(),
    };
    composition::conditions(case, &composition, members)
}

/// The survey of the village that joins or leaves; nothing for a member that is no village, or where none is asked.
pub(crate) fn check_survey(
    case: &Case<'_>,
    joint_branch: &JointBranch,
    member: &Organization,
    named: Option<CommandId>,
) -> Result<Option<CommandId>, Rejection> {
    match member.village() {
        Some(village) if named.is_some() || needs_survey(case, joint_branch) => {
            survey_of_village(case, joint_branch, named, village, member).map(Some)
        }
        _ => Ok(None),
    }
}
