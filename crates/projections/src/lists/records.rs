//! What the lists of records share: which event each command stands by, the row of an event, and its columns.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use domain::account::Role;
use domain::actor::Authority;
use domain::date::{Date, Timestamp};
use domain::document_number::{DecidedBy, Document, DocumentNumber, Override};
use domain::event_data::cycle::EvaluationCorrected;
use domain::event_data::documents::DocumentCorrected;
use domain::event_data::joint_branches::JointBranchCorrected;
use domain::event_data::organizations::OrganizationCorrected;
use domain::event_data::places::PlaceCorrected;
use domain::ids::{CommandId, EventId};
use domain::place::PlaceCode;
use domain::recorded_decision::CorrectedDocuments;
use domain::say::{Say, say};
use domain::text::Text;
use domain::{Event, EventBody};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::list_of::{Found, Kept};
use super::scope::ListScope;
use crate::event_entry::corrected;
use crate::number::Unit;
use crate::person::{HasSecretary, PersonName};
use crate::table::{Column, Shown, Words, term};

type Own = Column<RecordRow>;

/// 一条记录；经办人为不透明的编号，有权查看者可见姓名 / a record: who acted is an opaque id, and a name is joined for those who may see it
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecordRow {
    /// 记录的位置 / the position of the event
    pub position: u64,
    /// 事件编号 / the id of the event
    pub id: EventId,
    /// 事件类型 / the type of the event
    #[serde(rename = "type")]
    pub event_type: Cow<'static, str>,
    /// 事件的对象，如 `joint-branch/<编号>` / what it is about, such as `joint-branch/<id>`
    pub subject: String,
    /// 录入时所属的县（区） / the county whose it was when it was recorded
    pub county: Option<PlaceCode>,
    /// 录入时所属的乡镇（街道） / the township whose it was when it was recorded
    pub township: Option<PlaceCode>,
    /// 生效日期 / the day on which it took effect
    pub effective_date: Date,
    /// 本应生效日期；补录时已不能按其生效的才有 / the day for which it was decided, where it was recorded too late to hold from that one
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Date>,
    /// 录入时间 / when it was recorded
    pub recorded_at: Timestamp,
    /// 生效后第几日录入 / the days from its effective date to its recording
    pub delay_days: u64,
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
    /// 指令编号 / the id of the command
    pub command_id: CommandId,
    /// 特殊情况的理由和批准文件 / why a warning was set aside, and the document that allows it
    #[serde(rename = "override", default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<Override>,
    /// 经批准未按其办理的规定 / the rules that were set aside
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<Vec<String>>,
    /// 更正的内容，即该事件的数据 / what a correction says: the data of its event
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Correction>,
}

/// 更正的内容 / what a correction says
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Correction {
    /// 对季度评估等次的更正 / the correction of a quarter's grade
    Evaluation(EvaluationCorrected),
    /// 对党组织记录的更正 / the correction of an organization's record
    Organization(OrganizationCorrected),
    /// 对行政区划名称的更正 / the correction of a place's name
    Place(PlaceCorrected),
    /// 对联合党组织的更正 / of a joint branch
    JointBranch(JointBranchCorrected),
    /// 对决定所依据文件的更正 / the correction of the document of a decision
    Document(DocumentCorrected),
}

impl Correction {
    /// What an event corrects; nothing for one that is no correction.
    fn of(body: &EventBody) -> Option<Self> {
        match body {
            EventBody::EvaluationCorrected(data) => Some(Self::Evaluation(data.clone())),
            EventBody::OrganizationCorrected(data) => Some(Self::Organization(data.clone())),
            EventBody::PlaceCorrected(data) => Some(Self::Place(data.clone())),
            EventBody::JointBranchCorrected(data) => Some(Self::JointBranch(data.clone())),
            EventBody::DocumentCorrected(data) => Some(Self::Document(data.clone())),
            _ => None,
        }
    }

    /// The position of the event that is corrected.
    pub fn corrected_position(&self) -> u64 {
        match self {
            Self::Evaluation(data) => data.corrected_position,
            Self::Organization(data) => data.corrected_position,
            Self::Place(data) => data.corrected_position,
            Self::JointBranch(data) => data.corrected_position,
            Self::Document(data) => data.corrected_position,
        }
    }

    /// Why it was corrected.
    pub fn reason(&self) -> &Text {
        match self {
            Self::Evaluation(data) => &data.reason,
            Self::Organization(data) => &data.reason,
            Self::Place(data) => &data.reason,
            Self::JointBranch(data) => &data.reason,
            Self::Document(data) => &data.reason,
        }
    }
}

impl HasSecretary for RecordRow {}

/// What was noted of the log. Of each event only its position is kept.
#[derive(Default)]
pub(super) struct Records {
    /// The positions by county and actor.
    groups: BTreeMap<(String, String), Vec<u64>>,
    /// A command stands on a list once, by its first event that belongs there.
    last_command: Option<CommandId>,
}

impl Records {
    /// Notes an event that belongs on the list.
    pub(super) fn note(&mut self, scope: &ListScope<'_>, event: &Event) {
        let meta = &event.meta;
        if self.last_command == Some(meta.command_id) {
            return;
        }
        let own = scope.scope_of(event);
        if scope.holds(&own) {
            self.last_command = Some(meta.command_id);
            let group = (own.county_token().to_owned(), meta.actor.clone());
            self.groups.entry(group).or_default().push(meta.position);
        }
    }

    /// The list: how many records there are, and of how many actors.
    pub(super) fn finish(self, name: &'static str, definition: Say) -> Found<RecordRow> {
        let count: usize = self.groups.values().map(Vec::len).sum();
        let actors = self.groups.keys().map(|(_, actor)| actor).collect::<BTreeSet<_>>();
        let figures = vec![
            (name, count.into(), Unit::Records, definition),
            (
                "actors",
                actors.len().into(),
                Unit::Actors,
                say("所列记录的经办人", "actors of the records listed"),
            ),
        ];
        let mut by_actor: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for ((county, actor), positions) in &self.groups {
            by_actor.entry(county.clone()).or_default().insert(actor.clone(), positions.len() as u64);
        }
        let rows = self.groups.into_values().flatten().map(Kept::Record).collect();
        Found { figures, rows, by_actor }
    }
}

/// How many days after it took effect an event was recorded.
pub(super) fn delay_days(event: &Event) -> i64 {
    event.meta.recorded_at.day().days_since(event.meta.effective_date).into()
}

/// An event as a list of records shows it.
pub(super) fn row_of(event: &Event, documents: &CorrectedDocuments) -> RecordRow {
    let meta = &event.meta;
    let rules = || meta.warnings.iter().map(|warning| warning.rule.to_string()).collect();
    RecordRow {
        position: meta.position,
        id: meta.id,
        event_type: event.body.event_type().into(),
        subject: event.body.entity().to_string(),
        county: meta.scope.county.clone(),
        township: meta.scope.township.clone(),
        effective_date: meta.effective_date,
        decided_on: meta.decided_on,
        recorded_at: meta.recorded_at,
        delay_days: u64::try_from(delay_days(event)).unwrap_or(0),
        actor: meta.actor.clone(),
        actor_name: None,
        actor_role: meta.role,
        on_behalf_of: meta.on_behalf_of.clone(),
        document: meta.document.clone(),
        corrected_document: corrected(documents, event),
        decided_by: meta.decided_by.clone(),
        command_id: meta.command_id,
        set_aside: meta.override_.clone(),
        rules: meta.override_.as_ref().map(|_| rules()),
        data: Correction::of(&event.body),
    }
}

/// A number that was put right, with the one that was recorded.
pub(super) fn renumbered(now: &DocumentNumber, recorded: &DocumentNumber) -> Words {
    let before = Words::Said(say("更正前", "before:"));
    Words::Run(vec![Words::Text(now.to_string()), before, Words::Text(recorded.to_string())])
}

/// The columns that every list of records has.
pub(super) const POSITION: Own =
    Own::number("position", say("位置", "Position"), |row| Shown::position(row.position)).brief();
pub(super) const EVENT: Own = Own::choice("event", say("事项", "What happened"), |row| {
    Words::Event(row.event_type.to_string()).into()
})
.brief();
pub(super) const ENTITY: Own = Own::text("entity", say("对象", "Concerns"), |row| {
    Words::Named(row.subject.rsplit('/').next().unwrap_or_default().to_owned()).into()
});
pub(super) const EFFECTIVE: Own =
    Own::text("effective", say("生效日期", "Effective"), |row| Shown::text(row.effective_date)).brief();
pub(super) const RECORDED: Own =
    Own::text("recorded", say("记录时间", "Recorded"), |row| Words::Time(row.recorded_at).into()).brief();
pub(super) const DELAY: Own =
    Own::number("delay", say("逾期天数", "Days late"), |row| Shown::count(row.delay_days)).brief();
pub(super) const COUNTY: Own = Own::choice("county", say("县(区)", "County"), |row| {
    row.county.as_ref().map_or(Words::Dash.into(), |code| Shown::place_code(Some(code)))
})
.brief();
pub(super) const DOCUMENT: Own = Own::text("document", say("文号", "Document"), |row| {
    let recorded = row.document.as_ref().map(|document| &document.number);
    match (row.corrected_document.as_ref().map(|document| &document.number), recorded) {
        (Some(now), Some(recorded)) if now != recorded => renumbered(now, recorded).into(),
        _ => Shown::or_empty(recorded),
    }
})
.brief();
pub(super) const ACTOR: Own = Own::text("actor", say("经办", "Actor"), |row| {
    let name = row.actor_name.as_ref().and_then(|name| name.0.clone());
    let name = name.map_or(Words::Empty, Words::Text);
    Words::Run(vec![term("Role", &row.actor_role), name]).into()
})
.brief();
