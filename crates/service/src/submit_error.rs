//! Why a command was not recorded, as the one who gave it is told.

use domain::bilingual;
use domain::policy::{Citation, Severity};
use domain::{CityState, Command, Policy, Rejection, policy_for};

use crate::condition::Raised;
use crate::request::PrepareError;
use crate::shape_error::ShapeError;

/// Why a command was not recorded, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// No such command.
    #[error("没有指令 {} / there is no command {}", bilingual::value(.name), bilingual::value(.name))]
    UnknownCommand {
        /// What was asked.
        name: String,
    },
    /// It does not fit its schema.
    #[error("指令不合格式 / the command does not fit its schema: {errors:?}")]
    Shape {
        /// Each value that does not.
        errors: Vec<ShapeError>,
    },
    /// The idempotency key stands in the log with another body.
    #[error("编号 {} 已用于另一内容的指令 / the key {} was used with another body", bilingual::value(.id), bilingual::value(.id))]
    KeyReused {
        /// The key.
        id: String,
    },
    /// The same key is being worked on.
    #[error("编号 {} 的指令正在处理 / the key {} is being worked on", bilingual::value(.id), bilingual::value(.id))]
    InFlight {
        /// The key.
        id: String,
    },
    /// The rules refuse it.
    #[error("{rejection}")]
    Rejected {
        /// By which rule, and why.
        rejection: Box<Rejection>,
        /// Where the rule comes from.
        citation: Box<Citation>,
        /// Whether an override would do.
        overridable: bool,
    },
    /// The entity changed since the caller looked.
    #[error(
        "对象最近事件位置为 {found:?}，而非 {expected} / the entity stands at {found:?}, not at {expected}"
    )]
    Precondition {
        /// `If-Match`.
        expected: u64,
        /// Position of its last event.
        found: Option<u64>,
    },
    /// An event of it would exceed the log's limit.
    #[error("事件 {bytes} 字节，超过上限 {limit} / an event of {bytes} bytes, over the limit of {limit}")]
    TooLarge {
        /// How long the event would be.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// More commands, or more events of theirs, than one append takes.
    #[error(
        "一并记录的内容过多，每次最多 {commands} 条指令、{events} 条事件 / too much to be recorded together: at most {commands} commands and {events} events"
    )]
    TooMuchTogether {
        /// The most commands.
        commands: usize,
        /// The most events of all of them.
        events: usize,
    },
    /// The queue is full.
    #[error("指令队列已满，请稍后重试 / the queue is full: try again")]
    Busy {
        /// When to try again.
        retry_after_seconds: u32,
    },
    /// The clock is behind the log, or behind the witnesses'.
    #[error(
        "本机时钟比日志最后一条或见证人的慢 {behind_seconds} 秒：请先校时；时钟若无误，运行 lianjian clock accept / the clock is {behind_seconds} s behind the log's last event or the witnesses' clocks: set it first, or where it is right confirm it with `lianjian clock accept`"
    )]
    ClockBehind {
        /// By how much.
        behind_seconds: i64,
    },
    /// The clock is ahead of a witness's.
    #[error(
        "本机时钟比见证人的快 {ahead_seconds} 秒，请先校时 / the clock is {ahead_seconds} s ahead of the witness's: set it first"
    )]
    ClockAhead {
        /// By how much.
        ahead_seconds: i64,
    },
    /// Something is wrong under which nothing may be recorded.
    #[error("{} / {}", bilingual::value(raised.chinese()), bilingual::value(raised.english()))]
    Stopped {
        /// What.
        raised: Box<Raised>,
    },
    /// The clock is so far ahead of the log's last event that somebody must say that it is right.
    #[error(
        "本机时钟比日志最后一条晚 {days} 天：请核对时间，有误则校时，无误则运行 lianjian clock accept / the clock is {days} days after the log's last event: set it, or where it is right confirm it with `lianjian clock accept`"
    )]
    ClockLeapt {
        /// By how much.
        days: i64,
    },
    /// The log or the control store does not answer.
    #[error("{detail}")]
    Unavailable {
        /// What is wrong.
        detail: String,
        /// Whether the command may have been recorded all the same; a repeat will tell.
        outcome_unknown: bool,
        /// When to try again.
        retry_after_seconds: u32,
    },
}

impl SubmitError {
    /// A request that is none of a command of that name.
    pub(crate) fn unprepared(name: String, error: PrepareError) -> Self {
        match error {
            PrepareError::UnknownCommand => Self::UnknownCommand { name },
            PrepareError::Shape(errors) => Self::Shape { errors },
            PrepareError::NoRandomness(detail) => {
                Self::Unavailable { detail, outcome_unknown: false, retry_after_seconds: 5 }
            }
        }
    }

    /// A command that the rules refuse in that state, with where the rule comes from there.
    pub(crate) fn rejected(
        state: &CityState,
        defaults: &Policy,
        command: &Command,
        rejection: Rejection,
    ) -> Self {
        let policy = policy_for(state, defaults, command);
        let rule = rejection.rule();
        let overridable = policy.severity(rule) == Severity::Warn;
        let citation = policy.citation(rule).into();
        Self::Rejected { citation, overridable, rejection: rejection.into() }
    }
}

/// Why commands that were given together were not recorded: none of them is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct NotRecorded {
    /// The one to blame, counted from 0; the first where none is.
    pub index: usize,
    /// Why.
    pub error: SubmitError,
}

impl From<SubmitError> for NotRecorded {
    fn from(error: SubmitError) -> Self {
        Self { index: 0, error }
    }
}
