//! What the loop learns from the log: what others appended, and what became of an append that failed.

use std::collections::HashSet;
use std::time::Duration;

use domain::say::{Say, say};
use event_log::{AppendError, Erasable, MAX_APPEND_EVENTS};
use tokio::time::{Instant, timeout_at};

use super::{CommandLoop, Decided, Submission, answer, unavailable};
use crate::condition::Condition;
use crate::folded_state::{BETWEEN_LOOKS, FoldError, LOOKS_FOR_THE_REST};
use crate::outcome::Outcome;
use crate::recorded::Recorded;

/// How long the log is asked after an append that took all of that.
const LAST_LOOK: Duration = Duration::from_secs(1);
/// What is said of a log that others are known to write and that cannot be read.
pub(super) const NOT_IN_TIME: Say = say("日志没有及时应答", "the log does not answer in time");

impl CommandLoop {
    /// The append failed: the log is asked what it holds, and each command is answered by that. One of which nobody knows
    /// whether it was recorded keeps its erasable values: the log may still take it, until it has passed its position.
    pub(super) async fn resolve(&mut self, decided: Vec<Decided>, error: AppendError) {
        tracing::error!(%error, commands = decided.len(), "the append failed");
        self.note_unwritable(&error);
        let lost = matches!(error, AppendError::Conflict { .. });
        let expected_last = self.folded_state.state.last_position;
        let known = if lost {
            Err(match self.log.leader_grace().is_zero() {
                true => say(
                    "日志比以前短：请运行 lianjian doctor 后重新启动",
                    "the log is shorter than it was: restart after `lianjian doctor`",
                ),
                false => say(
                    "日志止于已记录内容之前，服务器重新选主时可能如此：一分钟后仍然如此，请运行 lianjian doctor 后重新启动",
                    "the log ends before what was recorded, as it may while its servers elect who leads: if it still does in a minute, restart after `lianjian doctor`",
                ),
            })
        } else {
            self.catch_up().await
        };
        // Once anything stands at that position the condition of the append can never hold again: then it is known.
        let is_unknown = matches!(error, AppendError::OutcomeUnknown { .. })
            && self.folded_state.state.last_position == expected_last;
        let mut not_recorded = Vec::new();
        for Decided { submission, outcomes } in decided {
            let landed = if known.is_ok() { self.repeated(&submission).await } else { None };
            let result = landed.map(|found| found.map(|found| as_first_answers(found, &outcomes)));
            let result = result.unwrap_or_else(|| {
                if !is_unknown {
                    not_recorded.extend(outcomes.into_iter().flat_map(|outcome| outcome.erasables));
                }
                let mut said = error.say();
                if let Err(more) = &known {
                    said = Say::of(format!("{}；{}", said.zh, more.zh), format!("{}; {}", said.en, more.en));
                }
                Err(unavailable(said, is_unknown).into())
            });
            answer(submission, result);
        }
        self.forget(not_recorded);
    }

    /// A log that answers and does not take an append is told of until it takes one again.
    fn note_unwritable(&self, error: &AppendError) {
        let is_failing =
            matches!(error, AppendError::Unavailable { .. } | AppendError::OutcomeUnknown { .. });
        if is_failing && self.log.unreachable_since().is_none() {
            self.conditions.raise(Condition::LogUnwritable, None);
        }
    }

    /// Forgets what was put for commands that are no longer about to be recorded: refused or found recorded when they were
    /// decided again.
    pub(super) fn forget_all_but(&self, mut put: Vec<Erasable>, decided: &[Decided], rest: &[Submission]) {
        let still = decided.iter().map(|decided| &decided.submission).chain(rest);
        let still: HashSet<String> = still
            .flat_map(|submission| &submission.commands)
            .map(|prepared| prepared.command.header.id.to_string())
            .collect();
        put.retain(|erasable| !still.contains(&erasable.command_id));
        self.forget(put);
    }

    /// A command that was not recorded leaves nothing, in the control store either; nobody waits for that.
    pub(super) fn forget(&self, erasables: Vec<Erasable>) {
        if erasables.is_empty() {
            return;
        }
        let control = self.control.clone();
        tokio::task::spawn_blocking(move || {
            if let Err(error) = control.delete_erasables(&erasables) {
                tracing::warn!(%error, "values of a command that was not recorded stay until the next start sweeps them");
            }
        });
    }

    /// Folds what others appended. Their erasable values were stored before, and are waited for: the names among them are
    /// searched for in what comes next.
    pub(super) async fn catch_up(&mut self) -> Result<(), Say> {
        let deadline = self.deadline.max(Instant::now() + LAST_LOOK);
        if self.log.unreachable_since().is_some() {
            return Err(NOT_IN_TIME);
        }
        let persons = self.folded_state.state.persons.clone();
        let mut looks = 0;
        loop {
            let after = self.folded_state.state.last_position;
            let reading = timeout_at(deadline, self.log.read(after, MAX_APPEND_EVENTS)).await;
            let stored = reading.map_err(|_| NOT_IN_TIME)?.map_err(|error| {
                let error = FoldError::Log(error);
                error.raise(&self.conditions);
                error.say()
            })?;
            if stored.is_empty() {
                if self.folded_state.is_open() && looks < LOOKS_FOR_THE_REST {
                    looks += 1;
                    tokio::time::sleep(BETWEEN_LOOKS).await;
                    continue;
                }
                // Whoever appends a command appends the whole of it.
                self.folded_state.end().or_else(|error| self.stopped(&error))?;
                if !persons.ptr_eq(&self.folded_state.state.persons) {
                    let arrived = timeout_at(deadline, self.blocking(|control| control.catch_up())).await;
                    arrived.map_err(|_| NOT_IN_TIME)?.map_err(|error| error.say())?;
                }
                self.publish();
                return Ok(());
            }
            for event in stored {
                self.folded_state
                    .fold_one(event.position, &event.body)
                    .or_else(|error| self.stopped(&error))?;
            }
        }
    }
}

/// What was found in the log under the keys of a submission: where it is what this submission was about to record, its
/// append arrived though its answer was lost, and its caller is told what was never told before.
fn as_first_answers(found: Vec<Recorded>, outcomes: &[Outcome]) -> Vec<Recorded> {
    let is_own = |recorded: &Recorded, outcome: &Outcome| {
        recorded.events.iter().eq(outcome.events.iter().map(|event| &event.body))
    };
    let each = found.into_iter().zip(outcomes);
    each.map(|(recorded, outcome)| Recorded { replayed: !is_own(&recorded, outcome), ..recorded }).collect()
}
