//! `add-entries`: packages of events are read as they come, and each is kept before the next is read.

use std::io::Write;
use std::time::Duration;

use audit::upload::{MAX_PART_BYTES, Malformed, Package, Upload};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::write::GzDecoder;
use http_body_util::BodyExt;
use service::mirror::{MirrorDesk, MirrorError};
use service::witness::hash_of;

use super::super::answer::typed;
use super::super::tree::TEXT;

/// How long the next bytes of a body may take, and the whole of it.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(10);
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// How many events that are here already may be sent once more: as many as one request should have.
const MAX_EXCESS: u64 = 32 * 256;
/// How many compressed bytes are inflated at once, and the most that is held of what comes of them.
const INFLATED_AT_ONCE_BYTES: usize = 4 << 10;
const MAX_HELD_BYTES: usize = 2 * MAX_PART_BYTES;
const INFO: &str = "text/x.tlog.mirror-info";

/// Answers a request. An error is the mirror's own.
pub(super) async fn add_entries(
    desk: &MirrorDesk,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, MirrorError> {
    let Some(mut parts) = Parts::of(headers, body) else {
        return Ok(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
    };
    let Some(upload) = parts.next(Upload::read).await else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    if hash_of(&upload.origin) != desk.origin_hash() {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    let Some(pending) = desk.pending() else { return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response()) };
    let next = desk.size();
    let excess = upload.end.min(next).saturating_sub(upload.start);
    let head = desk.head_of_size(upload.end).filter(|_| upload.start <= next && excess <= MAX_EXCESS);
    let Some(head) = head.filter(|head| head.size >= desk.held()) else {
        return Ok(info(StatusCode::CONFLICT, pending.size, next));
    };
    let (mut saved, mut is_whole) = (0_u64, true);
    for span in upload.spans() {
        let read =
            parts.fill(|bytes| Package::read(bytes, span).map(|read| read.map(|(_, used)| used))).await;
        let Some(used) = read else {
            is_whole = false;
            break;
        };
        let taken = match Package::read(parts.bytes(), span) {
            Ok(Some((package, _))) => desk.take(&package, span, &head).await?,
            Ok(None) | Err(Malformed) => false,
        };
        if !taken {
            return Ok(StatusCode::UNPROCESSABLE_ENTITY.into_response());
        }
        parts.drop(used);
        saved += 1;
    }
    match (is_whole, saved) {
        (false, 0) => Ok(StatusCode::BAD_REQUEST.into_response()),
        (false, _) => Ok(info(StatusCode::ACCEPTED, head.size, desk.size())),
        (true, _) if desk.held() > head.size => Ok(info(StatusCode::CONFLICT, pending.size, desk.size())),
        (true, _) => {
            desk.cosign(&head)?;
            Ok(typed(TEXT, desk.own_line().into()))
        }
    }
}

/// Where to go on: the size of the head, and the first event that is not here. No ticket is given out.
fn info(status: StatusCode, size: u64, next: u64) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(INFO))];
    (status, headers, format!("{size}\n{next}\n\n")).into_response()
}

/// A body, of which no more is held than one part can be, and what came with its last bytes.
struct Parts {
    body: Body,
    bytes: Vec<u8>,
    inflate: Option<GzDecoder<Vec<u8>>>,
    until: tokio::time::Instant,
    is_over: bool,
}

impl Parts {
    /// Of a request; nothing where it is encoded as nobody here reads.
    fn of(headers: &HeaderMap, body: Body) -> Option<Self> {
        let inflate = match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
            None | Some(b"identity") => None,
            Some(b"gzip") => Some(GzDecoder::new(Vec::new())),
            Some(_) => return None,
        };
        let until = tokio::time::Instant::now() + UPLOAD_TIMEOUT;
        Some(Self { body, bytes: Vec::new(), inflate, until, is_over: false })
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn drop(&mut self, used: usize) {
        self.bytes.drain(..used.min(self.bytes.len()));
    }

    /// The next part, which is taken from the body.
    async fn next<T>(&mut self, read: impl Fn(&[u8]) -> Result<Option<(T, usize)>, Malformed>) -> Option<T> {
        self.fill(|bytes| read(bytes).map(|read| read.map(|(_, used)| used))).await?;
        let (part, used) = read(&self.bytes).ok().flatten()?;
        self.drop(used);
        Some(part)
    }

    /// Reads until a part is there; says how many bytes it has. Nothing where the body ends before, or is none.
    async fn fill(&mut self, read: impl Fn(&[u8]) -> Result<Option<usize>, Malformed>) -> Option<usize> {
        loop {
            match read(&self.bytes) {
                Ok(Some(used)) => return Some(used),
                Ok(None) if self.bytes.len() <= MAX_PART_BYTES => self.more().await?,
                Ok(None) | Err(Malformed) => return None,
            }
        }
    }

    async fn more(&mut self) -> Option<()> {
        if self.is_over {
            return None;
        }
        let until = self.until.min(tokio::time::Instant::now() + CHUNK_TIMEOUT);
        let frame = tokio::time::timeout_at(until, self.body.frame()).await.ok()?;
        let chunk: Option<Bytes> =
            frame.and_then(Result::ok).map(|frame| frame.into_data().unwrap_or_default());
        self.is_over = chunk.is_none() || self.body.is_end_stream();
        let chunk = chunk.unwrap_or_default();
        match &mut self.inflate {
            None => self.bytes.extend_from_slice(&chunk),
            Some(inflate) => {
                for slice in chunk.chunks(INFLATED_AT_ONCE_BYTES) {
                    inflate.write_all(slice).ok()?;
                    inflate.flush().ok()?;
                    self.bytes.append(inflate.get_mut());
                    // A few bytes that become very many are no events.
                    (self.bytes.len() <= MAX_HELD_BYTES).then_some(())?;
                }
            }
        }
        Some(())
    }
}
