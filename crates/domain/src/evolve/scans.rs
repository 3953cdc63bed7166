//! How the event of a document's scan changes the state, beside what is noted of every scan.

use super::entities::note_consents;
use crate::event::EventMeta;
use crate::event_data::scans::ScanErased;
use crate::state::CityState;

/// The bytes are gone; the document that consents is one of the register.
pub(super) fn erased(state: &mut CityState, _: &EventMeta, data: &ScanErased) {
    note_consents(state, std::slice::from_ref(&data.consent));
}
