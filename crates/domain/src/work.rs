//! What a joint branch does: who hosted its activities, and where its people work together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::PlaceId;

/// 承办活动的情况，轮值次序由此得出 / how often a village hosted, and when last: who is next in turn follows from it
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Hosting {
    /// 最近一次承办日期 / the day on which it last hosted
    pub last_on: Date,
    /// 承办次数 / how often it has hosted
    pub times: u32,
}

/// 合署办公.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoLocation {
    pub place: PlaceId,
    pub since: Date,
}
