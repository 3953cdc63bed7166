//! Rejections of the commands about posts.

use crate::date::Date;
use crate::place::PlaceCode;

/// Why an act about a post is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostRejection {
    #[error(
        "term-on-file¦「{name}」没有在册的任期，请先任命或换届¦{name} has no term on file: assign or elect first"
    )]
    NoTerm { name: String },
    #[error(
        "term-shift¦任期届满日 {end} 须在 {earliest} 至 {latest} 之间（原定 {scheduled}，延期或提前不超过 {allowed} 个月）¦the end of the term, {end}, must lie between {earliest} and {latest}: {scheduled} put off or brought forward by at most {allowed} months"
    )]
    TermShift { end: Date, scheduled: Date, earliest: Date, latest: Date, allowed: u32 },
    #[error(
        "committee-formal-members¦正式党员 {found} 名，不足 {allowed} 名，不设委员会¦{found} formal members: a committee needs {allowed}"
    )]
    CommitteeFormalMembers { found: u32, allowed: u32 },
    #[error(
        "committee-size¦委员 {found} 名，应为 {minimum} 至 {maximum} 名¦{found} committee members: there are {minimum} to {maximum}"
    )]
    CommitteeSize { found: usize, minimum: u32, maximum: u32 },
    #[error(
        "committee-usual-size¦委员 {found} 名，一般不超过 {allowed} 名¦{found} committee members: as a rule at most {allowed}"
    )]
    CommitteeUsualSize { found: usize, allowed: u32 },
    #[error(
        "post-person¦人员 {person} 不合规定：{detail_zh}¦the person {person} is not lawful here: {detail}"
    )]
    Person { person: String, detail_zh: &'static str, detail: &'static str },
    #[error(
        "election-of¦须且只须写明 joint_branch 或 organization 之一，且不是决策机关¦exactly one of `joint_branch` and `organization` is named, and it is no organ"
    )]
    ElectionOf,
    #[error(
        "election-over-base¦到会 {present} 名，多于在册正式党员 {base} 名¦{present} present of {base} formal members on file"
    )]
    ElectionOverBase { present: u32, base: u32 },
    #[error(
        "election-quorum¦到会 {present} 名，不足在册正式党员 {base} 名的 {allowed}%¦{present} present: less than {allowed}% of {base} formal members"
    )]
    ElectionQuorum { present: u32, base: u32, allowed: u32 },
    #[error(
        "election-majority¦赞成 {votes} 票，未超过到会 {present} 名的 {allowed}%¦{votes} votes: not more than {allowed}% of {present} present"
    )]
    ElectionMajority { votes: u32, present: u32, allowed: u32 },
    #[error("election-votes¦赞成 {votes} 票多于到会 {present} 名¦{votes} votes of {present} present")]
    ElectionVotes { votes: u32, present: u32 },
    #[error(
        "secretary-basis¦没有选出 {person} 为书记的在册选举；如系指派请写 assigned 并注明文号¦no election on file elected {person} secretary; where the committee assigned them, say `assigned` with its document"
    )]
    NotElected { person: String },
    #[error("member-village¦{village} 不是成员村¦{village} is not a member village")]
    NotAMemberVillage { village: PlaceCode },
    #[error(
        "one-villagers-committee¦此人已是 {village} 的村民委员会主任¦this person already heads the villagers' committee of {village}"
    )]
    HeadsAnother { village: String },
    #[error(
        "commitment-to¦承诺须向牵头乡镇党委作出（on_behalf_of 为该乡镇党委）¦a commitment is made to the committee of the lead township, which stands in on_behalf_of"
    )]
    CommitmentTo,
    #[error(
        "commitment-year¦承诺年度不合规定：{detail_zh}¦the year of the commitment does not fit: {detail}"
    )]
    CommitmentYear { detail_zh: &'static str, detail: &'static str },
    #[error(
        "commitment-once¦现任书记已作出此项承诺：{kind_zh}¦the secretary in post has made this commitment: {kind}"
    )]
    CommitmentRepeated { kind_zh: &'static str, kind: &'static str },
}
