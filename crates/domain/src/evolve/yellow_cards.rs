//! How the events change the state by which a tier issues a yellow card to the tier below, and lifts it.

use std::sync::Arc;

use super::entities::note;
use crate::event::EventMeta;
use crate::event_data::yellow_cards::{YellowCardIssued, YellowCardLifted};
use crate::state::CityState;
use crate::yellow_card::{Lifted, YellowCard};

fn number(meta: &EventMeta) -> String {
    meta.document.as_ref().map(|document| document.number.to_string()).unwrap_or_default()
}

pub(super) fn issued(state: &mut CityState, meta: &EventMeta, data: &YellowCardIssued) {
    let card = YellowCard {
        id: data.yellow_card,
        to: data.to,
        level: data.level,
        matter: data.matter.clone(),
        consequences: data.consequences.clone(),
        deadline: data.deadline,
        joint_branch: data.joint_branch,
        issued_on: meta.effective_date,
        document: number(meta),
        lifted: None,
        latest_effective: meta.effective_date,
        last_position: meta.position,
    };
    state.yellow_cards.insert(data.yellow_card, Arc::new(card));
}

pub(super) fn lifted(state: &mut CityState, meta: &EventMeta, data: &YellowCardLifted) {
    if let Some(card) = state.yellow_cards.get_mut(&data.yellow_card) {
        let card = Arc::make_mut(card);
        note(&mut card.latest_effective, &mut card.last_position, meta);
        let (on, reason) = (meta.effective_date, data.reason.clone());
        card.lifted = Some(Lifted { on, reason, document: number(meta) });
    }
}
