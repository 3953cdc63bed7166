//! Where a made-up history is played: each line is decided as it comes, and kept where the rules take it.

use std::io::Write;

use domain::CityState;
use domain::date::Timestamp;
use domain::ids::EventId;
use domain::policy::Policy;

use super::GenerateError;
use super::line::Line;
use super::rehearsal::{RefusedLine, Rehearsal};

/// What decides the lines of a history and keeps them.
pub trait Stage {
    /// The city after the lines taken so far.
    fn state(&self) -> &CityState;

    /// The figures that hold where no policy says otherwise.
    fn defaults(&self) -> &Policy;

    /// Decides the next line as one that is recorded at that time, and keeps it.
    fn take(&mut self, line: &Line, recorded_at: Timestamp) -> Result<(), GenerateError>;

    /// The first event of the line taken last.
    fn first_event(&self) -> Result<EventId, GenerateError>;
}

/// Prints the lines. Nothing is recorded: who records them later gives them the time of that day.
pub(super) struct Printed<'a> {
    out: &'a mut dyn Write,
    rehearsal: Rehearsal,
    lines: u64,
    first_event: Option<EventId>,
}

impl<'a> Printed<'a> {
    pub(super) fn new(out: &'a mut dyn Write, rehearsal: Rehearsal) -> Self {
        Self { out, rehearsal, lines: 0, first_event: None }
    }

    /// Rehearses a line; one that names a rule must be refused by it.
    fn rehearse(&mut self, line: &Line) -> Result<Option<EventId>, GenerateError> {
        match (&line.expect_rule, self.rehearsal.take(line)) {
            (None, Ok(events)) => Ok(events.first().map(|event| event.meta.id)),
            (Some(expected), Err(refused)) if refused.rule() == Some(expected) => Ok(None),
            (_, Err(refused)) => Err(GenerateError::Refused { line: self.lines, refused }),
            (Some(expected), Ok(_)) => {
                Err(GenerateError::OtherRules { faults: format!("{expected}: {} is taken", line.name) })
            }
        }
    }
}

impl Stage for Printed<'_> {
    fn state(&self) -> &CityState {
        self.rehearsal.state()
    }

    fn defaults(&self) -> &Policy {
        self.rehearsal.defaults()
    }

    fn take(&mut self, line: &Line, _: Timestamp) -> Result<(), GenerateError> {
        self.lines += 1;
        self.first_event = self.rehearse(line)?;
        serde_json::to_writer(&mut *self.out, line).map_err(std::io::Error::from)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }

    fn first_event(&self) -> Result<EventId, GenerateError> {
        self.first_event.ok_or_else(|| GenerateError::Fault { detail: "a line without an event".to_owned() })
    }
}

impl RefusedLine {
    /// The rule that refuses it; nothing where the line does not read.
    pub(super) fn rule(&self) -> Option<&String> {
        match self {
            Self::Rule { rule, .. } => Some(rule),
            Self::Shape { .. } => None,
        }
    }
}
