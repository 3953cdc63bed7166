//! Who may not decide on a joint branch: whoever had a part in what the decision rests on.

use crate::base::counted_since;
use crate::case::Case;
use crate::joint_branch::JointBranch;
use crate::rejection::Rejection;
use crate::say::say;

/// Who proposed, surveyed or recorded what the members resolved takes no decision on it.
pub(crate) fn check_four_eyes(case: &Case<'_>, joint_branch: &JointBranch) -> Result<(), Rejection> {
    case.four_eyes(
        std::iter::once(&joint_branch.proposed_by),
        say("提出了该联合党组织", "proposed this joint branch"),
    )?;
    case.four_eyes(joint_branch.surveyed_by.iter(), say("录入了群众意愿调查", "recorded its will survey"))?;
    case.four_eyes(
        joint_branch.resolutions.values().map(|found| &found.recorded_by),
        say("录入了党员大会决议", "recorded a members' resolution"),
    )
}

/// Who changed the figures of the members since the proposal takes no decision that rests on them.
pub(crate) fn check_recorders(case: &Case<'_>, joint_branch: &JointBranch) -> Result<(), Rejection> {
    case.four_eyes(
        counted_since(case.state, joint_branch).iter(),
        say(
            "在提出后录入了成员的党员数或村情",
            "recorded counts or figures of the members since the proposal",
        ),
    )
}
