//! What stands before every handler: who asks, whether the route is for them, and whether the query is known.
//! Around all of it: the Host check, the headers that protect a browser, and the net under a panic.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::CityState;
use event_log::Position;
use futures_util::FutureExt;

use super::App;
use super::access::AccessRecord;
use super::bodies::discard;
use super::callers::Shown;
use super::query::Query;
use super::scans;
use crate::auth::{Access, Credential, Principal, credential, principal_of, sign_in_first, unknown_token};
use crate::openapi::routes::{Endpoint, Route};
use crate::problem::{Kind, Problem};
use crate::sessions::{Visitor, take_secure_cookie};

/// How long a token just issued beside the server waits until its event has been read.
const NEW_ACCOUNT_WAIT: Duration = Duration::from_secs(2);
/// How often it looks.
const NEW_ACCOUNT_POLL: Duration = Duration::from_millis(20);

/// Since when the log has not answered: the answer is from memory, and as old as that.
const LOG_UNREACHABLE_SINCE: HeaderName = HeaderName::from_static("lianjian-log-unreachable-since");

/// What a browser is told with every answer.
const PROTECTION: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// For a year a browser asks this host over TLS alone.
const ONLY_ENCRYPTED: &str = "max-age=31536000";

/// What a request says once or not at all: of two, one reader would take the first and another the last.
const SINGLE_VALUED_HEADERS: [HeaderName; 6] = [
    header::AUTHORIZATION,
    HeaderName::from_static("idempotency-key"),
    header::IF_MATCH,
    header::CONTENT_TYPE,
    header::HOST,
    HeaderName::from_static("last-event-id"),
];

/// Lets a request through to its handler, and notes how it was answered. What cannot be noted is not read.
pub(crate) async fn guard(
    State((app, route)): State<(App, &'static Route)>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (noted, shown) = (AccessRecord::of(route, &request), Shown::of(&request));
    let is_read = noted.as_ref().is_some_and(AccessRecord::is_read);
    if is_read {
        app.require_writable_access_log()?;
    }
    let response = admit(&app, route, request, next).await.unwrap_or_else(IntoResponse::into_response);
    let response = app.callers.judge(shown, response);
    let Some(noted) = noted else { return Ok(response) };
    match app.note(noted, &response) {
        Err(problem) if is_read => Err(problem),
        // A command was decided either way, and whoever gave it is told.
        Ok(()) | Err(_) => Ok(response),
    }
}

/// Admits who may use the route, with the one who asks and the query as extensions.
async fn admit(
    app: &App,
    route: &'static Route,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    match route.access {
        Access::Open => {}
        Access::Read(_) if route.endpoint == Endpoint::Metrics && app.service.state().is_none() => {
            app.require_known_token(request.headers())?;
        }
        Access::Read(roles) => {
            if route.endpoint != Endpoint::Metrics {
                app.check_history()?;
            }
            let principal = app.reader(request.headers()).await?.ok_or_else(sign_in_first)?;
            app.callers.admit_account(principal.account)?;
            principal.require_role(roles)?;
            request.extensions_mut().insert(principal);
        }
        // Nothing of a body is kept before it is known whose it is.
        Access::Write => match app.admit_writer(request.headers()).await {
            Ok(principal) => {
                request.extensions_mut().insert(principal);
            }
            Err(problem) => {
                discard(request.into_body()).await;
                return Err(problem);
            }
        },
    }
    let query = Query::read(request.uri(), route.query)?;
    // Here, so that no route documents it and forgets it, and none looks for an entity before it can be there.
    if let Some(position) = query.position("min_position")? {
        app.views_past(position).await?;
    }
    request.extensions_mut().insert(query);
    Ok(next.run(request).await)
}

impl App {
    /// Who writes, unless too often.
    async fn admit_writer(&self, headers: &HeaderMap) -> Result<Principal, Problem> {
        self.check_history()?;
        let principal = self.writer(headers).await?;
        self.callers.admit_account(principal.account)?;
        Ok(principal)
    }

    /// Who reads: the account of a token, or a session; nothing where the request shows neither.
    pub async fn reader(&self, headers: &HeaderMap) -> Result<Option<Principal>, Problem> {
        match credential(headers)? {
            Credential::Token(hash) => self.account_of(hash).await.map(Some),
            Credential::Session(cookie) => match self.sessions.visitor(&cookie, Instant::now()) {
                Some(Visitor::Link) => Ok(Some(Principal::of_session(self.service.city().clone()))),
                Some(Visitor::Desk(number)) => Ok(self.sessions.desks().get(number).map(Principal::of_desk)),
                Some(Visitor::Token(hash)) => self.account_of(hash).await.map(Some),
                Some(Visitor::Enrolling(_)) => Err(enrol_first()),
                None => Ok(None),
            },
            Credential::None => Ok(None),
        }
    }

    /// Who writes: the account of a token, never a session.
    pub(crate) async fn writer(&self, headers: &HeaderMap) -> Result<Principal, Problem> {
        match credential(headers)? {
            Credential::Token(hash) => self.account_of(hash).await,
            Credential::Session(_) | Credential::None => Err(sign_in_first()),
        }
    }

    /// That the token is one of this log's: roles are known only once the log has been read.
    fn require_known_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        match credential(headers)? {
            Credential::Token(hash) => match self.service.control().account_of_token(&hash)? {
                Some(_) => Ok(()),
                None => Err(unknown_token()),
            },
            Credential::Session(_) | Credential::None => Err(sign_in_first()),
        }
    }

    /// The state once it holds an event that the log has; as far as it came where that takes too long.
    pub(crate) async fn state_at(&self, position: Position) -> Result<Arc<CityState>, Problem> {
        let start = Instant::now();
        let mut state = self.state()?;
        while state.last_position < position && start.elapsed() < NEW_ACCOUNT_WAIT {
            tokio::time::sleep(NEW_ACCOUNT_POLL).await;
            state = self.state()?;
        }
        Ok(state)
    }

    /// The account of a token.
    pub async fn account_of(&self, hash: event_log::TokenHash) -> Result<Principal, Problem> {
        let known = match self.service.control().account_of_token(&hash)? {
            None if self.callers.may_search() => self.search_account_of(hash).await?,
            known => known,
        };
        let id = known.and_then(|id| id.parse().ok()).ok_or_else(unknown_token)?;
        // A token is stored before its event is appended, and by another process: give the event time to arrive.
        let start = Instant::now();
        let mut state = self.state()?;
        while !state.accounts.contains_key(&id) {
            if start.elapsed() >= NEW_ACCOUNT_WAIT {
                return Err(not_here_yet());
            }
            tokio::time::sleep(NEW_ACCOUNT_POLL).await;
            state = self.state()?;
        }
        principal_of(&state, id, self.today())
    }

    /// The account of a token that another instance may have issued just now. Where the store does not answer nobody
    /// knows whose it is: that is no reason to call it unknown, which would have its holder ask for another.
    async fn search_account_of(&self, hash: event_log::TokenHash) -> Result<Option<String>, Problem> {
        let service = self.service.clone();
        let search = tokio::task::spawn_blocking(move || {
            service.control().catch_up()?;
            service.control().account_of_token(&hash)
        });
        Ok(search.await.map_err(|error| Problem::internal(error.to_string()))??)
    }
}

/// The token is good, and what says whose it is has not been read here.
fn not_here_yet() -> Problem {
    /// When to come back.
    const RETRY_SECONDS: u64 = 2;
    let zh = "此令牌的帐号尚未读到，请稍后重试；一分钟后仍然如此，请向安全管理员重新申领";
    let en = "the account of this token has not been read here yet: try again; if it still has not in a minute, ask the security administrator for another token";
    Problem::new(Kind::NotReady, zh, en).retry_after(RETRY_SECONDS)
}

/// The role needs a second factor, and the session has none yet.
fn enrol_first() -> Problem {
    let zh = "请先在“我的登录”页面启用动态口令";
    Problem::new(Kind::Unauthorized, zh, "set up the second factor on the page of your sign-in first")
}

/// Around every answer, also to what no route knows.
pub(crate) async fn surround(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if app.is_encrypted {
        take_secure_cookie(request.headers_mut(), app.base_path.cookie_prefix());
    }
    let checked = app.check_host(request.headers()).and_then(|()| check_said_once(request.headers()));
    let checked = checked.and_then(|()| app.callers.admit(&mut request));
    let mut response = match checked {
        Err(problem) => problem.into_response(),
        Ok(()) => {
            let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
            answer.unwrap_or_else(|_| Problem::internal("a handler panicked").into_response())
        }
    };
    let headers = response.headers_mut();
    let own_policy = headers.get(header::CONTENT_SECURITY_POLICY).cloned();
    for (name, value) in PROTECTION {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // A file that is handed out says that nothing in it may do anything; nobody says less than the pages' own.
    if let Some(policy) = own_policy.filter(|policy| *policy == scans::POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if app.is_encrypted {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(ONLY_ENCRYPTED));
    }
    let since = app.service.log_unreachable_since().map(|since| HeaderValue::from_str(&since.to_string()));
    if let Some(Ok(since)) = since {
        headers.insert(LOG_UNREACHABLE_SINCE, since);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

impl App {
    /// On the loopback interface only the names of this machine are answered: a page elsewhere that has its own name
    /// point here (DNS rebinding) reads nothing.
    fn check_host(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        if !self.loopback_only || host.is_some_and(is_loopback) {
            return Ok(());
        }
        let zh = "请用 127.0.0.1、[::1] 或 localhost 访问";
        Err(Problem::new(Kind::Misdirected, zh, "ask for 127.0.0.1, [::1] or localhost"))
    }
}

fn check_said_once(headers: &HeaderMap) -> Result<(), Problem> {
    match SINGLE_VALUED_HEADERS.iter().find(|name| headers.get_all(*name).iter().nth(1).is_some()) {
        None => Ok(()),
        Some(name) => {
            let zh = format!("请求头 {name} 出现多次");
            Err(Problem::new(Kind::Malformed, zh, format!("the header {name} is given more than once")))
        }
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || address.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// No route of that path.
pub async fn not_found() -> Problem {
    Problem::new(
        Kind::NotFound,
        "没有此路径；接口说明见 /openapi.json",
        "there is no such path; see /openapi.json",
    )
}

/// The path exists for another method.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(
        Kind::MethodNotAllowed,
        "此路径不支持该方法；可用的方法见 Allow 头",
        "the path has no such method; the Allow header names those it has",
    )
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn only_this_machines_names_are_loopback() {
        for host in ["127.0.0.1:8080", "localhost", "LOCALHOST:80", "[::1]:8080", "[::1]", "127.9.9.9"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["example.org", "localhost.example.org", "10.0.0.1:8080", "127.0.0.1.example.org", ""] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
