//! A trial: commands decided and folded in memory before any of them is recorded, as the command loop will.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::date::Timestamp;
use domain::event::{Event, EventMeta};
use domain::ids::EventId;
use domain::policy::Severity;
use domain::{CityState, Command, Policy, decide, evolve};
use server::submit_error::SubmitError;

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

    /// The city as it would be.
    pub fn state(&self) -> &CityState {
        &self.state
    }

    /// Decides the command, and folds what it would yield.
    pub fn decide(&mut self, command: &Command) -> Result<(), SubmitError> {
        let command = Command { recorded_at: self.now.max(self.state.last_recorded_at), ..command.clone() };
        let decision = decide(&self.state, &self.policy, &command).map_err(|rejection| {
            let rule = rejection.rule();
            let overridable = self.policy.severity(&rule) == Severity::Warn;
            SubmitError::Rejected { citation: self.policy.citation(&rule), overridable, rejection }
        })?;
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

    /// How many places there are of each tier, for a summary.
    pub fn places_by_level(&self) -> BTreeMap<domain::place::Level, usize> {
        let mut counts = BTreeMap::new();
        for place in self.state.places.values() {
            *counts.entry(place.level).or_default() += 1;
        }
        counts
    }
}
