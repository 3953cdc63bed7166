//! The part of a joint branch's row about its work: where its people work together.

use domain::CityState;
use domain::date::Date;
use domain::joint_branch::JointBranch;
use serde::{Deserialize, Serialize};

use super::{PlaceLabel, label_of};

/// 合署办公.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoLocationRow {
    pub place: Option<PlaceLabel>,
    pub since: Date,
}

pub(super) fn co_location(state: &CityState, joint_branch: &JointBranch) -> Option<CoLocationRow> {
    let found = joint_branch.co_location?;
    Some(CoLocationRow { place: label_of(state, found.place), since: found.since })
}
