//! Whether the process lives, whether it answers reads and commands, what is wrong with it, and its own figures.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};
use service::condition::{Raised, Stops};
use service::metrics::Positions;
use service::service::Readiness;

use super::App;
use super::answer::typed;
use crate::problem::{Kind, MEDIA_TYPE, Problem};

/// When to come back while the views catch up.
const RETRY_SECONDS: u64 = 1;
/// How long the figures wait for the log's last position; then they say what the views hold.
const LAST_POSITION_WITHIN: Duration = Duration::from_secs(1);
/// The media type of the text format of Prometheus.
const METRICS_MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The process lives.
pub(crate) async fn healthz() -> Response {
    typed("application/json", r#"{"status":"ok"}"#.into())
}

/// Whether the log has been read, the views have caught up, and reads and commands are answered: 503 where not. All that
/// is wrong is listed, also what stops nothing.
pub(crate) async fn readyz(State(app): State<App>) -> Response {
    let raised = app.service.conditions();
    let unready = app.starting().or_else(|| {
        let raised = raised.iter().find(|raised| raised.condition.stops() >= Stops::Readiness)?;
        Some(Reason::of(raised))
    });
    let starting = app.starting().into_iter();
    let reasons: Vec<Value> =
        starting.chain(raised.iter().map(Reason::of)).map(|reason| reason.json()).collect();
    let mut body = json!({
        "ready": unready.is_none(),
        "position": app.service.views().map(|views| views.borrow().position()),
        "unsafe_settings": app.service.state().map(|state| state.unsafe_settings.clone()).unwrap_or_default(),
        "reasons": reasons,
    });
    // An instance that serves the past while the log is away is better than none: it stays ready, and says so.
    if let Some(since) = app.service.log_unreachable_since() {
        body["log_unreachable_since"] = since.to_string().into();
    }
    let Some(reason) = unready else { return typed("application/json", body.to_string().into()) };
    let (zh, en) = Kind::NotReady.title();
    body["type"] = format!("/problems/{}", Kind::NotReady.slug()).into();
    body["title"] = format!("{zh} / {en}").into();
    body["status"] = StatusCode::SERVICE_UNAVAILABLE.as_u16().into();
    body["reason"] = reason.reason.into();
    (body["detail"], body["detail_en"]) = (reason.detail.into(), reason.detail_en.into());
    if let Readiness::Starting { position, last } = app.service.readiness() {
        (body["position"], body["last_position"]) = (position.into(), last.into());
    }
    let mut response = typed(MEDIA_TYPE, body.to_string().into());
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    response
}

/// The counters. They are wanted most while something is wrong: whatever cannot be asked is left out.
pub(crate) async fn metrics(State(app): State<App>) -> Response {
    let service = &app.service;
    let views = service.views().map_or(0, |views| views.borrow().position());
    let asked = match service.log_unreachable_since() {
        Some(_) => None,
        None => tokio::time::timeout(LAST_POSITION_WITHIN, service.log().last_position()).await.ok(),
    };
    let last = asked.and_then(Result::ok).unwrap_or(views);
    let signed = service.signed_tree().and_then(|signed_tree| signed_tree.head()).map_or(0, |head| head.size);
    let positions = Positions { last, views, signed };
    typed(METRICS_MEDIA_TYPE, service.metrics().text(positions, &service.conditions()).into())
}

/// One entry of `reasons`.
struct Reason {
    part: &'static str,
    reason: &'static str,
    detail: String,
    detail_en: String,
}

impl Reason {
    fn of(raised: &Raised) -> Self {
        let condition = raised.condition;
        let (part, reason) = (condition.part(), condition.slug());
        Self { part, reason, detail: raised.chinese(), detail_en: raised.english() }
    }

    fn json(&self) -> Value {
        let Self { part, reason, detail, detail_en } = self;
        json!({ "part": part, "reason": reason, "detail": detail, "detail_en": detail_en })
    }
}

impl App {
    /// Why the start is not over, if it is not.
    fn starting(&self) -> Option<Reason> {
        let reason = match self.service.readiness() {
            Readiness::Starting { .. } => "starting",
            Readiness::Failed { .. } => "start-failed",
            Readiness::Ready => return None,
        };
        let problem = self.not_ready();
        let (detail, detail_en) = (problem.detail().to_owned(), problem.detail_en().to_owned());
        Some(Reason { part: "start", reason, detail, detail_en })
    }

    /// How far the start is; reads would show a past that nobody asked for.
    pub(crate) fn not_ready(&self) -> Problem {
        match self.service.readiness() {
            Readiness::Failed { detail, .. } => {
                let said = (
                    "启动失败，原因见运行日志；请通知系统管理员",
                    "the start failed, the server's log says why; tell the system administrator",
                );
                Problem::new(Kind::NotReady, said.0, said.1).logged(detail)
            }
            Readiness::Starting { position, last } => {
                let zh = format!("正在启动：已读到位置 {position}，共 {last}，请稍后重试");
                let en = format!("starting up: {position} of {last} read; try again later");
                Problem::new(Kind::NotReady, zh, en).with_progress(position, last).retry_after(RETRY_SECONDS)
            }
            Readiness::Ready => {
                Problem::new(Kind::NotReady, "正在启动，请稍后重试", "starting up; try again later")
                    .retry_after(RETRY_SECONDS)
            }
        }
    }
}
