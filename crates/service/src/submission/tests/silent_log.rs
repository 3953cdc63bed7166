//! What a caller is told where the log has fallen silent, in a clock that runs as fast as nothing happens.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::say::Say;
use event_log::{AppendError, EventLog, LogError, NewEvent, Position, StoredEvent, StoredEventRef};
use tokio::time::Instant;

use super::*;
use crate::folded_state::FoldedState;

/// How long the log tries to append before it says that it does not know.
const APPEND_BUDGET: Duration = Duration::from_secs(20);

/// A log on this machine that can fall silent, or lose an answer, as one on a network does.
struct SilentLog {
    inner: Arc<dyn EventLog>,
    is_silent: AtomicBool,
    /// Whether the next append is taken without a word.
    loses_answer: AtomicBool,
}

impl SilentLog {
    /// The log of a data directory, and what takes commands for it.
    fn open(directory: &Path) -> (Arc<Self>, Arc<Submissions>) {
        let city = "5108".parse().unwrap();
        let mut stores = Stores::open(&LogLocation::Embedded, directory, Some(&city)).unwrap();
        let inner = stores.log.clone();
        let log =
            Arc::new(Self { inner, is_silent: AtomicBool::new(false), loses_answer: AtomicBool::new(false) });
        stores.log = log.clone();
        let folded_state = FoldedState::new(city, stores.policy.clone());
        (log, Arc::new(Submissions::start(&stores, folded_state, system_clock, Arc::default())))
    }
}

#[async_trait]
impl EventLog for SilentLog {
    fn city(&self) -> &str {
        self.inner.city()
    }

    async fn append(&self, expected: Position, events: Vec<NewEvent>) -> Result<(), AppendError> {
        if self.loses_answer.swap(false, Ordering::SeqCst) {
            self.inner.append(expected, events).await?;
        } else if !self.is_silent.load(Ordering::SeqCst) {
            return self.inner.append(expected, events).await;
        }
        tokio::time::sleep(APPEND_BUDGET).await;
        let cause = LogError::NotAnswering { store: "nats".into(), detail: Say::same("no answer") };
        Err(AppendError::OutcomeUnknown { cause })
    }

    async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        if self.is_silent.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
        self.inner.read(after, limit).await
    }

    async fn last_position(&self) -> Result<Position, LogError> {
        self.inner.last_position().await
    }

    async fn wait_past(&self, _after: Position) -> Result<Position, LogError> {
        std::future::pending().await
    }

    fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        self.inner.scan(after, up_to, visit)
    }

    fn check(&self) -> Result<Say, LogError> {
        self.inner.check()
    }
}

fn is_unknown(answer: &Result<Recorded, SubmitError>) -> bool {
    matches!(answer, Err(SubmitError::Unavailable { outcome_unknown: true, .. }))
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_longer_than_their_patience_for_a_log_that_is_silent() {
    let directory = tempfile::tempdir().unwrap();
    let (log, submissions) = SilentLog::open(directory.path());
    submissions.submit(county(1, "510811")).await.unwrap();

    log.is_silent.store(true, Ordering::SeqCst);
    let give = |key: u128, code: &'static str| {
        let submissions = submissions.clone();
        tokio::spawn(async move {
            let begun = Instant::now();
            let answer = submissions.submit(county(key, code)).await;
            (begun.elapsed(), answer)
        })
    };
    let first = give(2, "510812");
    tokio::time::sleep(Duration::from_secs(1)).await;
    let queued = [give(3, "510821"), give(4, "510822")];
    let (waited, answer) = first.await.unwrap();
    assert!(is_unknown(&answer) && waited <= APPEND_BUDGET + Duration::from_secs(2), "{waited:?} {answer:?}");
    for one in queued {
        let (waited, answer) = one.await.unwrap();
        assert!(answer.is_err() && waited <= CALLER_PATIENCE, "{waited:?} {answer:?}");
    }

    log.is_silent.store(false, Ordering::SeqCst);
    // What was answered unknown was not recorded by this log: the repeat records it.
    let again = submissions.submit(county(2, "510812")).await.unwrap();
    assert_eq!((again.position, again.replayed), (RULE_BOOK + 2, false));
}

#[tokio::test(start_paused = true)]
async fn a_command_whose_append_arrived_without_an_answer_is_answered_as_the_first() {
    let directory = tempfile::tempdir().unwrap();
    let (log, submissions) = SilentLog::open(directory.path());
    log.loses_answer.store(true, Ordering::SeqCst);
    let first = submissions.submit(county(1, "510811")).await.unwrap();
    assert_eq!((first.position, first.replayed), (RULE_BOOK + 1, false), "nobody was told of it before");
    let again = submissions.submit(county(1, "510811")).await.unwrap();
    assert_eq!(again, Recorded { replayed: true, ..first });
}
