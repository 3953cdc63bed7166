//! What the event of a policy says.

use std::collections::BTreeMap;

use crate::ids::PolicyId;
use crate::place::{Level, PlaceCode};
use crate::policy::CodeLists;
use crate::text::Text;
use crate::thresholds::ThresholdChanges;

data! {
    /// 政策已发布，自生效日期起在适用范围内执行 / a policy was issued: its figures and codes hold in its jurisdiction from the effective date on
    pub struct PolicyIssued {
        /// 政策的记录编号 / the id of the policy that was issued
        pub policy: PolicyId,
        /// 适用范围：市或县(区)的代码 / where the policy holds: the code of the city or of a county
        pub jurisdiction: PlaceCode,
        /// 发布机关的层级 / the tier of the body that issued it
        pub level: Level,
        /// 调整的标准；未列的不变 / the figures that were set; those not named stay
        #[serde(default)]
        pub figures: ThresholdChanges,
        /// 增加的代码：以代码表名称为键 / the codes that were added, by the name of their list
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub code_lists: CodeLists,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}
