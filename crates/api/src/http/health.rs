//! Whether the process lives, whether it answers reads and commands, what is wrong with it, and its own figures.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::date::Timestamp;
use domain::say::Say;
use schemars::JsonSchema;
use serde::Serialize;
use service::condition::{Raised, Stops};
use service::metrics::Positions;
use service::service::Readiness;

use super::App;
use super::answer::{typed, unconditional as json};
use crate::problem::{Kind, MEDIA_TYPE, Problem};

/// When to come back while the views catch up.
const RETRY_SECONDS: u64 = 1;
/// How long the figures wait for the log's last position; then they say what the views hold.
const LAST_POSITION_WITHIN: Duration = Duration::from_secs(1);
/// The media type of the text format of Prometheus.
const METRICS_MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// 进程正在运行 / the process lives and answers
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// 进程的状态，固定为 ok / the state of the process, always `ok`
    #[schemars(extend("const" = "ok"))]
    status: &'static str,
}

/// 服务状况：能否读取、办理，有何异常 / whether reads and commands are answered, and all that is wrong
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Readiness")]
pub(crate) struct Ready {
    /// 是否就绪 / whether the service is ready
    ready: bool,
    /// 视图已包含的日志位置；启动完成前可能没有 / the position that the views hold; nothing before there are any
    position: Option<u64>,
    /// 日志服务器上不安全、由运维人员负责的设置 / the settings of the log's servers that are unsafe, and that an operator answers for
    unsafe_settings: Vec<String>,
    /// 全部异常，包括不影响服务的 / all that is wrong, also what stops nothing
    reasons: Vec<Reason>,
    /// 自何时起连不上日志 / since when the log cannot be reached
    #[serde(skip_serializing_if = "Option::is_none")]
    log_unreachable_since: Option<Timestamp>,
}

/// 尚未就绪：RFC 9457 的问题，并列出服务状况 / not ready: a problem of RFC 9457 with the state of the service
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Unreadiness {
    /// 问题类型 / the type of the problem
    r#type: String,
    /// 问题类型的名称，中文、英文 / the name of the type, in Chinese and English
    title: String,
    /// 答复的 HTTP 状态码 / the HTTP status of the answer
    status: u16,
    /// 第一个妨碍就绪的原因的名称 / the name of the first reason that keeps it from being ready
    reason: &'static str,
    /// 该原因，中文 / the reason in Chinese
    detail: String,
    /// 该原因，英文 / the reason in English
    detail_en: String,
    /// 启动时日志末尾的位置 / the last position of the log, during a start
    #[serde(skip_serializing_if = "Option::is_none")]
    last_position: Option<u64>,
    /// 载入演示数据时，已录入的指令数 / how many commands have been recorded so far, while a demonstration is loaded
    #[serde(skip_serializing_if = "Option::is_none")]
    loading: Option<u64>,
    #[serde(flatten)]
    state: Ready,
}

/// The process lives.
pub(crate) async fn healthz() -> Result<Response, Problem> {
    json(&Health { status: "ok" })
}

/// Whether the log has been read, the views have caught up, and reads and commands are answered: 503 where not. All that
/// is wrong is listed, also what stops nothing.
pub(crate) async fn readyz(State(app): State<App>) -> Result<Response, Problem> {
    let raised = app.service.conditions();
    let unready = app.starting().or_else(|| {
        let raised = raised.iter().find(|raised| raised.condition.stops() >= Stops::Readiness)?;
        Some(Reason::of(raised))
    });
    let mut state = Ready {
        ready: unready.is_none(),
        position: app.service.views().map(|views| views.borrow().position()),
        unsafe_settings: app.service.state().map(|state| state.unsafe_settings.clone()).unwrap_or_default(),
        reasons: app.starting().into_iter().chain(raised.iter().map(Reason::of)).collect(),
        // An instance that serves the past while the log is away is better than none: it stays ready, and says so.
        log_unreachable_since: app.service.log_unreachable_since(),
    };
    let Some(Reason { reason, detail, detail_en, .. }) = unready else { return json(&state) };
    let (mut last_position, mut loading) = (None, None);
    match app.service.readiness() {
        Readiness::Starting { position, last } => {
            (state.position, last_position) = (Some(position), Some(last));
        }
        Readiness::Loading { commands } => loading = Some(commands),
        Readiness::Ready | Readiness::Failed { .. } => {}
    }
    let status = StatusCode::SERVICE_UNAVAILABLE;
    let mut response = json(&Unreadiness {
        r#type: Kind::NotReady.type_uri(),
        title: Kind::NotReady.title().in_both(),
        status: status.as_u16(),
        reason,
        detail,
        detail_en,
        last_position,
        loading,
        state,
    })?;
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    Ok(response)
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

/// 一项异常 / one thing that is wrong
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReadinessReason")]
struct Reason {
    /// 有异常的部分 / the part that it concerns
    part: &'static str,
    /// 异常的固定名称 / the fixed name of what is wrong
    reason: &'static str,
    /// 异常和办法，中文 / what is wrong and what to do, in Chinese
    detail: String,
    /// 异常和办法，英文 / the same in English
    detail_en: String,
}

impl Reason {
    fn of(raised: &Raised) -> Self {
        let condition = raised.condition;
        let (part, reason) = (condition.part(), condition.slug());
        let Say { zh, en } = raised.say();
        Self { part, reason, detail: zh.into_owned(), detail_en: en.into_owned() }
    }
}

impl App {
    /// Why the start is not over, if it is not.
    fn starting(&self) -> Option<Reason> {
        let reason = match self.service.readiness() {
            Readiness::Starting { .. } => "starting",
            Readiness::Loading { .. } => "loading",
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
                Problem::new(Kind::NotReady, said.0, said.1).logged(detail.en)
            }
            Readiness::Starting { position, last } => {
                let zh = format!("正在启动：已读到位置 {position}，共 {last}，请稍后重试");
                let en = format!("starting up: {position} of {last} read; try again later");
                Problem::new(Kind::NotReady, zh, en).with_progress(position, last).retry_after(RETRY_SECONDS)
            }
            Readiness::Loading { commands } => {
                let zh = format!("正在载入演示数据：已录入 {commands} 条，请稍候");
                let en = format!("loading the demonstration: {commands} commands recorded; wait a moment");
                Problem::new(Kind::NotReady, zh, en).retry_after(RETRY_SECONDS)
            }
            Readiness::Ready => {
                Problem::new(Kind::NotReady, "正在启动，请稍后重试", "starting up; try again later")
                    .retry_after(RETRY_SECONDS)
            }
        }
    }
}
