//! The row of a coordination meeting 联系会议 with its decisions.

use domain::CityState;
use domain::date::Date;
use domain::ids::{MeetingId, OrganizationId, SupervisionId};
use domain::meeting::{Closed, ItemOnFile, Meeting};
use domain::place::{Level, PlaceCode};
use domain::say::Say;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::{PlaceLabel, label_of};

/// 一次联系会议及其议定事项 / a coordination meeting with its decisions
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeetingRow {
    /// Its id.
    pub id: MeetingId,
    /// The city or county whose meeting it was.
    pub place: Option<PlaceLabel>,
    /// The county whose meeting it was, where it was a county's.
    pub county: Option<PlaceCode>,
    /// Which meeting of its year it was.
    pub session: u32,
    /// The day on which it was held.
    pub met_on: Date,
    /// The organization that presided.
    pub presided_by: OrganizationId,
    /// The organizations that attended.
    pub attended: Vec<OrganizationId>,
    /// Which other offices and posts attended.
    pub also_attended: Option<Text>,
    /// The number of its minutes.
    pub document: String,
    /// Its items in their order.
    pub agenda: Vec<MeetingItemRow>,
    /// The position of the event by which it was recorded.
    pub recorded_position: u64,
    /// The position of the last event about it.
    pub last_position: u64,
}

impl MeetingRow {
    /// Which one it was, for people.
    pub fn name(&self) -> Say {
        domain::meeting::name(self.met_on.year(), self.session)
    }
}

impl MeetingItemRow {
    /// Whether it is carried out in the city, a county or a township.
    pub(crate) fn lies_in(&self, code: &PlaceCode) -> bool {
        code.level() == Level::City
            || [&self.county, &self.township].into_iter().flatten().any(|own| own == code)
    }
}

/// 联系会议的一项议题和议定事项 / an item of a coordination meeting with its decision
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MeetingItemRow {
    /// 会议讨论的议题 / the matter that the meeting discussed
    pub topic: Text,
    /// 会议议定的事项 / what the meeting decided to have done
    pub decided: Text,
    /// 责任单位：市、县(区)或乡镇(街道) / the city, county or township that carries it out
    pub carrier: Option<PlaceLabel>,
    /// 责任单位所在的县（区） / the county of who carries it out
    pub county: Option<PlaceCode>,
    /// 责任单位所在的乡镇（街道） / the township that carries it out
    pub township: Option<PlaceCode>,
    /// 办理期限；不限期的为空 / the last day to carry it out, where there is one
    pub finish_by: Option<Date>,
    /// 就此发出的督办 / the supervision that was issued on it
    pub supervision: Option<SupervisionId>,
    /// 销号的情况；尚未销号的为空 / how it was closed; nothing while it is not
    pub closed: Option<Closed>,
}

pub(super) fn meeting_row(state: &CityState, meeting: &Meeting) -> MeetingRow {
    let item = |item: &ItemOnFile| {
        let scope = state.scope_of_place(item.carrier);
        MeetingItemRow {
            topic: item.topic.clone(),
            decided: item.decided.clone(),
            carrier: label_of(state, item.carrier),
            county: scope.county,
            township: scope.township,
            finish_by: item.finish_by,
            supervision: item.supervision,
            closed: item.closed.clone(),
        }
    };
    MeetingRow {
        id: meeting.id,
        place: label_of(state, meeting.place),
        county: state.scope_of_place(meeting.place).county,
        session: meeting.session,
        met_on: meeting.met_on,
        presided_by: meeting.presided_by,
        attended: meeting.attended.clone(),
        also_attended: meeting.also_attended.clone(),
        document: meeting.document.clone(),
        agenda: meeting.agenda.iter().map(item).collect(),
        recorded_position: meeting.recorded_position,
        last_position: meeting.last_position,
    }
}
