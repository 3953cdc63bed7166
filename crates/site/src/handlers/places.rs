//! The pages of places: the city's meeting, counties with their register, townships with their ledger, and what a figure counts.

use api::http::App;
use api::http::questions::{self, Counted, MostPressing, Obligations, Question};
use api::http::reads::{Snapshot, require_scope, unknown};
use api::problem::Problem;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::place::{Level, PlaceCode};
use labels as w;
use labels::figures::figure as figure_words;
use maud::Markup;
use projections::{
    CountedEntry, LedgerEntry, Obligation, PartEntry, TierView, View, counts_of_figure,
    is_before_the_first_decision, urgency,
};
use service::names;

use super::desk::Desk;
use super::page_request::PageRequest;
use super::trend::trend;
use crate::pages::acts::Doing;
use crate::pages::branches::{self, JointBranchLine};
use crate::pages::joined::{Joined, picture};
use crate::pages::lists;
use crate::pages::search::Figures;
use crate::pages::table::Table;
use crate::pages::tier::{Tier, page};
use crate::pages::visit::Visit;

/// How many overdue obligations a tier's page lists.
const ATTENTION_ROWS: usize = 15;

/// `/counties/{code}`.
pub(super) async fn county(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let code = readable(&app, &asked, &code, Level::County)?;
    let frame = asked.frame(&app).await?;
    lead_to_place(&mut asked, &frame, &code, None);
    show(&app, &asked, &frame, &code)
}

/// `/townships/{code}`: the ledger 台账.
pub(super) async fn township(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let code = readable(&app, &asked, &code, Level::Township)?;
    let frame = asked.frame(&app).await?;
    lead_to_place(&mut asked, &frame, &code, None);
    show(&app, &asked, &frame, &code)
}

/// Says where a page of a place lies: under the place above it, or, as one of its further pages, under itself.
fn lead_to_place(asked: &mut PageRequest, frame: &Snapshot, code: &PlaceCode, further: Option<&str>) {
    let name = name_of(frame, code);
    match further {
        Some(title) => asked.lead_to(frame, Some(code), title),
        None => {
            let parent = frame.views.place_by_code(code).and_then(|place| place.parent.clone());
            asked.lead_to(frame, parent.as_ref().map(|place| &place.code), &name);
        }
    }
}

/// `/counties/{code}/register`: the register 清单.
pub(super) async fn register(
    State(app): State<App>,
    Path(code): Path<String>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let code = readable(&app, &asked, &code, Level::County)?;
    let frame = asked.frame(&app).await?;
    let view = named(&app, &frame, &questions::register(code.clone()))?;
    let further = asked.visit.say(w::REGISTER).to_owned();
    lead_to_place(&mut asked, &frame, &code, Some(&further));
    let (visit, title) =
        (&asked.visit, format!("{} · {}", name_of(&frame, &code), asked.visit.say(w::REGISTER)));
    let lines = view.rows.iter().map(|row| JointBranchLine::of_register(visit, row));
    let (tabs, table) = branches::tabbed(visit, &title, lines);
    asked.show_table(&title, &table, &maud::html! { (tabs) div.landscape { (table.worked(visit)) } })
}

/// `/figures/{code}/{figure}`: the rows that a figure counts.
pub(super) async fn figure(
    State(app): State<App>,
    Path((code, figure)): Path<(String, String)>,
    mut asked: PageRequest,
) -> Result<Response, Problem> {
    let level = code.parse::<PlaceCode>().map_err(|_| unknown(&code))?.level();
    let code = readable(&app, &asked, &code, level)?;
    let frame = asked.frame(&app).await?;
    let tier = match level {
        Level::City => TierView::City,
        Level::County => TierView::County,
        Level::Township | Level::Village => TierView::Township,
    };
    let question = Counted { tier, code: code.clone(), figure: figure.clone() };
    let view = named(&app, &frame, &question)?;
    let label =
        figure_words(&figure).map_or_else(|| figure.clone(), |words| asked.visit.say(words).to_owned());
    lead_to_place(&mut asked, &frame, &code, Some(&label));
    let visit = &asked.visit;
    let title = format!("{} · {label}", name_of(&frame, &code));
    let table = match view.rows.first() {
        Some(CountedEntry::Village(_)) => {
            let villages = view.rows.iter().filter_map(|row| match row {
                CountedEntry::Village(village) => Some(village),
                CountedEntry::JointBranch(_) => None,
            });
            lists::villages(visit, &title, villages)
        }
        Some(CountedEntry::JointBranch(_)) | None => {
            let lines = view.rows.iter().filter_map(|row| match row {
                CountedEntry::JointBranch(counted) => {
                    Some(JointBranchLine::of_register(visit, &counted.entry))
                }
                CountedEntry::Village(_) => None,
            });
            branches::joint_branches(visit, &title, lines)
        }
    };
    let definition = view.figures.get(figure.as_str()).map(|entry| {
        let (value, unit) = (crate::pages::tier::value(entry), crate::pages::tier::unit(visit, entry));
        maud::html! { p { strong { (value) " " (unit) } " — " (crate::pages::tier::definition(visit, entry)) } }
    });
    let main = maud::html! {
        @if let Some(definition) = definition { (definition) }
        (proof(visit, &figure, &code))
        (table.worked(visit))
    };
    asked.show_table(&title, &table, &main)
}

/// The way to the proof of a figure, where it can be proved: as it is known now, today or on a past day.
fn proof(visit: &Visit, figure: &str, code: &PlaceCode) -> Markup {
    let is_known_now = ["at", "known_at"].iter().all(|name| visit.parameter(name).is_none());
    let day = visit.parameter("as_of").map(|day| format!("&as_of={day}")).unwrap_or_default();
    let address = format!("/api/v1/figures/{figure}/proof?scope={code}{day}");
    maud::html! {
        @if is_known_now && counts_of_figure(figure).is_some() {
            p.note.screen {
                a href=(address) download=(format!("{figure}-{code}.proof")) { (visit.say(w::SAVE_PROOF)) }
                " · " a href="/check" { (visit.say(w::CHECK_PROOF)) } " — " (visit.say(w::PROOF_HINT))
            }
        }
    }
}

/// `/obligations`: what is owed in a scope, by date; in the reader's own where none is named.
pub(super) async fn obligations(State(app): State<App>, mut asked: PageRequest) -> Result<Response, Problem> {
    let scope = scope_of(&app, &asked)?;
    let frame = asked.frame(&app).await?;
    let view = app.counted(&frame, &Obligations(scope.clone(), None, None))?;
    let mut owed = view.rows.clone();
    owed.sort_by_cached_key(urgency);
    let title = format!("{} · {}", name_of(&frame, &scope), asked.visit.say(w::OBLIGATIONS));
    let table = owed_table(&app, &asked, &frame, &title, &owed)?;
    asked.show_table(&title, &table, &table.worked(&asked.visit))
}

/// The page of a city, county or township.
pub(super) fn show(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    code: &PlaceCode,
) -> Result<Response, Problem> {
    let visit = &asked.visit;
    match tier_rows(app, frame, code)? {
        TierRows::Counties(view) => {
            let rows = lists::places(visit, w::COUNTIES, &view.rows);
            let place = Place {
                code,
                title: visit.say(w::PRODUCT),
                counties: Some(&view.rows),
                tabs: None,
                picture: None,
            };
            show_tier(app, asked, frame, place, &view, rows)
        }
        TierRows::Townships(view) => {
            let rows = lists::places(visit, w::TOWNSHIPS, &view.rows);
            let place =
                Place { code, title: visit.say(w::COUNTY), counties: None, tabs: None, picture: None };
            show_tier(app, asked, frame, place, &view, rows)
        }
        TierRows::JointBranches(view) => {
            let lines = view.rows.iter().map(|entry| JointBranchLine::of_ledger(visit, entry));
            let (tabs, rows) = branches::tabbed(visit, visit.say(w::LEDGER), lines);
            let villages = app.counted(frame, &questions::township(code.clone()))?;
            let joined = Joined {
                code,
                entries: &view.rows,
                villages: &villages.rows,
                place_name: &|code| name_of(frame, code),
            };
            let picture = Some(picture(visit, &joined));
            let title = visit.say(w::LEDGER);
            let place = Place { code, title, counties: None, tabs: Some(tabs), picture };
            show_tier(app, asked, frame, place, &view, rows)
        }
    }
}

/// The place of a tier's page.
struct Place<'a> {
    code: &'a PlaceCode,
    /// What the page is called besides the place.
    title: &'a str,
    /// The counties of a city.
    counties: Option<&'a [PartEntry]>,
    /// The tabs of its rows.
    tabs: Option<Markup>,
    /// Which villages of a township are joined with which.
    picture: Option<Markup>,
}

/// The page of a tier: its view, and its rows as a table.
fn show_tier<R>(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    Place { code, title, counties, tabs, picture }: Place<'_>,
    view: &View<R>,
    rows: Table,
) -> Result<Response, Problem> {
    let (visit, level) = (&asked.visit, code.level());
    let attention = attention(app, asked, frame, code, ATTENTION_ROWS)?;
    let mut more = Vec::new();
    if level == Level::County {
        more.push((visit.link(&format!("/counties/{code}/register")), visit.say(w::REGISTER)));
    }
    more.push((visit.link(&format!("/lists/register?scope={code}")), visit.say(w::WHOLE_REGISTER)));
    if level == Level::City {
        more.push((visit.link(&format!("/meeting/{code}")), visit.say(w::MEETING)));
    }
    if level <= Level::Township {
        more.push((visit.link(&format!("/figures/{code}/villages")), visit.say(w::VILLAGES)));
    }
    if level <= Level::County {
        more.push((visit.link(&format!("/lists/flow?scope={code}")), visit.say(w::FLOW)));
    }
    more.push((visit.link(&format!("/brief/{code}")), visit.say(w::BRIEF)));
    more.push((visit.link(&format!("/papers/{code}")), visit.say(w::PAPERS)));
    let trend = trend(&frame.views, code, view);
    let begins = is_before_the_first_decision(&frame.views) && !visit.is_past();
    let start = begins.then(|| visit.link(&format!("/start?scope={code}")));
    let tier = Tier {
        code: code.as_str(),
        view,
        trend: &trend,
        attention,
        rows,
        tabs,
        picture,
        counties,
        start,
        more,
    };
    let title = format!("{} · {title}", name_of(frame, code));
    if let Some(paper) = asked.paper(&tier.rows)? {
        return Ok(paper);
    }
    Ok(asked.show(&title, &page(visit, &tier)))
}

/// The view of a city, county or township with its rows; a township's rows are its ledger.
pub(super) enum TierRows {
    Counties(View<PartEntry>),
    Townships(View<PartEntry>),
    JointBranches(View<LedgerEntry>),
}

pub(super) fn tier_rows(app: &App, frame: &Snapshot, code: &PlaceCode) -> Result<TierRows, Problem> {
    Ok(match code.level() {
        Level::City => TierRows::Counties(named(app, frame, &questions::city(code.clone()))?),
        Level::County => TierRows::Townships(named(app, frame, &questions::county(code.clone()))?),
        Level::Township | Level::Village => {
            TierRows::JointBranches(named(app, frame, &questions::ledger(code.clone()))?)
        }
    })
}

/// The figures of a city, county or township.
pub(super) fn figures_of(app: &App, frame: &Snapshot, code: &PlaceCode) -> Result<Figures, Problem> {
    Ok(match tier_rows(app, frame, code)? {
        TierRows::Counties(view) | TierRows::Townships(view) => view.figures,
        TierRows::JointBranches(view) => view.figures,
    })
}

/// The answer to a question, with its secretaries' names.
pub(super) fn named<Q: Question>(app: &App, frame: &Snapshot, question: &Q) -> Result<View<Q::Row>, Problem> {
    let mut view = View::clone(&*app.counted(frame, question)?);
    names::join_secretaries(&mut view.rows, app.service.control())?;
    Ok(view)
}

/// The overdue obligations of a place, the most pressing first.
pub(super) fn attention(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    code: &PlaceCode,
    limit: usize,
) -> Result<Table, Problem> {
    let pressing = app.counted(frame, &MostPressing(code.clone(), limit))?;
    owed_table(app, asked, frame, asked.visit.say(w::ATTENTION), &pressing.rows)
}

/// What is owed as a table, with what the reader may do about it.
fn owed_table(
    app: &App,
    asked: &PageRequest,
    frame: &Snapshot,
    title: &str,
    owed: &[Obligation],
) -> Result<Table, Problem> {
    let state = app.state()?;
    let desk = Desk::new(app, asked, frame, &state);
    let doing = |owed: &Obligation| desk.of(owed);
    let doing: Option<Doing<'_>> = if desk.acts() { Some(&doing) } else { None };
    Ok(lists::obligations(&asked.visit, title, owed, &|code| name_of(frame, code), doing))
}

/// The code of a place of that tier that the reader may read.
pub(super) fn readable(
    app: &App,
    asked: &PageRequest,
    code: &str,
    level: Level,
) -> Result<PlaceCode, Problem> {
    let parsed: PlaceCode =
        code.parse().ok().filter(|found: &PlaceCode| found.level() == level).ok_or_else(|| unknown(code))?;
    require_scope(&*app.state()?, &asked.principal, &parsed)?;
    Ok(parsed)
}

/// The place that the address names, else the reader's own.
pub(super) fn scope_of(app: &App, asked: &PageRequest) -> Result<PlaceCode, Problem> {
    let scope = asked.query.code("scope")?.unwrap_or_else(|| asked.principal.scope.clone());
    readable(app, asked, scope.as_str(), scope.level())
}

pub(super) fn name_of(frame: &Snapshot, code: &PlaceCode) -> String {
    frame
        .views
        .place_by_code(code)
        .map_or_else(|| code.to_string(), |place| lists::village_name(&place.name, place.kind))
}
