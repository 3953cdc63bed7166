//! Lines given to the log that lies here: tried in memory first, so that many can be on their way at once and yet
//! nothing after the first refusal is recorded.

use std::collections::HashSet;
use std::io::BufRead;

use domain::Policy;
use domain::account::Role;
use domain::actor::Actor;
use domain::ids::CommandId;
use service::person_names::PersonNames;
use service::request::{CommandRequest, prepare};
use service::submission::Submissions;
use service::submit_error::SubmitError;
use service::system_clock;
use service::trial::Trial;

use super::report::{LineTag, Outcome, Reporter};
use crate::exit::Failure;
use crate::import_line::{AskedActor, Lines, RawLine};
use crate::local::Held;
use crate::pipeline::{Answer, Pipeline};
use crate::refusal::Refusal;

/// An event of a longer line may exceed the log's limit, which the trial does not know.
const MAX_CERTAIN_LINE_BYTES: usize = 32 * 1024;

/// What is to be done with a line.
enum Step {
    /// Give it to the loop. A certain one is not refused.
    Send { request: Box<CommandRequest>, is_certain: bool },
    /// It is settled already.
    Settled(Outcome),
}

struct Import<'a> {
    held: &'a Held,
    submissions: &'a Submissions,
    trial: Trial,
    /// The ids sent in this run: the loop takes each once at a time.
    sent: HashSet<CommandId>,
    pipeline: Pipeline<'a, Tagged>,
    /// How many on their way may be refused.
    uncertain: usize,
    keep_going: bool,
    reporter: &'a mut Reporter,
}

struct Tagged {
    tag: LineTag,
    /// The command's name.
    name: String,
    is_certain: bool,
    /// What it is without the loop.
    settled: Option<Outcome>,
}

/// Imports the lines; the first that is refused ends it, unless it is to keep going.
pub async fn import(
    held: &Held,
    mut lines: Lines<impl BufRead>,
    keep_going: bool,
    reporter: &mut Reporter,
) -> Result<(), Failure> {
    let submissions = held.start();
    let mut names = PersonNames::default();
    names.follow(&held.state().persons, &*held.stores.control)?;
    let trial = Trial::new(held.state().clone(), held.stores.policy.clone(), names.into(), system_clock());
    let mut import = Import {
        held,
        submissions: &submissions,
        trial,
        sent: HashSet::new(),
        pipeline: Pipeline::new(),
        uncertain: 0,
        keep_going,
        reporter,
    };
    let played = import.play(&mut lines).await;
    // What is on its way is recorded whatever happened since: it must be told too.
    let drained = import.settle_all().await;
    drop(import);
    held.stop(&submissions).await;
    played.and(drained.map(drop))
}

impl Import<'_> {
    async fn play(&mut self, lines: &mut Lines<impl BufRead>) -> Result<(), Failure> {
        while let Some((number, line)) = lines.next()? {
            let (tag, id, step) = self.step(number, &line)?;
            // The same id again: the loop must have answered the first.
            let is_repeated = id.is_some_and(|id| self.sent.contains(&id));
            if is_repeated && !self.settle_all().await? {
                return Ok(());
            }
            if !self.keep_going && self.uncertain > 0 && !self.is_repeat(id) && !self.settle_all().await? {
                return Ok(());
            }
            if self.pipeline.is_full() && !self.settle_one().await? {
                return Ok(());
            }
            match step {
                Step::Send { request, is_certain } => {
                    self.uncertain += usize::from(!is_certain);
                    self.sent.insert(request.id);
                    let submissions = self.submissions;
                    let tagged = Tagged { tag, name: request.name.clone(), is_certain, settled: None };
                    self.pipeline.send(tagged, submissions.submit(*request)).await;
                }
                Step::Settled(outcome) => {
                    let is_refusal = !is_expected(&tag, &outcome);
                    let busy = SubmitError::Busy { retry_after_seconds: 0 };
                    self.pipeline.put(
                        Tagged { tag, name: String::new(), is_certain: true, settled: Some(outcome) },
                        Err(busy),
                    );
                    if is_refusal && !self.keep_going {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the log already holds a command of that id.
    fn is_repeat(&self, id: Option<CommandId>) -> bool {
        id.is_some_and(|id| self.held.folded_state.index.first_position(id).is_some())
    }

    /// Reads the line and tries it.
    fn step(&mut self, number: u64, line: &RawLine) -> Result<(LineTag, Option<CommandId>, Step), Failure> {
        let parsed = match line.parse() {
            Ok(parsed) => parsed,
            Err(error) => {
                let tag = LineTag { number, id: error.id.clone(), expect_rule: None };
                return Ok((tag, None, Step::Settled(Outcome::Refused(error.into()))));
            }
        };
        let tag = LineTag { number, id: Some(parsed.id.to_string()), expect_rule: parsed.expect_rule };
        let id = parsed.id;
        let is_known = self.is_repeat(Some(id)) || self.sent.contains(&id);
        let request = CommandRequest {
            id,
            name: parsed.name,
            body: parsed.body,
            actor: Actor { id: String::new(), role: Role::Local, scope: self.held.stores.city.clone() },
            if_match: None,
            traceparent: None,
        };
        let (request, refusal) = self.tried(request, &parsed.actor, is_known)?;
        let step = match refusal {
            Some(refusal) => Step::Settled(Outcome::Refused(refusal)),
            None if is_known => Step::Send { request, is_certain: false },
            None if tag.expect_rule.is_some() => Step::Settled(Outcome::NotRefused),
            None => Step::Send { request, is_certain: line.len() <= MAX_CERTAIN_LINE_BYTES },
        };
        Ok((tag, Some(id), step))
    }

    /// Finds out who gives the command, and decides it in memory; a repeat has nothing left to decide.
    fn tried(
        &mut self,
        mut request: CommandRequest,
        asked: &AskedActor,
        is_known: bool,
    ) -> Result<(Box<CommandRequest>, Option<Refusal>), Failure> {
        let mut prepared = match prepare(request.clone()) {
            Ok(prepared) => prepared,
            Err(error) => {
                let refusal = Refusal::of_shape(&request.name, error)?;
                return Ok((Box::new(request), Some(refusal)));
            }
        };
        if prepared.command.body.spec().is_operational() {
            let refusal = Refusal::of_line(
                "accounts",
                "帐号请用 token 子命令管理",
                "accounts are managed with `token`",
            );
            return Ok((Box::new(request), Some(refusal)));
        }
        let simulated = self.trial.state().simulated.or(prepared.command.header.simulated).unwrap_or(false);
        let stores = &self.held.stores;
        request.actor = asked.resolve(&prepared.command.body, &stores.policy, &stores.city, simulated);
        prepared.command.header.actor = request.actor.clone();
        let tried = if is_known { Ok(()) } else { self.trial.decide(&prepared).map(drop) };
        let refusal = tried.err().map(|rejection| Refusal::of_rule(&rejection, &stores.policy));
        Ok((Box::new(request), refusal))
    }

    /// Tells the earliest line on its way; gives back whether the import goes on.
    async fn settle_one(&mut self) -> Result<bool, Failure> {
        let Some((tagged, answer)) = self.pipeline.next().await else { return Ok(true) };
        self.uncertain -= usize::from(!tagged.is_certain);
        let outcome = match tagged.settled {
            Some(outcome) => outcome,
            None => outcome(answer, &tagged.name, &self.held.stores.policy)?,
        };
        Ok(self.reporter.line(&tagged.tag, &outcome)? || self.keep_going)
    }

    /// Tells every line on its way; gives back whether the import goes on.
    async fn settle_all(&mut self) -> Result<bool, Failure> {
        let mut goes_on = true;
        let mut failed = None;
        while !self.pipeline.is_empty() {
            match self.settle_one().await {
                Ok(went_well) => goes_on &= went_well,
                Err(failure) => {
                    failed.get_or_insert(failure);
                }
            }
        }
        failed.map_or(Ok(goes_on), Err)
    }
}

fn is_expected(tag: &LineTag, outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(refusal) if tag.expect_rule.as_ref() == Some(&refusal.rule))
}

fn outcome(answer: Answer, name: &str, policy: &Policy) -> Result<Outcome, Failure> {
    match answer {
        Ok(recorded) => Ok(Outcome::Recorded {
            position: recorded.position,
            warnings: recorded.warnings.into_iter().map(|warning| warning.rule).collect(),
            replayed: recorded.replayed,
        }),
        Err(error) => Ok(Outcome::Refused(Refusal::of_submit(error, name, policy)?)),
    }
}
