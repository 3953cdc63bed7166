//! Functions: what an organization does itself or a joint branch does for it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Text;

/// One of the four functions 四项职能, or a named item of a pairing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Function(pub Text);

impl Function {
    /// 政治引领, 产业发展, 社会治理, 公共服务.
    pub const FOUR: [&str; 4] = ["political_guidance", "industry", "social_governance", "public_service"];
}
