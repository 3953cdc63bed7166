//! An event as timelines and searches show it: what happened, when it held and when it was recorded, by whom, on which document.

use std::borrow::Cow;

use domain::Event;
use domain::account::Role;
use domain::actor::Authority;
use domain::date::{Date, Timestamp};
use domain::document_number::{DecidedBy, Document, Override};
use domain::ids::{CommandId, EventId};
use domain::recorded_decision::CorrectedDocuments;
use domain::rejection::Warning;
use domain::say::Say;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::person::{HasSecretary, PersonName};
use crate::view::ViewError;
use crate::views::Views;

/// 大事记的一条：发生了什么、何时生效、何时录入、由谁经办、依据什么文件 / an event: what happened, when it took effect and was recorded, by whom, on which document
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EventEntry {
    /// 记录的位置 / the position of the event
    pub position: u64,
    /// 事件编号 / the id of the event
    pub id: EventId,
    /// 事件类型 / the type of the event
    #[serde(rename = "type")]
    pub event_type: Cow<'static, str>,
    /// 生效日期 / the day on which it took effect
    pub effective_date: Date,
    /// 本应生效日期；补录时已不能按其生效的才有 / the day for which it was decided, where it was recorded too late to hold from that one
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Date>,
    /// 录入时间 / when it was recorded
    pub recorded_at: Timestamp,
    /// 是否补录 / whether it was recorded late
    pub recorded_late: bool,
    /// 经办人编号 / the id of who acted
    pub actor: String,
    /// 经办人姓名，仅有权查看者可见 / the name of who acted; for those who may see it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<PersonName>,
    /// 经办人的角色 / the role in which they acted
    pub actor_role: Role,
    /// 行文（决定）单位：党组织的编号，或区划代码 / the body on whose authority it was done: an organization's id or a place's code
    pub on_behalf_of: Authority,
    /// 依据的文件 / the document that it rests on
    pub document: Option<Document>,
    /// 更正后的文件，文号、印发日期或校验值更正过的才有 / the document as it should read, where its number, day or hash was corrected
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected_document: Option<Document>,
    /// 作出决定的会议 / the meeting that decided
    pub decided_by: Option<DecidedBy>,
    /// 特殊情况的理由和批准文件 / why a warning was set aside, and the document that allows it
    #[serde(rename = "override")]
    pub set_aside: Option<Override>,
    /// 办理时的提醒 / the warnings that the command met
    pub warnings: Vec<Warning>,
    /// 指令编号 / the id of the command
    pub command_id: CommandId,
    /// 事件内容，其格式见该事件类型的 schema / what happened, as the schema of the type of event describes it
    pub data: Value,
}

impl HasSecretary for EventEntry {}

impl EventEntry {
    /// An event as the rows know it, without the name of who acted.
    pub fn of(event: &Event, views: &Views, recorded_late: bool) -> Result<Self, ViewError> {
        let meta = &event.meta;
        let data = serde_json::to_value(&event.body)
            .map_err(|error| ViewError::Unwritable { detail: Say::same(error) })?;
        Ok(Self {
            position: meta.position,
            id: meta.id,
            event_type: event.body.event_type().into(),
            effective_date: meta.effective_date,
            decided_on: meta.decided_on,
            recorded_at: meta.recorded_at,
            recorded_late,
            actor: meta.actor.clone(),
            actor_name: None,
            actor_role: meta.role,
            on_behalf_of: meta.on_behalf_of.clone(),
            document: meta.document.clone(),
            corrected_document: corrected(views.corrected_documents(), event),
            decided_by: meta.decided_by.clone(),
            set_aside: meta.override_.clone(),
            warnings: meta.warnings.clone(),
            command_id: meta.command_id,
            data,
        })
    }
}

/// The document of an event as it should read, where it was corrected.
pub(crate) fn corrected(documents: &CorrectedDocuments, event: &Event) -> Option<Document> {
    documents.get(&event.meta.command_id).map(|found| found.now.clone())
}
