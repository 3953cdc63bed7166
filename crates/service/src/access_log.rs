//! The access log at work: who read, exported or signed in is noted on the way out of each answer, written in groups
//! by a thread of its own, and chained. What cannot be noted is not answered.

use domain::errors;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::account::Role;
use domain::date::Timestamp;
use domain::place::PlaceCode;
use event_log::{AccessHead, AccessStore, LogError, NewAccess};
use schemars::JsonSchema;
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
/// For how long refusals of strangers are counted before an entry is made of them.
const REFUSALS_WITHIN: Duration = Duration::from_secs(60);
/// The most addresses of strangers that are told apart meanwhile.
const MAX_ADDRESSES: usize = 1_024;
/// The longest part of a request's path and query that is noted.
pub const MAX_PATH_CHARACTERS: usize = 512;

/// 访问的种类 / what somebody did
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// 读取视图、页面或清单 / read a view, a page or a list
    Read,
    /// 取走事件，用于查证或订阅 / took events, as who verifies or subscribes does
    Export,
    /// 打开事件流 / opened a stream of events
    Follow,
    /// 提交指令被拒绝；已记录的指令在日志中 / gave a command that was refused; one that is recorded stands in the log itself
    Command,
    /// 试算指令，或查看表单、预览、表格试算 / tried commands, or was shown a form, its preview or a sheet's trial: what is shown is read
    Trial,
    /// 使用登录链接 / used a sign-in link
    SignIn,
    /// 查阅访问日志 / read this log
    AccessLog,
    /// 未表明身份或过于频繁而被拒绝，约一分钟合并一次 / was refused before it was known who asked, or for asking too often; so many times in about a minute
    Refused,
    /// 服务启动或停止 / the service started or stopped
    Service,
}

/// 一条访问记录 / an entry: who did what, when, and how it was answered
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccessNote {
    /// 答复的时间 / when it was answered
    pub time: Timestamp,
    /// 帐号的编号；`session:` 或 `token:` 加哈希的开头；没有出示身份的为 `-` / the account's id; `session:…` or `token:…` with the beginning of a hash; `-` for nobody
    pub who: String,
    /// 帐号的角色 / the role of the account
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// 帐号的管辖范围：行政区划代码 / the scope of the account: a division code
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<PlaceCode>,
    /// 访问的种类 / which kind of access it was
    pub act: Act,
    /// 所访问的路径和查询，或服务自身的动作 / the path and query asked for, or what the service did
    pub path: String,
    /// 答复的 HTTP 状态码；服务自身的为 0 / the HTTP status of the answer; 0 for the service itself
    pub status: u16,
    /// 来源地址；合并的多次拒绝取次数最多者 / the address that it came from; of several refusals, the one that most came from
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 所代表的拒绝次数，或试算的指令条数 / how many refusals the entry stands for, or how many commands were tried
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
}

/// Refusals that are counted until they are noted together: anybody can cause any number of them.
struct Refusals {
    begun: Instant,
    /// The first of them, with the time of the last.
    note: AccessNote,
    addresses: BTreeMap<String, u64>,
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
    refusals: Arc<Mutex<Option<Refusals>>>,
    kept_days: u32,
}

errors! {
    /// The log of accesses takes no more.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct NotNoted {}
    zh("访问日志无法写入，暂不提供读取：请检查磁盘")
    en("the access log cannot be written, so nothing is read: check the disk")
}

impl AccessLog {
    /// Opens the access log of a directory, forgets what was kept for long enough, and starts its writer.
    pub fn open(directory: &Path, now: Timestamp, kept_days: u32) -> Result<Self, LogError> {
        let store = Arc::new(AccessStore::open(directory, &new_ulid(now).to_string())?);
        let kept_days = kept_days.max(MIN_KEPT_DAYS);
        store.forget_before(now.milliseconds() - i64::from(kept_days) * 24 * 3_600 * 1_000)?;
        let writer = store.clone();
        let mut log = Self::start(store, move |entries| writer.append(entries));
        log.kept_days = kept_days;
        Ok(log)
    }

    /// Starts the writer, which appends by the given function.
    fn start(
        store: Arc<AccessStore>,
        append: impl FnMut(&[NewAccess]) -> Result<AccessHead, LogError> + Send + 'static,
    ) -> Self {
        let (jobs, received) = sync_channel(MAX_QUEUED_ENTRIES);
        let is_writable = Arc::new(AtomicBool::new(true));
        let (last, refusals) = (store.clone(), Arc::<Mutex<Option<Refusals>>>::default());
        let writer = Writer {
            append,
            last,
            is_writable: is_writable.clone(),
            group: Vec::new(),
            refusals: refusals.clone(),
        };
        std::thread::spawn(move || writer.run(&received));
        Self { jobs, store, is_writable, refusals, kept_days: KEPT_DAYS }
    }

    /// The store, for reading.
    pub fn store(&self) -> &Arc<AccessStore> {
        &self.store
    }

    /// For how many days an entry is kept.
    pub fn kept_days(&self) -> u32 {
        self.kept_days
    }

    /// Whether what happens now can be noted.
    pub fn is_writable(&self) -> bool {
        self.is_writable.load(Ordering::Acquire)
    }

    /// Notes an access; it is on disk within a second.
    pub fn note(&self, note: AccessNote) -> Result<(), NotNoted> {
        let sent = self.jobs.try_send(Job::Note(entry(note).ok_or(NotNoted {})?));
        match sent {
            Ok(()) if self.is_writable() => Ok(()),
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(NotNoted {}),
        }
    }

    /// Counts a refusal of somebody unknown. All of about a minute come to one entry.
    pub fn count_refusal(&self, time: Timestamp, path: String, status: u16, address: Option<String>) {
        let mut held = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let refusals = held.get_or_insert_with(|| Refusals {
            begun: Instant::now(),
            note: AccessNote {
                time,
                who: "-".to_owned(),
                role: None,
                scope: None,
                act: Act::Refused,
                path,
                status,
                address: None,
                count: Some(0),
            },
            addresses: BTreeMap::new(),
        });
        refusals.note.time = time;
        refusals.note.count = refusals.note.count.map(|count| count + 1);
        if let Some(address) = address
            && (refusals.addresses.len() < MAX_ADDRESSES || refusals.addresses.contains_key(&address))
        {
            *refusals.addresses.entry(address).or_default() += 1;
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
    refusals: Arc<Mutex<Option<Refusals>>>,
}

/// An entry as it is stored.
fn entry(mut note: AccessNote) -> Option<NewAccess> {
    if let Some((end, _)) = note.path.char_indices().nth(MAX_PATH_CHARACTERS) {
        note.path.truncate(end);
    }
    let time_milliseconds = note.time.milliseconds();
    serde_json::to_vec(&note).ok().map(|body| NewAccess { time_milliseconds, body })
}

impl<A: FnMut(&[NewAccess]) -> Result<AccessHead, LogError>> Writer<A> {
    /// Works until the last sender is gone.
    fn run(mut self, jobs: &Receiver<Job>) {
        let mut begun: Option<Instant> = None;
        loop {
            let wait = begun.map_or(REFUSALS_WITHIN, |begun| WRITE_WITHIN.saturating_sub(begun.elapsed()));
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
                    self.take_refusals(Duration::ZERO);
                    let written = self.write();
                    // Whoever asked may be gone.
                    let _ = reply.send(written.and_then(|()| self.last.head()));
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.take_refusals(REFUSALS_WITHIN);
                    drop(self.write());
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.take_refusals(Duration::ZERO);
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

    /// Makes an entry of the refusals that have been counted for so long.
    fn take_refusals(&mut self, counted_for: Duration) {
        let mut held = self.refusals.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Refusals { mut note, addresses, .. }) =
            held.take_if(|refusals| refusals.begun.elapsed() >= counted_for)
        else {
            return;
        };
        drop(held);
        note.address = addresses.into_iter().max_by_key(|(_, count)| *count).map(|(address, _)| address);
        self.group.extend(entry(note));
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
            address: Some("192.0.2.7".into()),
            count: None,
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
    async fn any_number_of_strangers_come_to_one_entry() {
        let directory = tempfile::tempdir().unwrap();
        let log = AccessLog::open(directory.path(), Timestamp::default(), KEPT_DAYS).unwrap();
        for number in 0..5_000 {
            let address = format!("192.0.2.{}", if number % 3 == 0 { number % 200 } else { 7 });
            log.count_refusal(Timestamp::default(), "/a".into(), 401, Some(address));
        }
        assert_eq!(log.flush().await.unwrap().number, 1);
        let entries = log.store().read(0, 10).unwrap();
        let read: AccessNote = serde_json::from_slice(&entries[0].body).unwrap();
        assert_eq!(
            (read.act, read.count, read.address.as_deref()),
            (Act::Refused, Some(5_000), Some("192.0.2.7"))
        );
        assert_eq!(log.flush().await.unwrap().number, 1);
    }

    #[test]
    fn an_entry_of_before_there_were_addresses_reads() {
        let body = r#"{"time":"2023-11-14T22:13:20.000Z","who":"-","act":"read","path":"/a","status":200}"#;
        let read: AccessNote = serde_json::from_str(body).unwrap();
        assert_eq!((read.address.as_deref(), read.count), (None, None));
        assert_eq!(serde_json::to_string(&read).unwrap(), body);
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
        assert_eq!(log.note(note("/b")), Err(NotNoted {}));
        is_full.store(false, Ordering::Release);
        // What was noted meanwhile is not lost.
        assert_eq!(log.flush().await.unwrap().number, 2);
        assert!(log.is_writable());
    }
}
