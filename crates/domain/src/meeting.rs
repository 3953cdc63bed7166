//! A coordination meeting 联系会议: what it decided, who carries each decision out by when, and how each was closed 销号.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::ids::{MeetingId, OrganizationId, PlaceId, SupervisionId};
use crate::say::Say;
use crate::text::Text;

/// The most items of a meeting.
pub const MAX_ITEMS: u32 = 50;
/// The most organizations that attend one.
pub const MAX_ATTENDED: usize = 100;
/// The most meetings of a year.
pub const MAX_MEETINGS: u32 = 100;

/// A meeting as the log tells it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Meeting {
    pub id: MeetingId,
    /// The city or county whose meeting it was.
    pub place: PlaceId,
    /// Which meeting of its year it was.
    pub session: u32,
    pub met_on: Date,
    pub presided_by: OrganizationId,
    pub attended: Vec<OrganizationId>,
    /// Who else was there, offices that are no Party organizations among them.
    pub also_attended: Option<Text>,
    pub agenda: Vec<ItemOnFile>,
    /// The number of its minutes.
    pub document: String,
    /// The effective date of its recording: nothing follows from it before.
    pub minuted_on: Date,
    /// Where the event stands by which it was recorded: its paper is that event's.
    pub recorded_position: u64,
    pub last_position: u64,
}

impl Meeting {
    /// Which one it was, for people.
    pub fn name(&self) -> Say {
        name(self.met_on.year(), self.session)
    }

    /// An item by its number, which begins at 1.
    pub(crate) fn item(&self, number: u32) -> Option<&ItemOnFile> {
        self.agenda.get(index(number)?)
    }

    pub(crate) fn item_mut(&mut self, number: u32) -> Option<&mut ItemOnFile> {
        self.agenda.get_mut(index(number)?)
    }
}

/// Which meeting of which year, for people.
pub fn name(year: i16, session: u32) -> Say {
    Say::of(format!("{year}年第{session}次联系会议"), format!("coordination meeting no. {session} of {year}"))
}

fn index(number: u32) -> Option<usize> {
    usize::try_from(number.checked_sub(1)?).ok()
}

/// An item of a meeting with what became of its decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ItemOnFile {
    pub topic: Text,
    pub decided: Text,
    /// The city, county or township that carries it out.
    pub carrier: PlaceId,
    pub finish_by: Option<Date>,
    /// The supervision that was issued on it.
    pub supervision: Option<SupervisionId>,
    pub closed: Option<Closed>,
}

/// 议定事项的销号 / how a decision of a coordination meeting was closed
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Closed {
    /// 销号日期 / the day on which it was closed
    pub on: Date,
    /// 录入日期，是否按期以此为准 / the day on which it was recorded: a deadline is met by this day
    pub recorded_on: Date,
    /// 办结情况：办理的结果，或不再办理的理由 / what came of it: the result, or why it is no longer carried out
    pub result: Text,
    /// 销号文件的文号；没有则不填 / the number of the document by which it was closed, where there is one
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
}
