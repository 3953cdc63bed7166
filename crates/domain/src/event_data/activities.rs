//! What the events about the daily work of a joint branch say: activities, and where it works.

use crate::date::Date;
use crate::function::Function;
use crate::ids::{JointBranchId, PlaceId};
use crate::text::Text;

data! {
    /// 联合党组织的活动已登记 / an activity of a joint branch took place
    pub struct ActivityRecorded {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 活动所服务的职能：四项职能的代码或写明的事项 / the function that it served: the code of one of the four, or a named item
        pub function: Function,
        /// 活动类别：政策代码表中的代码 / the kind of activity: a code of the policy's list `activity_kinds`
        pub kind: Text,
        /// 活动日期 / the day of the activity
        pub date: Date,
        /// 承办村的记录编号 / the id of the member village that hosted
        pub host_village: PlaceId,
        /// 参加人数 / how many people took part
        pub attendance: u32,
    }

    /// 联合党组织合署办公 / a joint branch works in one place
    pub struct CoLocated {
        /// 联合党组织的记录编号，即其请示的编号 / the id of the joint branch, which is that of its proposal
        pub joint_branch: JointBranchId,
        /// 办公地点的记录编号 / the id of the place where it works
        pub place: PlaceId,
        /// 合署办公的开始日期 / the day from which it works there
        pub date: Date,
    }
}
