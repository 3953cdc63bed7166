//! What the events say by which functions and powers pass to a joint branch and back.

use crate::function::Function;
use crate::ids::{JointBranchId, OrganizationId};
use crate::text::Text;

data! {
    /// 职能已划转由联合党组织统筹，或已交回原党组织 / functions passed between the original organizations and a joint branch
    pub struct FunctionsMoved {
        /// 共建的联合党组织 / the joint branch, which is a pairing
        pub joint_branch: JointBranchId,
        /// 划转或交回的职能：四项职能的代码，或协议写明的事项 / the functions that pass: `political_guidance`, `industry`, `social_governance`, `public_service`, or items named by the pairing
        pub functions: Vec<Function>,
        /// 原承担职能的党组织 / the original organizations that the functions are of
        pub from: Vec<OrganizationId>,
    }

    /// 权力已下放给联合党组织，或已收回 / powers passed between the township committee and a joint branch
    pub struct PowersMoved {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 下放或收回的权力：四项权力的代码，以政策代码表为准 / the powers that pass: codes of the policy's list `powers`
        pub powers: Vec<Text>,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}
