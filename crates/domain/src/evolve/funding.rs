//! How the events of a village's money change the state.

use std::sync::Arc;

use super::entities::without_effective_order;
use crate::event::EventMeta;
use crate::event_data::funding::{PremisesPaid, VillageFunded};
use crate::premises::{Premises, PremisesPayment};
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

pub(super) fn premises_paid(state: &mut CityState, meta: &EventMeta, data: &PremisesPaid) {
    let Some(place) = state.places.get_mut(&data.village) else { return };
    let place = Arc::make_mut(place);
    place.last_position = meta.position;
    let payment = PremisesPayment { milestone: data.milestone, amount: data.amount, on: meta.effective_date };
    let own = |found: &&mut Premises| (found.begun_in, &found.project) == (data.begun_in, &data.project);
    match place.premises.iter_mut().find(own) {
        Some(found) => found.payments.push(payment),
        None => place.premises.push(Premises {
            begun_in: data.begun_in,
            project: data.project.clone(),
            total: data.total,
            payments: vec![payment],
        }),
    }
}
