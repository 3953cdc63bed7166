//! What the events of a village's money say.

use crate::ids::{JointBranchId, PlaceId};
use crate::money::Money;
use crate::premises::Milestone;
use crate::text::Text;

data! {
    /// 一个村一个年度的经费已登记 / the money of one village in a fiscal year was recorded
    pub struct VillageFunded {
        /// 村的记录编号 / the id of the village whose money it is
        pub village: PlaceId,
        /// 该村党组织当时所在的合建；没有则不填 / the live merger that the village's organization was in, where there was one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub joint_branch: Option<JointBranchId>,
        /// 财政年度，如 2019 / the fiscal year of the money, such as 2019
        pub fiscal_year: i16,
        /// 经费基数，按本村原口径 / the base amount, as the village itself counts it
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub base: Option<Money>,
        /// 本次登记的县(区)补助 / the amount that the county adds with this line
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub supplement: Option<Money>,
        /// 本次登记的决算金额 / the amount settled with this line
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub settled: Option<Money>,
        /// 经费用途 / what the money is for
        pub purpose: Text,
    }

    /// 场所项目的一笔拨付已登记 / a payment for premises of a village was recorded
    pub struct PremisesPaid {
        /// 项目现在所属的村的记录编号 / the id of the village to which the project belongs now
        pub village: PlaceId,
        /// 立项的村的记录编号；未经并入的与前者相同 / the id of the village in which the project began: the same one, unless that went over into this one
        pub begun_in: PlaceId,
        /// 项目名称，与首次拨付所载一致 / the name of the project, as its first payment gave it
        pub project: Text,
        /// 项目总额 / the total of the project
        pub total: Money,
        /// 拨付节点：开工、主体完工、验收 / the milestone that is paid: start, structure or acceptance
        pub milestone: Milestone,
        /// 本次拨付的金额 / the amount that was paid
        pub amount: Money,
        /// 备注；没有则不填 / a note, where there is one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<Text>,
    }
}
