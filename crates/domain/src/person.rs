//! Persons: an opaque id, a membership, and nothing else that the log must remember for ever.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{Commitment, JointBranchId, OrganizationId, PersonId};
use crate::supervision::YearlyReview;

/// A person as the log tells it; the name is in the erasable store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub organization: OrganizationId,
    /// The day of formal membership, where the person is a formal member.
    pub formal_member_since: Option<Date>,
    pub name_commitment: Commitment,
    /// The live joint branch whose secretary the person is.
    pub secretary_of: Option<JointBranchId>,
    /// 述职评议 by year.
    pub reviews: BTreeMap<i16, YearlyReview>,
    pub latest_effective: Date,
    pub last_position: u64,
}
