//! The verifier's own clock, against which the times of a log are held.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::date::Timestamp;

/// How long an event may stay unsigned: six times what the service promises.
pub const SIGNING_GRACE_MILLISECONDS: i64 = 60 * 1_000;
/// How far apart the clocks of honest machines may be.
pub(crate) const TOLERANCE_MILLISECONDS: i64 = 10 * 60 * 1_000;

/// What time it is for a verifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The machine's.
    #[default]
    System,
    /// A moment that was stated, so that a verdict can be repeated.
    At(Timestamp),
}

impl Clock {
    /// The time.
    pub fn now(self) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_milliseconds(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
        }
    }
}

/// So many milliseconds before a moment.
pub(crate) fn before(moment: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(moment.milliseconds().saturating_sub(milliseconds))
}
