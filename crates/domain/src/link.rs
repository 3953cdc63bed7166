//! Links between organizations that are no subordination: guidance, and people who hold posts on both sides.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::text::Text;

/// 两个组织之间的联系 / what links the two organizations
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// 指导：如园区党委指导，不是上级 / guidance, such as by the committee of a park; it is not a superior
    Guides,
    /// 交叉任职：一方人员在另一方任职 / cross-posting: a person of one organization holds a post in the other
    CrossPosting,
}

/// 指导或交叉任职，双方均列出 / guidance or a shared post, as both sides show it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// 给予指导或派出任职人员的党组织 / who guides, or whose member holds the post
    pub organization: OrganizationId,
    /// 指导或交叉任职 / what binds the two
    pub kind: LinkKind,
    /// 对方为联合党组织时的编号 / the other side, where it is a joint branch
    pub joint_branch: Option<JointBranchId>,
    /// 对方为党组织时的编号 / the other side, where it is an organization
    pub other: Option<OrganizationId>,
    /// 交叉任职的人员编号 / the person who holds the post
    pub person: Option<PersonId>,
    /// 所任职务 / the post that the person holds
    pub post: Option<Text>,
    /// 联系的起始日期 / the day from which the link holds
    pub since: Date,
}
