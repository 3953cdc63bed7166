//! A log that takes no append for a while: it is told, and told no longer once it takes one, without anybody's command.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::say::Say;
use event_log::{AppendError, EventLog, LogError, NewEvent, Position, StoredEvent, StoredEventRef};

use super::*;
use crate::condition::Condition;

/// A log on a disk that is full.
struct Full {
    log: Arc<dyn EventLog>,
    is_full: Arc<AtomicBool>,
}

impl Full {
    fn look(&self) -> Result<(), LogError> {
        let full = || LogError::Full { store: "log.db".into() };
        if self.is_full.load(Ordering::Acquire) { Err(full()) } else { Ok(()) }
    }
}

#[async_trait]
impl EventLog for Full {
    fn city(&self) -> &str {
        self.log.city()
    }

    async fn append(&self, expected_last: Position, events: Vec<NewEvent>) -> Result<(), AppendError> {
        self.look().map_err(|cause| AppendError::Unavailable { cause })?;
        self.log.append(expected_last, events).await
    }

    async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        self.log.read(after, limit).await
    }

    async fn probe(&self) -> Result<(), LogError> {
        self.look()
    }

    async fn last_position(&self) -> Result<Position, LogError> {
        self.log.last_position().await
    }

    async fn wait_past(&self, after: Position) -> Result<Position, LogError> {
        self.log.wait_past(after).await
    }

    fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        self.log.scan(after, up_to, visit)
    }

    fn check(&self) -> Result<Say, LogError> {
        self.log.check()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_told_no_longer_once_there_is_room() {
    let directory = tempfile::tempdir().unwrap();
    let city = "5108".parse().unwrap();
    let mut stores = Stores::open(&LogLocation::Embedded, directory.path(), Some(&city)).unwrap();
    let is_full = Arc::new(AtomicBool::new(false));
    stores.log = Arc::new(Full { log: stores.log.clone(), is_full: is_full.clone() });
    let folded_state = stores.load(&mut |_| {}).unwrap();
    let submissions = Submissions::start(&stores, folded_state, system_clock, Arc::default());
    submissions.submit(county(1, "510811")).await.unwrap();
    let is_told = || stores.conditions.is_raised(Condition::LogUnwritable);
    assert!(!is_told());
    is_full.store(true, Ordering::Release);
    let refused = submissions.submit(county(2, "510812")).await.unwrap_err();
    assert!(matches!(refused, SubmitError::Unavailable { outcome_unknown: false, .. }), "{refused}");
    assert!(is_told());
    // Nobody sends a command to an instance that says so: the loop tries the log by itself.
    is_full.store(false, Ordering::Release);
    while is_told() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    submissions.submit(county(2, "510812")).await.unwrap();
}
