//! A joint branch as the register, the ledger and its own page show it.

use std::borrow::Cow;
use std::sync::Arc;

use domain::code::Code;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::ids::{JointBranchId, PersonId};
use domain::joint_branch::{Arrangement, Form, Grade, Mode, Phase};
use domain::partial_date::PartialDate;
use domain::post::ApprovalOwed;
use domain::quarter::Quarter;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assess::assess;
use crate::assessment::Assessment;
use crate::code_names::CodeNames;
use crate::deadlines::late_quarters;
use crate::figures::{late_entries, latest_grade};
use crate::obligation::Obligation;
use crate::person::{HasSecretary, PersonLabel, PersonName};
use crate::reading::Reading;
use crate::rows::{EvaluationRow, JointBranchRow, MemberRow, PlaceLabel, RegistrationRow};
use crate::view::{View, ViewError};

/// How many of the latest grades the register shows: a year of them.
const LAST_GRADES: usize = 4;

/// 一个季度的评估等次 / the grade of a quarter
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QuarterGrade {
    /// 评估的季度 / the quarter that was graded
    pub quarter: Quarter,
    /// 评估等次：好、一般、较差 / the grade of the quarter: good, fair or poor
    pub grade: Grade,
    /// 是否更正过 / whether the grade was corrected
    pub corrected: bool,
}

/// 县级清单中的一个联合党组织 / a joint branch in the county's register
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegisterEntry {
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form_kind: Option<Code>,
    #[serde(flatten)]
    pub names: CodeNames,
    /// 所处的阶段，如运行中、整改中 / the phase of its life, such as operating or rectifying
    pub phase: Phase,
    /// 状态的中文名称 / the phase in Chinese
    pub phase_zh: Cow<'static, str>,
    /// 牵头乡镇所在的县（区） / the county in which the lead township lies
    pub county: Option<PlaceLabel>,
    /// 牵头的乡镇（街道） / the township that leads it
    pub lead_township: Option<PlaceLabel>,
    /// 全部成员党组织 / the organizations that are its members
    pub members: Vec<MemberRow>,
    /// 提出日期；存量登记的为登记日期 / the day on which it was proposed, or registered as it stood
    pub proposed_on: Date,
    /// 成立日期；存量登记的见 registered_before / the day on which it was established; for what was registered as it stood, see `registered_before`
    pub established_on: Option<Date>,
    /// 存量登记；在本系统请示成立的没有 / how it was registered as it stood; absent where it was proposed here
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_before: Option<RegistrationRow>,
    /// 批准成立的文号 / the number of the document that established it
    pub document: Option<DocumentNumber>,
    /// 现任书记 / the secretary in post
    pub secretary: Option<PersonLabel>,
    /// 书记空缺起始日期 / since when the post of secretary is vacant
    pub vacant_since: Option<Date>,
    /// 已当选书记、待上级批复的人员；没有则为空 / whom an election made secretary and the committee above has not approved yet; absent where nobody waits
    pub approval_owed: Option<ApprovalOwed>,
    /// 撤销日期 / the day on which it was dissolved
    pub dissolved_on: Option<Date>,
    /// 最近四个季度的等次，最近的在前 / the last four grades, the newest first
    pub last_grades: Vec<QuarterGrade>,
    /// 尚未办结的待办事项 / what it owes, and by when
    pub obligations: Vec<Obligation>,
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

/// 台账中的一个联合党组织：其全部情况 / a joint branch in the township's ledger: everything on it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LedgerEntry {
    #[serde(flatten)]
    pub row: Arc<JointBranchRow>,
    #[serde(flatten)]
    pub names: CodeNames,
    /// 状态的中文名称 / the phase in Chinese
    pub phase_zh: Cow<'static, str>,
    /// 最近一个已结束季度的等次 / the grade of the latest quarter that has ended
    pub latest_grade: Option<Grade>,
    /// 最近四个季度的等次，最近的在前 / the last four grades, the newest first
    pub last_grades: Vec<QuarterGrade>,
    /// 期限过后才录入等次的季度 / the quarters whose grade was recorded after its last day
    pub late_evaluations: Vec<Quarter>,
    /// 补录的记录数 / how many of its events were recorded late
    pub late_entries: u64,
    /// 尚未办结的待办事项 / what it owes, and by when
    pub obligations: Vec<Obligation>,
    /// 成员村轮值承办的次序：从未承办的在前，其后为最久未承办的 / the member villages in the order in which they are to host: who never did, then who did longest ago
    pub rotation: Vec<HostTurn>,
}

/// 一个村的轮值承办 / a village's turn to host
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HostTurn {
    /// 承办活动的成员村 / the member village that hosted
    pub village: PlaceLabel,
    /// 上次承办日期 / the day on which it last hosted
    pub last_hosted_on: Option<Date>,
    /// 承办次数 / how often it has hosted
    pub times: u32,
}

impl HasSecretary for RegisterEntry {
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        self.secretary.as_mut().map(|found| (found.person, &mut found.name))
    }
}

impl HasSecretary for LedgerEntry {
    fn secretary(&mut self) -> Option<(PersonId, &mut Option<PersonName>)> {
        // The snapshot shares the row: a name is only ever put into a copy.
        self.row.secretary.as_ref()?;
        Arc::make_mut(&mut self.row).secretary.as_mut().map(|found| (found.person, &mut found.name))
    }
}

pub(crate) fn register_entry(reading: Reading<'_>, found: &Assessment) -> RegisterEntry {
    let row = &found.row;
    let establishment = row.establishment.as_ref();
    RegisterEntry {
        id: row.id,
        name: row.name.clone(),
        arrangement: row.arrangement,
        mode: row.mode.clone(),
        form: row.form,
        form_kind: row.form_kind.clone(),
        names: CodeNames::of_joint_branch(reading, row),
        phase: row.phase,
        phase_zh: row.phase.chinese().into(),
        county: row.county.clone(),
        lead_township: row.lead_township.clone(),
        members: row.members.clone(),
        proposed_on: row.proposed_on,
        established_on: establishment.filter(|_| is_day_known(row)).map(|decision| decision.effective_date),
        registered_before: row.registration.clone(),
        document: establishment.and_then(|decision| decision.document.clone()),
        secretary: row.secretary.as_ref().map(|found| PersonLabel::new(found.person)),
        vacant_since: row.vacant_since,
        approval_owed: row.approval_owed,
        dissolved_on: row.dissolved_on,
        last_grades: last_grades(row),
        obligations: found.obligations.clone(),
        last_position: row.last_position,
    }
}

/// Whether the day of establishing is known: of what was registered as it stood, only a month or a year may be.
fn is_day_known(row: &JointBranchRow) -> bool {
    let established = |found: &RegistrationRow| found.facts.established.as_ref()?.value().copied();
    row.registration.as_ref().is_none_or(|found| matches!(established(found), Some(PartialDate::On(_))))
}

pub(crate) fn ledger_entry(reading: Reading<'_>, found: &Assessment) -> LedgerEntry {
    let row = &found.row;
    LedgerEntry {
        row: row.clone(),
        names: CodeNames::of_joint_branch(reading, row),
        phase_zh: row.phase.chinese().into(),
        latest_grade: latest_grade(reading, row),
        last_grades: last_grades(row),
        late_evaluations: late_quarters(reading, row).collect(),
        late_entries: late_entries(reading, row),
        obligations: found.obligations.clone(),
        rotation: rotation(row),
    }
}

/// The member villages in the order in which they are to host.
pub fn rotation(row: &JointBranchRow) -> Vec<HostTurn> {
    let mut turns: Vec<_> = row
        .members
        .iter()
        .filter_map(|member| {
            let (last_hosted_on, times) = match &member.hosted {
                Some(hosted) => (Some(hosted.last_on), hosted.times),
                None => (None, 0),
            };
            Some(HostTurn { village: member.village.clone()?, last_hosted_on, times })
        })
        .collect();
    turns.sort_by_key(|turn| (turn.last_hosted_on, turn.times, turn.village.code.clone()));
    turns
}

/// The current state of one joint branch: its one row.
pub fn joint_branch_view(reading: Reading<'_>, id: JointBranchId) -> Result<View<LedgerEntry>, ViewError> {
    let row = reading.views.joint_branch(id).ok_or(ViewError::UnknownJointBranch { id })?;
    let entry = ledger_entry(reading, &assess(reading, row));
    Ok(reading.view(format!("joint-branch/{id}"), vec![entry]))
}

/// The latest grades, the newest first.
fn last_grades(row: &JointBranchRow) -> Vec<QuarterGrade> {
    let newest = row.evaluations.iter().rev().take(LAST_GRADES);
    let grade = |(quarter, evaluation): (&Quarter, &EvaluationRow)| QuarterGrade {
        quarter: *quarter,
        grade: evaluation.grade,
        corrected: evaluation.corrected,
    };
    newest.map(grade).collect()
}
