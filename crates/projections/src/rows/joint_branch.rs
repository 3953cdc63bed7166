//! The row of a joint branch, with its members, surveys and grades, and how it follows from the state of the city.

use std::collections::{BTreeMap, BTreeSet};

use domain::CityState;
use domain::code::Code;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::filing::FilingOwed;
use domain::function::Function;
use domain::ids::{JointBranchId, OrganizationId};
use domain::joint_branch::{
    Arrangement, Establishment, Form, Grade, Ground, JointBranch, Justification, Mode, Phase, Rectification,
    Secretary,
};
use domain::link::Link;
use domain::money::Funding;
use domain::organization::{HostKind, Organization, OrganizationStatus};
use domain::partial_date::PartialDate;
use domain::place::{Level, PlaceCode, PlaceKind};
use domain::post::{ApprovalOwed, CommitteeMember, EarlierTerm, FirstSecretary, SecretaryCommitment, Term};
use domain::quarter::Quarter;
use domain::resolution::{Agreement, ResolutionOnFile, Returned};
use domain::say::Say;
use domain::supervision::YearlyReview;
use domain::text::Text;
use domain::work::Hosting;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::governance::{self, ElectionOwedRow, VillageHeadRow};
use super::place::{PlaceLabel, label, label_of};
use super::registration::{RegistrationRow, registration_row};
use super::work::{self, CoLocationRow};
use crate::number_keys;
use crate::person::SecretaryRow;

/// 成员党组织 / a member organization, as its joint branch names it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MemberRow {
    /// 党组织编号 / the id of the organization
    pub organization: OrganizationId,
    /// 成员党组织的名称 / the name of the member organization
    pub name: Text,
    /// 所属单位的类别 / the kind of its host
    pub host_kind: HostKind,
    /// 所属的村（社区） / the village or community, where the member belongs to one
    pub village: Option<PlaceLabel>,
    /// 行政村、社区或其他 / whether that is a village, a community or neither
    pub village_kind: Option<PlaceKind>,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 党组织的状况：正常、停止履职或已撤销 / whether it works, is suspended by a merger, or was abolished
    pub status: OrganizationStatus,
    /// 正式党员数 / how many formal members it has
    pub formal_members: u32,
    /// 派驻该成员的现任第一书记；没有选派的没有 / the first secretary who was sent to it; absent where there is none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_secretary: Option<FirstSecretary>,
    /// 该村承办活动的次数和最近日期 / how often the village hosted activities of the joint branch, and when last
    pub hosted: Option<Hosting>,
    /// 该村各年度经费 / what the village has in each fiscal year
    #[serde(deserialize_with = "number_keys::deserialize")]
    pub funding: BTreeMap<i16, Funding>,
}

/// 一个村的群众意愿调查 / the will of one village
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VillageSurveyRow {
    /// 调查的成员村 / the member village that was asked
    pub village: Option<PlaceLabel>,
    /// 征求意见的户数 / how many households were asked
    pub asked: u32,
    /// 同意的户数 / how many of them were in favour
    pub in_favour: u32,
    /// 调查日期 / the day on which they were asked
    pub held_on: Date,
    /// 录入时登记的总户数，即计算的基数 / the households on file when the survey was recorded: what it counts against
    pub households: Option<u32>,
}

/// 一个党组织党员大会的决议 / what the meeting of one organization's members resolved
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResolutionRow {
    /// 召开党员大会的党组织 / the organization whose members met
    pub organization: OrganizationId,
    /// 党组织的名称 / the name of the organization
    pub name: Option<Text>,
    /// 应到会有表决权的党员数 / the members with a vote who were to be present
    pub entitled: u32,
    /// 实到会有表决权的党员数 / the members with a vote who were present
    pub present: u32,
    /// 赞成人数 / the members in favour
    pub in_favour: u32,
    /// 党员大会日期 / the day of the members' meeting
    pub date: Date,
}

/// 一个季度的评估；评估人见日志，仅限有权查看经办人的人员 / the grade of one quarter; who gave it stands in the log, for those who may see actors
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EvaluationRow {
    /// 评估等次：好、一般、较差 / the grade of the quarter: good, fair or poor
    pub grade: Grade,
    /// 生效日期 / the day on which it took effect
    pub effective_date: Date,
    /// 录入日期 / the day on which it was recorded
    pub recorded_on: Date,
    /// 季度结束后第几日录入，是否按期以录入日为准 / days from the quarter's end to the recording: a deadline is met by that day, never by the effective date
    pub recorded_after_days: i32,
    /// 是否更正过 / whether it was corrected
    pub corrected: bool,
    /// 记录的位置 / the position of its event
    pub position: u64,
}

/// 尚未验收的整改 / an order of rectification that stands, with the members and households that satisfaction counts against
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RectificationRow {
    /// 下达日期 / the day on which it was ordered
    pub ordered_on: Date,
    /// 整改期限的最后一日 / the last day of the rectification
    pub deadline: Date,
    /// 整改事项 / what is to be rectified
    pub items: Vec<Text>,
    /// 下达时的党员数，即满意度计算的基数 / the members when it was ordered
    pub members: u32,
    /// 下达时的户数 / the households when it was ordered
    pub households: Option<u32>,
}

/// 联合党组织 / a joint branch, with every name resolved but those of persons, which are in the erasable store
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct JointBranchRow {
    /// 联合党组织编号 / the id of the joint branch
    pub id: JointBranchId,
    /// 联合党组织的名称 / the name of the joint branch
    pub name: Text,
    /// 合建或共建 / whether the organizations merge or pair
    pub arrangement: Arrangement,
    /// 合建共建的方式 / the mode, one of the five ways or one that a policy has added
    pub mode: Mode,
    /// 联合党组织的形式 / the form of the joint branch
    pub form: Form,
    /// 政策增加的形式细类 / the kind of the form, where a policy has added it
    pub form_kind: Option<Code>,
    /// 所处的阶段，如运行中、整改中 / the phase of its life, such as operating or rectifying
    pub phase: Phase,
    /// 牵头乡镇所在的县（区） / the county in which the lead township lies
    pub county: Option<PlaceLabel>,
    /// 牵头的乡镇（街道） / the township that leads it
    pub lead_township: Option<PlaceLabel>,
    /// 牵头乡镇和各成员所在的乡镇，各乡镇台账均列入 / the lead township and every member's: all of them have it in their ledgers
    pub townships: BTreeSet<PlaceCode>,
    /// 全部成员党组织 / the organizations that are its members
    pub members: Vec<MemberRow>,
    /// 合建共建的理由，分三方面；存量登记的没有 / why these organizations join, under three heads; absent where it was registered as it stood
    pub justification: Option<Justification>,
    /// 存量登记；在本系统请示成立的没有 / how it was registered as it stood; absent where it was proposed here
    pub registration: Option<RegistrationRow>,
    /// 待办起算日：此前的日期不产生待办 / from which day on it can owe anything; absent where the county has opened no register
    pub owed_from: Option<Date>,
    /// 大小村合建的中心村 / the base village, for the mode `large_small`
    pub base_village: Option<PlaceLabel>,
    /// 主导产业 / the industry that they share
    pub industry: Option<Text>,
    /// 选择其他方式的理由 / why another mode was chosen
    pub mode_reason: Option<Text>,
    /// 上级决定的文号 / the number of the decision of a superior
    pub superior_decision: Option<DocumentNumber>,
    /// 请示时经批准未按其办理的规定 / the rules that the proposal set aside
    pub overridden: BTreeSet<String>,
    /// 提出日期 / the day on which it was proposed
    pub proposed_on: Date,
    /// 历次群众意愿调查，按村分列 / the will surveys, each with its villages
    pub surveys: Vec<Vec<VillageSurveyRow>>,
    /// 各党组织党员大会最近一次的决议 / what the members of each organization resolved last
    pub resolutions: Vec<ResolutionRow>,
    /// 结对共建协议书；没有则为空 / the agreement of the pairing; absent where there is none
    pub agreement: Option<Agreement>,
    /// 请示退回补充的情况；没有退回则为空 / that the proposal was sent back, and handed in again; absent where it was not
    pub returned: Option<Returned>,
    /// 批准成立的决定 / the decision that established it
    pub establishment: Option<Establishment>,
    /// 现任书记 / the secretary in post
    pub secretary: Option<SecretaryRow>,
    /// 书记空缺起始日期；已当选、待批复的不算空缺 / since when the post of secretary is vacant; absent while somebody elected waits for approval
    pub vacant_since: Option<Date>,
    /// 已当选书记、待上级批复的人员；没有则为空 / whom an election made secretary and the committee above has not approved yet; absent where nobody waits
    pub approval_owed: Option<ApprovalOwed>,
    /// 联合行使的职能，按原党组织分列 / the functions that it holds, by original organization
    pub functions: BTreeMap<OrganizationId, BTreeSet<Function>>,
    /// 各季度评估 / the grade of each quarter
    pub evaluations: BTreeMap<Quarter, EvaluationRow>,
    /// 评为较差、尚未下达整改的季度及等次生效日期 / quarters graded poor that no order has answered, with the day the grade took effect
    pub poor_standing: BTreeMap<Quarter, Date>,
    /// 尚未验收的整改 / the order of rectification that stands
    pub rectification: Option<RectificationRow>,
    /// 应予终止的起始日期 / since when its termination is due
    pub termination_due_since: Option<Date>,
    /// 撤销日期 / the day on which it was dissolved
    pub dissolved_on: Option<Date>,
    /// 撤销理由 / why it was dissolved
    pub ground: Option<Ground>,
    /// 待备案的事项，以记录位置为键 / facts that wait to be filed, by the position of their event
    #[serde(deserialize_with = "number_keys::deserialize")]
    pub filings_owed: BTreeMap<u64, FilingOwed>,
    /// 现任期的起止 / the term in force, from its first to its last day
    pub term: Option<Term>,
    /// 委员会成员及分工 / the members of the committee with their duties
    pub committee: Vec<CommitteeMember>,
    /// 现任书记已作出的承诺 / what the secretary in post has promised
    pub commitments: BTreeSet<SecretaryCommitment>,
    /// 现任书记此前的各段任职及其承诺 / the earlier terms of the secretary in post, with what was promised once in each
    pub earlier_terms: Vec<EarlierTerm>,
    /// 恢复的原党组织 / the originals that it gave back
    pub restored: BTreeSet<OrganizationId>,
    /// 现任书记各年度述职评议的结果 / how each year of the secretary in post was reviewed
    #[serde(deserialize_with = "number_keys::deserialize")]
    pub reviews: BTreeMap<i16, YearlyReview>,
    /// 恢复后尚未换届选举的原党组织 / the originals given back that have not elected yet
    pub elections_owed: Vec<ElectionOwedRow>,
    /// 乡镇党委下放的权力 / the powers that the township committee has delegated
    pub powers: BTreeSet<Text>,
    /// 指导与交叉任职 / guidance and shared posts
    pub links: Vec<Link>,
    /// 最近一次活动的日期 / the day of its last activity
    pub last_activity: Option<Date>,
    /// 成员村发生区划变化的日期 / since when a member village has ended or left
    pub place_changed_since: Option<Date>,
    /// 合署办公 / where its people work together
    pub co_location: Option<CoLocationRow>,
    /// 书记担任村民委员会主任的成员村（一肩挑） / the member villages whose villagers' committee the secretary heads
    pub village_heads: Vec<VillageHeadRow>,
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

impl JointBranchRow {
    /// Established and not dissolved.
    pub fn is_live(&self) -> bool {
        self.phase.is_live()
    }

    /// Whether it was established and not dissolved on a day.
    pub fn was_live_on(&self, day: Date) -> bool {
        self.establishment.as_ref().is_some_and(|decision| decision.effective_date <= day)
            && self.dissolved_on.is_none_or(|dissolved| dissolved > day)
    }

    /// Whether it counts for that place: a joint branch is counted where its lead township lies.
    pub fn is_led_from(&self, code: &PlaceCode) -> bool {
        let lies_there = |place: &Option<PlaceLabel>| place.as_ref().is_some_and(|place| place.code == *code);
        match code.level() {
            Level::City => true,
            Level::County => lies_there(&self.county),
            Level::Township | Level::Village => lies_there(&self.lead_township),
        }
    }

    /// The day of establishing in words, as exactly as it is known; nothing where it is not on file, or not established.
    pub fn established(&self) -> Option<Say> {
        let established = self.establishment.as_ref()?.effective_date;
        match &self.registration {
            Some(found) => found.established(),
            None => Some(PartialDate::On(established).say()),
        }
    }

    /// Whether something of that day can be owed at all.
    pub(crate) fn owes_for(&self, day: Date) -> bool {
        self.owed_from.is_none_or(|from| day >= from)
    }

    /// The day from which a deadline that begins on that day is counted.
    pub(crate) fn counted_from(&self, day: Date) -> Date {
        self.owed_from.map_or(day, |from| day.max(from))
    }

    /// Whether it is a proposal whose villages were not asked.
    pub fn lacks_survey(&self) -> bool {
        let has_village = self.members.iter().any(|member| member.village.is_some());
        self.phase == Phase::Proposed && has_village && self.surveys.is_empty()
    }
}

fn member_row(state: &CityState, joint_branch: &JointBranch, organization: &Organization) -> MemberRow {
    let village = organization.village().and_then(|id| state.places.get(&id));
    MemberRow {
        organization: organization.id,
        name: organization.name.clone(),
        host_kind: organization.host_kind.clone(),
        village: village.map(|place| label(place)),
        village_kind: village.and_then(|place| place.kind),
        township: state.scope_of_place(organization.location).township,
        status: organization.status.clone(),
        formal_members: organization.formal_members,
        first_secretary: organization.first_secretary.clone(),
        hosted: organization.village().and_then(|id| joint_branch.hosted.get(&id)).copied(),
        funding: village.map(|place| place.funding.clone()).unwrap_or_default(),
    }
}

fn surveys(state: &CityState, joint_branch: &JointBranch) -> Vec<Vec<VillageSurveyRow>> {
    let village_row = |village: &domain::joint_branch::VillageSurvey| VillageSurveyRow {
        village: label_of(state, village.village),
        asked: village.asked,
        in_favour: village.in_favour,
        held_on: village.held_on,
        households: village.base.as_ref().map(|base| base.households),
    };
    joint_branch.surveys.iter().map(|survey| survey.villages.iter().map(village_row).collect()).collect()
}

fn resolutions(state: &CityState, joint_branch: &JointBranch) -> Vec<ResolutionRow> {
    let row = |found: &ResolutionOnFile| {
        let resolution = &found.resolution;
        ResolutionRow {
            organization: resolution.organization,
            name: state.organizations.get(&resolution.organization).map(|found| found.name.clone()),
            entitled: resolution.entitled,
            present: resolution.present,
            in_favour: resolution.in_favour,
            date: resolution.date,
        }
    };
    joint_branch.resolutions.values().map(row).collect()
}

fn secretary_row(secretary: &Secretary) -> SecretaryRow {
    SecretaryRow {
        person: secretary.person,
        name: None,
        source: secretary.source.clone(),
        basis: secretary.basis,
        since: secretary.since,
        term_end: secretary.term_end,
    }
}

/// The secretary of a joint branch that waits for confirmation: whoever confirms it sees whom it names.
fn waiting_secretary(state: &CityState, joint_branch: &JointBranch) -> Option<SecretaryRow> {
    let waits = joint_branch.phase == Phase::AwaitingConfirmation;
    let registration = state.registrations.get(&joint_branch.id).filter(|_| waits)?;
    registration.facts.secretary_in_post(registration.registered_on).as_ref().map(secretary_row)
}

fn rectification_row(order: &Rectification) -> RectificationRow {
    RectificationRow {
        ordered_on: order.ordered_on,
        deadline: order.deadline,
        items: order.items.clone(),
        members: order.base.members,
        households: order.base.households,
    }
}

fn evaluations(joint_branch: &JointBranch) -> BTreeMap<Quarter, EvaluationRow> {
    let rows = joint_branch.evaluations.iter().map(|(quarter, evaluation)| {
        let row = EvaluationRow {
            grade: evaluation.grade,
            effective_date: evaluation.effective_date,
            recorded_on: evaluation.recorded_on,
            recorded_after_days: evaluation.recorded_on.days_since(quarter.end()),
            corrected: evaluation.corrected,
            position: evaluation.position,
        };
        (*quarter, row)
    });
    rows.collect()
}

pub(super) fn joint_branch_row(state: &CityState, joint_branch: &JointBranch) -> JointBranchRow {
    let organizations = joint_branch.members.iter().filter_map(|id| state.organizations.get(id));
    let members: Vec<_> =
        organizations.map(|organization| member_row(state, joint_branch, organization)).collect();
    let lead_township = label_of(state, joint_branch.lead_township);
    let lead_code = lead_township.iter().map(|township| township.code.clone());
    let townships = members.iter().filter_map(|member| member.township.clone()).chain(lead_code).collect();
    // Whoever left the post promised it for themselves.
    let promises = joint_branch.promises.as_ref().filter(|_| joint_branch.secretary.is_some());
    JointBranchRow {
        id: joint_branch.id,
        name: joint_branch.name.clone(),
        arrangement: joint_branch.arrangement,
        mode: joint_branch.mode.clone(),
        form: joint_branch.form,
        form_kind: joint_branch.form_kind.clone(),
        phase: joint_branch.phase,
        county: state.ancestor(joint_branch.lead_township, Level::County).map(|county| label(county)),
        lead_township,
        townships,
        members,
        justification: joint_branch.justification.clone(),
        registration: state
            .registrations
            .get(&joint_branch.id)
            .map(|found| registration_row(state, joint_branch, found)),
        owed_from: state.owed_from(joint_branch),
        base_village: joint_branch.base_village.and_then(|id| label_of(state, id)),
        industry: joint_branch.industry.clone(),
        mode_reason: joint_branch.mode_reason.clone(),
        superior_decision: joint_branch.superior_decision.clone(),
        overridden: joint_branch.overridden.clone(),
        proposed_on: joint_branch.proposed_on,
        surveys: surveys(state, joint_branch),
        resolutions: resolutions(state, joint_branch),
        agreement: joint_branch.agreement.clone(),
        returned: joint_branch.returned.clone(),
        establishment: joint_branch.establishment.clone(),
        secretary: joint_branch
            .secretary
            .as_ref()
            .map(secretary_row)
            .or_else(|| waiting_secretary(state, joint_branch)),
        vacant_since: joint_branch.vacant_since.filter(|_| joint_branch.approval_owed.is_none()),
        approval_owed: joint_branch.approval_owed,
        functions: joint_branch.functions.clone(),
        evaluations: evaluations(joint_branch),
        poor_standing: joint_branch.poor_standing.clone(),
        rectification: joint_branch.rectification.as_ref().map(rectification_row),
        termination_due_since: joint_branch.termination_due_since,
        dissolved_on: joint_branch.dissolved_on,
        ground: joint_branch.ground,
        filings_owed: joint_branch.filings_owed.clone(),
        term: joint_branch.term.clone(),
        committee: joint_branch.committee.clone(),
        commitments: promises.map(|found| found.made.clone()).unwrap_or_default(),
        earlier_terms: promises.map(|found| found.earlier.clone()).unwrap_or_default(),
        restored: joint_branch.restored.clone(),
        reviews: governance::reviews(state, joint_branch),
        elections_owed: governance::elections_owed(state, joint_branch),
        powers: joint_branch.powers.clone(),
        links: joint_branch.links.clone(),
        last_activity: joint_branch.last_activity,
        place_changed_since: joint_branch.place_changed_since,
        co_location: work::co_location(state, joint_branch),
        village_heads: governance::village_heads(state, joint_branch),
        last_position: joint_branch.last_position,
    }
}
