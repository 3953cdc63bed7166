//! What the events of policies and of the rule book say.

use std::collections::BTreeMap;

use crate::document_number::Sha256Hex;
use crate::ids::PolicyId;
use crate::place::{Level, PlaceCode};
use crate::policy::CodeLists;
use crate::rule_book::RuleBook;
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

    /// 自此按这一版规则手册决定 / from here on commands are decided by this edition of the rule book
    pub struct RuleBookAdopted {
        /// 执行该版手册的程序及其版本 / the program that follows it, with its version
        pub program: Text,
        /// 程序公布的核对程序和格式说明的 SHA-256：各文件校验值清单的校验值 / SHA-256 over the list of hashes of the checker and of the description of the formats that the program publishes
        pub checker_sha256: Sha256Hex,
        /// 手册的内容，各条规则的文字除外 / the rule book, without the words of its rules
        pub rule_book: Box<RuleBook>,
    }
}
