//! The access log at work: who read, exported or signed in is noted on the way out of each answer, written in groups
//! by a thread of its own, and chained. What cannot be noted is not answered.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use domain::account::Role;
use domain::date::Timestamp;
use domain::place::PlaceCode;
use event_log::{AccessHead, AccessStore, LogError, NewAccess};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::outcome::new_ulid;

/// How long entries are kept where nothing else is said: ten years.
pub const KEPT_DAYS: u32 = 3_653;
/// How long the law wants them kept at least: six months.
pub const MIN_KEPT_DAYS: u32 = 184;
/// The most entries that wait to be written; beyond it reading is refused.
const MAX_QUEUED_ENTRIES: usize = 8_192;
/// The most entries of one write.
const MAX_GROUP_ENTRIES: usize = 1_024;
/// How long an entry waits for others at most.
const WRITE_WITHIN: Duration = Duration::from_secs(1);
/// The longest part of a request's path and query that is noted.
pub(crate) const MAX_PATH_CHARACTERS: usize = 512;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Read a view, a page or a list.
    Read,
    /// Took events, as who verifies or subscribes does.
    Export,
    /// Opened a stream of events.
    Follow,
    /// Gave a command that was refused; one that is recorded stands in the log itself.
    Command,
    /// Used a sign-in link.
    SignIn,
    /// Read this log.
    AccessLog,
    /// The service started or stopped.
    Service,
}

/// An entry: who did what, when, and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessNote {
    /// When it was answered.
    pub time: Timestamp,
    /// The account's id; `session:…` or `token:…` with the beginning of a hash; `-` for nobody.
    pub who: String,
    /// The account's role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The account's scope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<PlaceCode>,
    /// What.
    pub act: Act,
    /// The path and query asked for, or what the service did.
    pub path: String,
    /// The HTTP status; 0 for the service itself.
    pub status: u16,
}

/// A job of the writer.
enum Job {
    Note(NewAccess),
    Flush(oneshot::Sender<Result<AccessHead, LogError>>),
}

/// The access log of this instance.
pub struct AccessLog {
    jobs: SyncSender<Job>,
    store: Arc<AccessStore>,
    is_writable: Arc<AtomicBool>,
}

/// The log of accesses takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "访问日志无法写入，暂不提供读取：请检查磁盘 / the access log cannot be written, so nothing is read: check the disk"
)]
pub struct NotNoted;

impl AccessLog {
    /// Opens the access log of a directory, forgets what was kept for long enough, and starts its writer.
    pub fn open(directory: &Path, now: Timestamp, kept_days: u32) -> Result<Self, LogError> {
        let store = Arc::new(AccessStore::open(directory, &new_ulid(now).to_string())?);
        let kept = i64::from(kept_days.max(MIN_KEPT_DAYS)) * 24 * 3_600 * 1_000;
        store.forget_before(now.milliseconds() - kept)?;
        let writer = store.clone();
        Ok(Self::start(store, move |entries| writer.append(entries)))
    }

    /// Starts the writer, which appends by the given function.
    fn start(
        store: Arc<AccessStore>,
        append: impl FnMut(&[NewAccess]) -> Result<AccessHead, LogError> + Send + 'static,
    ) -> Self {
        let (jobs, received) = sync_channel(MAX_QUEUED_ENTRIES);
        let is_writable = Arc::new(AtomicBool::new(true));
        let last = store.clone();
        let writer = Writer { append, last, is_writable: is_writable.clone(), group: Vec::new() };
        std::thread::spawn(move || writer.run(&received));
        Self { jobs, store, is_writable }
    }

    /// The store, for reading.
    pub fn store(&self) -> &Arc<AccessStore> {
        &self.store
    }

    /// Whether what happens now can be noted.
    pub fn is_writable(&self) -> bool {
        self.is_writable.load(Ordering::Acquire)
    }

    /// Notes an access; it is on disk within a second.
    pub fn note(&self, mut note: AccessNote) -> Result<(), NotNoted> {
        if let Some((end, _)) = note.path.char_indices().nth(MAX_PATH_CHARACTERS) {
            note.path.truncate(end);
        }
        let body = serde_json::to_vec(&note).map_err(|_| NotNoted)?;
        let time_milliseconds = note.time.milliseconds();
        let sent = self.jobs.try_send(Job::Note(NewAccess { time_milliseconds, body }));
        match sent {
            Ok(()) if self.is_writable() => Ok(()),
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(NotNoted),
        }
    }

    /// Waits until everything noted so far is on disk.
    pub async fn flush(&self) -> Result<AccessHead, LogError> {
        let gone = || LogError::Busy { store: event_log::ACCESS_FILE.to_owned() };
        let (reply, answer) = oneshot::channel();
        self.jobs.try_send(Job::Flush(reply)).map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }
}

/// Writes what is noted, in groups.
struct Writer<A> {
    append: A,
    last: Arc<AccessStore>,
    is_writable: Arc<AtomicBool>,
    /// What is not on disk yet; kept while it cannot be written.
    group: Vec<NewAccess>,
}

impl<A: FnMut(&[NewAccess]) -> Result<AccessHead, LogError>> Writer<A> {
    /// Works until the last sender is gone.
    fn run(mut self, jobs: &Receiver<Job>) {
        let mut begun: Option<Instant> = None;
        loop {
            let wait = begun
                .map_or(Duration::from_secs(3_600), |begun| WRITE_WITHIN.saturating_sub(begun.elapsed()));
            match jobs.recv_timeout(wait) {
                Ok(Job::Note(note)) => {
                    self.group.push(note);
                    begun.get_or_insert_with(Instant::now);
                    if self.group.len() < MAX_GROUP_ENTRIES {
                        continue;
                    }
                    // What went wrong is said where it happened, and tried again.
                    drop(self.write());
                }
                Ok(Job::Flush(reply)) => {
                    let written = self.write();
                    // Whoever asked may be gone.
                    let _ = reply.send(written.and_then(|()| self.last.head()));
                }
                Err(RecvTimeoutError::Timeout) => drop(self.write()),
                Err(RecvTimeoutError::Disconnected) => {
                    drop(self.write());
                    return;
                }
            }
            begun = (!self.group.is_empty()).then(Instant::now);
            if !self.is_writable.load(Ordering::Acquire) {
                // No faster than once a second, while the queue holds what comes.
                std::thread::sleep(WRITE_WITHIN);
            }
        }
    }

    fn write(&mut self) -> Result<(), LogError> {
        if self.group.is_empty() {
            return Ok(());
        }
        let written = (self.append)(&self.group);
        self.is_writable.store(written.is_ok(), Ordering::Release);
        match written {
            Ok(_) => {
                self.group.clear();
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "the access log cannot be written: reading is refused");
                Err(error)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(path: &str) -> AccessNote {
        AccessNote {
            time: Timestamp::from_milliseconds(1_700_000_000_000),
            who: "-".into(),
            role: None,
            scope: None,
            act: Act::Read,
            path: path.into(),
            status: 200,
        }
    }

    #[tokio::test]
    async fn what_is_noted_is_on_disk_after_a_flush_in_order() {
        let directory = tempfile::tempdir().unwrap();
        let log = AccessLog::open(directory.path(), Timestamp::default(), KEPT_DAYS).unwrap();
        log.note(note("/a")).unwrap();
        log.note(note(&"村".repeat(600))).unwrap();
        assert_eq!(log.flush().await.unwrap().number, 2);
        let entries = log.store().read(0, 10).unwrap();
        let read: Vec<AccessNote> =
            entries.iter().map(|entry| serde_json::from_slice(&entry.body).unwrap()).collect();
        assert_eq!((read[0].path.as_str(), read[1].path.chars().count()), ("/a", MAX_PATH_CHARACTERS));
    }

    #[tokio::test]
    async fn what_was_kept_for_long_enough_is_gone_at_the_next_start() {
        let directory = tempfile::tempdir().unwrap();
        let at = |days: i64| Timestamp::from_milliseconds(1_700_000_000_000 + days * 86_400_000);
        let log = AccessLog::open(directory.path(), at(0), KEPT_DAYS).unwrap();
        log.note(note("/a")).unwrap();
        log.flush().await.unwrap();
        let count = |days, kept| {
            let log = AccessLog::open(directory.path(), at(days), kept).unwrap();
            log.store().read(0, 10).unwrap().len()
        };
        // Never less than the law wants.
        assert_eq!((count(183, 1), count(185, KEPT_DAYS), count(185, 1)), (1, 1, 0));
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_refused_until_it_can() {
        let directory = tempfile::tempdir().unwrap();
        let store = Arc::new(AccessStore::open(directory.path(), "I").unwrap());
        let is_full = Arc::new(AtomicBool::new(true));
        let (writer, full) = (store.clone(), is_full.clone());
        let log = AccessLog::start(store, move |entries| match full.load(Ordering::Acquire) {
            true => Err(LogError::Full { store: "access.db".into() }),
            false => writer.append(entries),
        });
        log.note(note("/a")).unwrap();
        assert!(log.flush().await.is_err());
        assert_eq!(log.note(note("/b")), Err(NotNoted));
        is_full.store(false, Ordering::Release);
        // What was noted meanwhile is not lost.
        assert_eq!(log.flush().await.unwrap().number, 2);
        assert!(log.is_writable());
    }
}
