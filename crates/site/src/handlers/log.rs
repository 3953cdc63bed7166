//! The page of one record of the log.

use api::http::App;
use api::http::reads::unknown;
use api::http::recorded::decoded;
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::commands::correct_record::stated;
use domain::entity::Entity;
use domain::say::Say;
use domain::{CityState, CommandKind, EventBody};
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
    let corrections = corrections(&app, &asked, &state, &decoded);
    let main = page(visit, &shown, &text, &siblings, &corrections, &|key| finder.find(key));
    let entity = decoded.event.body.entity().to_string();
    let subject = entity.rsplit('/').next().and_then(|id| finder.find(id));
    let subject = subject.map(|named| format!(" · {}", named.text)).unwrap_or_default();
    let kind = event_words(visit.language, decoded.event.body.event_type());
    let title = format!("{kind}{subject} #{position}");
    Ok(asked.show(&title, &main))
}

/// The forms in which the reader may correct what the record says: the grade, what it states, its document.
fn corrections(
    app: &App,
    asked: &PageRequest,
    state: &CityState,
    decoded: &Decoded,
) -> Vec<(String, &'static Say)> {
    let meta = &decoded.event.meta;
    let grade = match &decoded.event.body {
        EventBody::QuarterEvaluated(data) => Some((data.joint_branch, data.quarter)),
        EventBody::EvaluationCorrected(data) => Some((data.joint_branch, data.quarter)),
        _ => None,
    };
    // Only the grade that stands, where it is the reader's township or county that leads.
    let grade = grade.filter(|(id, quarter)| {
        state.joint_branches.get(id).is_some_and(|found| {
            let stands =
                found.evaluations.get(quarter).is_some_and(|graded| graded.position == meta.position);
            found.phase.is_live() && stands && asked.leads(state, found)
        })
    });
    let grade = grade.map(|(id, quarter)| {
        (CommandKind::CorrectEvaluation, format!("joint_branch={id}&quarter={quarter}"))
    });
    let record = stated(state, meta.id).map(|_| (CommandKind::CorrectRecord, format!("event={}", meta.id)));
    let decision = state
        .decisions
        .get(&meta.command_id)
        .map(|_| (CommandKind::CorrectDocument, format!("decision={}", meta.command_id)));
    let all = [grade, record, decision].into_iter().flatten();
    let own =
        all.filter(|(kind, _)| !asked.visit.is_past() && may_give(asked, app.service.policy(), kind.spec()));
    own.map(|(kind, query)| (format!("/work/{}?{query}", kind.name()), &kind.spec().title)).collect()
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
