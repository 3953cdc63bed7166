//! A joint branch's timeline, and the life that it tells: what happened, when it held and when it was recorded, by whom.

use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::ids::JointBranchId;
use domain::{Event, PolicyCalendar};
use projections::timeline::TimelineEntry;
use projections::{EventEntry, Page, PersonName, Reading, Views, is_recorded_late, life_view};
use service::names;

use super::App;
use super::answer;
use super::query::Query;
use super::reads::{unknown, view_problem};
use crate::auth::Principal;
use crate::problem::Problem;

/// The most records that tell a life, the latest: more than a century of a joint branch.
const MAX_TOLD: usize = 5_000;

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
    let late_days = policy.thresholds.late_entry_days;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        rows.push(app.timeline_row(&principal, &frame.views, entry, late_days).await?);
    }
    let view = frame.views.view(format!("joint-branch/{id}"), frame.on, rows);
    answer::json(&headers, position, &Page { view, next_cursor })
}

/// Answers with the life that the entries tell, in one row.
pub(crate) async fn life(
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
    let frame = app.frame(&principal, &query, &format!("life {id}")).await?;
    let row = frame.views.joint_branch(id).ok_or_else(|| unknown(&key))?;
    let mut events = Vec::new();
    let entries: Vec<TimelineEntry> = frame.views.timelines().entries(id).copied().collect();
    for entry in entries.iter().skip(entries.len().saturating_sub(MAX_TOLD)) {
        events.push(app.event(entry.position).await?.event);
    }
    let policies = PolicyCalendar::new(app.service.policy(), frame.views.policies());
    let reading = Reading { views: &frame.views, policies: &policies, on: frame.on };
    let view = life_view(reading, row, &events);
    answer::json(&headers, frame.views.position(), &Page { view, next_cursor: None })
}

impl App {
    /// An entry as it is shown.
    pub async fn timeline_row(
        &self,
        principal: &Principal,
        views: &Views,
        entry: TimelineEntry,
        late_days: u32,
    ) -> Result<EventEntry, Problem> {
        let decoded = self.event(entry.position).await?;
        let is_late = is_recorded_late(views, &decoded.event, late_days);
        self.event_entry(principal, views, &decoded.event, is_late)
    }

    /// An event as it is shown, with the name of who acted for those who may see it.
    pub fn event_entry(
        &self,
        principal: &Principal,
        views: &Views,
        event: &Event,
        is_late: bool,
    ) -> Result<EventEntry, Problem> {
        let mut entry = EventEntry::of(event, views, is_late).map_err(view_problem)?;
        if principal.sees_actors() {
            entry.actor_name = Some(PersonName(names::holder(self.service.control(), &entry.actor)?));
        }
        Ok(entry)
    }
}
