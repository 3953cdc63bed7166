//! Persons: an opaque id, a membership, and nothing else that the log must remember for ever.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{Commitment, JointBranchId, OrganizationId, PersonId};
use crate::place::Level;
use crate::supervision::YearlyReview;

/// The most people that a count in a command is about: more than any organization or village has, few enough that what is
/// counted together stays a number of people.
pub const MAX_PEOPLE: u32 = 1_000_000;

/// A person as the log tells it; the name is in the erasable store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub organization: OrganizationId,
    /// The day of formal membership, where the person is a formal member.
    pub formal_member_since: Option<Date>,
    pub name_commitment: Commitment,
    /// The live joint branch whose secretary the person is.
    pub secretary_of: BTreeSet<JointBranchId>,
    /// 述职评议 by year.
    pub reviews: BTreeMap<i16, YearlyReview>,
    /// The last day on which the person is known to have been in a post, an elected one until the end of its term.
    pub last_in_post: Option<Date>,
    /// The tier whose inspection keeps the record from being erased.
    pub hold: Option<Level>,
    /// Since when the erasable values are gone.
    pub erased_on: Option<Date>,
    pub latest_effective: Date,
    pub last_position: u64,
}

/// 删除个人信息的法定事由（个人信息保护法第四十七条） / the ground of the law on which personal data is erased: 个人信息保护法 第四十七条
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ErasureGround {
    /// 处理目的已实现、无法实现或者不再必要 / the purpose is achieved, cannot be achieved or is no longer needed
    PurposeAchieved,
    /// 保存期限已届满 / the time of retention has ended
    RetentionEnded,
    /// 个人撤回同意 / the person has withdrawn their consent
    ConsentWithdrawn,
    /// 违反法律、行政法规或者约定处理个人信息 / the data was processed against law, regulation or agreement
    UnlawfulProcessing,
}
