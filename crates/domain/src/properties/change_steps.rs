//! Random commands that change members, joint branches and organizations, and oversee them.

use std::sync::Arc;

use crate::commands::record_meeting::ItemDecided;
use crate::commands::{
    AdmitMember, AnswerSupervision, AssignFirstSecretary, AssignSuperior, ChangeJointBranch,
    ChangeOrganization, CommandBody, CorrectDocument, HoldPerson, IssueSupervision, IssueYellowCard,
    LiftHold, RecordAgreement, RecordMeeting, RecordYearlyReview, ReleaseMember, ResubmitProposal,
};
use crate::date::Date;
use crate::event::EventBody;
use crate::ids::CommandId;
use crate::joint_branch::{Form, JointBranch};
use crate::meeting::{MAX_MEETINGS, Meeting};
use crate::resolution::MembersResolution;
use crate::testing::City;
use crate::testing::city::{COOPERATIVE, LEAD, TOWNSHIP_ORGAN, V1, VILLAGES};
use crate::testing::drafts::changes::{
    abolish, admission, admit_as, ask, change, changing, correct_document, correct_name, correcting, leave,
    release_as, reorganize, reorganizing,
};
use crate::testing::drafts::meetings::{close, deciding, meet, meeting};
use crate::testing::drafts::oversight::{
    answer, card, carding, lift as lift_card, review_year, supervise, supervising, yearly_review,
};
use crate::testing::drafts::persons::{consent_of, erase_with, erasure, hold, lift};
use crate::testing::drafts::posts::{call_back, send_as, sending};
use crate::testing::drafts::resolutions::{
    agree_as, agreement, hand_in_again_as, resolution, resolve_as, send_back,
};
use crate::testing::drafts::{Draft, county, officer, text};
use crate::yellow_card::Consequence;

use super::steps::{PERSONS, Step};

impl Step {
    /// A command of these on the joint branch, on a day.
    pub(super) fn changing(&self, city: &City, joint: &JointBranch, day: Date) -> Draft {
        match self.percent % 13 {
            9 | 10 => self.place(city),
            0 => self.candidate(joint),
            1 | 2 => self.joining(joint),
            3 => self.leaving(joint),
            4 => self.form_or_name(joint),
            5 => self.organization(),
            6 => self.supervision(joint, day),
            7 => self.answer(city),
            8 if self.choice % 2 == 1 => self.first_secretary(city, day),
            8 => self.yearly(day),
            11 => self.record_of_a_person(city, day),
            _ if self.choice % 4 == 3 => self.correction_of_a_document(city),
            _ => self.correction_of_a_name(city),
        }
    }

    /// What stands beside a proposal, or under a joint branch.
    pub(super) fn beside_a_proposal(&self, joint: &JointBranch, day: Date) -> Draft {
        if joint.is_returned() {
            let (reply, superior_decision) = (None, None);
            return hand_in_again_as(ResubmitProposal { joint_branch: joint.id, reply, superior_decision });
        }
        let mut draft = match self.percent % 4 {
            0 => {
                agree_as(RecordAgreement { date: day, until: day.plus_months(24), ..agreement("2030-01-01") })
            }
            1 => send_back(),
            2 => {
                let organization = joint.members.first().copied().unwrap_or(V1);
                let counted =
                    MembersResolution { entitled: 1, present: 1, in_favour: 1, ..resolution(organization) };
                resolve_as(vec![MembersResolution { date: day, ..counted }])
            }
            _ => {
                let data = AssignSuperior { organization: COOPERATIVE, joint_branch: joint.id };
                county(CommandBody::AssignSuperior(data), "昭委组〔2019〕41号", "2019-06-01")
            }
        };
        match &mut draft.body {
            CommandBody::RecordAgreement(data) => data.joint_branch = joint.id,
            CommandBody::ReturnProposal(data) => data.joint_branch = joint.id,
            CommandBody::RecordMembersResolution(data) => data.joint_branch = joint.id,
            _ => {}
        }
        draft
    }

    /// A village that would join, or one that would leave.
    fn candidate(&self, joint: &JointBranch) -> Draft {
        let village = self.picks(&[self.picks(&VILLAGES), joint.members.first().copied().unwrap_or(V1)]);
        let mut draft = ask(&[(village, 100, self.percent)]);
        if let CommandBody::RecordWillSurvey(data) = &mut draft.body {
            data.joint_branch = joint.id;
        }
        draft
    }

    fn joining(&self, joint: &JointBranch) -> Draft {
        let member = self.picks(&[self.picks(&VILLAGES), COOPERATIVE]);
        let superior_decision = "昭委组〔2019〕2号".parse().ok();
        let consents = vec![crate::commands::establishment_tests::consent()];
        let survey = last_survey(joint);
        admit_as(AdmitMember {
            joint_branch: joint.id,
            survey,
            consents,
            superior_decision,
            ..admission(member)
        })
    }

    fn leaving(&self, joint: &JointBranch) -> Draft {
        let member = joint.members.last().copied().unwrap_or(V1);
        let successor = self.picks(&[member, member, member, self.organizations()[0]]);
        let survey = last_survey(joint);
        release_as(ReleaseMember { joint_branch: joint.id, survey, ..leave(member, successor) })
    }

    fn form_or_name(&self, joint: &JointBranch) -> Draft {
        let form = self.picks(&[None, Some(Form::GeneralBranch), Some(Form::None)]);
        let name = Some(text(&format!("第{}联合党组织", self.choice)));
        let draft = change(ChangeJointBranch { joint_branch: joint.id, name, form, ..changing() });
        // These members are always too few for a general branch.
        let warns = form == Some(Form::GeneralBranch) && joint.form != Form::GeneralBranch;
        if warns { draft.overriding() } else { draft }
    }

    fn organization(&self) -> Draft {
        let organizations = self.organizations();
        let name = Some(text(&format!("第{}党支部", self.choice)));
        match self.choice % 4 {
            0 => abolish(organizations[0], organizations[1]),
            _ => reorganize(ChangeOrganization { name, ..reorganizing(organizations[0]) }),
        }
    }

    fn supervision(&self, joint: &JointBranch, due: Date) -> Draft {
        let joint_branch = Some(joint.id);
        if self.choice % 2 == 1 {
            let consequences = vec![Consequence::Interview];
            return card(IssueYellowCard {
                id: None,
                joint_branch,
                consequences,
                deadline: None,
                ..carding(LEAD)
            });
        }
        if self.choice.is_multiple_of(4) {
            let session = self.percent.clamp(1, MAX_MEETINGS);
            let decided = ItemDecided { finish_by: Some(due), ..deciding(LEAD) };
            return meet(RecordMeeting { id: None, session, met_on: due, ..meeting(vec![decided]) });
        }
        supervise(IssueSupervision { id: None, joint_branch, due, ..supervising(LEAD) })
    }

    fn answer(&self, city: &City) -> Draft {
        let open = city.state.supervisions.values().find(|supervision| supervision.answer.is_none());
        let standing = city.state.yellow_cards.values().find(|card| card.lifted.is_none());
        if let Some(standing) = standing.filter(|_| self.choice % 2 == 1) {
            let mut draft = lift_card();
            if let CommandBody::LiftYellowCard(data) = &mut draft.body {
                data.yellow_card = standing.id;
            }
            return draft;
        }
        let is_open = |found: &&Arc<Meeting>| found.agenda.iter().any(|item| item.closed.is_none());
        let met = city.state.meetings.values().find(is_open);
        if let Some(met) = met.filter(|_| self.choice.is_multiple_of(4)) {
            let mut draft = close(1);
            if let CommandBody::CloseDecision(data) = &mut draft.body {
                data.meeting = met.id;
            }
            return draft;
        }
        let mut draft = answer();
        if let (CommandBody::AnswerSupervision(AnswerSupervision { supervision, .. }), Some(open)) =
            (&mut draft.body, open)
        {
            *supervision = open.id;
        }
        draft
    }

    fn yearly(&self, day: Date) -> Draft {
        let data = RecordYearlyReview { person: self.picks(&PERSONS), ..yearly_review(day.year()) };
        Draft { body: CommandBody::RecordYearlyReview(data), ..review_year(2019) }
    }

    /// A first secretary of the first village, who is then replaced, sent again or called back.
    fn first_secretary(&self, city: &City, day: Date) -> Draft {
        let in_post = city.organization(V1).first_secretary.as_ref().map(|found| found.person);
        match in_post.filter(|_| self.choice % 4 == 3) {
            Some(person) => call_back(person),
            None => send_as(AssignFirstSecretary {
                since: day,
                until: day.plus_months(24),
                replaces: in_post,
                ..sending(self.picks(&PERSONS))
            }),
        }
    }

    /// A hold, its end, or an erasure, which needs a far day.
    fn record_of_a_person(&self, city: &City, day: Date) -> Draft {
        let person = self.picks(&PERSONS);
        let held = city.state.persons.values().find(|person| person.hold.is_some()).map(|person| person.id);
        let lifts = held.is_some() && self.choice % 3 == 1;
        let data = HoldPerson { person: held.filter(|_| lifts).unwrap_or(person) };
        match self.choice % 3 {
            0 => Draft { body: CommandBody::HoldPerson(data), ..hold() },
            1 => Draft { body: CommandBody::LiftHold(LiftHold(data)), ..lift() },
            _ => erase_with(erasure(person, consent_of(TOWNSHIP_ORGAN)), &day.to_string()),
        }
    }

    /// Of the document of one of the latest decisions.
    fn correction_of_a_document(&self, city: &City) -> Draft {
        let documented: Vec<_> = city.state.decisions.iter().collect();
        let last = documented.len().saturating_sub(1 + usize::from(self.choice) % 12);
        let Some((id, decision)) = documented.get(last) else { return self.correction_of_a_name(city) };
        let number = format!("{}{}号", decision.number.series(), 900 + self.percent);
        let data = CorrectDocument { number: number.parse().ok(), ..correcting(**id) };
        correct_document(data).by(officer("officer-4"))
    }

    /// Of a name that some event states, today or not.
    fn correction_of_a_name(&self, city: &City) -> Draft {
        let wanted = self.choice % 3;
        let states_a_name = |body: &EventBody| match body {
            EventBody::PlaceRegistered(_) => wanted == 0,
            EventBody::OrganizationRegistered(_) | EventBody::OrganizationChanged(_) => wanted == 1,
            EventBody::JointBranchProposed(_) | EventBody::JointBranchChanged(_) => wanted == 2,
            _ => false,
        };
        let named: Vec<_> =
            city.log.iter().filter(|event| states_a_name(&event.body)).map(|event| event.meta.id).collect();
        let name = format!("更正{}", self.percent);
        let last = named.len().saturating_sub(1 + usize::from(self.choice) % 12);
        correct_name(named.get(last).copied().unwrap_or(city.log[0].meta.id), &name).by(officer("officer-4"))
    }
}

fn last_survey(joint: &JointBranch) -> Option<CommandId> {
    joint.surveys.last().map(|survey| survey.id)
}
