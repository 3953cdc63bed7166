//! What the events about a joint branch's work say: activities, co-location, funding, powers, links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::function::Function;
use crate::ids::{JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::link::LinkKind;
use crate::money::Money;
use crate::text::Text;

/// Powers passed between the township committee and a joint branch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PowersMoved {
    /// Which joint branch.
    pub joint_branch: JointBranchId,
    /// Which powers.
    pub powers: Vec<Text>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// An organization guides another, or shares a person with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationLinked {
    /// Who guides, or whose member holds the post.
    pub organization: OrganizationId,
    /// What binds them.
    pub kind: LinkKind,
    /// The joint branch on the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_branch: Option<JointBranchId>,
    /// The organization on the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<OrganizationId>,
    /// Who holds a post on both sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The post on the other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post: Option<Text>,
}

/// An activity took place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ActivityRecorded {
    /// Whose.
    pub joint_branch: JointBranchId,
    /// The function it served.
    pub function: Function,
    /// Its kind, a code of the policy's list.
    pub kind: Text,
    /// The day.
    pub date: Date,
    /// The village that hosted.
    pub host_village: PlaceId,
    /// How many took part.
    pub attendance: u32,
}

/// A joint branch works in one place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoLocated {
    /// Whose.
    pub joint_branch: JointBranchId,
    /// Where.
    pub place: PlaceId,
    /// Since when.
    pub date: Date,
}

/// A village's money in a fiscal year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VillageFunded {
    /// The village.
    pub village: PlaceId,
    /// The live merger that its organization was in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_branch: Option<JointBranchId>,
    /// The fiscal year.
    pub fiscal_year: i16,
    /// The base by the village's own caliber.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<Money>,
    /// What the county adds with this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplement: Option<Money>,
    /// What was settled with this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Money>,
    /// For what.
    pub purpose: Text,
}
