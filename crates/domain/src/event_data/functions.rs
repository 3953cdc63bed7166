//! What the events say by which functions and powers pass to a joint branch and back.

use crate::function::Function;
use crate::ids::{JointBranchId, OrganizationId};
use crate::text::Text;

data! {
    /// Functions passed between originals and the joint branch.
    pub struct FunctionsMoved {
        /// The joint branch.
        pub joint_branch: JointBranchId,
        /// Which.
        pub functions: Vec<Function>,
        /// The originals.
        pub from: Vec<OrganizationId>,
    }

    /// Powers passed between the township committee and a joint branch.
    pub struct PowersMoved {
        /// Which joint branch.
        pub joint_branch: JointBranchId,
        /// Which powers.
        pub powers: Vec<Text>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}
