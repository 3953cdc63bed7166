//! The part of a joint branch's row about its work: where its people work together.

use domain::CityState;
use domain::date::Date;
use domain::joint_branch::JointBranch;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{PlaceLabel, label_of};

/// 合署办公 / where the people of a joint branch work together
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CoLocationRow {
    /// 合署办公的地点 / the place where they work together
    pub place: Option<PlaceLabel>,
    /// 合署办公的开始日期 / the day from which they work there
    pub since: Date,
}

pub(super) fn co_location(state: &CityState, joint_branch: &JointBranch) -> Option<CoLocationRow> {
    let found = joint_branch.co_location?;
    Some(CoLocationRow { place: label_of(state, found.place), since: found.since })
}
