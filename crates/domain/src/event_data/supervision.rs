//! What the events say by which a tier asks the tier below, and is answered.

use crate::date::Date;
use crate::ids::{JointBranchId, MeetingId, PlaceId, SupervisionId};
use crate::meeting::MAX_ITEMS;
use crate::place::Level;
use crate::text::Text;

data! {
    /// 督办已发出 / a supervision was issued to the tier below
    pub struct SupervisionIssued {
        /// 督办的记录编号 / the id of the supervision that was issued
        pub supervision: SupervisionId,
        /// 督办对象的记录编号：县(区)或乡镇 / the id of the county or township that is to answer
        pub to: PlaceId,
        /// 发出督办的层级 / the tier that asks for the answer
        pub level: Level,
        /// 督办事项 / the matter that the answer is asked on
        pub matter: Text,
        /// 答复期限的最后一日 / the last day for the answer
        pub due: Date,
        /// 督办所涉的联合党组织；没有则不填 / the joint branch that it is about, where it is about one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub joint_branch: Option<JointBranchId>,
        /// 督办所落实的议定事项出自的联系会议；没有则不填 / the coordination meeting whose decision it carries out, where it does
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub meeting: Option<MeetingId>,
        /// 议定事项在该次会议的序号，从 1 起；没有则不填 / the number of that decision's item in the meeting, from 1 on, where it carries one out
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(range(min = 1, max = MAX_ITEMS))]
        pub item: Option<u32>,
    }

    /// 督办已答复 / a supervision was answered by the tier below
    pub struct SupervisionAnswered {
        /// 所答复的督办 / the supervision that was answered
        pub supervision: SupervisionId,
        /// 答复内容：已办理的事项和结果 / the answer: what was done, and with which result
        pub answer: Text,
    }
}
