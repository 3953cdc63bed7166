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
        #[zh("任期届满日 {end} 一般应在 {earliest} 至 {latest} 之间（原定 {scheduled}，延期或提前一般不超过 {allowed} 个月）")]
        #[en("the end of the term, {end}, lies as a rule between {earliest} and {latest}: {scheduled} put off or brought forward by at most {allowed} months")]
        TermShift { end: Date, scheduled: Date, earliest: Date, latest: Date, allowed: u32 } => (end, format!("{earliest}/{latest}")),
        #[rule("village-term")]
        #[zh("村民委员会任期 {start} 至 {end} 超过一届（{allowed} 年）；经批准延长的，请注明特殊情况和批准文号")]
        #[en("the villagers' committee's term {start} to {end} is longer than one of {allowed} years; where it was lengthened with approval, say so with the document")]
        VillageTerm { start: Date, end: Date, allowed: u32 } => (format!("{start}/{end}"), format!("{allowed} years")),
        #[rule("committee-elected")]
        #[zh("支委会委员由党员大会选举产生：名单第 {position} 位未在本届选举中当选；请先登记选举（换届或补选）")]
        #[en("a committee is elected by the members: number {position} of the list was not elected in this term; record the election first")]
        CommitteeElected { position: usize } => (),
        #[rule("committee-formal-members")]
        #[zh("正式党员 {found} 名，不足 {allowed} 名，不设委员会")]
        #[en("{found} formal members: a committee needs {allowed}")]
        CommitteeFormalMembers { found: u32, allowed: u32 } => (found, allowed),
        #[rule("committee-size")]
        #[zh("委员 {found} 名，不足 {allowed} 名")]
        #[en("{found} committee members: there are at least {allowed}")]
        CommitteeSize { found: usize, allowed: u32 } => (found, allowed),
        #[rule("committee-usual-size")]
        #[zh("委员 {found} 名，一般至多 {allowed} 名")]
        #[en("{found} committee members: there are as a rule {allowed} at most")]
        CommitteeUsualSize { found: usize, allowed: u32 } => (found, allowed),
        #[rule("committee-maximum-size")]
        #[zh("委员 {found} 名，超过 {allowed} 名的上限")]
        #[en("{found} committee members: even a large committee has no more than {allowed}")]
        CommitteeMaximumSize { found: usize, allowed: u32 } => (found, allowed),
        #[rule("post-person")]
        #[zh("人员 {person} 不合规定：{}", detail.zh)]
        #[en("the person {person} is not lawful here: {}", detail.en)]
        Person { person: String, detail: Say } => (),
        #[rule("election-of")]
        #[zh("联合党组织、党组织须且只须写明其一，且不是审批单位")]
        #[en("exactly one of `joint_branch` and `organization` is named, and it is no organ")]
        ElectionOf,
        #[rule("election-entitled")]
        #[zh("应到会 {entitled} 名加不计入 {not_counted} 名，须等于在册正式党员 {formal_members} 名；请核对“应到会人数”和“不计入应到会的党员”")]
        #[en("{entitled} entitled and {not_counted} not counted: together they must be the {formal_members} formal members on file; see `entitled` and `not_counted`")]
        ElectionEntitled { entitled: u32, not_counted: u32, formal_members: u32 } => (format!("{entitled}+{not_counted}"), formal_members),
        #[rule("election-not-counted")]
        #[zh("不计入应到会的 {number} 名须有上级党组织同意的文件；请在“不计入应到会的党员”中填写文号和发文日期")]
        #[en("{number} members are left out of those entitled without the superior's document: name it in `not_counted/document`")]
        ElectionNotCounted { number: u32 } => (),
        #[rule("election-over-base")]
        #[zh("到会 {present} 名，多于应到会 {entitled} 名；请核对“到会人数”和“应到会人数”")]
        #[en("{present} present of {entitled} entitled; see `present` and `entitled`")]
        ElectionOverBase { present: u32, entitled: u32 } => (present, entitled),
        #[rule("election-quorum")]
        #[zh("到会 {present} 名，{}应到会 {entitled} 名的 {allowed}%", if *exceeds { "未超过" } else { "不足" })]
        #[en("{present} present: {} {allowed}% of {entitled} entitled", if *exceeds { "not more than" } else { "less than" })]
        ElectionQuorum { present: u32, entitled: u32, allowed: u32, exceeds: bool } => (format!("{present}/{entitled}"), format!("{allowed}%")),
        #[rule("by-election-term")]
        #[zh("补选只任满本届：本届至 {running} 届满，补选任期不能为 {start} 至 {end}；本届已满的应换届")]
        #[en("a by-election serves the rest of the term, which ends on {running}: not from {start} to {end}; where the term is over, a regular election is due")]
        ByElectionTerm { start: Date, end: Date, running: Date } => (end, running),
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
        #[rule("secretary-approval")]
        #[zh("{person} 由选举产生，书记任职须经上级党组织批复：请填写批复的文号和发文日期")]
        #[en("{person} was elected: a secretary takes up the post with the approval of the committee above; name its document")]
        NotApproved { person: String } => (),
        #[rule("member-village")]
        #[zh("{village} 不是成员村")]
        #[en("{village} is not a member village")]
        NotAMemberVillage { village: PlaceCode } => (),
        #[rule("one-villagers-committee")]
        #[zh("此人已是 {village} 的村民委员会主任")]
        #[en("this person already heads the villagers' committee of {village}")]
        HeadsAnother { village: String } => (),
        #[rule("first-secretary-of")]
        #[zh("第一书记派驻村(社区)党组织；「{name}」不是")]
        #[en("a first secretary is sent to the organization of a village or community, and {name} is none")]
        FirstSecretaryOf { name: String } => (),
        #[rule("formal-member")]
        #[zh("第一书记须为正式党员；此人于 {on} 不是")]
        #[en("a first secretary is a formal member; this person is not on {on}")]
        FirstSecretaryNotFormal { on: Date } => (),
        #[rule("first-secretary-term")]
        #[zh("计划期满日期 {until} 须晚于任职日期 {since}")]
        #[en("the planned end {until} must be after the first day in post, {since}")]
        FirstSecretaryTerm { since: Date, until: Date } => (until, since),
        #[rule("first-secretary-once")]
        #[zh("「{name}」自 {since} 起已有第一书记；轮换或续派的，请写明所接替的现任第一书记")]
        #[en("{name} has had a first secretary since {since}: name whom the new one replaces, or who is sent again")]
        FirstSecretaryOccupied { name: String, since: Date } => (),
        #[rule("first-secretary-elsewhere")]
        #[zh("此人现任另一村(社区)的第一书记，一般一人派驻一村")]
        #[en("this person is first secretary of another village: as a rule a person is sent to one")]
        FirstSecretaryElsewhere,
        #[rule("not-in-post")]
        #[zh("所指人员不是该党组织的现任第一书记")]
        #[en("the person named is not the first secretary in post of this organization")]
        FirstSecretaryNotInPost,
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
