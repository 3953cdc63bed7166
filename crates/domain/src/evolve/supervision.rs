//! How the events change the state by which a tier asks the tier below, and is answered.

use std::sync::Arc;

use super::entities::note;
use crate::event::EventMeta;
use crate::event_data::supervision::{SupervisionAnswered, SupervisionIssued};
use crate::state::CityState;
use crate::supervision::{Answer, Supervision};

pub(super) fn issued(state: &mut CityState, meta: &EventMeta, data: &SupervisionIssued) {
    let supervision = Supervision {
        id: data.supervision,
        to: data.to,
        matter: data.matter.clone(),
        joint_branch: data.joint_branch,
        issued_on: meta.effective_date,
        due: data.due,
        answer: None,
        issued_position: meta.position,
        latest_effective: meta.effective_date,
        last_position: meta.position,
    };
    state.supervisions.insert(data.supervision, Arc::new(supervision));
    super::meetings::supervised(state, data.meeting.zip(data.item), data.supervision);
}

pub(super) fn answered(state: &mut CityState, meta: &EventMeta, data: &SupervisionAnswered) {
    if let Some(supervision) = state.supervisions.get_mut(&data.supervision) {
        let supervision = Arc::make_mut(supervision);
        note(&mut supervision.latest_effective, &mut supervision.last_position, meta);
        let (text, answered_on) = (data.answer.clone(), meta.effective_date);
        supervision.answer = Some(Answer { text, answered_on, recorded_on: meta.recorded_at.day() });
    }
}
