//! The signed tree in the formats of C2SP: the checkpoint, its keys, tiles, entry bundles, and a receipt for an event.

use std::sync::Arc;
use std::time::Duration;

use audit::checkpoint::Checkpoint;
use audit::receipt::Receipt;
use audit::tile::{TileKind, TilePath, entry_bundle};
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use event_log::{EventLog, Position, StoredEvent};
use service::checkpointer::SignedTree;

use super::App;
use super::answer::typed;
use super::event_filter::Wanted;
use super::reads::unknown;
use crate::auth::Principal;
use crate::problem::{Kind, Problem};

/// How long a receipt waits for the checkpoint that will cover its event.
const SIGNING_WAIT: Duration = Duration::from_secs(5);
/// When to come back for what is not signed yet.
const RETRY_SECONDS: u64 = 2;
pub(super) const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// `/checkpoint`: the signed head.
pub(crate) async fn checkpoint(State(app): State<App>) -> Result<Response, Problem> {
    Ok(typed(TEXT, app.head()?.to_bytes().into()))
}

/// `/checkpoint/witnessed`: the newest head that a witness has signed.
pub(crate) async fn witnessed(State(app): State<App>) -> Result<Response, Problem> {
    let head = app.signed_tree()?.witnessed()?.pop().ok_or_else(|| unknown("/checkpoint/witnessed"))?;
    Ok(typed(TEXT, head.to_bytes().into()))
}

/// `/keys`: the public keys that sign it, then those of the witnesses that it is shown to, a line each.
pub(crate) async fn keys(State(app): State<App>) -> Result<Response, Problem> {
    let signed_tree = app.signed_tree()?;
    let witnesses = signed_tree.witness_keys().map_err(|error| Problem::internal(error.to_string()))?;
    let keys: String = signed_tree.keys().iter().chain(&witnesses).map(|key| format!("{key}\n")).collect();
    Ok(typed(TEXT, keys.into()))
}

/// `/tile/<L>/<N>[.p/<W>]`: hashes, which say nothing of what the events are.
pub(crate) async fn tile(
    State(app): State<App>,
    Path((level, index)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let path = format!("{level}/{index}");
    let (signed_tree, head) = (app.signed_tree()?, app.head()?);
    let bytes = TilePath::parse(&path).and_then(|tile| tile.hashes(&signed_tree.tree(), head.size));
    immutable(bytes.ok_or_else(|| unknown(&path))?)
}

/// `/tile/entries/<N>[.p/<W>]`: the events themselves, for whoever audits the whole city.
pub(crate) async fn entries(
    State(app): State<App>,
    Path(index): Path<String>,
    Extension(principal): Extension<Principal>,
) -> Result<Response, Problem> {
    if principal.scope != *app.service.city() {
        let zh = "事件包含全市事件，只供市级审计人员读取";
        return Err(Problem::new(
            Kind::Forbidden,
            zh,
            "entry bundles hold the whole city's events: for its auditors only",
        ));
    }
    let path = format!("entries/{index}");
    let tile = TilePath::parse(&path).filter(|tile| tile.kind == TileKind::Entries);
    let (first, end) = tile.and_then(|tile| tile.leaves()).ok_or_else(|| unknown(&path))?;
    if end > app.head()?.size {
        return Err(unknown(&path));
    }
    let events = read(&**app.service.log(), first, end).await?;
    let bundle = entry_bundle(events.iter().map(|event| event.body.as_slice()));
    immutable(bundle.ok_or_else(|| Problem::internal("an event is longer than an entry may be"))?)
}

/// `/api/v1/receipts/{position}`: a tlog-proof of one event, for whoever may read it.
pub(crate) async fn receipt(
    State(app): State<App>,
    Path(position): Path<String>,
    Extension(principal): Extension<Principal>,
) -> Result<Response, Problem> {
    let event = app.event_at(&position).await?.ok_or_else(|| unknown(&position))?;
    let (filter, _) = app.filter_up_to(&Wanted::own(), &principal, event.position).await?;
    if !filter.passes(event.position, &event.body) {
        let zh = "该事件不在您的管辖范围之内";
        return Err(Problem::new(Kind::Forbidden, zh, "the event is outside your scope"));
    }
    Ok(typed(TEXT, receipt_of(&app, event).await?.into()))
}

/// The receipt of an event, as soon as a checkpoint covers it. Whether the reader may have it is for the caller to say.
pub async fn receipt_of(app: &App, event: StoredEvent) -> Result<String, Problem> {
    let signed_tree = app.signed_tree()?;
    wait_for(signed_tree, event.position).await?;
    let head = covering_head(signed_tree, event.position)?;
    let receipt = Receipt::of(&signed_tree.tree(), head, event.position - 1, event.body);
    Ok(receipt.ok_or_else(not_covered)?.to_string())
}

/// The newest head with a witness's signature that covers the event, or else the newest.
fn covering_head(signed_tree: &SignedTree, position: Position) -> Result<Checkpoint, Problem> {
    let witnessed = signed_tree.witnessed()?.pop().filter(|head| head.size >= position);
    let head = witnessed
        .map_or_else(|| signed_tree.head().map(|head| head.to_bytes()), |head| Some(head.to_bytes()));
    let read =
        |bytes: Vec<u8>| Checkpoint::parse(&bytes).map_err(|error| Problem::internal(error.to_string()));
    read(head.ok_or_else(not_covered)?)
}

/// An event that was just recorded is signed a moment later.
async fn wait_for(signed_tree: &Arc<SignedTree>, position: Position) -> Result<(), Problem> {
    let mut heads = signed_tree.heads();
    let covers = heads.wait_for(|head| head.as_ref().is_some_and(|head| head.size >= position));
    match tokio::time::timeout(SIGNING_WAIT, covers).await {
        Ok(Ok(_)) => Ok(()),
        _ => Err(not_covered()),
    }
}

/// The events after a position up to another, as many as one bundle has.
async fn read(log: &dyn EventLog, after: Position, up_to: Position) -> Result<Vec<StoredEvent>, Problem> {
    let mut events: Vec<StoredEvent> = Vec::new();
    loop {
        let at = events.last().map_or(after, |event| event.position);
        let wanted = usize::try_from(up_to.saturating_sub(at)).unwrap_or(0);
        let more = log.read(at, wanted).await?;
        if more.is_empty() {
            return Ok(events);
        }
        events.extend(more);
    }
}

pub(super) fn not_covered() -> Problem {
    let zh = "尚无覆盖它的签名检查点，请稍后重试";
    Problem::new(Kind::NotReady, zh, "no signed checkpoint covers it yet; try again")
        .retry_after(RETRY_SECONDS)
}

/// What never changes under its path; yet only for those who may read it.
fn immutable(bytes: Vec<u8>) -> Result<Response, Problem> {
    let mut response = typed(BYTES, bytes.into());
    let forever = HeaderValue::from_static("private, max-age=31536000, immutable");
    response.headers_mut().insert(header::CACHE_CONTROL, forever);
    Ok(response)
}

impl App {
    pub(super) fn signed_tree(&self) -> Result<&Arc<SignedTree>, Problem> {
        self.service.signed_tree().ok_or_else(|| self.not_ready())
    }

    fn head(&self) -> Result<Arc<Checkpoint>, Problem> {
        self.signed_tree()?.head().ok_or_else(not_covered)
    }

    /// A history that is not the one that was signed for is not served.
    pub fn check_history(&self) -> Result<(), Problem> {
        match self.service.signed_tree().and_then(|signed_tree| signed_tree.trouble()) {
            None => Ok(()),
            Some(trouble) => {
                let said = (
                    "日志与已签署的检查点不符，停止服务，原因见运行日志；请通知系统管理员与审计人员",
                    "the log is not the one that was signed for, and is not served; tell the system administrator and the auditors",
                );
                Err(Problem::new(Kind::NotReady, said.0, said.1).logged(trouble))
            }
        }
    }
}
