//! What the event of a village's money says.

use crate::ids::{JointBranchId, PlaceId};
use crate::money::Money;
use crate::text::Text;

data! {
    /// A village's money in a fiscal year.
    pub struct VillageFunded {
        /// The village.
        pub village: PlaceId,
        /// The live merger that its organization was in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub joint_branch: Option<JointBranchId>,
        /// The fiscal year.
        pub fiscal_year: i16,
        /// The base by the village's own caliber.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub base: Option<Money>,
        /// What the county adds with this line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub supplement: Option<Money>,
        /// What was settled with this line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub settled: Option<Money>,
        /// For what.
        pub purpose: Text,
    }
}
