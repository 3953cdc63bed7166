//! What the events of 存量登记 say: a register opened, a joint branch registered, confirmed, sent back, completed.

use crate::code::Code;
use crate::date::Date;
use crate::function::Function;
use crate::ids::{JointBranchId, OrganizationId, PlaceId};
use crate::joint_branch::Arrangement;
use crate::registration::{FactName, Facts, Source};
use crate::text::Text;

data! {
    /// 县(区)清单已启用，或登记期限已延长 / the register of a county was opened, or stays open for longer
    pub struct RegisterOpened {
        /// 县(区)的记录编号 / the id of the county
        pub county: PlaceId,
        /// 启用日：此前的日期一律不产生待办 / from which day it is kept: nothing is owed for days before
        pub from: Date,
        /// 存量登记截止日期 / the last day on which what existed before may be registered
        pub closes_on: Date,
    }

    /// 原有的联合党组织已作存量登记，待县级确认 / a joint branch that exists was registered, and waits for the county
    pub struct JointBranchRegistered {
        /// 联合党组织的记录编号 / the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 联合党组织的名称 / the name of the joint branch
        pub name: Text,
        /// 合建或共建 / whether the organizations merge or pair
        pub arrangement: Arrangement,
        /// 成员党组织，至少两个 / the organizations that are its members, at least two
        pub members: Vec<OrganizationId>,
        /// 牵头乡镇的记录编号 / the id of the township that leads
        pub lead_township: PlaceId,
        /// 形式细类；没有则不填 / the kind of the form, a code of the policy's list `forms`, where a policy has added it
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub form_kind: Option<Code>,
        /// 登记所依据的台账或档案 / the ledger or file that it rests on
        pub source: Source,
        /// 登记时载明的事实 / what was stated with it
        pub facts: Facts,
    }

    /// 存量登记已确认，联合党组织自此运行并计入统计 / a registration was confirmed: from then on the joint branch is at work and counted
    pub struct RegistrationConfirmed {
        /// 联合党组织的记录编号 / the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 自此由其承担的职能：合建为全部，共建为登记时载明的 / the functions that it holds from then on: all in a merger, those stated in a pairing
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub functions: Vec<Function>,
    }

    /// 存量登记已退回 / a registration was sent back
    pub struct RegistrationRejected {
        /// 联合党组织的记录编号 / the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 退回的理由，一两句话，不写身份证号、电话和姓名 / why, in a sentence or two, without identity numbers, telephone numbers or names of persons
        pub reason: Text,
    }

    /// 存量登记已补记一项 / something that was not on file was found and added
    pub struct RegistrationCompleted {
        /// 联合党组织的记录编号 / the id of the joint branch
        pub joint_branch: JointBranchId,
        /// 补记的事项 / which of the facts
        pub field: FactName,
        /// 补记的内容，只含该事项 / what was found: that fact alone
        pub facts: Facts,
        /// 补记的依据 / what it rests on
        pub source: Source,
    }
}
