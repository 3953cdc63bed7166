//! A trial: commands decided and folded in memory before any of them is recorded, as the command loop will.

use std::sync::Arc;

use domain::date::Timestamp;
use domain::event::{Event, EventMeta};
use domain::ids::EventId;
use domain::{CityState, Command, Policy, Rejection, decide, evolve};

/// A city as it would be after the commands tried so far.
pub struct Trial {
    state: CityState,
    policy: Arc<Policy>,
    now: Timestamp,
}

impl Trial {
    /// Nothing tried yet.
    pub fn new(state: CityState, policy: Arc<Policy>, now: Timestamp) -> Self {
        Self { state, policy, now }
    }

    /// The figures by which it decides.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The city as it would be.
    pub fn state(&self) -> &CityState {
        &self.state
    }

    /// Decides the command, and folds what it would yield.
    pub fn decide(&mut self, command: &Command) -> Result<(), Rejection> {
        let command = Command { recorded_at: self.now.max(self.state.last_recorded_at), ..command.clone() };
        let decision = decide(&self.state, &self.policy, &command)?;
        for body in decision.events {
            let meta = EventMeta {
                position: self.state.last_position + 1,
                // No decision looks at an event's id.
                id: EventId(command.id.0),
                recorded_at: command.recorded_at,
                command_id: command.id,
                actor: command.actor.id.clone(),
                role: command.actor.role,
                on_behalf_of: command.on_behalf_of.clone(),
                effective_date: command.effective_date,
                document: command.document.clone(),
                decided_by: command.decided_by.clone(),
                override_: command.override_.clone(),
                warnings: decision.warnings.clone(),
                simulated: self.state.simulated.or(command.simulated).unwrap_or(false),
                scope: self.state.scope_of_event(&body),
            };
            evolve(&mut self.state, &Event { meta, body });
        }
        Ok(())
    }
}
