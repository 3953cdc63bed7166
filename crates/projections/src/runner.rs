//! The runner: follows the log, folds it, publishes the rows and keeps them on disk.
//!
//! Rows are published before they are written: the log is the truth, and whoever waits for a position shall not wait
//! for a disposable copy. Under load many events change the same few rows: rows are taken anew once a span and written
//! once in a while, so that the views leave the machine to the commands. If writing fails the service reads on from memory, says so, and the next start catches up.

use domain::errors;
use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::CityState;
use domain::say::Say;
use event_log::{EventLog, LogError, StoredEvent, StoredEventRef};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::row_key::RowKey;
use crate::store::{Marker, Store, StoreError};
use crate::stored::{Unreadable, read_event};
use crate::views::Views;
use crate::waypoints::{Gist, Waypoints};

/// The most events folded before their rows are published.
const PAGE_EVENTS: usize = 5_000;
/// How long to wait before a log that could not be read is read again.
const RETRY_PAUSE: Duration = Duration::from_secs(1);
/// Rows wait at least so long for what changes them again before they are written.
const WRITE_PAUSE: Duration = Duration::from_millis(500);
/// After a span the runner rests for so many times what it took, so that the views take a fifth of a core at most …
const REST_FACTOR: u32 = 4;
/// … but never longer than this: who waits for a position waits for the views.
const MAX_REST: Duration = Duration::from_millis(50);

errors! {
    /// What keeps the views, or their copy on disk, from going on.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Trouble {
        /// The rows are right in memory but no longer kept on disk; the next start catches up.
        #[zh("读模型不再写盘（{}）", detail.zh)]
        #[en("the read models are no longer written to disk: {}", detail.en)]
        NotStored {
            /// What went wrong.
            detail: Say,
        },
    } of {
        /// The views stop before an event that does not read: never passed over, tried again by the next start.
        Parked(Unreadable),
        /// The log could not be read; it is tried again every second.
        LogUnavailable(LogError),
    }
}

/// Follows one city's log.
pub struct Runner {
    log: Arc<dyn EventLog>,
    /// Nothing once writing has failed.
    store: Option<Store>,
    marker: Marker,
    state: CityState,
    views: Views,
    waypoints: Arc<Waypoints>,
    /// Folded, and not yet told to the waypoints.
    gists: Vec<Gist>,
    changed: BTreeSet<RowKey>,
    /// Published, not yet written.
    unwritten: BTreeSet<RowKey>,
    /// When they are to be written.
    write_due: Instant,
    publisher: watch::Sender<Arc<Views>>,
    trouble: watch::Sender<Option<Trouble>>,
}

impl Runner {
    /// A runner that goes on from the store's rows. `state` is the city's at the store's position or at any later
    /// one: the rows between the two are taken from it at once.
    pub fn new(log: Arc<dyn EventLog>, store: Store, views: Views, state: CityState) -> Self {
        let waypoints = Waypoints::new(log.clone(), state.city.clone(), views.position());
        Self {
            log,
            waypoints: Arc::new(waypoints),
            gists: Vec::new(),
            marker: store.marker().clone(),
            store: Some(store),
            state,
            changed: BTreeSet::new(),
            unwritten: BTreeSet::new(),
            write_due: Instant::now(),
            publisher: watch::Sender::new(Arc::new(views.clone())),
            trouble: watch::Sender::new(None),
            views,
        }
    }

    /// The rows, anew after every span of events.
    pub fn views(&self) -> watch::Receiver<Arc<Views>> {
        self.publisher.subscribe()
    }

    /// The past, up to what was published.
    pub fn waypoints(&self) -> Arc<Waypoints> {
        self.waypoints.clone()
    }

    /// What is wrong, if anything is.
    pub fn trouble(&self) -> watch::Receiver<Option<Trouble>> {
        self.trouble.subscribe()
    }

    /// Follows the log until the shutdown; never cut off while it writes.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        loop {
            let page = tokio::select! {
                biased;
                () = &mut shutdown => break,
                () = tokio::time::sleep_until(self.write_due), if !self.unwritten.is_empty() => {
                    self.write().await;
                    continue;
                }
                page = next_page(self.log.as_ref(), self.views.position(), &self.trouble) => page,
            };
            let begun = Instant::now();
            let rest = match page {
                Ok(page) => {
                    let parked = self.fold(&page).err();
                    self.publish();
                    if let Some(unreadable) = parked {
                        self.report(Trouble::Parked(unreadable));
                        self.write().await;
                        shutdown.await;
                        break;
                    }
                    // Who is far behind catches up first.
                    let rest =
                        if page.len() < PAGE_EVENTS { begun.elapsed() * REST_FACTOR } else { Duration::ZERO };
                    rest.min(MAX_REST)
                }
                Err(error) => {
                    self.report(Trouble::LogUnavailable(error));
                    RETRY_PAUSE
                }
            };
            tokio::select! {
                biased;
                () = &mut shutdown => break,
                () = tokio::time::sleep(rest) => {}
            }
        }
        self.write().await;
        self.flush().await;
    }

    /// Folds a page up to the first event that does not read.
    fn fold(&mut self, page: &[StoredEvent]) -> Result<(), Unreadable> {
        let mut outcome = Ok(());
        let mut last = None;
        for stored in page {
            let borrowed = StoredEventRef { position: stored.position, body: &stored.body };
            match read_event(borrowed, self.log.city()) {
                Ok(event) => {
                    self.gists.push(Gist::of(&event));
                    self.views.fold(&mut self.state, &event, &mut self.changed);
                }
                Err(unreadable) => {
                    outcome = Err(unreadable);
                    break;
                }
            }
            if stored.position == 1 {
                self.marker.advance(borrowed);
            }
            last = Some(borrowed);
        }
        if let Some(last) = last {
            self.marker.advance(last);
        }
        outcome
    }

    /// Publishes what changed, once the views have reached the state that their rows are taken from.
    fn publish(&mut self) {
        if self.views.position() < self.state.last_position || self.changed.is_empty() {
            return;
        }
        self.waypoints.follow(&self.gists, &self.state, self.views.timelines());
        self.gists.clear();
        let changed = std::mem::take(&mut self.changed);
        self.views.refresh(&self.state, changed.iter().copied());
        self.publisher.send_replace(Arc::new(self.views.clone()));
        if self.unwritten.is_empty() {
            self.write_due = Instant::now() + WRITE_PAUSE;
        }
        self.unwritten.extend(changed);
    }

    /// Writes what was published.
    async fn write(&mut self) {
        if self.unwritten.is_empty() {
            return;
        }
        let keys: Vec<_> = std::mem::take(&mut self.unwritten).into_iter().collect();
        let (views, marker) = (self.views.clone(), self.marker.clone());
        self.with_store(move |store| store.write(&views, &keys, marker)).await;
    }

    async fn flush(&mut self) {
        self.with_store(|store| store.flush()).await;
    }

    /// Works on the store where blocking is allowed, and gives it up when that fails.
    async fn with_store(&mut self, work: impl FnOnce(&mut Store) -> Result<(), StoreError> + Send + 'static) {
        let Some(mut store) = self.store.take() else { return };
        let worked = tokio::task::spawn_blocking(move || work(&mut store).map(|()| store)).await;
        let detail = match worked {
            Ok(Ok(store)) => {
                self.store = Some(store);
                return;
            }
            Ok(Err(error)) => error.say(),
            Err(panicked) => Say::same(panicked),
        };
        self.report(Trouble::NotStored { detail });
    }

    fn report(&self, trouble: Trouble) {
        self.trouble.send_if_modified(|known| {
            let is_news = known.as_ref() != Some(&trouble);
            if is_news {
                tracing::error!(position = self.views.position(), %trouble, "the views are in trouble");
                *known = Some(trouble);
            }
            is_news
        });
    }
}

/// The events after a position, as soon as there are any. A log that is read again is in trouble no longer; a copy on disk
/// that failed stays failed.
async fn next_page(
    log: &dyn EventLog,
    after: u64,
    trouble: &watch::Sender<Option<Trouble>>,
) -> Result<Vec<StoredEvent>, LogError> {
    loop {
        let page = log.read(after, PAGE_EVENTS).await?;
        trouble.send_if_modified(|trouble| {
            trouble.take_if(|trouble| matches!(trouble, Trouble::LogUnavailable(_))).is_some()
        });
        if !page.is_empty() {
            return Ok(page);
        }
        log.wait_past(after).await?;
    }
}
