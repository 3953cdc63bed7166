//! What the callers of the command loop are told.

use domain::say::Say;
use event_log::Erasable;

use super::{CommandLoop, Decided, MAX_COMMANDS_TOGETHER, MAX_GROUP_EVENTS, Submission};
use crate::folded_state::FoldError;
use crate::recorded::{RETRY_AFTER_SECONDS, Recorded};
use crate::submit_error::{NotRecorded, SubmitError};

impl CommandLoop {
    /// The log goes on with something that is not folded: what came before is shown, and what is wrong is said.
    pub(super) fn stopped(&self, error: &FoldError) -> Result<(), Say> {
        self.publish();
        error.raise(&self.conditions);
        Err(error.say())
    }
}

/// What the control store has to hold before the group is appended.
pub(super) fn erasables_of(decided: &[Decided]) -> Vec<Erasable> {
    let outcomes = decided.iter().flat_map(|decided| &decided.outcomes);
    outcomes.flat_map(|outcome| outcome.erasables.clone()).collect()
}

/// More than one append takes.
pub fn too_much_together() -> SubmitError {
    SubmitError::TooMuchTogether { commands: MAX_COMMANDS_TOGETHER, events: MAX_GROUP_EVENTS }
}

pub(super) fn unavailable(detail: Say, outcome_unknown: bool) -> SubmitError {
    SubmitError::Unavailable { detail, outcome_unknown, retry_after_seconds: RETRY_AFTER_SECONDS }
}

pub(super) fn fail(decided: Vec<Decided>, error: &SubmitError) {
    decided.into_iter().for_each(|decided| refuse(decided.submission, error.clone()));
}

/// Refuses all commands of a submission, none of them more than another.
pub(super) fn refuse(submission: Submission, error: SubmitError) {
    answer(submission, Err(error.into()));
}

/// Gives the answer; a caller that left has the repeat to learn it from.
pub(super) fn answer(submission: Submission, result: Result<Vec<Recorded>, NotRecorded>) {
    drop(submission.in_flight);
    let _ = submission.reply.send(result);
}
