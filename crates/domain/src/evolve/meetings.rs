//! How the events change the state by which a coordination meeting is recorded, and its decisions are closed.

use std::sync::Arc;

use crate::event::EventMeta;
use crate::event_data::meetings::{DecisionClosed, MeetingItem, MeetingRecorded};
use crate::ids::{MeetingId, PlaceId, SupervisionId};
use crate::meeting::{Closed, ItemOnFile, Meeting};
use crate::state::CityState;

pub(super) fn recorded(state: &mut CityState, meta: &EventMeta, data: &MeetingRecorded) {
    let on_file = |item: &MeetingItem| ItemOnFile {
        topic: item.topic.clone(),
        decided: item.decided.clone(),
        carrier: item.carrier,
        finish_by: item.finish_by,
        supervision: None,
        closed: None,
    };
    let document = meta.document.as_ref();
    let meeting = Meeting {
        id: data.meeting,
        place: data.place,
        session: data.session,
        met_on: data.met_on,
        presided_by: data.presided_by,
        attended: data.attended.clone(),
        also_attended: data.also_attended.clone(),
        agenda: data.agenda.iter().map(on_file).collect(),
        document: document.map(|document| document.number.to_string()).unwrap_or_default(),
        minuted_on: meta.effective_date,
        recorded_position: meta.position,
        last_position: meta.position,
    };
    state.meetings.insert(data.meeting, Arc::new(meeting));
}

pub(super) fn decision_closed(state: &mut CityState, meta: &EventMeta, data: &DecisionClosed) {
    let Some(meeting) = state.meetings.get_mut(&data.meeting).map(Arc::make_mut) else { return };
    meeting.last_position = meta.position;
    if let Some(item) = meeting.item_mut(data.item) {
        item.closed = Some(Closed {
            on: meta.effective_date,
            recorded_on: meta.recorded_at.day(),
            result: data.result.clone(),
            document: meta.document.as_ref().map(|document| document.number.to_string()),
        });
    }
}

/// A supervision was issued on a decision.
pub(super) fn supervised(state: &mut CityState, of: Option<(MeetingId, u32)>, supervision: SupervisionId) {
    let Some((meeting, number)) = of else { return };
    let meeting = state.meetings.get_mut(&meeting).map(Arc::make_mut);
    if let Some(item) = meeting.and_then(|meeting| meeting.item_mut(number)) {
        item.supervision = Some(supervision);
    }
}

/// What a place was to carry out, what goes on for it carries out.
pub(super) fn passed_on(state: &mut CityState, from: PlaceId, into: PlaceId) {
    let concerns =
        |found: &Meeting| found.place == from || found.agenda.iter().any(|item| item.carrier == from);
    let concerned = state.meetings.values().filter(|found| concerns(found)).map(|found| found.id);
    for id in concerned.collect::<Vec<_>>() {
        let Some(meeting) = state.meetings.get_mut(&id).map(Arc::make_mut) else { continue };
        let places = meeting.agenda.iter_mut().map(|item| &mut item.carrier);
        for place in places.chain([&mut meeting.place]).filter(|place| **place == from) {
            *place = into;
        }
    }
}
