//! The parts of a joint branch's row about posts: elections owed, and villagers' committees that its secretary heads.

use std::collections::BTreeMap;

use domain::CityState;
use domain::date::Date;
use domain::ids::OrganizationId;
use domain::joint_branch::JointBranch;
use domain::organization::{Organization, OrganizationStatus};
use domain::supervision::YearlyReview;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{PlaceLabel, label_of};

/// 恢复后尚未换届选举的原党组织 / an original that a merger gave back and that has not elected since
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ElectionOwedRow {
    /// 党组织编号 / the id of the organization
    pub organization: OrganizationId,
    /// 应换届的党组织名称 / the name of the organization that owes an election
    pub name: Text,
    /// 恢复日期 / the day on which it was given back
    pub since: Date,
}

/// 书记担任村民委员会主任的村 / a village whose villagers' committee the secretary heads
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VillageHeadRow {
    /// 书记担任主任的成员村 / the member village whose committee the secretary heads
    pub village: PlaceLabel,
    /// 当选日期 / the day of the election
    pub elected_on: Date,
    /// 任期届满日期 / the last day of the term
    pub term_end: Date,
}

/// Nothing is owed by an original that has joined another merger or has ended: its posts have ended too.
pub(super) fn elections_owed(state: &CityState, joint_branch: &JointBranch) -> Vec<ElectionOwedRow> {
    let restored = joint_branch.restored.iter().filter_map(|id| state.organizations.get(id));
    let owing = restored.filter(|organization| organization.status == OrganizationStatus::Active);
    let row = |organization: &Organization| {
        let owed = organization.election_owed.as_ref()?;
        (owed.joint_branch == joint_branch.id).then(|| ElectionOwedRow {
            organization: organization.id,
            name: organization.name.clone(),
            since: owed.since,
        })
    };
    owing.filter_map(|organization| row(organization)).collect()
}

pub(super) fn village_heads(state: &CityState, joint_branch: &JointBranch) -> Vec<VillageHeadRow> {
    let Some(secretary) = &joint_branch.secretary else { return Vec::new() };
    let members = joint_branch.members.iter().filter_map(|id| state.organizations.get(id));
    let heads = members.filter_map(|member| {
        let village = member.village()?;
        let head = state.village_heads.get(&village).filter(|head| head.person == secretary.person)?;
        let village = label_of(state, village)?;
        Some(VillageHeadRow { village, elected_on: head.elected_on, term_end: head.term_end })
    });
    heads.collect()
}

pub(super) fn reviews(state: &CityState, joint_branch: &JointBranch) -> BTreeMap<i16, YearlyReview> {
    let secretary = joint_branch.secretary.as_ref().and_then(|found| state.persons.get(&found.person));
    secretary.map(|person| person.reviews.clone()).unwrap_or_default()
}
