//! The rehearsal of the policy that a form proposes.

use api::http::App;
use api::http::reads::Snapshot;
use api::problem::{Kind, Problem};
use axum::response::Response;
use domain::date::Date;
use domain::place::PlaceCode;
use labels::rehearsal::REHEARSAL;
use serde_json::Value;

use super::page_request::PageRequest;
use super::places::name_of;
use crate::pages::rehearsal::page;

/// Where no day is said: the first of January of how many years before.
const YEARS_BACK: i16 = 2;

/// The page of a rehearsal of what a form says.
pub(super) async fn rehearsed(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    request: &Value,
    since: &str,
) -> Result<Response, Problem> {
    let since = first_day(app, since)?;
    let data = serde_json::to_vec(&request["data"]).map_err(|error| Problem::internal(error.to_string()))?;
    let proposal = app.proposal(&asked.principal, &data, since)?;
    let told = app.rehearse(proposal).await?;
    let named = |code: &PlaceCode| name_of(frame, code);
    let title = format!("{} · {}", named(&told.jurisdiction), asked.visit.say(REHEARSAL));
    Ok(asked.show(&title, &page(&asked.visit, &told, &named)))
}

fn first_day(app: &App, since: &str) -> Result<Date, Problem> {
    let today = app.today();
    if !since.is_empty() {
        return since.parse().ok().filter(|day| *day <= today).ok_or_else(|| {
            let zh = "起始日期须为今天或以前的日期，如 2024-01-01";
            Problem::new(Kind::Schema, zh, "the first day is today or before, such as 2024-01-01")
        });
    }
    Ok(Date::new(today.year() - YEARS_BACK, 1, 1).unwrap_or(today))
}
