//! A yellow card 督导亮牌: that a county or township was warned, of what, with which consequence, and until when it stood.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{JointBranchId, PlaceId, YellowCardId};
use crate::place::Level;
use crate::text::Text;

/// 亮黄牌的处理方式 / the consequence of a yellow card
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Consequence {
    /// 取消当年评先评优资格 / it is honoured for nothing in the year
    NoHonours,
    /// 限期整顿 / it puts itself in order by a day
    OrderInTime,
    /// 约谈主要负责人 / whoever leads it is called to account
    Interview,
}

/// A yellow card as the log tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct YellowCard {
    pub id: YellowCardId,
    /// The county or township that was warned.
    pub to: PlaceId,
    /// The tier that issued it: none below lifts it.
    pub level: Level,
    pub matter: Text,
    pub consequences: Vec<Consequence>,
    /// The last day to put things in order.
    pub deadline: Option<Date>,
    /// The joint branch that it is about, where it is about one.
    pub joint_branch: Option<JointBranchId>,
    pub issued_on: Date,
    /// The number of the document by which it was issued.
    pub document: String,
    pub lifted: Option<Lifted>,
    pub latest_effective: Date,
    pub last_position: u64,
}

/// 黄牌的解除 / how a yellow card was lifted
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Lifted {
    /// 解除日期 / the day on which it was lifted
    pub on: Date,
    /// 解除理由：整顿的结果 / why it was lifted: how things were put in order
    pub reason: Text,
    /// 解除文件的文号 / the number of the document by which it was lifted
    pub document: String,
}
