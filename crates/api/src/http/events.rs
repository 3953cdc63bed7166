//! `GET /api/v1/events`: the stored bytes of events, as lines or as one batch, sent while they are read.

use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use event_log::{EventLog, Position, StoredEvent};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::App;
use super::accept::accepted;
use super::answer::{etag, is_known, with_headers};
use super::event_filter::{EventFilter, Wanted};
use super::query::Query;
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// The most events that one read of the log takes.
const READ_EVENTS: usize = 1_000;
/// How many pieces of an answer wait for a slow reader.
const WAITING_PIECES: usize = 4;

/// The two formats of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Lines,
    Batch,
}

impl Format {
    const ALL: [Self; 2] = [Self::Lines, Self::Batch];

    fn media_type(self) -> &'static str {
        match self {
            Self::Lines => "application/x-ndjson",
            Self::Batch => "application/cloudevents-batch+json",
        }
    }

    fn opening(self) -> &'static str {
        if self == Self::Batch { "[" } else { "" }
    }

    fn closing(self) -> &'static str {
        if self == Self::Batch { "]" } else { "" }
    }
}

/// What is sent, event by event.
struct Listing {
    log: Arc<dyn EventLog>,
    filter: EventFilter,
    format: Format,
    /// The position that was the last when the request came.
    up_to: Position,
    /// How many more events may be sent.
    left: usize,
    is_first: bool,
}

/// Answers with the events after a position, up to the last one of the moment.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let media_type = accepted(&headers, &Format::ALL.map(Format::media_type))?;
    let format = if media_type == Format::Batch.media_type() { Format::Batch } else { Format::Lines };
    let wanted = Wanted::read(&query, &principal, &*app.state()?)?;
    let after = query.position("after")?.unwrap_or(0);
    let left = match query.text("limit") {
        Some(_) => query.limit()?,
        None => usize::MAX,
    };
    let log = app.service.log().clone();
    let last = reached(&*log, after).await?;
    let (filter, up_to) = app.filter_up_to(&wanted, &principal, last).await?;
    let etag =
        etag(&[format.media_type().as_bytes(), format!("{filter:?} {after} {left} {up_to}").as_bytes()]);
    if is_known(&headers, &etag) {
        return Ok(with_headers(StatusCode::NOT_MODIFIED.into_response(), up_to, etag));
    }
    let (pieces, received) = mpsc::channel(WAITING_PIECES);
    let listing = Listing { log, filter, format, up_to, left, is_first: true };
    tokio::spawn(listing.send(after, pieces));
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()))];
    let response = (content_type, Body::from_stream(ReceiverStream::new(received))).into_response();
    Ok(with_headers(response, up_to, etag))
}

/// The last position, which a reader's own does not exceed. Beyond it lies nothing that will ever join what it has: the
/// log was put back, and what comes under those numbers is another history.
pub(super) async fn reached(log: &dyn EventLog, after: Position) -> Result<Position, Problem> {
    let last = log.last_position().await?;
    if after <= last {
        return Ok(last);
    }
    // A server that was just asked may be behind the one that answered the reader.
    let caught_up = tokio::time::timeout(log.leader_grace(), log.wait_past(after - 1)).await;
    let last = match caught_up {
        Ok(last) => last?,
        Err(_) => log.last_position().await?,
    };
    if after <= last {
        return Ok(last);
    }
    let zh = format!(
        "日志只到位置 {last}，没有 {after}：日志可能已从备份恢复。请停止接收，保留已有数据，并与市里核对"
    );
    let en = format!(
        "the log ends at {last}, there is no position {after}: it may have been put back from a backup. Stop reading, keep what you have, and ask the city"
    );
    Err(Problem::new(Kind::BeyondEnd, zh, en).with_progress(after, last))
}

impl Listing {
    /// Sends until the end, or until the reader is gone. A log that fails breaks the answer off, so that nobody takes
    /// a part for the whole.
    async fn send(mut self, after: Position, pieces: mpsc::Sender<io::Result<Bytes>>) {
        let mut position = after;
        let mut piece = self.format.opening().as_bytes().to_vec();
        while position < self.up_to && self.left > 0 {
            let events = match self.log.read(position, READ_EVENTS).await {
                Ok(events) => events,
                Err(error) => {
                    tracing::error!(%error, "a list of events breaks off");
                    let _ = pieces.send(Err(io::Error::other("the log cannot be read"))).await;
                    return;
                }
            };
            let Some(last) = events.last().map(|event| event.position) else { break };
            let up_to = self.up_to;
            for event in events.iter().filter(|event| event.position <= up_to) {
                self.write(event, &mut piece);
            }
            position = last;
            if !piece.is_empty() && pieces.send(Ok(std::mem::take(&mut piece).into())).await.is_err() {
                return;
            }
        }
        piece.extend_from_slice(self.format.closing().as_bytes());
        // Who is gone needs no closing.
        let _ = pieces.send(Ok(piece.into())).await;
    }

    fn write(&mut self, event: &StoredEvent, piece: &mut Vec<u8>) {
        if self.left == 0 || !self.filter.passes(event.position, &event.body) {
            return;
        }
        self.left -= 1;
        if self.format == Format::Batch && !self.is_first {
            piece.push(b',');
        }
        self.is_first = false;
        piece.extend_from_slice(&event.body);
        if self.format == Format::Lines {
            piece.push(b'\n');
        }
    }
}
