//! The log as far as the command loop has folded it. Views, checkpointer, subscribers and exports read this one: what does not
//! read, or is no lawful continuation, is never shown, never signed and never counted.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use domain::say::Say;
use event_log::{AppendError, EventLog, LogError, NewEvent, Position, StoredEvent, StoredEventRef};
use tokio::sync::watch;

/// A log that ends where the fold of it stands.
pub struct FoldedLog {
    log: Arc<dyn EventLog>,
    folded: watch::Sender<Position>,
}

impl FoldedLog {
    /// The log of which nothing has been folded yet.
    pub fn new(log: Arc<dyn EventLog>) -> Self {
        Self { log, folded: watch::Sender::new(0) }
    }

    /// Says how far it is folded; it only grows.
    pub fn advance(&self, position: Position) {
        self.folded.send_if_modified(|folded| {
            let has_grown = position > *folded;
            *folded = position.max(*folded);
            has_grown
        });
    }

    /// How far it is folded.
    pub fn folded(&self) -> Position {
        *self.folded.borrow()
    }
}

#[async_trait]
impl EventLog for FoldedLog {
    fn city(&self) -> &str {
        self.log.city()
    }

    async fn append(&self, expected_last: Position, events: Vec<NewEvent>) -> Result<(), AppendError> {
        self.log.append(expected_last, events).await
    }

    async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        let room = usize::try_from(self.folded().saturating_sub(after)).unwrap_or(usize::MAX);
        match limit.min(room) {
            0 => Ok(Vec::new()),
            limit => self.log.read(after, limit).await,
        }
    }

    async fn last_position(&self) -> Result<Position, LogError> {
        Ok(self.log.last_position().await?.min(self.folded()))
    }

    async fn wait_past(&self, after: Position) -> Result<Position, LogError> {
        let gone = |error: watch::error::RecvError| LogError::Unreachable {
            store: self.log.city().to_owned(),
            detail: Say::same(error),
        };
        let mut folded = self.folded.subscribe();
        let grown = folded.wait_for(|folded| *folded > after).await;
        grown.map(|folded| *folded).map_err(gone)
    }

    fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        self.log.scan(after, up_to.min(self.folded()), visit)
    }

    fn unreachable_since(&self) -> Option<SystemTime> {
        self.log.unreachable_since()
    }

    fn leader_grace(&self) -> Duration {
        self.log.leader_grace()
    }

    fn check(&self) -> Result<Say, LogError> {
        self.log.check()
    }
}

#[cfg(test)]
mod tests {
    use event_log::LogLocation;

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_shown_beyond_the_fold() {
        let directory = tempfile::tempdir().unwrap();
        let opened = LogLocation::Embedded.open(directory.path(), "5108").unwrap();
        let event = |body: &str| NewEvent { subject: String::new(), body: body.into() };
        opened.log.append(0, ["one", "two", "three"].map(event).to_vec()).await.unwrap();
        let log = FoldedLog::new(opened.log);
        let seen = |up_to| {
            let mut seen = 0;
            log.scan(0, up_to, &mut |_| {
                seen += 1;
                ControlFlow::Continue(())
            })
            .map(|last| (last, seen))
        };
        assert_eq!((log.read(0, 10).await.unwrap().len(), log.last_position().await.unwrap()), (0, 0));
        assert_eq!(seen(Position::MAX).unwrap(), (0, 0));
        log.advance(2);
        log.advance(1);
        assert_eq!((log.read(0, 10).await.unwrap().len(), log.last_position().await.unwrap()), (2, 2));
        assert_eq!((seen(Position::MAX).unwrap(), seen(1).unwrap()), ((2, 2), (1, 1)));
        assert_eq!((log.read(2, 10).await.unwrap().len(), log.wait_past(1).await.unwrap()), (0, 2));
        let waiting = tokio::time::timeout(Duration::from_millis(20), log.wait_past(2)).await;
        assert!(waiting.is_err(), "the third stands in the log, and nobody has folded it");
    }
}
