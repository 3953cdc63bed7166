//! The service of one city: who holds the directory, what is open, and how far the start has come.

use domain::errors;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use domain::date::Timestamp;
use domain::place::PlaceCode;
use domain::say::{Say, say};
use domain::{CityState, Policy};
use event_log::{ControlStore, DirectoryLock, EventLog, LockError, LogError, LogLocation, Position};
use projections::{Trouble, Upkeep, Views, Waypoints};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::access_log::AccessLog;
use crate::anchors::Anchors;
use crate::checkpointer::SignedTree;
use crate::metrics::Metrics;
use crate::past::Past;
use crate::person_names::PersonNames;
use crate::recorded::Recorded;
use crate::request::CommandRequest;
use crate::scans::Scans;
use crate::stores::{Stores, StoresError};
use crate::submission::Submissions;
use crate::submit_error::{NotRecorded, SubmitError};
use crate::trial::Trial;
use crate::upkeep;

mod conditions;
mod folded_state_of_directory;
mod start;

use start::Start;

/// The folder of the read models in the data directory.
pub const VIEWS_FOLDER: &str = "views";

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
    /// The last event of a log that was put back to an earlier state, where the operator accepts that it goes on from there.
    pub accept_rollback: Option<Position>,
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
    /// A past is being recorded.
    Loading {
        /// How many of its commands so far.
        commands: u64,
    },
    /// Commands and reads are answered.
    Ready,
    /// The start failed.
    Failed {
        /// Why.
        detail: Say,
        /// Whether the history is not the one that was signed for.
        is_broken_history: bool,
    },
}

errors! {
    /// Why a start failed.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct StartFailure {
        /// What happened.
        pub detail: Say,
        /// Whether the history is not the one that was signed for.
        pub is_broken_history: bool,
    }
    zh("{}", detail.zh)
    en("{}", detail.en)
}

errors! {
    /// Why a service does not open.
    #[derive(Debug)]
    pub enum OpenError {
    } of {
        /// Another process holds the directory.
        Held(#[from] LockError),
        /// The stores do not open.
        Stores(#[from] StoresError),
    }
}

/// The service of one city.
pub struct Service {
    stores: Stores,
    scans: Scans,
    /// The log as far as it is folded.
    shown: Arc<dyn EventLog>,
    anchors: Anchors,
    metrics: Arc<Metrics>,
    readiness: watch::Receiver<Readiness>,
    running: Arc<OnceLock<Running>>,
    /// That the operator accepted a rollback at this start, in words for the log.
    accepted: Arc<OnceLock<String>>,
    stopping: watch::Sender<bool>,
    /// The names for which trials search free text, kept from one trial to the next.
    names: Mutex<Arc<PersonNames>>,
    /// The start and what it leaves running; taken by whoever shuts down.
    task: Mutex<Option<JoinHandle<()>>>,
    // Held for as long as the service lives.
    _lock: DirectoryLock,
}

struct Running {
    submissions: Submissions,
    signed_tree: Arc<SignedTree>,
    views: watch::Receiver<Arc<Views>>,
    waypoints: Arc<Waypoints>,
    trouble: watch::Receiver<Option<Trouble>>,
}

impl Service {
    /// The data directory.
    pub fn data(&self) -> &Path {
        &self.stores.directory
    }

    /// Takes the directory, opens the stores and starts reading the log in the background. Must be called inside a
    /// runtime; returns before the service is ready.
    pub fn open(config: ServiceConfig) -> Result<Arc<Self>, OpenError> {
        Self::open_with(config, None)
    }

    /// As `open`; what is missing of a past is recorded before the service is ready.
    pub fn open_with(config: ServiceConfig, past: Option<Past>) -> Result<Arc<Self>, OpenError> {
        let lock = DirectoryLock::acquire(&config.data, &config.address)?;
        let stores = Stores::open(&config.log, &config.data, Some(&config.city))?;
        let access = AccessLog::open(&config.data, (config.clock)(), config.access_log_days);
        let access = Arc::new(access.map_err(StoresError::from)?);
        let anchors = Anchors { access, city: stores.city.clone(), clock: config.clock };
        let metrics = Arc::new(Metrics::default());
        let running = Arc::new(OnceLock::new());
        let (reported, readiness) = watch::channel(Readiness::Starting { position: 0, last: 0 });
        let (stopping, stop) = watch::channel(false);
        let accepted = Arc::new(OnceLock::new());
        let shown: Arc<dyn EventLog> = stores.folded.clone();
        let scans = Scans::new(stores.scans.clone());
        let start = Start {
            stores: stores.clone(),
            scans: scans.clone(),
            signing_key: config.signing_key,
            accept_rollback: config.accept_rollback,
            past,
            accepted: accepted.clone(),
            anchors: anchors.clone(),
            clock: config.clock,
            metrics: metrics.clone(),
            running: running.clone(),
            reported,
            stop,
        };
        let task = Mutex::new(Some(tokio::spawn(start.run())));
        Ok(Arc::new(Self {
            stores,
            scans,
            shown,
            anchors,
            metrics,
            readiness,
            running,
            accepted,
            stopping,
            names: Mutex::default(),
            task,
            _lock: lock,
        }))
    }

    /// Waits until the start is over; the error says why it failed.
    pub async fn ready(&self) -> Result<(), StartFailure> {
        let mut readiness = self.readiness.clone();
        let over = readiness
            .wait_for(|now| !matches!(now, Readiness::Starting { .. } | Readiness::Loading { .. }))
            .await;
        let failed = |detail, is_broken_history| StartFailure { detail, is_broken_history };
        match over.as_deref() {
            Ok(Readiness::Failed { detail, is_broken_history }) => {
                Err(failed(detail.clone(), *is_broken_history))
            }
            Ok(_) => Ok(()),
            Err(_) => Err(failed(say("启动被中断", "the start was cut off"), false)),
        }
    }

    /// How far the start has come.
    pub fn readiness(&self) -> Readiness {
        self.readiness.borrow().clone()
    }

    /// Gives a command to the loop; see [`Core::submit`].
    pub async fn submit(&self, request: CommandRequest) -> Result<Recorded, SubmitError> {
        self.scans.keep_named([&request.body]).await;
        self.submissions()?.submit(request).await
    }

    /// Gives commands to the loop that are recorded all or none; see [`Core::submit_all`].
    pub async fn submit_all(&self, requests: Vec<CommandRequest>) -> Result<Vec<Recorded>, NotRecorded> {
        self.scans.keep_named(requests.iter().map(|request| &request.body)).await;
        self.submissions()?.submit_all(requests).await
    }

    /// The loop, once it is running, while the clock agrees with the witness's.
    fn submissions(&self) -> Result<&Submissions, SubmitError> {
        let running = self.running.get().ok_or_else(|| SubmitError::Unavailable {
            detail: say("服务正在启动", "the service is starting"),
            outcome_unknown: false,
            retry_after_seconds: 1,
        })?;
        // A clock that is behind would date back what a witness has already seen missing.
        if let Some(behind_seconds) = running.signed_tree.clock_behind() {
            return Err(SubmitError::ClockBehind { behind_seconds });
        }
        match running.signed_tree.clock_ahead() {
            Some(ahead_seconds) => Err(SubmitError::ClockAhead { ahead_seconds }),
            None => Ok(&running.submissions),
        }
    }

    /// The rows, anew after every span of events; nothing before the service is ready.
    pub fn views(&self) -> Option<watch::Receiver<Arc<Views>>> {
        self.running.get().map(|running| running.views.clone())
    }

    /// From which a past moment is not far; nothing before the service is ready.
    pub fn waypoints(&self) -> Option<&Arc<Waypoints>> {
        self.running.get().map(|running| &running.waypoints)
    }

    /// What keeps the views, or their copy on disk, from going on, if anything does.
    pub fn trouble(&self) -> Option<Trouble> {
        self.running.get().and_then(|running| running.trouble.borrow().clone())
    }

    /// The signed tree over the log; nothing before the service is ready.
    pub fn signed_tree(&self) -> Option<&Arc<SignedTree>> {
        self.running.get().map(|running| &running.signed_tree)
    }

    /// The state after the last event that is on disk; nothing before the service is ready.
    pub fn state(&self) -> Option<Arc<CityState>> {
        self.running.get().map(|running| running.submissions.state())
    }

    /// The truth, as far as it has been read and folded.
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.shown
    }

    /// Settings under which acknowledged events may be lost, and that some were, as far as the operator answers for it.
    pub fn accepted_settings(&self) -> Vec<String> {
        let settings = self.stores.accepted_settings.iter().map(ToString::to_string);
        settings.chain(self.accepted.get().cloned()).collect()
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

    /// Documents' scans.
    pub fn scans(&self) -> &Scans {
        &self.scans
    }

    /// What is known of keys, backups and witnesses besides the log. It reads the control store, and may block.
    pub fn upkeep(&self) -> Result<Upkeep, LogError> {
        upkeep::read(&self.stores.directory, self.control())
    }

    /// A trial of commands on a state, with the names that are known in it. It reads the control store, and may block.
    pub fn trial(&self, state: &CityState, now: Timestamp) -> Result<Trial, LogError> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        if !names.are_of(&state.persons) {
            Arc::make_mut(&mut names).follow(&state.persons, self.control())?;
        }
        Ok(Trial::new(state.clone(), self.policy().clone(), names.clone(), now))
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
        let folded_state = match self.running.get() {
            Some(running) => {
                self.anchors.mark(&running.submissions, "stop").await;
                running.submissions.stop().await
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
        if let Some(folded_state) = folded_state {
            folded_state.save_in_background(&self.stores.directory, self.stores.log.clone()).await;
        }
    }
}
