//! What the commands of oversight say: filing, supervision, yearly reviews.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::event::Entity;
use crate::filing::FilingMatter;
use crate::ids::{JointBranchId, OrganizationId, PersonId, SupervisionId};
use crate::place::{Level, PlaceCode};
use crate::text::Text;

data! {
    /// Records that something was filed with the county.
    pub struct FileWithCounty {
        /// Of which joint branch.
        pub joint_branch: Option<JointBranchId>,
        /// Or of which organization that stands alone: its elections.
        pub organization: Option<OrganizationId>,
        /// What.
        pub matter: FilingMatter,
        /// The position of the event that is filed; needed where more than one of that matter waits.
        pub position: Option<u64>,
        /// 备案号.
        pub number: Text,
        /// The day of filing.
        pub filed_on: Date,
    }

    /// Issues a supervision 督办 to the tier below.
    pub struct IssueSupervision {
        /// Its identity; the command's own id where absent.
        pub id: Option<SupervisionId>,
        /// The county or township that is to answer, by code.
        pub to: PlaceCode,
        /// What it is about.
        pub matter: Text,
        /// The last day for the answer.
        pub due: Date,
        /// The joint branch that it is about.
        pub joint_branch: Option<JointBranchId>,
    }

    /// Answers a supervision.
    pub struct AnswerSupervision {
        /// Which.
        pub supervision: SupervisionId,
        /// What was done.
        pub answer: Text,
    }

    /// Records the class of somebody's yearly review 述职评议.
    pub struct RecordYearlyReview {
        /// Who was reviewed.
        pub person: PersonId,
        /// The year.
        pub year: i16,
        /// The tier of the post: the one above it reviews.
        pub level: Level,
        /// A code of the list `review_classes` of the policy.
        pub class: Text,
    }
}

impl FileWithCounty {
    /// Of whom something is filed; nothing where both or neither are named.
    pub fn filer(&self) -> Option<Entity> {
        match (self.joint_branch, self.organization) {
            (Some(id), None) => Some(Entity::JointBranch(id)),
            (None, Some(id)) => Some(Entity::Organization(id)),
            _ => None,
        }
    }
}
