//! Rejections of the commands about a joint branch's work.

use crate::date::Date;

/// Why something about the work of a joint branch is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkRejection {
    #[error("power-holder¦结对没有党组织，不能下放权力¦a pairing without an organ holds no delegated power")]
    NoOrgan,
    #[error(
        "power-once¦权力「{power}」已下放给该联合党组织¦the power {power} is already delegated to this joint branch"
    )]
    PowerHeld { power: String },
    #[error(
        "power-not-held¦权力「{power}」未下放给该联合党组织¦the power {power} is not delegated to this joint branch"
    )]
    PowerNotHeld { power: String },
    #[error("link-shape¦关联不合规定：{detail_zh}¦the link is not lawful: {detail}")]
    LinkShape { detail_zh: &'static str, detail: &'static str },
    #[error("link-once¦该关联已在册¦the link is on file already")]
    LinkRepeated,
    #[error(
        "at-work-then¦联合党组织「{name}」于 {day} 尚未成立或已撤销¦the joint branch {name} was not established, or was dissolved, on {day}"
    )]
    NotAtWork { name: String, day: Date },
    #[error("attendance¦参加人数须不少于 1¦at least one person takes part")]
    NobodyAttended,
    #[error(
        "funding-village¦经费须落到一个行政村或社区，联合党组织不设统一账户：{found}¦a funding line names one village; a joint branch has no account: {found}"
    )]
    FundingVillage { found: String },
    #[error(
        "funding-year¦财政年度 {found} 不在 {earliest} 至 {latest} 之间¦the fiscal year {found} does not lie between {earliest} and {latest}"
    )]
    FundingYear { found: i16, earliest: i16, latest: i16 },
    #[error("funding-once¦{fiscal_year} 年度基数已登记¦the base of {fiscal_year} is on file")]
    BaseRepeated { fiscal_year: i16 },
    #[error(
        "funding-base¦基数 {found} 元低于 {fiscal_year} 年度的 {allowed} 元，须有县级文号¦the base {found} yuan is below that of {fiscal_year}, {allowed} yuan: the county's document is needed"
    )]
    BaseCut { found: String, fiscal_year: i16, allowed: String },
    #[error(
        "funding-merger¦该村不在运行中的合建组织中，一般不给予县级补助¦the village is in no live merger: as a rule it gets no supplement"
    )]
    NotInMerger,
}
