//! What the events say by which a tier issues a yellow card to the tier below, and lifts it.

use crate::date::Date;
use crate::ids::{JointBranchId, PlaceId, YellowCardId};
use crate::place::Level;
use crate::text::Text;
use crate::yellow_card::Consequence;

data! {
    /// 黄牌已亮 / a yellow card was issued
    pub struct YellowCardIssued {
        /// 黄牌的记录编号 / the id of the yellow card that was issued
        pub yellow_card: YellowCardId,
        /// 被亮牌单位的记录编号：县(区)或乡镇 / the id of the county or township that was warned
        pub to: PlaceId,
        /// 亮牌单位的层级 / the tier that issued it
        pub level: Level,
        /// 亮牌事由 / the matter that it was warned of
        pub matter: Text,
        /// 处理方式，至少一项 / the consequences, one at least
        pub consequences: Vec<Consequence>,
        /// 限期整顿的最后一日；不限期的不填 / the last day to put things in order, where there is one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub deadline: Option<Date>,
        /// 黄牌所涉的联合党组织；没有则不填 / the joint branch that it is about, where it is about one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub joint_branch: Option<JointBranchId>,
    }

    /// 黄牌已解除 / a yellow card was lifted
    pub struct YellowCardLifted {
        /// 所解除的黄牌 / the yellow card that was lifted
        pub yellow_card: YellowCardId,
        /// 解除理由：整顿的结果 / why it was lifted: how things were put in order
        pub reason: Text,
    }
}
