//! `pair-branches` 共建: the originals keep working; functions are named one by one afterwards.

use crate::case::Case;
use crate::command_data::EstablishJointBranch;
use crate::commands::establishment;
use crate::event::EventBody;
use crate::joint_branch::Arrangement;
use crate::rejection::Rejection;

pub(crate) fn decide(case: &mut Case<'_>, data: &EstablishJointBranch) -> Result<Vec<EventBody>, Rejection> {
    let (_, established) = establishment::check(case, data, Arrangement::Pairing)?;
    Ok(vec![EventBody::JointBranchEstablished(established)])
}
