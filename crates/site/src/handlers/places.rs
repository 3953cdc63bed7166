//! The pages of places: the city's meeting, counties with their register, townships with their ledger, and what a figure counts.

use api::http::App;
use api::http::reads::{Frame, Question, require_scope, unknown};
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::place::{Level, PlaceCode};
use labels as w;
use labels::figures::figure as figure_words;
use projections::View;
use service::names;

use super::asked::Asked;
use super::see_other;
use super::trend::trend;
use crate::pages::lists;
use crate::pages::table::Table;
use crate::pages::tier::{Tier, page};
use crate::pages::visit::Visit;

/// How many overdue obligations a tier's page lists.
const ATTENTION_ROWS: usize = 15;

/// `/`: the page of whoever has signed in: the city's, the county's or the township's.
pub(super) async fn home(State(app): State<App>, mut asked: Asked) -> Result<Response, Problem> {
    let scope = asked.principal.scope.clone();
    match scope.level() {
        Level::City => {
            let frame = asked.frame(&app).await?;
            show(&app, &asked, &frame, &scope)
        }
        Level::County => Ok(see_other(&asked.visit.link(&format!("/counties/{scope}")))),
        Level::Township | Level::Village => Ok(see_other(&asked.visit.link(&format!("/townships/{scope}")))),
    }
}

/// `/counties/{code}`.
pub(super) async fn county(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let code = readable(&app, &asked, &code, Level::County)?;
    let frame = asked.frame(&app).await?;
    show(&app, &asked, &frame, &code)
}

/// `/townships/{code}`: the ledger 台账.
pub(super) async fn township(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let code = readable(&app, &asked, &code, Level::Township)?;
    let frame = asked.frame(&app).await?;
    show(&app, &asked, &frame, &code)
}

/// `/counties/{code}/register`: the register 清单.
pub(super) async fn register(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let code = readable(&app, &asked, &code, Level::County)?;
    let frame = asked.frame(&app).await?;
    let mut view = View::clone(&*app.counted(&frame, &Question::Register(code.clone()), None)?);
    names::join_secretaries(&mut view.rows, app.service.control())?;
    let title = format!("{} · {}", name_of(&frame, &code), asked.visit.t(w::REGISTER));
    let table = lists::joint_branches(&asked.visit, &title, &view.rows);
    asked.show_table(&title, &table, &maud::html! { div.landscape { (table.worked(&asked.visit)) } })
}

/// `/figures/{code}/{figure}`: the rows that a figure counts.
pub(super) async fn figure(
    State(app): State<App>,
    Path((code, figure)): Path<(String, String)>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let level = code.parse::<PlaceCode>().map_err(|_| unknown(&code))?.level();
    let code = readable(&app, &asked, &code, level)?;
    let frame = asked.frame(&app).await?;
    let question = match level {
        Level::City => Question::City(code.clone()),
        Level::County => Question::County(code.clone()),
        Level::Township | Level::Village => Question::Township(code.clone()),
    };
    let mut view = View::clone(&*app.counted(&frame, &question, Some(&figure))?);
    names::join_secretaries(&mut view.rows, app.service.control())?;
    let visit = &asked.visit;
    let label = figure_words(&figure).map_or_else(|| figure.clone(), |words| visit.t(words).to_owned());
    let title = format!("{} · {label}", name_of(&frame, &code));
    let are_villages = view.rows.first().is_some_and(|row| row["phase"].is_null());
    let table = if are_villages {
        lists::villages(visit, &title, &view.rows)
    } else {
        lists::joint_branches(visit, &title, &view.rows)
    };
    let definition = view.figures.get(figure.as_str()).map(|entry| {
        let (value, unit) = (crate::pages::tier::value(entry), crate::pages::tier::unit(visit, entry));
        maud::html! { p { strong { (value) " " (unit) } " — " (crate::pages::tier::definition(visit, entry)) } }
    });
    let main = maud::html! { @if let Some(definition) = definition { (definition) } (table.worked(visit)) };
    asked.show_table(&title, &table, &main)
}

/// `/obligations`: what is owed in a scope, by date; in the reader's own where none is named.
pub(super) async fn obligations(State(app): State<App>, mut asked: Asked) -> Result<Response, Problem> {
    let scope = asked.query.code("scope")?.unwrap_or_else(|| asked.principal.scope.clone());
    let scope = readable(&app, &asked, scope.as_str(), scope.level())?;
    let frame = asked.frame(&app).await?;
    let view = app.counted(&frame, &Question::Obligations(scope.clone(), None, None), None)?;
    let title = format!("{} · {}", name_of(&frame, &scope), asked.visit.t(w::OBLIGATIONS));
    let place_name = |code: &str| place_name(&frame, code);
    let table = lists::obligations(&asked.visit, &title, &view.rows, &place_name);
    asked.show_table(&title, &table, &table.worked(&asked.visit))
}

/// The page of a city, county or township.
fn show(app: &App, asked: &Asked, frame: &Frame, code: &PlaceCode) -> Result<Response, Problem> {
    let (visit, level) = (&asked.visit, code.level());
    let view = tier_view(app, frame, code)?;
    let attention = attention(app, visit, frame, code, ATTENTION_ROWS)?;
    let (title, rows): (_, Table) = match level {
        Level::City => (visit.t(w::PRODUCT), lists::places(visit, w::COUNTIES, &view.rows)),
        Level::County => (visit.t(w::COUNTY), lists::places(visit, w::TOWNSHIPS, &view.rows)),
        Level::Township | Level::Village => {
            (visit.t(w::LEDGER), lists::joint_branches(visit, visit.t(w::LEDGER), &view.rows))
        }
    };
    let mut more = Vec::new();
    if level == Level::County {
        more.push((visit.link(&format!("/counties/{code}/register")), visit.t(w::REGISTER)));
    }
    if level <= Level::Township {
        more.push((visit.link(&format!("/figures/{code}/villages")), visit.t(w::VILLAGES)));
    }
    more.push((visit.link(&format!("/brief/{code}")), visit.t(w::BRIEF)));
    let trend = trend(&frame.views, code, &view);
    let tier = Tier {
        code: code.as_str(),
        view: &view,
        trend: &trend,
        attention,
        rows,
        is_city: level == Level::City,
        more,
    };
    let title = format!("{} · {title}", name_of(frame, code));
    if let Some(paper) = asked.paper(&tier.rows)? {
        return Ok(paper);
    }
    Ok(asked.show(&title, &page(visit, &tier)))
}

/// The view of a city, county or township, with its secretaries' names; a township's rows are its ledger.
pub(super) fn tier_view(app: &App, frame: &Frame, code: &PlaceCode) -> Result<View, Problem> {
    let question = match code.level() {
        Level::City => Question::City(code.clone()),
        Level::County => Question::County(code.clone()),
        Level::Township | Level::Village => Question::Ledger(code.clone()),
    };
    let mut view = View::clone(&*app.counted(frame, &question, None)?);
    names::join_secretaries(&mut view.rows, app.service.control())?;
    Ok(view)
}

/// The overdue obligations of a place, the most pressing first.
pub(super) fn attention(
    app: &App,
    visit: &Visit,
    frame: &Frame,
    code: &PlaceCode,
    limit: usize,
) -> Result<Table, Problem> {
    let pressing = app.counted(frame, &Question::MostPressing(code.clone(), limit), None)?;
    let name = |code: &str| place_name(frame, code);
    Ok(lists::obligations(visit, visit.t(w::ATTENTION), &pressing.rows, &name))
}

/// The code of a place of that tier that the reader may read.
pub(super) fn readable(app: &App, asked: &Asked, code: &str, level: Level) -> Result<PlaceCode, Problem> {
    let parsed: PlaceCode =
        code.parse().ok().filter(|found: &PlaceCode| found.level() == level).ok_or_else(|| unknown(code))?;
    require_scope(&*app.state()?, &asked.principal, &parsed)?;
    Ok(parsed)
}

pub(super) fn name_of(frame: &Frame, code: &PlaceCode) -> String {
    frame.views.place_by_code(code).map_or_else(|| code.to_string(), |place| place.name.to_string())
}

/// The name behind a code, or the code.
pub(super) fn place_name(frame: &Frame, code: &str) -> String {
    code.parse().map_or_else(|_| code.to_owned(), |parsed| name_of(frame, &parsed))
}
