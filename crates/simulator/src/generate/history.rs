//! The years: a calendar of what is due for each group, taken day by day: the lines are chronological.

use std::collections::BTreeMap;

use domain::date::Date;
use domain::filing::FilingMatter;
use domain::ids::{
    CommandId, JointBranchId, MeetingId, OrganizationId, PersonId, PlaceId, SupervisionId, YellowCardId,
};
use domain::joint_branch::{Ground, JointBranch, Mode};
use domain::premises::Milestone;
use domain::quarter::Quarter;

use super::GenerateError;
use super::given::Given;
use super::habits::Habits;
use super::register::Group;
use super::script::Script;

/// How many days the township needs before its first proposal.
const EARLIEST_PROPOSAL_DAYS: u32 = 30;
/// The city meets for the first time so many days after the beginning.
const FIRST_MEETING_AFTER_DAYS: u32 = 45;

/// Between a proposal and its decision lie at most so many days: a survey, perhaps its way back and again, then the deciding.
pub(super) const LATEST_DECISION_DAYS: u32 = 52;
/// After the end of a joint branch its villages propose again within so many days.
const LATEST_AGAIN_DAYS: u32 = 500;

/// What is due.
#[derive(Debug, Clone, Copy)]
pub(super) enum Task {
    RegisterExisting,
    ConfirmExisting,
    CompleteExisting,
    Propose,
    Survey,
    Decide,
    HandInAgain,
    PlaceUnder,
    Agree,
    AssignSecretary,
    ReplaceSecretary,
    RelieveSecretary,
    EndTerm,
    TransferFunctions,
    ReturnFunctions,
    Evaluate(Quarter),
    Correct(Quarter),
    Order,
    Review { improved: bool },
    Dissolve(Ground),
    File(FilingMatter),
    FileAlone(OrganizationId),
    Commit,
    YearlyGoal(i16),
    ReviewYear(i16),
    Hold,
    LiftHold(PersonId),
    AppointCommittee,
    Elect,
    ApproveSecretary,
    ElectAlone(OrganizationId),
    HeadVillage,
    RenewTerm,
    SendFirstSecretary,
    EndPosting,
    DelegatePowers,
    RevokePower,
    Guide,
    Act,
    ActLate(Date),
    CoLocate,
    Fund(i16),
    Supplement(i16),
    Settle(i16),
    PayPremises(PlaceId, Milestone),
    Supervise(Quarter),
    Answer(SupervisionId),
    Warn(Quarter),
    LiftCard(YellowCardId),
    Meet,
    SuperviseDecision(MeetingId),
    AnswerDecision(MeetingId, SupervisionId),
    CloseDecision(MeetingId, u32),
    AskToJoin,
    Admit,
    AskToLeave,
    Release(CommandId),
    RenameJointBranch,
    RenameOrganization,
    UpdateProfile,
    AbolishCooperative,
    ChangePlaces,
}

impl Task {
    /// Whether it is the villages' own, whatever becomes of their joint branch.
    fn outlives(self) -> bool {
        matches!(
            self,
            Self::ElectAlone(_)
                | Self::FileAlone(_)
                | Self::Fund(_)
                | Self::Supplement(_)
                | Self::Settle(_)
                | Self::PayPremises(..)
                | Self::Answer(_)
                | Self::LiftCard(_)
                | Self::Meet
                | Self::SuperviseDecision(_)
                | Self::AnswerDecision(..)
                | Self::CloseDecision(..)
                | Self::SendFirstSecretary
                | Self::EndPosting
                | Self::Hold
                | Self::LiftHold(_)
                | Self::RenameOrganization
                | Self::UpdateProfile
                | Self::AbolishCooperative
                | Self::ChangePlaces
        )
    }
}

/// What becomes of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Established,
    Rejected,
    Withdrawn,
}

/// The days of a history.
pub(super) struct Period {
    pub(super) from: Date,
    /// Until when plans are made: these do not depend on the day on which the history stops.
    pub(super) end: Date,
    /// The last day that is played.
    pub(super) until: Date,
}

/// How far a group has come.
pub(super) struct Life {
    pub(super) group: Group,
    /// The joint branch of the present attempt.
    pub(super) joint_branch: Option<JointBranchId>,
    pub(super) attempt: u32,
    pub(super) fate: Fate,
    /// Whether another group begins again in its place, and it never proposes.
    stands_back: bool,
}

/// The lives of all groups, and the calendar.
pub(super) struct History {
    pub(super) lives: Vec<Life>,
    /// Until when plans are made.
    pub(super) end: Date,
    /// The last day that is played.
    until: Date,
    /// What is due, by day and then by when it was noted: the attempt that it is meant for comes with it.
    calendar: BTreeMap<(Date, u64), (usize, u32, Task)>,
    noted: u64,
    pub(super) from: Date,
    pub(super) habits: Habits,
    /// How many supervisions a yellow card may follow, and how many cards there were.
    pub(super) supervised: u32,
    pub(super) warned: u32,
    /// How many postings of first secretaries have come to their planned end.
    pub(super) postings_ended: u32,
    given: Given,
}

impl History {
    pub(super) fn new(groups: Vec<Group>, period: &Period, habits: Habits, given: Given) -> Self {
        let Period { from, end, until } = *period;
        let life = |group| Life {
            group,
            joint_branch: None,
            attempt: 0,
            fate: Fate::Established,
            stands_back: false,
        };
        let lives = groups.into_iter().map(life).collect();
        Self {
            lives,
            end,
            until,
            calendar: BTreeMap::new(),
            noted: 0,
            from,
            habits,
            supervised: 0,
            warned: 0,
            postings_ended: 0,
            given,
        }
    }

    /// Lets the years pass.
    pub(super) fn play(mut self, script: &mut Script<'_>) -> Result<Self, GenerateError> {
        let days = u32::try_from(self.end.days_since(self.from)).unwrap_or(0);
        let latest = days * self.habits.proposals_percent_of_period / 100;
        for index in 0..self.lives.len() {
            // Papers of before do not say which village was the base of the others.
            let can_exist = self.lives[index].group.mode != Mode::LargeSmall;
            if can_exist && script.random().percent(self.habits.existing_percent) {
                self.note_existing(script, index);
            } else {
                let after = script.random().between(EARLIEST_PROPOSAL_DAYS, latest);
                self.note(index, self.from, after, Task::Propose);
            }
            self.note_lasting_tasks(script, index);
        }
        if !self.lives.is_empty() {
            self.note(0, self.from, FIRST_MEETING_AFTER_DAYS, Task::Meet);
        }
        while let Some(((on, _), (index, attempt, task))) = self.calendar.pop_first() {
            if on > self.until {
                break;
            }
            // What was meant for a joint branch that has ended since is nobody's business any more.
            self.given.play_until(script, on)?;
            script.pass_to(on);
            let life = &self.lives[index];
            if task.outlives() || (life.attempt == attempt && !life.stands_back) {
                self.perform(script, index, on, task)?;
            }
        }
        self.given.play_rest(script, self.until)?;
        Ok(self)
    }

    /// Puts a task on the calendar.
    pub(super) fn note(&mut self, index: usize, on: Date, after_days: u32, task: Task) {
        let day = on.plus_days(i32::try_from(after_days).unwrap_or(i32::MAX));
        self.noted += 1;
        self.calendar.insert((day, self.noted), (index, self.lives[index].attempt, task));
    }

    /// As `note`, some day between the first and the last.
    pub(super) fn note_between(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        (first_days, last_days): (u32, u32),
        task: Task,
    ) {
        let after = script.random().between(first_days, last_days);
        self.note(index, on, after, task);
    }

    /// A group whose joint branch ended proposes once more, where time is left; one that has not proposed yet stands
    /// back for it, so that there are never more joint branches than were asked for.
    pub(super) fn begin_again(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
    ) -> Result<(), GenerateError> {
        let waiting: Vec<usize> = (0..self.lives.len())
            .filter(|other| self.lives[*other].attempt == 0 && !self.lives[*other].stands_back)
            .collect();
        let Some(last) = waiting.len().checked_sub(1).filter(|_| self.is_in_time(on, LATEST_AGAIN_DAYS))
        else {
            return Ok(());
        };
        let chosen = script.random().between(0, u32::try_from(last).unwrap_or(0)) as usize;
        self.lives[waiting[chosen]].stands_back = true;
        self.next_candidate(script, index, on)?;
        self.note_between(script, index, on, (100, LATEST_AGAIN_DAYS), Task::Propose);
        Ok(())
    }

    /// Whether what is proposed so many days later is decided before the end.
    pub(super) fn is_in_time(&self, on: Date, days: u32) -> bool {
        let days = days + LATEST_DECISION_DAYS;
        on.plus_days(i32::try_from(days).unwrap_or(i32::MAX)) <= self.end
    }

    /// The joint branch of a group as the rehearsal knows it.
    pub(super) fn joint_branch<'s>(
        &self,
        script: &'s Script<'_>,
        index: usize,
    ) -> Result<&'s JointBranch, GenerateError> {
        let id = self.lives[index].joint_branch;
        let found = id.and_then(|id| script.state().joint_branches.get(&id));
        found
            .map(AsRef::as_ref)
            .ok_or_else(|| GenerateError::Fault { detail: format!("group {index} has no joint branch") })
    }

    fn perform(
        &mut self,
        script: &mut Script<'_>,
        index: usize,
        on: Date,
        task: Task,
    ) -> Result<(), GenerateError> {
        match task {
            Task::RegisterExisting => self.register_existing(script, index, on),
            Task::ConfirmExisting => self.confirm_existing(script, index, on),
            Task::CompleteExisting => self.complete_existing(script, index, on),
            Task::Propose => self.propose(script, index, on),
            Task::Survey => self.survey(script, index, on),
            Task::Decide => self.decide(script, index, on),
            Task::HandInAgain => self.hand_in_again(script, index, on),
            Task::PlaceUnder => self.place_under(script, index, on),
            Task::Agree => self.agree(script, index, on),
            Task::AssignSecretary => self.assign_secretary(script, index, on),
            Task::ReplaceSecretary => self.replace_secretary(script, index, on),
            Task::RelieveSecretary => self.relieve_secretary(script, index, on),
            Task::EndTerm => self.end_term(script, index, on),
            Task::TransferFunctions => self.transfer_functions(script, index, on),
            Task::ReturnFunctions => self.return_functions(script, index, on),
            Task::Evaluate(quarter) => self.evaluate(script, index, on, quarter),
            Task::Correct(quarter) => self.correct(script, index, on, quarter),
            Task::Order => self.order(script, index, on),
            Task::Review { improved } => self.review(script, index, on, improved),
            Task::Dissolve(ground) => self.dissolve(script, index, on, ground),
            Task::File(matter) => self.file(script, index, on, matter),
            Task::FileAlone(organization) => self.file_alone(script, index, on, organization),
            Task::Commit => self.commit(script, index, on),
            Task::YearlyGoal(year) => self.yearly_goal(script, index, on, year),
            Task::ReviewYear(year) => self.review_year(script, index, on, year),
            Task::Hold => self.hold(script, index, on),
            Task::LiftHold(person) => self.lift_hold(script, index, on, person),
            Task::AppointCommittee => self.appoint_committee(script, index, on),
            Task::Elect => self.elect(script, index, on),
            Task::ApproveSecretary => self.approve_secretary(script, index, on),
            Task::ElectAlone(organization) => self.elect_alone(script, index, on, organization),
            Task::HeadVillage => self.head_village(script, index, on),
            Task::RenewTerm => self.renew_term(script, index, on),
            Task::SendFirstSecretary => self.send_first_secretary(script, index, on),
            Task::EndPosting => self.end_posting(script, index, on),
            Task::DelegatePowers => self.delegate_powers(script, index, on),
            Task::RevokePower => self.revoke_power(script, index, on),
            Task::Guide => self.guide(script, index, on),
            Task::Act => self.act(script, index, on, on),
            Task::ActLate(held_on) => self.act(script, index, on, held_on),
            Task::CoLocate => self.co_locate(script, index, on),
            Task::Fund(year) => self.fund(script, index, on, year),
            Task::Supplement(year) => self.supplement(script, index, on, year),
            Task::Settle(year) => self.settle(script, index, on, year),
            Task::PayPremises(begun, milestone) => self.pay_premises(script, index, on, (begun, milestone)),
            Task::Supervise(quarter) => self.supervise(script, index, on, quarter),
            Task::Answer(supervision) => self.answer(script, index, on, supervision),
            Task::Warn(quarter) => self.warn(script, index, on, quarter),
            Task::LiftCard(card) => self.lift_card(script, index, on, card),
            Task::Meet => self.meet(script, index, on),
            Task::SuperviseDecision(meeting) => self.supervise_decision(script, index, on, meeting),
            Task::AnswerDecision(meeting, asked) => self.answer_decision(script, index, on, (meeting, asked)),
            Task::CloseDecision(meeting, item) => self.close_decision(script, index, on, (meeting, item)),
            Task::AskToJoin => self.ask_to_join(script, index, on),
            Task::Admit => self.admit(script, index, on),
            Task::AskToLeave => self.ask_to_leave(script, index, on),
            Task::Release(survey) => self.release(script, index, on, survey),
            Task::RenameJointBranch => self.rename_joint_branch(script, index, on),
            Task::RenameOrganization => self.rename_organization(script, index, on),
            Task::UpdateProfile => self.update_profile(script, index, on),
            Task::AbolishCooperative => self.abolish_cooperative(script, index, on),
            Task::ChangePlaces => self.change_places(script, index, on),
        }
    }
}
