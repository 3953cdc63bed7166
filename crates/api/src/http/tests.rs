//! The routes together: every role on every route, and what nobody is told.

use crate::base_path::BasePath;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use domain::account::Role;
use domain::actor::Actor;
use domain::ids::{AccountId, CommandId};
use domain::say::Say;
use event_log::LogLocation;
use serde_json::{Value, json};
use service::accounts::store_new_token;
use service::condition::Condition;
use service::request::CommandRequest;
use service::service::ServiceConfig;
use service::system_clock;
use tower::ServiceExt;

use super::*;
use crate::auth::Access;

/// A service on an empty log, with its router.
pub(super) struct Given {
    router: Router,
    pub(super) service: Arc<Service>,
    _directory: tempfile::TempDir,
}

impl Given {
    pub(super) async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (data, city) = (directory.path().to_owned(), "5108".parse().unwrap());
        let config = ServiceConfig {
            log: LogLocation::Embedded,
            data,
            city,
            address: String::new(),
            clock: system_clock,
            signing_key: None,
            access_log_days: service::access_log::KEPT_DAYS,
            accept_rollback: None,
        };
        let service = Service::open(config).unwrap();
        service.ready().await.unwrap();
        let address = "127.0.0.1:8080".parse().unwrap();
        let limits = RequestLimits::default();
        let sessions = Arc::new(Sessions::default());
        let app = App::new(
            service.clone(),
            sessions,
            system_clock,
            address,
            &Transport::Plain,
            limits,
            BasePath::default(),
        );
        Self { router: router(app, Router::new().fallback(guard::not_found)), service, _directory: directory }
    }

    /// Issues an account as the command line does.
    pub(super) async fn token(&self, role: Role, scope: &str, number: u128) -> String {
        let id = CommandId(number.into());
        let token = store_new_token(self.service.control(), AccountId(id.0)).unwrap();
        let actor = Actor { id: "local".into(), role: Role::Local, scope: "5108".parse().unwrap() };
        let data = json!({ "role": role, "scope": scope, "holder": format!("某人{number:x}") });
        let body = json!({ "effective_date": "2020-01-01", "on_behalf_of": "5108", "data": data });
        let name = "issue-account".into();
        let request = CommandRequest { id, name, body, actor, if_match: None, traceparent: None };
        self.service.submit(request).await.unwrap();
        token.reveal().to_owned()
    }

    pub(super) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Body> {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    async fn status(&self, path: &str, token: &str) -> u16 {
        self.status_of("GET", path, token).await
    }

    async fn status_of(&self, method: &str, path: &str, token: &str) -> u16 {
        let authorization = format!("Bearer {token}");
        self.send(method, path, &[("authorization", &authorization)]).await.status().as_u16()
    }
}

async fn json_body(response: Response<Body>) -> Value {
    serde_json::from_slice(&to_bytes(response.into_body(), 10_000).await.unwrap()).unwrap()
}

pub(super) async fn problem(response: Response<Body>) -> Value {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    json_body(response).await
}

/// The route's path with a key of the scope's own tier.
pub(super) fn path_within(path: &str, scope: &str) -> String {
    let code = match path {
        path if path.contains("cities") => "5108",
        path if path.contains("counties") => scope.get(..6).unwrap_or("510811"),
        _ => scope.get(..9).unwrap_or("510811100"),
    };
    let paper = if path.contains("counties") { "circular.docx" } else { "approval.docx" };
    path.replace("{code}", code)
        .replace("{paper}", paper)
        .replace("{id}", "01ARZ3NDEKTSV4RRFFQ69G5FAV")
        .replace("{name}", if path.contains("lists") { "rotation" } else { "merge-branches" })
}

#[tokio::test]
async fn nobody_gets_anything_that_is_not_open() {
    let given = Given::new().await;
    for route in ROUTES {
        let method = route.method().to_uppercase();
        let response = given.send(&method, &path_within(route.path, "5108"), &[]).await;
        assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{}", route.path);
        if route.access != Access::Open {
            assert_eq!(problem(response).await["type"], "/problems/unauthorized", "{}", route.path);
        }
    }
}

#[tokio::test]
async fn every_role_reads_the_routes_of_the_table_and_no_other() {
    let given = Given::new().await;
    let scopes = |role| match role {
        Role::TownshipClerk => "510811100",
        Role::CountyOfficer | Role::Subscriber => "510811",
        _ => "5108",
    };
    for (number, role) in Role::OF_ACCOUNTS.into_iter().enumerate() {
        let scope = scopes(role);
        let token = given.token(role, scope, number as u128 + 1).await;
        for route in ROUTES.iter().filter(|route| route.endpoint != Endpoint::EventStream) {
            let Access::Read(roles) = route.access else { continue };
            let method = route.method().to_uppercase();
            let status = given.status_of(&method, &path_within(route.path, scope), &token).await;
            let is_above = scope.len() > 4 && route.path.contains("counties") && role == Role::TownshipClerk;
            let is_allowed = roles.contains(&role) && !is_above;
            assert_eq!(status == 403, !is_allowed, "{} {}: {status}", role.as_str(), route.path);
        }
    }
}

#[tokio::test]
async fn a_scope_ends_at_its_border() {
    let given = Given::new().await;
    let officer = given.token(Role::CountyOfficer, "510811", 1).await;
    let auditor = given.token(Role::Auditor, "510811", 2).await;
    for token in [&officer, &auditor] {
        for path in [
            "counties/510812",
            "counties/510812/register",
            "townships/510812100/ledger",
            "events?scope=510812",
            "lists/funding?scope=510812",
            "lists/corrections?scope=5108",
        ] {
            assert_eq!(given.status(&format!("/api/v1/{path}"), token).await, 403, "{path}");
        }
        assert_eq!(given.status("/api/v1/obligations?scope=5108", token).await, 403);
        assert_eq!(given.status("/api/v1/counties/510811", token).await, 404, "it is not registered");
        assert_eq!(given.status("/api/v1/events?scope=_", token).await, 200);
    }
    assert_eq!(given.status("/api/v1/cities/5108", &auditor).await, 403);
}

#[tokio::test]
async fn a_revoked_token_is_worthless_at_once() {
    let given = Given::new().await;
    let token = given.token(Role::CityOffice, "5108", 1).await;
    assert_eq!(given.status("/api/v1/cities/5108", &token).await, 200);
    service::accounts::forget_token(given.service.control(), AccountId(1_u128.into())).unwrap();
    assert_eq!(given.status("/api/v1/cities/5108", &token).await, 401);
}

#[tokio::test]
async fn what_no_route_knows_is_a_problem_too() {
    let given = Given::new().await;
    assert_eq!(problem(given.send("GET", "/nothing", &[]).await).await["type"], "/problems/not-found");
    let wrong_method = given.send("DELETE", "/healthz", &[]).await;
    assert_eq!(wrong_method.headers()["allow"], "GET,HEAD");
    assert_eq!(problem(wrong_method).await["type"], "/problems/method-not-allowed");
    assert_eq!(problem(given.send("GET", "/healthz?x=1", &[]).await).await["type"], "/problems/malformed");
    let elsewhere =
        Request::builder().uri("/healthz").header(header::HOST, "example.org").body(Body::empty()).unwrap();
    let elsewhere = given.router.clone().oneshot(elsewhere).await.unwrap();
    assert_eq!(problem(elsewhere).await["type"], "/problems/misdirected");
}

#[tokio::test]
async fn what_is_wrong_is_said_by_readiness_figures_and_refused_commands() {
    let given = Given::new().await;
    let officer = given.token(Role::CountyOfficer, "510811", 91).await;
    let system = given.token(Role::SystemAdmin, "5108", 92).await;
    let bearer = |token: &str| ("authorization", format!("Bearer {token}"));
    let (name, value) = bearer(&officer);
    given.service.raised().raise(Condition::UnsafeSettings, None);
    let ready = given.send("GET", "/readyz", &[]).await;
    assert_eq!(ready.status(), 200, "what stops nothing is told, and no more");
    assert_eq!(json_body(ready).await["reasons"][0]["reason"], "unsafe-settings");

    given.service.raised().raise(Condition::LogUnreadable, Some(Say::of("位置 9", "position 9")));
    let ready = given.send("GET", "/readyz", &[]).await;
    assert_eq!(ready.status(), 503);
    let said = json_body(ready).await;
    assert_eq!((&said["reason"], &said["ready"]), (&json!("log-unreadable"), &json!(false)), "{said}");
    assert_eq!(said["reasons"][0]["part"], "log");
    assert!(said["detail_en"].as_str().unwrap().ends_with("(position 9)"), "{said}");
    let text = |response: Response<Body>| async {
        String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
    };
    let (metrics_name, metrics_value) = bearer(&system);
    let figures = text(given.send("GET", "/metrics", &[(metrics_name, &metrics_value)]).await).await;
    for line in ["{condition=\"log-unreadable\"} 1\n", "{condition=\"clock-behind\"} 0\n"] {
        assert!(figures.contains(line), "{figures}");
    }
    let read = given.send("GET", "/api/v1/policies", &[(name, &value)]).await;
    assert_ne!(read.status(), 503, "reads go on");
    let id = CommandId(93.into());
    let actor = Actor { id: "local".into(), role: Role::Local, scope: "5108".parse().unwrap() };
    let data = json!({ "role": "auditor", "scope": "5108", "holder": "某人" });
    let body = json!({ "effective_date": "2020-01-01", "on_behalf_of": "5108", "data": data });
    let name = "issue-account".to_owned();
    let request = CommandRequest { id, name, body, actor, if_match: None, traceparent: None };
    let refused = given.service.submit(request).await.unwrap_err();
    assert!(refused.to_string().contains("nothing is recorded"), "{refused}");
}
