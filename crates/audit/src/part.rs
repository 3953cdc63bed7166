//! How much of a log is at hand: all of it, a range of positions, or what concerns a county.

use event_log::Position;

/// How much of a log is at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// From the first event to the last.
    #[default]
    Whole,
    /// Every event from a position on.
    Range {
        /// The first position.
        from: Position,
    },
    /// From a position on, the events of one county and those of none.
    Scope {
        /// The first position that may stand there.
        from: Position,
    },
}

impl Part {
    /// The first position that may stand there.
    pub fn from(self) -> Position {
        match self {
            Self::Whole => 1,
            Self::Range { from } | Self::Scope { from } => from,
        }
    }

    /// Whether no position between two may be left out.
    pub fn is_contiguous(self) -> bool {
        !matches!(self, Self::Scope { .. })
    }

    /// Whether it holds everything from the first event on, so that it can be folded.
    pub fn is_beginning(self) -> bool {
        self.is_contiguous() && self.from() == 1
    }
}
