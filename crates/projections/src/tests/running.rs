//! The runner: catches up, follows, parks before what does not read, and goes on where it stopped.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use event_log::{EmbeddedLog, EventLog, NewEvent};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::life::{Life, code};
use crate::{Opened, Runner, Store, Trouble, Views, rebuild};

/// Longer than any step takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// The whole life, with what is no event at a position.
pub(super) async fn poisoned(directory: &Path, position: usize) -> EmbeddedLog {
    let mut stored = Life::whole().bytes_from(1);
    stored[position - 1] = NewEvent { subject: String::new(), body: b"{}".to_vec() };
    let log = EmbeddedLog::open(directory, "5108").unwrap();
    log.append(0, stored).await.unwrap();
    log
}

struct Running {
    views: tokio::sync::watch::Receiver<Arc<Views>>,
    trouble: tokio::sync::watch::Receiver<Option<Trouble>>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Follows the log from what the directory has, with the state of `known` events.
    fn start(log: Arc<EmbeddedLog>, directory: &Path, known: &Life) -> Self {
        let opened = Store::open(directory, &code("5108"), log.as_ref()).unwrap();
        let (store, views) = match opened {
            Opened::Ready { store, views } => (store, *views),
            Opened::Rebuild(_) => {
                let rebuilt = rebuild(directory, &code("5108"), log.as_ref(), 0, &mut |_| {}).unwrap();
                (rebuilt.store, rebuilt.views)
            }
        };
        let runner = Runner::new(log, store, views, known.state());
        let (stop, stopped) = oneshot::channel();
        let (views, trouble) = (runner.views(), runner.trouble());
        let task = tokio::spawn(runner.run(async {
            let _ = stopped.await;
        }));
        Self { views, trouble, stop, task }
    }

    async fn reaches(&mut self, position: u64) -> Arc<Views> {
        let reached =
            tokio::time::timeout(PATIENCE, self.views.wait_for(|views| views.position() >= position)).await;
        Arc::clone(&reached.unwrap().unwrap())
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_catches_up_follows_and_goes_on_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let rows = directory.path().join("views");
    let (early, whole) = (Life::until("2019-05-20"), Life::whole());
    let log = Arc::new(early.log(directory.path()).await);
    let mut running = Running::start(Arc::clone(&log), &rows, &Life::default());
    assert_eq!(*running.reaches(early.events.len() as u64).await, early.views());
    for (index, event) in whole.bytes_from(1).into_iter().enumerate().skip(early.events.len()).take(3) {
        log.append(index as u64, vec![event]).await.unwrap();
        running.reaches(index as u64 + 1).await;
    }
    running.stop().await;
    // While nobody follows, the log goes on; the state of the next start is ahead of the rows on disk.
    let known = early.events.len() as u64 + 3;
    log.append(known, whole.bytes_from(known + 1)).await.unwrap();
    let mut running = Running::start(Arc::clone(&log), &rows, &whole);
    assert_eq!(*running.reaches(whole.events.len() as u64).await, whole.views());
    assert_eq!(*running.trouble.borrow(), None);
    running.stop().await;
    let Opened::Ready { store, .. } = Store::open(&rows, &code("5108"), log.as_ref()).unwrap() else {
        panic!("the rows were lost")
    };
    assert_eq!(store.first_difference(&whole.views()).unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_parks_before_an_event_that_does_not_read() {
    let directory = tempfile::tempdir().unwrap();
    let log = Arc::new(poisoned(directory.path(), 10).await);
    let mut running = Running::start(log, &directory.path().join("views"), &Life::default());
    let trouble = running.trouble.wait_for(Option::is_some).await.unwrap().clone();
    assert!(matches!(trouble, Some(Trouble::Parked(unreadable)) if unreadable.position == 10));
    assert_eq!(running.views.borrow().position(), 9);
    running.stop().await;
}
