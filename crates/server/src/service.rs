//! The service of one city: who holds the directory, what is open, and how far the start has come.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::date::Timestamp;
use domain::place::PlaceCode;
use domain::{CityState, Event, Policy};
use event_log::{ControlStore, DirectoryLock, EventLog, LockError, LogError, LogLocation};
use projections::{
    Opened, Progress, RebuildError, RebuildReason, Runner, Store, StoreError, Trouble, Views, rebuild_showing,
};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::access_log::AccessLog;
use crate::anchors::{ANCHORED_EVERY, Anchors};
use crate::command_index::CommandIndex;
use crate::command_loop::Recorded;
use crate::condition::Stops;
use crate::core::{Core, Stores, StoresError};
use crate::memory::{FoldError, Memory};
use crate::metrics::Metrics;
use crate::request::CommandRequest;
use crate::sealer::{Sealed, SealerError};
use crate::submit_error::{NotRecorded, SubmitError};

mod conditions;

/// The folder of the read models in the data directory.
pub const VIEWS_FOLDER: &str = "views";
/// How many events pass between two reports of the start's progress.
const PROGRESS_EVENTS: u64 = 10_000;

/// What a service needs to know.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// Where the log is.
    pub log: LogLocation,
    /// The data directory.
    pub data: PathBuf,
    /// The city of a log that does not exist yet, or that an existing one must be of.
    pub city: PlaceCode,
    /// Where others find this service; empty for a command without an address.
    pub address: String,
    /// What time it is.
    pub clock: fn() -> Timestamp,
    /// The keys to sign with, where they are not in the directory's file.
    pub signing_key: Option<String>,
    /// For how many days the access log keeps an entry.
    pub access_log_days: u32,
}

/// How far the start has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readiness {
    /// The log is being read.
    Starting {
        /// The last event read.
        position: u64,
        /// The last event there is.
        last: u64,
    },
    /// Commands and reads are answered.
    Ready,
    /// The start failed.
    Failed {
        /// Why.
        detail: String,
        /// Whether the history is not the one that was signed for.
        is_broken_history: bool,
    },
}

/// Why a start failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct StartFailure {
    /// What happened.
    pub detail: String,
    /// Whether the history is not the one that was signed for.
    pub is_broken_history: bool,
}

/// Why a service does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the directory.
    #[error(transparent)]
    Held(#[from] LockError),
    /// The stores do not open.
    #[error(transparent)]
    Stores(#[from] StoresError),
}

/// The service of one city.
pub struct Service {
    stores: Stores,
    anchors: Anchors,
    metrics: Arc<Metrics>,
    readiness: watch::Receiver<Readiness>,
    running: Arc<OnceLock<Running>>,
    stopping: watch::Sender<bool>,
    /// The start and what it leaves running; taken by whoever shuts down.
    task: Mutex<Option<JoinHandle<()>>>,
    // Held for as long as the service lives.
    _lock: DirectoryLock,
}

struct Running {
    core: Core,
    sealed: Arc<Sealed>,
    views: watch::Receiver<Arc<Views>>,
    trouble: watch::Receiver<Option<Trouble>>,
}

impl Service {
    /// Takes the directory, opens the stores and starts reading the log in the background. Must be called inside a
    /// runtime; returns before the service is ready.
    pub fn open(config: ServiceConfig) -> Result<Arc<Self>, OpenError> {
        let lock = DirectoryLock::acquire(&config.data, &config.address)?;
        let stores = Stores::open(&config.log, &config.data, Some(&config.city))?;
        let access = AccessLog::open(&config.data, (config.clock)(), config.access_log_days);
        let access = Arc::new(access.map_err(StoresError::from)?);
        let anchors = Anchors { access, city: stores.city.clone(), clock: config.clock };
        let metrics = Arc::new(Metrics::default());
        let running = Arc::new(OnceLock::new());
        let (reported, readiness) = watch::channel(Readiness::Starting { position: 0, last: 0 });
        let (stopping, stop) = watch::channel(false);
        let start = Start {
            stores: stores.clone(),
            signing_key: config.signing_key,
            anchors: anchors.clone(),
            clock: config.clock,
            metrics: metrics.clone(),
            running: running.clone(),
            reported,
            stop,
        };
        let task = Mutex::new(Some(tokio::spawn(start.run())));
        Ok(Arc::new(Self { stores, anchors, metrics, readiness, running, stopping, task, _lock: lock }))
    }

    /// Waits until the start is over; the error says why it failed.
    pub async fn ready(&self) -> Result<(), StartFailure> {
        let mut readiness = self.readiness.clone();
        let over = readiness.wait_for(|now| !matches!(now, Readiness::Starting { .. })).await;
        let failed =
            |detail: &str, is_broken_history| StartFailure { detail: detail.to_owned(), is_broken_history };
        match over.as_deref() {
            Ok(Readiness::Failed { detail, is_broken_history }) => Err(failed(detail, *is_broken_history)),
            Ok(_) => Ok(()),
            Err(_) => Err(failed("the start was cut off", false)),
        }
    }

    /// How far the start has come.
    pub fn readiness(&self) -> Readiness {
        self.readiness.borrow().clone()
    }

    /// Gives a command to the loop; see [`Core::submit`].
    pub async fn submit(&self, request: CommandRequest) -> Result<Recorded, SubmitError> {
        self.core()?.submit(request).await
    }

    /// Gives commands to the loop that are recorded all or none; see [`Core::submit_all`].
    pub async fn submit_all(&self, requests: Vec<CommandRequest>) -> Result<Vec<Recorded>, NotRecorded> {
        self.core()?.submit_all(requests).await
    }

    /// The loop, once it is running, while the clock agrees with the witness's.
    fn core(&self) -> Result<&Core, SubmitError> {
        let running = self.running.get().ok_or_else(|| SubmitError::Unavailable {
            detail: "服务正在启动 / the service is starting".to_owned(),
            outcome_unknown: false,
            retry_after_seconds: 1,
        })?;
        if let Some(raised) = self.stores.conditions.stopping(Stops::Commands) {
            return Err(SubmitError::Stopped { raised: raised.into() });
        }
        match running.sealed.clock_ahead() {
            Some(ahead_seconds) => Err(SubmitError::ClockAhead { ahead_seconds }),
            None => Ok(&running.core),
        }
    }

    /// The rows, anew after every span of events; nothing before the service is ready.
    pub fn views(&self) -> Option<watch::Receiver<Arc<Views>>> {
        self.running.get().map(|running| running.views.clone())
    }

    /// What keeps the views, or their copy on disk, from going on, if anything does.
    pub fn trouble(&self) -> Option<Trouble> {
        self.running.get().and_then(|running| running.trouble.borrow().clone())
    }

    /// The signed tree over the log; nothing before the service is ready.
    pub fn sealed(&self) -> Option<&Arc<Sealed>> {
        self.running.get().map(|running| &running.sealed)
    }

    /// The state after the last event that is on disk; nothing before the service is ready.
    pub fn state(&self) -> Option<Arc<CityState>> {
        self.running.get().map(|running| running.core.state())
    }

    /// The truth.
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.stores.log
    }

    /// Settings under which acknowledged events may be lost, and which the operator answers for.
    pub fn accepted_settings(&self) -> Vec<String> {
        self.stores.accepted_settings.iter().map(ToString::to_string).collect()
    }

    /// Since when nobody has answered for the log: reads go on from memory, and are as old as that.
    pub fn log_unreachable_since(&self) -> Option<Timestamp> {
        let since = self.stores.log.unreachable_since()?.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok().map(Timestamp::from_milliseconds)
    }

    /// Names, salts, hashes.
    pub fn control(&self) -> &dyn ControlStore {
        &*self.stores.control
    }

    /// Who read what.
    pub fn access(&self) -> &AccessLog {
        &self.anchors.access
    }

    /// The figures.
    pub fn policy(&self) -> &Arc<Policy> {
        &self.stores.policy
    }

    /// The city of the log.
    pub fn city(&self) -> &PlaceCode {
        &self.stores.city
    }

    /// The counters.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// Finishes what is queued, writes the rows and the snapshot, and lets the directory go when dropped.
    pub async fn shutdown(&self) {
        let memory = match self.running.get() {
            Some(running) => {
                self.anchors.mark(&running.core, "stop").await;
                running.core.stop().await
            }
            None => None,
        };
        self.stopping.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the views ended badly");
        }
        if let Some(memory) = memory {
            memory.save_in_background(&self.stores.directory, self.stores.log.clone()).await;
        }
    }
}

/// The start: fold the log, open the rows, follow.
struct Start {
    stores: Stores,
    signing_key: Option<String>,
    anchors: Anchors,
    clock: fn() -> Timestamp,
    metrics: Arc<Metrics>,
    running: Arc<OnceLock<Running>>,
    reported: watch::Sender<Readiness>,
    stop: watch::Receiver<bool>,
}

/// Why the start failed.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error(transparent)]
    Fold(#[from] FoldError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Rebuild(#[from] RebuildError),
    #[error(transparent)]
    Sealer(#[from] SealerError),
    #[error("the start was cut off: {0}")]
    CutOff(#[from] tokio::task::JoinError),
}

impl Start {
    /// Runs until the service stops.
    async fn run(mut self) {
        match self.start().await {
            Ok((core, runner, sealed, last)) => {
                let (views, trouble) = (runner.views(), runner.trouble());
                let running = Running { core, sealed: sealed.clone(), views, trouble };
                let (ready, stop) = (self.running, self.stop);
                let anchored = anchor_hourly(self.anchors, ready.clone(), stop.clone());
                let stopped = || {
                    let mut stop = stop.clone();
                    async move {
                        // An error means that the service itself is gone, which is a stop as well.
                        let _ = stop.wait_for(|stop| *stop).await;
                    }
                };
                let (views, seals) = (runner.run(stopped()), sealed.run(stopped()));
                tokio::join!(views, seals, anchored, open_doors(running, last, &ready, &self.reported));
            }
            Err(error) => {
                tracing::error!(%error, "the service does not start");
                let is_broken_history = matches!(error, StartError::Sealer(SealerError::Seal(_)));
                self.reported
                    .send_replace(Readiness::Failed { detail: error.to_string(), is_broken_history });
            }
        }
    }

    /// Gives the loop, the runner, the sealer, and the position at which the start is over.
    async fn start(&mut self) -> Result<(Core, Runner, Arc<Sealed>, u64), StartError> {
        let last = self.stores.log.last_position().await?;
        let (stores, reported) = (self.stores.clone(), self.reported.clone());
        let opened = tokio::task::spawn_blocking(move || open_blocking(&stores, &reported, last));
        let (stores, secret) = (self.stores.clone(), self.signing_key.take());
        let sealed = tokio::task::spawn_blocking(move || Sealed::open(&stores, secret.as_deref()));
        // Side by side, since both read the whole log; a history that was not signed for is said before anything else.
        let (sealed, opened) = tokio::join!(sealed, opened);
        let (sealed, (memory, store, views)) = (sealed??, opened??);
        let state = memory.state.clone();
        let core = Core::start(&self.stores, memory, self.clock, self.metrics.clone());
        // Before the doors open, so that nothing is read that the anchor does not precede.
        self.anchors.mark(&core, "start").await;
        let last = core.state().last_position;
        let runner = Runner::new(self.stores.log.clone(), store, views, state);
        Ok((core, runner, sealed, last))
    }
}

/// Anchors the access log each hour until the service stops. What fails is tried again an hour later.
async fn anchor_hourly(anchors: Anchors, running: Arc<OnceLock<Running>>, mut stop: watch::Receiver<bool>) {
    // An error means that the service itself is gone, which is a stop as well.
    while tokio::time::timeout(ANCHORED_EVERY, stop.wait_for(|stop| *stop)).await.is_err() {
        if let Some(running) = running.get()
            && let Err(error) = anchors.anchor(&running.core).await
        {
            tracing::error!(%error, "the access log is not anchored");
        }
    }
}

/// Commands and reads are answered once the views hold what the log held at the start.
async fn open_doors(
    running: Running,
    last: u64,
    ready: &OnceLock<Running>,
    reported: &watch::Sender<Readiness>,
) {
    let caught_up = running.views.clone().wait_for(|views| views.position() >= last).await.is_ok();
    if caught_up && ready.set(running).is_ok() {
        reported.send_replace(Readiness::Ready);
    }
}

/// Folds the log and opens the rows, making them anew where they are missing or do not fit.
fn open_blocking(
    stores: &Stores,
    reported: &watch::Sender<Readiness>,
    last: u64,
) -> Result<(Memory, Store, Views), StartError> {
    let mut report = |position| {
        if position % PROGRESS_EVENTS == 0 {
            reported.send_replace(Readiness::Starting { position, last });
        }
    };
    let directory = stores.directory.join(VIEWS_FOLDER);
    let (mut memory, store, views) = match Store::open(&directory, &stores.city, &*stores.log)? {
        Opened::Ready { store, views } => (stores.remember(&mut report)?, store, *views),
        Opened::Rebuild(reason) => {
            tracing::info!(%reason, "making the read models anew");
            if let RebuildReason::Damaged { .. } = reason {
                let place = Store::set_aside(&directory)?;
                tracing::warn!(place = %place.display(), "the damaged read models were set aside");
            }
            make_anew(stores, &directory, last, &mut report)?
        }
    };
    let orphans = stores.sweep_orphans(&mut memory)?;
    if orphans > 0 {
        tracing::info!(orphans, "removed erasable values of commands that were never recorded");
    }
    Ok((memory, store, views))
}

/// Makes the rows anew, and where no snapshot fits, state and index by the same fold.
fn make_anew(
    stores: &Stores,
    directory: &Path,
    last: u64,
    report: &mut dyn FnMut(u64),
) -> Result<(Memory, Store, Views), StartError> {
    let recalled = stores.recall();
    let mut index = CommandIndex::default();
    let mut show = |event: &Event| {
        if recalled.is_none() {
            index.note(event.meta.command_id, event.meta.position);
        }
        report(event.meta.position);
    };
    let rebuilt =
        rebuild_showing(directory, &stores.city, &*stores.log, last, &mut show, &mut |_: Progress| {})?;
    let mut memory = recalled.unwrap_or(Memory { state: rebuilt.state, index });
    memory.fold(&*stores.log, &mut |_| {})?;
    Ok((memory, rebuilt.store, rebuilt.views))
}
