//! What the caller of a command is told once it is recorded, and when to come back where it was not.

use domain::ids::CommandId;
use domain::rejection::Warning;

/// When to come back after the log did not answer.
pub(crate) const RETRY_AFTER_SECONDS: u32 = 2;

/// What the caller of a recorded command is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The command.
    pub command_id: CommandId,
    /// Position of its last event.
    pub position: u64,
    /// Its events, exactly as stored.
    pub events: Vec<Vec<u8>>,
    /// Rules that were set aside, or that remind.
    pub warnings: Vec<Warning>,
    /// Whether it had been recorded before.
    pub replayed: bool,
}

impl Recorded {
    /// Position of its first event.
    pub fn first_position(&self) -> u64 {
        self.position + 1 - self.events.len() as u64
    }
}
