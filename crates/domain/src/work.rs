//! What a joint branch does: who hosted its activities, and where its people work together.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::PlaceId;

/// How often a village hosted, and when last: who is next in turn follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hosting {
    pub last_on: Date,
    pub times: u32,
}

/// 合署办公.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoLocation {
    pub place: PlaceId,
    pub since: Date,
}
