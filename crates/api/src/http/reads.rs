//! Reads: from the question in a path and query to the view of the reader's tier, on a day, at a position.

use service::names;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::date::Date;
use domain::place::{Level, Place, PlaceCode};
use domain::say::Say;
use domain::{CityState, PolicyCalendar};
use event_log::Position;
use projections::{Reading, View, ViewError, Views, Waypoints};

use super::App;
use super::answer;
use super::history::{position_known_at, recorded_at};
use super::page::Page;
use super::query::{Query, malformed};
use super::questions::{
    self, Counted, JointBranch, Obligations, OfTier, Organization, Places, Policies, Question, Row,
};
use super::recent_views::CacheKey;
use crate::auth::Principal;
use crate::openapi::routes::Endpoint;
use crate::problem::{Kind, Problem};

/// How long `min_position` waits for the views.
const MIN_POSITION_WAIT: Duration = Duration::from_secs(5);
/// When to come back after that.
const MIN_POSITION_RETRY_SECONDS: u64 = 1;

/// The snapshot that answers, and the day on which it is looked at.
pub struct Snapshot {
    pub views: Arc<Views>,
    /// Only what was in effect on that day is in them, where one was named.
    pub as_of: Option<Date>,
    /// The day on which they are looked at.
    pub on: Date,
    /// The page that is asked for.
    pub page: Page,
}

/// A request for a read: who asks, and how.
pub(crate) struct Request<'a> {
    pub(crate) principal: &'a Principal,
    pub(crate) query: &'a Query,
    pub(crate) headers: &'a HeaderMap,
}

/// Answers the routes `/api/v1/<tier>/{code or id}…`.
pub(crate) async fn by_path(
    endpoint: Endpoint,
    State(app): State<App>,
    Path(key): Path<String>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = Request { principal: &principal, query: &query, headers: &headers };
    match endpoint {
        Endpoint::City => of_tier(&app, request, &key, questions::city).await,
        Endpoint::County => of_tier(&app, request, &key, questions::county).await,
        Endpoint::Register => of_tier(&app, request, &key, questions::register).await,
        Endpoint::Township => of_tier(&app, request, &key, questions::township).await,
        Endpoint::Ledger => of_tier(&app, request, &key, questions::ledger).await,
        Endpoint::Organization => {
            read(&app, request, Organization(key.parse().map_err(|_| unknown(&key))?)).await
        }
        _ => read(&app, request, JointBranch(key.parse().map_err(|_| unknown(&key))?)).await,
    }
}

/// Answers for a place of a tier: with its own rows, or with those that the figure named counts.
async fn of_tier<R: Row>(
    app: &App,
    request: Request<'_>,
    key: &str,
    question: fn(PlaceCode) -> OfTier<R>,
) -> Result<Response, Problem> {
    let question = question(key.parse().map_err(|_| unknown(key))?);
    if question.code.level() != question.tier.level() {
        return Err(unknown(key));
    }
    match request.query.text("figure") {
        Some(figure) => {
            let (tier, code) = (question.tier, question.code);
            read(app, request, Counted { tier, code, figure: figure.to_owned() }).await
        }
        None => read(app, request, question).await,
    }
}

/// Answers `/api/v1/places`.
pub(crate) async fn places(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let question = Places(query.code("code")?);
    read(&app, Request { principal: &principal, query: &query, headers: &headers }, question).await
}

/// Answers `/api/v1/obligations`, of the reader's own scope where none is named.
pub(crate) async fn obligations(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let scope = query.code("scope")?.unwrap_or_else(|| principal.scope.clone());
    let question = Obligations(scope, query.flag("overdue")?, query.date("due_before")?);
    read(&app, Request { principal: &principal, query: &query, headers: &headers }, question).await
}

/// Answers `/api/v1/policies`, of the city or a county; of the reader's own where none is named.
pub(crate) async fn policies(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let county = app.state()?.scope_of_bearer(&principal.scope).county;
    let own = || county.unwrap_or_else(|| principal.scope.clone());
    let scope = query.code("scope")?.unwrap_or_else(own);
    read(&app, Request { principal: &principal, query: &query, headers: &headers }, Policies(scope)).await
}

async fn read<Q: Question>(app: &App, request: Request<'_>, question: Q) -> Result<Response, Problem> {
    let Request { principal, query, headers } = request;
    question.authorise(app, principal)?;
    let frame = app.frame(principal, query, &format!("{question:?}")).await?;
    let mut view = View::clone(&*app.counted(&frame, &question)?);
    question.keep_own(&*app.state()?, principal, &mut view);
    let past = query.past();
    view.figures.values_mut().for_each(|figure| figure.rows.push_str(&past));
    let rows = std::mem::take(&mut view.rows);
    let (mut rows, next_cursor) = frame.page.cut(rows, frame.views.position());
    names::join_secretaries(&mut rows, app.service.control())?;
    view.rows = rows;
    if next_cursor.is_some() {
        app.history.keep((frame.views.position(), frame.as_of), frame.views.clone());
    }
    answer::json(headers, view.position, &projections::Page { view, next_cursor })
}

/// Refuses a city, county or township outside the scope of the one who asks: what answers to the code today decides, for
/// pages, views and lists alike, so that whoever lost a place reads nothing under its old code.
pub fn require_scope(state: &CityState, principal: &Principal, code: &PlaceCode) -> Result<(), Problem> {
    let own = state.resolve_code(code).filter(|place| place.level < Level::City);
    let required = principal.require_place(code, own.map(|place| state.scope_of_place(place.id)).as_ref());
    match state.bearer(&principal.scope).filter(|place| place.ended_on.is_some()) {
        Some(place) => required.map_err(|_| suspended(state, place)),
        None => required,
    }
}

/// The place of the one who asks is no more, and the account was not handed over.
fn suspended(state: &CityState, place: &Place) -> Problem {
    let (name, successors) = (&place.name, state.named_successors(place));
    let zh = format!(
        "您的帐号所属的「{name}」已不存在（现为：{successors}），帐号在交接前只能查阅原有记录：请安全管理员为此帐号续期，或另发承接地的帐号"
    );
    let en = format!(
        "the place of your account, {name}, is no more (now: {successors}); until it is handed over the account reads only the records of its own past: ask the security administrator to renew it, or to issue another one there"
    );
    Problem::new(Kind::Forbidden, zh, en)
}

impl App {
    /// The answer to a question about a snapshot: made now, or a moment ago for somebody else.
    pub fn counted<Q: Question>(&self, frame: &Snapshot, question: &Q) -> Result<Arc<View<Q::Row>>, Problem> {
        let defaults = self.service.policy();
        let asked = CacheKey {
            question: question.key(),
            position: frame.views.position(),
            as_of: frame.as_of,
            on: frame.on,
        };
        let make = || {
            let policies = PolicyCalendar::new(defaults, frame.views.policies());
            let reading = Reading { views: &frame.views, policies: &policies, on: frame.on };
            question.view(reading, defaults)
        };
        self.recent_views.get_or_make(asked, make).map_err(view_problem)
    }

    /// The snapshot that a query asks for: as of a day, as known at a time or position, not before `min_position`.
    pub async fn frame(
        &self,
        principal: &Principal,
        query: &Query,
        question: &str,
    ) -> Result<Snapshot, Problem> {
        let as_of = query.date("as_of")?;
        let asked = self.asked_position(query).await?;
        // What was recorded then is looked at on the day of then: nobody ever saw it on today's.
        let on = match (as_of, asked) {
            (Some(day), _) => day,
            (None, Some(position)) => self.day_of(query, position).await?,
            (None, None) => self.today(),
        };
        let bound = format!("{question};{}{};{on}", query.without_page(), principal.scope);
        let page = Page::read(query, &bound)?;
        let live = self.views_past(query.position("min_position")?.unwrap_or(0)).await?;
        // A cursor may be forged: what lies ahead of the log must never be kept as an answer about it.
        let position = page.position.map(|position| position.min(live.position())).or(asked);
        if as_of.is_none() && position.is_none_or(|position| position == live.position()) {
            return Ok(Snapshot { views: live, as_of, on, page });
        }
        let key = (position.unwrap_or_else(|| live.position()), as_of);
        let waypoints = self.waypoints()?;
        let views = self.history.views(waypoints, key).await?;
        Ok(Snapshot { views, as_of, on, page })
    }

    /// From which a past moment is not far.
    pub(crate) fn waypoints(&self) -> Result<Arc<Waypoints>, Problem> {
        self.service.waypoints().cloned().ok_or_else(|| self.not_ready())
    }

    /// The position that `at` and `known_at` name, the earlier of the two.
    async fn asked_position(&self, query: &Query) -> Result<Option<Position>, Problem> {
        let log = self.service.log();
        let at = query.position("at")?;
        if let Some(at) = at {
            let last = log.last_position().await?;
            if at > last {
                let zh = format!("日志只到位置 {last}，还没有 {at}");
                return Err(Problem::new(
                    Kind::NotFound,
                    zh,
                    format!("the log ends at {last}; there is no position {at} yet"),
                ));
            }
        }
        let Some(time) = query.time("known_at")? else { return Ok(at) };
        let known = position_known_at(&**log, &self.state()?.clock_set_back, time).await?;
        Ok(Some(at.map_or(known, |at| at.min(known))))
    }

    /// The day in China of the moment that `at` and `known_at` name: of the event there, or of the time that was named
    /// where that is not yet to come.
    async fn day_of(&self, query: &Query, position: Position) -> Result<Date, Problem> {
        let today = self.today();
        let is_later = query.position("at")?.is_none_or(|at| at > position);
        if is_later && let Some(time) = query.time("known_at")? {
            return Ok(time.day().min(today));
        }
        if position == 0 {
            return Ok(today);
        }
        Ok(recorded_at(&**self.service.log(), position).await?.day())
    }

    /// The live views, once they hold the position.
    pub(crate) async fn views_past(&self, position: Position) -> Result<Arc<Views>, Problem> {
        let mut views = self.service.views().ok_or_else(|| self.not_ready())?;
        let waited =
            tokio::time::timeout(MIN_POSITION_WAIT, views.wait_for(|views| views.position() >= position))
                .await;
        if let Ok(Ok(views)) = waited.map(|found| found.map(|views| Arc::clone(&views))) {
            return Ok(views);
        }
        let found = views.borrow().position();
        let zh = format!("视图尚未包含位置 {position}（现为 {found}），请稍后重试");
        let en =
            format!("the views do not hold position {position} yet (they hold {found}); try again later");
        Err(Problem::new(Kind::NotReady, zh, en).retry_after(MIN_POSITION_RETRY_SECONDS))
    }
}

/// Nothing bears that code or id.
pub fn unknown(key: &str) -> Problem {
    let key: String = key.chars().filter(|character| !character.is_control()).take(60).collect();
    Problem::new(Kind::NotFound, format!("没有 {key}"), format!("there is no {key}"))
}

/// What a view that cannot be given says to the client.
pub fn view_problem(error: ViewError) -> Problem {
    let Say { zh, en } = error.say();
    match &error {
        ViewError::UnknownFigure { .. } | ViewError::NotATier { .. } => {
            malformed(zh.into_owned(), en.into_owned())
        }
        ViewError::Unwritable { .. } => Problem::internal(error.to_string()),
        _ => Problem::new(Kind::NotFound, zh, en),
    }
}
