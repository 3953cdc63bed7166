//! A trial: commands decided and folded before any of them is recorded, by the same checks as when they are.

use std::sync::Arc;

use domain::CityState;
use domain::CommandBody;
use domain::DryRun;
use domain::Event;
use domain::Judgement;
use domain::Policy;
use domain::Rejection;
use domain::date::Timestamp;
use domain::ids::PersonId;

use crate::person_names::PersonNames;
use crate::request::{CommandRequest, Prepared, prepare};
use crate::submit_error::SubmitError;

/// A city as it would be after the commands tried so far.
pub struct Trial {
    run: DryRun,
    /// The names that no free text may hold, as the commands before have it.
    names: Arc<PersonNames>,
}

impl Trial {
    /// Nothing tried yet.
    pub fn new(state: CityState, policy: Arc<Policy>, names: Arc<PersonNames>, now: Timestamp) -> Self {
        Self { run: DryRun::new(state, policy, now), names }
    }

    /// The figures by which it decides.
    pub fn policy(&self) -> &Policy {
        self.run.defaults()
    }

    /// The city as it would be.
    pub fn state(&self) -> &CityState {
        self.run.state()
    }

    /// Decides a command, and folds what it would yield. Names are looked for last, and among those only whom the actor may
    /// know of: who may not give the command learns of none, and nobody of another county's.
    pub fn decide(&mut self, prepared: &Prepared) -> Result<Vec<Event>, Rejection> {
        let (names, scope) = (&self.names, &prepared.command.header.actor.scope);
        let events = self.run.take(&prepared.command, |state| {
            let is_known =
                |id: PersonId| state.persons.get(&id).is_some_and(|person| state.is_known_in(person, scope));
            let named = names.find_of(prepared, &is_known);
            named.map_or(Ok(()), |pointer| Err(Rejection::PersonNamed { pointer }))
        })?;
        // The names are shared with the service until a command of the trial adds one.
        if matches!(prepared.command.body, CommandBody::RegisterPerson(_)) {
            Arc::make_mut(&mut self.names).note(prepared);
        }
        Ok(events)
    }

    /// What else would refuse a command that was refused, besides the first.
    pub fn others(&self, prepared: &Prepared) -> Vec<Rejection> {
        self.run.judge(&prepared.command).refusals.into_iter().skip(1).collect()
    }

    /// What every rule says of a request as it would be sent; nothing where it is no request. Nothing is decided by it.
    pub fn judge(&self, request: CommandRequest) -> Option<Judgement> {
        let prepared = prepare(request).ok()?;
        Some(self.run.judge(&prepared.command))
    }

    /// As `decide`, of a request as it was sent, and refused as when it is submitted.
    pub fn take(&mut self, request: CommandRequest) -> Result<Vec<Event>, SubmitError> {
        let name = request.name.clone();
        let prepared = prepare(request).map_err(|error| SubmitError::unprepared(name, error))?;
        let decided = self.decide(&prepared);
        decided.map_err(|rejection| {
            SubmitError::rejected(self.state(), self.policy(), &prepared.command, rejection)
                .with_others(self.others(&prepared), self.policy())
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::actor::Actor;
    use serde_json::{Value, json};

    use super::*;

    fn request(name: &str, data: Value) -> CommandRequest {
        CommandRequest {
            id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            name: name.into(),
            body: json!({"effective_date": "2018-01-01", "on_behalf_of": "5108", "data": data}),
            actor: Actor { id: "local".into(), role: Role::Local, scope: "5108".parse().unwrap() },
            if_match: None,
            traceparent: None,
        }
    }

    fn county(code: &str) -> CommandRequest {
        request(
            "register-place",
            json!({"code": code, "name": "昭化区", "level": "county", "parent": "5108"}),
        )
    }

    fn trial() -> Trial {
        let state = CityState::new("5108".parse().unwrap());
        let now = Timestamp::from_milliseconds(1_800_000_000_000);
        Trial::new(state, Policy::defaults().unwrap().into(), Arc::default(), now)
    }

    #[test]
    fn each_is_decided_against_those_before_it_and_a_refused_one_leaves_nothing() {
        let mut trial = trial();
        assert!(matches!(trial.take(county("510911")), Err(SubmitError::Rejected { .. })));
        assert!(matches!(trial.take(county("51x")), Err(SubmitError::Shape { .. })));
        assert_eq!(trial.state().last_position, 0);
        let events = trial.take(county("510811")).unwrap();
        assert_eq!(events[0].body.event_type(), "place.registered");
        // The same code a second time is in use.
        assert!(matches!(trial.take(county("510811")), Err(SubmitError::Rejected { .. })));
        assert_eq!(trial.state().last_position, 1);
    }
}
