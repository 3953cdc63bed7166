//! What the events beside a proposal say: members resolved, an agreement was signed, it was sent back and handed in again.

use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::ids::JointBranchId;
use crate::resolution::MembersResolution;
use crate::text::Text;

data! {
    /// 成员党组织党员大会的决议已登记 / what the meetings of the organizations' members resolved was recorded
    pub struct MembersResolved {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 各党组织党员大会的决议，每个党组织一项 / what the members of each organization resolved, one entry an organization
        pub resolutions: Vec<MembersResolution>,
    }

    /// 结对共建协议书已登记 / the agreement of a pairing was recorded
    pub struct AgreementRecorded {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 签订日期 / the day on which it was signed
        pub date: Date,
        /// 协议期限的最后一日 / the last day on which it holds
        pub until: Date,
        /// 约定的事项，逐项填写 / what the parties agreed to do, item by item
        pub items: Vec<Text>,
    }

    /// 请示已退回补充 / a proposal was sent back for what it lacks
    pub struct ProposalReturned {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 须补充的内容，逐项填写 / what it lacks, item by item
        pub missing: Vec<Text>,
    }

    /// 请示已补充后再报 / a proposal that was sent back was handed in again
    pub struct ProposalResubmitted {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 补充说明，一两句话；没有则不填 / how what was lacking is supplied, in a sentence or two; absent where the records say it
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reply: Option<Text>,
        /// 补报的上级决定文号；没有则不填 / the number of the superior's decision, where that was lacking
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior_decision: Option<DocumentNumber>,
    }
}
