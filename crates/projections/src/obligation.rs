//! An obligation 待办: what is owed, by whom, until when, and why.

use std::borrow::Cow;

use domain::date::Date;
use domain::ids::{JointBranchId, MeetingId, OrganizationId, SupervisionId};
use domain::place::{Level, PlaceCode};
use domain::quarter::Quarter;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::person::HasSecretary;

mod detail;

pub use detail::Detail;

/// 待办事项的种类 / the kind of thing that is owed
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObligationKind {
    /// 群众意愿调查 / a will survey of a proposal
    Survey,
    /// 对请示作出决定 / a decision on a proposal
    Approval,
    /// 季度评估 / the grade of a quarter
    Evaluation,
    /// 下达整改 / an order of rectification after a poor grade
    RectificationOrder,
    /// 整改验收 / the review of a rectification by its deadline
    Rectification,
    /// 应予终止的办理终止 / the dissolution of a joint branch whose termination is due
    Dissolution,
    /// 配备书记 / a secretary for an empty post
    Secretary,
    /// 书记任职批复 / the approval of whom an election made secretary
    SecretaryApproval,
    /// 任期届满 / a new term, or its renewal
    Term,
    /// 补充退回的请示 / what a proposal that was sent back lacks
    Supplement,
    /// 结对共建协议到期 / the renewal of an agreement that ends, or the end of the pairing
    Agreement,
    /// 向县（区）备案 / something that is to be filed with the county
    Filing,
    /// 四项承诺 / a commitment of the secretary in post
    Commitment,
    /// 换届选举 / the election of an original that a merger gave back
    Election,
    /// 对督办的答复 / the answer to a supervision of the tier above
    Supervision,
    /// 联系会议议定事项的办理 / the carrying out of what a coordination meeting decided
    MeetingDecision,
    /// 议定事项销号 / the closing of a decision whose supervision is answered
    DecisionClosing,
    /// 述职评议 / the yearly review of the secretary in post
    YearlyReview,
    /// 区划变化后的决定 / the decision on a joint branch that lost a member village
    PlaceChanged,
    /// 撤并乡镇党委处置 / the winding up of an organ whose place has ended
    EndedOrgan,
}

impl ObligationKind {
    /// The name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Survey => "群众意愿调查",
            Self::Approval => "审批",
            Self::Evaluation => "季度评估",
            Self::RectificationOrder => "下达整改",
            Self::Rectification => "整改验收",
            Self::Dissolution => "撤销",
            Self::Secretary => "配备书记",
            Self::SecretaryApproval => "书记任职批复",
            Self::Term => "任期届满",
            Self::Supplement => "补充请示",
            Self::Agreement => "协议续签",
            Self::Filing => "备案",
            Self::Commitment => "四项承诺",
            Self::Election => "换届选举",
            Self::Supervision => "督办",
            Self::MeetingDecision => "议定事项",
            Self::DecisionClosing => "议定事项销号",
            Self::YearlyReview => "述职评议",
            Self::PlaceChanged => "区划变化后的决定",
            Self::EndedOrgan => "撤并乡镇党委处置",
        }
    }
}

/// 责任单位 / to whom an obligation falls
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// 责任单位的层级 / the tier that is to act
    pub tier: Level,
    /// 责任单位的行政区划代码 / the division code of who is to act
    pub code: Option<PlaceCode>,
}

/// 一项待办在统计日期的情况 / something owed, as it stands on the day of the view
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Obligation {
    /// 待办事项的种类 / the kind of thing that is owed
    pub kind: ObligationKind,
    /// 待办种类的中文名称 / what is owed, in Chinese
    pub kind_zh: Cow<'static, str>,
    /// 所属联合党组织；督办可以不涉及任何联合党组织 / the joint branch that owes it; a supervision may be about none
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joint_branch: Option<JointBranchId>,
    /// 所涉督办，含为落实议定事项发出的 / the supervision that is to be answered, or by which a meeting's decision is carried out
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supervision: Option<SupervisionId>,
    /// 所涉联系会议 / the coordination meeting whose decision is to be carried out or closed
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<MeetingId>,
    /// 所涉议定事项在该次会议的序号 / the number of that decision's item in the meeting
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
    /// 未参加合建的党组织自身的待办所属党组织 / the organization that owes it, where it stands alone
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<OrganizationId>,
    /// 联合党组织、党组织的名称，或督办事项、议定事项 / the name of the joint branch or organization, the matter of the supervision, or what the meeting decided
    pub name: Text,
    /// 责任单位 / to whom it falls
    pub owner: Owner,
    /// 按期办结的最后一日 / the last day on which it is met in time
    pub due: Date,
    /// 是否逾期 / whether it is overdue
    pub overdue: bool,
    /// 逾期天数，未逾期为 0 / the days since it was due; 0 until it is overdue
    pub overdue_days: i32,
    /// 所涉季度 / the quarter that it is about
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarter: Option<Quarter>,
    /// 待办的缘由 / why it is owed
    pub detail: Detail,
}

impl HasSecretary for Obligation {}

impl Obligation {
    /// By the last day on which it is met in time: what is overdue for the longest comes first.
    pub(crate) fn order(&self) -> impl Ord + use<> {
        let about = (self.joint_branch, self.organization, self.supervision, self.meeting, self.item);
        (self.due, self.kind, about, self.quarter)
    }
}
