//! What a log promises, whichever backend keeps it, and what can go wrong with one.

use std::fmt::Display;
use std::ops::ControlFlow;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use domain::errors;
use domain::say::Say;

/// Position of an event in its city's log: 1, 2, 3, … without gaps; 0 is "before the first".
pub type Position = u64;

/// The most events one append may carry: the limit of an atomic batch of JetStream.
pub const MAX_APPEND_EVENTS: usize = 1_000;
/// The longest body of an event: entry bundles of the audit tree carry 16-bit lengths.
pub const MAX_EVENT_BYTES: usize = 60_000;
/// The most events one read returns, whatever was asked.
pub const MAX_READ_EVENTS: usize = 5_000;
/// A read stops after the event with which its bodies reach this size.
pub const MAX_READ_BYTES: usize = 8 << 20;

/// An event on its way into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The NATS subject; the embedded log has no use for it.
    pub subject: String,
    /// The exact bytes to store, at most [`MAX_EVENT_BYTES`].
    pub body: Vec<u8>,
}

/// An event as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Where it stands.
    pub position: Position,
    /// Exactly the bytes that were appended.
    pub body: Vec<u8>,
}

/// An event lent by a scan for as long as one visit lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredEventRef<'scan> {
    /// Where it stands.
    pub position: Position,
    /// Exactly the bytes that were appended.
    pub body: &'scan [u8],
}

/// The log of one city. Any number of processes may hold it open; the condition of `append` keeps them in one order.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// The city whose log this is.
    fn city(&self) -> &str;

    /// Appends all events or none, provided that the last position is `expected_last`.
    ///
    /// On `Ok` they are on disk and stand at `expected_last + 1` and onward, with nothing between them. Dropping the future
    /// does not take the append back: whoever does so must read to learn what happened.
    async fn append(&self, expected_last: Position, events: Vec<NewEvent>) -> Result<(), AppendError>;

    /// The events after a position, in order: at most `limit`, [`MAX_READ_EVENTS`] and about [`MAX_READ_BYTES`].
    /// Empty only when `limit` is 0 or nothing stands after it.
    async fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError>;

    /// Whether the log takes appends, where that can be tried without one.
    async fn probe(&self) -> Result<(), LogError> {
        Ok(())
    }

    /// The position of the last event, 0 for an empty log.
    async fn last_position(&self) -> Result<Position, LogError>;

    /// Returns the last position as soon as it is past `after`, also when another process appended.
    async fn wait_past(&self, after: Position) -> Result<Position, LogError>;

    /// Shows `visit` every event after `after` up to `up_to`, in order and without copying, until it breaks.
    /// Returns the last position shown (`after` if none was).
    ///
    /// It blocks for as long as the log is long: call it from a thread that may block.
    fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError>;

    /// Since when nobody has answered for the log; nothing while somebody does. A log on this machine always answers.
    fn unreachable_since(&self) -> Option<SystemTime> {
        None
    }

    /// Why nothing may be appended though the log answers: a setting was changed, or events vanished. A log on this machine
    /// says so when it is asked to append.
    fn fault(&self) -> Option<LogError> {
        None
    }

    /// For how long a log of several servers may look shorter than it is: after they chose a new leader, or while one that
    /// is cut off believes that it still leads. Only what looks so for longer has lost events. A log on this machine never
    /// does.
    fn leader_grace(&self) -> Duration {
        Duration::ZERO
    }

    /// Reads the whole log for damage and gaps, and looks that what guards it is in place; says what was found.
    /// It blocks for as long as that takes.
    fn check(&self) -> Result<Say, LogError>;
}

errors! {
    /// Why an append did not happen, or may not have.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum AppendError {
        /// Someone else appended first. A `last` before `expected` means that the log lost events which the caller has seen.
        #[zh("日志已到第 {last} 条,而本次追加以第 {expected} 条为末尾:请读取新事件后重新判定")]
        #[en("the log ends at {last}, the append expected {expected}: catch up and decide again")]
        Conflict {
            /// Where the caller believed the log to end.
            expected: Position,
            /// Where it ends.
            last: Position,
        },
        /// An append of nothing has no position to answer with.
        #[zh("没有要追加的事件")]
        #[en("an append needs at least one event")]
        Empty,
        /// More events than one append may carry.
        #[zh("一次追加 {events} 个事件,上限为 {limit}:请分批")]
        #[en("{events} events in one append, the limit is {limit}: split them")]
        TooMany {
            /// How many there were.
            events: usize,
            /// [`MAX_APPEND_EVENTS`].
            limit: usize,
        },
        /// One event is too long.
        #[zh("第 {index} 个事件有 {bytes} 字节,上限为 {limit}:请缩短内容")]
        #[en("event {index} of the append has {bytes} bytes, the limit is {limit}: shorten it")]
        TooLarge {
            /// Which event of the append, counted from 0.
            index: usize,
            /// The length of its body.
            bytes: usize,
            /// [`MAX_EVENT_BYTES`].
            limit: usize,
        },
        /// The log could not take it; nothing was recorded.
        #[zh("没有记录任何内容:{}", cause.say().zh)]
        #[en("nothing was recorded: {}", cause.say().en)]
        Unavailable {
            /// What is wrong with the log.
            cause: LogError,
        },
        /// The log failed while it was committing: the events stand in it whole or not at all, and only reading will tell.
        #[zh("是否已记录尚不确定,请用同一幂等键重试:{}", cause.say().zh)]
        #[en("it is unknown whether this was recorded, repeat it with the same key: {}", cause.say().en)]
        OutcomeUnknown {
            /// What went wrong.
            cause: LogError,
        },
    }
}

errors! {
    /// What is wrong with a store. `store` names it: a file, or the address of a stream.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum LogError {
        /// There is nothing to open.
        #[zh("{store} 不存在:请检查 --data,或先用 serve、import 建立")]
        #[en("{store} does not exist: check --data, or create it with serve or import")]
        NotFound {
            /// Which store.
            store: String,
        },
        /// Whoever asks may not make it.
        #[zh("{store} 尚未建立,本密钥无权建立:请管理员以其密钥运行 lianjian nats create")]
        #[en("{store} has not been made, and this key may not make it: let the administrator run `lianjian nats create` with the administrator's key")]
        NotMade {
            /// Servers and stream.
            store: String,
        },
        /// It exists and could not be reached.
        #[zh("无法访问 {store}:{}。请检查权限和磁盘", detail.zh)]
        #[en("{store} cannot be reached ({}): check its permissions and the disk", detail.en)]
        Unreachable {
            /// Which store.
            store: String,
            /// The reason given by the system.
            detail: Say,
        },
        /// Its server does not answer, or not as one that keeps the log.
        #[zh("{store} 没有正常应答:{}。请检查 NATS 服务器与网络", detail.zh)]
        #[en("{store} does not answer as it should ({}): check the NATS servers and the network", detail.en)]
        NotAnswering {
            /// Servers and stream.
            store: String,
            /// The reason given.
            detail: Say,
        },
        /// Under its settings acknowledged events may be lost.
        #[zh("{store} 不能用来保存日志:{}", settings.zh)]
        #[en("{store} is not fit to keep the log: {}", settings.en)]
        Unsafe {
            /// Servers and stream.
            store: String,
            /// Each setting and what to do.
            settings: Say,
        },
        /// The file of credentials cannot be used.
        #[zh("凭据文件 {file} 无法使用:{}", detail.zh)]
        #[en("the credentials file {file} cannot be used: {}", detail.en)]
        Credentials {
            /// Which file.
            file: String,
            /// What is wrong.
            detail: Say,
        },
        /// Another process kept it locked for longer than we wait.
        #[zh("{store} 正被另一进程占用:请稍后重试")]
        #[en("{store} is locked by another process: try again")]
        Busy {
            /// Which store.
            store: String,
        },
        /// What is there is something else, or a piece of it.
        #[zh("{store} 不是联建的数据文件({}),未作任何改动:请从备份恢复", detail.zh)]
        #[en("{store} is not a file of lianjian ({}), nothing was changed: restore it from a backup", detail.en)]
        Foreign {
            /// Which store.
            store: String,
            /// What was found.
            detail: Say,
        },
        /// The names and tokens of a log that has events are gone.
        #[zh("{store} 缺失,而日志已有记录:姓名与令牌均在其中,请从备份恢复")]
        #[en("{store} is missing while the log has events: names and tokens stand in it; restore it from a backup")]
        NamesMissing {
            /// Which store.
            store: String,
        },
        /// It is damaged.
        #[zh("{store} 已损坏({}):请停止服务并从备份恢复", detail.zh)]
        #[en("{store} is damaged ({}): stop the service and restore it from a backup", detail.en)]
        Corrupt {
            /// Which store.
            store: String,
            /// The first bad position, where one is known.
            position: Option<Position>,
            /// What is wrong.
            detail: Say,
        },
        /// A scan is longer than any that is stored.
        #[zh("扫描件有 {bytes} 字节,上限为 {limit} 字节:请压缩或降低分辨率后再上传")]
        #[en("the scan has {bytes} bytes, the limit is {limit}: make it smaller, or scan it with fewer dots")]
        ScanTooLong {
            /// Which store.
            store: String,
            /// How long it is.
            bytes: usize,
            /// [`crate::MAX_SCAN_BYTES`].
            limit: usize,
        },
        /// The disk is full.
        #[zh("{store} 所在磁盘已满:请腾出空间后重试")]
        #[en("the disk of {store} is full: free some space and repeat")]
        Full {
            /// Which store.
            store: String,
        },
        /// A backup was not put into it to the end, or did not verify.
        #[zh("{directory} 的恢复没有完成：请重新运行 restore")]
        #[en("the restore into {directory} was not finished: run `restore` again")]
        HalfRestored {
            /// Which data directory.
            directory: String,
        },
        /// It may be read, not written.
        #[zh("{store} 只读:请检查文件和目录的权限")]
        #[en("{store} is read-only: check the permissions of the file and its directory")]
        ReadOnly {
            /// Which store.
            store: String,
        },
        /// It is the log of another city.
        #[zh("{store} 属于城市 {found},不是 {expected}:请检查 --city 和 --data")]
        #[en("{store} belongs to city {found}, not {expected}: check --city and --data")]
        WrongCity {
            /// Which store.
            store: String,
            /// The city it belongs to.
            found: String,
            /// The city that was asked for.
            expected: String,
        },
        /// A later version of the program wrote it.
        #[zh("{store} 的格式为 {found},本程序只认识到 {supported}:请升级程序")]
        #[en("{store} has format {found}, this program knows up to {supported}: upgrade it")]
        NewerFormat {
            /// Which store.
            store: String,
            /// Its format.
            found: i64,
            /// The newest this program reads.
            supported: i64,
        },
    }
}

impl LogError {
    /// Nobody answers for a store, or the answer is none that we know.
    pub(crate) fn not_answering(store: &str, detail: impl Display) -> Self {
        Self::NotAnswering { store: store.to_owned(), detail: Say::same(detail) }
    }

    /// Whether looking at the store found it damaged, rather than something kept us from looking.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Corrupt { .. } | Self::Foreign { .. } | Self::HalfRestored { .. })
    }
}

/// Refuses what no backend takes, before any of it is stored.
pub(crate) fn check_append(events: &[NewEvent]) -> Result<(), AppendError> {
    if events.is_empty() {
        return Err(AppendError::Empty);
    }
    if events.len() > MAX_APPEND_EVENTS {
        return Err(AppendError::TooMany { events: events.len(), limit: MAX_APPEND_EVENTS });
    }
    match events.iter().position(|event| event.body.len() > MAX_EVENT_BYTES) {
        Some(index) => {
            Err(AppendError::TooLarge { index, bytes: events[index].body.len(), limit: MAX_EVENT_BYTES })
        }
        None => Ok(()),
    }
}
