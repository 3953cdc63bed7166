//! Why a command was not recorded, as the one who gave it is told.

use domain::errors;
use domain::policy::{Citation, Severity};
use domain::say::Say;
use domain::{CityState, Command, Policy, Rejection, policy_for};

use crate::condition::Raised;
use crate::request::PrepareError;
use crate::shape_error::ShapeError;

errors! {
    /// Why a command was not recorded, or may not have been.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SubmitError {
        /// No such command.
        #[zh("没有指令 {name}")]
        #[en("there is no command {name}")]
        UnknownCommand {
            /// What was asked.
            name: String,
        },
        /// It does not fit its schema.
        #[zh("指令不合格式")]
        #[en("the command does not fit its schema: {errors:?}")]
        Shape {
            /// Each value that does not.
            errors: Vec<ShapeError>,
        },
        /// The idempotency key stands in the log with another body.
        #[zh("编号 {id} 已用于另一内容的指令")]
        #[en("the key {id} was used with another body")]
        KeyReused {
            /// The key.
            id: String,
        },
        /// The same key is being worked on.
        #[zh("编号 {id} 的指令正在处理")]
        #[en("the key {id} is being worked on")]
        InFlight {
            /// The key.
            id: String,
        },
        /// The rules refuse it.
        #[zh("{}", rejection.say().zh)]
        #[en("{}", rejection.say().en)]
        Rejected {
            /// By which rule, and why.
            rejection: Box<Rejection>,
            /// Where the rule comes from.
            citation: Box<Citation>,
            /// Whether an override would do.
            overridable: bool,
            /// What would refuse it besides, each with its source: a trial tells all of it.
            others: Vec<(Rejection, Citation)>,
        },
        /// The entity changed since the caller looked.
        #[zh("对象最近事件位置为 {found:?}，而非 {expected}")]
        #[en("the entity stands at {found:?}, not at {expected}")]
        Precondition {
            /// `If-Match`.
            expected: u64,
            /// Position of its last event.
            found: Option<u64>,
        },
        /// An event of it would exceed the log's limit.
        #[zh("事件 {bytes} 字节，超过上限 {limit}")]
        #[en("an event of {bytes} bytes, over the limit of {limit}")]
        TooLarge {
            /// How long the event would be.
            bytes: usize,
            /// The limit.
            limit: usize,
        },
        /// More commands, or more events of theirs, than one append takes.
        #[zh("一并记录的内容过多，每次最多 {commands} 条指令、{events} 条事件")]
        #[en("too much to be recorded together: at most {commands} commands and {events} events")]
        TooMuchTogether {
            /// The most commands.
            commands: usize,
            /// The most events of all of them.
            events: usize,
        },
        /// The queue is full.
        #[zh("指令队列已满，请稍后重试")]
        #[en("the queue is full: try again")]
        Busy {
            /// When to try again.
            retry_after_seconds: u32,
        },
        /// The clock is behind the log, or behind the witnesses'.
        #[zh("本机时钟比日志最后一条或见证人的慢 {behind_seconds} 秒：请先校时；时钟若无误，运行 lianjian clock accept")]
        #[en("the clock is {behind_seconds} s behind the log's last event or the witnesses' clocks: set it first, or where it is right confirm it with `lianjian clock accept`")]
        ClockBehind {
            /// By how much.
            behind_seconds: i64,
        },
        /// The clock is ahead of a witness's.
        #[zh("本机时钟比见证人的快 {ahead_seconds} 秒，请先校时")]
        #[en("the clock is {ahead_seconds} s ahead of the witness's: set it first")]
        ClockAhead {
            /// By how much.
            ahead_seconds: i64,
        },
        /// Something is wrong under which nothing may be recorded.
        #[zh("{}", raised.say().zh)]
        #[en("{}", raised.say().en)]
        Stopped {
            /// What.
            raised: Box<Raised>,
        },
        /// The clock is so far ahead of the log's last event that somebody must say that it is right.
        #[zh("本机时钟比日志最后一条晚 {days} 天：请核对时间，有误则校时，无误则运行 lianjian clock accept")]
        #[en("the clock is {days} days after the log's last event: set it, or where it is right confirm it with `lianjian clock accept`")]
        ClockLeapt {
            /// By how much.
            days: i64,
        },
        /// The log or the control store does not answer.
        #[zh("{}", detail.zh)]
        #[en("{}", detail.en)]
        Unavailable {
            /// What is wrong.
            detail: Say,
            /// Whether the command may have been recorded all the same; a repeat will tell.
            outcome_unknown: bool,
            /// When to try again.
            retry_after_seconds: u32,
        },
    }
}

impl SubmitError {
    /// A request that is none of a command of that name.
    pub(crate) fn unprepared(name: String, error: PrepareError) -> Self {
        match error {
            PrepareError::UnknownCommand => Self::UnknownCommand { name },
            PrepareError::Shape(errors) => Self::Shape { errors },
            PrepareError::NoRandomness(detail) => Self::Unavailable {
                detail: Say::same(detail),
                outcome_unknown: false,
                retry_after_seconds: 5,
            },
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
        Self::Rejected { citation, overridable, rejection: rejection.into(), others: Vec::new() }
    }

    /// As well refused by these.
    #[must_use]
    pub(crate) fn with_others(self, others: Vec<Rejection>, policy: &Policy) -> Self {
        match self {
            Self::Rejected { rejection, citation, overridable, .. } => {
                let cited = |other: Rejection| {
                    let citation = policy.citation(other.rule());
                    (other, citation)
                };
                let others = others.into_iter().map(cited).collect();
                Self::Rejected { rejection, citation, overridable, others }
            }
            other => other,
        }
    }
}

errors! {
    /// Why commands that were given together were not recorded: none of them is.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct NotRecorded {
        /// The one to blame, counted from 0; the first where none is.
        pub index: usize,
        /// Why.
        pub error: SubmitError,
    }
    zh("{}", error.say().zh)
    en("{}", error.say().en)
}

impl From<SubmitError> for NotRecorded {
    fn from(error: SubmitError) -> Self {
        Self { index: 0, error }
    }
}
