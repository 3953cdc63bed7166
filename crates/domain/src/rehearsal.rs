//! A rehearsal of a policy: a recorded command decided once more as if the proposed policy had been in force since a day.
//! Nothing is recorded, and the state before the command is the real one.

use std::collections::BTreeSet;

use crate::commands::issue_policy;
use crate::commands::{CommandKind, IssuePolicy};
use crate::date::Date;
use crate::decide::{Decision, county_of, decide};
use crate::event::{Event, EventBody};
use crate::ids::{PlaceId, PolicyId};
use crate::lawful;
use crate::place::{Level, PlaceCode};
use crate::policy::Policy;
use crate::policy_book::{IssuedPolicy, PolicyBook};
use crate::rejection::{Rejection, Warning};
use crate::state::CityState;
use crate::{Command, CommandBody};

/// A policy that nobody has issued, as it would have held since a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    since: Date,
    jurisdiction: PlaceCode,
    /// The county for which it is proposed; nothing for the city. Its code may have been another one.
    county: Option<PlaceId>,
    issued: IssuedPolicy,
}

/// What becomes of a recorded command under a proposal.
#[derive(Debug, Clone, PartialEq)]
pub enum Rehearsed {
    /// The proposal does not reach it: it is of an earlier day, of another county, or of the service itself.
    Untouched,
    /// The rules of this program decide it otherwise than it is recorded, also without the proposal, or it cannot be recalled.
    Unlike,
    /// The same events and warnings.
    Same(CommandKind),
    /// Something else.
    Otherwise(CommandKind, Otherwise),
}

/// How a recorded command would have been decided otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Otherwise {
    /// Why it would have been refused.
    pub refused: Option<Rejection>,
    /// Of what it would have warned, and did not.
    pub warned: Vec<Warning>,
    /// The rules of which it warned, and would not have.
    pub no_longer_warned: Vec<String>,
    /// The types of the events that would say something else, or would not be there.
    pub changed: Vec<&'static str>,
}

impl Proposal {
    /// A policy proposed for a place, as whoever governs there would issue it on `today`: everything that would refuse it,
    /// as far as that lies in the policy itself.
    pub fn new(
        state: &CityState,
        defaults: &Policy,
        data: IssuePolicy,
        since: Date,
        today: Date,
    ) -> Result<Self, Vec<Rejection>> {
        let refusals = issue_policy::refusals_of(state, defaults, &data, today);
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let IssuePolicy { id, jurisdiction, figures, code_lists, reason: _ } = data;
        let county = state.place_by_code(&jurisdiction).filter(|place| place.level == Level::County);
        let issued = IssuedPolicy {
            id: id.unwrap_or(PolicyId(ulid::Ulid::nil())),
            jurisdiction: jurisdiction.clone(),
            issued_by: jurisdiction.level(),
            from: since,
            document: None,
            figures,
            code_lists,
            position: 0,
        };
        Ok(Self { since, jurisdiction, county: county.map(|place| place.id), issued })
    }

    /// From which day on it is in force.
    pub fn since(&self) -> Date {
        self.since
    }

    /// Where it is in force, by the code of today.
    pub fn jurisdiction(&self) -> &PlaceCode {
        &self.jurisdiction
    }

    /// What it sets.
    pub fn issued(&self) -> &IssuedPolicy {
        &self.issued
    }

    /// The policies of a state, and this one as if it had been issued after all of them. Where its county is not there yet it
    /// sets nothing.
    pub fn book(&self, state: &CityState) -> PolicyBook {
        let Some(jurisdiction) = self.code(state) else { return state.policies.clone() };
        state.policies.proposing(IssuedPolicy { jurisdiction: jurisdiction.clone(), ..self.issued.clone() })
    }

    /// The code of its place in a state; nothing where the place is not there yet.
    pub fn code<'a>(&'a self, state: &'a CityState) -> Option<&'a PlaceCode> {
        match self.county {
            Some(id) => state.places.get(&id).map(|place| &place.code),
            None => Some(&self.jurisdiction),
        }
    }

    /// Decides the command of these events once more on the state before them. `book` is that state's own with the
    /// proposal, and stands in its place for as long as it is decided.
    pub fn rehearse(
        &self,
        state: &mut CityState,
        book: &mut PolicyBook,
        defaults: &Policy,
        events: &[Event],
    ) -> Rehearsed {
        let Some(first) = events.first() else { return Rehearsed::Untouched };
        if first.meta.effective_date < self.since || events.iter().any(|event| event.body.is_operational()) {
            return Rehearsed::Untouched;
        }
        let Ok((kind, command)) = lawful::recalled(state, events) else {
            let is_elsewhere = self.county.is_some() && first.meta.scope.county.as_ref() != self.code(state);
            return if is_elsewhere { Rehearsed::Untouched } else { Rehearsed::Unlike };
        };
        if !self.reaches(state, &command) {
            return Rehearsed::Untouched;
        }
        std::mem::swap(&mut state.policies, book);
        let decided = decide_without_idle_override(state, defaults, &command);
        std::mem::swap(&mut state.policies, book);
        let Some(otherwise) = difference(decided, events) else { return Rehearsed::Same(kind) };
        // What the rules of this program make of it anyway is no doing of the proposal.
        if difference(decide(state, defaults, &command), events).is_some() {
            return Rehearsed::Unlike;
        }
        Rehearsed::Otherwise(kind, otherwise)
    }

    /// Whether its place is that by whose policy the command is decided.
    fn reaches(&self, state: &CityState, command: &Command) -> bool {
        let code = self.code(state);
        let is_own_policy =
            matches!(&command.body, CommandBody::IssuePolicy(data) if Some(&data.jurisdiction) == code);
        self.county.is_none() || is_own_policy || county_of(state, command).as_ref() == code
    }
}

/// Decides a command. Where its override sets nothing aside any more, it would have been given without one.
fn decide_without_idle_override(
    state: &CityState,
    defaults: &Policy,
    command: &Command,
) -> Result<Decision, Rejection> {
    match decide(state, defaults, command) {
        Err(Rejection::OverrideUnneeded) => {
            let mut plain = command.clone();
            plain.header.override_ = None;
            decide(state, defaults, &plain)
        }
        decided => decided,
    }
}

/// In what a decision differs from what is recorded.
fn difference(decided: Result<Decision, Rejection>, events: &[Event]) -> Option<Otherwise> {
    let decision = match decided {
        Ok(decision) => decision,
        Err(rejection) => {
            let (warned, no_longer_warned, changed) = (Vec::new(), Vec::new(), Vec::new());
            return Some(Otherwise { refused: Some(rejection), warned, no_longer_warned, changed });
        }
    };
    let recorded = events.first().map_or(&[][..], |event| &event.meta.warnings);
    let known: BTreeSet<&str> = recorded.iter().map(|warning| warning.rule.as_str()).collect();
    let found: BTreeSet<&str> = decision.warnings.iter().map(|warning| warning.rule.as_str()).collect();
    let no_longer_warned = known.difference(&found).map(|rule| (*rule).to_owned()).collect();
    let changed = changed(&decision.events, events);
    let mut warned = decision.warnings.clone();
    warned.retain(|warning| !known.contains(warning.rule.as_str()));
    let otherwise = Otherwise { refused: None, warned, no_longer_warned, changed };
    let is_same =
        otherwise.warned.is_empty() && otherwise.no_longer_warned.is_empty() && otherwise.changed.is_empty();
    (!is_same).then_some(otherwise)
}

/// The types of the events that differ, one beside the other.
fn changed(decided: &[EventBody], recorded: &[Event]) -> Vec<&'static str> {
    let longest = decided.len().max(recorded.len());
    let pairs = (0..longest).map(|at| (decided.get(at), recorded.get(at).map(|event| &event.body)));
    let differ = pairs.filter(|(decided, recorded)| decided != recorded);
    differ.filter_map(|(decided, recorded)| recorded.or(decided)).map(EventBody::event_type).collect()
}

#[cfg(test)]
pub(crate) mod tests;
