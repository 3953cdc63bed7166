//! A log whose servers have not settled is waited for; one that has lost events is refused.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use domain::say::Say;
use event_log::{AppendError, LogLocation, NewEvent, StoredEvent, StoredEventRef};

use super::*;

/// A log that hides its last events, as a server does that has not applied them yet.
struct Behind {
    log: Arc<dyn EventLog>,
    hidden: Arc<AtomicU64>,
    leader_grace: Duration,
}

#[async_trait]
impl EventLog for Behind {
    fn city(&self) -> &str {
        self.log.city()
    }

    async fn append(&self, expected_last: Position, events: Vec<NewEvent>) -> Result<(), AppendError> {
        self.log.append(expected_last, events).await
    }

    async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        self.log.read(after, limit).await
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
        _: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        let last = self.log.scan(0, Position::MAX, &mut |_| ControlFlow::Continue(()))?;
        self.log.scan(after, last - self.hidden.load(Ordering::Relaxed), visit)
    }

    fn leader_grace(&self) -> Duration {
        self.leader_grace
    }

    fn check(&self) -> Result<Say, LogError> {
        self.log.check()
    }
}

/// Three events in a log, of which some can be hidden.
async fn behind(directory: &Path, leader_grace: Duration) -> (Stores, Arc<AtomicU64>) {
    let mut stores = Stores::open(&LogLocation::Embedded, directory, Some(&"5108".parse().unwrap())).unwrap();
    let event = |body: &str| NewEvent { subject: "lianjian.5108._._.test".to_owned(), body: body.into() };
    stores.log.append(0, ["one", "two", "three"].map(event).to_vec()).await.unwrap();
    let hidden = Arc::new(AtomicU64::new(0));
    stores.log = Arc::new(Behind { log: stores.log.clone(), hidden: hidden.clone(), leader_grace });
    stores.folded = Arc::new(FoldedLog::new(stores.log.clone()));
    stores.folded.advance(3);
    (stores, hidden)
}

const LONG: Duration = Duration::from_hours(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_looks_shorter_is_waited_for_while_its_servers_settle() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, hidden) = behind(directory.path(), LONG).await;
    let signed_tree = SignedTree::open(&stores, None, false).unwrap();
    signed_tree.advance().unwrap();
    assert_eq!(signed_tree.head().unwrap().size, 3);

    hidden.store(1, Ordering::Relaxed);
    let mut shorter = Shorter::default();
    let error = signed_tree.advance().unwrap_err();
    assert!(
        matches!(error, CheckpointerError::Continuity(ContinuityError::Shorter { last: 2, size: 3 })),
        "{error}"
    );
    assert!(!shorter.is_believed(&error, LONG));
    assert!(shorter.is_believed(&error, Duration::ZERO), "it has looked so for long enough");
    let forked = ContinuityError::Forked { position: 3, size: 3 }.into();
    assert!(shorter.is_believed(&forked, LONG), "a fork is none to wait for");
    // While nobody answers, the log does not look shorter: the time begins anew.
    let away = LogError::NotAnswering { store: "nats".into(), detail: Say::same("cut off") }.into();
    assert!(shorter.0.is_some() && !shorter.is_believed(&away, Duration::ZERO) && shorter.0.is_none());

    hidden.store(0, Ordering::Relaxed);
    signed_tree.advance().unwrap();
    assert_eq!(signed_tree.trouble(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_the_servers_and_refuses_a_log_that_stays_shorter() {
    let directory = tempfile::tempdir().unwrap();
    let (stores, hidden) = behind(directory.path(), LONG).await;
    SignedTree::open(&stores, None, false).unwrap().advance().unwrap();
    hidden.store(1, Ordering::Relaxed);
    let opening = std::thread::scope(|scope| {
        let opening = scope.spawn(|| SignedTree::open(&stores, None, false));
        hidden.store(0, Ordering::Relaxed);
        opening.join().unwrap()
    });
    assert_eq!(opening.unwrap().head().unwrap().size, 3);

    let log = stores.log.clone();
    hidden.store(1, Ordering::Relaxed);
    let lost = Stores {
        log: Arc::new(Behind { log, hidden: Arc::default(), leader_grace: Duration::ZERO }),
        ..stores
    };
    let Err(CheckpointerError::Continuity(error)) = SignedTree::open(&lost, None, false) else {
        panic!("an event is lost")
    };
    assert_eq!(error, ContinuityError::Shorter { last: 2, size: 3 });
}
