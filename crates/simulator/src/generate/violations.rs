//! Violations: lines that the rules refuse, each labelled with the rule that must. They follow a lawful history and
//! change nothing of it.

use domain::CityState;
use domain::date::Date;
use domain::document_number::Document;
use domain::joint_branch::{Arrangement, Form, JointBranch, Phase};
use domain::place::PlaceCode;
use serde_json::Value;

use super::GenerateError;
use super::history::{History, Life};
use super::random::Random;
use super::register::{Group, Organs};
use super::script::{Draft, Script};

mod cycle;
mod decisions;
mod meetings;
mod people;
mod places;
mod posts;
mod premises;

/// A history as it stands at its end, from which violations take their subjects.
pub(super) struct Scene<'s> {
    pub(super) state: &'s CityState,
    lives: &'s [Life],
    pub(super) on: Date,
    /// Where the search for a subject begins, so that many violations are of many joint branches.
    start: usize,
}

/// A joint branch of the scene.
#[derive(Clone, Copy)]
pub(super) struct Subject<'s> {
    pub(super) group: &'s Group,
    pub(super) joint_branch: &'s JointBranch,
}

/// Who gives a wrong command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Clerk,
    Officer,
    Reviewer,
    CityOffice,
    /// An officer in the county's own name.
    County,
}

/// A command that must be refused.
pub(super) struct Wrong {
    pub(super) by: By,
    pub(super) organs: Organs,
    pub(super) draft: Draft,
    /// The paper that it cites instead of a new one.
    pub(super) paper: Option<Document>,
}

/// The rule that refuses, and how it is broken where the scene has a subject for it.
pub(super) type Violation = (&'static str, for<'s> fn(&Scene<'s>) -> Option<Wrong>);

/// Every violation that the generator knows.
pub(super) fn all() -> impl Iterator<Item = &'static Violation> {
    cycle::VIOLATIONS
        .iter()
        .chain(decisions::VIOLATIONS)
        .chain(people::VIOLATIONS)
        .chain(places::VIOLATIONS)
        .chain(meetings::VIOLATIONS)
        .chain(posts::VIOLATIONS)
        .chain(premises::VIOLATIONS)
}

/// Prints so many violations, one of each rule in turn.
pub(super) fn violate(script: &mut Script<'_>, history: &History, count: u32) -> Result<(), GenerateError> {
    let mut printed = 0;
    for round in 0..count.min(MAX_ROUNDS) {
        let mut faults = Vec::new();
        for (rule, make) in all() {
            if printed == count {
                break;
            }
            // A rule that is not on file at the end of the history stops nobody.
            if !script.is_on_file(rule, history.end) {
                continue;
            }
            let Some(wrong) = make(&Scene::new(script.state(), history, round)) else { continue };
            printed += 1;
            if let Some(fault) = script.wrong(rule, wrong)? {
                faults.push(fault);
            }
        }
        if !faults.is_empty() {
            return Err(GenerateError::OtherRules { faults: faults.join("; ") });
        }
    }
    Ok(())
}

/// So far ahead no line is recorded.
const MONTHS_AHEAD: i32 = 12 * 60;
/// Each round breaks every rule once: a million violations are as many as anybody needs.
const MAX_ROUNDS: u32 = 20_000;

impl<'s> Scene<'s> {
    pub(super) fn new(state: &'s CityState, history: &'s History, round: u32) -> Self {
        let lives = &history.lives;
        // A seed of its own: what is printed before must not depend on how many violations follow.
        let last = u32::try_from(lives.len().saturating_sub(1)).unwrap_or(0);
        let start = Random::new(u64::from(round)).between(0, last) as usize;
        Self { state, lives, on: history.end, start }
    }

    /// The groups, from the scene's own beginning on.
    fn lives(&self) -> impl Iterator<Item = &'s Life> {
        let (before, from) = self.lives.split_at(self.start.min(self.lives.len()));
        from.iter().chain(before)
    }

    /// The first joint branch that is fit.
    pub(super) fn find(&self, is_fit: impl Fn(&JointBranch) -> bool) -> Option<Subject<'s>> {
        self.subjects().find(|subject| is_fit(subject.joint_branch))
    }

    pub(super) fn subjects(&self) -> impl Iterator<Item = Subject<'s>> {
        let state = self.state;
        self.lives().filter_map(move |life| {
            let joint_branch = state.joint_branches.get(&life.joint_branch?)?;
            Some(Subject { group: &life.group, joint_branch })
        })
    }

    /// A merger at work, with a secretary.
    pub(super) fn merger(&self) -> Option<Subject<'s>> {
        self.find(|found| {
            is_at_work(found) && found.arrangement == Arrangement::Merger && found.secretary.is_some()
        })
    }

    /// A day that has not come, whenever the lines are recorded.
    pub(super) fn ahead(&self) -> Date {
        self.on.plus_months(MONTHS_AHEAD)
    }

    /// A pairing at work.
    pub(super) fn pairing(&self) -> Option<Subject<'s>> {
        self.find(|found| is_at_work(found) && found.arrangement == Arrangement::Pairing)
    }

    /// A joint branch without an organ.
    pub(super) fn without_organ(&self) -> Option<Subject<'s>> {
        self.find(|found| is_at_work(found) && found.form == Form::None)
    }

    pub(super) fn groups(&self) -> impl Iterator<Item = &'s Group> {
        self.lives().map(|life| &life.group)
    }
}

/// Operating, and no rectification owed.
pub(super) fn is_at_work(joint_branch: &JointBranch) -> bool {
    joint_branch.phase == Phase::Operating && !joint_branch.is_in_cycle()
}

impl Subject<'_> {
    /// The code of the group's village of that number.
    pub(super) fn village(&self, index: usize) -> Option<PlaceCode> {
        let villages = self.group.members.iter().filter_map(|member| member.village.as_ref());
        villages.map(|(code, _)| code.clone()).nth(index)
    }

    pub(super) fn clerk(&self, draft: Draft) -> Option<Wrong> {
        wrong(self.group, By::Clerk, draft)
    }

    pub(super) fn officer(&self, draft: Draft) -> Option<Wrong> {
        wrong(self.group, By::Officer, draft)
    }

    pub(super) fn reviewer(&self, draft: Draft) -> Option<Wrong> {
        wrong(self.group, By::Reviewer, draft)
    }
}

pub(super) fn wrong(group: &Group, by: By, draft: Draft) -> Option<Wrong> {
    Some(Wrong { by, organs: group.organs.clone(), draft, paper: None })
}

/// A decision of the body that gives it.
pub(super) fn decision(name: &'static str, on: Date, data: Value) -> Draft {
    Draft::new(name, on, data).documented().decided()
}
