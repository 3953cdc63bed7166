//! Posts: terms and elections, the committee, the secretary's commitments, and who heads a villagers' committee.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::document_number::Document;
use crate::ids::{JointBranchId, PersonId};
use crate::person::MAX_PEOPLE;
use crate::text::Text;

/// 书记和委员会的任期 / the term of a secretary and committee
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Term {
    /// 任期的起始日期 / the first day of the term
    pub start: Date,
    /// 届满日期 / the last day, as it stands
    pub end: Date,
    /// 提前或延期前的届满日期，调整幅度据此计算 / the last day before it was put off or brought forward: what the bound of a shift is counted from
    pub scheduled_end: Date,
}

/// 委员及其分工 / a member of the committee with their duty
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommitteeMember {
    /// 委员的记录编号 / the id of the person on the committee
    pub person: PersonId,
    /// 分工，如 组织委员 / the duty on the committee, such as 组织委员
    pub duty: Text,
}

/// 选举产生的职务 / the post that a person is elected to
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ElectedPost {
    /// 当选为书记 / elected as the secretary of the organization
    Secretary,
    /// 当选为副书记 / elected as a deputy of the secretary
    DeputySecretary,
    /// 当选为委员 / elected as a member of the committee
    CommitteeMember,
}

impl ElectedPost {
    /// What stands beside the name on a committee until duties are given.
    pub fn duty(self) -> Option<Text> {
        let duty = match self {
            Self::Secretary => "书记",
            Self::DeputySecretary => "副书记",
            Self::CommitteeMember => "委员",
        };
        Text::try_from(duty).ok()
    }
}

/// 选举的种类：换届产生新一届，补选只任满本届 / whether an election begins a term or fills a post for what is left of one
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ElectionKind {
    /// 换届选举：新一届任期开始 / a regular election, with which a new term begins
    Renewal,
    /// 补选：当选人任满本届，届满日期不变 / a by-election: who is elected serves the rest of the term, whose end stays
    ByElection,
}

/// 经上级同意不计入应到会的党员 / members who are not among those entitled, with the consent of the committee above
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotCounted {
    /// 不计入应到会的正式党员人数，如患病、出国、外出半年以上的 / how many formal members are left out: ill, abroad, away for over half a year …
    #[schemars(range(min = 1, max = MAX_PEOPLE))]
    pub number: u32,
    /// 上级党组织同意不计入的文件，必填 / the document by which the committee above consents; required
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
}

/// 当选人员、职务和得票 / who was elected, to which post and with how many votes
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Elected {
    /// 当选人的记录编号 / the id of the person who was elected
    pub person: PersonId,
    /// 当选的职务 / the post that the person was elected to
    pub post: ElectedPost,
    /// 赞成票数，不多于到会人数 / the votes in favour, not more than the members present
    pub votes: u32,
}

/// 四项承诺之一 / one of the four commitments of a secretary
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitmentKind {
    /// 任期目标，每届一次 / the goals of the term, promised once a term
    TermGoal,
    /// 年度目标，每年一次 / the goals of the year, promised anew each year
    YearlyGoal,
    /// 廉洁自律承诺 / the promise of clean and honest conduct
    Integrity,
    /// 重大失误请辞承诺 / the promise to resign after a grave error
    Resignation,
}

impl CommitmentKind {
    /// Those that are made once a term.
    pub const ONCE: [Self; 3] = [Self::TermGoal, Self::Integrity, Self::Resignation];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TermGoal => "term_goal",
            Self::YearlyGoal => "yearly_goal",
            Self::Integrity => "integrity",
            Self::Resignation => "resignation",
        }
    }

    /// The name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::TermGoal => "任期目标",
            Self::YearlyGoal => "年度目标",
            Self::Integrity => "廉洁自律",
            Self::Resignation => "重大失误请辞",
        }
    }
}

/// 现任书记作出的一项承诺 / a commitment that the secretary in post has made
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SecretaryCommitment {
    /// 承诺的种类 / which of the four commitments
    pub kind: CommitmentKind,
    /// 年度目标所属的年度 / the year, for a yearly goal
    pub year: Option<i16>,
}

/// 当选书记后、上级批复前的情况 / that whom an election made secretary waits for the approval of the committee above
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalOwed {
    /// 当选书记的人员编号 / the person who was elected secretary
    pub person: PersonId,
    /// 选举日期 / the day on which the election was held
    pub held_on: Date,
}

/// 同一书记此前的一段任职，及其间作出的每届一次的承诺 / an earlier term of the same secretary, with what was promised once in it
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EarlierTerm {
    /// 起始日期 / the first day of it
    pub since: Date,
    /// 结束日期：免职或新一届开始的日期 / the day on which it ended: of the relief, or of the next term
    pub until: Date,
    /// 其间作出的任期目标、廉洁自律、重大失误请辞承诺 / which of the commitments made once a term were made in it
    pub made: BTreeSet<CommitmentKind>,
}

/// What the secretary in post has promised, or who was in post last: whoever comes back owes no goal of a year twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promises {
    pub person: PersonId,
    /// Since when those made once a term are owed.
    pub since: Date,
    /// Until when, where they have left the post.
    pub until: Option<Date>,
    /// Those of the present term made once in it, and the goals of every year.
    pub made: BTreeSet<SecretaryCommitment>,
    pub earlier: Vec<EarlierTerm>,
}

impl Promises {
    /// A person in post for the first time.
    pub(crate) fn of(person: PersonId, since: Date) -> Self {
        Self { person, since, until: None, made: BTreeSet::new(), earlier: Vec::new() }
    }

    /// The next term of the same person: the goals of the years stay, the others are owed anew, and what was not made in
    /// the last term is not forgotten.
    pub(crate) fn renew(&mut self, since: Date) {
        let made = std::mem::take(&mut self.made).into_iter();
        let (once, yearly): (BTreeSet<_>, BTreeSet<_>) = made.partition(|made| made.year.is_none());
        self.made = yearly;
        let until = self.until.take().unwrap_or(since);
        let made = once.into_iter().map(|made| made.kind).collect();
        self.earlier.push(EarlierTerm { since: self.since, until, made });
        self.since = since;
    }

    /// The earlier term in which something of that day lies; nothing for the present one.
    fn term_of(&self, day: Date) -> Option<usize> {
        let earlier = self.earlier.iter().rposition(|term| term.since <= day);
        earlier.filter(|_| day < self.since)
    }

    /// Whether that was promised in the term in which the day lies.
    pub(crate) fn has(&self, made: SecretaryCommitment, made_on: Date) -> bool {
        match self.term_of(made_on) {
            Some(term) if made.year.is_none() => self.earlier[term].made.contains(&made.kind),
            _ => self.made.contains(&made),
        }
    }

    /// Something is promised.
    pub(crate) fn make(&mut self, made: SecretaryCommitment, made_on: Date) {
        match self.term_of(made_on) {
            Some(term) if made.year.is_none() => self.earlier[term].made.insert(made.kind),
            _ => self.made.insert(made),
        };
    }

    /// The first day in post.
    pub(crate) fn first(&self) -> Date {
        self.earlier.first().map_or(self.since, |term| term.since)
    }
}

/// 书记的产生方式：选举产生或指派 / how the secretary came to the post: by election or by assignment
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretaryBasis {
    /// 选举产生：须有选举结果在册 / elected by the members, as an election on file says
    Elected,
    /// 上级党委指派：须有其文件 / assigned by the committee above, with its document
    Assigned,
    /// 档案未载明，只用于存量登记 / a record of the past that does not say; for registrations only
    NotStated,
}

/// Whom the last election on file elected to be secretary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElectedSecretary {
    pub person: PersonId,
    pub held_on: Date,
    /// The last day of the term that the election was for.
    pub term_end: Date,
    /// Nothing where the election was recorded before its kind was.
    pub kind: Option<ElectionKind>,
}

/// Who heads a villagers' committee 村民委员会, elected by the villagers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VillageHead {
    pub person: PersonId,
    pub elected_on: Date,
    pub term_end: Date,
}

/// An election that an original owes since a merger gave it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElectionOwed {
    pub joint_branch: JointBranchId,
    pub since: Date,
}

/// 党组织最近一次换届选举 / the last election of an organization
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Election {
    /// 选举日期 / the day on which it was held
    pub held_on: Date,
    /// 当选书记的人员编号 / the person who was elected secretary
    pub secretary: Option<PersonId>,
    /// 任期届满日期 / the last day of the term
    pub term_end: Date,
}

/// 第一书记离任原因的类别 / the kind of reason for which a first secretary leaves
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FirstSecretaryEnd {
    /// 任职期满 / the posting has come to its planned end
    TermEnded,
    /// 工作调动 / the person is given other work
    Transferred,
    /// 召回：不胜任或不履职 / the person is called back as unfit, or for not doing the work
    Recalled,
    /// 其他原因，如健康、家庭 / another reason, such as health or family
    Other,
}

/// 现任第一书记 / the first secretary in post
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FirstSecretary {
    /// 第一书记的记录编号 / the id of the person who is first secretary
    pub person: PersonId,
    /// 任职日期 / the first day in post
    pub since: Date,
    /// 计划期满日期 / the day on which the posting is planned to end
    pub until: Date,
    /// 派出单位的名称 / the name of the unit that sent the person
    pub sending_unit: Text,
}
