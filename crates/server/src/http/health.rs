//! Whether the process lives, whether it answers reads, and its own figures.

use axum::extract::State;
use axum::response::Response;

use super::App;
use super::answer::typed;
use crate::problem::{Kind, Problem};
use crate::service::Readiness;

/// When to come back while the views catch up.
const RETRY_SECONDS: u64 = 1;
/// The media type of the text format of Prometheus.
const METRICS_MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The process lives.
pub(crate) async fn healthz() -> Response {
    typed("application/json", r#"{"status":"ok"}"#.into())
}

/// The log has been read and the views have caught up.
pub(crate) async fn readyz(State(app): State<App>) -> Result<Response, Problem> {
    let position = app.view_position()?;
    app.check_history()?;
    // An instance that serves the past while the log is away is better than none: it stays ready, and says so.
    let since = app
        .service
        .log_unreachable_since()
        .map_or_else(String::new, |since| format!(r#","log_unreachable_since":"{since}""#));
    let settings = serde_json::json!(app.state()?.unsafe_settings);
    let body = format!(r#"{{"ready":true,"position":{position},"unsafe_settings":{settings}{since}}}"#);
    Ok(typed("application/json", body.into()))
}

/// The counters.
pub(crate) async fn metrics(State(app): State<App>) -> Result<Response, Problem> {
    let position = app.view_position()?;
    let is_away = app.service.log_unreachable_since().is_some();
    // Figures are wanted most while the log is away; then its last position is the one that the views hold.
    let last = if is_away { position } else { app.service.log().last_position().await? };
    Ok(typed(METRICS_MEDIA_TYPE, app.service.metrics().text(last, position, is_away).into()))
}

impl App {
    fn view_position(&self) -> Result<u64, Problem> {
        let views = self.service.views().ok_or_else(|| self.not_ready())?;
        let position = views.borrow().position();
        Ok(position)
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
