//! What the events of a person say. Values that the law lets a person have erased are commitments.

use crate::consent::Consent;
use crate::date::Date;
use crate::ids::{Commitment, OrganizationId, PersonId};
use crate::person::ErasureGround;
use crate::place::Level;
use crate::text::Text;

data! {
    /// A person is known by an opaque id.
    pub struct PersonRegistered {
        /// The person.
        pub person: PersonId,
        /// The organization of membership.
        pub organization: OrganizationId,
        /// The day of formal membership.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub formal_member_since: Option<Date>,
        /// The commitment to the name.
        pub name_commitment: Commitment,
    }

    /// Somebody's year was reviewed.
    pub struct YearlyReviewed {
        /// Who.
        pub person: PersonId,
        /// The year.
        pub year: i16,
        /// The tier of the post.
        pub level: Level,
        /// The class, a code of the policy's list.
        pub class: Text,
    }

    /// A person's record was put under an inspection hold, or the hold was lifted.
    pub struct HoldChanged {
        /// Whose record.
        pub person: PersonId,
        /// The tier that decided.
        pub level: Level,
    }

    /// A person's erasable values are gone: a tombstone, by which every copy of the erasable store forgets them.
    pub struct PersonErased {
        /// Who.
        pub person: PersonId,
        /// By which ground of the law.
        pub ground: ErasureGround,
        /// The document of a second tier.
        pub consent: Consent,
    }
}
