//! Random commands: mostly what could come next for a joint branch, some that make no sense.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};
use ulid::Ulid;

use crate::actor::Actor;
use crate::commands::dissolve_joint_branch::Succession;
use crate::commands::establishment::EstablishJointBranch;
use crate::commands::{
    AssignSecretary, CommandBody, CorrectEvaluation, DissolveJointBranch, MergeBranches, PairBranches,
    ProposeJointBranch, RejectProposal, ReturnFunctions, TransferFunctions, WithdrawProposal,
};
use crate::date::Date;
use crate::ids::{JointBranchId, OrganizationId, PersonId};
use crate::joint_branch::{Arrangement, Form, Grade, Ground, JointBranch, Mode, Phase};
use crate::quarter::Quarter;
use crate::testing::city::{
    ABROAD, COOPERATIVE, COUNTY_ORGAN, NEIGHBOUR, NEWCOMER, SECOND, SECRETARY, TOWNSHIP_ORGAN, UNIT,
    VILLAGES, members, village_code,
};
use crate::testing::drafts::{
    Draft, assign_as, clerk, correct, dissolve, establishment, evaluate, give_back, merge, officer, order,
    pair, proposal, propose, reject, relieve, review, survey, transfer, withdraw,
};
use crate::testing::{City, date};

pub(super) const PERSONS: [PersonId; 3] = [SECRETARY, SECOND, NEWCOMER];
const FUNCTIONS: [&str; 3] = ["industry", "public_service", "联合巡逻"];

/// The raw material of one command; what it becomes depends on how far its joint branch has come.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// 0 to 5 are plausible for the phase, 6 and 7 pick any command, the rest stand beside the life of the branch.
    kind: u8,
    joint: u8,
    pub(super) choice: u8,
    organizations: Vec<u8>,
    pub(super) percent: u32,
    days: i32,
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let days = prop_oneof![8 => 0..40_i32, 1 => -200..0_i32, 1 => Just(200)];
    let percent = prop_oneof![4 => 60..=100_u32, 1 => 0..=101_u32];
    (0..14_u8, 0..6_u8, any::<u8>(), prop::collection::vec(0..10_u8, 2..5), percent, days).prop_map(
        |(kind, joint, choice, organizations, percent, days)| Step {
            kind,
            joint,
            choice,
            organizations,
            percent,
            days,
        },
    )
}

impl Step {
    fn joint(&self) -> JointBranchId {
        JointBranchId(Ulid(0xF00 + u128::from(self.joint)))
    }

    pub(super) fn picks<T: Copy>(&self, from: &[T]) -> T {
        from[usize::from(self.choice) % from.len()]
    }

    pub(super) fn organizations(&self) -> Vec<OrganizationId> {
        let all: Vec<_> = VILLAGES.into_iter().chain([NEIGHBOUR, COOPERATIVE, UNIT, ABROAD]).collect();
        self.organizations.iter().map(|index| all[usize::from(*index)]).collect()
    }

    fn functions(&self) -> Vec<&'static str> {
        vec![self.picks(&FUNCTIONS)]
    }

    /// The command, on the day that its step lies after everything recorded so far.
    pub(crate) fn draft(&self, city: &City) -> Draft {
        let joint = city.state.joint_branches.get(&self.joint());
        let latest = city.log.iter().map(|event| event.meta.effective_date).max();
        let day = latest.unwrap_or(date("2019-01-10")).max(date("2019-01-10")).plus_days(self.days);
        let draft = match (self.kind, joint) {
            (0..=5, None) => self.propose(),
            (0..=5, Some(joint)) => self.plausible(joint),
            (6, Some(joint)) if self.choice.is_multiple_of(2) => self.beside_a_proposal(joint, day),
            (8 | 9, Some(joint)) => self.beside(city, joint, day),
            (10 | 11, Some(joint)) => self.at_work(city, joint, day),
            (12.., Some(joint)) => self.changing(city, joint, day),
            (_, joint) => self.anything(joint),
        };
        // An evaluation is dated after the end of its quarter.
        let ended = match &draft.body {
            CommandBody::EvaluateQuarter(data) if self.kind <= 5 => data.quarter.end().plus_days(1),
            _ => day,
        };
        self.on_a_paper_of_its_own(draft, day.max(ended), city.log.len())
    }

    fn on_a_paper_of_its_own(&self, draft: Draft, on: Date, number: usize) -> Draft {
        let had_paper = draft.header.document.is_some();
        let was_decided = draft.header.decided_by.is_some();
        let day = on.to_string();
        let number = format!("昭委组〔{}〕{}号", &day[..4], if self.kind == 7 { 1 } else { number + 1 });
        let mut draft = draft;
        match &mut draft.body {
            CommandBody::RecordWillSurvey(data) => {
                data.villages.iter_mut().for_each(|village| village.date = on);
            }
            CommandBody::OrderRectification(data) => data.deadline = on.plus_months(1),
            _ => {}
        }
        let draft = if had_paper { draft.paper(&number, &day) } else { draft };
        let draft = if was_decided { draft.decided(&day) } else { draft };
        draft.on(&day)
    }

    fn propose(&self) -> Draft {
        let members = self.organizations();
        let arrangement = self.picks(&[Arrangement::Merger, Arrangement::Pairing]);
        let form = match arrangement {
            Arrangement::Merger => Form::Branch,
            Arrangement::Pairing => self.picks(&[Form::None, Form::None, Form::None, Form::GeneralBranch]),
        };
        let base_village = village_code(members[0]).parse().ok();
        let mode = if self.choice % 5 == 4 { Mode::LargeSmall } else { Mode::Other };
        let id = Some(self.joint());
        let superior_decision = "昭委组〔2019〕2号".parse().ok();
        let data = ProposeJointBranch {
            id,
            arrangement,
            form,
            mode,
            base_village,
            superior_decision,
            ..proposal(&members)
        };
        // These members are always too few for a general branch: that is what a clerk sets aside.
        if form == Form::GeneralBranch { propose(data).overriding() } else { propose(data) }
    }

    fn plausible(&self, joint: &JointBranch) -> Draft {
        match joint.phase {
            Phase::Proposed if joint.surveys.is_empty() => self.survey(joint),
            Phase::Proposed if self.choice % 8 == 7 => self.of_joint(withdraw()),
            Phase::Proposed if self.choice % 8 == 6 => self.of_joint(reject()),
            Phase::Proposed => self.establish(joint),
            Phase::TerminationDue if !self.choice.is_multiple_of(3) => {
                self.dissolve(joint, Ground::RectificationFailed)
            }
            Phase::Rectifying if !self.choice.is_multiple_of(3) => self.review(),
            Phase::Operating if !joint.poor_standing.is_empty() && !self.choice.is_multiple_of(3) => {
                self.order()
            }
            phase if phase.is_live() => self.live(joint),
            _ => Step { joint: (self.joint + 1) % 6, ..self.clone() }.propose(),
        }
    }

    fn live(&self, joint: &JointBranch) -> Draft {
        match self.percent % 6 {
            0 if joint.arrangement == Arrangement::Pairing => {
                self.of_joint(transfer(&self.functions(), &joint.members[..1]))
            }
            1 if joint.arrangement == Arrangement::Pairing => {
                self.of_joint(give_back(&self.functions(), &joint.members[..1]))
            }
            0 | 1 => self.assign(joint),
            2 => self.of_joint(relieve(self.picks(&PERSONS))),
            3 => self.dissolve(joint, self.picks(&[Ground::PurposeAchieved, Ground::SuperiorDecision])),
            _ => self.evaluate(joint),
        }
    }

    fn anything(&self, joint: Option<&std::sync::Arc<JointBranch>>) -> Draft {
        let organizations = self.organizations();
        let draft = match (self.percent % 13, joint) {
            (0, _) => members(organizations[0], u32::from(self.choice % 5), 0),
            (1, Some(joint)) => self.survey(joint),
            (2, Some(joint)) => self.establish(joint),
            (3, Some(joint)) => self.dissolve(joint, Ground::PlaceChanged),
            (4, Some(joint)) => self.assign(joint),
            (5, _) => self.of_joint(transfer(&self.functions(), &organizations)),
            (6, _) => self.of_joint(give_back(&self.functions(), &organizations)),
            (7, _) => self.review(),
            (8, _) => self.order(),
            (9, _) => self.of_joint(correct("2019Q2", self.picks(&[Grade::Good, Grade::Poor]))),
            (10, _) => self.of_joint(evaluate("2019Q2", Grade::Poor)),
            (11, _) => self.of_joint(reject()),
            _ => self.propose(),
        };
        match self.choice % 4 {
            0 => draft.by(clerk()).behalf(TOWNSHIP_ORGAN),
            1 => draft.by(officer("officer-3")).behalf(COUNTY_ORGAN),
            2 => draft.by(Actor { id: "clerk-1".into(), ..officer("clerk-1") }).behalf(UNIT),
            _ => draft,
        }
    }

    fn survey(&self, joint: &JointBranch) -> Draft {
        let villages = joint.members.iter().filter(|member| ![UNIT, COOPERATIVE].contains(member));
        let villages: Vec<_> = villages.map(|member| (*member, 100, self.percent)).collect();
        self.of_joint(survey(&villages))
    }

    fn establish(&self, joint: &JointBranch) -> Draft {
        let survey = joint.surveys.last().map(|survey| survey.id);
        let consents = vec![crate::commands::establishment_tests::consent()];
        let data = EstablishJointBranch { joint_branch: self.joint(), survey, consents, ..establishment() };
        match joint.arrangement {
            Arrangement::Merger => Draft { body: CommandBody::MergeBranches(MergeBranches(data)), ..merge() },
            Arrangement::Pairing => Draft { body: CommandBody::PairBranches(PairBranches(data)), ..pair() },
        }
    }

    fn assign(&self, joint: &JointBranch) -> Draft {
        let replaces = joint.secretary.as_ref().map(|secretary| secretary.person);
        let term_start = joint.latest_effective;
        let person = self.picks(&PERSONS);
        assign_as(AssignSecretary {
            joint_branch: joint.id,
            person,
            source: crate::testing::drafts::text("other"),
            term_start,
            term_end: None,
            monthly_pay: None,
            replaces,
            basis: None,
        })
    }

    fn evaluate(&self, joint: &JointBranch) -> Draft {
        let first = joint.establishment.as_ref().map_or(joint.proposed_on, |found| found.effective_date);
        let next = joint.evaluations.keys().last().map_or(Quarter::of(first), |quarter| quarter.next());
        let grade = self.picks(&[Grade::Poor, Grade::Fair, Grade::Poor, Grade::Good]);
        self.of_joint(evaluate(&next.to_string(), grade))
    }

    fn order(&self) -> Draft {
        self.of_joint(order("2019-07-20"))
    }

    fn review(&self) -> Draft {
        let share = self.percent.min(100);
        self.of_joint(review(self.choice % 4 == 1, (4, share / 25), (200, share * 2)))
    }

    fn dissolve(&self, joint: &JointBranch, ground: Ground) -> Draft {
        let first = joint.members.first().copied().unwrap_or(UNIT);
        let other = self.organizations()[0];
        let successor = |member: OrganizationId| match self.choice % 5 {
            _ if member == first => member,
            0 => first,
            1 => other,
            _ => member,
        };
        let successors =
            joint.members.iter().map(|member| Succession { member: *member, successor: successor(*member) });
        let successors = match joint.arrangement {
            Arrangement::Merger => successors.collect(),
            Arrangement::Pairing => Vec::new(),
        };
        let mut draft = dissolve(ground, &[]);
        if let CommandBody::DissolveJointBranch(data) = &mut draft.body {
            *data = DissolveJointBranch { joint_branch: joint.id, successors, ..data.clone() };
        }
        draft
    }

    /// The same command on the joint branch of this step.
    fn of_joint(&self, mut draft: Draft) -> Draft {
        let id = self.joint();
        match &mut draft.body {
            CommandBody::RecordWillSurvey(data) => data.joint_branch = id,
            CommandBody::RejectProposal(RejectProposal(data))
            | CommandBody::WithdrawProposal(WithdrawProposal(data)) => data.joint_branch = id,
            CommandBody::RelieveSecretary(data) => data.joint_branch = id,
            CommandBody::TransferFunctions(TransferFunctions(data))
            | CommandBody::ReturnFunctions(ReturnFunctions(data)) => data.joint_branch = id,
            CommandBody::EvaluateQuarter(data) | CommandBody::CorrectEvaluation(CorrectEvaluation(data)) => {
                data.joint_branch = id
            }
            CommandBody::OrderRectification(data) => data.joint_branch = id,
            CommandBody::ReviewRectification(data) => data.joint_branch = id,
            _ => {}
        }
        draft
    }
}
