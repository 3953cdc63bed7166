//! What the events of the yearly cycle say: grades, corrections of them, rectification and its review.

use std::collections::BTreeMap;

use crate::date::Date;
use crate::ids::JointBranchId;
use crate::joint_branch::Grade;
use crate::organization::Figure;
use crate::quarter::Quarter;
use crate::satisfaction::Satisfaction;
use crate::text::Text;

data! {
    /// 季度评估已登记 / a quarter of a joint branch was graded
    pub struct QuarterEvaluated {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 评估的季度 / the quarter that was graded
        pub quarter: Quarter,
        /// 评估等次：好、一般、较差 / the grade of the quarter: good, fair or poor
        pub grade: Grade,
        /// 评估意见，每条一行 / what was found, one entry a line
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub findings: Vec<Text>,
        /// 评估指标：以名称为键的数据 / the indicators of the quarter, as figures by name
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub indicators: BTreeMap<Text, Figure>,
    }

    /// 季度评估已更正，原等次仍在日志中 / the grade of a quarter was corrected; the earlier one stays in the log
    pub struct EvaluationCorrected {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 更正评估的季度 / the quarter whose grade was corrected
        pub quarter: Quarter,
        /// 更正后的等次：好、一般、较差 / the grade as corrected: good, fair or poor
        pub grade: Grade,
        /// 更正前的等次 / the grade before the correction
        pub earlier_grade: Grade,
        /// 被更正记录的位置 / the position of the event that was corrected
        pub corrected_position: u64,
        /// 被更正记录的生效日期，各项统计自该日起按更正计 / the effective date of the corrected event: views show the correction from that day on
        pub corrected_effective_date: Date,
        /// 评估意见，每条一行 / what was found, one entry a line
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub findings: Vec<Text>,
        /// 评估指标：以名称为键的数据 / the indicators of the quarter, as figures by name
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub indicators: BTreeMap<Text, Figure>,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }

    /// 整改已下达 / rectification was ordered on a poor grade
    pub struct RectificationOrdered {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 整改期限的最后一日 / the last day of the rectification
        pub deadline: Date,
        /// 整改事项，每条一行 / the matters to put right, one entry a line
        pub items: Vec<Text>,
        /// 所针对的评估较差的季度 / the quarters graded poor that the order answers
        pub quarters: Vec<Quarter>,
    }

    /// 整改已验收 / a rectification was reviewed
    pub struct RectificationReviewed {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 整改事项是否已完成 / whether the matters to put right are done
        pub improved: bool,
        /// 党员满意度，按人计 / the satisfaction of the Party members, by head
        pub members: Satisfaction,
        /// 村民满意度，按户计 / the satisfaction of the villagers, by household
        pub villagers: Satisfaction,
        /// 党员、村民满意率是否都达到政策下限 / whether both shares of satisfied reach the floor of the policy
        pub satisfied: bool,
        /// 是否应予终止 / whether the joint branch is now to be dissolved
        pub termination_due: bool,
    }
}
