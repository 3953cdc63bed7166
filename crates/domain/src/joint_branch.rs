//! Joint branches 联合党组织: what is proposed, how far it has come, and what it holds.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::code::{Code, extended_by_policy};
use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::filing::FilingOwed;
use crate::function::Function;
use crate::ids::{CommandId, JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::link::Link;
use crate::place::Level;
use crate::policy::RegulatedForm;
use crate::post::{ApprovalOwed, CommitteeMember, ElectedSecretary, Promises, SecretaryBasis, Term};
use crate::quarter::Quarter;
use crate::recording::Recording;
use crate::resolution::{Agreement, ResolutionOnFile, Returned};
use crate::text::Text;
use crate::work::{CoLocation, Hosting};

/// 合建或共建，两者法律效果不同 / whether branches merge or pair: the two have different legal effects
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arrangement {
    /// 合建：原党组织停止履职，全部职能整体划转 / merger: the original branches are suspended, and all their functions go over as a whole
    Merger,
    /// 共建：原党组织照常工作，只统筹写明的职能 / pairing: the original branches keep working, and only the functions named are coordinated
    Pairing,
}

/// 五种方式, `other` with a reason, `not_stated` for records of the past, and what a jurisdiction has added.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// 贫富村合建.
    RichPoor,
    /// 产业趋同村合建.
    SimilarIndustry,
    /// 大小村合建.
    LargeSmall,
    /// 强弱村结对.
    StrongWeak,
    /// 驻区单位共建.
    ResidentUnit,
    /// Another way, with its reason.
    Other,
    /// A record of the past that names none.
    NotStated,
    /// One that a policy has added: no rule but those of all joint branches is known of it.
    Added(Code),
}

extended_by_policy!(Mode in "modes" {
    RichPoor = "rich_poor",
    SimilarIndustry = "similar_industry",
    LargeSmall = "large_small",
    StrongWeak = "strong_weak",
    ResidentUnit = "resident_unit",
    Other = "other",
    NotStated = "not_stated",
});

/// 联合党组织的组织形式 / the form that the joint branch takes as a Party organization
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// 联合党支部 / a joint branch, 党支部, of its members
    Branch,
    /// 联合党总支 / a joint general branch, 党总支, of its members
    GeneralBranch,
    /// 联合党委，须县级批准 / a joint committee, 党委, which a county approves
    Committee,
    /// 结对：不设组织，没有书记和任期，只有约定的职能 / no organ, no secretary and no term: only functions that are agreed on
    None,
    /// 档案未载明形式，只用于存量登记 / a record of the past that names no form; for registrations only
    NotStated,
}

impl Form {
    /// The form of the regulations that it is; a pairing without an organ has none.
    pub fn regulated(self) -> Option<RegulatedForm> {
        match self {
            Self::Branch => Some(RegulatedForm::Branch),
            Self::GeneralBranch => Some(RegulatedForm::GeneralBranch),
            Self::Committee => Some(RegulatedForm::Committee),
            Self::None | Self::NotStated => None,
        }
    }
}

/// 合建共建的理由：地域相邻、产业相近、治理相融 / why these organizations join: near each other, of like industry, governed well together
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Justification {
    /// 地域相邻：各成员的位置和距离 / geography: how near the members lie to each other
    pub geography: Text,
    /// 产业相近：各成员的主导产业 / industry: how near the industries of the members are
    pub industry: Text,
    /// 治理相融：各成员如何共同治理 / governance: how the members fit in running their affairs
    pub governance: Text,
}

/// The households of a village, and who put them on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VillageBase {
    pub households: u32,
    pub recorded_by: String,
    /// Where the log says so.
    pub position: u64,
}

/// The will of one village.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VillageSurvey {
    pub village: PlaceId,
    pub asked: u32,
    pub in_favour: u32,
    pub held_on: Date,
    /// The households on file when the survey was recorded.
    pub base: Option<VillageBase>,
}

/// A will survey 群众意愿调查; a second one stands beside the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The command that recorded it.
    pub id: CommandId,
    pub villages: Vec<VillageSurvey>,
}

/// 季度评估等次：好、一般、较差 / the grade of a quarter: good, fair or poor
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 评估等次为好 / the work of the quarter was good
    Good,
    /// 评估等次为一般 / the work of the quarter was fair
    Fair,
    /// 评估等次为较差，应在规定期限内下达整改 / the work of the quarter was poor, and an order of rectification is owed
    Poor,
}

/// 终止合建共建的事由 / the ground on which a joint branch ends
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 整改未通过：逾期未改进，或党员、村民不满意 / not improved in time, or members or villagers not satisfied
    RectificationFailed,
    /// 合建共建的目的已经达到 / the purpose of the joint branch is achieved
    PurposeAchieved,
    /// 成员党组织提出要求 / the member organizations ask for it
    MembersRequest,
    /// 成员村撤销或变更 / a member village ended or changed
    PlaceChanged,
    /// 上级党组织作出决定 / an organization above decided it
    SuperiorDecision,
}

/// 联合党组织所处的阶段 / the phase of the joint branch's life
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 已请示，待批准 / proposed and not decided yet
    Proposed,
    /// 请示未予批准 / the proposal was rejected by the county
    Rejected,
    /// 请示已撤回 / the proposal was taken back
    Withdrawn,
    /// 已成立，正常运行 / established and at work
    Operating,
    /// 正在整改，期限未满或未验收 / under an order of rectification
    Rectifying,
    /// 整改未通过，应予终止 / rectification failed, and dissolution is owed
    TerminationDue,
    /// 合建共建已终止 / the joint branch has ended
    Dissolved,
    /// 已作存量登记，待县级确认 / registered as it stood, and not confirmed by the county yet
    AwaitingConfirmation,
    /// 存量登记已退回 / the registration was sent back by the county
    SentBack,
}

impl Phase {
    /// Established and not dissolved.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Operating | Self::Rectifying | Self::TerminationDue)
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Operating => "operating",
            Self::Rectifying => "rectifying",
            Self::TerminationDue => "termination_due",
            Self::Dissolved => "dissolved",
            Self::AwaitingConfirmation => "awaiting_confirmation",
            Self::SentBack => "sent_back",
        }
    }

    /// The name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Proposed => "待批准（请示）",
            Self::Rejected => "不予批准",
            Self::Withdrawn => "已撤回",
            Self::Operating => "运行中",
            Self::Rectifying => "整改中",
            Self::TerminationDue => "应予终止",
            Self::Dissolved => "已撤销",
            Self::AwaitingConfirmation => "待确认（存量）",
            Self::SentBack => "已退回（存量）",
        }
    }
}

/// 批准成立的决定 / the decision that established a joint branch
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Establishment {
    /// 成立日期 / the day on which it took effect
    pub effective_date: Date,
    /// 作出决定的机关的层级，撤销须由同级或上级决定 / the tier of the body that decided; only the same or a higher one may dissolve
    pub level: Level,
    /// 批准成立的文号 / the number of the document
    pub document: Option<DocumentNumber>,
}

/// The secretary in post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secretary {
    pub person: PersonId,
    pub source: String,
    /// Whether an election on file or the committee above put them in post.
    pub basis: SecretaryBasis,
    pub since: Date,
    /// Nothing where it is not on file.
    pub term_end: Option<Date>,
}

/// The grade of one quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    pub grade: Grade,
    pub effective_date: Date,
    /// The day it was recorded: a deadline is met by this day, never by the effective date.
    pub recorded_on: Date,
    /// Who recorded or corrected it: none of them may correct it again.
    pub recorded_by: BTreeSet<String>,
    pub position: u64,
    pub corrected: bool,
}

/// The members and households of a joint branch, and who put on file what may have been put there for its sake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SatisfactionBase {
    pub members: u32,
    /// Nothing where a member village had none on file.
    pub households: Option<u32>,
    pub recorded_by: BTreeSet<String>,
}

/// An order of rectification that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectification {
    pub ordered_on: Date,
    pub deadline: Date,
    pub items: Vec<Text>,
    /// Who could be asked when the order was given.
    pub base: SatisfactionBase,
}

/// Who had which part in the present cycle of rectification: the next step is another's.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CycleActors {
    pub ordered: Option<String>,
    pub reviewed: Option<String>,
    /// Who recorded the figures on which satisfaction was counted.
    pub counted: BTreeSet<String>,
}

/// What of a joint branch follows in the order of its days: what is entered late goes before nothing of its own thread, and
/// other threads do not stop it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thread {
    /// Whether it is there, and in which form: from its proposal to its end.
    Standing,
    /// Who leads it: elections, secretary, committee, term and commitments.
    Post,
    /// The grades of quarters.
    Quarters,
    /// Orders of rectification, their reviews, and corrections of grades.
    Cycle,
    /// Powers delegated to it.
    Powers,
}

/// A joint branch as the log tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JointBranch {
    pub id: JointBranchId,
    pub name: Text,
    /// Which event states the name.
    pub name_recorded: Recording,
    pub arrangement: Arrangement,
    pub mode: Mode,
    pub form: Form,
    /// The kind of the form, where a policy has added it.
    pub form_kind: Option<Code>,
    pub members: Vec<OrganizationId>,
    pub lead_township: PlaceId,
    /// Nothing where it was registered as it stood.
    pub justification: Option<Justification>,
    /// Whether it came onto the register as it stood, from before; otherwise it was proposed here.
    pub is_registered: bool,
    pub base_village: Option<PlaceId>,
    pub industry: Option<Text>,
    pub mode_reason: Option<Text>,
    pub superior_decision: Option<DocumentNumber>,
    /// Rules that the proposal overrode; the establishing decision confirms or refuses them.
    pub overridden: BTreeSet<String>,
    pub phase: Phase,
    pub proposed_on: Date,
    /// The day on which the first of it was recorded.
    pub begun_on: Date,
    /// Who proposed; like those who surveyed, neither establishes nor dissolves.
    pub proposed_by: String,
    /// Where the log says so: figures recorded later may have been recorded for its sake.
    pub proposed_position: u64,
    pub surveyed_by: BTreeSet<String>,
    pub surveys: Vec<Survey>,
    /// What the members of each organization resolved last, on joining or leaving.
    pub resolutions: BTreeMap<OrganizationId, ResolutionOnFile>,
    /// The agreement of a pairing: the last one.
    pub agreement: Option<Agreement>,
    /// That the proposal was sent back for what it lacks, and handed in again.
    pub returned: Option<Returned>,
    pub establishment: Option<Establishment>,
    pub secretary: Option<Secretary>,
    /// When the last election on file was held.
    pub elected_on: Option<Date>,
    /// Whom the last election on file elected to be it.
    pub elected_secretary: Option<ElectedSecretary>,
    /// Whom an election elected secretary, until the committee above approves.
    pub approval_owed: Option<ApprovalOwed>,
    /// Whom the elections of the running term elected, to whatever post.
    pub elected_in_term: BTreeSet<PersonId>,
    /// Since when the secretary's post is empty; nothing where there is no such post.
    pub vacant_since: Option<Date>,
    /// Functions held, by original organization.
    pub functions: BTreeMap<OrganizationId, BTreeSet<Function>>,
    pub evaluations: BTreeMap<Quarter, Evaluation>,
    /// Quarters graded poor that no order of rectification has answered, with the day the grade took effect.
    pub poor_standing: BTreeMap<Quarter, Date>,
    pub rectification: Option<Rectification>,
    pub cycle_actors: CycleActors,
    /// Since when dissolution is owed.
    pub termination_due_since: Option<Date>,
    pub dissolved_on: Option<Date>,
    pub ground: Option<Ground>,
    /// Whether it ended in the cycle of rectification, from the poor grade on and on whatever ground: the history that a
    /// new proposal shows.
    pub failed: bool,
    /// Facts that wait to be filed with the county, by the position of their event.
    pub filings_owed: BTreeMap<u64, FilingOwed>,
    /// The term in force: the one that ends last.
    pub term: Option<Term>,
    pub committee: Vec<CommitteeMember>,
    /// What the secretary in post has promised, or who was it last.
    pub promises: Option<Promises>,
    /// Originals that it gave back: each owes an election.
    pub restored: BTreeSet<OrganizationId>,
    /// 四项权力 that the township committee has delegated to it.
    pub powers: BTreeSet<Text>,
    pub links: Vec<Link>,
    pub last_activity: Option<Date>,
    /// Who hosted activities; the rotation follows from it.
    pub hosted: BTreeMap<PlaceId, Hosting>,
    pub co_location: Option<CoLocation>,
    /// Since when a member village has ended or left: the county owes a decision.
    pub place_changed_since: Option<Date>,
    /// Decisions already taken on it: kind, issuer and number, so that one paper does not do the same twice, with the
    /// command that took it.
    pub decisions: BTreeMap<String, CommandId>,
    pub latest_effective: Date,
    /// The latest effective date of each thread.
    pub threads: BTreeMap<Thread, Date>,
    pub last_position: u64,
}

impl JointBranch {
    /// Whether the proposal waits to be handed in again.
    pub fn is_returned(&self) -> bool {
        self.returned.as_ref().is_some_and(|returned| returned.handed_in_on.is_none())
    }

    /// The latest effective date of any of these threads.
    pub(crate) fn latest_of(&self, threads: &[Thread]) -> Option<Date> {
        threads.iter().filter_map(|thread| self.threads.get(thread).copied()).max()
    }

    /// Notes the day of an event of a thread.
    pub(crate) fn follows(&mut self, thread: Thread, day: Date) {
        let latest = self.threads.entry(thread).or_insert(day);
        *latest = (*latest).max(day);
    }

    /// Whether the last election on file elected that person secretary.
    pub fn is_elected(&self, person: PersonId) -> bool {
        self.elected_secretary.as_ref().is_some_and(|elected| elected.person == person)
    }

    /// Whether that person is in post and waits for approval: the secretary in post was elected anew.
    pub fn is_elected_anew(&self, person: PersonId) -> bool {
        let is_owed = self.approval_owed.is_some_and(|owed| owed.person == person);
        is_owed && self.secretary.as_ref().is_some_and(|secretary| secretary.person == person)
    }

    /// Whether the villages are in the cycle poor grade → order → review → end, which has no exits.
    pub fn is_in_cycle(&self) -> bool {
        !self.poor_standing.is_empty() || matches!(self.phase, Phase::Rectifying | Phase::TerminationDue)
    }
}
