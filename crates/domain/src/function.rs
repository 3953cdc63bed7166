//! Functions: what an organization does itself or a joint branch does for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Text;

/// 职能：四项职能的代码，或共建协议写明的事项 / a function: `political_guidance`, `industry`, `social_governance`, `public_service`, or an item named by a pairing
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Function(pub Text);

impl Function {
    /// 政治引领, 产业发展, 社会治理, 公共服务.
    pub const FOUR: [&str; 4] = ["political_guidance", "industry", "social_governance", "public_service"];
}
