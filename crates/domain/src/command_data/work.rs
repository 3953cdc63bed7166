//! What the commands about a joint branch's work say: activities, co-location, funding, powers, links.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::joint_branch::Function;
use crate::link::LinkKind;
use crate::money::Money;
use crate::place::PlaceCode;
use crate::text::Text;

data! {
    /// Names powers 四项权力 that the township committee delegates to a joint branch, or takes back.
    pub struct MovePowers {
        /// Which joint branch.
        pub joint_branch: JointBranchId,
        /// Codes of the list `powers` of the policy.
        pub powers: Vec<Text>,
        /// Why.
        pub reason: Option<Text>,
    }

    /// Links an organization to a joint branch or to another organization: one of the two is named.
    pub struct LinkOrganization {
        /// Who guides, or whose member holds the post.
        pub organization: OrganizationId,
        /// What binds them.
        pub kind: LinkKind,
        /// The joint branch on the other side.
        pub joint_branch: Option<JointBranchId>,
        /// The organization on the other side.
        pub other: Option<OrganizationId>,
        /// Who holds a post on both sides, for `cross_posting`.
        pub person: Option<PersonId>,
        /// The post on the other side, for `cross_posting`.
        pub post: Option<Text>,
    }

    /// Records an activity of a joint branch. It carries its own date.
    pub struct RecordActivity {
        /// Whose.
        pub joint_branch: JointBranchId,
        /// The function it serves: one of the four, or a named item.
        pub function: Function,
        /// A code of the list `activity_kinds` of the policy.
        pub kind: Text,
        /// The day.
        pub date: Date,
        /// The member village that hosted, by code.
        pub host_village: PlaceCode,
        /// How many took part.
        #[schemars(range(max = super::MAX_PEOPLE))]
        pub attendance: u32,
    }

    /// Records that a joint branch works in one place 合署办公. It carries its own date.
    pub struct RecordCoLocation {
        /// Whose.
        pub joint_branch: JointBranchId,
        /// Where, by code.
        pub place: PlaceCode,
        /// Since when.
        pub date: Date,
    }

    /// Records what one village has in a fiscal year. It carries its own year.
    pub struct RecordFunding {
        /// The village, by code: every line names exactly one, no joint branch has an account.
        pub village: Option<PlaceCode>,
        /// The fiscal year.
        pub fiscal_year: i16,
        /// The base by the village's own caliber, once a year.
        pub base: Option<Money>,
        /// What the county adds.
        pub supplement: Option<Money>,
        /// What was settled.
        pub settled: Option<Money>,
        /// For what.
        pub purpose: Text,
    }
}
