//! A trial: commands decided and folded in memory before any of them is recorded, as the command loop will.

use std::sync::Arc;

use domain::date::Timestamp;
use domain::event::Event;
use domain::ids::{EventId, PersonId};
use domain::{CityState, Command, Policy, Rejection, decide, evolve};

use crate::person_names::PersonNames;
use crate::request::Prepared;

/// A city as it would be after the commands tried so far.
pub struct Trial {
    state: CityState,
    policy: Arc<Policy>,
    /// The names that no free text may hold, as the commands before have it.
    names: PersonNames,
    now: Timestamp,
}

impl Trial {
    /// Nothing tried yet.
    pub fn new(state: CityState, policy: Arc<Policy>, names: PersonNames, now: Timestamp) -> Self {
        Self { state, policy, names, now }
    }

    /// The figures by which it decides.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The city as it would be.
    pub fn state(&self) -> &CityState {
        &self.state
    }

    /// Decides a command, and folds what it would yield. Names are looked for last, and among those only whom the actor may
    /// know of: who may not give the command learns of none, and nobody of another county's.
    pub fn decide(&mut self, prepared: &Prepared) -> Result<(), Rejection> {
        let now = self.now.max(self.state.last_recorded_at);
        let command = Command { recorded_at: now, ..prepared.command.clone() };
        let decision = decide(&self.state, &self.policy, &command)?;
        let is_known = |id: PersonId| {
            let person = self.state.persons.get(&id);
            person.is_some_and(|person| self.state.is_known_in(person, &command.actor.scope))
        };
        if let Some(pointer) = self.names.find_of(prepared, &is_known) {
            return Err(Rejection::PersonNamed { pointer });
        }
        for body in decision.events {
            // No decision looks at an event's id.
            let id = EventId(command.id.0);
            let event = Event::following(&self.state, &command, &decision.warnings, id, body);
            evolve(&mut self.state, &event);
        }
        self.names.note(prepared);
        Ok(())
    }
}
