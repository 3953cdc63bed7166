//! Premises 场所 of a village (its service centre, its meeting place): a project that is paid out in three, as it is built.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::PlaceId;
use crate::money::Money;
use crate::say::{Say, say};
use crate::text::Text;

/// 场所项目的拨付节点 / how far premises are built when a payment is due
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// 项目已开工 / the work has begun
    Start,
    /// 主体已完工 / the main structure stands
    Structure,
    /// 验收合格 / the premises were accepted
    Acceptance,
}

impl Milestone {
    /// All, in the order in which they are paid.
    pub const ALL: [Self; 3] = [Self::Start, Self::Structure, Self::Acceptance];

    /// What people call it.
    pub fn say(self) -> Say {
        match self {
            Self::Start => say("开工", "start"),
            Self::Structure => say("主体完工", "structure"),
            Self::Acceptance => say("验收", "acceptance"),
        }
    }
}

/// 场所项目的一笔拨付 / a payment for premises
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PremisesPayment {
    /// 本笔对应的拨付节点 / the milestone that it was paid for
    pub milestone: Milestone,
    /// 本次拨付的金额 / the amount that was paid
    pub amount: Money,
    /// 拨付日期 / the day on which it was paid
    pub on: Date,
}

/// 一个村的场所项目 / a project of premises of a village
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Premises {
    /// 立项的村；该村并入他村的，项目随之转入 / the village in which it began: where that went over into another one, so did the project
    pub begun_in: PlaceId,
    /// 项目名称 / the name of the project
    pub project: Text,
    /// 项目总额，各次拨付一致 / the total of the project, the same in every payment
    pub total: Money,
    /// 已拨付的各笔，按节点先后 / what was paid, milestone by milestone
    pub payments: Vec<PremisesPayment>,
}

impl Premises {
    /// The milestone that is paid next; nothing where all were.
    pub fn next(&self) -> Option<Milestone> {
        Milestone::ALL.get(self.payments.len()).copied()
    }

    /// The sum of what was paid.
    pub fn paid(&self) -> Money {
        self.payments.iter().fold(Money::default(), |sum, payment| sum.plus(payment.amount))
    }
}
