//! The given/when/then harness: a city whose every fact came through `decide`, a command, and what it must yield.
//!
//! `City::new().merged().when(dissolve(…)).then(&[…])` reads as the sentence it tests. The feature `testing` exports
//! this module, so that projections, the server and the command generator start from the same city.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a fixture that cannot be built is a failed test")]

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use ulid::Ulid;

use crate::command::Command;
use crate::date::{Date, Timestamp};
use crate::event::{Event, EventBody};
use crate::ids::{CommandId, EventId};
use crate::joint_branch::{Grade, Ground, JointBranch};
use crate::lawful::judge_acting;
use crate::organization::Organization;
use crate::place::PlaceCode;
use crate::policy::Policy;
use crate::rejection::Rejection;
use crate::state::CityState;
use crate::{Decision, apply, decide};

pub mod city;
pub mod drafts;
pub mod rehearsal;

use city::{JOINT, V1, V2, V3};
use drafts::{
    Draft, assign, dissolve, evaluate, merge, order, pair, pairing, proposal, propose, review, survey,
};

/// When commands are recorded unless they say otherwise: long after everything that the tests tell.
pub const RECORDED: &str = "2026-06-30T01:00:00.000Z";

/// Refusals of what a command says and its events do not: without the rule they are those of a lawful command, or none.
const LEAVES_NO_TRACE: [(&str, &str); 4] = [
    // Whoever is listed twice stands in the event once.
    ("record-meeting", "meeting-long"),
    // A pairing leaves its members as they are, whatever was said of successors.
    ("dissolve-joint-branch", "successors"),
    // The county is that of the joint branches; where none is named nothing is confirmed.
    ("confirm-registration", "register-county"),
    ("confirm-registration", "list-not-empty"),
];

/// A day, written `2019-03-01`.
pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A city with its log, its state and its policy.
#[derive(Debug, Clone)]
pub struct City {
    /// The fold of the log.
    pub state: CityState,
    /// The figures; a test may change them.
    pub policy: Policy,
    /// The log.
    pub log: Vec<Event>,
    commands: u128,
}

impl City {
    /// Guangyuan without history.
    pub fn empty() -> Self {
        let code: PlaceCode = "5108".parse().unwrap();
        let policy = Policy::defaults().unwrap();
        Self { state: CityState::new(code), policy, log: Vec::new(), commands: 0 }
    }

    /// The places, organs, branches and persons of [`city`], all registered.
    pub fn new() -> Self {
        static CITY: OnceLock<City> = OnceLock::new();
        CITY.get_or_init(|| city::drafts().into_iter().fold(Self::empty(), Self::given)).clone()
    }

    /// As `new`, with a merger of two villages proposed.
    pub fn proposed() -> Self {
        Self::new().given(propose(proposal(&[V1, V2])))
    }

    /// As `proposed`, with a survey in which all households of both villages were in favour.
    pub fn surveyed() -> Self {
        Self::proposed().given(survey(&[(V1, 100, 100), (V2, 100, 100)]))
    }

    /// As `surveyed`, with the merger established.
    pub fn merged() -> Self {
        Self::surveyed().given(merge())
    }

    /// A pairing of two villages, proposed and surveyed.
    pub fn paired_proposal() -> Self {
        Self::new().given(propose(pairing(&[V1, V2]))).given(survey(&[(V1, 100, 100), (V2, 100, 100)]))
    }

    /// As `paired_proposal`, with the pairing established.
    pub fn paired() -> Self {
        Self::paired_proposal().given(pair())
    }

    /// As `merged`, with a secretary in post.
    pub fn headed() -> Self {
        Self::merged().given(assign(city::SECRETARY))
    }

    /// As `headed`, with the first quarter graded poor.
    pub fn poor() -> Self {
        Self::headed().given(evaluate("2019Q1", Grade::Poor))
    }

    /// As `poor`, with rectification ordered.
    pub fn rectifying() -> Self {
        Self::poor().given(order("2019-07-20"))
    }

    /// As `rectifying`, with a review that found nothing improved.
    pub fn failed() -> Self {
        Self::rectifying().given(review(false, (4, 4), (200, 200)))
    }

    /// As `failed`, with the merger dissolved and its members restored.
    pub fn dissolved() -> Self {
        Self::failed().given(dissolve(Ground::RectificationFailed, &[(V1, V1), (V2, V2)]))
    }

    /// As `failed`, with the first member restored and the second abolished in favour of a third organization.
    pub fn abolished() -> Self {
        Self::failed().given(dissolve(Ground::RectificationFailed, &[(V1, V1), (V2, V3)]))
    }

    /// Changes the policy.
    pub fn with_policy(mut self, change: impl FnOnce(&mut Policy)) -> Self {
        change(&mut self.policy);
        self
    }

    /// The city after a command that must be accepted.
    pub fn given(mut self, draft: Draft) -> Self {
        let name = draft.body.name();
        if let Err(rejection) = self.run(draft) {
            panic!("{name}: {rejection}");
        }
        self
    }

    /// What the command would yield.
    pub fn when(&self, draft: Draft) -> Outcome {
        let mut after = self.clone();
        Outcome { decision: after.run(draft), after }
    }

    /// Decides a command, and records and folds its events as the command loop does.
    pub fn run(&mut self, draft: Draft) -> Result<Decision, Rejection> {
        self.commands += 1;
        let command = draft.into_command(CommandId(Ulid(self.commands << 64)));
        let answer = decide(&self.state, &self.policy, &command);
        #[cfg(test)]
        crate::rules_met_tests::note(command.body.name(), &answer);
        // A trial tells every refusal, and first the one that counts.
        let told = crate::decide::judgement(&self.state, &self.policy, &command).refusals;
        assert_eq!(told.first(), answer.as_ref().err(), "{}: {told:?}", command.body.name());
        let decision = match answer {
            Ok(decision) => decision,
            Err(rejection) => {
                self.check_forged(&command, &rejection);
                return Err(rejection);
            }
        };
        let (before, length) = (self.state.clone(), self.log.len());
        let id = |position| EventId(Ulid(u128::from(position)));
        let accept = |_: &CityState, _: &Event| Ok::<(), Infallible>(());
        match apply(&mut self.state, &command, decision.clone(), id, accept) {
            Ok(events) => self.log.extend(events),
            Err(never) => match never {},
        }
        // Whatever is decided must be lawful to who has nothing but the log.
        let judged = judge_acting(&before, &self.policy, &self.log[length..], Ok(command.header.actor.scope));
        judged.unwrap_or_else(|unlawful| panic!("{}: {unlawful:?}", command.body.name()));
        Ok(decision)
    }

    /// Whoever wrote past the service what a rule refuses is found by who has nothing but the log.
    fn check_forged(&self, command: &Command, rejection: &Rejection) {
        let Some(decision) = crate::decide::forged(&self.state, &self.policy, command) else { return };
        let mut state = self.state.clone();
        let id = |position| EventId(Ulid(u128::from(position)));
        let accept = |_: &CityState, _: &Event| Ok::<(), Infallible>(());
        let Ok(events) = apply(&mut state, command, decision, id, accept);
        let judged = judge_acting(&self.state, &self.policy, &events, Ok(command.header.actor.scope.clone()));
        let refused = (command.body.name(), rejection.rule());
        assert!(
            judged.is_err() || LEAVES_NO_TRACE.contains(&refused),
            "{refused:?}: forged, nobody would find it"
        );
    }

    /// The joint branch that the fixtures build.
    pub fn joint(&self) -> &Arc<JointBranch> {
        self.state.joint_branches.get(&JOINT).unwrap()
    }

    /// An organization of the fixtures.
    pub fn organization(&self, id: crate::ids::OrganizationId) -> &Arc<Organization> {
        self.state.organizations.get(&id).unwrap()
    }

    /// The id of the last command given.
    pub fn last_command(&self) -> CommandId {
        CommandId(Ulid(self.commands << 64))
    }
}

impl Default for City {
    fn default() -> Self {
        Self::new()
    }
}

/// What became of a command.
#[derive(Debug)]
pub struct Outcome {
    /// The answer.
    pub decision: Result<Decision, Rejection>,
    /// The city after it; as before where it was refused.
    pub after: City,
}

impl Outcome {
    /// It yields exactly these events, and no warning.
    #[track_caller]
    pub fn then(self, expected: &[EventBody]) -> City {
        let decision = self.decision.unwrap();
        assert_eq!(decision.events, expected);
        assert_eq!(decision.warnings, []);
        self.after
    }

    /// It is refused, with exactly this rejection.
    #[track_caller]
    pub fn refused(self, expected: Rejection) {
        assert_eq!(self.decision.map(|decision| decision.events), Err(expected));
    }

    /// It is refused by that rule.
    #[track_caller]
    pub fn refused_by(self, rule: &str) {
        let refused = self.decision.map(|decision| decision.events).map_err(|rejection| rejection.rule());
        assert_eq!(refused, Err(rule));
    }

    /// It is accepted, whatever it yields, with warnings of exactly these rules.
    #[track_caller]
    pub fn warns(self, rules: &[&str]) -> City {
        let warnings = self.decision.unwrap().warnings;
        assert_eq!(warnings.iter().map(|warning| warning.rule.as_str()).collect::<Vec<_>>(), rules);
        self.after
    }

    /// It is accepted without a warning.
    #[track_caller]
    pub fn accepted(self) -> City {
        self.warns(&[])
    }
}

/// An instant, written `2019-03-01T00:00:00.000Z`.
pub fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}
