//! Recordings: which event states a value, and who recorded it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::EventId;

/// Which event states a value today, and who recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recording {
    pub by: String,
    pub event: EventId,
    pub position: u64,
    /// The day at which a correction of it is folded.
    pub effective_date: Date,
    /// Who corrected it: like who recorded it, none of them corrects it again.
    pub corrected_by: BTreeSet<String>,
}
