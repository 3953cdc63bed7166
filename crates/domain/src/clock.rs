//! Whether the time of a machine can follow on the log's last event: not behind it, and not so far ahead of it that the
//! log would be locked for years where the clock is wrong.

use crate::date::Timestamp;

/// How far a clock may be behind the last event: clocks of two machines that are set by the network differ by less.
pub const MAX_BEHIND_SECONDS: i64 = 5 * 60;
/// How long a log may have been quiet before somebody must say that the clock is right. An office that is closed over the
/// spring festival is not asked; a clock that is wrong by less locks the log for no longer than this.
pub const MAX_QUIET_DAYS: i64 = 30;

const SECOND: i64 = 1_000;
const DAY_SECONDS: i64 = 86_400;

/// What is wrong with a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockFault {
    /// It is behind the last event.
    Behind {
        /// By how much.
        seconds: i64,
    },
    /// It is far ahead of the last event.
    Leapt {
        /// By how much.
        days: i64,
    },
}

/// What is wrong with the time of a machine where the log's last event, or the last moment at which the clock was known to
/// be right, lies at `last`.
pub fn fault(last: Timestamp, now: Timestamp) -> Option<ClockFault> {
    let seconds = (now.milliseconds() - last.milliseconds()) / SECOND;
    if seconds < -MAX_BEHIND_SECONDS {
        return Some(ClockFault::Behind { seconds: -seconds });
    }
    let days = seconds / DAY_SECONDS;
    (days >= MAX_QUIET_DAYS).then_some(ClockFault::Leapt { days })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_follows_on_the_last_event_within_minutes_back_and_a_month_ahead() {
        let check = |now: &str, expected| {
            let last: Timestamp = "2026-11-30T00:00:00.000Z".parse().unwrap();
            assert_eq!(fault(last, now.parse().unwrap()), expected, "{now}");
        };
        check("2026-11-30T00:00:00.000Z", None);
        check("2026-11-29T23:55:00.000Z", None);
        check("2026-11-29T23:54:59.000Z", Some(ClockFault::Behind { seconds: 301 }));
        check("2026-12-29T23:59:59.999Z", None);
        check("2026-12-30T00:00:00.000Z", Some(ClockFault::Leapt { days: 30 }));
        check("2034-11-30T00:00:00.000Z", Some(ClockFault::Leapt { days: 2_922 }));
        check("2018-11-30T00:00:00.000Z", Some(ClockFault::Behind { seconds: 252_460_800 }));
    }
}
