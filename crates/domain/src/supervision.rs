//! Supervision 督办: what a tier asks of the tier below, until when, and the answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{JointBranchId, PlaceId, SupervisionId};
use crate::place::Level;
use crate::text::Text;

/// A supervision as the log tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Supervision {
    pub id: SupervisionId,
    /// The county or township that is to answer.
    pub to: PlaceId,
    pub matter: Text,
    /// The joint branch that it is about, where it is about one.
    pub joint_branch: Option<JointBranchId>,
    pub issued_on: Date,
    pub due: Date,
    pub answer: Option<Answer>,
    /// Where the event stands by which it was issued: its paper is that event's.
    pub issued_position: u64,
    pub latest_effective: Date,
    pub last_position: u64,
}

/// 对督办的答复 / the answer to a supervision
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Answer {
    /// 答复内容 / what was answered
    pub text: Text,
    /// 答复日期 / the day of the answer
    pub answered_on: Date,
    /// 录入日期，是否按期以此为准 / the day on which it was recorded: a deadline is met by this day
    pub recorded_on: Date,
}

/// 述职评议的结果 / the result of a yearly review
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YearlyReview {
    /// 所评议职务的层级 / the tier of the post that was reviewed
    pub level: Level,
    /// 评议等次，政策代码表 `review_classes` 中的代码 / the class, a code of the policy's list `review_classes`
    pub class: Text,
}
