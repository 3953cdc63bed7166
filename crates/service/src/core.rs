//! The writing half of the service: the stores, the command loop, and the door in front of it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use domain::clock::ClockFault;
use domain::date::Timestamp;
use domain::place::PlaceCode;
use domain::{CityState, Policy};
use event_log::{ControlStore, EventLog, LogError, LogLocation, UnsafeSetting};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::clock_watch::ClockWatch;
use crate::command_loop::{CommandLoop, MAX_COMMANDS_TOGETHER, Recorded, Submission, too_much_together};
use crate::condition::{Conditions, Stops};
use crate::erasures::Erasures;
use crate::folded_log::FoldedLog;
use crate::in_flight::InFlight;
use crate::memory::{FoldError, Memory};
use crate::metrics::Metrics;
use crate::person_names::PersonNames;
use crate::request::{CommandRequest, Prepared, prepare};
use crate::submit_error::{NotRecorded, SubmitError};

/// The most commands that may wait; beyond it the answer is 503 with `Retry-After`.
pub const MAX_QUEUED_COMMANDS: usize = 1_024;
/// How many sets of commands that are recorded together may be under way: each holds up to two hundred commands.
const MAX_SETS: usize = 4;
/// How long a value may stand in the control store before its event must stand in the log.
const ORPHAN_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);
/// A log that has been silent for longer is not waited for: commands are refused at once until it answers again.
const LOG_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// How long a caller waits for its answer, names and log together: after that it is told that nobody knows yet.
const CALLER_PATIENCE: std::time::Duration = std::time::Duration::from_secs(40);
/// When to come back after the queue was full.
const BUSY_RETRY_AFTER_SECONDS: u32 = 1;

/// The log and its erasable store, with the data directory of this instance.
#[derive(Clone)]
pub struct Stores {
    /// Where views and snapshot are, and the embedded log.
    pub directory: PathBuf,
    /// The city of the log.
    pub city: PlaceCode,
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// As much of it as has been folded.
    pub folded: Arc<FoldedLog>,
    /// Names, salts, hashes.
    pub control: Arc<dyn ControlStore>,
    /// The figures.
    pub policy: Arc<Policy>,
    /// Settings under which acknowledged events may be lost, and which the operator answers for.
    pub accepted_settings: Vec<UnsafeSetting>,
    /// What is wrong while the service runs.
    pub conditions: Arc<Conditions>,
}

/// Why the stores do not open.
#[derive(Debug, thiserror::Error)]
pub enum StoresError {
    /// The log or the control store.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The events do not fold.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The policy's file.
    #[error("the policy does not read: {0}")]
    Policy(#[from] serde_json::Error),
    /// The log's own city is no code.
    #[error("the log names the city `{city}`, which is no code")]
    City {
        /// What it names.
        city: String,
    },
}

impl Stores {
    /// Opens the log at its location; where there is none, makes one for the city given. Blocks.
    pub fn open(
        location: &LogLocation,
        directory: &Path,
        city: Option<&PlaceCode>,
    ) -> Result<Self, StoresError> {
        let opened = match city {
            Some(city) => location.open(directory, city.as_str())?,
            None => location.open_existing(directory)?,
        };
        let city = opened.log.city();
        Ok(Self {
            directory: directory.to_owned(),
            city: city.parse().map_err(|_| StoresError::City { city: city.to_owned() })?,
            folded: Arc::new(FoldedLog::new(opened.log.clone())),
            log: opened.log,
            control: opened.control,
            policy: Arc::new(Policy::defaults()?),
            accepted_settings: opened.accepted_settings,
            conditions: Arc::default(),
        })
    }

    /// The state and index of the log: from the snapshot where it fits, and the log after it. Blocks.
    pub fn remember(&self, progress: &mut dyn FnMut(u64)) -> Result<Memory, FoldError> {
        let mut memory = self.recall().unwrap_or_else(|| Memory::new(self.city.clone(), self.policy.clone()));
        memory.fold(&*self.log, progress)?;
        Ok(memory)
    }

    /// State and index as of the snapshot, where it fits the log. Blocks.
    pub fn recall(&self) -> Option<Memory> {
        Memory::load(&self.directory, &self.city, &*self.log, self.policy.clone())
    }

    /// Removes the erasable values whose command was never recorded: a crash between the two stores leaves them.
    /// Blocks. Only for whoever holds the directory; `token create` may write beside it, value first and event after,
    /// so what looks orphaned is given the time to be recorded.
    pub fn sweep_orphans(&self, memory: &mut Memory) -> Result<usize, FoldError> {
        let commands = self.control.command_ids()?;
        memory.fold(&*self.log, &mut |_| {})?;
        if commands.iter().all(|command| memory.index.contains_text(command)) {
            return Ok(0);
        }
        std::thread::sleep(ORPHAN_PATIENCE);
        memory.fold(&*self.log, &mut |_| {})?;
        let waited_for = |command: &str| !commands.iter().any(|known| known == command);
        let is_recorded = |command: &str| waited_for(command) || memory.index.contains_text(command);
        Ok(self.control.sweep(memory.state.last_position, &is_recorded)?)
    }
}

/// The command loop at work.
pub struct Core {
    log: Arc<dyn EventLog>,
    /// Nothing once the core stops.
    queue: Mutex<Option<mpsc::Sender<Submission>>>,
    in_flight: InFlight,
    sets: Semaphore,
    state: watch::Receiver<Arc<CityState>>,
    watch: Arc<ClockWatch>,
    clock: fn() -> Timestamp,
    metrics: Arc<Metrics>,
    conditions: Arc<Conditions>,
    /// Nothing once somebody waits for its end.
    task: Mutex<Option<JoinHandle<Memory>>>,
}

impl Core {
    /// Starts the loop on what is in memory.
    pub fn start(stores: &Stores, memory: Memory, clock: fn() -> Timestamp, metrics: Arc<Metrics>) -> Self {
        let (queue, received) = mpsc::channel(MAX_QUEUED_COMMANDS);
        let (published, state) = watch::channel(Arc::new(memory.state.clone()));
        stores.folded.advance(memory.state.last_position);
        let watch = Arc::new(ClockWatch::default());
        let command_loop = CommandLoop {
            log: stores.log.clone(),
            folded: stores.folded.clone(),
            control: stores.control.clone(),
            policy: stores.policy.clone(),
            clock,
            watch: watch.clone(),
            directory: stores.directory.clone(),
            saved_position: memory.state.last_position,
            memory,
            deadline: Instant::now(),
            names: PersonNames::default(),
            erasures: Erasures::default(),
            published,
            metrics: metrics.clone(),
            conditions: stores.conditions.clone(),
        };
        let task = tokio::spawn(command_loop.run(received));
        Self {
            log: stores.log.clone(),
            queue: Mutex::new(Some(queue)),
            in_flight: InFlight::default(),
            sets: Semaphore::new(MAX_SETS),
            state,
            watch,
            clock,
            metrics,
            conditions: stores.conditions.clone(),
            task: Mutex::new(Some(task)),
        }
    }

    /// The state after the last event that is on disk.
    pub fn state(&self) -> Arc<CityState> {
        Arc::clone(&self.state.borrow())
    }

    /// What keeps commands from being recorded by this machine's clock, if anything does.
    pub fn clock_fault(&self) -> Option<ClockFault> {
        self.watch.fault(&self.state(), (self.clock)())
    }

    /// Gives a command to the loop and waits for its answer, which comes after the events are on disk.
    pub async fn submit(&self, request: CommandRequest) -> Result<Recorded, SubmitError> {
        let mut recorded = self.give(vec![prepared(request)?]).await.map_err(|refused| refused.error)?;
        recorded.pop().ok_or_else(|| stopped("the loop gave no answer".to_owned()))
    }

    /// Gives commands to the loop that are decided one after the other and recorded all or none, by one append: at most
    /// [`MAX_COMMANDS_TOGETHER`], with as many events as one append takes. Each has a key of its own, and a repeat of all
    /// of them gets the first answers.
    pub async fn submit_all(&self, requests: Vec<CommandRequest>) -> Result<Vec<Recorded>, NotRecorded> {
        if requests.len() > MAX_COMMANDS_TOGETHER {
            return Err(too_much_together().into());
        }
        let _set = self.sets.try_acquire().map_err(|_| self.busy())?;
        let requests = requests.into_iter().enumerate();
        let commands =
            requests.map(|(index, request)| prepared(request).map_err(|error| NotRecorded { index, error }));
        match commands.collect::<Result<Vec<_>, _>>()? {
            none if none.is_empty() => Ok(Vec::new()),
            commands => self.give(commands).await,
        }
    }

    async fn give(&self, commands: Vec<Prepared>) -> Result<Vec<Recorded>, NotRecorded> {
        if let Some(raised) = self.conditions.stopping(Stops::Commands) {
            return Err(SubmitError::Stopped { raised: raised.into() }.into());
        }
        if let Some(since) = self.log.unreachable_since()
            && since.elapsed().is_ok_and(|silent| silent > LOG_PATIENCE)
        {
            let detail = "日志服务器没有应答，未记录任何内容 / the log does not answer; nothing was recorded";
            return Err(stopped(detail.to_owned()).into());
        }
        let begin = |(index, prepared): (usize, &Prepared)| {
            let id = prepared.command.header.id;
            let in_flight = || NotRecorded { index, error: SubmitError::InFlight { id: id.to_string() } };
            self.in_flight.begin(id).ok_or_else(in_flight)
        };
        let in_flight = commands.iter().enumerate().map(begin).collect::<Result<_, _>>()?;
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue = queue.ok_or_else(|| stopped("the service is stopping".to_owned()))?;
        queue.try_send(Submission { commands, reply, given: Instant::now(), in_flight }).map_err(
            |error| match error {
                mpsc::error::TrySendError::Full(_) => self.busy(),
                mpsc::error::TrySendError::Closed(_) => stopped("the service is stopping".to_owned()),
            },
        )?;
        drop(queue);
        let unknown = |detail: &str| {
            let (detail, outcome_unknown) = (detail.to_owned(), true);
            Err(SubmitError::Unavailable { detail, outcome_unknown, retry_after_seconds: 5 }.into())
        };
        match tokio::time::timeout(CALLER_PATIENCE, answer).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(_)) => unknown("the service stopped before it answered; repeat with the same key"),
            // The loop goes on with it, and a repeat learns what became of it.
            Err(_) => unknown(
                "日志没有及时应答，请用同一幂等键重复 / the log does not answer in time; repeat with the same key",
            ),
        }
    }

    fn busy(&self) -> SubmitError {
        self.metrics.commands_busy.add(1);
        SubmitError::Busy { retry_after_seconds: BUSY_RETRY_AFTER_SECONDS }
    }

    /// Finishes what is queued, and gives back what is in memory; nothing to whoever asks second.
    pub async fn stop(&self) -> Option<Memory> {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        task.await.inspect_err(|error| tracing::error!(%error, "the command loop ended badly")).ok()
    }
}

fn prepared(request: CommandRequest) -> Result<Prepared, SubmitError> {
    let name = request.name.clone();
    prepare(request).map_err(|error| SubmitError::unprepared(name, error))
}

fn stopped(detail: String) -> SubmitError {
    SubmitError::Unavailable { detail, outcome_unknown: false, retry_after_seconds: 5 }
}

/// The time of this machine.
pub fn system_clock() -> Timestamp {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests;
