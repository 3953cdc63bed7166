//! Where each decision of a coordination meeting stands on the day of the reading.

use domain::date::Date;
use domain::ids::{MeetingId, SupervisionId};
use domain::meeting::Closed;
use domain::place::PlaceCode;
use domain::text::Text;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::person::HasSecretary;
use crate::reading::Reading;
use crate::rows::{MeetingItemRow, MeetingRow, PlaceLabel};

/// 议定事项的办理情况 / where a decision of a coordination meeting stands
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionState {
    /// 逾期：办理期限已过，尚未办结 / its day has passed, and nothing says that it is done
    Overdue,
    /// 待销号：督办已答复，尚未销号 / its supervision is answered, and it is to be closed
    ToClose,
    /// 办理中 / it is being carried out
    InProgress,
    /// 已销号 / it is closed
    Closed,
}

/// 一项议定事项及其办理情况 / a decision of a coordination meeting, and where it stands
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionEntry {
    /// 作出该议定事项的联系会议 / the coordination meeting that decided it
    pub meeting: MeetingId,
    /// 召开会议的市或县（区） / the city or county whose meeting it was
    pub place: Option<PlaceLabel>,
    /// 当年第几次会议 / which meeting of its year it was
    pub session: u32,
    /// 开会日期 / the day on which it was held
    pub met_on: Date,
    /// 会议纪要的文号 / the number of its minutes
    pub document: String,
    /// 登记该次会议的记录的位置 / the position of the event by which the meeting was recorded
    pub recorded_position: u64,
    /// 议定事项的序号，从 1 起 / the number of the item in the meeting, from 1 on
    pub item: u32,
    /// 会议讨论的议题 / the matter that the meeting discussed
    pub topic: Text,
    /// 会议议定的事项 / what the meeting decided to have done
    pub decided: Text,
    /// 责任单位：市、县(区)或乡镇(街道) / the city, county or township that carries it out
    pub carrier: Option<PlaceLabel>,
    /// 办理期限；不限期的为空 / the last day to carry it out, where there is one
    pub finish_by: Option<Date>,
    /// 议定事项的办理情况 / where the decision stands on the day of the view
    pub state: DecisionState,
    /// 距办理期限的天数，逾期为负；不限期或已销号的为空 / the days that are left, negative where it is overdue; nothing where it has no day or is closed
    pub days_left: Option<i32>,
    /// 就此发出的督办 / the supervision that was issued on it
    pub supervision: Option<SupervisionId>,
    /// 督办日期 / the day on which that was issued
    pub supervised_on: Option<Date>,
    /// 答复督办的日期 / the day on which that was answered
    pub answered_on: Option<Date>,
    /// 销号的情况；尚未销号的为空 / how it was closed; nothing while it is not
    pub closed: Option<Closed>,
}

impl HasSecretary for DecisionEntry {}

/// The decisions that a place carries out, of a county with those of its townships; all of them for the city.
pub(crate) fn decisions_of<'a>(
    reading: Reading<'a>,
    code: &PlaceCode,
) -> impl Iterator<Item = DecisionEntry> + use<'a> {
    let code = code.clone();
    reading.views.meetings().flat_map(move |meeting| {
        let code = code.clone();
        let numbered = (1..).zip(&meeting.agenda);
        let own = numbered.filter(move |(_, item)| item.lies_in(&code));
        own.map(move |(number, item)| entry(reading, meeting, number, item))
    })
}

fn entry(reading: Reading<'_>, meeting: &MeetingRow, number: u32, item: &MeetingItemRow) -> DecisionEntry {
    let supervision = item.supervision.and_then(|id| reading.views.supervision(id));
    let answer = supervision.and_then(|found| found.answer.as_ref());
    let state = match (&item.closed, answer, item.finish_by) {
        (Some(_), _, _) => DecisionState::Closed,
        (None, Some(_), _) => DecisionState::ToClose,
        (None, None, Some(due)) if reading.on > due => DecisionState::Overdue,
        _ => DecisionState::InProgress,
    };
    DecisionEntry {
        meeting: meeting.id,
        place: meeting.place.clone(),
        session: meeting.session,
        met_on: meeting.met_on,
        document: meeting.document.clone(),
        recorded_position: meeting.recorded_position,
        item: number,
        topic: item.topic.clone(),
        decided: item.decided.clone(),
        carrier: item.carrier.clone(),
        finish_by: item.finish_by,
        state,
        days_left: item.finish_by.filter(|_| item.closed.is_none()).map(|due| due.days_since(reading.on)),
        supervision: item.supervision,
        supervised_on: supervision.map(|found| found.issued_on),
        answered_on: answer.map(|answer| answer.recorded_on),
        closed: item.closed.clone(),
    }
}
