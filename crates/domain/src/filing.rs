//! Filing 备案: what is reported to the county once, and what has not been reported yet.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;

/// 备案的事项 / the matter that is filed with the county
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilingMatter {
    /// 联合党组织成立 / the joint branch was established
    Establishing,
    /// 换届选举或补选 / an election of secretary or committee was held
    Election,
    /// 书记任职或离任 / the secretary's post was filled or vacated
    Secretary,
    /// 名称、形式、牵头乡镇或成员变更 / name, form, lead township or members changed
    Change,
    /// 终止合建共建 / the joint branch was dissolved
    Dissolving,
}

impl FilingMatter {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Establishing => "establishing",
            Self::Election => "election",
            Self::Secretary => "secretary",
            Self::Change => "change",
            Self::Dissolving => "dissolving",
        }
    }

    /// The name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Establishing => "成立",
            Self::Election => "换届选举",
            Self::Secretary => "书记任职",
            Self::Change => "变更",
            Self::Dissolving => "撤销",
        }
    }
}

/// 待备案的事项，以记录位置为编号 / a fact that is not filed yet; it is known by the position of its event
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FilingOwed {
    /// 备案的种类 / what is to be filed
    pub matter: FilingMatter,
    /// 事项生效日期 / the day on which the fact took effect
    pub since: Date,
    /// 作出决定或录入该事项的经办人，不得自行备案 / who decided or recorded the fact, and so does not file it
    pub recorded_by: String,
}
