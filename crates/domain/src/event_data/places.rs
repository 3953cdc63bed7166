//! What the events say by which places come, change, pass on and end.

use crate::consent::Consent;
use crate::date::Date;
use crate::ids::{EventId, JointBranchId, OrganizationId, PlaceId};
use crate::place::{Level, PlaceCode, PlaceKind};
use crate::text::Text;

data! {
    /// A place exists from the effective date on.
    pub struct PlaceRegistered {
        /// The place.
        pub place: PlaceId,
        /// Its code.
        pub code: PlaceCode,
        /// Its name.
        pub name: Text,
        /// Its tier.
        pub level: Level,
        /// The place above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub parent: Option<PlaceId>,
        /// The code of the place above.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub parent_code: Option<PlaceCode>,
        /// Village or community, for the lowest tier.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kind: Option<PlaceKind>,
    }

    /// A place bears another name.
    pub struct PlaceRenamed {
        /// Which.
        pub place: PlaceId,
        /// The name from now on.
        pub name: Text,
        /// The name until now.
        pub earlier_name: Text,
    }

    /// A place bears another code.
    pub struct PlaceRecoded {
        /// Which.
        pub place: PlaceId,
        /// The code from now on.
        pub code: PlaceCode,
        /// The code until now.
        pub earlier_code: PlaceCode,
        /// The last `scopesequence` under the new code, where another county bore that code before: the numbers of this one
        /// begin after it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub numbered_after: Option<u64>,
    }

    /// A place lies under another one: of the same county for `place.moved`, of another one for `place.received`.
    pub struct PlaceMoved {
        /// Which.
        pub place: PlaceId,
        /// The place above from now on.
        pub parent: PlaceId,
        /// Its code.
        pub parent_code: PlaceCode,
        /// The place's code from now on.
        pub code: PlaceCode,
        /// The place's code until now.
        pub earlier_code: PlaceCode,
        /// On whose word it passes to another county: the receiving county's or the city's, with the document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub consent: Option<Consent>,
    }

    /// A place passes to another county: what the old county's readers see; `place.received` follows.
    pub struct PlaceLeft {
        /// Which.
        pub place: PlaceId,
        /// Its code until now.
        pub code: PlaceCode,
        /// The county that it passes to.
        pub to_county: PlaceCode,
        /// On whose word: the receiving county's or the city's, with the document.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub consent: Option<Consent>,
    }

    /// A place went over into another.
    pub struct PlaceMerged {
        /// Which ended.
        pub place: PlaceId,
        /// What goes on.
        pub into: PlaceId,
    }

    /// What one successor of a split takes.
    pub struct SplitPart {
        /// The successor.
        pub successor: PlaceId,
        /// Places of the tier below.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub places: Vec<PlaceId>,
        /// Organizations that lay in the place itself.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub organizations: Vec<OrganizationId>,
        /// Joint branches that the place led.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub joint_branches: Vec<JointBranchId>,
    }

    /// A place was split among successors.
    pub struct PlaceSplit {
        /// Which ended.
        pub place: PlaceId,
        /// Who goes on with what.
        pub parts: Vec<SplitPart>,
    }

    /// A place ended with nothing left in it.
    pub struct PlaceClosed {
        /// Which.
        pub place: PlaceId,
    }

    /// The name of a place is corrected.
    pub struct PlaceCorrected {
        /// Which.
        pub place: PlaceId,
        /// The event that is corrected.
        pub corrected_event: EventId,
        /// Its position.
        pub corrected_position: u64,
        /// Its effective date: the day at which the correction is folded.
        pub corrected_effective_date: Date,
        /// The name as it should read.
        pub name: Text,
        /// The name until now.
        pub earlier_name: Text,
        /// Why.
        pub reason: Text,
    }
}
