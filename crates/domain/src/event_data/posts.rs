//! What the events about posts say: terms, committees, elections, commitments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::post::{CommitmentKind, CommitteeMember, Elected};
use crate::text::Text;

/// The end of a term moved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TermRenewed {
    /// Where.
    pub joint_branch: JointBranchId,
    /// The last day from now on.
    pub term_end: Date,
    /// The last day until now.
    pub earlier_end: Date,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// A committee is appointed; an earlier one ends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitteeAppointed {
    /// Where.
    pub joint_branch: JointBranchId,
    /// Who, with which duty.
    pub members: Vec<CommitteeMember>,
}

/// A joint branch elected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ElectionHeld {
    /// Where.
    pub joint_branch: JointBranchId,
    /// The day.
    pub held_on: Date,
    /// Formal members present.
    pub present: u32,
    /// Formal members on file that day.
    pub formal_members: u32,
    /// Who was elected.
    pub elected: Vec<Elected>,
    /// The first day of the term.
    pub term_start: Date,
    /// The last day.
    pub term_end: Date,
}

/// An organization that stands alone elected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationElectionHeld {
    /// Where.
    pub organization: OrganizationId,
    /// The day.
    pub held_on: Date,
    /// Formal members present.
    pub present: u32,
    /// Formal members on file that day.
    pub formal_members: u32,
    /// Who was elected.
    pub elected: Vec<Elected>,
    /// The first day of the term.
    pub term_start: Date,
    /// The last day.
    pub term_end: Date,
}

/// Villagers elected the secretary in post as head of their committee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VillageHeadElected {
    /// Whose secretary.
    pub joint_branch: JointBranchId,
    /// Who.
    pub person: PersonId,
    /// The village.
    pub village: PlaceId,
    /// The day of the villagers' election.
    pub elected_on: Date,
    /// The last day of the villagers' committee's term.
    pub term_end: Date,
}

/// The secretary in post made a commitment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitmentMade {
    /// Where.
    pub joint_branch: JointBranchId,
    /// Who.
    pub person: PersonId,
    /// Which of the four.
    pub kind: CommitmentKind,
    /// The year, for a yearly goal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i16>,
    /// What is promised.
    pub content: Text,
    /// The day.
    pub made_on: Date,
    /// The township committee that it is made to.
    pub to: OrganizationId,
}
