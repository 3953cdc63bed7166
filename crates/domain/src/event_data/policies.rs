//! What the event of a policy says.

use std::collections::BTreeMap;

use crate::ids::PolicyId;
use crate::place::{Level, PlaceCode};
use crate::policy::CodeLists;
use crate::text::Text;
use crate::thresholds::ThresholdChanges;

data! {
    /// Figures and codes hold in a jurisdiction from the effective date on.
    pub struct PolicyIssued {
        /// The policy.
        pub policy: PolicyId,
        /// The code of the city or of a county.
        pub jurisdiction: PlaceCode,
        /// The tier of the body that issued it.
        pub level: Level,
        /// Figures that were set.
        #[serde(default)]
        pub figures: ThresholdChanges,
        /// Codes that were added, by list.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub code_lists: CodeLists,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}
