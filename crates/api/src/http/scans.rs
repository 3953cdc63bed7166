//! `POST /api/v1/scans` and `GET /api/v1/scans/{sha256}`: a document's scan is stored, and handed to whoever may read a record
//! that names it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::CityState;
use domain::account::Role;
use domain::actor::Authority;
use domain::document_number::Sha256Hex;
use domain::entity::Entity;
use domain::say::Say;
use domain::scan::{NamedScan, ScanUse};
use schemars::JsonSchema;
use serde::Serialize;
use service::scans::{Received, ScanError};
use tokio::sync::Semaphore;

use super::App;
use super::answer::{typed, unconditional};
use super::bodies::receive;
use super::reads::unknown;
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// How many scans are looked at or handed out at a time: each takes up to 20 MB of memory, and what it unpacks to.
const MAX_AT_A_TIME: usize = 3;
/// When to come back while so many are.
const BUSY_SECONDS: u64 = 2;
/// What a browser may do with a scan: nothing.
pub(super) const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// Who gives commands that cite documents.
const STORERS: &[Role] = &[Role::TownshipClerk, Role::CountyOfficer, Role::CityOffice];

static AT_WORK: Semaphore = Semaphore::const_new(MAX_AT_A_TIME);

/// 已存入的扫描件 / a scan that was stored
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReceivedScan")]
pub(crate) struct ScanAnswer {
    /// 扫描件的 SHA-256 校验值，填入文件的 sha256 / the SHA-256 hash of the scan, for `sha256` of a document
    sha256: Sha256Hex,
    /// 扫描件的字节数 / how many bytes the scan has
    size: u64,
    /// 按内容判断的媒体类型 / the media type of the scan, by its content
    media_type: &'static str,
}

impl App {
    /// Looks at a scan and stores it, for whoever acts.
    pub async fn receive_scan(&self, bytes: Bytes) -> Result<Received, Problem> {
        let state = self.state()?;
        let _place = place()?;
        let service = self.service.clone();
        let received = tokio::task::spawn_blocking(move || service.scans().receive(&state, &bytes));
        received.await.map_err(|error| Problem::internal(error.to_string()))?.map_err(problem_of)
    }
}

fn place() -> Result<tokio::sync::SemaphorePermit<'static>, Problem> {
    AT_WORK.try_acquire().map_err(|_| {
        let (zh, en) =
            ("正在处理其他扫描件，请稍后再试", "other scans are being handled: try again in a moment");
        Problem::new(Kind::Busy, zh, en).retry_after(BUSY_SECONDS)
    })
}

fn problem_of(error: ScanError) -> Problem {
    let Say { zh, en } = error.say();
    match error {
        ScanError::Refused(scan::ScanRefusal::TooLong { .. }) => Problem::new(Kind::TooLarge, zh, en),
        ScanError::Refused(_) | ScanError::Erased {} => Problem::new(Kind::Schema, zh, en).at(Some("")),
        ScanError::TooMany { .. } => Problem::new(Kind::Busy, zh, en).retry_after(BUSY_SECONDS),
        ScanError::Store(error) => error.into(),
    }
}

/// `POST /api/v1/scans`.
pub(crate) async fn post(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    request: Request,
) -> Result<Response, Problem> {
    principal.require_role(STORERS)?;
    let (parts, body) = request.into_parts();
    let bytes = receive(&app.room, &parts.headers, body, scan::MAX_BYTES).await?;
    let Received { hash, bytes, kind } = app.receive_scan(Bytes::clone(&bytes)).await?;
    let answer = ScanAnswer { sha256: hash, size: bytes as u64, media_type: kind.media_type() };
    let mut response = unconditional(&answer)?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// `GET /api/v1/scans/{sha256}`.
pub(crate) async fn get(
    State(app): State<App>,
    Path(text): Path<String>,
    Extension(principal): Extension<Principal>,
) -> Result<Response, Problem> {
    let hash = Sha256Hex::try_from(text.clone()).map_err(|_| unknown(&text))?;
    let state = app.state()?;
    let named = state.scans.get(&hash).filter(|named| may_read(&state, &principal, named));
    let named = named.ok_or_else(|| unknown(&text))?;
    if let Some(day) = named.erased_on {
        let zh = format!("这份扫描件已于 {day} 按规定删除，校验值仍在记录中");
        let en = format!("this scan was erased by a decision of {day}; its hash stays on record");
        return Err(Problem::new(Kind::NotFound, zh, en));
    }
    let _place = place()?;
    let (service, sought) = (app.service.clone(), hash.clone());
    let read = tokio::task::spawn_blocking(move || service.scans().read(&sought));
    let bytes = read.await.map_err(|error| Problem::internal(error.to_string()))??.ok_or_else(|| {
        let zh = "记录中有这份扫描件的校验值，但没有存入扫描件本身";
        Problem::new(
            Kind::NotFound,
            zh,
            "the record has the hash of this scan, and the scan itself is not stored",
        )
    })?;
    Ok(attached(&hash, bytes))
}

/// A file to be saved, whatever a browser would like to do with it.
fn attached(hash: &Sha256Hex, bytes: Vec<u8>) -> Response {
    let kind = scan::kind_of_stored(&bytes);
    let (media_type, ending) =
        kind.map_or(("application/octet-stream", "bin"), |kind| (kind.media_type(), kind.ending()));
    let mut response = typed(media_type, bytes.into());
    let headers = response.headers_mut();
    let name = format!("attachment; filename=\"scan-{}.{ending}\"", &hash.as_str()[..12]);
    let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, name);
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response.into_response()
}

/// Whoever may read one of the records that name it: what it is about, or the register of who issued it.
pub fn may_read(state: &Arc<CityState>, principal: &Principal, named: &NamedScan) -> bool {
    named.uses.iter().any(|ScanUse { issuer, entity, .. }| {
        let issuer = match issuer {
            Authority::Organization(id) => state.scope_of_organization(*id),
            Authority::Place(code) => state.scope_of_bearer(code),
        };
        let reads = match entity {
            Entity::JointBranch(id) => state
                .joint_branches
                .get(id)
                .is_some_and(|found| principal.require_joint_branch(state, found).is_ok()),
            entity => principal.require_scope(&state.scope_of(*entity), "").is_ok(),
        };
        reads || principal.require_scope(&issuer, "").is_ok()
    })
}
