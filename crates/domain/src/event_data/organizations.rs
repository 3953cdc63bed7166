//! What the events of an organization say: registered, changed, corrected, suspended, restored, ended.

use std::collections::BTreeMap;

use crate::code::Code;
use crate::date::Date;
use crate::ids::{EventId, JointBranchId, OrganizationId, PlaceId};
use crate::organization::{HostKind, OrganizationForm, Profile};
use crate::text::Text;

data! {
    /// 党组织已登记 / an organization is on the register
    pub struct OrganizationRegistered {
        /// 党组织的记录编号 / the id of the organization that was registered
        pub organization: OrganizationId,
        /// 党组织的名称 / the name of the organization
        pub name: Text,
        /// 党组织的组织形式 / the form of the Party organization
        pub form: OrganizationForm,
        /// 形式细类：政策代码表中的代码，如功能型党支部；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form_kind: Option<Code>,
        /// 所属类别；机关属乡镇、县(区)或市 / what kind of host it belongs to; an organ belongs to a township, county or city
        pub host_kind: HostKind,
        /// 所属为行政区划时，其记录编号 / the id of the host, where it is a place
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub host_place: Option<PlaceId>,
        /// 所属：区划代码或单位名称 / the host: the code of a place or the name of a unit
        pub host: Text,
        /// 所在地的记录编号 / the id of the place where it lies
        pub location: PlaceId,
        /// 上级党组织；没有则不填 / the organization above, where there is one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior: Option<OrganizationId>,
        /// 正式党员人数 / the number of formal members
        pub formal_members: u32,
        /// 预备党员人数 / the number of probationary members
        pub probationary_members: u32,
    }

    /// 党组织的党员人数或村情数据已更新 / the counts of members or the profile of an organization were updated
    pub struct OrganizationUpdated {
        /// 更新的党组织 / the organization that was updated
        pub organization: OrganizationId,
        /// 正式党员人数；未变则没有 / the number of formal members; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub formal_members: Option<u32>,
        /// 预备党员人数；未变则没有 / the number of probationary members; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub probationary_members: Option<u32>,
        /// 更新的村情数据；未列的不变 / the figures of the profile that were set; those not named stayed
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub profile: Profile,
    }

    /// 党组织的名称、形式、所属或上级已变更，未列的不变 / the name, form, host or superior of an organization changed; what is not named stayed
    pub struct OrganizationChanged {
        /// 变更的党组织 / the organization that was changed
        pub organization: OrganizationId,
        /// 新的名称；未变则没有 / the new name; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<Text>,
        /// 新的形式；未变则没有 / the new form; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form: Option<OrganizationForm>,
        /// 变更后的形式细类：政策代码表中的代码；没有则不填 / the kind of the form as it is now, a code of the policy's list `forms`, where it or the form changed and it has one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form_kind: Option<Code>,
        /// 新的所属类别；未变则没有 / what kind of host it has now; absent where it stayed
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub host_kind: Option<HostKind>,
        /// 所属为行政区划时，其记录编号 / the id of the host, where it is a place
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub host_place: Option<PlaceId>,
        /// 所属：区划代码或单位名称 / the host: the code of a place or the name of a unit
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub host: Option<Text>,
        /// 现所在地的记录编号 / the id of the place where it lies now
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub location: Option<PlaceId>,
        /// 上级党组织；没有则不填 / the organization above, where there is one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub superior: Option<OrganizationId>,
    }

    /// 党组织已改由联合党总支或联合党委领导 / an organization stands under a joint general branch or joint committee
    pub struct OrganizationPlacedUnder {
        /// 隶属关系变更的党组织 / the organization whose superior it is
        pub organization: OrganizationId,
        /// 作为上级的联合党总支或联合党委 / the joint general branch or joint committee that is its superior
        pub joint_branch: JointBranchId,
    }

    /// 党组织的记录已更正，原内容仍在日志中 / what an event says of an organization was corrected; the earlier words stay in the log
    pub struct OrganizationCorrected {
        /// 记录被更正的党组织 / the organization whose record was corrected
        pub organization: OrganizationId,
        /// 被更正记录的编号 / the id of the event that was corrected
        pub corrected_event: EventId,
        /// 被更正记录的位置 / the position of the event that was corrected
        pub corrected_position: u64,
        /// 被更正记录的生效日期，各项统计自该日起按更正计 / the effective date of the corrected event: views show the correction from that day on
        pub corrected_effective_date: Date,
        /// 更正后的名称 / the name as it should read
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<Text>,
        /// 更正前的名称 / the name before the correction
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub earlier_name: Option<Text>,
        /// 更正后的村情数据 / the figures of the profile as they should read
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub profile: Profile,
        /// 更正前的村情数据 / the same figures of the profile before the correction
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub earlier_profile: Profile,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }

    /// 党组织因合建停止履职，职能整体划转 / a merger took the organization's work over
    pub struct OrganizationSuspended {
        /// 停止履职的党组织 / the organization that is suspended
        pub organization: OrganizationId,
        /// 承接其职能的合建 / the merger that took its work over
        pub joint_branch: JointBranchId,
    }

    /// 党组织恢复工作 / an organization works again after its joint branch ended
    pub struct OrganizationRestored {
        /// 恢复工作的党组织 / the organization that works again
        pub organization: OrganizationId,
        /// 已终止或退出的合建 / the merger that ended, or that it left
        pub joint_branch: JointBranchId,
    }

    /// 党组织已撤销，由另一党组织承接 / an organization ended when its joint branch did; another one goes on
    pub struct OrganizationAbolished {
        /// 被撤销的党组织 / the organization that was abolished
        pub organization: OrganizationId,
        /// 已终止的合建 / the merger that ended
        pub joint_branch: JointBranchId,
        /// 承接党组织的记录编号 / the id of the organization that goes on
        pub successor: OrganizationId,
    }

    /// 单独设置的党组织已撤销，由另一党组织承接 / an organization in no joint branch was abolished; another one goes on
    pub struct OrganizationClosed {
        /// 被撤销的党组织 / the organization that was abolished
        pub organization: OrganizationId,
        /// 承接党组织的记录编号 / the id of the organization that goes on
        pub successor: OrganizationId,
        /// 理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub reason: Option<Text>,
    }
}
