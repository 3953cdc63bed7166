//! What a rehearsal tells: which recorded commands a proposed policy would have decided otherwise, and what would be owed.

use std::borrow::Cow;

use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::ids::{JointBranchId, OrganizationId};
use domain::place::PlaceCode;
use domain::policy::{Citation, Severity};
use domain::quarter::Quarter;
use domain::say::Say;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::number::{Number, Unit};
use crate::obligation::{Detail, ObligationKind};
use crate::policies::{FigureChange, Threshold};
use crate::view::FigureName;

/// The most commands that a rehearsal lists; the counts are of all.
pub const MAX_REHEARSED_CASES: usize = 2_000;
/// The most deadlines that it lists; the counts are of all.
pub const MAX_REHEARSED_DEADLINES: usize = 2_000;
/// The most documents that it lists, those with most commands first; how many there are is said.
pub const MAX_REHEARSED_DOCUMENTS: usize = 200;

/// 历史试行的结果：拟议政策若自某日起施行，哪些已记录的指令会另作处理，哪些期限会改变；不记录任何内容 / what a rehearsal found: had a proposed policy been in force since a day, which recorded commands would have been decided otherwise and which deadlines would be others. Nothing is recorded
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rehearsal {
    /// 拟议政策的适用范围：市或县(区)的代码 / where the proposed policy holds: the code of the city or of a county
    pub jurisdiction: PlaceCode,
    /// 假定自该日起施行 / the day from which it is taken to have been in force
    pub since: Date,
    /// 统计日期：日志最后一条记录的录入日 / the day for which it is counted: that on which the last event was recorded
    pub as_of: Date,
    /// 依据日志的截止位置 / the position of the last event that it is made from
    pub position: u64,
    /// 是否为模拟数据 / whether the data is simulated
    pub simulated: bool,
    /// 拟议政策与统计日期现行标准不同的各项 / the figures that the proposed policy would make others than they are on that day
    pub changes: Vec<ProposedFigure>,
    /// 政策范围内、自该日起生效的全部指令条数 / how many commands took effect since that day within its jurisdiction
    pub judged: u64,
    /// 其中会被退回的条数 / how many of them would be refused
    pub refused: u64,
    /// 其中会新增提醒的条数 / how many would be accepted with a warning that they did not have
    pub warned: u64,
    /// 其中不再提醒的条数 / how many would be accepted without a warning that they had
    pub no_longer_warned: u64,
    /// 其中会办理而结果不同的条数 / how many would be accepted with another result
    pub decided_otherwise: u64,
    /// 不能重新判断的条数：早期版本的记录，或不经拟议政策也与记录不同 / how many could not be decided again: of an earlier version, or decided otherwise without the proposed policy too
    pub not_judged: u64,
    /// 各县(区)的条数 / the counts by county
    pub by_county: Vec<CountyTally>,
    /// 各规则的条数 / the counts by rule
    pub by_rule: Vec<RuleTally>,
    /// 各文号的条数，最多列出 200 个 / the counts by document, 200 of them at most
    pub by_document: Vec<DocumentTally>,
    /// 涉及的文号共有几个 / how many documents there are
    pub documents: u64,
    /// 会另作处理的指令，按记录先后，最多列出 2000 条 / the commands that would be decided otherwise, in the order of the log, 2000 of them at most
    pub cases: Vec<RehearsedCase>,
    /// 会另作处理的指令共有几条 / how many commands would be decided otherwise
    pub cases_found: u64,
    /// 统计日期数值不同的指标 / the figures of the views that would be others on that day
    pub figures: Vec<FigureShift>,
    /// 各县(区)、各类待办期限的变化 / how deadlines would change, by county and kind
    pub by_deadline: Vec<DeadlineTally>,
    /// 期限会改变的待办，最多列出 2000 项 / the deadlines that would change, 2000 of them at most
    pub deadlines: Vec<DeadlineShift>,
    /// 期限会改变的待办共有几项 / how many deadlines would change
    pub deadlines_found: u64,
}

/// 拟议政策改变的一项标准 / a figure that the proposed policy would change
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposedFigure {
    /// 标准的代号，如 term_years / the name of the threshold, such as `term_years`
    pub name: String,
    /// 现行的取值 / its value as it is in force
    pub before: Threshold,
    /// 拟议的取值 / its value as it is proposed
    pub after: Threshold,
}

impl From<FigureChange> for ProposedFigure {
    fn from(change: FigureChange) -> Self {
        Self { name: change.name.to_owned(), before: change.before, after: change.after }
    }
}

/// 一个县(区)的条数 / the counts of one county
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct CountyTally {
    /// 县(区)的代码；全市事项没有 / the code of the county; absent for what is the whole city's
    pub county: Option<PlaceCode>,
    /// 县(区)的名称 / the name of the county
    pub name: Option<Text>,
    /// 政策范围内、自该日起生效的全部指令条数 / how many commands took effect since that day within its jurisdiction
    pub judged: u64,
    /// 其中会被退回的条数 / how many of them would be refused
    pub refused: u64,
    /// 其中会新增提醒的条数 / how many would be accepted with a warning that they did not have
    pub warned: u64,
    /// 其中不再提醒的条数 / how many would be accepted without a warning that they had
    pub no_longer_warned: u64,
    /// 其中会办理而结果不同的条数 / how many would be accepted with another result
    pub decided_otherwise: u64,
}

/// 一条规则的条数 / the counts of one rule
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleTally {
    /// 规则的代号，如 branch-maximum / the id of the rule, such as `branch-maximum`
    pub rule: String,
    /// 规则的内容 / what the rule asks
    pub asks: Say,
    /// 违反规则时如何处理 / what becomes of a command that breaks the rule
    pub severity: Severity,
    /// 规则的依据：文件、版本和条款 / the source of the rule: document, version and article
    pub citation: Citation,
    /// 其中会被退回的条数 / how many of them would be refused
    pub refused: u64,
    /// 其中会新增提醒的条数 / how many would be accepted with a warning that they did not have
    pub warned: u64,
    /// 其中不再提醒的条数 / how many would be accepted without a warning that they had
    pub no_longer_warned: u64,
}

/// 一个文号的条数 / the counts of one document
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DocumentTally {
    /// 所计文件的文号 / the number of the document
    pub document: DocumentNumber,
    /// 其中会被退回的条数 / how many of them would be refused
    pub refused: u64,
    /// 会办理而提醒或结果不同的条数 / how many would be accepted with other warnings or another result
    pub otherwise: u64,
}

/// 一条会另作处理的指令 / a recorded command that would be decided otherwise
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RehearsedCase {
    /// 记录的位置 / the position of its event
    pub position: u64,
    /// 指令的名称 / the name of the command
    pub command: String,
    /// 所办事项的名称 / what the command does
    pub title: Say,
    /// 所涉联合党组织、党组织等的名称；没有名称的不填 / the name of the joint branch, organization or other record that it is about; absent for what has none
    pub name: Option<String>,
    /// 所涉联合党组织 / the joint branch that it is about
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_branch: Option<JointBranchId>,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所在的乡镇（街道） / the township in which it lies
    pub township: Option<PlaceCode>,
    /// 生效日期 / the day on which it took effect
    pub effective_date: Date,
    /// 录入日期 / the day on which it was recorded
    pub recorded_on: Date,
    /// 依据的文号 / the number of the document that it rests on
    pub document: Option<DocumentNumber>,
    /// 会据以退回的规则；会办理的没有 / the rule that would refuse it; absent where it would be accepted
    pub refused_by: Option<RuleFound>,
    /// 会新增的提醒 / the warnings that it did not have
    pub warned_by: Vec<RuleFound>,
    /// 不再提醒的规则 / the rules that would warn no longer
    pub no_longer_warned_by: Vec<String>,
    /// 结果不同的事件类型 / the types of the events that would say something else
    pub changed: Vec<String>,
}

/// 一条规则及其查得的情况 / a rule, and what it found
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleFound {
    /// 规则的代号，如 branch-maximum / the id of the rule, such as `branch-maximum`
    pub rule: String,
    /// 违反规则时如何处理 / what becomes of a command that breaks the rule
    pub severity: Severity,
    /// 会被退回或提醒的具体原因 / why it would be refused, or what it would be warned of
    pub detail: Say,
}

/// 一项数值不同的指标 / a figure of the views that would be another
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FigureShift {
    /// 所统计的市、县或乡镇的代码 / the code of the city, county or township that is counted
    pub place: PlaceCode,
    /// 所统计地方的名称 / the name of the place that is counted
    pub place_name: Option<Text>,
    /// 指标的代号 / the name of the figure
    pub figure: FigureName,
    /// 按现行政策的数值 / its value under the policy in force
    pub before: Number,
    /// 按拟议政策的数值 / its value under the proposed policy
    pub after: Number,
    /// 指标的计量单位 / the unit of the value
    pub unit: Unit,
    /// 按拟议政策的统计口径 / what the figure counts under the proposed policy
    pub definition: Say,
}

/// 待办期限如何改变 / how a deadline would change
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// 本为按期，将成逾期 / it was met or is in time, and would be late
    Late,
    /// 本为逾期，将成按期 / it was met late or is overdue, and would be in time
    InTime,
    /// 期限提前，是否逾期不变 / due earlier, in time or late as before
    Earlier,
    /// 期限推后，是否逾期不变 / due later, in time or late as before
    Later,
    /// 本不须办，将列为待办 / it is not owed, and would be
    Owed,
    /// 本为待办，将不列 / it is owed, and would not be
    NotOwed,
}

/// 一县一类待办期限的变化 / how the deadlines of one kind would change in one county
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadlineTally {
    /// 县(区)的代码；全市事项没有 / the code of the county; absent for what is the whole city's
    pub county: Option<PlaceCode>,
    /// 县(区)的名称 / the name of the county
    pub name: Option<Text>,
    /// 待办事项的种类 / the kind of thing that is owed
    pub kind: ObligationKind,
    /// 待办种类的中文名称 / what is owed, in Chinese
    pub kind_zh: Cow<'static, str>,
    /// 本为按期、将成逾期的项数 / how many were in time and would be late
    pub late: u64,
    /// 本为逾期、将成按期的项数 / how many were late and would be in time
    pub in_time: u64,
    /// 期限提前而是否逾期不变的项数 / how many would be due earlier, in time or late as before
    pub earlier: u64,
    /// 期限推后而是否逾期不变的项数 / how many would be due later, in time or late as before
    pub later: u64,
    /// 将新列为待办的项数 / how many are not owed and would be
    pub owed: u64,
    /// 将不再列为待办的项数 / how many are owed and would not be
    pub not_owed: u64,
}

/// 一项期限会改变的待办：已办结的以办结时为准，未办结的以统计日期为准 / something owed whose deadline would change: where it was met as it stood then, where it is open as it stands on the day of the count
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadlineShift {
    /// 期限如何改变 / how its deadline would change
    pub shift: Shift,
    /// 待办事项的种类 / the kind of thing that is owed
    pub kind: ObligationKind,
    /// 待办种类的中文名称 / what is owed, in Chinese
    pub kind_zh: Cow<'static, str>,
    /// 所属联合党组织；督办可以不涉及任何联合党组织 / the joint branch that owes it; a supervision may be about none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_branch: Option<JointBranchId>,
    /// 未参加合建的党组织自身的待办所属党组织 / the organization that owes it, where it stands alone
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    /// 联合党组织、党组织的名称，或督办事项、议定事项 / the name of the joint branch or organization, the matter of the supervision, or what the meeting decided
    pub name: Text,
    /// 所在的县（区） / the county in which it lies
    pub county: Option<PlaceCode>,
    /// 所涉季度 / the quarter that it is about
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarter: Option<Quarter>,
    /// 待办的缘由 / why it is owed
    pub detail: Detail,
    /// 现行政策下按期办结的最后一日；不须办的没有 / the last day under the policy in force; absent where it is not owed
    pub due_before: Option<Date>,
    /// 拟议政策下按期办结的最后一日；不须办的没有 / the last day under the proposed policy; absent where it is not owed
    pub due_after: Option<Date>,
    /// 办结它的记录的录入日；未办结的没有 / the day on which what met it was recorded; absent while it is open
    pub met_on: Option<Date>,
    /// 办结它的文号 / the number of the document by which it was met
    pub document: Option<DocumentNumber>,
    /// 办结它的记录的位置 / the position of the event that met it
    pub met_at: Option<u64>,
}
