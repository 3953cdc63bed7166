//! Rejections of the commands of oversight.

use crate::place::PlaceCode;

/// Why an act of oversight is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OversightRejection {
    #[error(
        "filing-once¦没有待备案的「{matter_zh}」：尚未发生或已备案¦nothing of the matter {matter} waits to be filed: it has not happened, or it is filed"
    )]
    NothingToFile { matter_zh: &'static str, matter: &'static str },
    #[error(
        "filing-named¦待备案的「{matter_zh}」有 {found} 项，请以 position 写明哪一项¦{found} of the matter {matter} wait to be filed: name one by its `position`"
    )]
    FilingAmbiguous { matter_zh: &'static str, matter: &'static str, found: usize },
    #[error(
        "filing-of¦须且只须写明 joint_branch 或 organization 之一¦exactly one of `joint_branch` and `organization` is named"
    )]
    FilingOf,
    #[error(
        "supervision-tier¦督办发给县或乡镇，由上一级发出；{found} 不是¦a supervision goes to a county or township, from the tier above; {found} is neither"
    )]
    SupervisionTier { found: PlaceCode },
    #[error(
        "supervision-scope¦联合党组织「{name}」不在 {to} 范围内¦the joint branch {name} does not lie in {to}"
    )]
    SupervisionScope { name: String, to: PlaceCode },
    #[error("supervision-once¦该督办已办复¦the supervision is answered already")]
    AlreadyAnswered,
    #[error(
        "supervision-answerer¦督办须由 {to} 自己的党委办复¦a supervision is answered by the committee of {to} itself"
    )]
    AnsweredByOther { to: PlaceCode },
    #[error(
        "access-log-order¦访问日志只有 {found} 条，少于已入账的 {anchored} 条，或内容不同¦the access log has {found} entries: {anchored} were anchored, or others"
    )]
    AccessLogShorter { found: u64, anchored: u64 },
    #[error("review-level¦述职评议不适用于市级岗位¦a post of the city is not reviewed here")]
    ReviewLevel,
    #[error("review-year¦年度 {year} 尚未开始¦the year {year} has not begun")]
    ReviewYear { year: i16 },
    #[error("review-once¦此人 {year} 年度述职评议已登记¦this person's review of {year} is on file")]
    ReviewRepeated { year: i16 },
}
