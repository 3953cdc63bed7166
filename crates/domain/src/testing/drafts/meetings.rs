//! Commands of coordination meetings 联系会议, with sensible defaults.

use ulid::Ulid;

use super::oversight::{supervise, supervising};
use super::{Draft, text};
use crate::account::Role;
use crate::actor::Actor;
use crate::commands::record_meeting::ItemDecided;
use crate::commands::{CloseDecision, CommandBody, IssueSupervision, RecordMeeting};
use crate::ids::MeetingId;
use crate::testing::city::CITY_ORGAN;
use crate::testing::date;

/// The meeting of the fixtures.
pub const MEETING: MeetingId = MeetingId(Ulid(0xE3));

/// Who acts for the city.
pub fn city_office() -> Actor {
    Actor { id: "city-1".into(), role: Role::CityOffice, scope: "5108".parse().unwrap() }
}

/// What a place is to carry out until 2019-09-30.
pub fn deciding(to: &str) -> ItemDecided {
    ItemDecided {
        topic: text("联合党组织运行情况"),
        decided: text("对季度评估逐一核查"),
        carrier: to.parse().unwrap(),
        finish_by: Some(date("2019-09-30")),
    }
}

/// The third meeting of 2019, held on 2019-08-08.
pub fn meeting(agenda: Vec<ItemDecided>) -> RecordMeeting {
    RecordMeeting {
        id: Some(MEETING),
        session: 3,
        met_on: date("2019-08-08"),
        presided_by: CITY_ORGAN,
        attended: Vec::new(),
        also_attended: None,
        agenda,
    }
}

/// `record-meeting` by the city on 2019-08-12.
pub fn meet(data: RecordMeeting) -> Draft {
    Draft::new(CommandBody::RecordMeeting(data), city_office(), CITY_ORGAN, "2019-08-12")
        .paper("广联会纪〔2019〕3号", "2019-08-12")
}

/// `issue-supervision` by the city on an item of the meeting, on 2019-08-15.
pub fn on_item(to: &str, item: u32) -> Draft {
    let data = IssueSupervision { meeting: Some(MEETING), item: Some(item), ..supervising(to) };
    supervise(data)
        .by(city_office())
        .behalf(CITY_ORGAN)
        .on("2019-08-15")
        .paper("广组〔2019〕7号", "2019-08-15")
}

/// `close-decision` by the city on 2019-09-25.
pub fn close(item: u32) -> Draft {
    let data = CloseDecision { meeting: MEETING, item, result: text("已逐项整改到位") };
    Draft::new(CommandBody::CloseDecision(data), city_office(), CITY_ORGAN, "2019-09-25")
}
