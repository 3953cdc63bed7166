//! The pages beside the routes of the table: their session, and what they say of a service in trouble.

use std::sync::Arc;
use std::time::Instant;

use api::rate::RequestLimits;
use api::sessions::Sessions;
use api::tls::Transport;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
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
        let sessions = Arc::new(Sessions::default());
        let address = "127.0.0.1:8080".parse().unwrap();
        let limits = RequestLimits::default();
        let app =
            App::new(service.clone(), sessions.clone(), system_clock, address, &Transport::Plain, limits);
        let router = api::http::router(app.clone(), router(app));
        Self { router, service, sessions, _directory: directory }
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
    let link = format!("/sign-in?code={}", given.sessions.issue_code(Instant::now()).unwrap());
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
    let text = to_bytes(page.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(text.contains("日志末尾有无法读取的内容，停止录入，可查阅此前的情况"));
}
