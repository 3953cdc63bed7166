//! What a command yields before the log has it: its events in their envelopes, and the values that stay erasable.

use domain::date::Timestamp;
use domain::ids::{CommandId, EventId};
use domain::lawful::{CommandPart, Judge, Lawless};
use domain::rejection::{RejectionKind, Warning};
use domain::say::Say;
use domain::{CityState, Decision, EventBody, Policy, Rejection, apply};
use event_log::envelope::{self, CommandTrace};
use event_log::{Erasable, MAX_EVENT_BYTES, NewEvent};
use ulid::Ulid;

use crate::recorded::{RETRY_AFTER_SECONDS, Recorded};
use crate::request::Prepared;
use crate::submit_error::SubmitError;

/// What one command yields.
pub(crate) struct Outcome {
    /// The position of its first event.
    pub(crate) first: u64,
    /// Its events, at least one.
    pub(crate) events: Vec<NewEvent>,
    /// What the log holds only commitments to.
    pub(crate) erasables: Vec<Erasable>,
    /// Rules that were set aside, or that remind.
    pub(crate) warnings: Vec<Warning>,
}

impl Outcome {
    /// What its caller is told once the log has it.
    pub(crate) fn recorded(self, command_id: CommandId) -> Recorded {
        Recorded {
            command_id,
            position: self.first + self.events.len() as u64 - 1,
            events: self.events.into_iter().map(|event| event.body).collect(),
            warnings: self.warnings,
            replayed: false,
        }
    }
}

/// `If-Match`: the entity that the command names stands where its sender believes. Of an entity outside the sender's
/// scope, or to a role that may not give the command, nothing is told but why the command is refused.
pub(crate) fn check_position(
    state: &CityState,
    prepared: &Prepared,
    refused: Option<&Rejection>,
) -> Result<(), SubmitError> {
    let Some(expected) = prepared.if_match else { return Ok(()) };
    let entity = prepared.command.body.entity();
    let found = entity.and_then(|entity| state.last_position_of(entity));
    let is_seen =
        entity.is_none_or(|entity| state.scope_of(entity).is_within(&prepared.command.header.actor.scope));
    let is_silent = refused.is_some_and(|refused| refused.kind() == RejectionKind::Forbidden || !is_seen);
    if found == Some(expected) || is_silent {
        return Ok(());
    }
    Err(SubmitError::Precondition { expected, found })
}

/// What a decision yields: its events in their envelopes, folded into the state at hand; nothing where they are more than
/// there is room for. A command that is not recorded leaves the state as it was.
pub(crate) fn fold_one(
    state: &mut CityState,
    policy: &Policy,
    prepared: &Prepared,
    decision: Decision,
    room: u64,
) -> Result<Option<Outcome>, SubmitError> {
    if decision.events.len() as u64 > room {
        return Ok(None);
    }
    let (first, erasables) = (state.last_position + 1, erasables(prepared, &decision.events)?);
    let warnings = decision.warnings.clone();
    let events = encode_all(state, policy, prepared, decision)?;
    Ok(Some(Outcome { first, events, erasables, warnings }))
}

/// The events of a command in their envelopes, folded into the state. What does not fit leaves it as it was.
fn encode_all(
    state: &mut CityState,
    policy: &Policy,
    prepared: &Prepared,
    decision: Decision,
) -> Result<Vec<NewEvent>, SubmitError> {
    let command = &prepared.command;
    let command_count = u32::try_from(decision.events.len()).unwrap_or(u32::MAX);
    let mut events = Vec::with_capacity(decision.events.len());
    let mut judge = Judge::default();
    let mut command_index = 0;
    let id = |_| EventId(new_ulid(command.header.recorded_at));
    apply(state, command, decision, id, |state, event| {
        let scope = &event.meta.scope;
        let subject = envelope::subject(state.city.as_str(), scope, &event.body);
        let last_of_scope = state.scope_sequences.get(scope.county_token()).copied().unwrap_or_default();
        let extra = CommandTrace {
            command_digest: prepared.digest.clone(),
            command_index,
            command_count,
            scope_sequence: last_of_scope + 1,
            traceparent: prepared.traceparent.clone(),
        };
        let body = envelope::encode(state.city.as_str(), event, &extra).map_err(|error| {
            SubmitError::Unavailable {
                detail: Say::same(error),
                outcome_unknown: false,
                retry_after_seconds: RETRY_AFTER_SECONDS,
            }
        })?;
        if body.len() > MAX_EVENT_BYTES {
            return Err(SubmitError::TooLarge { bytes: body.len(), limit: MAX_EVENT_BYTES });
        }
        let part = CommandPart { digest: &prepared.digest, index: command_index, count: command_count };
        judge.next(state, policy, event, part).map_err(not_lawful)?;
        command_index += 1;
        events.push(NewEvent { subject, body });
        Ok(())
    })?;
    Ok(events)
}

/// Whoever has nothing but the log would find it unlawful: a fault of this program, which must not stand in the log.
fn not_lawful(lawless: Lawless) -> SubmitError {
    tracing::error!(%lawless, "what was decided would be judged unlawful, and is not recorded");
    SubmitError::Unavailable {
        detail: Say::same(lawless),
        outcome_unknown: false,
        retry_after_seconds: RETRY_AFTER_SECONDS,
    }
}

/// A ULID of that time. Its random part comes from the system; where that fails the time and position still differ.
pub(crate) fn new_ulid(time: Timestamp) -> Ulid {
    let mut random = [0; 16];
    if let Err(error) = getrandom::fill(&mut random) {
        tracing::error!(%error, "the system gives no randomness for an event's id");
    }
    Ulid::from_parts(u64::try_from(time.milliseconds()).unwrap_or(0), u128::from_le_bytes(random))
}

/// The erasable values of a command, each under the entity that the event is about which commits to it. A value that no
/// event commits to would be lost without a word: its command is not recorded.
fn erasables(prepared: &Prepared, events: &[EventBody]) -> Result<Vec<Erasable>, SubmitError> {
    let fields = prepared.erasables.iter().map(|field| {
        let mut committed = events.iter().filter_map(EventBody::committed);
        let found = committed.find(|committed| committed.pointer == field.pointer);
        let found = found.ok_or_else(|| SubmitError::Unavailable {
            detail: Say::same(format!("no event of the command commits to {}", field.pointer)),
            outcome_unknown: false,
            retry_after_seconds: RETRY_AFTER_SECONDS,
        })?;
        Ok(Erasable {
            command_id: prepared.command.header.id.to_string(),
            pointer: field.pointer.to_owned(),
            subject: found.subject.id(),
            salt: field.salt.to_vec(),
            value: field.value.clone(),
        })
    });
    fields.collect()
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use domain::actor::Actor;
    use domain::event_data::posts::{SecretaryAssigned, SecretaryRelieved};
    use domain::ids::{Commitment, JointBranchId, PersonId};
    use serde_json::json;

    use super::*;
    use crate::request::{CommandRequest, prepare};

    const JOINT: JointBranchId = JointBranchId(Ulid(1));
    const BEFORE: PersonId = PersonId(Ulid(2));
    const AFTER: PersonId = PersonId(Ulid(3));

    /// A secretary follows another, with a pay.
    fn succession() -> Prepared {
        let data = json!({
            "joint_branch": JOINT, "person": AFTER, "source": "not_stated", "term_start": "2019-05-01",
            "replaces": BEFORE, "monthly_pay": 2980
        });
        let actor = Actor { id: "a".into(), role: Role::Local, scope: "5108".parse().unwrap() };
        let request = CommandRequest {
            id: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap(),
            name: "assign-secretary".into(),
            body: json!({"effective_date": "2019-05-01", "on_behalf_of": "5108", "data": data}),
            actor,
            if_match: None,
            traceparent: None,
        };
        prepare(request).unwrap_or_else(|error| panic!("{error:?}"))
    }

    fn relieved() -> EventBody {
        let data = SecretaryRelieved { joint_branch: JOINT, person: BEFORE, reason_commitment: None };
        EventBody::SecretaryRelieved(data)
    }

    #[test]
    fn a_value_is_kept_under_the_person_whose_event_commits_to_it() {
        let assigned = EventBody::SecretaryAssigned(SecretaryAssigned {
            joint_branch: JOINT,
            person: AFTER,
            source: "not_stated".try_into().unwrap(),
            term_start: "2019-05-01".parse().unwrap(),
            term_end: "2022-04-30".parse().unwrap(),
            monthly_pay_commitment: Some(Commitment("0".repeat(64))),
        });
        let kept = erasables(&succession(), &[relieved(), assigned]).unwrap();
        let [pay] = kept.as_slice() else { panic!("{kept:?}") };
        assert_eq!((pay.pointer.as_str(), &pay.subject), ("/monthly_pay", &AFTER.to_string()));
    }

    #[test]
    fn a_value_that_no_event_commits_to_stops_its_command() {
        assert!(matches!(erasables(&succession(), &[relieved()]), Err(SubmitError::Unavailable { .. })));
    }
}
