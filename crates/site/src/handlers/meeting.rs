//! The slides of the coordination meeting 联系会议, as of any day.

use api::http::App;
use api::http::questions::{self, Obligations};
use api::http::reads::unknown;
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::place::{Level, PlaceCode};
use projections::rows::JointBranchRow;

use super::page_request::PageRequest;
use super::places::{name_of, readable};
use crate::pages::meeting::matter::Matter;
use crate::pages::meeting::{Slide, document};

/// `/meeting/{code}`: the first slide.
pub(super) async fn first(
    State(app): State<App>,
    Path(code): Path<String>,
    asked: PageRequest,
) -> Result<Response, Problem> {
    show(&app, asked, &code, Slide::Overview).await
}

/// `/meeting/{code}/{slide}`.
pub(super) async fn slide(
    State(app): State<App>,
    Path((code, slide)): Path<(String, String)>,
    asked: PageRequest,
) -> Result<Response, Problem> {
    let slide = Slide::named(&slide).ok_or_else(|| unknown(&slide))?;
    show(&app, asked, &code, slide).await
}

async fn show(app: &App, mut asked: PageRequest, code: &str, slide: Slide) -> Result<Response, Problem> {
    let code = readable(app, &asked, code, Level::City)?;
    let frame = asked.frame(app).await?;
    let view = app.counted(&frame, &questions::city(code.clone()))?;
    let owed = app.counted(&frame, &Obligations(code.clone(), None, None))?;
    let rows: Vec<&JointBranchRow> = frame.views.readable_by(&code).map(|row| &**row).collect();
    let place_name = |code: &PlaceCode| name_of(&frame, code);
    let matter = Matter {
        visit: &asked.visit,
        code: &code,
        name: &name_of(&frame, &code),
        view: &view,
        rows: &rows,
        owed: &owed.rows,
        place_name: &place_name,
    };
    Ok(asked.show_document(document(&matter, slide)))
}
