//! C2SP tlog-mirror over HTTP, as far as it is spoken: the copy of a log by its monitoring prefix, `add-checkpoint`, which
//! brings a head to follow, and `add-entries`, which brings events under it.

use std::future::Future;
use std::sync::Arc;

use audit::tile::{TileKind, TilePath};
use audit::witness::MAX_REQUEST_BYTES;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use event_log::TokenHash;
use service::mirror::MirrorDesk;
use service::secrets::token_hash;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::answer::typed;
use super::tree::TEXT;
use super::witness::{BODY_TIMEOUT, refused};
use crate::tls::Transport;

mod upload;

const BYTES: &str = "application/octet-stream";

/// What is served, and to whom.
#[derive(Clone)]
struct Served {
    desk: Arc<MirrorDesk>,
    /// Whoever shows the token of this hash reads hashes and events; anybody who reaches the port, where there is none.
    readers: Option<TokenHash>,
}

/// Serves a mirror until `shutdown` is done.
pub async fn serve_mirror(
    desk: Arc<MirrorDesk>,
    readers: Option<TokenHash>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) {
    let router = Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/add-entries", post(add_entries))
        .route("/{origin_hash}/checkpoint", get(checkpoint))
        .route("/{origin_hash}/tile/{*path}", get(tile))
        .with_state(Served { desk, readers });
    super::connections::serve(listener, &Transport::Plain, router, shutdown, watch::channel(false).0).await;
}

async fn add_checkpoint(State(served): State<Served>, body: Body) -> Response {
    let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, MAX_REQUEST_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT.into_response(),
    };
    match tokio::task::spawn_blocking(move || served.desk.add_checkpoint(&body)).await {
        // Nothing is signed before the events are here.
        Ok(Ok(Ok(()))) => typed(TEXT, Vec::new().into()),
        Ok(Ok(Err(refusal))) => refused(&refusal),
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

async fn add_entries(State(served): State<Served>, headers: HeaderMap, body: Body) -> Response {
    upload::add_entries(&served.desk, &headers, body).await.unwrap_or_else(|error| failed(&error))
}

async fn checkpoint(State(served): State<Served>, Path(origin_hash): Path<String>) -> Response {
    let head = served.desk.head().filter(|_| origin_hash == served.desk.origin_hash());
    head.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |head| typed(TEXT, head.into()))
}

async fn tile(
    State(served): State<Served>,
    Path((origin_hash, path)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if !served.may_read(&headers) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let tile = TilePath::parse(&path).filter(|_| origin_hash == served.desk.origin_hash());
    let bytes = match tile {
        Some(tile) if tile.kind == TileKind::Entries => match served.desk.entries(tile).await {
            Ok(bytes) => bytes,
            Err(error) => return failed(&error),
        },
        tile => tile.and_then(|tile| served.desk.tile(tile)),
    };
    bytes.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |bytes| typed(BYTES, bytes.into()))
}

impl Served {
    fn may_read(&self, headers: &HeaderMap) -> bool {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.strip_prefix("Bearer ")).map(token_hash);
        // Hashes are compared, so that the time it takes tells nothing of the token.
        self.readers.is_none_or(|readers| shown == Some(readers))
    }
}

fn failed(error: &dyn std::error::Error) -> Response {
    tracing::error!(%error, "the mirror does not answer");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
