//! What stands beside a proposal: what the members' meetings resolved, the agreement of a pairing, and what was asked for
//! when it was sent back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::ids::OrganizationId;
use crate::person::MAX_PEOPLE;
use crate::text::Text;

/// 一个党组织党员大会的决议情况 / what the meeting of one organization's members resolved
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MembersResolution {
    /// 召开党员大会的党组织 / the organization whose members met
    pub organization: OrganizationId,
    /// 应到会有表决权的党员数，不多于在册正式党员 / the members with a vote who were to be present, of its formal members
    #[schemars(range(min = 1, max = MAX_PEOPLE))]
    pub entitled: u32,
    /// 实到会有表决权的党员数，不多于应到 / the members with a vote who were present, of those entitled
    #[schemars(range(max = MAX_PEOPLE))]
    pub present: u32,
    /// 赞成人数，不多于实到 / the members in favour, of those present
    #[schemars(range(max = MAX_PEOPLE))]
    pub in_favour: u32,
    /// 党员大会日期 / the day of the members' meeting
    pub date: Date,
}

/// A resolution on file, and who recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolutionOnFile {
    pub resolution: MembersResolution,
    pub recorded_by: String,
    /// Whether a decision rests on it: another decision needs another resolution.
    pub is_used: bool,
}

/// 结对共建协议书 / the agreement on which a pairing rests
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Agreement {
    /// 签订日期 / the day on which it was signed
    pub date: Date,
    /// 协议期限的最后一日 / the last day on which it holds
    pub until: Date,
    /// 约定的事项 / what the parties agreed to do
    pub items: Vec<Text>,
    /// 协议书的文号；没有编号则没有 / the number of its document; absent where it has none
    pub document: Option<DocumentNumber>,
}

/// 退回补充 / a proposal that was sent back for what it lacks
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Returned {
    /// 退回日期 / the day on which it was sent back
    pub on: Date,
    /// 须补充的内容，逐项列出 / what the proposal lacks, item by item
    pub missing: Vec<Text>,
    /// 补充后再报的日期；尚未再报则没有 / the day on which it was handed in again; absent until then
    pub handed_in_on: Option<Date>,
}
