//! What the events say by which the county has a fact on file.

use crate::date::Date;
use crate::filing::FilingMatter;
use crate::ids::{JointBranchId, OrganizationId};
use crate::text::Text;

data! {
    /// A fact was filed with the county.
    pub struct FiledWithCounty {
        /// Of which joint branch.
        pub joint_branch: JointBranchId,
        /// What.
        pub matter: FilingMatter,
        /// The position of the event that is filed.
        pub filed_position: u64,
        /// 备案号.
        pub number: Text,
        /// The day of filing.
        pub filed_on: Date,
    }

    /// A fact of an organization that stands alone was filed with the county.
    pub struct OrganizationFiled {
        /// Of which organization.
        pub organization: OrganizationId,
        /// What.
        pub matter: FilingMatter,
        /// The position of the event that is filed.
        pub filed_position: u64,
        /// 备案号.
        pub number: Text,
        /// The day of filing.
        pub filed_on: Date,
    }
}
