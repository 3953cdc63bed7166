//! Whether what the log says could have been done: each command judged again from the log alone, first who gave it, by role,
//! account, scope, deciding body, document and four eyes, then what was decided (`lawful::again`).
//!
//! A command is not in the log, its events are. What they show of who acted, for whom and on which paper is held
//! against the state before them. Then the command is recalled from them and decided once more by the rules of this
//! program, which are one rule book until the log holds its own (decision 129).

use crate::authority::is_organ_of_city;
use crate::command::Command;
use crate::commands::CommandKind;
use crate::event::{Event, EventBody, EventMeta};
use crate::evolve::evolve;
use crate::place::PlaceCode;
use crate::policy::Policy;
use crate::recall::Recorded;
use crate::state::CityState;

mod act;
mod actor;
mod again;
mod decisions;
mod kind;
mod rules;
#[cfg(test)]
mod tests;
mod unlawful;

pub use actor::{is_local, scope_of_desk};
pub use unlawful::Unlawful;

/// Hexadecimal digits of a digest.
const DIGEST_DIGITS: usize = 64;

/// What an event says of its command besides who gave it.
#[derive(Debug, Clone, Copy)]
pub struct CommandPart<'a> {
    /// The digest of the request.
    pub digest: &'a str,
    /// Which of the command's events it is, from 0.
    pub index: u32,
    /// How many there are.
    pub count: u32,
}

/// A command that nobody could have given, at the position of its first event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {position}: {unlawful}")]
pub struct Lawless {
    /// Where it begins: everything before it is lawful.
    pub position: u64,
    /// Why.
    pub unlawful: Unlawful,
}

/// A command of which not all events have come yet.
#[derive(Debug, Clone)]
struct Open {
    before: CityState,
    events: Vec<Event>,
    digest: String,
    count: u32,
}

/// Judges each command of a log when its last event comes.
#[derive(Debug, Clone, Default)]
pub struct Judge {
    open: Option<Box<Open>>,
}

impl Judge {
    /// Holds the next event against the state before it; the caller folds it afterwards. What is wrong is said at the last
    /// event of the command, or where one is cut off.
    pub fn next(
        &mut self,
        state: &CityState,
        defaults: &Policy,
        event: &Event,
        part: CommandPart<'_>,
    ) -> Result<(), Lawless> {
        let cut_off = match &self.open {
            Some(open)
                if open.events.last().map(|last| last.meta.command_id) != Some(event.meta.command_id) =>
            {
                self.finish()
            }
            _ => Ok(()),
        };
        cut_off.and(self.take(state, defaults, event, part))
    }

    /// The log is over: so must its last command be.
    pub fn finish(&mut self) -> Result<(), Lawless> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let index = u32::try_from(open.events.len()).unwrap_or(u32::MAX);
        open.lawless(Unlawful::Incomplete { index, count: open.count })
    }

    /// Whether a command has begun of which events are missing.
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The state before the command that has begun.
    pub fn before(&self) -> Option<&CityState> {
        self.open.as_ref().map(|open| &open.before)
    }

    fn take(
        &mut self,
        state: &CityState,
        defaults: &Policy,
        event: &Event,
        part: CommandPart<'_>,
    ) -> Result<(), Lawless> {
        let (position, count) = (event.meta.position, part.count);
        let Some(mut open) = self.open.take() else {
            if part.index != 0 || part.count == 0 {
                let unlawful = Unlawful::Incomplete { index: part.index, count };
                return Err(Lawless { position, unlawful });
            }
            // Most commands yield one event, and need no copy of anything.
            if part.count == 1 {
                let judged = judge(state, defaults, std::slice::from_ref(event), part.digest);
                return judged.map_err(|unlawful| Lawless { position, unlawful });
            }
            let (before, digest) = (state.clone(), part.digest.to_owned());
            self.open = Some(Box::new(Open { before, events: vec![event.clone()], digest, count }));
            return Ok(());
        };
        let index = u32::try_from(open.events.len()).unwrap_or(u32::MAX);
        let is_next = (part.index, part.count) == (index, open.count);
        let is_alike = open.events.first().is_some_and(|first| is_of_one_command(&first.meta, &event.meta));
        if !is_next {
            return open.lawless(Unlawful::Incomplete { index: part.index, count });
        }
        if !is_alike || open.digest != part.digest {
            return open.lawless(Unlawful::Differs { command: event.meta.command_id.to_string() });
        }
        open.events.push(event.clone());
        if index + 1 < open.count {
            self.open = Some(open);
            return Ok(());
        }
        match judge(&open.before, defaults, &open.events, &open.digest) {
            Ok(()) => Ok(()),
            Err(unlawful) => open.lawless(unlawful),
        }
    }
}

impl Open {
    fn lawless(&self, unlawful: Unlawful) -> Result<(), Lawless> {
        let position = self.events.first().map_or(0, |event| event.meta.position);
        Err(Lawless { position, unlawful })
    }
}

/// What all events of a command have in common.
fn is_of_one_command(one: &EventMeta, other: &EventMeta) -> bool {
    one.recorded_at == other.recorded_at
        && one.actor == other.actor
        && one.role == other.role
        && one.on_behalf_of == other.on_behalf_of
        && one.effective_date == other.effective_date
        && one.decided_on == other.decided_on
        && one.document == other.document
        && one.decided_by == other.decided_by
        && one.simulated == other.simulated
}

/// Whether somebody could have given the command that yielded all these events on that state.
fn judge(state: &CityState, defaults: &Policy, events: &[Event], digest: &str) -> Result<(), Unlawful> {
    check_digest(digest)?;
    let Some(first) = events.first() else { return Ok(()) };
    judge_acting(state, defaults, events, actor::scope(state, &first.meta))
}

/// As `judge`, where it is known where the actor might act.
pub(crate) fn judge_acting(
    state: &CityState,
    defaults: &Policy,
    events: &[Event],
    scope: Result<PlaceCode, Unlawful>,
) -> Result<(), Unlawful> {
    let Some(first) = events.first() else { return Ok(()) };
    let bodies: Vec<&EventBody> = events.iter().map(|event| &event.body).collect();
    let (kind, lead) = kind::of(state, &bodies)?;
    check_log_kind(state, &first.meta, lead)?;
    let act = act::Act {
        state,
        defaults,
        meta: &first.meta,
        kind,
        is_organ_of_city: matches!(lead, EventBody::OrganizationRegistered(data) if is_organ_of_city(data.form, &data.host_kind)),
        scope: scope?,
        county: state.scope_of(lead.entity()).county,
    };
    act.check_authority()?;
    act.check_decided_on()?;
    rules::check(&act, lead, &bodies)?;
    let recorded = Recorded { state, meta: &first.meta, lead, events: &bodies };
    again::check(&recorded, defaults, kind, &act.scope)
}

/// The command that these events came from, all of one, on the state before them. Of whom the log does not know, no less is
/// in scope than the city: this judges nobody.
pub(crate) fn recalled(state: &CityState, events: &[Event]) -> Result<(CommandKind, Command), Unlawful> {
    let bodies: Vec<&EventBody> = events.iter().map(|event| &event.body).collect();
    let (kind, lead) = kind::of(state, &bodies)?;
    let first = events.first().ok_or(Unlawful::NoCommand { event_type: lead.event_type() })?;
    let recorded = Recorded { state, meta: &first.meta, lead, events: &bodies };
    let scope = actor::scope(state, &first.meta).unwrap_or_else(|_| state.city.clone());
    let command = again::recalled(&recorded, kind, &scope)?;
    command.map(|command| (kind, command)).ok_or(Unlawful::NoCommand { event_type: lead.event_type() })
}

/// 64 hexadecimal digits in small letters, and not the same byte 32 times, which no hash ever is.
fn check_digest(digest: &str) -> Result<(), Unlawful> {
    let bytes = digest.as_bytes();
    let is_hexadecimal = bytes.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_one_byte = bytes.chunks(2).all(|pair| pair == &bytes[..pair.len()]);
    if bytes.len() == DIGEST_DIGITS && is_hexadecimal && !is_one_byte {
        return Ok(());
    }
    Err(Unlawful::Digest { digest: digest.chars().take(DIGEST_DIGITS).collect() })
}

/// What the log has been from its first event on that is not of the service itself.
fn check_log_kind(state: &CityState, meta: &EventMeta, lead: &EventBody) -> Result<(), Unlawful> {
    let expected = state.simulated.unwrap_or(meta.simulated && !lead.is_operational());
    if meta.simulated == expected { Ok(()) } else { Err(Unlawful::LogKind { simulated: meta.simulated }) }
}

/// Judges a whole log, folding it; for who has the events at hand.
pub fn judge_all<'a>(
    state: &mut CityState,
    defaults: &Policy,
    events: impl IntoIterator<Item = (&'a Event, CommandPart<'a>)>,
) -> Result<(), Lawless> {
    let mut judge = Judge::default();
    for (event, part) in events {
        judge.next(state, defaults, event, part)?;
        evolve(state, event);
    }
    judge.finish()
}
