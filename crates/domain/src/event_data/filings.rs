//! What the events say by which the county has a fact on file.

use crate::date::Date;
use crate::filing::FilingMatter;
use crate::ids::{JointBranchId, OrganizationId};
use crate::text::Text;

data! {
    /// 联合党组织的事项已向县(区)备案 / a matter of a joint branch was filed with the county
    pub struct FiledWithCounty {
        /// 备案的联合党组织 / the joint branch that filed
        pub joint_branch: JointBranchId,
        /// 备案事项 / the matter that is filed
        pub matter: FilingMatter,
        /// 所备案记录的位置 / the position of the event that is filed
        pub filed_position: u64,
        /// 备案号，由县(区)编 / the filing number that the county gave
        pub number: Text,
        /// 备案日期 / the day on which it was filed
        pub filed_on: Date,
    }

    /// 单独设置的党组织的事项已向县(区)备案 / a matter of an organization in no joint branch was filed with the county
    pub struct OrganizationFiled {
        /// 备案的党组织 / the organization that filed
        pub organization: OrganizationId,
        /// 备案事项 / the matter that is filed
        pub matter: FilingMatter,
        /// 所备案记录的位置 / the position of the event that is filed
        pub filed_position: u64,
        /// 备案号，由县(区)编 / the filing number that the county gave
        pub number: Text,
        /// 备案日期 / the day on which it was filed
        pub filed_on: Date,
    }
}
