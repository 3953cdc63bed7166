//! The command loop of a city: decides one command after the other, records a group of them with one append, and
//! answers only when the log has them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::clock::ClockFault;
use domain::date::Timestamp;
use domain::say::Say;
use domain::{CityState, Command, CommandBody, Decision, Policy, Rejection, decide, policy_for};
use event_log::{AppendError, ControlStore, EventLog, LogError, MAX_APPEND_EVENTS};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinError;
use tokio::time::Instant;

use crate::accounts::find_holders;
use crate::clock_watch::ClockWatch;
use crate::condition::{Condition, Conditions};
use crate::erasures::{ERASURE_RETRY, Erasures};
use crate::folded_log::FoldedLog;
use crate::folded_state::FoldedState;
use crate::in_flight::InFlightKey;
use crate::metrics::Metrics;
use crate::outcome::{Outcome, check_position, fold_one};
use crate::person_names::PersonNames;
use crate::recorded::{RETRY_AFTER_SECONDS, Recorded};
use crate::repeat;
use crate::request::Prepared;
use crate::rule_book;
use crate::submit_error::{NotRecorded, SubmitError};

mod answers;
mod asking;

pub use answers::too_much_together;
use answers::{answer, erasables_of, fail, refuse, unavailable};
use asking::NOT_IN_TIME;

/// The most submissions decided as one group.
const MAX_GROUP_SUBMISSIONS: usize = 256;
/// The most events of one group; a submission whose events do not fit begins the next.
const MAX_GROUP_EVENTS: usize = MAX_APPEND_EVENTS;
/// The most commands that are recorded together, all or none.
pub const MAX_COMMANDS_TOGETHER: usize = 200;
/// The snapshot is written anew once so many events have been recorded since the last.
const SNAPSHOT_EVENTS: u64 = 100_000;
/// How often a group is decided again after someone else appended first.
const MAX_CONFLICTS: usize = 16;
/// How often a log that did not take an append is tried: nobody sends commands to an instance that says so.
const PROBED_EVERY: Duration = Duration::from_secs(2);
/// How long a group works, and how long a submission waits in the queue, before the log counts as not answering.
pub(crate) const GROUP_PATIENCE: Duration = Duration::from_secs(20);

/// What is on its way to the loop: a command, or several that are recorded all or none, by one append.
pub struct Submission {
    /// The commands in the order in which they are decided, each against those before it; at least one.
    pub commands: Vec<Prepared>,
    /// Who waits for the answer.
    pub reply: oneshot::Sender<Result<Vec<Recorded>, NotRecorded>>,
    /// When it was given.
    pub given: Instant,
    /// Keeps the keys marked as being worked on until the answer is given.
    pub in_flight: Vec<InFlightKey>,
}

/// Everything the loop works with.
pub struct CommandLoop {
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// Where it is said how much of it others may see.
    pub folded: Arc<FoldedLog>,
    /// Names, salts, hashes.
    pub control: Arc<dyn ControlStore>,
    /// The figures.
    pub policy: Arc<Policy>,
    /// What time it is.
    pub clock: fn() -> Timestamp,
    /// Whether that may be so.
    pub watch: Arc<ClockWatch>,
    /// The state and the index of what the log holds.
    pub folded_state: FoldedState,
    /// The names that no free text may hold.
    pub names: PersonNames,
    /// Whose values the log says are erased.
    pub erasures: Erasures,
    /// Where each new state is shown.
    pub published: watch::Sender<Arc<CityState>>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// What is wrong.
    pub conditions: Arc<Conditions>,
    /// Where the snapshot is written, and at which position it was written last.
    pub directory: PathBuf,
    /// The position of the last snapshot.
    pub saved_position: u64,
    /// Until when the group at hand asks the log what others appended.
    pub deadline: Instant,
}

/// A submission that was decided in the group at hand, with what each of its commands yields.
struct Decided {
    submission: Submission,
    outcomes: Vec<Outcome>,
}

impl Decided {
    fn is_rule_book(&self) -> bool {
        let is_of_it = |prepared: &Prepared| matches!(prepared.command.body, CommandBody::AdoptRuleBook(_));
        self.submission.commands.iter().all(is_of_it)
    }
}

impl CommandLoop {
    /// Works until every sender is gone and what was queued is answered; gives back what is in memory.
    pub async fn run(mut self, mut queue: mpsc::Receiver<Submission>) -> FoldedState {
        let mut group = Vec::new();
        loop {
            self.erasures.apply(&self.folded_state.state.persons, &self.control).await;
            let last = self.folded_state.state.last_position;
            tokio::select! {
                received = queue.recv_many(&mut group, MAX_GROUP_SUBMISSIONS) => {
                    if received == 0 {
                        return self.folded_state;
                    }
                    let mut rest = std::mem::take(&mut group);
                    self.put_rule_book_first(&mut rest);
                    while !rest.is_empty() {
                        rest = self.work(rest).await;
                    }
                }
                () = tokio::time::sleep(ERASURE_RETRY), if self.erasures.are_due() => {}
                () = tokio::time::sleep(PROBED_EVERY), if self.conditions.is_raised(Condition::LogUnwritable) => {
                    if self.log.probe().await.is_ok() {
                        self.conditions.clear(Condition::LogUnwritable);
                    }
                }
                // Another process, such as `token create`, may append as well.
                grown = self.log.wait_past(last), if !self.conditions.is_log_cut() => {
                    self.deadline = Instant::now() + GROUP_PATIENCE;
                    let caught_up = match grown {
                        Ok(_) => self.catch_up().await,
                        Err(error) => Err(error.say()),
                    };
                    if let Err(said) = caught_up
                        && !self.conditions.is_log_cut()
                    {
                        tracing::error!(error = %said.en, "the log cannot be followed");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
        }
    }

    /// Nothing is decided before the log says by which edition of the rule book.
    fn put_rule_book_first(&self, group: &mut Vec<Submission>) {
        match rule_book::owed(&self.folded_state.state, &self.policy, (self.clock)()) {
            Ok(owed) => group.splice(0..0, owed).for_each(drop),
            Err(error) => tracing::error!(?error, "the log is not told which rule book is followed"),
        }
    }

    /// Decides and records as many as fit one group; gives back those that are still to do.
    async fn work(&mut self, submissions: Vec<Submission>) -> Vec<Submission> {
        let begun = Instant::now();
        self.deadline = begun + GROUP_PATIENCE;
        // Whoever has waited for a log that did not answer is told so, instead of waiting once more.
        let is_late = |one: &Submission| begun.duration_since(one.given) > GROUP_PATIENCE;
        let (late, mut pending): (Vec<_>, Vec<_>) = submissions.into_iter().partition(is_late);
        late.into_iter().for_each(|submission| refuse(submission, unavailable(NOT_IN_TIME, false)));
        if pending.is_empty() {
            return pending;
        }
        // What was put into the control store for an append that met a conflict.
        let mut put = Vec::new();
        for _ in 0..MAX_CONFLICTS {
            if let Err(error) = self.names.follow(&self.folded_state.state.persons, &*self.control) {
                let error = unavailable(error.say(), false);
                pending.into_iter().for_each(|submission| refuse(submission, error.clone()));
                return Vec::new();
            }
            let (decided, working, rest) = self.decide_group(pending).await;
            // The values of a command that the newer state refuses were stored by the attempt before, and are nobody's now.
            self.forget_all_but(std::mem::take(&mut put), &decided, &rest);
            // Which rule book is followed is said with what is decided by it, and not alone.
            if decided.iter().all(Decided::is_rule_book) {
                return rest;
            }
            match self.record(&decided).await {
                Ok(()) => {
                    self.conditions.clear(Condition::LogUnwritable);
                    self.erasures.apply(&working.persons, &self.control).await;
                    self.commit(working, decided);
                    return rest;
                }
                // Only a log that has grown is decided on again; one that looks shorter has lost events or lags, and to append
                // there would write another history.
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
        pending.into_iter().for_each(|submission| refuse(submission, busy.clone()));
        Vec::new()
    }

    /// Decides each submission against the state including those before it. What is refused or repeated is answered here.
    async fn decide_group(&self, submissions: Vec<Submission>) -> (Vec<Decided>, CityState, Vec<Submission>) {
        let mut working = self.folded_state.state.clone();
        let mut decided: Vec<Decided> = Vec::new();
        let mut queue = submissions.into_iter();
        // Once for the group: its events bear one time whatever their number, and never run backwards within it.
        let now = (self.clock)();
        let mut count = 0;
        while let Some(mut submission) = queue.next() {
            // Before anything is decided: a repeat of a recorded command would be refused by what it did itself.
            if let Some(again) = self.repeated(&submission).await {
                answer(submission, again);
                continue;
            }
            let recorded_at = match self.recorded_at(&submission, &working, now) {
                Ok(recorded_at) => recorded_at,
                Err(error) => {
                    refuse(submission, error);
                    continue;
                }
            };
            submission
                .commands
                .iter_mut()
                .for_each(|prepared| prepared.command.header.recorded_at = recorded_at);
            if let Err(error) = find_holders(&working, &*self.control, &mut submission.commands) {
                refuse(submission, unavailable(error.say(), false));
                continue;
            }
            let room =
                MAX_GROUP_EVENTS as u64 - (working.last_position - self.folded_state.state.last_position);
            match self.decide_all(&mut working, &submission.commands, room) {
                // What does not fit an empty group fits none.
                Ok(None) if decided.is_empty() => {
                    refuse(submission, too_much_together());
                }
                Ok(None) => {
                    let rest = std::iter::once(submission).chain(queue).collect();
                    return (decided, working, rest);
                }
                Ok(Some(outcomes)) => {
                    count += outcomes.len() as u64;
                    decided.push(Decided { submission, outcomes });
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

    /// When a submission is recorded: now, and never before the last event, unless it says that the clock is right.
    fn recorded_at(
        &self,
        submission: &Submission,
        state: &CityState,
        now: Timestamp,
    ) -> Result<Timestamp, SubmitError> {
        let accepts = |prepared: &Prepared| matches!(prepared.command.body, CommandBody::AcceptClock(_));
        if submission.commands.iter().all(accepts) {
            return Ok(now);
        }
        match self.watch.fault(state, now) {
            None => Ok(now.max(state.last_recorded_at)),
            Some(ClockFault::Behind { seconds }) => Err(SubmitError::ClockBehind { behind_seconds: seconds }),
            Some(ClockFault::Leapt { days }) => Err(SubmitError::ClockLeapt { days }),
        }
    }

    /// The first answers again, where the commands are recorded: of those that were given together, all or none are.
    async fn repeated(&self, submission: &Submission) -> Option<Result<Vec<Recorded>, NotRecorded>> {
        let first_of =
            |prepared: &Prepared| self.folded_state.index.first_position(prepared.command.header.id);
        let known = submission.commands.iter().position(|prepared| first_of(prepared).is_some())?;
        let mut recorded = Vec::with_capacity(submission.commands.len());
        for (index, prepared) in submission.commands.iter().enumerate() {
            let Some(first) = first_of(prepared) else {
                let id = submission.commands[known].command.header.id.to_string();
                return Some(Err(NotRecorded { index: known, error: SubmitError::KeyReused { id } }));
            };
            let policy = policy_for(&self.folded_state.state, &self.policy, &prepared.command);
            let known = (&self.folded_state.state, &policy);
            match repeat::answer(&*self.log, &*self.control, first, known, prepared).await {
                Ok(again) => recorded.push(again),
                Err(error) => return Some(Err(NotRecorded { index, error })),
            }
        }
        Some(Ok(recorded))
    }

    /// The commands of a submission, each decided against those before it; nothing where their events are more than
    /// there is room for. Unless all of them are decided the state is left as it was.
    fn decide_all(
        &self,
        state: &mut CityState,
        commands: &[Prepared],
        room: u64,
    ) -> Result<Option<Vec<Outcome>>, NotRecorded> {
        let before = (commands.len() > 1).then(|| state.clone());
        let mut decided = self.decide_each(state, commands, room);
        // Names come last of all, so that whoever may not give the commands, or gives one more that is refused for certain,
        // does not learn whose are known.
        if let (Some(before), Ok(Some(_))) = (&before, &decided) {
            let named = commands.iter().enumerate();
            let mut named = named.map(|(index, prepared)| {
                self.check_names(before, prepared).map_err(|error| NotRecorded { index, error })
            });
            decided = named.find_map(Result::err).map_or(decided, Err);
        }
        if let (Some(before), false) = (before, matches!(decided, Ok(Some(_)))) {
            *state = before;
        }
        decided
    }

    fn decide_each(
        &self,
        state: &mut CityState,
        commands: &[Prepared],
        room: u64,
    ) -> Result<Option<Vec<Outcome>>, NotRecorded> {
        let last = state.last_position + room;
        let mut outcomes = Vec::with_capacity(commands.len());
        for (index, prepared) in commands.iter().enumerate() {
            let left = last - state.last_position;
            let decision = self.decide_one(state, prepared).and_then(|decision| {
                if commands.len() == 1 {
                    self.check_names(state, prepared)?;
                }
                fold_one(state, &self.policy, prepared, decision, left)
            });
            match decision.map_err(|error| NotRecorded { index, error })? {
                Some(outcome) => outcomes.push(outcome),
                None => return Ok(None),
            }
        }
        Ok(Some(outcomes))
    }

    fn decide_one(&self, state: &CityState, prepared: &Prepared) -> Result<Decision, SubmitError> {
        let decision = decide(state, &self.policy, &prepared.command);
        check_position(state, prepared, decision.as_ref().err())?;
        decision.map_err(|rejection| self.rejected(state, &prepared.command, rejection))
    }

    fn check_names(&self, state: &CityState, prepared: &Prepared) -> Result<(), SubmitError> {
        match self.names.find(prepared) {
            Some(pointer) => Err(self.rejected(state, &prepared.command, Rejection::PersonNamed { pointer })),
            None => Ok(()),
        }
    }

    fn rejected(&self, state: &CityState, command: &Command, rejection: Rejection) -> SubmitError {
        SubmitError::rejected(state, &self.policy, command, rejection)
    }

    /// Erasable values first, so that no event ever stands in the log whose commitment nobody can open.
    async fn record(&self, decided: &[Decided]) -> Result<(), AppendError> {
        let erasables = erasables_of(decided);
        let expected_last = self.folded_state.state.last_position;
        if !erasables.is_empty() {
            let put = self.blocking(move |control| control.put_erasables(&erasables, expected_last)).await;
            put.map_err(|cause| AppendError::Unavailable { cause })?;
        }
        let outcomes = decided.iter().flat_map(|decided| &decided.outcomes);
        let events = outcomes.flat_map(|outcome| outcome.events.clone()).collect();
        self.log.append(expected_last, events).await
    }

    /// Works on the control store where blocking is allowed.
    async fn blocking(
        &self,
        work: impl FnOnce(&dyn ControlStore) -> Result<(), LogError> + Send + 'static,
    ) -> Result<(), LogError> {
        let control = self.control.clone();
        let interrupted =
            |error: JoinError| LogError::Unreachable { store: "control".into(), detail: Say::same(error) };
        tokio::task::spawn_blocking(move || work(&*control))
            .await
            .unwrap_or_else(|error| Err(interrupted(error)))
    }

    /// The log has them: they become the state, and everyone is told.
    fn commit(&mut self, working: CityState, decided: Vec<Decided>) {
        self.folded_state.state = working;
        for Decided { submission, outcomes } in &decided {
            for (prepared, outcome) in submission.commands.iter().zip(outcomes) {
                self.folded_state.index.note(prepared.command.header.id, outcome.first);
            }
        }
        self.publish();
        let count: usize = decided.iter().map(|decided| decided.outcomes.len()).sum();
        self.metrics.commands_recorded.add(count as u64);
        self.metrics.groups.add(1);
        for Decided { submission, outcomes } in decided {
            let commands = submission.commands.iter().zip(outcomes);
            let recorded =
                commands.map(|(prepared, outcome)| outcome.recorded(prepared.command.header.id)).collect();
            answer(submission, Ok(recorded));
        }
        if self.folded_state.state.last_position - self.saved_position >= SNAPSHOT_EVENTS {
            self.saved_position = self.folded_state.state.last_position;
            let (folded_state, directory, log) =
                (self.folded_state.clone(), self.directory.clone(), self.log.clone());
            tokio::spawn(async move { folded_state.save_in_background(&directory, log).await });
        }
    }

    fn publish(&self) {
        self.folded.advance(self.folded_state.state.last_position);
        self.published.send_replace(Arc::new(self.folded_state.state.clone()));
    }
}
