//! `GET /api/v1/events/stream`: server-sent events that resume where their reader left off.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::ids::AccountId;
use event_log::{EventLog, Position};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_stream::wrappers::ReceiverStream;

use super::App;
use super::accept::accepted;
use super::answer::POSITION;
use super::event_filter::{EventFilter, Wanted};
use super::events::reached;
use super::query::{Query, wrong};
use super::tail::{READ_EVENTS, TailEvent};
use crate::auth::{Credential, Principal, credential, principal_of};
use crate::problem::{Kind, Problem};

/// How many readers may follow at one time.
pub const MAX_SUBSCRIBERS: usize = 512;
/// How many of them one account may have, so that no county takes the places of all others.
pub const MAX_STREAMS_OF_ACCOUNT: usize = 8;
/// How long a stream is silent at most, whether nothing happens or nothing of what happened is the reader's: proxies
/// take a connection for dead after a minute or less, and 15 s are promised.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How long a reader who has all there is gets nothing more: what comes meanwhile comes in one piece, so that hundreds of
/// readers do not wake for each event while commands are recorded.
const BETWEEN_PIECES: Duration = Duration::from_millis(50);
/// A piece is handed on as soon as it is so long; one event more is the most that it holds.
const PIECE_BYTES: usize = 32 << 10;
/// How many pieces wait for a slow reader. One who never reads is cut off by the connection's own limit.
const WAITING_PIECES: usize = 1;
const MEDIA_TYPE: &str = "text/event-stream";
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// When to come back while every place is taken.
const RETRY_SECONDS: u64 = 30;

/// One reader that follows.
struct Subscription {
    app: App,
    principal: Principal,
    /// The session that opened it, if one did.
    session: Option<String>,
    wanted: Wanted,
    pieces: mpsc::Sender<Result<Bytes, Infallible>>,
    _place: SubscriberSlot,
}

/// Up to where a reader was told of the log, and when.
struct Told {
    position: Position,
    at: Instant,
}

/// The places of those who follow: so many in all, so many of one account.
#[derive(Debug, Clone)]
pub(crate) struct SubscriberSlots {
    free: Arc<Semaphore>,
    taken: Arc<Mutex<BTreeMap<Option<AccountId>, usize>>>,
}

/// A place, for as long as this value lives.
pub(crate) struct SubscriberSlot {
    places: SubscriberSlots,
    account: Option<AccountId>,
    _permit: OwnedSemaphorePermit,
}

impl Default for SubscriberSlots {
    fn default() -> Self {
        Self { free: Arc::new(Semaphore::new(MAX_SUBSCRIBERS)), taken: Arc::default() }
    }
}

impl SubscriberSlots {
    /// A place, unless all are taken or the account has its share. Sessions of the pages share one.
    fn take(&self, account: Option<AccountId>) -> Option<SubscriberSlot> {
        let permit = self.free.clone().try_acquire_owned().ok()?;
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(account).or_default();
        if *count == MAX_STREAMS_OF_ACCOUNT {
            return None;
        }
        *count += 1;
        Some(SubscriberSlot { places: self.clone(), account, _permit: permit })
    }
}

impl Drop for SubscriberSlot {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.account);
            }
        }
    }
}

/// Opens a stream after `Last-Event-ID`, or after `after`, or from the first event.
pub(crate) async fn open(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = Wanted::read(&query, &principal, &*app.state()?)?;
    let after = match headers.get("last-event-id").map(|value| value.to_str().unwrap_or_default()) {
        None | Some("") => query.position("after")?.unwrap_or(0),
        Some(text) => text
            .parse()
            .map_err(|_| wrong("Last-Event-ID", text, "日志位置（整数）", "a position, a whole number"))?,
    };
    accepted(&headers, &[MEDIA_TYPE])?;
    let last = reached(&**app.service.log(), after).await?;
    let place = app.subscribers.take(principal.account).ok_or_else(|| {
        let zh = format!("实时订阅已满（共 {MAX_SUBSCRIBERS} 路，每个帐号 {MAX_STREAMS_OF_ACCOUNT} 路），请关闭不用的连接后重试");
        let en = format!(
            "no place is free to follow ({MAX_SUBSCRIBERS} in all, {MAX_STREAMS_OF_ACCOUNT} of one account): close streams that are not needed, then try again"
        );
        Problem::new(Kind::Busy, zh, en).retry_after(RETRY_SECONDS)
    })?;
    let stopping = app.stop.subscribe();
    let (pieces, received) = mpsc::channel(WAITING_PIECES);
    let session = match credential(&headers) {
        Ok(Credential::Session(cookie)) => Some(cookie),
        _ => None,
    };
    let subscription = Subscription { app, principal, session, wanted, pieces, _place: place };
    tokio::spawn(subscription.follow(after, stopping));
    let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))];
    let mut response = (content_type, Body::from_stream(ReceiverStream::new(received))).into_response();
    response.headers_mut().insert(POSITION, HeaderValue::from(last));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would keep what comes until it has a buffer full of it.
    response.headers_mut().insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
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
        let mut told = Told { position: after, at: Instant::now() };
        let mut position = after;
        if !self.give(": lianjian\nretry: 2000\n\n".into()).await {
            return;
        }
        // The reader of a stream that ends comes back and resumes; what it has stands.
        while self.goes_on_as().is_some() {
            match tokio::time::timeout(KEEP_ALIVE, log.wait_past(position)).await {
                Err(_) if self.may_wait(&*log, position).await && self.tell(&mut told, position).await => {
                    continue;
                }
                Ok(Ok(_)) => {}
                Err(_) | Ok(Err(_)) => return,
            }
            let Some(events) = self.read(&*log, position, &mut told).await else { return };
            let Some(found) = events.last().map(|event| event.position) else { return };
            // It may have ended meanwhile. And codes change on the way, with them the scope of the account: each piece is
            // looked at anew.
            let Some(principal) = self.goes_on_as() else { return };
            let filtering = self.app.filter_up_to(&self.wanted, &principal, found);
            let Ok((filter, last)) = filtering.await else { return };
            if last <= position {
                continue;
            }
            let (mut piece, mut length) = (Vec::new(), 0);
            for event in events.iter().filter(|event| passes(&filter, last, event)) {
                length += event.frame.len();
                piece.push(event.frame.clone());
                told = Told { position: event.position, at: Instant::now() };
                if length >= PIECE_BYTES {
                    length = 0;
                    if !self.give(joined(&std::mem::take(&mut piece))).await {
                        return;
                    }
                }
            }
            position = last;
            let given = match piece.is_empty() {
                false => self.give(joined(&piece)).await,
                // What is passed over is told of, so that a reader who breaks off there does not have it scanned again.
                true if told.at.elapsed() >= KEEP_ALIVE => self.tell(&mut told, position).await,
                true => true,
            };
            if !given {
                return;
            }
            if events.len() < READ_EVENTS {
                tokio::time::sleep(BETWEEN_PIECES).await;
            }
        }
    }

    /// The events after a position, as soon as the log gives them; nothing where it does not, or nobody reads any more.
    async fn read(
        &self,
        log: &dyn EventLog,
        position: Position,
        told: &mut Told,
    ) -> Option<Vec<Arc<TailEvent>>> {
        let mut reading = pin!(self.app.tail.read(log, position));
        loop {
            match tokio::time::timeout(KEEP_ALIVE, &mut reading).await {
                Ok(read) => return read.ok(),
                Err(_) if self.tell(told, position).await => {}
                Err(_) => return None,
            }
        }
    }

    /// Shows that the stream lives, and up to where the log has been looked through: an `id` without data raises no event
    /// at the reader, and is what it resumes from.
    async fn tell(&self, told: &mut Told, position: Position) -> bool {
        let piece = match position > told.position {
            true => format!("id: {position}\n\n"),
            false => ": keep-alive\n\n".to_owned(),
        };
        *told = Told { position, at: Instant::now() };
        self.give(piece.into()).await
    }

    /// Whether the log still holds what was given: one that was put back meanwhile would be waited for in vain. The reader
    /// who comes back is told.
    async fn may_wait(&self, log: &dyn EventLog, position: Position) -> bool {
        // A log that does not answer has not been put back.
        log.last_position().await.is_ok_and(|last| last >= position) || log.unreachable_since().is_some()
    }

    async fn give(&self, piece: Bytes) -> bool {
        self.pieces.send(Ok(piece)).await.is_ok()
    }

    /// Who reads by now: the scope of an account follows its place. A revoked or expired one ends its streams at the next
    /// event or comment, a session when it is signed out.
    fn goes_on_as(&self) -> Option<Principal> {
        let is_open = |cookie: &String| self.app.sessions.visitor(cookie, Instant::now()).is_some();
        if !self.session.as_ref().is_none_or(is_open) {
            return None;
        }
        let Some(account) = self.principal.account else { return Some(self.principal.clone()) };
        principal_of(&*self.app.state().ok()?, account, self.app.today()).ok()
    }
}

fn passes(filter: &EventFilter, last: Position, event: &TailEvent) -> bool {
    event.position <= last && filter.lets_through(event.position, event.attributes.as_ref())
}

/// The frames in one piece; a single one is shared with all who get it.
fn joined(frames: &[Bytes]) -> Bytes {
    match frames {
        [only] => only.clone(),
        many => many.concat().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_does_not_take_the_places_of_others() {
        let places = SubscriberSlots::default();
        let (first, second) = (Some(AccountId(ulid::Ulid(1))), Some(AccountId(ulid::Ulid(2))));
        let mut held: Vec<_> = (0..MAX_STREAMS_OF_ACCOUNT).map(|_| places.take(first).unwrap()).collect();
        assert!(places.take(first).is_none());
        assert!(places.take(second).is_some());
        held.pop();
        assert!(places.take(first).is_some());
        drop(held);
        assert!(places.taken.lock().unwrap().is_empty());
        assert_eq!(places.free.available_permits(), MAX_SUBSCRIBERS);
    }

    #[test]
    fn all_places_together_are_limited() {
        let places = SubscriberSlots::default();
        let accounts = (0..).map(|number| Some(AccountId(ulid::Ulid(number))));
        let held: Vec<_> =
            accounts.take(MAX_SUBSCRIBERS).map(|account| places.take(account).unwrap()).collect();
        assert!(places.take(None).is_none());
        drop(held);
        assert!(places.take(None).is_some());
    }
}
