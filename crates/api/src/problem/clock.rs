//! What is said where nothing is recorded because of the machine's clock.

use super::{Kind, Outcome, Problem};

/// When to come back once somebody has set the clock.
const CLOCK_RETRY_SECONDS: u64 = 60;

/// It is behind the log.
pub(super) fn behind(seconds: i64) -> Problem {
    let zh = format!(
        "服务器时钟比日志最后一条或见证人的慢 {seconds} 秒，没有记录任何内容；请通知系统管理员校时。时钟若无误，由其运行 lianjian clock accept 确认"
    );
    let en = format!(
        "the clock is {seconds} s behind the last event or the witnesses' clocks, nothing was recorded; tell the system administrator to set it, or, where it is right, to confirm it with `lianjian clock accept`"
    );
    of(Kind::ClockBehind, zh, en)
}

/// It is ahead of a witness's.
pub(super) fn ahead(seconds: i64) -> Problem {
    let zh = format!("服务器时钟比见证人的快 {seconds} 秒，没有记录任何内容；请通知系统管理员校时");
    let en = format!(
        "the clock is {seconds} s ahead of the witness's, nothing was recorded; tell the system administrator"
    );
    of(Kind::ClockAhead, zh, en)
}

/// It is so far ahead of the log that somebody must say that it is right.
pub(super) fn leapt(days: i64) -> Problem {
    let zh = format!(
        "服务器时钟比日志最后一条晚 {days} 天，没有记录任何内容；请通知系统管理员核对时间，有误则校时，无误则运行 lianjian clock accept 确认"
    );
    let en = format!(
        "the clock is {days} days after the last event, nothing was recorded; tell the system administrator to set it, or, where it is right, to confirm it with `lianjian clock accept`"
    );
    of(Kind::ClockLeapt, zh, en)
}

fn of(kind: Kind, zh: String, en: String) -> Problem {
    Problem::new(kind, zh, en).with_outcome(Outcome::NothingRecorded).retry_after(CLOCK_RETRY_SECONDS)
}
