//! A setting of NATS under which acknowledged events may be lost or changed.

use std::fmt;

/// A setting that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsafeSetting {
    /// The setting's name in the server's configuration or the stream's.
    pub name: &'static str,
    /// What it is.
    pub found: String,
    /// What it must be.
    pub needed: String,
    /// What to do, in Chinese and English.
    fix: (String, String),
    /// Whether an operator may answer for it: events may be lost, yet none is half recorded or changed.
    pub(crate) concerns_durability: bool,
}

impl UnsafeSetting {
    pub(crate) fn new(
        name: &'static str,
        found: impl ToString,
        needed: impl ToString,
        zh: &str,
        en: &str,
    ) -> Self {
        Self {
            name,
            found: found.to_string(),
            needed: needed.to_string(),
            fix: (zh.to_owned(), en.to_owned()),
            concerns_durability: false,
        }
    }

    pub(crate) fn of_durability(self) -> Self {
        Self { concerns_durability: true, ..self }
    }

    pub(crate) fn chinese(&self) -> String {
        format!("{} 为 {}，应为 {}：{}", self.name, self.found, self.needed, self.fix.0)
    }

    pub(crate) fn english(&self) -> String {
        format!("{} is {}, it must be {}: {}", self.name, self.found, self.needed, self.fix.1)
    }
}

impl fmt::Display for UnsafeSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.name, self.found)
    }
}
