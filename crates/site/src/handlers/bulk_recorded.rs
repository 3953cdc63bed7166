//! What a sheet recorded: every record of it, with what it is about and what it says.

use std::ops::RangeInclusive;

use api::http::App;
use api::http::reads::{Snapshot, unknown};
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use event_log::MAX_APPEND_EVENTS;
use labels::events::event;

use super::log::require_event;
use super::names::NameFinder;
use super::page_request::PageRequest;
use super::work::form_in_bulk;
use crate::pages::bulk_recorded::{Recorded, page};
use crate::pages::entries::fields;

/// Where a page lists what was recorded together; nothing where nothing was.
pub(super) fn listed_at(path: &str, together: &[service::recorded::Recorded]) -> Option<String> {
    let from = together.iter().map(service::recorded::Recorded::first_position).min()?;
    let to = together.iter().map(|found| found.position).max()?;
    Some(format!("{path}?from={from}&to={to}&min_position={to}"))
}

/// The positions that such an address names, at most so many.
pub(super) fn positions(
    asked: &PageRequest,
    frame: &Snapshot,
    most: usize,
) -> Result<RangeInclusive<u64>, Problem> {
    let position = |name: &str| {
        let text = asked.visit.parameter(name).unwrap_or_default();
        text.parse::<u64>().ok().filter(|position| *position > 0).ok_or_else(|| unknown(text))
    };
    let (from, to) = (position("from")?, position("to")?);
    Ok(from..=to.min(from.saturating_add(most as u64 - 1)).min(frame.views.position()))
}

/// `/work/{command}/recorded`: what was recorded from one position to another, as far as the reader may read it.
pub(super) async fn recorded(
    State(app): State<App>,
    Path(command): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let (spec, _) = form_in_bulk(&app, &asked, &command)?;
    let frame = asked.frame(&app).await?;
    let state = app.state()?;
    let county = state.scope_of_bearer(&asked.principal.scope).county;
    let names = NameFinder::new(&app, &asked, &frame, &state).with_codes(county.as_ref());
    let mut rows = Vec::new();
    // As many as one append takes: a sheet is recorded by one.
    for position in positions(&asked, &frame, MAX_APPEND_EVENTS)? {
        let decoded = app.event(position).await?;
        if require_event(&app, &asked, &decoded).is_err() {
            continue;
        }
        let (body, meta) = (&decoded.event.body, &decoded.event.meta);
        let data = serde_json::to_value(body).map_err(|error| Problem::internal(error.to_string()))?;
        rows.push(Recorded {
            position,
            what: event(asked.visit.language, body.event_type()).to_string(),
            about: names.find(&body.entity().id()),
            effective_date: meta.effective_date,
            says: fields(&asked.visit, "", &data, &|key| names.find(key)),
        });
    }
    let main = page(&asked.visit, &command, &rows);
    Ok(asked.show(asked.visit.say(&spec.title), &main))
}
