//! `merge-branches` 合建: the originals are suspended and all four functions go over, in the same append.

use crate::case::Case;
use crate::command_data::EstablishJointBranch;
use crate::commands::establishment;
use crate::event::EventBody;
use crate::event_data::{FunctionsMoved, OrganizationSuspended};
use crate::joint_branch::{Arrangement, Function};
use crate::rejection::Rejection;
use crate::text::Text;

pub(crate) fn decide(case: &mut Case<'_>, data: &EstablishJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let (joint_branch, established) = establishment::check(case, data, Arrangement::Merger)?;
    let mut events = vec![EventBody::JointBranchEstablished(established)];
    events.extend(joint_branch.members.iter().map(|organization| {
        EventBody::OrganizationSuspended(OrganizationSuspended {
            organization: *organization,
            joint_branch: joint_branch.id,
        })
    }));
    events.push(EventBody::FunctionsTransferred(FunctionsMoved {
        joint_branch: joint_branch.id,
        functions: all_four(),
        from: joint_branch.members.clone(),
    }));
    Ok(events)
}

/// 原村党组织的全部职能整体划转.
fn all_four() -> Vec<Function> {
    Function::FOUR.into_iter().filter_map(|name| Text::try_from(name).ok().map(Function)).collect()
}
