//! What the events say by which a tier asks the tier below, and is answered.

use crate::date::Date;
use crate::ids::{JointBranchId, PlaceId, SupervisionId};
use crate::place::Level;
use crate::text::Text;

data! {
    /// A tier asked the tier below.
    pub struct SupervisionIssued {
        /// The supervision.
        pub supervision: SupervisionId,
        /// The county or township that is to answer.
        pub to: PlaceId,
        /// The tier that asks.
        pub level: Level,
        /// What it is about.
        pub matter: Text,
        /// The last day for the answer.
        pub due: Date,
        /// The joint branch that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub joint_branch: Option<JointBranchId>,
    }

    /// A supervision was answered.
    pub struct SupervisionAnswered {
        /// Which.
        pub supervision: SupervisionId,
        /// What was done.
        pub answer: Text,
    }
}
