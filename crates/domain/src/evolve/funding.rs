//! How the event of a village's money changes the state.

use std::sync::Arc;

use super::entities::without_effective_order;
use crate::event::EventMeta;
use crate::event_data::funding::VillageFunded;
use crate::state::CityState;

pub(super) fn funded(state: &mut CityState, meta: &EventMeta, data: &VillageFunded) {
    if let Some(place) = state.places.get_mut(&data.village) {
        let place = Arc::make_mut(place);
        place.last_position = meta.position;
        place.funding.entry(data.fiscal_year).or_default().add(data.base, data.supplement, data.settled);
    }
    if let Some(id) = data.joint_branch {
        without_effective_order(state, meta, id, |_| ());
    }
}
