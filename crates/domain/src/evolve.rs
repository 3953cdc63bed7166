//! How an event changes the state. Total: whatever the log holds, folding it never fails, and an event that was
//! folded before is passed over.

use crate::account::Role;
use crate::event::{Event, EventBody, EventMeta};
use crate::event_table::with_every_event;
use crate::scan::note_scans;
use crate::state::CityState;

mod accounts;
mod activities;
mod cycle;
mod documents;
pub(crate) mod entities;
mod establishing;
mod filings;
mod functions;
mod funding;
mod joint_branches;
mod links;
mod log_keeping;
mod meetings;
mod organizations;
mod persons;
pub(crate) mod places;
mod policies;
mod posts;
mod registrations;
mod scans;
mod supervision;
mod yellow_cards;

use entities::note_document;

/// Folds one event into the state; one at or before the state's position changes nothing.
pub fn evolve(state: &mut CityState, event: &Event) {
    if event.meta.position <= state.last_position {
        return;
    }
    note_meta(state, event);
    persons::note_posts(state, event);
    note_scans(&mut state.scans, event);
    fold(state, &event.meta, &event.body);
}

macro_rules! folds {
    ($(
        $(#[doc = $doc:literal])+
        $(#[cfg($only:meta)])?
        $variant:ident($data:ty) = $type:literal $(at $version:literal, $(from $earlier:literal by $old:ty),+)?,
        say($zh:literal, $en:literal), of $entity:ident $(($id:ident))?, folded by $fold:path
        $(, on its $day:ident)?
        $(, commits $commitment:ident to $pointer:literal of $subject:ident($subject_id:ident))?
        $(, is [$($flag:ident),+])?;
    )+) => {
        /// Hands what happened to the function that its row names.
        fn fold(state: &mut CityState, meta: &EventMeta, body: &EventBody) {
            match body { $($(#[cfg($only)])? EventBody::$variant(data) => $fold(state, meta, data),)+ }
        }
    };
}

with_every_event!(folds);

fn note_meta(state: &mut CityState, event: &Event) {
    let meta = &event.meta;
    state.last_position = meta.position;
    state.last_recorded_at = match event.body {
        EventBody::ClockAccepted(_) => meta.recorded_at,
        _ => state.last_recorded_at.max(meta.recorded_at),
    };
    match state.scope_sequences.get_mut(meta.scope.county_token()) {
        Some(last) => *last += 1,
        None => {
            state.scope_sequences.insert(meta.scope.county_token().to_owned(), 1);
        }
    }
    if meta.role == Role::Local && !event.body.is_automatic() {
        state.local_events += 1;
    }
    if !event.body.is_operational() {
        state.simulated.get_or_insert(meta.simulated);
        state.imported |= !event.body.is_of_import();
    }
    if let Some(document) = &meta.document {
        documents::note_decision(state, event, document);
        note_document(state, &CityState::document_key(&meta.on_behalf_of, &document.number), document);
    }
}
