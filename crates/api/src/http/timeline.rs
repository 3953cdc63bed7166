//! A joint branch's timeline: what happened, when it held and when it was recorded, by whom, on which paper.

use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::EventMeta;
use domain::date::Date;
use domain::ids::JointBranchId;
use event_log::envelope::Decoded;
use projections::timeline::TimelineEntry;
use serde::Serialize;
use serde_json::{Value, json};
use service::names;

use super::App;
use super::answer;
use super::query::Query;
use super::reads::unknown;
use crate::auth::Principal;
use crate::problem::Problem;

/// The timeline in the manner of every view.
#[derive(Serialize)]
struct TimelineView {
    scope: String,
    as_of: Date,
    position: u64,
    simulated: bool,
    figures: Value,
    rows: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Answers with the entries in the order of the log.
pub(crate) async fn timeline(
    State(app): State<App>,
    Path(key): Path<String>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id: JointBranchId = key.parse().map_err(|_| unknown(&key))?;
    let state = app.state()?;
    let found = state.joint_branches.get(&id).ok_or_else(|| unknown(&key))?;
    principal.require_joint_branch(&state, found)?;
    let frame = app.frame(&principal, &query, &format!("timeline {id}")).await?;
    frame.views.joint_branch(id).ok_or_else(|| unknown(&key))?;
    let position = frame.views.position();
    let entries: Vec<TimelineEntry> = frame.views.timelines().entries(id).copied().collect();
    let (entries, next_cursor) = frame.page.cut(entries, position);
    if next_cursor.is_some() {
        app.history.keep((position, query.date("as_of")?), frame.views.clone());
    }
    let county = state.scope_of_place(found.lead_township).county;
    let policy = frame.views.policies().resolve(app.service.policy(), frame.on, county.as_ref());
    let late_days = policy.figures.late_entry_days;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        rows.push(app.timeline_row(&principal, entry, late_days).await?);
    }
    let simulated = frame.views.city().simulated.unwrap_or(false);
    let scope = format!("joint-branch/{id}");
    let view =
        TimelineView { scope, as_of: frame.on, position, simulated, figures: json!({}), rows, next_cursor };
    answer::json(&headers, position, &view)
}

impl App {
    /// An entry as it is shown.
    pub async fn timeline_row(
        &self,
        principal: &Principal,
        entry: TimelineEntry,
        late_days: u32,
    ) -> Result<Value, Problem> {
        let decoded = self.event(entry.position).await?;
        let is_late = entry.delay_days >= late_days;
        let mut row = row(&decoded, is_late)?;
        if principal.sees_actors() {
            row["actor_name"] = names::holder(self.service.control(), &decoded.event.meta.actor)?.into();
        }
        Ok(row)
    }
}

/// An event as an entry of a timeline.
pub fn row(decoded: &Decoded, is_late: bool) -> Result<Value, Problem> {
    let broken =
        |error: serde_json::Error| Problem::internal(format!("a timeline cannot be written: {error}"));
    let EventMeta {
        position, id, recorded_at, command_id, actor, role, on_behalf_of, effective_date, ..
    } = &decoded.event.meta;
    let meta = &decoded.event.meta;
    Ok(json!({
        "position": position,
        "id": id,
        "type": decoded.event.body.event_type(),
        "effective_date": effective_date,
        "recorded_at": recorded_at,
        "recorded_late": is_late,
        "actor": actor,
        "actor_role": role,
        "on_behalf_of": on_behalf_of,
        "document": meta.document,
        "decided_by": meta.decided_by,
        "override": meta.override_,
        "warnings": meta.warnings,
        "command_id": command_id,
        "data": serde_json::to_value(&decoded.event.body).map_err(broken)?,
    }))
}
