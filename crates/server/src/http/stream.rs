//! `GET /api/v1/events/stream`: server-sent events that resume where their reader left off.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use event_log::{EventLog, Position};
use tokio::sync::{OwnedSemaphorePermit, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::App;
use super::answer::POSITION;
use super::event_filter::EventFilter;
use super::query::{Query, wrong};
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// How many readers may follow at one time.
pub const MAX_SUBSCRIBERS: usize = 256;
/// How long a stream is silent before a comment shows that it lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// The most events that one read of the log takes.
const READ_EVENTS: usize = 500;
/// How many pieces wait for a slow reader.
const WAITING_PIECES: usize = 4;
/// When to come back while every place is taken.
const RETRY_SECONDS: u64 = 30;

/// One reader that follows.
struct Subscription {
    app: App,
    principal: Principal,
    filter: EventFilter,
    pieces: mpsc::Sender<Result<Bytes, Infallible>>,
    _place: OwnedSemaphorePermit,
}

/// Opens a stream after `Last-Event-ID`, or after `after`, or from the first event.
pub(crate) async fn open(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = EventFilter::read(&query, &principal, app.service.city())?;
    let after = match headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default()) {
        None | Some("") => query.position("after")?.unwrap_or(0),
        Some(text) => text
            .parse()
            .map_err(|_| wrong("Last-Event-ID", text, "日志位置（整数）", "a position, a whole number"))?,
    };
    let place = app.subscribers.clone().try_acquire_owned().map_err(|_| {
        let said = ("实时订阅已满，请稍后重试", "every place for a subscriber is taken; try again later");
        Problem::new(Kind::Busy, said.0, said.1).retry_after(RETRY_SECONDS)
    })?;
    let last = app.service.log().last_position().await?;
    let stopping = app.stopping.clone();
    let (pieces, received) = mpsc::channel(WAITING_PIECES);
    let subscription = Subscription { app, principal, filter, pieces, _place: place };
    tokio::spawn(subscription.follow(after, stopping));
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"))];
    let mut response = (content_type, Body::from_stream(ReceiverStream::new(received))).into_response();
    response.headers_mut().insert(POSITION, HeaderValue::from(last));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

impl Subscription {
    /// Follows until the reader is gone, its account ends, or the server stops.
    async fn follow(self, after: Position, mut stopping: watch::Receiver<bool>) {
        tokio::select! {
            () = self.send(after) => {}
            _ = stopping.wait_for(|stopping| *stopping) => {}
            () = self.pieces.closed() => {}
        }
    }

    async fn send(&self, after: Position) {
        let log: Arc<_> = self.app.service.log().clone();
        let mut position = after;
        if !self.give(": lianjian\nretry: 2000\n\n".into()).await {
            return;
        }
        while self.may_go_on() {
            match tokio::time::timeout(KEEP_ALIVE, log.wait_past(position)).await {
                Err(_) if self.give(": keep-alive\n\n".into()).await => continue,
                Ok(Ok(_)) => {}
                // The reader comes back and resumes; what it has stands.
                Err(_) | Ok(Err(_)) => return,
            }
            let Ok(events) = log.read(position, READ_EVENTS).await else { return };
            let Some(last) = events.last().map(|event| event.position) else { return };
            let mut piece = Vec::new();
            for event in events.iter().filter(|event| self.filter.passes(&event.body)) {
                piece.extend_from_slice(format!("id: {}\ndata: ", event.position).as_bytes());
                piece.extend_from_slice(&event.body);
                piece.extend_from_slice(b"\n\n");
            }
            position = last;
            if !piece.is_empty() && !self.give(piece.into()).await {
                return;
            }
        }
    }

    async fn give(&self, piece: Bytes) -> bool {
        self.pieces.send(Ok(piece)).await.is_ok()
    }

    /// A revoked or expired account ends its streams at the next event or comment.
    fn may_go_on(&self) -> bool {
        let Some(account) = self.principal.account else { return true };
        self.app.state().is_ok_and(|state| state.account_valid_on(account, self.app.today()).is_some())
    }
}
