//! What the events say by which a coordination meeting is recorded, and its decisions are closed.

use crate::date::Date;
use crate::ids::{MeetingId, OrganizationId, PlaceId};
use crate::meeting::{MAX_ITEMS, MAX_MEETINGS};
use crate::text::Text;

data! {
    /// 联系会议的一项议题和议定事项 / an item of a coordination meeting with what was decided
    pub struct MeetingItem {
        /// 会议讨论的议题 / the matter that the meeting discussed
        pub topic: Text,
        /// 会议议定的事项 / what the meeting decided to have done
        pub decided: Text,
        /// 责任单位的记录编号：市、县(区)或乡镇(街道) / the id of the city, county or township that carries it out
        pub carrier: PlaceId,
        /// 办理期限的最后一日；不限期的不填 / the last day to carry it out, where there is one
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub finish_by: Option<Date>,
    }

    /// 联系会议已召开 / a coordination meeting was held
    pub struct MeetingRecorded {
        /// 联系会议的记录编号 / the id of the coordination meeting
        pub meeting: MeetingId,
        /// 召开会议的市或县(区)的记录编号 / the id of the city or county whose meeting it was
        pub place: PlaceId,
        /// 当年第几次会议 / which meeting of its year it was
        #[schemars(range(min = 1, max = MAX_MEETINGS))]
        pub session: u32,
        /// 开会日期 / the day on which it was held
        pub met_on: Date,
        /// 主持会议的党组织 / the organization that presided
        pub presided_by: OrganizationId,
        /// 出席会议的党组织 / the organizations that attended
        pub attended: Vec<OrganizationId>,
        /// 其他参会单位和职务；没有则不填 / which other offices and posts attended, where any did
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub also_attended: Option<Text>,
        /// 议题和议定事项，按会议的次序 / the items with what was decided, in the order of the meeting
        pub agenda: Vec<MeetingItem>,
    }

    /// 议定事项已销号 / a decision of a coordination meeting was closed
    pub struct DecisionClosed {
        /// 作出该议定事项的联系会议 / the coordination meeting that decided it
        pub meeting: MeetingId,
        /// 议定事项的序号，从 1 起 / the number of the item in the meeting, from 1 on
        #[schemars(range(min = 1, max = MAX_ITEMS))]
        pub item: u32,
        /// 办结情况：办理的结果，或不再办理的理由 / what came of it: the result, or why it is no longer carried out
        pub result: Text,
    }
}
