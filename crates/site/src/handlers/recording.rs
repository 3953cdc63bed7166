//! The recording of a form, once for any number of clicks, and where it leads.

use std::time::Duration;

use api::http::App;
use api::problem::Problem;
use axum::http::StatusCode;
use axum::response::Response;
use domain::entity::Entity;
use domain::spec::Spec;
use event_log::envelope::decode;
use labels as w;
use service::recorded::Recorded;
use service::request::CommandRequest;
use service::submit_error::{NotRecorded, SubmitError};

use super::page_request::PageRequest;
use super::{page, see_other};
use crate::pages::accounts;
use crate::pages::layout::document;

/// How often a second click waits for the first one to be answered, and how long each time.
const IN_FLIGHT_TRIES: usize = 50;
const IN_FLIGHT_PAUSE: Duration = Duration::from_millis(100);

/// Where a form leads once it is recorded: to what it was about, where that has a page, and else to the record.
pub(super) fn landing(spec: &Spec, recorded: &Recorded) -> Result<String, Problem> {
    let first = recorded.first_position();
    let stored = recorded.events.first().map(|stored| decode(stored)).transpose();
    let stored = stored.map_err(|error| Problem::internal(format!("the event at {first}: {error}")))?;
    let page = match stored.map(|decoded| decoded.event.body.entity()) {
        Some(Entity::JointBranch(id)) => format!("/joint-branches/{id}"),
        Some(Entity::Organization(id)) => format!("/organizations/{id}"),
        _ => format!("/events/{first}"),
    };
    Ok(format!("{page}?recorded={first}&did={}&min_position={}", spec.name, recorded.position))
}

/// What follows a command about an account: its token, shown once; a second click leads to the list.
pub(super) async fn concluded(
    app: &App,
    asked: &PageRequest,
    recorded: &Recorded,
) -> Result<Response, Problem> {
    let Some(token) = app.conclude(recorded).await? else { return Ok(see_other("/accounts")) };
    let visit = &asked.visit;
    Ok(page(StatusCode::OK, document(visit, visit.say(w::TOKEN), &accounts::token(visit, &token))))
}

/// A second click while the first is being worked on waits, and gets the same answer.
pub(super) async fn submit(app: &App, given: CommandRequest) -> Result<Recorded, SubmitError> {
    let is_in_flight = |error: &SubmitError| matches!(error, SubmitError::InFlight { .. });
    unless_in_flight(|| app.service.submit(given.clone()), is_in_flight).await
}

/// The same for commands that are recorded all or none.
pub(super) async fn submit_all(app: &App, given: Vec<CommandRequest>) -> Result<Vec<Recorded>, NotRecorded> {
    let is_in_flight = |refused: &NotRecorded| matches!(refused.error, SubmitError::InFlight { .. });
    unless_in_flight(|| app.service.submit_all(given.clone()), is_in_flight).await
}

/// Gives something until it is not in flight already, or it has been given often enough.
async fn unless_in_flight<T, E, F: Future<Output = Result<T, E>>>(
    give: impl Fn() -> F,
    is_in_flight: impl Fn(&E) -> bool,
) -> Result<T, E> {
    for _ in 0..IN_FLIGHT_TRIES {
        match give().await {
            Err(error) if is_in_flight(&error) => tokio::time::sleep(IN_FLIGHT_PAUSE).await,
            answered => return answered,
        }
    }
    give().await
}
