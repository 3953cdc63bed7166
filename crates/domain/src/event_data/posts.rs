//! What the events of posts say: secretaries, terms, committees, elections, commitments.

use crate::date::Date;
use crate::ids::{Commitment, JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::post::{CommitmentKind, CommitteeMember, Elected};
use crate::text::Text;

data! {
    /// A secretary is in post.
    pub struct SecretaryAssigned {
        /// Where.
        pub joint_branch: JointBranchId,
        /// Who.
        pub person: PersonId,
        /// 来源.
        pub source: Text,
        /// The first day of the term.
        pub term_start: Date,
        /// The last day.
        pub term_end: Date,
        /// The commitment to the yuan a month.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub monthly_pay_commitment: Option<Commitment>,
    }

    /// A secretary left the post.
    pub struct SecretaryRelieved {
        /// Where.
        pub joint_branch: JointBranchId,
        /// Who.
        pub person: PersonId,
        /// The commitment to the reason; none where the joint branch was dissolved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason_commitment: Option<Commitment>,
    }

    /// The end of a term moved.
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
    pub struct CommitteeAppointed {
        /// Where.
        pub joint_branch: JointBranchId,
        /// Who, with which duty.
        pub members: Vec<CommitteeMember>,
    }

    /// A joint branch elected.
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
}
