//! What the events of posts say: secretaries, terms, committees, elections, commitments.

use crate::date::Date;
use crate::ids::{Commitment, JointBranchId, OrganizationId, PersonId, PlaceId};
use crate::post::{CommitmentKind, CommitteeMember, Elected, ElectionKind, FirstSecretaryEnd, NotCounted};
use crate::text::Text;

data! {
    /// 书记已任职 / a secretary is in the post of a joint branch
    pub struct SecretaryAssigned {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 任书记的人员 / the person who became secretary
        pub person: PersonId,
        /// 书记来源：政策代码表中的代码 / where the secretary comes from: a code of the policy's list `secretary_sources`
        pub source: Text,
        /// 任期起日 / the first day of the term
        pub term_start: Date,
        /// 任期止日 / the last day of the term
        pub term_end: Date,
        /// 月报酬（元）的承诺值 / the commitment to the monthly pay in yuan
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub monthly_pay_commitment: Option<Commitment>,
    }

    /// 书记已离任 / a secretary left the post
    pub struct SecretaryRelieved {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 离任的书记 / the secretary who left
        pub person: PersonId,
        /// 离任原因的承诺值；因终止而离任的没有 / the commitment to the reason; absent where the joint branch was dissolved
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason_commitment: Option<Commitment>,
    }

    /// 第一书记已选派 / a first secretary was sent to the organization of a village or community
    pub struct FirstSecretaryAssigned {
        /// 派驻的村(社区)党组织 / the organization of the village or community to which the person was sent
        pub organization: OrganizationId,
        /// 任第一书记的人员 / the person who became first secretary
        pub person: PersonId,
        /// 任职日期 / the first day in post
        pub since: Date,
        /// 计划期满日期 / the day on which the posting is planned to end
        pub until: Date,
        /// 派出单位的名称 / the name of the unit that sends the person
        pub sending_unit: Text,
    }

    /// 第一书记已离任 / a first secretary left the post
    pub struct FirstSecretaryRelieved {
        /// 派驻的村(社区)党组织 / the organization of the village or community to which the person was sent
        pub organization: OrganizationId,
        /// 离任的第一书记 / the first secretary who left
        pub person: PersonId,
        /// 离任原因的类别；因轮换或续派而离任的没有 / the kind of reason; absent where another took over, or the same person was sent again
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<FirstSecretaryEnd>,
    }

    /// 任期已延长或提前结束 / the end of a term was moved
    pub struct TermRenewed {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 新的任期止日 / the last day of the term from now on
        pub term_end: Date,
        /// 原任期止日 / the last day of the term until now
        pub earlier_end: Date,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }

    /// 支委会组成及分工已确定，原有的终止 / a committee was appointed with its duties; an earlier one ended
    pub struct CommitteeAppointed {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 委员名单及分工 / the members of the committee with their duties
        pub members: Vec<CommitteeMember>,
    }

    /// 联合党组织已举行选举 / a joint branch held an election
    #[schemars(rename = "ElectionHeldV2")]
    pub struct ElectionHeld {
        /// 举行选举的联合党组织 / the joint branch that held the election
        pub joint_branch: JointBranchId,
        /// 选举日期 / the day of the election
        pub held_on: Date,
        /// 换届或补选；此前登记的没有，按换届 / regular or by-election; absent where it was recorded before kinds were: a regular one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kind: Option<ElectionKind>,
        /// 应到会的正式党员人数，到会比例据此计算 / the formal members entitled to take part: what the quorum is counted on
        pub entitled: u32,
        /// 经上级同意不计入应到会的党员；没有的不填 / members left out with the superior's consent; absent where there are none
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub not_counted: Option<NotCounted>,
        /// 到会的正式党员人数 / the number of formal members present
        pub present: u32,
        /// 当日在册的正式党员人数 / the number of formal members on file that day
        pub formal_members: u32,
        /// 当选人员名单 / the persons who were elected
        pub elected: Vec<Elected>,
        /// 任期起日 / the first day of the term
        pub term_start: Date,
        /// 任期止日 / the last day of the term
        pub term_end: Date,
    }

    /// 联合党组织已举行选举 / a joint branch held an election
    #[schemars(rename = "ElectionHeld")]
    pub struct ElectionHeld1 {
        /// 举行选举的联合党组织 / the joint branch that held the election
        pub joint_branch: JointBranchId,
        /// 选举日期 / the day of the election
        pub held_on: Date,
        /// 到会的正式党员人数 / the number of formal members present
        pub present: u32,
        /// 当日在册的正式党员人数 / the number of formal members on file that day
        pub formal_members: u32,
        /// 当选人员名单 / the persons who were elected
        pub elected: Vec<Elected>,
        /// 任期起日 / the first day of the term
        pub term_start: Date,
        /// 任期止日 / the last day of the term
        pub term_end: Date,
    }

    /// 单独设置的党组织已举行选举 / an organization in no joint branch held an election
    #[schemars(rename = "OrganizationElectionHeldV2")]
    pub struct OrganizationElectionHeld {
        /// 举行选举的单独设置的党组织 / the organization in no joint branch that held the election
        pub organization: OrganizationId,
        /// 选举日期 / the day of the election
        pub held_on: Date,
        /// 换届或补选；此前登记的没有，按换届 / regular or by-election; absent where it was recorded before kinds were: a regular one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kind: Option<ElectionKind>,
        /// 应到会的正式党员人数，到会比例据此计算 / the formal members entitled to take part: what the quorum is counted on
        pub entitled: u32,
        /// 经上级同意不计入应到会的党员；没有的不填 / members left out with the superior's consent; absent where there are none
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub not_counted: Option<NotCounted>,
        /// 到会的正式党员人数 / the number of formal members present
        pub present: u32,
        /// 当日在册的正式党员人数 / the number of formal members on file that day
        pub formal_members: u32,
        /// 当选人员名单 / the persons who were elected
        pub elected: Vec<Elected>,
        /// 任期起日 / the first day of the term
        pub term_start: Date,
        /// 任期止日 / the last day of the term
        pub term_end: Date,
    }

    /// 单独设置的党组织已举行选举 / an organization in no joint branch held an election
    #[schemars(rename = "OrganizationElectionHeld")]
    pub struct OrganizationElectionHeld1 {
        /// 举行选举的单独设置的党组织 / the organization in no joint branch that held the election
        pub organization: OrganizationId,
        /// 选举日期 / the day of the election
        pub held_on: Date,
        /// 到会的正式党员人数 / the number of formal members present
        pub present: u32,
        /// 当日在册的正式党员人数 / the number of formal members on file that day
        pub formal_members: u32,
        /// 当选人员名单 / the persons who were elected
        pub elected: Vec<Elected>,
        /// 任期起日 / the first day of the term
        pub term_start: Date,
        /// 任期止日 / the last day of the term
        pub term_end: Date,
    }

    /// 书记经村民依法选举当选村委会主任（一肩挑） / villagers elected the secretary in post as head of their committee
    pub struct VillageHeadElected {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 当选的书记 / the secretary who was elected
        pub person: PersonId,
        /// 成员村的记录编号 / the id of the member village
        pub village: PlaceId,
        /// 村民选举的日期 / the day of the villagers' election
        pub elected_on: Date,
        /// 村民委员会任期止日 / the last day of the villagers' committee's term
        pub term_end: Date,
    }

    /// 现任书记作出承诺 / the secretary in post made a commitment
    pub struct CommitmentMade {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 作出承诺的书记 / the secretary who made it
        pub person: PersonId,
        /// 四项承诺中的哪一项 / which of the four commitments it is
        pub kind: CommitmentKind,
        /// 承诺所属年度；年度目标才有 / the year that it is for, for a yearly goal
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub year: Option<i16>,
        /// 承诺的内容 / the content of the promise
        pub content: Text,
        /// 作出承诺的日期 / the day on which it was made
        pub made_on: Date,
        /// 接受承诺的乡镇党委 / the township committee that it is made to
        pub to: OrganizationId,
    }
}

impl From<ElectionHeld1> for ElectionHeld {
    /// Every formal member was entitled, and every election began a term.
    fn from(old: ElectionHeld1) -> Self {
        Self {
            joint_branch: old.joint_branch,
            held_on: old.held_on,
            kind: None,
            entitled: old.formal_members,
            not_counted: None,
            present: old.present,
            formal_members: old.formal_members,
            elected: old.elected,
            term_start: old.term_start,
            term_end: old.term_end,
        }
    }
}

impl From<OrganizationElectionHeld1> for OrganizationElectionHeld {
    fn from(old: OrganizationElectionHeld1) -> Self {
        Self {
            organization: old.organization,
            held_on: old.held_on,
            kind: None,
            entitled: old.formal_members,
            not_counted: None,
            present: old.present,
            formal_members: old.formal_members,
            elected: old.elected,
            term_start: old.term_start,
            term_end: old.term_end,
        }
    }
}
