//! A time of day, as cells hold them.

use std::fmt;

/// A time of day, or a span of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay {
    seconds: u32,
}

impl TimeOfDay {
    /// So many seconds after midnight.
    pub fn of_seconds(seconds: u32) -> Self {
        Self { seconds }
    }

    /// How many seconds after midnight.
    pub fn seconds(self) -> u32 {
        self.seconds
    }

    pub(crate) fn is_midnight(self) -> bool {
        self.seconds == 0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        write!(formatter, "{}:{:02}", minutes / 60, minutes % 60)?;
        if seconds == 0 { Ok(()) } else { write!(formatter, ":{seconds:02}") }
    }
}
