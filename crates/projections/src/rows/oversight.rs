//! The row of a supervision 督办.

use domain::CityState;
use domain::date::Date;
use domain::ids::{JointBranchId, SupervisionId};
use domain::place::PlaceCode;
use domain::supervision::{Answer, Supervision};
use domain::text::Text;
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
        last_position: supervision.last_position,
    }
}
