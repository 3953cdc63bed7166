//! The pages beside the routes of the table: their session, and what they say of a service in trouble.

use std::sync::Arc;
use std::time::Instant;

use api::base_path::BasePath;
use api::rate::RequestLimits;
use api::sessions::{COOKIE_NAME, Desk, Sessions, Visitor, form_token};
use api::tls::Transport;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use domain::account::Role;
use domain::say::Say;
use event_log::LogLocation;
use service::condition::Condition;
use service::service::{Service, ServiceConfig};
use service::system_clock;
use tower::ServiceExt;

use super::*;

/// A service on an empty log, with its routes and pages.
struct Given {
    router: Router,
    service: Arc<Service>,
    sessions: Arc<Sessions>,
    _directory: tempfile::TempDir,
}

impl Given {
    async fn new() -> Self {
        Self::with(Sessions::default()).await
    }

    /// The demonstration's sessions: the visitor may also be a clerk.
    async fn demonstration() -> Self {
        let (role, scope) = (Role::TownshipClerk, "510811210".parse().unwrap());
        let desk =
            Desk {
                id: "visiting-clerk-510811210".into(), role, scope, name: Say::of("乡镇经办", "clerk")
            };
        Self::with(Sessions::default().with_desks(vec![desk])).await
    }

    async fn with(sessions: Sessions) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = ServiceConfig {
            log: LogLocation::Embedded,
            data: directory.path().to_owned(),
            city: "5108".parse().unwrap(),
            address: String::new(),
            clock: system_clock,
            signing_key: None,
            access_log_days: service::access_log::KEPT_DAYS,
            accept_rollback: None,
        };
        let service = Service::open(config).unwrap();
        service.ready().await.unwrap();
        let sessions = Arc::new(sessions);
        let address = "127.0.0.1:8080".parse().unwrap();
        let limits = RequestLimits::default();
        let app = App::new(
            service.clone(),
            sessions.clone(),
            system_clock,
            address,
            &Transport::Plain,
            limits,
            BasePath::default(),
        );
        let router = api::http::router(app.clone(), router(app));
        Self { router, service, sessions, _directory: directory }
    }

    /// The cookie of a new session.
    fn cookie(&self, visitor: Visitor) -> String {
        self.sessions.sign_in(visitor, Instant::now()).unwrap()
    }

    /// Asks to go on as somebody else; gives the status and the new cookie.
    async fn change_role(&self, cookie: &str, role: &str, token: &str) -> (u16, Option<String>) {
        let request = Request::builder().method("POST").uri("/demo-role").header(header::HOST, "127.0.0.1");
        let request = request.header(header::COOKIE, format!("{COOKIE_NAME}={cookie}"));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = Body::from(format!("_token={token}&role={role}"));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let set = response.headers().get("set-cookie").map(|set| set.to_str().unwrap().to_owned());
        let set = set.and_then(|set| Some(set.split(';').next()?.split_once('=')?.1.to_owned()));
        (response.status().as_u16(), set)
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }
}

#[tokio::test]
async fn a_session_reads_the_city_and_writes_nothing() {
    let given = Given::new().await;
    let link = format!("/sign-in?code={}", given.sessions.issue_code(Visitor::Link, Instant::now()).unwrap());
    let signed_in = given.send("GET", &link, &[]).await;
    assert_eq!((signed_in.status().as_u16(), &signed_in.headers()["location"]), (303, &"/".parse().unwrap()));
    let set_cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    assert!(set_cookie.contains("HttpOnly") && set_cookie.contains("SameSite=Strict"));
    let cookie = [("cookie", set_cookie.split(';').next().unwrap())];
    assert_eq!(given.send("GET", "/api/v1/cities/5108", &cookie).await.status().as_u16(), 200);
    assert_eq!(given.send("GET", "/metrics", &cookie).await.status().as_u16(), 403);
    let written = given.send("POST", "/api/v1/commands/register-place", &cookie).await;
    assert_eq!(written.status(), 401);
    assert_eq!(given.send("GET", &link, &[]).await.status().as_u16(), 403);
}

#[tokio::test]
async fn a_condition_of_the_service_is_said_on_the_page() {
    let given = Given::new().await;
    given.service.raised().raise(Condition::LogUnreadable, Some(Say::of("位置 9", "position 9")));
    let page = given.send("GET", "/", &[]).await;
    let text = text_of(page).await;
    assert!(text.contains("日志末尾有无法读取的内容，停止录入，可查阅此前的情况"));
}

#[tokio::test]
async fn the_visitor_of_a_demonstration_goes_on_as_somebody_else_and_nobody_else_does() {
    let given = Given::demonstration().await;
    let cookie = given.cookie(Visitor::Link);
    let token = form_token(&cookie);
    assert_eq!(given.change_role(&cookie, "1", "of another session").await.0, 403);
    assert_eq!(given.change_role(&cookie, "2", &token).await.0, 403, "there is one desk");
    let (status, changed) = given.change_role(&cookie, "1", &token).await;
    assert_eq!(status, 303);
    let changed = changed.unwrap();
    assert_eq!(given.sessions.visitor(&changed, Instant::now()), Some(Visitor::Desk(0)));
    assert_eq!(given.sessions.visitor(&cookie, Instant::now()), None, "the old session is over");
    // The clerk has the forms of the role, and the interface takes no command of a session.
    let cookies = format!("{COOKIE_NAME}={changed}");
    let shown = [("cookie", cookies.as_str())];
    assert_eq!(given.send("GET", "/work", &shown).await.status().as_u16(), 200);
    assert_eq!(given.send("POST", "/api/v1/commands/register-place", &shown).await.status().as_u16(), 401);
    let (status, back) = given.change_role(&changed, "0", &form_token(&changed)).await;
    assert_eq!(status, 303);
    assert_eq!(given.sessions.visitor(&back.unwrap(), Instant::now()), Some(Visitor::Link));
    // An account stays what it is.
    let account = given.cookie(Visitor::Token([7; 32]));
    assert_eq!(given.change_role(&account, "1", &form_token(&account)).await.0, 403);
    assert!(matches!(given.sessions.visitor(&account, Instant::now()), Some(Visitor::Token(_))));
}

#[tokio::test]
async fn looks_and_scripts_are_kept_under_the_address_of_their_version_alone() {
    let given = Given::new().await;
    for asset in ASSETS {
        let page = given.send("GET", &asset.address(), &[]).await;
        assert_eq!(page.status(), 200);
        assert_eq!(page.headers()["cache-control"], "public, max-age=31536000, immutable");
        for other in [asset.path.to_owned(), format!("{}?v=0000000000000000", asset.path)] {
            let page = given.send("GET", &other, &[]).await;
            assert_eq!(
                (page.status().as_u16(), &page.headers()["cache-control"]),
                (200, &"no-cache".parse().unwrap())
            );
            let known = page.headers()["etag"].to_str().unwrap().to_owned();
            assert_eq!(given.send("GET", &other, &[("if-none-match", &known)]).await.status().as_u16(), 304);
        }
    }
    let page = text_of(given.send("GET", "/", &[]).await).await;
    assert!(page.contains(&ASSETS[0].address()) && !page.contains("\"/style.css\""));
}

#[tokio::test]
async fn pages_are_compressed_for_whoever_takes_it_and_what_is_compared_byte_by_byte_is_not() {
    let given = Given::new().await;
    let cookies = format!("{COOKIE_NAME}={}", given.cookie(Visitor::Link));
    let of = |path, encoding| {
        let headers = [("cookie", cookies.as_str()), ("accept-encoding", encoding)];
        let (given, headers) = (&given, headers.to_vec());
        async move { given.send("GET", path, &headers).await }
    };
    let (plain, small) = (of("/", "identity").await, of("/", "gzip").await);
    assert!(!plain.headers().contains_key("content-encoding"));
    assert_eq!(small.headers()["content-encoding"], "gzip");
    // A browser that takes both gets the smaller one.
    let smaller = of("/", "gzip, deflate, br").await;
    assert_eq!(smaller.headers()["content-encoding"], "br");
    assert!(smaller.headers()["etag"].to_str().unwrap().starts_with("W/"));
    let tag = small.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(tag, format!("W/{}", plain.headers()["etag"].to_str().unwrap()));
    let again = [("cookie", cookies.as_str()), ("accept-encoding", "gzip"), ("if-none-match", &tag)];
    assert_eq!(given.send("GET", "/", &again).await.status().as_u16(), 304);
    let (plain, small) = (text_of(plain).await, to_bytes(small.into_body(), usize::MAX).await.unwrap());
    assert!(small.len() * 2 < plain.len(), "{} of {}", small.len(), plain.len());
    for path in ["/api/v1/cities/5108", "/openapi.json", "/api/v1/tree/checkpoint"] {
        assert!(!of(path, "gzip").await.headers().contains_key("content-encoding"), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_page_for_a_browser_with_the_way_back_and_a_problem_for_a_program() {
    let given = Given::new().await;
    let cookies = format!("{COOKIE_NAME}={}", given.cookie(Visitor::Link));
    let browser = [("cookie", cookies.as_str()), ("accept", "text/html,*/*;q=0.8")];
    for path in ["/nowhere", "/lists/nothing", "/joint-branches/x"] {
        let answer = given.send("GET", path, &browser).await;
        assert_eq!(answer.status(), 404, "{path}");
        let page = text_of(answer).await;
        assert!(
            page.contains("<h1>没有这个页面</h1>") && page.contains("href=\"/obligations\""),
            "{path}: {page}"
        );
    }
    let answer = given.send("GET", "/api/v1/nowhere", &[("accept", "application/json")]).await;
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let foreign = text_of(given.send("GET", "/counties/510999", &browser).await).await;
    assert!(!foreign.contains("暂时无法显示"));
}

#[tokio::test]
async fn signing_in_leads_on_to_what_was_asked_for() {
    let given = Given::new().await;
    let page = given.send("GET", "/obligations?scope=510811", &[]).await;
    assert_eq!(page.status(), 401);
    let page = text_of(page).await;
    assert!(page.contains("name=\"to\" value=\"/obligations?scope=510811\""), "{page}");
}

#[tokio::test]
async fn a_browser_is_answered_in_its_language_until_another_is_chosen() {
    let given = Given::new().await;
    let of = async |headers: Vec<(&str, &str)>| given.send("GET", "/", &headers).await;
    let asked = of(vec![("accept-language", "en-US,en;q=0.9")]).await;
    assert!(!asked.headers().contains_key("set-cookie"), "nothing was chosen");
    assert!(text_of(asked).await.contains("<html lang=\"en\">"));
    for chinese in [vec![], vec![("accept-language", "de")]] {
        assert!(text_of(of(chinese).await).await.contains("<html lang=\"zh-CN\">"));
    }
    let chosen = of(vec![("accept-language", "en"), ("cookie", "lianjian_lang=zh")]).await;
    assert!(text_of(chosen).await.contains("<html lang=\"zh-CN\">"));
}

async fn text_of(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}
