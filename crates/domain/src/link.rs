//! Links between organizations that are no subordination: guidance, and people who hold posts on both sides.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::text::Text;

/// What binds the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// 指导: a park committee 园区党委 guides; it is not a superior.
    Guides,
    /// 交叉任职: somebody of the organization holds a post in the other.
    CrossPosting,
}

/// A link, as both sides show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Who guides, or whose member holds the post.
    pub organization: OrganizationId,
    pub kind: LinkKind,
    /// The other side, where it is a joint branch.
    pub joint_branch: Option<JointBranchId>,
    /// The other side, where it is an organization.
    pub other: Option<OrganizationId>,
    pub person: Option<PersonId>,
    pub post: Option<Text>,
    pub since: Date,
}
