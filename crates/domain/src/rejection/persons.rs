//! Rejections of the commands about a person's own record.

use crate::date::Date;

/// Why an act about a person's record is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonRejection {
    #[error(
        "person-erased¦人员 {person} 的个人信息已依规删除，不能再用于新的记录¦the personal data of {person} was erased: nothing new is recorded of this person"
    )]
    Erased { person: String },
    #[error(
        "erasure-in-post¦此人仍在职（{post_zh}），先免去职务再删除¦this person is still in a post ({post}): the post ends first"
    )]
    InPost { post_zh: String, post: String },
    #[error(
        "erasure-retention¦此人最近任职至 {last}，须保存满 {years} 年，{until} 起方可删除¦this person was in a post until {last}: kept for {years} years, erasable from {until} on"
    )]
    Kept { last: Date, years: u32, until: Date },
    #[error(
        "inspection-hold¦此人的记录处于巡察、审计或执纪审查保全中，解除后方可删除¦the record is under an inspection hold: lift the hold first"
    )]
    Held,
    #[error(
        "erasure-two-tiers¦须有两级文件：on_behalf_of 一级的文件之外，consent 须出自另一级党委¦documents of two tiers are needed: `consent` is of another tier than on_behalf_of"
    )]
    OneTier,
    #[error("hold-standing¦保全状态不符：{detail_zh}¦the hold does not stand so: {detail}")]
    HoldStanding { detail_zh: &'static str, detail: &'static str },
    #[error(
        "hold-level¦保全由{needed_zh}作出，须由同级或上级解除¦the hold is the {needed}'s: that tier or a higher one lifts it"
    )]
    HoldLevel { needed_zh: &'static str, needed: &'static str },
}
