//! Submission of commands: the keys that are worked on, the bounded queue, and the task of the command loop.

use std::sync::{Arc, Mutex, PoisonError};

use domain::CityState;
use domain::clock::ClockFault;
use domain::date::Timestamp;
use domain::say::{Say, say};
use event_log::EventLog;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::clock_watch::ClockWatch;
use crate::command_loop::{CommandLoop, MAX_COMMANDS_TOGETHER, Submission, too_much_together};
use crate::condition::{Conditions, Stops};
use crate::erasures::Erasures;
use crate::folded_state::FoldedState;
use crate::in_flight::InFlight;
use crate::metrics::Metrics;
use crate::person_names::PersonNames;
use crate::recorded::Recorded;
use crate::request::{CommandRequest, Prepared, prepare};
use crate::stores::Stores;
use crate::submit_error::{NotRecorded, SubmitError};

/// The most commands that may wait; beyond it the answer is 503 with `Retry-After`.
pub const MAX_QUEUED_COMMANDS: usize = 1_024;
/// How many sets of commands that are recorded together may be under way: each holds up to two hundred commands.
const MAX_SETS: usize = 4;
/// A log that has been silent for longer is not waited for: commands are refused at once until it answers again.
const LOG_PATIENCE: std::time::Duration = std::time::Duration::from_secs(10);
/// How long a caller waits for its answer, names and log together: after that it is told that nobody knows yet.
const CALLER_PATIENCE: std::time::Duration = std::time::Duration::from_secs(40);
/// When to come back after the queue was full.
const BUSY_RETRY_AFTER_SECONDS: u32 = 1;

/// The command loop at work.
pub struct Submissions {
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
    task: Mutex<Option<JoinHandle<FoldedState>>>,
}

impl Submissions {
    /// Starts the loop on what is in memory.
    pub fn start(
        stores: &Stores,
        folded_state: FoldedState,
        clock: fn() -> Timestamp,
        metrics: Arc<Metrics>,
    ) -> Self {
        let (queue, received) = mpsc::channel(MAX_QUEUED_COMMANDS);
        let (published, state) = watch::channel(Arc::new(folded_state.state.clone()));
        stores.folded.advance(folded_state.state.last_position);
        let watch = Arc::new(ClockWatch::default());
        let command_loop = CommandLoop {
            log: stores.log.clone(),
            folded: stores.folded.clone(),
            control: stores.control.clone(),
            policy: stores.policy.clone(),
            clock,
            watch: watch.clone(),
            directory: stores.directory.clone(),
            saved_position: folded_state.state.last_position,
            folded_state,
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

    /// Each state that follows.
    pub fn states(&self) -> watch::Receiver<Arc<CityState>> {
        self.state.clone()
    }

    /// What keeps commands from being recorded by this machine's clock, if anything does.
    pub fn clock_fault(&self) -> Option<ClockFault> {
        self.watch.fault(&self.state(), (self.clock)())
    }

    /// Gives a command to the loop and waits for its answer, which comes after the events are on disk.
    pub async fn submit(&self, request: CommandRequest) -> Result<Recorded, SubmitError> {
        let mut recorded = self.give(vec![prepared(request)?]).await.map_err(|refused| refused.error)?;
        recorded.pop().ok_or_else(|| stopped(say("服务没有应答", "the loop gave no answer")))
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
            let detail =
                say("日志服务器没有应答，未记录任何内容", "the log does not answer; nothing was recorded");
            return Err(stopped(detail).into());
        }
        let begin = |(index, prepared): (usize, &Prepared)| {
            let id = prepared.command.header.id;
            let in_flight = || NotRecorded { index, error: SubmitError::InFlight { id: id.to_string() } };
            self.in_flight.begin(id).ok_or_else(in_flight)
        };
        let in_flight = commands.iter().enumerate().map(begin).collect::<Result<_, _>>()?;
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let queue = queue.ok_or_else(|| stopped(say("服务正在停止", "the service is stopping")))?;
        queue.try_send(Submission { commands, reply, given: Instant::now(), in_flight }).map_err(
            |error| match error {
                mpsc::error::TrySendError::Full(_) => self.busy(),
                mpsc::error::TrySendError::Closed(_) => {
                    stopped(say("服务正在停止", "the service is stopping"))
                }
            },
        )?;
        drop(queue);
        let unknown = |detail: Say| {
            Err(SubmitError::Unavailable { detail, outcome_unknown: true, retry_after_seconds: 5 }.into())
        };
        match tokio::time::timeout(CALLER_PATIENCE, answer).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(_)) => unknown(say(
                "服务在答复前停止，请用同一幂等键重复",
                "the service stopped before it answered; repeat with the same key",
            )),
            // The loop goes on with it, and a repeat learns what became of it.
            Err(_) => unknown(say(
                "日志没有及时应答，请用同一幂等键重复",
                "the log does not answer in time; repeat with the same key",
            )),
        }
    }

    fn busy(&self) -> SubmitError {
        self.metrics.commands_busy.add(1);
        SubmitError::Busy { retry_after_seconds: BUSY_RETRY_AFTER_SECONDS }
    }

    /// Finishes what is queued, and gives back what is in memory; nothing to whoever asks second.
    pub async fn stop(&self) -> Option<FoldedState> {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        task.await.inspect_err(|error| tracing::error!(%error, "the command loop ended badly")).ok()
    }
}

fn prepared(request: CommandRequest) -> Result<Prepared, SubmitError> {
    let name = request.name.clone();
    prepare(request).map_err(|error| SubmitError::unprepared(name, error))
}

fn stopped(detail: Say) -> SubmitError {
    SubmitError::Unavailable { detail, outcome_unknown: false, retry_after_seconds: 5 }
}

#[cfg(test)]
mod tests;
