//! The lists 专项清单 as pages: their index, and each of a place and year, from the same rows as `/api/v1/lists/{name}`.

use api::http::App;
use api::http::reads::{require_scope, view_problem};
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::CommandKind;
use domain::account::Role;
use domain::place::{Level, PlaceCode};
use domain::scope::Scope;
use labels as w;
use projections::{ListName, ListQuestion, ListRow, StartItem, StartRow, Views, Year};
use service::names;

use super::names::NameFinder;
use super::page_request::PageRequest;
use super::places::name_of;
use super::work::may_give;
use crate::pages::assets::LANDSCAPE;
use crate::pages::flow;
use crate::pages::named_lists::{ListPage, TableContext, index as index_table, page, table};

/// The most rows that a page sorts, filters and writes as a paper; each row of records costs a read of the log.
const MAX_LISTED_ROWS: usize = 2_000;

/// `/lists`: what each list is for.
pub(super) async fn index(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    asked.frame(&app).await?;
    let table = index_table(&asked.visit);
    asked.show_table(asked.visit.say(w::LISTS), &table, &table.plain(&asked.visit, false))
}

/// `/lists/{name}`: of the reader's own scope where none is named.
pub(super) async fn list(
    State(app): State<App>,
    Path(name): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    show(&app, name.parse().map_err(view_problem)?, &mut asked).await
}

/// `/start`: the start list of the reader's own scope, and what does what is missing.
pub(super) async fn start(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    show(&app, ListName::Start, &mut asked).await
}

async fn show(app: &App, name: ListName, asked: &mut PageRequest) -> Result<Response, Problem> {
    let scope = asked.query.code("scope")?.unwrap_or_else(|| asked.principal.scope.clone());
    let state = app.state()?;
    require_scope(&state, &asked.principal, &scope)?;
    let question = ListQuestion { name, scope: scope.clone(), year: asked.query.year()? };
    let frame = asked.frame(app).await?;
    let spec = name.spec();
    let year = (spec.year != Year::None).then(|| question.year.unwrap_or_else(|| spec.year.on(frame.on)));
    let list = app.list(question, frame.as_of, &frame).await?;
    let mut chosen: Vec<_> = list.rows.iter().collect();
    // Records: the newest first, so that what a page does not hold is the oldest. What is no record keeps its order.
    chosen.sort_by_key(|kept| std::cmp::Reverse(kept.position()));
    chosen.truncate(MAX_LISTED_ROWS);
    let mut rows = Vec::with_capacity(chosen.len());
    for kept in chosen {
        rows.push(app.list_row(&asked.principal, &list, kept).await?);
    }
    if !asked.visit.is_past() {
        app.fill_start(&mut rows)?;
    }
    let may_open =
        |row: &StartRow| row.page.as_deref().is_none_or(|page| may_open(app, asked, row.item, page));
    rows.iter_mut()
        .filter_map(ListRow::start_mut)
        .filter(|row| !may_open(row))
        .for_each(|row| row.page = None);
    let control = app.service.control();
    names::join_secretaries(&mut rows, control)?;
    asked.visit.sheet = Some(&LANDSCAPE);
    let visit = &asked.visit;
    let finder =
        NameFinder::new(app, asked, &frame, &state).with_codes(state.scope_of_bearer(&scope).county.as_ref());
    let place_name = |code: &PlaceCode| name_of(&frame, code);
    let heading = match year {
        Some(year) => {
            let year = visit.language.pick(format!("{year}年度"), year.to_string());
            format!("{} · {year} · {}", name_of(&frame, &scope), visit.say(&spec.title))
        }
        None => format!("{} · {}", name_of(&frame, &scope), visit.say(&spec.title)),
    };
    let names = |key: &str| finder.find(key);
    let context = TableContext { language: visit.language, names: &names, place_name: &place_name };
    let drawing = flow::drawing(visit, &rows);
    let table = table(visit, name, &heading, rows, &context);
    let sees_actors = asked.principal.sees_actors();
    let holder = |actor: &str| {
        if sees_actors { names::holder(control, actor).ok().flatten() } else { None }
    };
    let listed = ListPage {
        name,
        scope: &scope,
        places: &places(&frame.views, &asked.principal.scope, &scope),
        year,
        view: &list.view,
        cut: (list.rows.len() > MAX_LISTED_ROWS).then_some(list.rows.len()),
        table: &table,
        drawing,
        holder: &holder,
        context: &context,
    };
    asked.show_table(&heading, &table, &page(visit, &listed))
}

/// Whether the reader may use the page that does an item of the start list.
fn may_open(app: &App, asked: &PageRequest, item: StartItem, page: &str) -> bool {
    // The form may stand filled in for what is missing.
    let form = page.split('?').next().unwrap_or(page);
    let spec = form.strip_prefix("/work/").and_then(CommandKind::named_over_http).map(CommandKind::spec);
    // Each tier registers its own organs.
    let is_own = match asked.principal.role {
        Role::CityOffice => item == StartItem::CityOrgan,
        _ => item != StartItem::CityOrgan,
    };
    spec.is_some_and(|spec| may_give(asked, app.service.policy(), spec))
        && (is_own || form != "/work/register-organization")
}

/// The places whose list can be chosen: the reader's own, the counties of a city, and the townships of the county at hand.
fn places(views: &Views, own: &PlaceCode, chosen: &PlaceCode) -> Vec<(PlaceCode, String)> {
    let chosen = views.place_by_code(chosen);
    let county = chosen.and_then(|place| place.county.as_ref());
    let offered = views.places().filter(|place| {
        let is_near = match place.level {
            Level::City | Level::County => true,
            Level::Township => county.is_some() && place.county.as_ref() == county,
            Level::Village => false,
        };
        let scope = Scope { county: place.county.clone(), township: place.township.clone() };
        is_near && scope.is_within(own)
    });
    offered.map(|place| (place.code.clone(), place.name.to_string())).collect()
}
