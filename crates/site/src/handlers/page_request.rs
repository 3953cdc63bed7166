//! What a request for a page asks: who looks, in which language, at which past.

use std::collections::BTreeMap;
use std::time::Instant;

use api::auth::{Credential, Principal, READERS, credential};
use api::http::App;
use api::http::answer::{etag, is_known, with_headers};
use api::http::query::{Query, malformed, pairs};
use api::http::reads::Snapshot;
use api::problem::{Kind, Problem};
use api::sessions::{Visitor, form_token, value_of};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::CityState;
use domain::account::Role;
use domain::date::Date;
use domain::joint_branch::JointBranch;
use domain::place::{Level, PlaceCode};
use domain::say::Language;
use labels as w;
use maud::Markup;
use projections::is_before_the_first_decision;
use service::names;

use super::demo_role::demo_roles;
use super::{page, see_other};
use crate::pages::layout::document;
use crate::pages::lists::village_name;
use crate::pages::sign_in;
use crate::pages::table::{FILTER_PREFIX, HIDE_PREFIX, Table};
use crate::pages::visit::{Notices, Visit};

/// The cookie that keeps the language.
const LANGUAGE_COOKIE: &str = "lianjian_lang";
/// The parameters that pages know, besides filters and hidden columns.
const KNOWN: [&str; 53] = [
    "account",
    "known",
    "as_of",
    "known_at",
    "at",
    "min_position",
    "view",
    "q",
    "sort",
    "page",
    "format",
    "scope",
    "code",
    "from",
    "to",
    "type",
    "document",
    "entity",
    "person",
    "before",
    "other",
    "recorded",
    "did",
    "joint_branch",
    "organization",
    "place",
    "supervision",
    "yellow_card",
    "meeting",
    "item",
    "event",
    "village",
    "figure",
    "overdue",
    "quarter",
    "position",
    "year",
    "post",
    "nobody",
    "decision",
    "kind",
    "matter",
    "ground",
    "level",
    "basis",
    "tab",
    "month",
    "who",
    "about",
    "cursor",
    "host_kind",
    "form",
    "host",
];

/// A request for a page by somebody who may read.
pub(super) struct PageRequest {
    /// What the page is told.
    pub(super) visit: Visit,
    /// Who looks.
    pub(super) principal: Principal,
    /// Which past, as the reads of the interface take it.
    pub(super) query: Query,
    /// Where the reader's browser found this service: scheme, host and path; nothing where the request names no host.
    pub(super) origin: Option<String>,
    headers: HeaderMap,
}

impl FromRequestParts<App> for PageRequest {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut visit = plain_visit(app, &parts.headers, &parts.uri);
        if is_enrolling(app, &parts.headers) {
            return Err(see_other("/my-sign-in"));
        }
        let principal = match app.reader(&parts.headers).await {
            Ok(Some(principal)) => principal,
            // A session whose token has been withdrawn is over; a service that is not ready says so.
            Err(problem) if problem.kind() != Kind::Unauthorized => return Err(problem.into_response()),
            Ok(None) | Err(_) => {
                let status = if parts.uri.path() == "/" { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
                return Err(page(
                    status,
                    document(&visit, visit.say(w::SIGN_IN), &sign_in::form(&visit, &visit.here(&[]), None)),
                ));
            }
        };
        app.callers.admit_account(principal.account).map_err(IntoResponse::into_response)?;
        visit.principal = Some(principal.clone());
        if principal.role == Role::SecurityAdmin && parts.uri.path() == "/" {
            return Err(see_other("/accounts"));
        }
        if principal.require_role(READERS).is_err() && !keeps_accounts(&principal, parts.uri.path()) {
            let note = sign_in::note(&visit, visit.say(w::NO_BUSINESS_DATA));
            return Err(page(StatusCode::FORBIDDEN, document(&visit, visit.say(w::UNAVAILABLE), &note)));
        }
        let query = query_of(&visit.parameters).map_err(IntoResponse::into_response)?;
        let origin = origin(app, &parts.headers);
        Ok(Self { visit, principal, query, origin, headers: parts.headers.clone() })
    }
}

/// The pages of the security administrator, who reads no business data.
fn keeps_accounts(principal: &Principal, path: &str) -> bool {
    let is_own = path == "/accounts" || path == "/work" || path.starts_with("/work/");
    principal.role == Role::SecurityAdmin && is_own
}

fn origin(app: &App, headers: &HeaderMap) -> Option<String> {
    let host: Authority = headers.get(header::HOST)?.to_str().ok()?.parse().ok()?;
    let scheme = if app.is_encrypted { "https" } else { "http" };
    Some(format!("{scheme}://{host}{}", app.base_path))
}

impl PageRequest {
    /// The snapshot that is asked for; from then on the page says its position, day and scope.
    pub(super) async fn frame(&mut self, app: &App) -> Result<Snapshot, Problem> {
        let frame = app.frame(&self.principal, &self.query, "page").await?;
        self.visit.position = frame.views.position();
        self.visit.on = Some(frame.on);
        self.visit.notices.simulated = frame.views.city().simulated.unwrap_or(false);
        self.visit.notices.begins = is_before_the_first_decision(&frame.views);
        let own = frame.views.place_by_code(&self.principal.scope);
        self.visit.is_ahead = frame.on > app.today();
        self.visit.holder = holder_of(app, &self.principal)?;
        self.visit.scope_name =
            own.map_or_else(|| self.principal.scope.to_string(), |place| place.name.to_string());
        Ok(frame)
    }

    /// The snapshot of an earlier day, as it was known when what is asked for was.
    pub(super) async fn frame_of(&self, app: &App, day: Date) -> Result<Snapshot, Problem> {
        let mut parameters = self.visit.parameters.clone();
        parameters.retain(|(name, _)| name == "known_at" || name == "at");
        parameters.push(("as_of".to_owned(), day.to_string()));
        app.frame(&self.principal, &query_of(&parameters)?, "page").await
    }

    /// Says where what is shown lies: the places around it, from the widest, and its own name.
    pub(super) fn lead_to(&mut self, frame: &Snapshot, within: Option<&PlaceCode>, name: &str) {
        let mut around = Vec::new();
        let mut next = within.and_then(|code| frame.views.place_by_code(code));
        // A place lies under one of a wider tier, so there are never more than the tiers.
        while let Some(place) = next {
            let path = match place.level {
                Level::City => "/".to_owned(),
                Level::County => format!("/counties/{}", place.code),
                Level::Township => format!("/townships/{}", place.code),
                Level::Village => format!("/villages/{}", place.code),
            };
            let link = place.code.is_within(&self.principal.scope).then(|| self.visit.link(&path));
            around.push((village_name(&place.name, place.kind), link));
            next = place.parent.as_ref().and_then(|above| frame.views.place(above.id));
        }
        around.reverse();
        around.push((name.to_owned(), None));
        self.visit.trail = around;
    }

    /// Whether a joint branch is led from within the reader's place: what is led from elsewhere is read here, and done there.
    pub(super) fn leads(&self, state: &CityState, found: &JointBranch) -> bool {
        state.scope_of_place(found.lead_township).is_within(&self.principal.scope)
    }

    /// Refuses a parameter that other pages know and this one would pass over in silence.
    pub(super) fn refuse(&self, name: &str) -> Result<(), Problem> {
        match self.visit.parameter(name) {
            None => Ok(()),
            Some(_) => Err(malformed(
                format!("此页没有查询参数 {name}"),
                format!("this page has no query parameter {name}"),
            )),
        }
    }

    /// The page of a table, or the paper of it that is asked for.
    pub(super) fn show_table(&self, title: &str, table: &Table, main: &Markup) -> Result<Response, Problem> {
        Ok(self.paper(table)?.unwrap_or_else(|| self.show(title, main)))
    }

    /// The page, or 304 where the browser has it already.
    pub(super) fn show(&self, title: &str, main: &Markup) -> Response {
        self.show_document(document(&self.visit, title, main))
    }

    /// As `show`, for a page with a frame of its own.
    pub(super) fn show_document(&self, text: String) -> Response {
        let etag = etag(&[text.as_bytes()]);
        let mut response = if is_known(&self.headers, &etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            page(StatusCode::OK, text)
        };
        if self.visit.parameter("recorded").is_none() {
            response = with_headers(response, self.visit.position, etag);
        }
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Language"));
        if self.visit.asks_language {
            remember_language(&self.headers, &mut response, self.visit.language);
        }
        response
    }
}

/// By which name an account is known here; nothing for a session without one, or where the name was erased.
fn holder_of(app: &App, principal: &Principal) -> Result<Option<String>, Problem> {
    let Some(account) = principal.account else { return Ok(None) };
    Ok(names::holder(app.service.control(), &account.to_string())?)
}

/// Whether the session must set up a second factor before it sees anything.
fn is_enrolling(app: &App, headers: &HeaderMap) -> bool {
    let Ok(Credential::Session(cookie)) = credential(headers) else { return false };
    matches!(app.sessions.visitor(&cookie, Instant::now()), Some(Visitor::Enrolling(_)))
}

/// A visit of which only address, language and form token are known.
pub(super) fn plain_visit(app: &App, headers: &HeaderMap, uri: &Uri) -> Visit {
    let found: Vec<(String, String)> = pairs(uri).unwrap_or_default();
    let asked = found.iter().find(|(name, _)| name == "lang").and_then(|(_, code)| Language::parse(code));
    let kept = cookie(headers, LANGUAGE_COOKIE).and_then(|code| Language::parse(&code));
    let session = match credential(headers) {
        Ok(Credential::Session(cookie)) => {
            app.sessions.visitor(&cookie, Instant::now()).map(|visitor| (cookie, visitor))
        }
        _ => None,
    };
    let (session, visitor) = session.unzip();
    let heads = app.service.signed_tree().and_then(|signed_tree| signed_tree.witnessed().ok());
    let witnesses = heads.and_then(|heads| heads.last().map(|head| head.cosigners())).unwrap_or(0);
    Visit {
        asks_language: asked.is_some(),
        language: asked.or(kept).or_else(|| preferred(headers)).unwrap_or_default(),
        principal: None,
        scope_name: String::new(),
        holder: None,
        is_ahead: false,
        trail: Vec::new(),
        form_token: session.as_deref().map(form_token).unwrap_or_default(),
        path: uri.path().to_owned(),
        parameters: found.into_iter().filter(|(name, value)| name != "lang" && !value.is_empty()).collect(),
        notices: Notices {
            conditions: app.service.conditions(),
            not_witnessed: witnesses == 0,
            witnesses,
            ..Notices::default()
        },
        position: 0,
        on: None,
        sheet: None,
        roles: visitor.map(|visitor| demo_roles(app, visitor)).unwrap_or_default(),
    }
}

/// Of our two languages the one that the browser would rather have; nothing where it names neither.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let ranges = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?.split(',');
    let mut best: Option<(Language, f32)> = None;
    for range in ranges {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let language = Language::parse(tag.trim().split('-').next()?.to_ascii_lowercase().as_str());
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse().ok()).unwrap_or(0.0);
        if let Some(language) = language.filter(|_| weight > best.map_or(0.0, |(_, most)| most)) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// The value of a cookie.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.into_iter().find_map(|header| value_of(header, name)).map(str::to_owned)
}

/// Keeps the language that was asked for.
pub(super) fn remember_language(headers: &HeaderMap, response: &mut Response, language: Language) {
    if cookie(headers, LANGUAGE_COOKIE).as_deref() == Some(language.code()) {
        return;
    }
    let cookie =
        format!("{LANGUAGE_COOKIE}={}; Path=/; SameSite=Strict; HttpOnly; Max-Age=31536000", language.code());
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// The past that is asked for. A form says a day where the interface takes an instant: its last moment in China is meant.
fn query_of(parameters: &[(String, String)]) -> Result<Query, Problem> {
    let mut values = BTreeMap::new();
    for (name, value) in parameters {
        let is_known = KNOWN.contains(&name.as_str())
            || name.starts_with(FILTER_PREFIX)
            || name.starts_with(HIDE_PREFIX);
        if !is_known {
            let name: String = name.chars().filter(|character| !character.is_control()).take(40).collect();
            return Err(malformed(
                format!("未知的查询参数 {name}"),
                format!("unknown query parameter {name}"),
            ));
        }
        let value = match name.as_str() {
            "known_at" if value.len() == 10 => format!("{value}T23:59:59.999+08:00"),
            _ => value.clone(),
        };
        if values.insert(name.clone(), value).is_some() {
            return Err(malformed(
                format!("查询参数 {name} 出现多次"),
                format!("the query parameter {name} is given more than once"),
            ));
        }
    }
    Ok(Query::of(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Query, Problem> {
        query_of(
            &pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>(),
        )
    }

    #[test]
    fn a_day_of_knowledge_is_its_last_moment_in_china() {
        let query = read(&[("known_at", "2026-01-02"), ("f_phase", "运行中")]).unwrap();
        assert_eq!(query.time("known_at").unwrap().unwrap().to_string(), "2026-01-02T15:59:59.999Z");
    }

    #[test]
    fn the_browsers_language_is_taken_where_it_is_one_of_ours() {
        let of = |text: &'static str| {
            preferred(&HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(text))]))
        };
        assert_eq!(of("zh-CN,zh;q=0.9,en;q=0.8"), Some(Language::Zh));
        assert_eq!(of("en-US,en;q=0.9,zh-CN;q=0.8"), Some(Language::En));
        assert_eq!(of("de, zh;q=0.4, en;q=0.5"), Some(Language::En));
        assert_eq!(of("ZH-Hans"), Some(Language::Zh));
        for neither in ["de", "*", "", "en;q=0", "en;q=x", ";;,,q"] {
            assert_eq!(of(neither), None, "{neither}");
        }
    }

    #[test]
    fn what_is_unknown_or_repeated_is_refused() {
        assert!(read(&[("colour", "red")]).is_err());
        assert!(read(&[("q", "a"), ("q", "b")]).is_err());
    }
}
