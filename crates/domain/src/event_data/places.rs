//! What the events say by which places come, change, pass on and end.

use crate::consent::Consent;
use crate::date::Date;
use crate::ids::{EventId, JointBranchId, OrganizationId, PlaceId};
use crate::place::{Level, PlaceCode, PlaceKind};
use crate::text::Text;

data! {
    /// 行政区划已登记，自生效日期起有效 / a place exists from the effective date on
    pub struct PlaceRegistered {
        /// 行政区划的记录编号 / the id of the place that was registered
        pub place: PlaceId,
        /// 区划代码，按层级为 4、6、9 或 12 位 / the statistical code of 4, 6, 9 or 12 digits by its tier
        pub code: PlaceCode,
        /// 行政区划的名称 / the name of the place
        pub name: Text,
        /// 行政区划的层级 / the tier of the place
        pub level: Level,
        /// 上级区划的记录编号；市没有 / the id of the place above; absent for the city
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub parent: Option<PlaceId>,
        /// 上级区划的代码；市没有 / the code of the place above; absent for the city
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub parent_code: Option<PlaceCode>,
        /// 行政村、社区或其他；只有村级才有 / whether it is a village, a community or neither, for the lowest tier
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub kind: Option<PlaceKind>,
    }

    /// 行政区划已更名 / a place bears another name
    pub struct PlaceRenamed {
        /// 更名的行政区划 / the place that bears another name
        pub place: PlaceId,
        /// 自此的名称 / the name of the place from now on
        pub name: Text,
        /// 更名前的名称 / the name of the place until now
        pub earlier_name: Text,
    }

    /// 行政区划已换代码 / a place bears another code
    pub struct PlaceRecoded {
        /// 换代码的行政区划 / the place that bears another code
        pub place: PlaceId,
        /// 自此的区划代码 / the code of the place from now on
        pub code: PlaceCode,
        /// 原区划代码 / the code of the place until now
        pub earlier_code: PlaceCode,
        /// 新代码曾属另一县(区)时，其末一分序号，本县(区)由此续编 / where another county bore the new code before: its last `scopesequence`, after which this county's begin
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub numbered_after: Option<u64>,
    }

    /// 行政区划已划归另一上级；跨县(区)的为划入 / a place lies under another one: in the same county for `place.moved`, in another one for `place.received`
    pub struct PlaceMoved {
        /// 划归的行政区划 / the place that lies under another one
        pub place: PlaceId,
        /// 自此的上级区划的记录编号 / the id of the place above from now on
        pub parent: PlaceId,
        /// 自此的上级区划代码 / the code of the place above from now on
        pub parent_code: PlaceCode,
        /// 自此的区划代码 / the code of the place from now on
        pub code: PlaceCode,
        /// 原区划代码 / the code of the place until now
        pub earlier_code: PlaceCode,
        /// 跨县(区)划入：接收县(区)或市级机关同意的文件 / where it passes to another county: the consent of that county or of the city, with its document
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub consent: Option<Consent>,
    }

    /// 行政区划划出本县(区)，由原县(区)的订阅方读取，随后有划入事件 / a place passes to another county: what the old county's readers see; `place.received` follows
    pub struct PlaceLeft {
        /// 划出的行政区划 / the place that passes to another county
        pub place: PlaceId,
        /// 划出前的区划代码 / the code of the place until now
        pub code: PlaceCode,
        /// 接收县(区)的代码 / the code of the county that receives it
        pub to_county: PlaceCode,
        /// 接收县(区)或市级机关同意的文件 / the consent of the receiving county or of the city, with its document
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub consent: Option<Consent>,
    }

    /// 行政区划已并入另一区划 / a place went over into another one
    pub struct PlaceMerged {
        /// 并入他处而终止的行政区划 / the place that ended
        pub place: PlaceId,
        /// 承接的行政区划 / the place that goes on
        pub into: PlaceId,
    }

    /// 一个承接区划承接的内容 / what one successor of a split takes
    pub struct SplitPart {
        /// 承接区划的记录编号 / the id of the successor that takes them
        pub successor: PlaceId,
        /// 原属该区划的下级区划 / the places of the tier below that it takes
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub places: Vec<PlaceId>,
        /// 原设在该区划本级的党组织 / the organizations that lay in the place itself
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub organizations: Vec<OrganizationId>,
        /// 原由该区划牵头、自此由其牵头的联合党组织 / the joint branches that the place led and that it leads now
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub joint_branches: Vec<JointBranchId>,
    }

    /// 行政区划已拆分，由几个区划分别承接 / a place was split among successors
    pub struct PlaceSplit {
        /// 被拆分的行政区划 / the place that was split and ended
        pub place: PlaceId,
        /// 各承接区划及其承接的内容 / the successors, each with what it takes
        pub parts: Vec<SplitPart>,
    }

    /// 行政区划已撤销，辖内已无党组织和下级区划 / a place ended with nothing left in it
    pub struct PlaceClosed {
        /// 撤销的行政区划 / the place that ended
        pub place: PlaceId,
    }

    /// 行政区划的名称已更正 / the name of a place was corrected
    pub struct PlaceCorrected {
        /// 名称被更正的行政区划 / the place whose name was corrected
        pub place: PlaceId,
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
}
