//! Supervision 督办: what a tier asks of the tier below, until when, and the answer.

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
    pub latest_effective: Date,
    pub last_position: u64,
}

/// The answer to a supervision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub text: Text,
    pub answered_on: Date,
    /// The day it was recorded: a deadline is met by this day.
    pub recorded_on: Date,
}

/// The result of a yearly review 述职评议.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct YearlyReview {
    /// The tier of the post that was reviewed.
    pub level: Level,
    /// A code of the policy's list `review_classes`.
    pub class: Text,
}
