//! The start of a service: the log is folded and held against what was signed for it and what this directory remembers of
//! it; only then is anything written, and commands and reads are answered.

use domain::errors;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::date::Timestamp;
use event_log::{LogError, Position};
use projections::{
    Opened, Progress, RebuildError, RebuildReason, Runner, Store, StoreError, Views, Waypoints, rebuild,
};
use tokio::sync::watch;

use super::folded_state_of_directory::{self, RolledBack};
use super::{Readiness, Running, VIEWS_FOLDER};
use crate::anchors::{ANCHORED_EVERY, Anchors};
use crate::checkpointer::{CheckpointerError, SignedTree};
use crate::declared_keys;
use crate::folded_state::{FoldError, FoldedState};
use crate::metrics::Metrics;
use crate::past::{self, Past, PastError};
use crate::scans::Scans;
use crate::stores::Stores;
use crate::submission::Submissions;

/// When a log that could not be read for the past is tried again.
const READ_AGAIN: Duration = Duration::from_secs(30);
/// Read models that take less are not made anew for the room they take.
const MIN_VIEWS_BYTES: u64 = 64 << 20;
/// How many events pass between two reports of the start's progress.
const PROGRESS_EVENTS: u64 = 10_000;

/// The start: fold the log, open the rows, follow.
pub(super) struct Start {
    pub(super) stores: Stores,
    pub(super) scans: Scans,
    pub(super) signing_key: Option<String>,
    pub(super) accept_rollback: Option<Position>,
    pub(super) past: Option<Past>,
    pub(super) accepted: Arc<OnceLock<String>>,
    pub(super) anchors: Anchors,
    pub(super) clock: fn() -> Timestamp,
    pub(super) metrics: Arc<Metrics>,
    pub(super) running: Arc<OnceLock<Running>>,
    pub(super) reported: watch::Sender<Readiness>,
    pub(super) stop: watch::Receiver<bool>,
}

errors! {
    /// Why the start failed.
    #[derive(Debug)]
    enum StartError {
        #[zh("日志记有帐户或人员，而控制库中没有任何姓名：控制库缺失、被清空或不是本日志的。请停止服务，从备份恢复控制库（control.db，或 NATS 上的存储桶）")]
        #[en("the log has accounts or persons, and the control store holds no name: it is missing, was emptied, or is another log's. Stop, and restore it from a backup (control.db, or the bucket on NATS)")]
        ControlLost,
        #[zh("启动被中断：{cause}")]
        #[en("the start was cut off: {cause}")]
        CutOff(#[from] cause: tokio::task::JoinError),
    } of {
        Log(#[from] LogError),
        Fold(#[from] FoldError),
        Store(#[from] StoreError),
        Rebuild(#[from] RebuildError),
        Checkpointer(#[from] CheckpointerError),
        RolledBack(#[from] RolledBack),
        Past(#[from] PastError),
    }
}

impl StartError {
    /// Whether what is there is not what it should be, so that a restart changes nothing.
    fn is_broken_history(&self) -> bool {
        match self {
            Self::Checkpointer(CheckpointerError::Continuity(_) | CheckpointerError::HeadMissing)
            | Self::RolledBack(_)
            | Self::ControlLost => true,
            Self::Log(error)
            | Self::Fold(FoldError::Log(error))
            | Self::Checkpointer(CheckpointerError::Log(error)) => error.is_damage(),
            Self::Fold(_)
            | Self::Store(_)
            | Self::Rebuild(_)
            | Self::Checkpointer(_)
            | Self::Past(_)
            | Self::CutOff(_) => false,
        }
    }
}

/// What was read of the log, before anything is written.
struct Read {
    folded_state: FoldedState,
    /// What stands in the log behind the fold and cannot be folded.
    stopped: Option<FoldError>,
    /// The read models as they were found.
    opened: Opened,
    /// That this directory remembers another log, where the operator accepts it.
    accepted: Option<RolledBack>,
}

impl Start {
    /// Runs until the service stops.
    pub(super) async fn run(mut self) {
        match self.start().await {
            Ok((submissions, runner, signed_tree, last)) => {
                let (views, trouble) = (runner.views(), runner.trouble());
                let states = submissions.states();
                let waypoints = runner.waypoints();
                let running = Running {
                    submissions,
                    signed_tree: signed_tree.clone(),
                    views,
                    waypoints: waypoints.clone(),
                    trouble,
                };
                let (ready, stop) = (self.running, self.stop);
                let anchored = anchor_hourly(self.anchors, ready.clone(), stop.clone());
                let stopped = || {
                    let mut stop = stop.clone();
                    async move {
                        // An error means that the service itself is gone, which is a stop as well.
                        let _ = stop.wait_for(|stop| *stop).await;
                    }
                };
                let (views, seals) = (runner.run(stopped()), signed_tree.run(stopped()));
                let scans = self.scans.run(states, stopped());
                let earlier = read_earlier(waypoints, stop.clone());
                let announced = announce_ready(running, last, &ready, &self.reported);
                tokio::join!(views, seals, scans, anchored, earlier, announced);
            }
            Err(error) => {
                tracing::error!(%error, "the service does not start");
                let is_broken_history = error.is_broken_history();
                self.reported.send_replace(Readiness::Failed { detail: error.say(), is_broken_history });
            }
        }
    }

    /// Gives the loop, the runner, the checkpointer, and the position at which the start is over.
    async fn start(&mut self) -> Result<(Submissions, Runner, Arc<SignedTree>, u64), StartError> {
        let last = self.stores.log.last_position().await?;
        let accepts = self.accepts_rollback().await?;
        let (stores, reported) = (self.stores.clone(), self.reported.clone());
        let read = tokio::task::spawn_blocking(move || read_blocking(&stores, &reported, last, accepts));
        let (stores, secret) = (self.stores.clone(), self.signing_key.take());
        let signed_tree =
            tokio::task::spawn_blocking(move || SignedTree::open(&stores, secret.as_deref(), accepts));
        // Side by side, since both read the whole log; a history that was not signed for is said before anything else.
        let (signed_tree, read) = tokio::join!(signed_tree, read);
        let (signed_tree, read) = (signed_tree??, read??);
        self.note_accepted(&signed_tree, read.accepted.as_ref(), last);
        let read = self.load_past(read).await?;
        let (stores, settled) = (self.stores.clone(), signed_tree.clone());
        let written = tokio::task::spawn_blocking(move || write_blocking(&stores, read, &settled));
        let (folded_state, store, views) = written.await??;
        let state = folded_state.state.clone();
        let submissions = Submissions::start(&self.stores, folded_state, self.clock, self.metrics.clone());
        let (signers, city) = (signed_tree.signing_keys(), &self.stores.city);
        declared_keys::declare(&submissions, &signers, city, (self.clock)()).await;
        // Before the doors open, so that nothing is read that the anchor does not precede.
        self.anchors.mark(&submissions, "start").await;
        let last = submissions.state().last_position;
        let runner = Runner::new(self.stores.folded.clone(), store, views, state);
        Ok((submissions, runner, signed_tree, last))
    }

    /// Records what is missing of the past, where there is one and the log is a beginning of it.
    async fn load_past(&mut self, read: Read) -> Result<Read, StartError> {
        let is_missing = |past: &Past| {
            read.stopped.is_none() && read.folded_state.index.first_position(past.last).is_none()
        };
        let Some(past) = self.past.take().filter(is_missing) else { return Ok(read) };
        let reported = self.reported.clone();
        let progress = move |commands| {
            reported.send_replace(Readiness::Loading { commands });
        };
        let before = read.folded_state.state.last_position;
        match past::record(&self.stores, past.give, before, progress, self.stop.clone()).await {
            Ok(folded_state) if folded_state.state.last_position > before => {
                // All rows at once are made sooner than after each span of events.
                Ok(Read { folded_state, opened: Opened::Rebuild(RebuildReason::Missing), ..read })
            }
            Ok(_) => Ok(read),
            Err(PastError::OtherLog { position }) => {
                tracing::warn!(position, "the log holds another past and is left as it is");
                Ok(read)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the operator accepts the log as it is now; what was recorded since he said so is not what he accepted.
    async fn accepts_rollback(&self) -> Result<bool, StartError> {
        let Some(position) = self.accept_rollback else { return Ok(false) };
        let log = self.stores.log.clone();
        let last =
            tokio::task::spawn_blocking(move || folded_state_of_directory::last_position(&*log)).await??;
        Ok(last == position)
    }

    fn note_accepted(&self, signed_tree: &SignedTree, snapshot_head: Option<&RolledBack>, last: Position) {
        let seen = signed_tree.given_up().into_iter().chain(snapshot_head.map(RolledBack::seen)).max();
        if let Some(seen) = seen {
            let said = format!("rollback accepted: the log ends at {last}, event {seen} had been there");
            tracing::warn!("{said}");
            // Nobody else sets it.
            let _ = self.accepted.set(said);
        }
    }
}

/// Anchors the access log each hour until the service stops. What fails is tried again an hour later.
async fn anchor_hourly(anchors: Anchors, running: Arc<OnceLock<Running>>, mut stop: watch::Receiver<bool>) {
    // An error means that the service itself is gone, which is a stop as well.
    while tokio::time::timeout(ANCHORED_EVERY, stop.wait_for(|stop| *stop)).await.is_err() {
        if let Some(running) = running.get()
            && let Err(error) = anchors.anchor(&running.submissions).await
        {
            tracing::error!(%error, "the access log is not anchored");
        }
    }
}

/// Reads of the past what stood in the log before the runner began, until that is done or the service stops.
async fn read_earlier(waypoints: Arc<Waypoints>, mut stop: watch::Receiver<bool>) {
    loop {
        let (waypoints, seen) = (waypoints.clone(), stop.clone());
        let is_to_stop = move || *seen.borrow() || seen.has_changed().is_err();
        let read = tokio::task::spawn_blocking(move || waypoints.read_earlier(is_to_stop)).await;
        let Err(error) =
            read.map_err(|error| error.to_string()).and_then(|read| read.map_err(|error| error.to_string()))
        else {
            return;
        };
        tracing::warn!(%error, "until the log is read again, questions about the past take longer");
        // An error means that the service itself is gone, which is a stop as well.
        if tokio::time::timeout(READ_AGAIN, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}

/// Commands and reads are answered once the views hold what the log held at the start.
async fn announce_ready(
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

/// Folds the log as far as it reads, and finds the read models. Writes nothing.
fn read_blocking(
    stores: &Stores,
    reported: &watch::Sender<Readiness>,
    last: Position,
    accepts_rollback: bool,
) -> Result<Read, StartError> {
    let mut report = |position| {
        if position % PROGRESS_EVENTS == 0 {
            reported.send_replace(Readiness::Starting { position, last });
        }
    };
    let (opened, rolled_back) =
        folded_state_of_directory::load(stores, &stores.directory.join(VIEWS_FOLDER))?;
    let accepted = match rolled_back {
        Some(rolled_back) if !accepts_rollback => return Err(rolled_back.into()),
        accepted => accepted,
    };
    let mut folded_state = stores
        .load_snapshot()
        .unwrap_or_else(|| FoldedState::new(stores.city.clone(), stores.policy.clone()));
    let stopped = folded_state.fold_good(&*stores.log, &mut report)?;
    check_control(stores, &folded_state)?;
    Ok(Read { folded_state, stopped, opened, accepted })
}

/// That the store of names is whole, and is there at all where the log says that it must be. Blocks.
fn check_control(stores: &Stores, folded_state: &FoldedState) -> Result<(), StartError> {
    stores.control.check()?;
    stores.control.catch_up()?;
    if folded_state.misses_names(&*stores.control)? { Err(StartError::ControlLost) } else { Ok(()) }
}

/// Opens the rows, making them anew where they are missing or do not fit, and takes up what was read. Blocks.
fn write_blocking(
    stores: &Stores,
    read: Read,
    signed_tree: &SignedTree,
) -> Result<(FoldedState, Store, Views), StartError> {
    let Read { mut folded_state, stopped, opened, .. } = read;
    let folded = folded_state.state.last_position;
    signed_tree.settle(folded);
    stores.folded.advance(folded);
    if let Some(error) = &stopped {
        error.raise(&stores.conditions);
    }
    let directory = stores.directory.join(VIEWS_FOLDER);
    let (store, views) = match opened {
        Opened::Ready { store, views }
            if store.marker().position <= folded && !has_outgrown(&directory, &stores.directory) =>
        {
            (store, *views)
        }
        other => {
            if let Opened::Rebuild(reason) = &other {
                tracing::info!(%reason, "making the read models anew");
                if let RebuildReason::Damaged { .. } = reason {
                    let place = Store::set_aside(&directory)?;
                    tracing::warn!(place = %place.display(), "the damaged read models were set aside");
                }
            }
            drop(other);
            let rebuilt = rebuild(&directory, &stores.city, &*stores.folded, folded, &mut |_: Progress| {})?;
            (rebuilt.store, rebuilt.views)
        }
    };
    // What stands behind the fold may be a command whose values are still wanted.
    if stopped.is_none() {
        let orphans = stores.sweep_orphans(&mut folded_state)?;
        if orphans > 0 {
            tracing::info!(orphans, "removed erasable values of commands that were never recorded");
        }
    }
    Ok((folded_state, store, views))
}

/// Whether the read models take more room than the log they are made from: what sled has let go is not given back.
fn has_outgrown(views: &Path, data: &Path) -> bool {
    let bytes = |directory: &Path, is_counted: fn(&str) -> bool| -> u64 {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let counted = entries.filter(|entry| is_counted(&entry.file_name().to_string_lossy()));
        counted.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
    };
    let log = bytes(data, |name| matches!(name, "log.db" | "log.db-wal"));
    // A log on NATS is not measured from here.
    log > 0 && bytes(views, |_| true) > log.max(MIN_VIEWS_BYTES)
}
