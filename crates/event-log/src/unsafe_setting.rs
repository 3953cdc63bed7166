//! A setting of NATS under which acknowledged events may be lost or changed.

use std::fmt;

use domain::say::Say;

/// A setting that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsafeSetting {
    /// The setting's name in the server's configuration or the stream's.
    pub name: &'static str,
    /// What it is.
    pub found: String,
    /// What it must be.
    pub needed: String,
    /// What to do.
    fix: Say,
    /// Whether an operator may answer for it: events may be lost, yet none is half recorded or changed.
    pub(crate) concerns_durability: bool,
}

impl UnsafeSetting {
    pub(crate) fn new(name: &'static str, found: impl ToString, needed: impl ToString, fix: Say) -> Self {
        Self { name, found: found.to_string(), needed: needed.to_string(), fix, concerns_durability: false }
    }

    pub(crate) fn of_durability(self) -> Self {
        Self { concerns_durability: true, ..self }
    }

    pub(crate) fn say(&self) -> Say {
        let Self { name, found, needed, fix, .. } = self;
        Say::of(
            format!("{name} 为 {found}，应为 {needed}：{}", fix.zh),
            format!("{name} is {found}, it must be {needed}: {}", fix.en),
        )
    }
}

impl fmt::Display for UnsafeSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.name, self.found)
    }
}
