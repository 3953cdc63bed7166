//! What the event says that binds an organization to another one or to a joint branch.

use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::link::LinkKind;
use crate::text::Text;

data! {
    /// 两个组织之间的联系已登记：指导或交叉任职 / an organization guides another, or shares a person with it
    pub struct OrganizationLinked {
        /// 指导的一方，或任职人员所属的党组织 / the organization that guides, or whose person holds the post
        pub organization: OrganizationId,
        /// 联系的种类：指导或交叉任职 / which link it is: guidance or cross-posting
        pub kind: LinkKind,
        /// 另一方为联合党组织时，其编号 / the joint branch on the other side
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub joint_branch: Option<JointBranchId>,
        /// 另一方为党组织时，其编号 / the organization on the other side
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub other: Option<OrganizationId>,
        /// 两边任职的人员；交叉任职才有 / the person who holds a post on both sides, for `cross_posting`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<PersonId>,
        /// 在另一方担任的职务；交叉任职才有 / the post on the other side, for `cross_posting`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub post: Option<Text>,
    }
}
