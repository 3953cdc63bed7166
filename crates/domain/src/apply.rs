//! From a decision to its events: each follows on the state that holds those before it.

use crate::command::Command;
use crate::decide::Decision;
use crate::event::{Event, EventBody, EventMeta};
use crate::evolve::evolve;
use crate::ids::EventId;
use crate::rejection::Warning;
use crate::state::CityState;

/// Makes the events of a decision and folds them into the state, in order. `id` names the event at a position; `accept`
/// sees each event beside the state before it, and what it refuses leaves the state as it was before the decision.
pub fn apply<E>(
    state: &mut CityState,
    command: &Command,
    decision: Decision,
    mut id: impl FnMut(u64) -> EventId,
    mut accept: impl FnMut(&CityState, &Event) -> Result<(), E>,
) -> Result<Vec<Event>, E> {
    // Of a single event nothing is folded before it is accepted, so there is nothing to take back.
    let before = (decision.events.len() > 1).then(|| state.clone());
    let mut events = Vec::with_capacity(decision.events.len());
    for body in decision.events {
        let event = Event::following(state, command, &decision.warnings, id(state.last_position + 1), body);
        if let Err(refused) = accept(state, &event) {
            if let Some(before) = before {
                *state = before;
            }
            return Err(refused);
        }
        evolve(state, &event);
        events.push(event);
    }
    Ok(events)
}

impl Event {
    /// The event by which a decision's fact follows on a state: the one way in which an event is made.
    fn following(
        state: &CityState,
        command: &Command,
        warnings: &[Warning],
        id: EventId,
        body: EventBody,
    ) -> Self {
        let simulated = match state.simulated {
            // An account makes a log neither simulated nor real.
            None if body.is_operational() => false,
            log => log.or(command.header.simulated).unwrap_or(false),
        };
        let meta = EventMeta {
            position: state.last_position + 1,
            id,
            recorded_at: command.header.recorded_at,
            command_id: command.header.id,
            actor: command.header.actor.id.clone(),
            role: command.header.actor.role,
            on_behalf_of: command.header.on_behalf_of.clone(),
            effective_date: command.header.effective_date,
            decided_on: command.header.decided_on,
            document: command.header.document.clone(),
            decided_by: command.header.decided_by.clone(),
            override_: command.header.override_.clone(),
            warnings: warnings.to_vec(),
            simulated,
            scope: state.scope_of_event(&body),
        };
        Self { meta, body }
    }
}

#[cfg(test)]
mod tests {
    use ulid::Ulid;

    use super::*;
    use crate::ids::CommandId;
    use crate::joint_branch::Ground;
    use crate::testing::City;
    use crate::testing::city::{V1, V2};
    use crate::testing::drafts::dissolve;

    /// Applies a dissolution, which yields several events, and refuses the one at that place among them.
    fn refusing(at: usize) -> (CityState, CityState, Result<Vec<Event>, usize>) {
        let city = City::failed();
        let draft = dissolve(Ground::RectificationFailed, &[(V1, V1), (V2, V2)]);
        let command = draft.into_command(CommandId(Ulid(1)));
        let decision = crate::decide(&city.state, &city.policy, &command).unwrap();
        let (mut state, mut seen) = (city.state.clone(), 0);
        let applied = apply(
            &mut state,
            &command,
            decision,
            |position| EventId(Ulid(u128::from(position))),
            |before, event| {
                assert_eq!(event.meta.position, before.last_position + 1);
                seen += 1;
                if seen > at { Err(at) } else { Ok(()) }
            },
        );
        (city.state, state, applied)
    }

    #[test]
    fn events_follow_on_each_other_and_are_all_folded() {
        let (before, after, applied) = refusing(usize::MAX);
        let events = applied.unwrap();
        assert!(events.len() > 2);
        assert_eq!(after.last_position, before.last_position + events.len() as u64);
    }

    #[test]
    fn a_refused_event_leaves_the_state_as_before_the_decision() {
        for at in [0, 2] {
            let (before, after, applied) = refusing(at);
            assert_eq!(applied, Err(at));
            assert_eq!(after, before);
        }
    }
}
