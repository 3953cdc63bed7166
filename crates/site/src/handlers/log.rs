//! The page of one record of the log.

use api::http::App;
use api::http::reads::unknown;
use api::http::recorded::decoded;
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::entity::Entity;
use domain::{CommandKind, EventBody};
use event_log::envelope::Decoded;
use labels::events::event as event_words;
use projections::is_recorded_late;

use super::names::NameFinder;
use super::page_request::PageRequest;
use super::work::may_give;
use crate::pages::event::page;

/// `/events/{position}`.
pub(super) async fn event(
    State(app): State<App>,
    Path(key): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let stored = app.event_at(&key).await?.ok_or_else(|| unknown(&key))?;
    let (position, decoded) = (stored.position, decoded(&stored)?);
    require_event(&app, &asked, &decoded)?;
    let frame = asked.frame(&app).await?;
    let meta = &decoded.event.meta;
    let county = meta.scope.county.as_ref();
    let policy = frame.views.policies().resolve(app.service.policy(), frame.on, county);
    let is_late = is_recorded_late(&frame.views, &decoded.event, policy.thresholds.late_entry_days);
    let shown = app.event_entry(&asked.principal, &frame.views, &decoded.event, is_late)?;
    let extra = &decoded.extra;
    let first = position - u64::from(extra.command_index);
    let siblings: Vec<u64> =
        (first..first + u64::from(extra.command_count)).filter(|sibling| *sibling != position).collect();
    let state = app.state()?;
    let visit = &asked.visit;
    let finder = NameFinder::new(&app, &asked, &frame, &state).with_codes(county);
    let text = String::from_utf8_lossy(&stored.body);
    let corrects_document = state.decisions.contains_key(&shown.command_id)
        && may_give(&asked, app.service.policy(), CommandKind::CorrectDocument.spec());
    let main = page(visit, &shown, &text, &siblings, corrects_document, &|key| finder.find(key));
    let entity = decoded.event.body.entity().to_string();
    let subject = entity.rsplit('/').next().and_then(|id| finder.find(id));
    let subject = subject.map(|named| format!(" · {}", named.text)).unwrap_or_default();
    let kind = event_words(visit.language, decoded.event.body.event_type());
    let title = format!("{kind}{subject} #{position}");
    Ok(asked.show(&title, &main))
}

/// Whether the reader may read the record: what has no county is everybody's; what a joint branch's members read lies in
/// their scope as well.
pub(super) fn require_event(app: &App, asked: &PageRequest, decoded: &Decoded) -> Result<(), Problem> {
    let scope = &decoded.event.meta.scope;
    if scope.county.is_none() && !is_of_an_account(&decoded.event.body) {
        return Ok(());
    }
    let state = app.state()?;
    if let Entity::JointBranch(id) = decoded.event.body.entity()
        && let Some(found) = state.joint_branches.get(&id)
    {
        return asked.principal.require_joint_branch(&state, found);
    }
    asked.principal.require_event(&state, scope, decoded.event.meta.position)
}

fn is_of_an_account(body: &EventBody) -> bool {
    matches!(body.entity(), Entity::Account(_))
}
