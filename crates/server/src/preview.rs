//! A preview: what commands would record now, decided by the same function and recorded by nobody.

use domain::date::Timestamp;
use domain::ids::EventId;
use domain::policy::Severity;
use domain::{CityState, Command, Decision, Event, Policy, decide, evolve, policy_for};

use crate::outcome::new_ulid;
use crate::request::{CommandRequest, PrepareError, prepare};
use crate::submit_error::SubmitError;

/// Commands tried one after the other, each against the state that those before it would have made. Names of persons in
/// free text are looked for only when a command is recorded.
pub struct Rehearsal<'a> {
    state: CityState,
    defaults: &'a Policy,
    now: Timestamp,
}

impl<'a> Rehearsal<'a> {
    /// Begins at a state; a copy of it costs nothing.
    pub fn new(state: &CityState, defaults: &'a Policy, now: Timestamp) -> Self {
        Self { state: state.clone(), defaults, now }
    }

    /// Tries one more; what is refused changes nothing.
    pub fn take(&mut self, request: CommandRequest) -> Result<Decision, SubmitError> {
        let mut command = prepared(request)?;
        command.recorded_at = self.now.max(self.state.last_recorded_at);
        let decision = decide(&self.state, self.defaults, &command).map_err(|rejection| {
            let rule = rejection.rule();
            let policy = policy_for(&self.state, self.defaults, &command);
            let overridable = policy.severity(rule) == Severity::Warn;
            let citation = policy.citation(rule).into();
            SubmitError::Rejected { citation, overridable, rejection: rejection.into() }
        })?;
        for body in &decision.events {
            let id = EventId(new_ulid(command.recorded_at));
            let event = Event::following(&self.state, &command, &decision.warnings, id, body.clone());
            evolve(&mut self.state, &event);
        }
        Ok(decision)
    }
}

fn prepared(request: CommandRequest) -> Result<Command, SubmitError> {
    let name = request.name.clone();
    match prepare(request) {
        Ok(prepared) => Ok(prepared.command),
        Err(PrepareError::UnknownCommand) => Err(SubmitError::UnknownCommand { name }),
        Err(PrepareError::Shape(errors)) => Err(SubmitError::Shape { errors }),
        Err(PrepareError::NoRandomness(detail)) => {
            Err(SubmitError::Unavailable { detail, outcome_unknown: false, retry_after_seconds: 5 })
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::command::Actor;
    use serde_json::json;

    use super::*;

    fn county(code: &str) -> CommandRequest {
        let data = json!({"code": code, "name": "昭化区", "level": "county", "parent": "5108"});
        CommandRequest {
            id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            name: "register-place".into(),
            body: json!({"effective_date": "2018-01-01", "on_behalf_of": "5108", "data": data}),
            actor: Actor { id: "local".into(), role: Role::Local, scope: "5108".parse().unwrap() },
            if_match: None,
            traceparent: None,
        }
    }

    #[test]
    fn each_is_decided_against_those_before_it_and_a_refused_one_leaves_nothing() {
        let state = CityState::new("5108".parse().unwrap());
        let policy = Policy::defaults().unwrap();
        let mut rehearsal = Rehearsal::new(&state, &policy, Timestamp::from_milliseconds(1_800_000_000_000));
        assert!(matches!(rehearsal.take(county("510911")), Err(SubmitError::Rejected { .. })));
        assert!(matches!(rehearsal.take(county("51x")), Err(SubmitError::Shape { .. })));
        let decision = rehearsal.take(county("510811")).unwrap();
        assert_eq!(decision.events[0].event_type(), "place.registered");
        // The same code a second time is in use.
        assert!(matches!(rehearsal.take(county("510811")), Err(SubmitError::Rejected { .. })));
        assert_eq!((state.last_position, rehearsal.state.last_position), (0, 1));
    }
}
