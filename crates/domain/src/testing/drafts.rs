//! Commands with sensible defaults: each says by whom, on whose authority, when and on which paper, and each part can
//! be changed by a word.

use std::collections::{BTreeMap, BTreeSet};

use ulid::Ulid;

use super::city::{CITY_ORGAN, COUNTY_ORGAN, JOINT, LEAD, TOWNSHIP_ORGAN, V1, village_code};
use super::{RECORDED, date, instant};
use crate::account::Role;
use crate::actor::{Actor, Authority};
use crate::command::Command;
use crate::command_header::CommandHeader;
use crate::commands::dissolve_joint_branch::Succession;
use crate::commands::establishment::EstablishJointBranch;
use crate::commands::record_will_survey::SurveyedVillage;
use crate::commands::reject_proposal::EndProposal;
use crate::commands::transfer_functions::MoveFunctions;
use crate::commands::{
    AssignSecretary, CommandBody, CorrectEvaluation, DissolveJointBranch, EvaluateQuarter, MergeBranches,
    OrderRectification, PairBranches, ProposeJointBranch, RecordWillSurvey, RegisterPerson, RejectProposal,
    RelieveSecretary, ReturnFunctions, ReviewRectification, TransferFunctions, UpdateOrganization,
    WithdrawProposal,
};
use crate::consent::Consent;
use crate::date::Timestamp;
use crate::document_number::{DecidedBy, Document, Override};
use crate::erasable::Erasable;
use crate::function::Function;
use crate::ids::{CommandId, Commitment, HolderId, OrganizationId, PersonId};
use crate::joint_branch::{Arrangement, Form, Grade, Ground, Justification, Mode};
use crate::organization::{Figure, FigureValue};
use crate::satisfaction::Satisfaction;
use crate::text::Text;

/// The officer who records the figures of organizations.
pub const RECORDER: &str = "officer-8";

/// The officer who reviews rectifications.
pub const REVIEWER: &str = "officer-2";
pub mod changes;
pub mod meetings;
pub mod oversight;
pub mod persons;
pub mod places;
pub mod policies;
pub mod posts;
pub mod registrations;
pub mod resolutions;
pub mod work;

/// A command that has not been given yet.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What is asked.
    pub body: CommandBody,
    /// Everything else.
    pub header: CommandHeader,
}

impl Draft {
    /// A command of an actor on the authority of an organization, without a paper.
    pub fn new(body: CommandBody, actor: Actor, organ: OrganizationId, on: &str) -> Self {
        let commitments =
            CommandBody::erasable_pointers(body.name()).iter().map(|pointer| (pointer.clone(), commitment()));
        let header = CommandHeader {
            id: CommandId(Ulid(0)),
            actor,
            on_behalf_of: Authority::Organization(organ),
            effective_date: date(on),
            decided_on: None,
            recorded_at: instant(RECORDED),
            document: None,
            decided_by: None,
            override_: None,
            simulated: None,
            holder: None,
            commitments: commitments.collect(),
        };
        Self { body, header }
    }

    /// The command under that id.
    pub fn into_command(self, id: CommandId) -> Command {
        Command { header: CommandHeader { id, ..self.header }, body: self.body }
    }

    /// By another actor.
    pub fn by(mut self, actor: Actor) -> Self {
        self.header.actor = actor;
        self
    }

    /// On the authority of another organization.
    pub fn behalf(mut self, organ: OrganizationId) -> Self {
        self.header.on_behalf_of = Authority::Organization(organ);
        self
    }

    /// On the authority of a place.
    pub fn behalf_of_place(mut self, code: &str) -> Self {
        self.header.on_behalf_of = Authority::Place(code.parse().unwrap());
        self
    }

    /// From another day on.
    pub fn on(mut self, day: &str) -> Self {
        self.header.effective_date = date(day);
        self
    }

    /// Recorded at another time.
    pub fn recorded_at(mut self, time: Timestamp) -> Self {
        self.header.recorded_at = time;
        self
    }

    /// Recorded at noon of another day.
    pub fn recorded(self, day: &str) -> Self {
        self.recorded_at(instant(&format!("{day}T04:00:00.000Z")))
    }

    /// On a paper.
    pub fn paper(mut self, number: &str, issued: &str) -> Self {
        self.header.document = Some(paper(number, issued));
        self
    }

    /// On a paper with the hash of its scan, which is that digit 64 times.
    pub fn scanned(mut self, number: &str, issued: &str, digit: &str) -> Self {
        let sha256 = digit.repeat(64).try_into().ok();
        self.header.document = Some(Document { sha256, ..paper(number, issued) });
        self
    }

    /// Without a paper.
    pub fn no_paper(mut self) -> Self {
        self.header.document = None;
        self
    }

    /// Decided by a meeting on that day.
    pub fn decided(mut self, day: &str) -> Self {
        self.header.decided_by = Some(DecidedBy { meeting: text("常委会会议"), date: date(day) });
        self
    }

    /// Decided for a day from which it can no longer hold.
    pub fn decided_on(mut self, day: &str) -> Self {
        self.header.decided_on = Some(date(day));
        self
    }

    /// Decided by no meeting.
    pub fn undecided(mut self) -> Self {
        self.header.decided_by = None;
        self
    }

    /// With an override of what warns.
    pub fn overriding(mut self) -> Self {
        let document = paper("昭委组〔2019〕1号", "2019-01-02").number;
        self.header.override_ = Some(Override { reason: text("因工作需要"), document });
        self
    }

    /// Said to be simulated, or said to be real.
    pub fn simulated(mut self, simulated: bool) -> Self {
        self.header.simulated = Some(simulated);
        self
    }

    /// About an account of that holder.
    pub fn of(mut self, holder: Option<HolderId>) -> Self {
        self.header.holder = holder;
        self
    }

    /// Without the commitments that the service makes.
    pub fn uncommitted(mut self) -> Self {
        self.header.commitments.clear();
        self
    }
}

/// A text.
pub fn text(text: &str) -> Text {
    Text::try_from(text).unwrap()
}

/// A paper.
pub fn paper(number: &str, issued: &str) -> Document {
    Document { number: number.parse().unwrap(), issued: date(issued), sha256: None }
}

/// The commitment that stands for every erasable value.
pub fn commitment() -> Commitment {
    Commitment("c".repeat(64))
}

/// A figure: a number where the text is one.
pub fn figure(value: &str) -> Figure {
    let number = serde_json::from_str(value).ok().map(FigureValue::Number);
    let value = number.unwrap_or_else(|| FigureValue::Text(text(value)));
    Figure { value, unit: text("-"), period: text("2018"), source: text("年报"), bound: None }
}

/// A clerk of the lead township.
pub fn clerk() -> Actor {
    Actor { id: "clerk-1".to_owned(), role: Role::TownshipClerk, scope: LEAD.parse().unwrap() }
}

/// An officer of the county.
pub fn officer(id: &str) -> Actor {
    Actor { id: id.to_owned(), role: Role::CountyOfficer, scope: "510811".parse().unwrap() }
}

/// A person at the machine that holds the log.
pub fn local() -> Actor {
    Actor { id: "local".to_owned(), role: Role::Local, scope: "5108".parse().unwrap() }
}

/// By a clerk, on the authority of the lead township's committee.
pub fn township(body: CommandBody, on: &str) -> Draft {
    Draft::new(body, clerk(), TOWNSHIP_ORGAN, on)
}

/// By an officer, decided by the county's organ on that day, on a paper of that day.
pub fn county(body: CommandBody, number: &str, on: &str) -> Draft {
    Draft::new(body, officer("officer-1"), COUNTY_ORGAN, on).paper(number, on).decided(on)
}

/// A local command of the first import.
pub fn import(body: CommandBody) -> Draft {
    Draft::new(body, local(), V1, "2018-01-01").behalf_of_place("5108")
}

/// `update-organization` by an officer who decides nothing, before anything is proposed.
pub fn update(data: UpdateOrganization) -> Draft {
    Draft::new(CommandBody::UpdateOrganization(data), officer(RECORDER), COUNTY_ORGAN, "2018-06-01")
}

/// `register-person` in the first village's branch.
pub fn person(id: PersonId, formal_member_since: Option<&str>) -> Draft {
    let data = RegisterPerson {
        id: Some(id),
        name: Erasable(text("张三")),
        organization: V1,
        formal_member_since: formal_member_since.map(date),
    };
    Draft::new(CommandBody::RegisterPerson(data), officer("officer-1"), COUNTY_ORGAN, "2018-06-01")
}

/// A merger of small branches, in a mode without a condition on its members.
pub fn proposal(members: &[OrganizationId]) -> ProposeJointBranch {
    ProposeJointBranch {
        id: Some(JOINT),
        name: text("联合党支部"),
        arrangement: Arrangement::Merger,
        mode: Mode::Other,
        form: Form::Branch,
        form_kind: None,
        members: members.to_vec(),
        lead_township: LEAD.parse().unwrap(),
        justification: Justification {
            geography: text("地域相邻"),
            industry: text("产业相近"),
            governance: text("治理相融"),
        },
        base_village: None,
        industry: None,
        mode_reason: Some(text("联合抓产业")),
        superior_decision: None,
    }
}

/// A pairing without an organ.
pub fn pairing(members: &[OrganizationId]) -> ProposeJointBranch {
    ProposeJointBranch { arrangement: Arrangement::Pairing, form: Form::None, ..proposal(members) }
}

/// `propose-joint-branch` on 2019-01-10.
pub fn propose(data: ProposeJointBranch) -> Draft {
    township(CommandBody::ProposeJointBranch(data), "2019-01-10")
}

/// `record-will-survey` on 2019-02-10: by village branch, households asked and in favour.
pub fn survey(villages: &[(OrganizationId, u32, u32)]) -> Draft {
    let villages = villages.iter().map(|(branch, asked, in_favour)| SurveyedVillage {
        village: village_code(*branch).parse().unwrap(),
        asked: *asked,
        in_favour: *in_favour,
        method: text("入户"),
        date: date("2019-02-01"),
    });
    let data = RecordWillSurvey { joint_branch: JOINT, villages: villages.collect() };
    township(CommandBody::RecordWillSurvey(data), "2019-02-10")
}

/// The establishing decision, on whatever survey there is.
pub fn establishment() -> EstablishJointBranch {
    EstablishJointBranch {
        joint_branch: JOINT,
        survey: None,
        consents: Vec::new(),
        ends_pairings: BTreeSet::new(),
        reason: None,
    }
}

/// `merge-branches` on 2019-03-01.
pub fn merge() -> Draft {
    county(CommandBody::MergeBranches(MergeBranches(establishment())), "昭委组〔2019〕18号", "2019-03-01")
}

/// `pair-branches` on 2019-03-01.
pub fn pair() -> Draft {
    county(CommandBody::PairBranches(PairBranches(establishment())), "昭委组〔2019〕18号", "2019-03-01")
}

/// `reject-proposal` on 2019-03-01.
pub fn reject() -> Draft {
    let data = EndProposal { joint_branch: JOINT, reason: Some(text("条件不成熟")) };
    county(CommandBody::RejectProposal(RejectProposal(data)), "昭委组〔2019〕19号", "2019-03-01")
}

/// `withdraw-proposal` on 2019-03-01.
pub fn withdraw() -> Draft {
    township(
        CommandBody::WithdrawProposal(WithdrawProposal(EndProposal { joint_branch: JOINT, reason: None })),
        "2019-03-01",
    )
}

/// A full term from 2019-03-15 on.
pub fn appointment(person: PersonId) -> AssignSecretary {
    AssignSecretary {
        joint_branch: JOINT,
        person,
        source: text("prosperity_expert"),
        term_start: date("2019-03-15"),
        term_end: None,
        monthly_pay: None,
        replaces: None,
        basis: None,
    }
}

/// `assign-secretary` on 2019-03-15.
pub fn assign(person: PersonId) -> Draft {
    assign_as(appointment(person))
}

/// As `assign`, in other words.
pub fn assign_as(data: AssignSecretary) -> Draft {
    township(CommandBody::AssignSecretary(data), "2019-03-15").decided("2019-03-14")
}

/// `relieve-secretary` on 2019-05-01.
pub fn relieve(person: PersonId) -> Draft {
    let data = RelieveSecretary { joint_branch: JOINT, person, reason: Erasable(text("工作调动")) };
    township(CommandBody::RelieveSecretary(data), "2019-05-01").decided("2019-04-30")
}

/// Functions and the members they come from.
pub fn functions(functions: &[&str], from: &[OrganizationId]) -> MoveFunctions {
    let functions = functions.iter().map(|function| Function(text(function))).collect();
    MoveFunctions { joint_branch: JOINT, functions, from: from.to_vec() }
}

/// `transfer-functions` on 2019-03-10.
pub fn transfer(names: &[&str], from: &[OrganizationId]) -> Draft {
    township(CommandBody::TransferFunctions(TransferFunctions(functions(names, from))), "2019-03-10")
}

/// `return-functions` on 2019-06-10.
pub fn give_back(names: &[&str], from: &[OrganizationId]) -> Draft {
    township(CommandBody::ReturnFunctions(ReturnFunctions(functions(names, from))), "2019-06-10")
}

/// A quarter's grade.
pub fn grading(quarter: &str, grade: Grade) -> EvaluateQuarter {
    EvaluateQuarter {
        joint_branch: JOINT,
        quarter: quarter.parse().unwrap(),
        grade,
        findings: vec![text("议事记录不全")],
        indicators: BTreeMap::new(),
        reason: None,
    }
}

/// `evaluate-quarter`, ten days after the quarter's end.
pub fn evaluate(quarter: &str, grade: Grade) -> Draft {
    let data = grading(quarter, grade);
    let on = data.quarter.end().plus_days(10).to_string();
    township(CommandBody::EvaluateQuarter(data), &on)
}

/// `correct-evaluation` by the county, 15 days after the quarter's end.
pub fn correct(quarter: &str, grade: Grade) -> Draft {
    let data = EvaluateQuarter { reason: Some(text("复核")), ..grading(quarter, grade) };
    let on = data.quarter.end().plus_days(15).to_string();
    county(CommandBody::CorrectEvaluation(CorrectEvaluation(data)), "昭委组〔2019〕30号", &on)
}

/// `order-rectification` on 2019-04-20.
pub fn order(deadline: &str) -> Draft {
    let data = OrderRectification {
        joint_branch: JOINT,
        deadline: date(deadline),
        items: vec![text("健全议事制度")],
    };
    township(CommandBody::OrderRectification(data), "2019-04-20")
}

/// `review-rectification` on 2019-07-25, by an officer who dissolves nothing: members and households, asked and
/// satisfied.
pub fn review(improved: bool, members: (u32, u32), villagers: (u32, u32)) -> Draft {
    let satisfaction = |(asked, satisfied)| Satisfaction { asked, satisfied };
    let data = ReviewRectification {
        joint_branch: JOINT,
        improved,
        members: satisfaction(members),
        villagers: satisfaction(villagers),
    };
    let draft = county(CommandBody::ReviewRectification(data), "昭委组〔2019〕40号", "2019-07-25");
    draft.by(officer(REVIEWER))
}

/// `dissolve-joint-branch` on 2019-08-20: for each member who goes on.
pub fn dissolve(ground: Ground, successors: &[(OrganizationId, OrganizationId)]) -> Draft {
    let successors =
        successors.iter().map(|(member, successor)| Succession { member: *member, successor: *successor });
    let above =
        || Consent { organization: CITY_ORGAN, document: paper("广委组〔2019〕5号", "2019-08-19") };
    let superior = (ground == Ground::SuperiorDecision).then(above);
    let data =
        DissolveJointBranch { joint_branch: JOINT, ground, successors: successors.collect(), superior };
    county(CommandBody::DissolveJointBranch(data), "昭委组〔2019〕50号", "2019-08-20")
}
