//! Bodies taken off the wire: within one time, up to a limit, all of them together in bounded memory, and none of somebody
//! who may not send it.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Kind, Problem};

/// How long a body may take to arrive, whoever sends it.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// How much memory all bodies that are arriving or being read take together.
pub const MAX_BYTES_IN_FLIGHT: usize = 64 << 20;
/// What is counted of it at a time.
const BLOCK_BYTES: usize = 4 << 10;
/// How much of a body that is too long is read and thrown away, so that its sender gets to read the answer.
const MAX_DISCARDED_BYTES: usize = 256 << 20;
/// The same of a body that nobody asked for, and for how long.
const MAX_UNWANTED_BYTES: usize = 1 << 20;
const UNWANTED_TIMEOUT: Duration = Duration::from_secs(2);
/// When to come back while the memory is taken.
const BUSY_SECONDS: u64 = 1;
/// The memory for bodies.
#[derive(Debug, Clone)]
pub struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_BYTES_IN_FLIGHT / BLOCK_BYTES)))
    }
}

/// A body, and its part of the memory for as long as this value lives.
pub struct Received {
    bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl Deref for Received {
    type Target = Bytes;

    fn deref(&self) -> &Bytes {
        &self.bytes
    }
}

/// Takes a body off the wire. One that is too long is never held: what exceeds the limit is thrown away as it comes.
pub async fn receive(
    room: &Room,
    headers: &HeaderMap,
    body: Body,
    limit: usize,
) -> Result<Received, Problem> {
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let is_announced_too_long = announced.is_some_and(|length| length > limit as u64);
    // Who asks before sending is told at once, and sends nothing.
    if is_announced_too_long && headers.contains_key(header::EXPECT) {
        return Err(too_large(limit));
    }
    let received = tokio::time::timeout(BODY_TIMEOUT, collect(room, body, limit)).await;
    let slow =
        |_| Problem::new(Kind::Timeout, "请求内容未在 30 秒内送达", "the body did not arrive within 30 s");
    received.map_err(slow)?
}

async fn collect(room: &Room, mut body: Body, limit: usize) -> Result<Received, Problem> {
    let mut held = Vec::new();
    let mut taken: Option<OwnedSemaphorePermit> = None;
    let mut refused = None;
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| broken_off())?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length > MAX_DISCARDED_BYTES {
            break;
        }
        if length > limit {
            refused = Some(too_large(limit));
        }
        if refused.is_none() {
            let blocks =
                length.div_ceil(BLOCK_BYTES) - taken.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
            match room.0.clone().try_acquire_many_owned(u32::try_from(blocks).unwrap_or(u32::MAX)) {
                Ok(more) => match &mut taken {
                    Some(taken) => taken.merge(more),
                    none => *none = Some(more),
                },
                Err(_) => refused = Some(no_room()),
            }
        }
        if refused.is_some() {
            (held, taken) = (Vec::new(), None);
        } else {
            held.extend_from_slice(&data);
        }
    }
    match refused {
        Some(problem) => Err(problem),
        None if length > limit => Err(too_large(limit)),
        None => Ok(Received { bytes: held.into(), _room: taken }),
    }
}

/// Reads a little of a body whose sender is refused, so that he gets to read why; nothing of it is held.
pub async fn discard(mut body: Body) {
    let read = async {
        let mut length = 0_usize;
        while let Some(Ok(frame)) = body.frame().await {
            length = length.saturating_add(frame.data_ref().map_or(0, Bytes::len));
            if length > MAX_UNWANTED_BYTES {
                break;
            }
        }
    };
    // Who is slower than that has to read the answer on another connection.
    let _ = tokio::time::timeout(UNWANTED_TIMEOUT, read).await;
}

fn too_large(limit: usize) -> Problem {
    let zh = format!("请求超过上限 {limit} 字节，请分成几次提交");
    Problem::new(Kind::TooLarge, zh, format!("the body exceeds {limit} bytes: send it in parts"))
}

fn no_room() -> Problem {
    let (zh, en) =
        ("同时上传的内容过多，请稍后重试", "too much is being uploaded at the same time: try again later");
    Problem::new(Kind::Busy, zh, en).retry_after(BUSY_SECONDS)
}

fn broken_off() -> Problem {
    Problem::new(Kind::Malformed, "请求内容中断", "the body broke off")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn received(room: &Room, length: usize, limit: usize) -> Result<usize, Kind> {
        let received = receive(room, &HeaderMap::new(), Body::from(vec![b' '; length]), limit).await;
        received.map(|body| body.len()).map_err(|problem| problem.kind())
    }

    #[tokio::test]
    async fn a_body_is_held_up_to_its_limit_and_no_further() {
        let room = Room::default();
        assert_eq!(received(&room, 100, 100).await, Ok(100));
        assert_eq!(received(&room, 101, 100).await, Err(Kind::TooLarge));
        assert_eq!(received(&room, 0, 100).await, Ok(0));
        let asking = HeaderMap::from_iter([
            (header::CONTENT_LENGTH, "101".parse().unwrap()),
            (header::EXPECT, "100-continue".parse().unwrap()),
        ]);
        let refused = receive(&room, &asking, Body::empty(), 100).await.err().unwrap();
        assert_eq!(refused.kind(), Kind::TooLarge);
    }

    #[tokio::test]
    async fn all_bodies_together_are_held_up_to_a_limit() {
        let room = Room::default();
        let body = || Body::from(vec![b' '; MAX_BYTES_IN_FLIGHT / 2]);
        let first = receive(&room, &HeaderMap::new(), body(), usize::MAX).await.ok().unwrap();
        let second = receive(&room, &HeaderMap::new(), body(), usize::MAX).await.ok().unwrap();
        assert_eq!(received(&room, 1, 100).await, Err(Kind::Busy));
        drop(first);
        assert_eq!(received(&room, 1, 100).await, Ok(1));
        drop(second);
        assert_eq!(room.0.available_permits(), MAX_BYTES_IN_FLIGHT / BLOCK_BYTES);
    }
}
