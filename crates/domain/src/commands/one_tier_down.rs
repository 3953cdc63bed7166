//! What the city says to a county and a county to a township: to whom, and about which of its joint branches.

use std::sync::Arc;

use crate::case::Case;
use crate::ids::JointBranchId;
use crate::place::{Level, Place, PlaceCode};
use crate::rejection::{OversightRejection, Rejection};
use crate::say::say;

/// The place that is spoken to, by an organ of the tier above it or higher; gives that organ's tier as well. `no_tier` is
/// why there is none above.
pub(crate) fn addressee<'a>(
    case: &Case<'a>,
    to: &PlaceCode,
    no_tier: fn(PlaceCode) -> OversightRejection,
) -> Result<(&'a Arc<Place>, Level), Rejection> {
    let place = case.place(to, "/data/to")?;
    let above = match place.level {
        Level::County => Level::City,
        Level::Township => Level::County,
        Level::City | Level::Village => return Err(no_tier(to.clone()).into()),
    };
    case.require_scope(&case.state.scope_of_place(place.id), to.as_str())?;
    Ok((place, case.require_organ(above, place)?))
}

/// A joint branch that is spoken of is led from there; `elsewhere` is why another, of that name, is not spoken of.
pub(crate) fn check_joint_branch(
    case: &Case<'_>,
    joint_branch: Option<JointBranchId>,
    to: &Place,
    elsewhere: impl FnOnce(String) -> OversightRejection,
) -> Result<(), Rejection> {
    let Some(id) = joint_branch else { return Ok(()) };
    let unknown = || Case::unknown(say("联合党组织", "joint branch"), &id, "/data/joint_branch");
    let joint_branch = case.state.joint_branches.get(&id).ok_or_else(unknown)?;
    let lies_there = case.state.ancestor(joint_branch.lead_township, to.level);
    if lies_there.is_none_or(|place| place.id != to.id) {
        case.refuse(elsewhere(joint_branch.name.to_string()))?;
    }
    Ok(())
}
