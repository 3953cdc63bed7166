//! What the events about the daily work of a joint branch say: activities, and where it works.

use crate::date::Date;
use crate::function::Function;
use crate::ids::{JointBranchId, PlaceId};
use crate::text::Text;

data! {
    /// An activity took place.
    pub struct ActivityRecorded {
        /// Whose.
        pub joint_branch: JointBranchId,
        /// The function it served.
        pub function: Function,
        /// Its kind, a code of the policy's list.
        pub kind: Text,
        /// The day.
        pub date: Date,
        /// The village that hosted.
        pub host_village: PlaceId,
        /// How many took part.
        pub attendance: u32,
    }

    /// A joint branch works in one place.
    pub struct CoLocated {
        /// Whose.
        pub joint_branch: JointBranchId,
        /// Where.
        pub place: PlaceId,
        /// Since when.
        pub date: Date,
    }
}
