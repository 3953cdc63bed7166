//! The runner: follows the log, folds it, publishes the rows and keeps them on disk.
//!
//! Rows are published before they are written: the log is the truth, and whoever waits for a position shall not wait
//! for a disposable copy. If writing fails the service reads on from memory, says so, and the next start catches up.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use domain::CityState;
use event_log::{EventLog, LogError, StoredEvent, StoredEventRef};
use tokio::sync::watch;

use crate::rows::RowKey;
use crate::store::{Marker, Store, StoreError};
use crate::stored::{Unreadable, read_event};
use crate::views::Views;

/// The most events folded before their rows are published.
const PAGE_EVENTS: usize = 5_000;
/// How long to wait before a log that could not be read is read again.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// What keeps the views, or their copy on disk, from going on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The views stop before an event that does not read: never passed over, tried again by the next start.
    #[error(transparent)]
    Parked(Unreadable),
    /// The log could not be read; it is tried again every second.
    #[error(transparent)]
    LogUnavailable(LogError),
    /// The rows are right in memory but no longer kept on disk; the next start catches up.
    #[error("读模型不再写盘（{detail}） / the read models are no longer written to disk: {detail}")]
    NotStored {
        /// What went wrong.
        detail: String,
    },
}

/// Follows one city's log.
pub struct Runner {
    log: Arc<dyn EventLog>,
    /// Nothing once writing has failed.
    store: Option<Store>,
    marker: Marker,
    state: CityState,
    views: Views,
    changed: BTreeSet<RowKey>,
    publisher: watch::Sender<Arc<Views>>,
    trouble: watch::Sender<Option<Trouble>>,
}

impl Runner {
    /// A runner that goes on from the store's rows. `state` is the city's at the store's position or at any later
    /// one: the rows between the two are taken from it at once.
    pub fn new(log: Arc<dyn EventLog>, store: Store, views: Views, state: CityState) -> Self {
        Self {
            log,
            marker: store.marker().clone(),
            store: Some(store),
            state,
            changed: BTreeSet::new(),
            publisher: watch::Sender::new(Arc::new(views.clone())),
            trouble: watch::Sender::new(None),
            views,
        }
    }

    /// The rows, anew after every span of events.
    pub fn views(&self) -> watch::Receiver<Arc<Views>> {
        self.publisher.subscribe()
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
                page = next_page(self.log.as_ref(), self.views.position()) => page,
            };
            match page {
                Ok(page) => {
                    let parked = self.fold(&page).err();
                    self.commit().await;
                    if let Some(unreadable) = parked {
                        self.report(Trouble::Parked(unreadable));
                        shutdown.await;
                        break;
                    }
                }
                Err(error) => {
                    self.report(Trouble::LogUnavailable(error));
                    tokio::select! {
                        biased;
                        () = &mut shutdown => break,
                        () = tokio::time::sleep(RETRY_PAUSE) => {}
                    }
                }
            }
        }
        self.flush().await;
    }

    /// Folds a page up to the first event that does not read.
    fn fold(&mut self, page: &[StoredEvent]) -> Result<(), Unreadable> {
        let mut outcome = Ok(());
        let mut last = None;
        for stored in page {
            let borrowed = StoredEventRef { position: stored.position, body: &stored.body };
            match read_event(borrowed) {
                Ok(event) => self.views.fold(&mut self.state, &event, &mut self.changed),
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

    /// Publishes and writes what changed, once the views have reached the state that their rows are taken from.
    async fn commit(&mut self) {
        if self.views.position() < self.state.last_position || self.changed.is_empty() {
            return;
        }
        let changed = std::mem::take(&mut self.changed);
        self.views.refresh(&self.state, changed.iter().copied());
        self.publisher.send_replace(Arc::new(self.views.clone()));
        // The log was read again; a copy on disk that failed stays failed.
        self.trouble.send_if_modified(|trouble| {
            trouble.take_if(|trouble| matches!(trouble, Trouble::LogUnavailable(_))).is_some()
        });
        let (views, marker) = (self.views.clone(), self.marker.clone());
        let keys: Vec<_> = changed.into_iter().collect();
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
            Ok(Err(error)) => error.to_string(),
            Err(panicked) => panicked.to_string(),
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

/// The events after a position, as soon as there are any.
async fn next_page(log: &dyn EventLog, after: u64) -> Result<Vec<StoredEvent>, LogError> {
    loop {
        let page = log.read(after, PAGE_EVENTS).await?;
        if !page.is_empty() {
            return Ok(page);
        }
        log.wait_past(after).await?;
    }
}
