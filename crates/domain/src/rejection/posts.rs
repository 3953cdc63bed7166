//! Rejections of the commands about posts.

use crate::date::Date;
use crate::place::PlaceCode;
use crate::post::CommitmentKind;
use crate::say::Say;

rejections! {
    /// Why an act about a post is refused.
    pub enum PostRejection {
        #[rule("term-on-file")]
        #[zh("「{name}」没有在册的任期，请先办理书记任职或换届")]
        #[en("{name} has no term on file: assign or elect first")]
        NoTerm { name: String } => (),
        #[rule("term-shift")]
        #[zh("任期届满日 {end} 须在 {earliest} 至 {latest} 之间（原定 {scheduled}，延期或提前不超过 {allowed} 个月）")]
        #[en("the end of the term, {end}, must lie between {earliest} and {latest}: {scheduled} put off or brought forward by at most {allowed} months")]
        TermShift { end: Date, scheduled: Date, earliest: Date, latest: Date, allowed: u32 } => (end, format!("{earliest}/{latest}")),
        #[rule("committee-formal-members")]
        #[zh("正式党员 {found} 名，不足 {allowed} 名，不设委员会")]
        #[en("{found} formal members: a committee needs {allowed}")]
        CommitteeFormalMembers { found: u32, allowed: u32 } => (found, allowed),
        #[rule("committee-size")]
        #[zh("委员 {found} 名，应为 {minimum} 至 {maximum} 名")]
        #[en("{found} committee members: there are {minimum} to {maximum}")]
        CommitteeSize { found: usize, minimum: u32, maximum: u32 } => (found, format!("{minimum}/{maximum}")),
        #[rule("committee-usual-size")]
        #[zh("委员 {found} 名，一般不超过 {allowed} 名")]
        #[en("{found} committee members: as a rule at most {allowed}")]
        CommitteeUsualSize { found: usize, allowed: u32 } => (found, allowed),
        #[rule("post-person")]
        #[zh("人员 {person} 不合规定：{}", detail.zh)]
        #[en("the person {person} is not lawful here: {}", detail.en)]
        Person { person: String, detail: Say } => (),
        #[rule("election-of")]
        #[zh("联合党组织、党组织须且只须写明其一，且不是审批单位")]
        #[en("exactly one of `joint_branch` and `organization` is named, and it is no organ")]
        ElectionOf,
        #[rule("election-over-base")]
        #[zh("到会 {present} 名，多于在册正式党员 {base} 名")]
        #[en("{present} present of {base} formal members on file")]
        ElectionOverBase { present: u32, base: u32 } => (present, base),
        #[rule("election-quorum")]
        #[zh("到会 {present} 名，不足在册正式党员 {base} 名的 {allowed}%")]
        #[en("{present} present: less than {allowed}% of {base} formal members")]
        ElectionQuorum { present: u32, base: u32, allowed: u32 } => (format!("{present}/{base}"), format!("{allowed}%")),
        #[rule("election-majority")]
        #[zh("赞成 {votes} 票，未超过到会 {present} 名的 {allowed}%")]
        #[en("{votes} votes: not more than {allowed}% of {present} present")]
        ElectionMajority { votes: u32, present: u32, allowed: u32 } => (format!("{votes}/{present}"), format!("{allowed}%")),
        #[rule("election-votes")]
        #[zh("赞成 {votes} 票多于到会 {present} 名")]
        #[en("{votes} votes of {present} present")]
        ElectionVotes { votes: u32, present: u32 } => (votes, present),
        #[rule("secretary-basis")]
        #[zh("没有选出 {person} 为书记的在册选举；如系指派，产生方式请选指派并注明文号")]
        #[en("no election on file elected {person} secretary; where the committee assigned them, say `assigned` with its document")]
        NotElected { person: String } => (),
        #[rule("member-village")]
        #[zh("{village} 不是成员村")]
        #[en("{village} is not a member village")]
        NotAMemberVillage { village: PlaceCode } => (),
        #[rule("one-villagers-committee")]
        #[zh("此人已是 {village} 的村民委员会主任")]
        #[en("this person already heads the villagers' committee of {village}")]
        HeadsAnother { village: String } => (),
        #[rule("commitment-to")]
        #[zh("承诺须向牵头乡镇党委作出（行文单位为该乡镇党委）")]
        #[en("a commitment is made to the committee of the lead township, which stands in on_behalf_of")]
        CommitmentTo,
        #[rule("commitment-year")]
        #[zh("承诺年度不合规定：{}", detail.zh)]
        #[en("the year of the commitment does not fit: {}", detail.en)]
        CommitmentYear { detail: Say } => (),
        #[rule("commitment-once")]
        #[zh("现任书记已作出此项承诺：{}", kind.chinese())]
        #[en("the secretary in post has made this commitment: {}", kind.as_str())]
        CommitmentRepeated { kind: CommitmentKind } => (),
    }
}
