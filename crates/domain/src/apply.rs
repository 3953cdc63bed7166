//! From a decided fact to the event that follows on a state.

use crate::command::Command;
use crate::event::{Event, EventBody, EventMeta};
use crate::ids::EventId;
use crate::rejection::Warning;
use crate::state::CityState;

impl Event {
    /// The event by which a decision's fact follows on a state: the one way in which an event is made.
    pub fn following(
        state: &CityState,
        command: &Command,
        warnings: &[Warning],
        id: EventId,
        body: EventBody,
    ) -> Self {
        let simulated = match state.simulated {
            // An account makes a log neither simulated nor real.
            None if body.is_of_service() => false,
            log => log.or(command.simulated).unwrap_or(false),
        };
        let meta = EventMeta {
            position: state.last_position + 1,
            id,
            recorded_at: command.recorded_at,
            command_id: command.id,
            actor: command.actor.id.clone(),
            role: command.actor.role,
            on_behalf_of: command.on_behalf_of.clone(),
            effective_date: command.effective_date,
            document: command.document.clone(),
            decided_by: command.decided_by.clone(),
            override_: command.override_.clone(),
            warnings: warnings.to_vec(),
            simulated,
            scope: state.scope_of_event(&body),
        };
        Self { meta, body }
    }
}
