//! What the events of oversight say: filings, supervision, yearly reviews.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::filing::FilingMatter;
use crate::ids::{JointBranchId, OrganizationId, PersonId, PlaceId, SupervisionId};
use crate::place::Level;
use crate::text::Text;

/// A fact was filed with the county.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FiledWithCounty {
    /// Of which joint branch.
    pub joint_branch: JointBranchId,
    /// What.
    pub matter: FilingMatter,
    /// The position of the event that is filed.
    pub filed_position: u64,
    /// 备案号.
    pub number: Text,
    /// The day of filing.
    pub filed_on: Date,
}

/// A fact of an organization that stands alone was filed with the county.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationFiled {
    /// Of which organization.
    pub organization: OrganizationId,
    /// What.
    pub matter: FilingMatter,
    /// The position of the event that is filed.
    pub filed_position: u64,
    /// 备案号.
    pub number: Text,
    /// The day of filing.
    pub filed_on: Date,
}

/// A tier asked the tier below.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupervisionIssued {
    /// The supervision.
    pub supervision: SupervisionId,
    /// The county or township that is to answer.
    pub to: PlaceId,
    /// The tier that asks.
    pub level: Level,
    /// What it is about.
    pub matter: Text,
    /// The last day for the answer.
    pub due: Date,
    /// The joint branch that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_branch: Option<JointBranchId>,
}

/// A supervision was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupervisionAnswered {
    /// Which.
    pub supervision: SupervisionId,
    /// What was done.
    pub answer: Text,
}

/// Somebody's year was reviewed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct YearlyReviewed {
    /// Who.
    pub person: PersonId,
    /// The year.
    pub year: i16,
    /// The tier of the post.
    pub level: Level,
    /// The class, a code of the policy's list.
    pub class: Text,
}
