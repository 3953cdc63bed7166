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
    /// A quarter is graded.
    pub struct QuarterEvaluated {
        /// Which.
        pub joint_branch: JointBranchId,
        /// The quarter.
        pub quarter: Quarter,
        /// The grade.
        pub grade: Grade,
        /// What was found.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub findings: Vec<Text>,
        /// Indicators by name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub indicators: BTreeMap<Text, Figure>,
    }

    /// A grade is corrected; the earlier one stays in the log.
    pub struct EvaluationCorrected {
        /// Which.
        pub joint_branch: JointBranchId,
        /// The quarter.
        pub quarter: Quarter,
        /// The grade as corrected.
        pub grade: Grade,
        /// The grade before.
        pub earlier_grade: Grade,
        /// Position of the event that is corrected.
        pub corrected_position: u64,
        /// Effective date of the event that is corrected: the day at which the correction is folded.
        pub corrected_effective_date: Date,
        /// What was found.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub findings: Vec<Text>,
        /// Indicators by name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub indicators: BTreeMap<Text, Figure>,
        /// Why.
        pub reason: Text,
    }

    /// Rectification is ordered.
    pub struct RectificationOrdered {
        /// Which.
        pub joint_branch: JointBranchId,
        /// By when.
        pub deadline: Date,
        /// What.
        pub items: Vec<Text>,
        /// The quarters graded poor that it answers.
        pub quarters: Vec<Quarter>,
    }

    /// A rectification is reviewed.
    pub struct RectificationReviewed {
        /// Which.
        pub joint_branch: JointBranchId,
        /// Whether the items are done.
        pub improved: bool,
        /// Party members.
        pub members: Satisfaction,
        /// Villagers, by household.
        pub villagers: Satisfaction,
        /// Whether both shares reach the floor of the policy.
        pub satisfied: bool,
        /// Whether dissolution is owed.
        pub termination_due: bool,
    }
}
