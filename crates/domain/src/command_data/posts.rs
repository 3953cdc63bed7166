//! What the commands about posts say: terms, committees, elections, commitments.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::event::Entity;
use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::place::PlaceCode;
use crate::post::{CommitmentKind, CommitteeMember, Elected};
use crate::text::Text;

data! {
    /// Puts the end of a term off, or brings it forward.
    pub struct RenewTerm {
        /// Where.
        pub joint_branch: JointBranchId,
        /// The new last day.
        pub term_end: Date,
        /// Why.
        pub reason: Option<Text>,
    }

    /// Appoints the committee of a joint branch; it takes the place of an earlier one.
    pub struct AppointCommittee {
        /// Where.
        pub joint_branch: JointBranchId,
        /// Who, with which duty.
        pub members: Vec<CommitteeMember>,
    }

    /// Records an election 换届 of a joint branch, or of an organization that stands alone: one of the two is named.
    pub struct RecordElection {
        /// The joint branch that elected.
        pub joint_branch: Option<JointBranchId>,
        /// The organization that elected.
        pub organization: Option<OrganizationId>,
        /// The day.
        pub held_on: Date,
        /// Formal members present.
        #[schemars(range(max = super::MAX_PEOPLE))]
        pub present: u32,
        /// Who was elected.
        pub elected: Vec<Elected>,
        /// The first day of the term; the day of the election where absent.
        pub term_start: Option<Date>,
        /// The last day; a full term where absent.
        pub term_end: Option<Date>,
    }

    /// Records that villagers elected the secretary in post as head of their committee 一肩挑.
    pub struct RecordVillageHeadElection {
        /// Whose secretary.
        pub joint_branch: JointBranchId,
        /// The secretary.
        pub person: PersonId,
        /// The member village, by code.
        pub village: PlaceCode,
        /// The day of the villagers' election.
        pub elected_on: Date,
        /// The last day of the villagers' committee's term; a full term where absent.
        pub term_end: Option<Date>,
    }

    /// Records a commitment of the secretary in post, made to the township committee.
    pub struct RecordCommitment {
        /// Where.
        pub joint_branch: JointBranchId,
        /// The secretary.
        pub person: PersonId,
        /// Which of the four.
        pub kind: CommitmentKind,
        /// The year, for a yearly goal.
        pub year: Option<i16>,
        /// What is promised.
        pub content: Text,
        /// The day.
        pub made_on: Date,
    }
}

impl RecordElection {
    /// Who elected; nothing where both or neither are named.
    pub fn elector(&self) -> Option<Entity> {
        match (self.joint_branch, self.organization) {
            (Some(id), None) => Some(Entity::JointBranch(id)),
            (None, Some(id)) => Some(Entity::Organization(id)),
            _ => None,
        }
    }
}
