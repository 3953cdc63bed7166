//! The rows of oversight: a supervision 督办, a yellow card 黄牌.

use domain::CityState;
use domain::date::Date;
use domain::ids::{JointBranchId, SupervisionId, YellowCardId};
use domain::place::PlaceCode;
use domain::supervision::{Answer, Supervision};
use domain::text::Text;
use domain::yellow_card::{Consequence, Lifted, YellowCard};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{PlaceLabel, label_of};

/// 一件督办及其答复 / what a tier asked of the tier below, and the answer
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SupervisionRow {
    /// 督办编号 / the id of the supervision
    pub id: SupervisionId,
    /// 被督办单位 / who is to answer
    pub to: Option<PlaceLabel>,
    /// 被督办单位所在的县（区） / the county of who is to answer
    pub county: Option<PlaceCode>,
    /// 被督办的乡镇（街道） / the township that is to answer
    pub township: Option<PlaceCode>,
    /// 督办的事项 / the matter that the answer is asked on
    pub matter: Text,
    /// 所涉联合党组织 / the joint branch that it is about
    pub joint_branch: Option<JointBranchId>,
    /// 督办日期 / the day on which it was issued
    pub issued_on: Date,
    /// 答复期限 / the last day for the answer
    pub due: Date,
    /// 已作出的答复 / the answer, where it was given
    pub answer: Option<Answer>,
    /// 发出督办的记录的位置 / the position of the event by which it was issued
    pub issued_position: u64,
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

pub(super) fn supervision_row(state: &CityState, supervision: &Supervision) -> SupervisionRow {
    let scope = state.scope_of_place(supervision.to);
    SupervisionRow {
        id: supervision.id,
        to: label_of(state, supervision.to),
        county: scope.county,
        township: scope.township,
        matter: supervision.matter.clone(),
        joint_branch: supervision.joint_branch,
        issued_on: supervision.issued_on,
        due: supervision.due,
        answer: supervision.answer.clone(),
        issued_position: supervision.issued_position,
        last_position: supervision.last_position,
    }
}

/// 一张黄牌及其解除 / a yellow card, and how it was lifted
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct YellowCardRow {
    /// 黄牌编号 / the id of the yellow card
    pub id: YellowCardId,
    /// 被亮牌单位：县(区)或乡镇 / the county or township that was warned
    pub to: Option<PlaceLabel>,
    /// 被亮牌单位所在的县（区） / the county of who was warned
    pub county: Option<PlaceCode>,
    /// 被亮牌的乡镇（街道） / the township that was warned
    pub township: Option<PlaceCode>,
    /// 亮牌文件的文号 / the number of the document by which it was issued
    pub document: String,
    /// 亮牌事由 / the matter that it was warned of
    pub matter: Text,
    /// 处理方式，至少一项 / the consequences of the yellow card, one at least
    pub consequences: Vec<Consequence>,
    /// 限期整顿的最后一日 / the last day to put things in order, where there is one
    pub deadline: Option<Date>,
    /// 所涉联合党组织 / the joint branch that it is about
    pub joint_branch: Option<JointBranchId>,
    /// 亮牌日期 / the day on which it was issued
    pub issued_on: Date,
    /// 黄牌的解除；仍亮牌的为空 / how it was lifted; nothing while it stands
    pub lifted: Option<Lifted>,
    /// 最近一条相关记录的位置 / the position of the last event about it
    pub last_position: u64,
}

pub(super) fn yellow_card_row(state: &CityState, card: &YellowCard) -> YellowCardRow {
    let scope = state.scope_of_place(card.to);
    YellowCardRow {
        id: card.id,
        to: label_of(state, card.to),
        county: scope.county,
        township: scope.township,
        document: card.document.clone(),
        matter: card.matter.clone(),
        consequences: card.consequences.clone(),
        deadline: card.deadline,
        joint_branch: card.joint_branch,
        issued_on: card.issued_on,
        lifted: card.lifted.clone(),
        last_position: card.last_position,
    }
}
