//! The row of the city: what is known of its log as a whole.

use domain::CityState;
use domain::date::Timestamp;
use domain::place::PlaceCode;
use imbl::OrdMap;
use serde::{Deserialize, Serialize};

/// What is known of the city's log as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CityRow {
    pub city: PlaceCode,
    /// Whether the log is a simulated one; nothing before its first event that is not an account's.
    pub simulated: Option<bool>,
    /// Events recorded by role `local`.
    pub local_events: u64,
    pub last_recorded_at: Timestamp,
    /// Corrections of records, by county and actor.
    pub corrections: OrdMap<String, OrdMap<String, u64>>,
}

pub(super) fn city_row(state: &CityState) -> CityRow {
    CityRow {
        city: state.city.clone(),
        simulated: state.simulated,
        local_events: state.local_events,
        last_recorded_at: state.last_recorded_at,
        corrections: state.corrections.clone(),
    }
}
