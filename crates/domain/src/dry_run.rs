//! A dry run: commands decided and folded as when they are recorded, by whoever records nothing.

use std::convert::Infallible;
use std::sync::Arc;

use crate::apply::apply;
use crate::command::Command;
use crate::date::Timestamp;
use crate::decide::{Judgement, decide, judgement};
use crate::event::Event;
use crate::ids::EventId;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::CityState;

/// A city as it would be after the commands taken so far.
#[derive(Debug, Clone)]
pub struct DryRun {
    state: CityState,
    defaults: Arc<Policy>,
    recorded_at: Timestamp,
}

impl DryRun {
    /// Begins at a state, which it leaves as it is. Everything is recorded at that time, or at that of the last event
    /// where it is later.
    pub fn new(state: CityState, defaults: Arc<Policy>, recorded_at: Timestamp) -> Self {
        Self { state, defaults, recorded_at }
    }

    /// The city as it would be.
    pub fn state(&self) -> &CityState {
        &self.state
    }

    /// The figures that hold where no policy says otherwise.
    pub fn defaults(&self) -> &Policy {
        &self.defaults
    }

    /// Everything from here on is recorded at that time, or at that of the last event where it is later.
    pub fn pass_to(&mut self, recorded_at: Timestamp) {
        self.recorded_at = recorded_at;
    }

    /// What every rule says of a command, which changes nothing.
    pub fn judge(&self, command: &Command) -> Judgement {
        let mut command = command.clone();
        command.header.recorded_at = self.recorded_at.max(self.state.last_recorded_at);
        judgement(&self.state, &self.defaults, &command)
    }

    /// Decides a command and folds its events. `check` looks at the state before them once the rules have accepted the
    /// command; what it or a rule refuses changes nothing.
    pub fn take(
        &mut self,
        command: &Command,
        check: impl FnOnce(&CityState) -> Result<(), Rejection>,
    ) -> Result<Vec<Event>, Rejection> {
        let recorded_at = self.recorded_at.max(self.state.last_recorded_at);
        let mut command = command.clone();
        command.header.recorded_at = recorded_at;
        let decision = decide(&self.state, &self.defaults, &command)?;
        check(&self.state)?;
        // No decision looks at an event's id.
        let id = |_| EventId(command.header.id.0);
        match apply(&mut self.state, &command, decision, id, |_, _| Ok::<(), Infallible>(())) {
            Ok(events) => Ok(events),
            Err(never) => match never {},
        }
    }
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;
    use crate::ids::CommandId;
    use crate::testing::City;
    use crate::testing::city::{SECRETARY, V1, V2};
    use crate::testing::drafts::{assign, proposal, propose};

    #[test]
    fn each_command_is_decided_on_the_state_that_those_before_it_made() {
        let city = City::new();
        let mut run = DryRun::new(city.state.clone(), Arc::new(city.policy.clone()), Timestamp::default());
        let command = propose(proposal(&[V1, V2])).into_command(CommandId(Ulid(1)));
        let events = run.take(&command, |_| Ok(())).unwrap();
        assert_eq!(events[0].meta.recorded_at, city.state.last_recorded_at);
        assert_eq!(run.state().last_position, city.state.last_position + events.len() as u64);
        // The same once more is refused, for the first has been folded.
        let folded = run.state().clone();
        assert!(run.take(&command, |_| Ok(())).is_err());
        assert_eq!(*run.state(), folded);
    }

    #[test]
    fn what_the_check_refuses_changes_nothing_and_is_asked_only_of_what_the_rules_accept() {
        let city = City::merged();
        let mut run = DryRun::new(city.state.clone(), Arc::new(city.policy.clone()), Timestamp::default());
        let named = || Rejection::PersonNamed { pointer: "/data/x".to_owned() };
        let command = assign(SECRETARY).into_command(CommandId(Ulid(1)));
        assert_eq!(run.take(&command, |_| Err(named())), Err(named()));
        assert_eq!(*run.state(), city.state);
        run.take(&command, |_| Ok(())).unwrap();
        let mut asked = false;
        let again = run.take(&command, |_| {
            asked = true;
            Ok(())
        });
        assert!(again.is_err() && !asked);
    }
}
