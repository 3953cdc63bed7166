//! What the events of a joint branch itself say: proposed, surveyed, decided, changed, its members, its end.

use crate::code::Code;
use crate::consent::Consent;
use crate::date::Date;
use crate::document_number::DocumentNumber;
use crate::ids::{CommandId, EventId, JointBranchId, OrganizationId, PlaceId};
use crate::joint_branch::{Arrangement, Form, Ground, Justification, Mode};
use crate::place::Level;
use crate::text::Text;

data! {
    /// 已请示成立联合党组织 / a joint branch was proposed
    pub struct JointBranchProposed {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 联合党组织的名称 / the name of the joint branch
        pub name: Text,
        /// 合建或共建 / whether the organizations merge or pair
        pub arrangement: Arrangement,
        /// 五种方式之一，或政策增加的方式 / the mode of joining: one of the five, or one that a policy has added
        pub mode: Mode,
        /// 组织形式 / the form of the joint branch
        pub form: Form,
        /// 形式细类：政策代码表中的代码，如功能型党支部；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form_kind: Option<Code>,
        /// 成员党组织，至少两个 / the organizations that join, at least two
        pub members: Vec<OrganizationId>,
        /// 牵头乡镇的记录编号 / the id of the township that leads
        pub lead_township: PlaceId,
        /// 合建共建的理由，分三方面 / why these organizations join, under three heads
        pub justification: Justification,
        /// 中心村的记录编号；大小村合建才有 / the id of the base village, for the mode `large_small`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub base_village: Option<PlaceId>,
        /// 共同的主导产业；产业趋同村才有 / the common industry, for the mode `similar_industry`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub industry: Option<Text>,
        /// 方式说明；方式为“其他”才有 / the reason for the mode `other`
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mode_reason: Option<Text>,
        /// 上级决定的文号：正式党员三人以上的党组织加入、由乡镇党委批准时须有，县级及以上直接决定的不填 / the number of the superior's decision that lets an organization with 3 or more formal members join where a township committee decides; not needed where the county or above decides
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior_decision: Option<DocumentNumber>,
        /// 按特殊情况未执行的规定，成立时须确认 / rules that were set aside, to be confirmed by the establishing decision
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub overridden: Vec<String>,
    }

    /// 一个村的群众意愿调查结果 / the result of the will survey in one village
    pub struct SurveyResult {
        /// 成员村的记录编号 / the id of the member village
        pub village: PlaceId,
        /// 征求户数 / the number of households asked
        pub asked: u32,
        /// 同意户数，不多于征求户数 / the number of households in favour, of those asked
        pub in_favour: u32,
        /// 调查方法，如入户走访、村民代表会议 / how the households were asked, such as 入户走访
        pub method: Text,
        /// 调查日期 / the day on which the households were asked
        pub date: Date,
    }

    /// 群众意愿调查已登记 / a will survey of the member villages was recorded
    pub struct JointBranchSurveyed {
        /// 所调查的请示，即联合党组织的记录编号 / the proposal that was asked about, by the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 调查的编号，即登记它的指令编号 / the id of the survey: that of the command that recorded it
        pub survey: CommandId,
        /// 各成员村的结果，每村一项 / the result of each member village, one entry a village
        pub villages: Vec<SurveyResult>,
    }

    /// 联合党组织已批准成立 / a joint branch was established
    pub struct JointBranchEstablished {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 合建或共建 / whether the organizations merge or pair
        pub arrangement: Arrangement,
        /// 作出决定的层级 / the tier of the body that decided
        pub level: Level,
        /// 所依据的群众意愿调查（指令编号）；没有村党组织参加则没有 / the will survey that it rests on, by the id of its command; absent where no village takes part
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub survey: Option<CommandId>,
        /// 牵头乡镇以外成员所属乡镇党委的同意 / the consents of the township committees of members outside the lead township
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub consents: Vec<Consent>,
        /// 备注，一般没有 / a remark on the decision, as a rule absent
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }

    /// 请示已撤回，或未予批准 / a proposal ended: it was withdrawn, or rejected
    pub struct ProposalEnded {
        /// 所撤回或未批准的请示 / the proposal that ended, by the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }

    /// 成员党组织已加入联合党组织 / an organization joined a live joint branch
    pub struct MemberAdmitted {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 加入的党组织 / the organization that joined the joint branch
        pub organization: OrganizationId,
        /// 作出决定的层级 / the tier of the body that decided
        pub level: Level,
        /// 所依据的群众意愿调查（指令编号）；没有村党组织参加则没有 / the will survey that it rests on, by the id of its command; absent where no village takes part
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub survey: Option<CommandId>,
        /// 牵头乡镇以外成员所属乡镇党委的同意 / the consents of the township committees of members outside the lead township
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub consents: Vec<Consent>,
        /// 上级决定的文号：正式党员三人以上的党组织加入、由乡镇党委批准时须有，县级及以上直接决定的不填 / the number of the superior's decision that lets an organization with 3 or more formal members join where a township committee decides; not needed where the county or above decides
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior_decision: Option<DocumentNumber>,
    }

    /// 成员党组织已退出联合党组织 / a member left a live joint branch
    pub struct MemberReleased {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 退出的成员党组织 / the member that left the joint branch
        pub organization: OrganizationId,
        /// 承接党组织的记录编号；与成员相同即恢复原党组织 / the id of the organization that goes on: the member's own where it was restored
        pub successor: OrganizationId,
        /// 作出决定的层级 / the tier of the body that decided
        pub level: Level,
        /// 所依据的群众意愿调查（指令编号）；没有村党组织参加则没有 / the will survey that it rests on, by the id of its command; absent where no village takes part
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub survey: Option<CommandId>,
    }

    /// 联合党组织的名称、牵头乡镇或形式已变更，未列的不变 / the name, lead township or form of a joint branch changed; what is not named stayed
    pub struct JointBranchChanged {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 作出决定的层级 / the tier of the body that decided
        pub level: Level,
        /// 新的名称；未变则没有 / the new name; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<Text>,
        /// 新的牵头乡镇；未变则没有 / the new lead township; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lead_township: Option<PlaceId>,
        /// 新的形式；未变则没有 / the new form; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form: Option<Form>,
        /// 变更后的形式细类：政策代码表中的代码；没有则不填 / the kind of the form as it is now, a code of the policy's list `forms`, where it or the form changed and it has one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form_kind: Option<Code>,
        /// 牵头乡镇以外成员所属乡镇党委的同意 / the consents of the township committees of members outside the lead township
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub consents: Vec<Consent>,
    }

    /// 联合党组织的名称已更正 / the name of a joint branch was corrected
    pub struct JointBranchCorrected {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 被更正记录的编号 / the id of the event that was corrected
        pub corrected_event: EventId,
        /// 被更正记录的位置 / the position of the event that was corrected
        pub corrected_position: u64,
        /// 被更正记录的生效日期，各项统计自该日起按更正计 / the effective date of the corrected event: views show the correction from that day on
        pub corrected_effective_date: Date,
        /// 更正后的名称 / the name as it should read
        pub name: Text,
        /// 更正前的名称 / the name before the correction
        pub earlier_name: Text,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }

    /// 合建共建已终止 / a joint branch was dissolved
    pub struct JointBranchDissolved {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 终止的事由 / the ground on which the joint branch ended
        pub ground: Ground,
        /// 作出决定的层级 / the tier of the body that decided
        pub level: Level,
        /// 作出决定的上级及其文件；上级决定终止时才有 / the organ above the deciding one and its document, for a superior's decision
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior: Option<Consent>,
    }
}
