//! A past that is recorded before the service answers anybody: the made-up history of a demonstration, each command
//! decided as when it is given, at the time of its own calendar, and appended in large groups.
//!
//! What an earlier start recorded of it is read instead of decided, so that a start that was cut off is continued.

use std::collections::VecDeque;
use std::ops::ControlFlow;

use domain::date::Timestamp;
use domain::errors;
use domain::ids::CommandId;
use domain::{CityState, Policy, decide};
use event_log::envelope::{self, EnvelopeError};
use event_log::{AppendError, Erasable, LogError, MAX_APPEND_EVENTS, NewEvent, Position};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinError;

use crate::command_loop::too_much_together;
use crate::folded_state::{FoldError, FoldedState};
use crate::outcome::{Outcome, fold_one};
use crate::recorded::Recorded;
use crate::request::{CommandRequest, prepare};
use crate::stores::Stores;
use crate::submit_error::SubmitError;

/// How many groups may wait to be appended while the next is decided.
const GROUPS_WAITING: usize = 4;
/// Progress is told after every so many commands.
const PROGRESS_COMMANDS: u64 = 500;
/// How many events are read at a time of what an earlier start recorded.
const PAGE_EVENTS: u64 = 5_000;

/// Gives the commands of a past, one after the other. It runs where blocking is allowed.
pub type GivePast = Box<dyn FnOnce(&mut PastRecorder) -> Result<(), PastError> + Send + Sync>;

/// A past that a log may have.
pub struct Past {
    /// Its last command: a log that has it needs nothing more.
    pub last: CommandId,
    /// What gives it.
    pub give: GivePast,
}

errors! {
    /// Why a past is not recorded, or not to its end.
    #[derive(Debug)]
    pub enum PastError {
        /// The rules refuse a command of it.
        #[zh("内置历史的指令 {name} {id} 未被接受：{}", cause.say().zh)]
        #[en("the command {name} {id} of the built-in past is refused: {}", cause.say().en)]
        Refused { name: String, id: String, cause: Box<SubmitError> },
        /// The log holds something else.
        #[zh("日志第 {position} 条不是该历史的内容")]
        #[en("event {position} of the log is none of this past")]
        OtherLog { position: Position },
        /// The service stops.
        #[zh("载入被中断，下次启动时继续")]
        #[en("the loading was cut off; the next start goes on with it")]
        Stopped,
        /// Whoever gives the past cannot go on.
        #[zh("内置历史有误：{detail}")]
        #[en("the built-in past is wrong: {detail}")]
        Source { detail: String },
        #[zh("载入被中断：{cause}")]
        #[en("the loading was cut off: {cause}")]
        CutOff(#[from] cause: JoinError),
        /// What stands in the log does not read.
        #[zh("日志无法读取：{cause}")]
        #[en("the log does not read: {cause}")]
        Envelope(#[from] cause: EnvelopeError),
    } of {
        Append(#[from] AppendError),
        Log(#[from] LogError),
        Fold(#[from] FoldError),
    }
}

/// Events that are appended together, with the erasable values that belong to them.
#[derive(Default)]
struct Group {
    after: Position,
    events: Vec<NewEvent>,
    erasables: Vec<Erasable>,
}

/// Decides the commands of a past and passes their events on to the log.
pub struct PastRecorder {
    stores: Stores,
    folded_state: FoldedState,
    /// What the log held before this start.
    recorded_before: Position,
    /// Events of it that were read ahead.
    read_ahead: VecDeque<(Position, Vec<u8>)>,
    group: Group,
    groups: mpsc::Sender<Group>,
    commands: u64,
    progress: Box<dyn Fn(u64) + Send>,
    stop: watch::Receiver<bool>,
}

impl PastRecorder {
    /// The city after the commands given so far.
    pub fn state(&self) -> &CityState {
        &self.folded_state.state
    }

    /// The figures that hold where no policy says otherwise.
    pub fn policy(&self) -> &Policy {
        &self.stores.policy
    }

    /// Records the next command of the past at that time, or at that of the last event where it is later.
    pub fn record(&mut self, request: CommandRequest, recorded_at: Timestamp) -> Result<Recorded, PastError> {
        // An error means that the service itself is gone, which is a stop as well.
        if *self.stop.borrow() || self.stop.has_changed().is_err() {
            return Err(PastError::Stopped);
        }
        self.commands += 1;
        if self.commands.is_multiple_of(PROGRESS_COMMANDS) {
            (self.progress)(self.commands);
        }
        self.pass_over_accounts()?;
        let recorded_at = recorded_at.max(self.folded_state.state.last_recorded_at);
        if self.folded_state.state.last_position < self.recorded_before {
            return self.find_again(&request, recorded_at);
        }
        let (name, id) = (request.name.clone(), request.id.to_string());
        let outcome = self.decide(request, recorded_at).map_err(|cause| PastError::Refused {
            name,
            id,
            cause: cause.into(),
        })?;
        if self.group.events.len() + outcome.1.events.len() > MAX_APPEND_EVENTS {
            self.pass_on()?;
        }
        let (command_id, mut outcome) = outcome;
        if self.group.events.is_empty() {
            self.group.after = outcome.first - 1;
        }
        self.group.events.extend(outcome.events.iter().cloned());
        self.group.erasables.append(&mut outcome.erasables);
        self.folded_state.index.note(command_id, outcome.first);
        Ok(outcome.recorded(command_id))
    }

    /// Decides a command and folds its events.
    fn decide(
        &mut self,
        request: CommandRequest,
        recorded_at: Timestamp,
    ) -> Result<(CommandId, Outcome), SubmitError> {
        let name = request.name.clone();
        let mut prepared = prepare(request).map_err(|error| SubmitError::unprepared(name, error))?;
        prepared.command.header.recorded_at = recorded_at;
        let (state, policy) = (&mut self.folded_state.state, &*self.stores.policy);
        let decision = decide(state, policy, &prepared.command)
            .map_err(|rejection| SubmitError::rejected(state, policy, &prepared.command, rejection))?;
        let outcome = fold_one(state, policy, &prepared, decision, MAX_APPEND_EVENTS as u64)?;
        Ok((prepared.command.header.id, outcome.ok_or_else(too_much_together)?))
    }

    /// The command as an earlier start recorded it: it is the next one of the log, and has that time.
    fn find_again(
        &mut self,
        request: &CommandRequest,
        recorded_at: Timestamp,
    ) -> Result<Recorded, PastError> {
        let position = self.folded_state.state.last_position + 1;
        let (_, body) = self.next_stored()?;
        let decoded = envelope::decode(&body)?;
        let meta = &decoded.event.meta;
        if meta.command_id != request.id || meta.recorded_at != recorded_at {
            return Err(PastError::OtherLog { position });
        }
        let count = u64::from(decoded.extra.command_count);
        let mut events = vec![body];
        while (events.len() as u64) < count {
            events.push(self.next_stored()?.1);
        }
        for (position, body) in (position..).zip(&events) {
            self.folded_state.fold_one(position, body)?;
        }
        let last = position + count - 1;
        Ok(Recorded { command_id: request.id, position: last, events, warnings: Vec::new(), replayed: true })
    }

    /// Accounts that were issued before, and what was noted of the keeping of the log, are none of the past, and no part
    /// of another.
    fn pass_over_accounts(&mut self) -> Result<(), PastError> {
        while self.folded_state.state.last_position < self.recorded_before {
            let (position, body) = self.next_stored()?;
            if !envelope::decode(&body)?.event.body.is_operational() {
                self.read_ahead.push_front((position, body));
                break;
            }
            self.folded_state.fold_one(position, &body)?;
        }
        Ok(())
    }

    /// The next event that an earlier start recorded.
    fn next_stored(&mut self) -> Result<(Position, Vec<u8>), PastError> {
        if self.read_ahead.is_empty() {
            let after = self.folded_state.state.last_position;
            let read_ahead = &mut self.read_ahead;
            self.stores.log.scan(after, after + PAGE_EVENTS, &mut |stored| {
                read_ahead.push_back((stored.position, stored.body.to_vec()));
                ControlFlow::Continue(())
            })?;
        }
        let missing = PastError::OtherLog { position: self.recorded_before };
        self.read_ahead.pop_front().ok_or(missing)
    }

    /// Hands what was decided on to be appended.
    fn pass_on(&mut self) -> Result<(), PastError> {
        let group = std::mem::take(&mut self.group);
        // Whoever appends says itself why it stopped.
        self.groups.blocking_send(group).map_err(|_| PastError::Stopped)
    }
}

/// Records a past, or the rest of it; gives what is then in memory of the log. `progress` is told how many commands
/// were given so far.
pub(crate) async fn record(
    stores: &Stores,
    give: GivePast,
    recorded_before: Position,
    progress: impl Fn(u64) + Send + 'static,
    stop: watch::Receiver<bool>,
) -> Result<FoldedState, PastError> {
    let (groups, decided) = mpsc::channel(GROUPS_WAITING);
    let mut recorder = PastRecorder {
        stores: stores.clone(),
        folded_state: FoldedState::new(stores.city.clone(), stores.policy.clone()),
        recorded_before,
        read_ahead: VecDeque::new(),
        group: Group::default(),
        groups,
        commands: 0,
        progress: Box::new(progress),
        stop,
    };
    let deciding = tokio::task::spawn_blocking(move || {
        give(&mut recorder)?;
        recorder.pass_over_accounts()?;
        if recorder.folded_state.state.last_position < recorder.recorded_before {
            return Err(PastError::OtherLog { position: recorder.folded_state.state.last_position + 1 });
        }
        if !recorder.group.events.is_empty() {
            recorder.pass_on()?;
        }
        Ok(recorder.folded_state)
    });
    let (appended, decided) = tokio::join!(append(stores, decided), deciding);
    appended?;
    decided?
}

/// Appends the groups as they come, erasable values first.
async fn append(stores: &Stores, mut groups: mpsc::Receiver<Group>) -> Result<(), PastError> {
    while let Some(Group { after, events, erasables }) = groups.recv().await {
        if !erasables.is_empty() {
            let control = stores.control.clone();
            tokio::task::spawn_blocking(move || control.put_erasables(&erasables, after)).await??;
        }
        stores.log.append(after, events).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
