//! C2SP tlog-witness over HTTP: `add-checkpoint`, and what the witness holds of a log.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use audit::witness::{MAX_REQUEST_BYTES, Refusal};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use service::witness::{WitnessDesk, WitnessError};
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::answer::typed;
use crate::tls::Transport;

/// How long a request may take to arrive.
pub(super) const BODY_TIMEOUT: Duration = Duration::from_secs(10);
const TEXT: &str = "text/plain; charset=utf-8";
const SIZE: &str = "text/x.tlog.size";

/// Serves a witness until `shutdown` is done.
pub async fn serve_witness(
    desk: Arc<WitnessDesk>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) {
    let router = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/{origin_hash}/checkpoint", get(checkpoint))
        .with_state(desk);
    super::connections::serve(listener, &Transport::Plain, router, shutdown, watch::channel(false).0).await;
}

async fn add_checkpoint(State(desk): State<Arc<WitnessDesk>>, body: Body) -> Response {
    let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, MAX_REQUEST_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    match tokio::task::spawn_blocking(move || desk.add_checkpoint(&body)).await {
        Ok(Ok(Ok(lines))) => typed(TEXT, lines.into()),
        Ok(Ok(Err(refusal))) => refused(&refusal),
        Ok(Err(error)) => failed(&error),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn checkpoint(State(desk): State<Arc<WitnessDesk>>, Path(origin_hash): Path<String>) -> Response {
    match desk.last(&origin_hash) {
        Ok(Some(head)) => typed(TEXT, head.to_bytes().into()),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&error),
    }
}

pub(super) fn refused(refusal: &Refusal) -> Response {
    let media_type = if matches!(refusal, Refusal::OtherSize { .. }) { SIZE } else { TEXT };
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (status, headers, format!("{}\n", refusal.say().in_both())).into_response()
}

fn failed(error: &WitnessError) -> Response {
    tracing::error!(%error, "the witness does not answer");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
