//! What the event says that binds an organization to another one or to a joint branch.

use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::link::LinkKind;
use crate::text::Text;

data! {
    /// An organization guides another, or shares a person with it.
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
}
