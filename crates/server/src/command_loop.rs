//! The command loop of a city: decides one command after the other, records a group of them with one append, and
//! answers only when the log has them.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use domain::date::Timestamp;
use domain::ids::{CommandId, EventId};
use domain::policy::Severity;
use domain::rejection::Warning;
use domain::{CityState, Command, Event, EventBody, Policy, Rejection, decide, evolve, policy_for};
use event_log::envelope::{self, EnvelopeExtra};
use event_log::{
    AppendError, ControlStore, Erasable, EventLog, LogError, MAX_APPEND_EVENTS, MAX_EVENT_BYTES, NewEvent,
};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinError;
use ulid::Ulid;

use crate::erasures::{ERASURE_RETRY, Erasures};
use crate::in_flight::InFlightKey;
use crate::memory::Memory;
use crate::metrics::Metrics;
use crate::person_names::PersonNames;
use crate::repeat;
use crate::request::Prepared;
use crate::submit_error::SubmitError;

/// The most commands decided as one group.
const MAX_GROUP_COMMANDS: usize = 256;
/// The most events of one group; a command whose events do not fit begins the next.
const MAX_GROUP_EVENTS: usize = MAX_APPEND_EVENTS;
/// The snapshot is written anew once so many events have been recorded since the last.
const SNAPSHOT_EVENTS: u64 = 100_000;
/// How often a group is decided again after someone else appended first.
const MAX_CONFLICTS: usize = 16;
/// How far the clock may be behind the last event.
const MAX_CLOCK_BEHIND_MILLISECONDS: i64 = 5 * 60 * 1_000;
/// When to come back after the log did not answer.
const RETRY_AFTER_SECONDS: u32 = 2;

/// What the caller of a recorded command is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The command.
    pub command_id: CommandId,
    /// Position of its last event.
    pub position: u64,
    /// Its events, exactly as stored.
    pub events: Vec<Vec<u8>>,
    /// Rules that were set aside, or that remind.
    pub warnings: Vec<Warning>,
    /// Whether it had been recorded before.
    pub replayed: bool,
}

/// A command on its way to the loop.
pub struct Submission {
    /// The command.
    pub prepared: Prepared,
    /// Who waits for the answer.
    pub reply: oneshot::Sender<Result<Recorded, SubmitError>>,
    /// Keeps the key marked as being worked on until the answer is given.
    pub in_flight: InFlightKey,
}

/// Everything the loop works with.
pub struct CommandLoop {
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// Names, salts, hashes.
    pub control: Arc<dyn ControlStore>,
    /// The figures.
    pub policy: Arc<Policy>,
    /// What time it is.
    pub clock: fn() -> Timestamp,
    /// The state and the index of what the log holds.
    pub memory: Memory,
    /// The names that no free text may hold.
    pub names: PersonNames,
    /// Whose values the log says are erased.
    pub erasures: Erasures,
    /// Where each new state is shown.
    pub published: watch::Sender<Arc<CityState>>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Where the snapshot is written, and at which position it was written last.
    pub directory: PathBuf,
    /// The position of the last snapshot.
    pub saved_position: u64,
}

/// A command that was decided in the group at hand.
struct Decided {
    submission: Submission,
    first: u64,
    outcome: Outcome,
}

/// What one command yields.
struct Outcome {
    events: Vec<NewEvent>,
    erasables: Vec<Erasable>,
    warnings: Vec<Warning>,
}

impl CommandLoop {
    /// Works until every sender is gone and what was queued is answered; gives back what is in memory.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Submission>) -> Memory {
        let mut group = Vec::new();
        loop {
            self.erasures.apply(&self.memory.state.persons, &self.control).await;
            let last = self.memory.state.last_position;
            tokio::select! {
                received = queue.recv_many(&mut group, MAX_GROUP_COMMANDS) => {
                    if received == 0 {
                        return self.memory;
                    }
                    let mut rest = std::mem::take(&mut group);
                    while !rest.is_empty() {
                        rest = self.work(rest).await;
                    }
                }
                () = tokio::time::sleep(ERASURE_RETRY), if self.erasures.are_due() => {}
                // Another process, such as `token create`, may append as well.
                grown = self.log.wait_past(last) => {
                    let caught_up = match grown {
                        Ok(_) => self.catch_up().await,
                        Err(error) => Err(error.to_string()),
                    };
                    if let Err(error) = caught_up {
                        tracing::error!(%error, "the log cannot be followed");
                        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                    }
                }
            }
        }
    }

    /// Decides and records as many as fit one group; gives back those that are still to do.
    async fn work(&mut self, submissions: Vec<Submission>) -> Vec<Submission> {
        let mut pending = submissions;
        // What was put into the control store for an append that met a conflict.
        let mut put = Vec::new();
        for _ in 0..MAX_CONFLICTS {
            if let Err(error) = self.names.follow(&self.memory.state.persons, &*self.control) {
                let error = unavailable(error.to_string(), false);
                pending.into_iter().for_each(|submission| answer(submission, Err(error.clone())));
                return Vec::new();
            }
            let (decided, working, rest) = self.decide_group(pending).await;
            self.forget_all_but(std::mem::take(&mut put), &decided, &rest);
            if decided.is_empty() {
                return rest;
            }
            match self.record(&decided).await {
                Ok(()) => {
                    self.erasures.apply(&working.persons, &self.control).await;
                    self.commit(working, decided);
                    return rest;
                }
                Err(AppendError::Conflict { expected, last }) if last > expected => {
                    self.metrics.conflicts.add(1);
                    put = erasables_of(&decided);
                    if let Err(detail) = self.catch_up().await {
                        self.forget(put);
                        fail(decided, &unavailable(detail, false));
                        return rest;
                    }
                }
                Err(error) => {
                    self.resolve(decided, error).await;
                    return rest;
                }
            }
            pending = decided.into_iter().map(|decided| decided.submission).chain(rest).collect();
        }
        self.forget(put);
        let busy = SubmitError::Busy { retry_after_seconds: RETRY_AFTER_SECONDS };
        for submission in pending {
            answer(submission, Err(busy.clone()));
        }
        Vec::new()
    }

    /// Decides each command against the state including those before it. What is refused or repeated is answered here.
    async fn decide_group(&self, submissions: Vec<Submission>) -> (Vec<Decided>, CityState, Vec<Submission>) {
        let mut working = self.memory.state.clone();
        let mut decided: Vec<Decided> = Vec::new();
        let mut queue = submissions.into_iter();
        let now = (self.clock)();
        let behind = working.last_recorded_at.milliseconds() - now.milliseconds();
        let recorded_at = now.max(working.last_recorded_at);
        let mut count = 0;
        while let Some(mut submission) = queue.next() {
            if let Some(first) = self.memory.index.first_position(submission.prepared.command.id) {
                let prepared = &submission.prepared;
                let policy = policy_for(&self.memory.state, &self.policy, &prepared.command);
                let again = repeat::answer(&*self.log, &*self.control, first, &policy, prepared).await;
                answer(submission, again);
                continue;
            }
            if behind > MAX_CLOCK_BEHIND_MILLISECONDS {
                answer(submission, Err(SubmitError::ClockBehind { behind_seconds: behind / 1_000 }));
                continue;
            }
            submission.prepared.command.recorded_at = recorded_at;
            let first = working.last_position + 1;
            let room = MAX_GROUP_EVENTS as u64 - (working.last_position - self.memory.state.last_position);
            match self.decide_one(&mut working, &submission.prepared, room) {
                Ok(None) => {
                    let rest = std::iter::once(submission).chain(queue).collect();
                    return (decided, working, rest);
                }
                Ok(Some(outcome)) => {
                    count += 1;
                    decided.push(Decided { submission, first, outcome });
                }
                Err(error) => {
                    self.metrics.commands_refused.add(1);
                    answer(submission, Err(error));
                }
            }
        }
        self.metrics.group_commands.set(count);
        (decided, working, Vec::new())
    }

    /// One command: its events in their envelopes, folded into the state at hand; nothing where they are more than there
    /// is room for. A command that is not recorded leaves the state as it was.
    fn decide_one(
        &self,
        state: &mut CityState,
        prepared: &Prepared,
        room: u64,
    ) -> Result<Option<Outcome>, SubmitError> {
        let decision = decide(state, &self.policy, &prepared.command);
        check_position(state, prepared, decision.is_err())?;
        let decision = decision.map_err(|rejection| self.rejected(state, &prepared.command, rejection))?;
        // Last, so that whoever may not give the command does not learn whose names are known.
        if let Some(pointer) = self.names.find(prepared) {
            return Err(self.rejected(state, &prepared.command, Rejection::PersonNamed { pointer }));
        }
        if decision.events.len() as u64 > room {
            return Ok(None);
        }
        let erasables = erasables(prepared, &decision.events);
        // An event is folded only once it fits: what must be taken back is what came before it.
        let before = (decision.events.len() > 1).then(|| state.clone());
        let encoded = encode_all(state, prepared, &decision.warnings, decision.events);
        if let (Err(_), Some(before)) = (&encoded, before) {
            *state = before;
        }
        Ok(Some(Outcome { events: encoded?, erasables, warnings: decision.warnings }))
    }

    fn rejected(&self, state: &CityState, command: &Command, rejection: Rejection) -> SubmitError {
        let policy = policy_for(state, &self.policy, command);
        let rule = rejection.rule();
        let overridable = policy.severity(&rule) == Severity::Warn;
        let citation = policy.citation(&rule).into();
        SubmitError::Rejected { citation, overridable, rejection: rejection.into() }
    }

    /// Erasable values first, so that no event ever stands in the log whose commitment nobody can open.
    async fn record(&self, decided: &[Decided]) -> Result<(), AppendError> {
        let erasables = erasables_of(decided);
        let expected_last = self.memory.state.last_position;
        if !erasables.is_empty() {
            let put = self.blocking(move |control| control.put_erasables(&erasables, expected_last)).await;
            put.map_err(|cause| AppendError::Unavailable { cause })?;
        }
        let events = decided.iter().flat_map(|decided| decided.outcome.events.clone()).collect();
        self.log.append(expected_last, events).await
    }

    /// Works on the control store where blocking is allowed.
    async fn blocking(
        &self,
        work: impl FnOnce(&dyn ControlStore) -> Result<(), LogError> + Send + 'static,
    ) -> Result<(), LogError> {
        let control = self.control.clone();
        let interrupted =
            |error: JoinError| LogError::Unreachable { store: "control".into(), detail: error.to_string() };
        tokio::task::spawn_blocking(move || work(&*control))
            .await
            .unwrap_or_else(|error| Err(interrupted(error)))
    }

    /// The log has them: they become the state, and everyone is told.
    fn commit(&mut self, working: CityState, decided: Vec<Decided>) {
        self.memory.state = working;
        for decided in &decided {
            self.memory.index.note(decided.submission.prepared.command.id, decided.first);
        }
        self.publish();
        self.metrics.commands_recorded.add(decided.len() as u64);
        self.metrics.groups.add(1);
        for Decided { submission, first, outcome } in decided {
            let recorded = Recorded {
                command_id: submission.prepared.command.id,
                position: first + outcome.events.len() as u64 - 1,
                events: outcome.events.into_iter().map(|event| event.body).collect(),
                warnings: outcome.warnings,
                replayed: false,
            };
            answer(submission, Ok(recorded));
        }
        if self.memory.state.last_position - self.saved_position >= SNAPSHOT_EVENTS {
            self.saved_position = self.memory.state.last_position;
            let (memory, directory, log) = (self.memory.clone(), self.directory.clone(), self.log.clone());
            tokio::spawn(async move { memory.save_in_background(&directory, log).await });
        }
    }

    fn publish(&self) {
        self.published.send_replace(Arc::new(self.memory.state.clone()));
    }

    /// The append failed: the log is asked what it holds, and each command is answered by that. One of which nobody knows
    /// whether it was recorded keeps its erasable values: the log may still take it, until it has passed its position.
    async fn resolve(&mut self, decided: Vec<Decided>, error: AppendError) {
        tracing::error!(%error, commands = decided.len(), "the append failed");
        let lost = matches!(error, AppendError::Conflict { .. });
        let expected_last = self.memory.state.last_position;
        let known = if lost {
            Err("the log is shorter than it was: restart after `lianjian doctor`".into())
        } else {
            self.catch_up().await
        };
        let is_unknown = matches!(error, AppendError::OutcomeUnknown { .. })
            && self.memory.state.last_position == expected_last;
        let mut not_recorded = Vec::new();
        for decided in decided {
            let landed = self.memory.index.first_position(decided.submission.prepared.command.id);
            let result = match (&known, landed) {
                (Ok(()), Some(first)) => {
                    let prepared = &decided.submission.prepared;
                    let policy = policy_for(&self.memory.state, &self.policy, &prepared.command);
                    repeat::answer(&*self.log, &*self.control, first, &policy, prepared).await
                }
                (known, _) => {
                    if !is_unknown {
                        not_recorded.extend(decided.outcome.erasables);
                    }
                    let detail = known.as_ref().err().map(|detail| format!("; {detail}")).unwrap_or_default();
                    Err(unavailable(format!("{error}{detail}"), is_unknown))
                }
            };
            answer(decided.submission, result);
        }
        self.forget(not_recorded);
    }

    /// Forgets what was put for commands that are no longer about to be recorded: refused or found recorded when they were
    /// decided again.
    fn forget_all_but(&self, mut put: Vec<Erasable>, decided: &[Decided], rest: &[Submission]) {
        let still = decided.iter().map(|decided| &decided.submission).chain(rest);
        let still: HashSet<String> =
            still.map(|submission| submission.prepared.command.id.to_string()).collect();
        put.retain(|erasable| !still.contains(&erasable.command_id));
        self.forget(put);
    }

    /// A command that was not recorded leaves nothing, in the control store either; nobody waits for that.
    fn forget(&self, erasables: Vec<Erasable>) {
        if erasables.is_empty() {
            return;
        }
        let control = self.control.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = control.delete_erasables(&erasables) {
                tracing::warn!(%error, "values of a command that was not recorded stay until the next start sweeps them");
            }
        });
    }

    /// Folds what others appended. Their erasable values were stored before, and are waited for: the names among them are
    /// searched for in what comes next.
    async fn catch_up(&mut self) -> Result<(), String> {
        let persons = self.memory.state.persons.clone();
        loop {
            let after = self.memory.state.last_position;
            let stored =
                self.log.read(after, MAX_APPEND_EVENTS).await.map_err(|error: LogError| error.to_string())?;
            if stored.is_empty() {
                if !persons.ptr_eq(&self.memory.state.persons) {
                    self.blocking(|control| control.catch_up()).await.map_err(|error| error.to_string())?;
                }
                self.publish();
                return Ok(());
            }
            for event in stored {
                self.memory.fold_one(event.position, &event.body).map_err(|error| error.to_string())?;
            }
        }
    }
}

/// `If-Match`: the entity that the command names stands where its sender believes. Of an entity outside the sender's
/// scope nothing is told but why the command is refused.
fn check_position(state: &CityState, prepared: &Prepared, is_refused: bool) -> Result<(), SubmitError> {
    let Some(expected) = prepared.if_match else { return Ok(()) };
    let entity = prepared.command.body.entity();
    let found = entity.and_then(|entity| state.last_position_of(entity));
    let is_seen = entity.is_none_or(|entity| state.scope_of(entity).is_within(&prepared.command.actor.scope));
    if found == Some(expected) || (is_refused && !is_seen) {
        return Ok(());
    }
    Err(SubmitError::Precondition { expected, found })
}

/// The events of a command in their envelopes, each on the state that holds those before it.
fn encode_all(
    state: &mut CityState,
    prepared: &Prepared,
    warnings: &[Warning],
    bodies: Vec<EventBody>,
) -> Result<Vec<NewEvent>, SubmitError> {
    let command = &prepared.command;
    let command_count = u32::try_from(bodies.len()).unwrap_or(u32::MAX);
    let mut events = Vec::with_capacity(bodies.len());
    for (command_index, body) in (0_u32..).zip(bodies) {
        let id = EventId(new_ulid(command.recorded_at));
        let event = Event::following(state, command, warnings, id, body);
        let scope = &event.meta.scope;
        let subject = envelope::subject(state.city.as_str(), scope, &event.body);
        let last_of_scope = state.scope_sequences.get(scope.county_token()).copied().unwrap_or_default();
        let extra = EnvelopeExtra {
            command_digest: prepared.digest.clone(),
            command_index,
            command_count,
            scope_sequence: last_of_scope + 1,
            traceparent: prepared.traceparent.clone(),
        };
        let body = envelope::encode(state.city.as_str(), &event, &extra)
            .map_err(|error| unavailable(error.to_string(), false))?;
        if body.len() > MAX_EVENT_BYTES {
            return Err(SubmitError::TooLarge { bytes: body.len(), limit: MAX_EVENT_BYTES });
        }
        evolve(state, &event);
        events.push(NewEvent { subject, body });
    }
    Ok(events)
}

/// A ULID of that time. Its random part comes from the system; where that fails the time and position still differ.
pub(crate) fn new_ulid(time: Timestamp) -> Ulid {
    let mut random = [0; 16];
    if let Err(error) = getrandom::fill(&mut random) {
        tracing::error!(%error, "the system gives no randomness for an event's id");
    }
    Ulid::from_parts(u64::try_from(time.milliseconds()).unwrap_or(0), u128::from_le_bytes(random))
}

/// The erasable values of a command, each under the entity that its events are about.
fn erasables(prepared: &Prepared, events: &[EventBody]) -> Vec<Erasable> {
    let subject = events.iter().find_map(|event| match event {
        EventBody::PersonRegistered(data) => Some(data.person.to_string()),
        EventBody::SecretaryAssigned(data) => Some(data.person.to_string()),
        EventBody::SecretaryRelieved(data) => Some(data.person.to_string()),
        EventBody::AccountIssued(data) => Some(data.account.to_string()),
        _ => None,
    });
    let Some(subject) = subject else { return Vec::new() };
    let fields = prepared.erasables.iter().map(|field| Erasable {
        command_id: prepared.command.id.to_string(),
        pointer: field.pointer.to_owned(),
        subject: subject.clone(),
        salt: field.salt.clone(),
        value: field.value.clone(),
    });
    fields.collect()
}

/// What the control store has to hold before the group is appended.
fn erasables_of(decided: &[Decided]) -> Vec<Erasable> {
    decided.iter().flat_map(|decided| decided.outcome.erasables.clone()).collect()
}

fn unavailable(detail: String, outcome_unknown: bool) -> SubmitError {
    SubmitError::Unavailable { detail, outcome_unknown, retry_after_seconds: RETRY_AFTER_SECONDS }
}

fn fail(decided: Vec<Decided>, error: &SubmitError) {
    for decided in decided {
        answer(decided.submission, Err(error.clone()));
    }
}

/// Gives the answer; a caller that left has the repeat to learn it from.
fn answer(submission: Submission, result: Result<Recorded, SubmitError>) {
    drop(submission.in_flight);
    let _ = submission.reply.send(result);
}
