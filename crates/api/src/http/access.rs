//! The access log over HTTP: what of a request is noted, and how an auditor reads what was.

use domain::hexadecimal;
use service::access_log::{AccessNote, Act, NotNoted};
use service::names;
use std::net::IpAddr;
use std::time::Instant;

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use domain::account::Role;
use domain::entity::Entity;
use domain::ids::AccountId;
use domain::place::{Level, PlaceCode};
use domain::say::Say;
use event_log::TokenHash;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::App;
use super::answer::unconditional;
use super::callers::address_of;
use super::query::{Query, wrong};
use crate::auth::{Access, Credential, Principal, credential};
use crate::openapi::routes::{Endpoint, Route};
use crate::problem::{Kind, Problem};
use crate::sessions::Visitor;

/// Bytes of a hash by which a session or an unknown token is told from others.
const MARK_BYTES: usize = 6;

/// Where the service's own figures are.
const METRICS_PATH: &str = "/metrics";

/// What is noted of a request once it is answered.
pub struct AccessRecord {
    act: Act,
    path: String,
    headers: HeaderMap,
    is_open: bool,
    address: Option<IpAddr>,
}

/// How many commands a request tried, for the entry of the access log.
#[derive(Debug, Clone, Copy)]
pub struct Tried(pub usize);

/// The address of a request. A sign-in code is a secret for as long as nobody has used it.
fn path_of(act: Act, request: &Request) -> String {
    let uri = request.uri();
    match (act, uri.query()) {
        (Act::SignIn, _) | (_, None) => uri.path().to_owned(),
        (_, Some(query)) => format!("{}?{query}", uri.path()),
    }
}

/// Who asks, as far as it is known.
struct Asking {
    who: String,
    role: Option<Role>,
    scope: Option<PlaceCode>,
}

impl AccessRecord {
    /// What is to be noted of a request to a route; nothing of what anybody may know.
    pub fn of(route: &Route, request: &Request) -> Option<Self> {
        let act = match route.endpoint {
            Endpoint::Command => Act::Command,
            Endpoint::Trial
            | Endpoint::LedgerProposal
            | Endpoint::LedgerAcceptance
            | Endpoint::ScanUpload => Act::Trial,
            Endpoint::Events | Endpoint::EntryBundle => Act::Export,
            Endpoint::EventStream => Act::Follow,
            Endpoint::AccessLog => Act::AccessLog,
            _ if matches!(route.access, Access::Read(_)) => Act::Read,
            _ => return None,
        };
        let is_open = matches!(route.access, Access::Open);
        let (path, headers) = (path_of(act, request), request.headers().clone());
        Some(Self { act, path, headers, is_open, address: address_of(request) })
    }

    /// What is to be noted of a request to a page: whoever has signed in is shown what is in the log.
    pub fn of_page(request: &Request) -> Self {
        let uri = request.uri();
        let is_sent = request.method() == Method::POST;
        let act = match uri.path() {
            "/my-sign-in" if is_sent => Act::SignIn,
            "/sign-in" if is_sent || uri.query().is_some_and(|query| query.contains("code=")) => Act::SignIn,
            "/log" => Act::Export,
            path if is_sent && path.starts_with("/work/") => Act::Trial,
            _ => Act::Read,
        };
        let (path, headers) = (path_of(act, request), request.headers().clone());
        Self { act, path, headers, is_open: true, address: address_of(request) }
    }

    /// Whether the answer may be given only once it is noted. The service's own figures are wanted most while nothing
    /// can be noted, and hold no business data.
    pub fn is_read(&self) -> bool {
        self.act != Act::Command && self.path != METRICS_PATH
    }
}

impl App {
    /// Notes an access with its answer; the error says that it cannot be noted.
    pub fn note(&self, noted: AccessRecord, response: &Response) -> Result<(), Problem> {
        let (AccessRecord { act, path, headers, is_open, address }, status) = (noted, response.status());
        let address = address.map(|address| address.to_string());
        let is_refused = status.is_client_error() || status.is_server_error();
        // A recorded command stands in the log, and a page leads on to it; a monitor that reads figures every few seconds
        // reads no business data.
        let is_recorded = act == Act::Command || (act == Act::Trial && status == StatusCode::SEE_OTHER);
        if !is_refused && (is_recorded || path == METRICS_PATH) {
            return Ok(());
        }
        let status = status.as_u16();
        if is_stranger(act, status) {
            self.service.access().count_refusal((self.clock)(), path, status, address);
            return Ok(());
        }
        let Asking { who, role, scope } = self.asking(&headers);
        // Who shows nothing is shown nothing on the page.
        if is_open && act == Act::Read && who == "-" {
            return Ok(());
        }
        let time = (self.clock)();
        let count = response.extensions().get().map(|Tried(count)| *count as u64);
        let note = AccessNote { time, who, role, scope, act, path, status, address, count };
        self.service.access().note(note).map_err(|refused| unwritable(&refused))
    }

    /// That it can be noted, before anything is done.
    pub fn require_writable_access_log(&self) -> Result<(), Problem> {
        match self.service.access().is_writable() {
            true => Ok(()),
            false => Err(unwritable(&NotNoted {})),
        }
    }

    fn asking(&self, headers: &HeaderMap) -> Asking {
        let unknown = |who: String| Asking { who, role: None, scope: None };
        match credential(headers) {
            Ok(Credential::Token(hash)) => self.asking_account(&hash),
            Ok(Credential::Session(cookie)) => match self.sessions.visitor(&cookie, Instant::now()) {
                Some(Visitor::Token(hash) | Visitor::Enrolling(hash)) => self.asking_account(&hash),
                Some(Visitor::Desk(number)) => match self.sessions.desks().get(number) {
                    Some(desk) => Asking {
                        who: desk.id.clone(),
                        role: Some(desk.role),
                        scope: Some(desk.scope.clone()),
                    },
                    None => unknown("-".to_owned()),
                },
                Some(Visitor::Link) | None => {
                    unknown(format!("session:{}", mark(&service::secrets::token_hash(&cookie))))
                }
            },
            Ok(Credential::None) | Err(_) => unknown("-".to_owned()),
        }
    }

    /// The account behind a token.
    fn asking_account(&self, hash: &TokenHash) -> Asking {
        let id = self.service.control().account_of_token(hash).ok().flatten();
        let Some(id) = id else {
            return Asking { who: format!("token:{}", mark(hash)), role: None, scope: None };
        };
        let state = self.service.state();
        let account = state.as_ref().and_then(|state| {
            let id: AccountId = id.parse().ok()?;
            state.accounts.get(&id)
        });
        let (role, scope) = account.map(|account| (account.role, account.scope.clone())).unzip();
        Asking { who: id, role, scope }
    }
}

/// Refused before anybody knows who asks, or for asking too often: counted, since any number of them can be sent.
fn is_stranger(act: Act, status: u16) -> bool {
    matches!(status, 401 | 408 | 429) || (act == Act::SignIn && status == 403)
}

fn mark(hash: &[u8; 32]) -> String {
    hexadecimal(&hash[..MARK_BYTES])
}

fn unwritable(refused: &NotNoted) -> Problem {
    let Say { zh, en } = refused.say();
    Problem::new(Kind::NotReady, zh, en).retry_after(1)
}

/// 访问日志的一页，最早的在前 / a page of the access log, the oldest first
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AccessLogPage {
    /// 记录这些访问的服务实例 / the instance of the service that noted them
    instance: String,
    /// 该实例全部记录的条数 / how many entries the instance has in all
    count: u64,
    /// 末条记录的哈希，十六进制 / the hash of the last entry, in hexadecimal
    head: String,
    /// 读取者管辖范围内的记录 / the entries of the reader's scope
    rows: Vec<AccessRow>,
    /// 下一页的游标；已是最后一页时为 null / the cursor of the next page; null on the last one
    next_cursor: Option<String>,
}

/// 一次访问；不能识别的记录照原样给出 / an access; an entry that does not read is given as it is
#[derive(Debug, Serialize, JsonSchema)]
struct AccessRow {
    #[serde(flatten)]
    #[schemars(with = "AccessNote")]
    note: Map<String, Value>,
    /// 记录的序号 / the number of the entry
    number: u64,
    /// 记录的哈希，含前一条的哈希，十六进制 / the hash of the entry, over that of the one before it, in hexadecimal
    hash: String,
    /// 访问者姓名；没有帐号或姓名已删除时为 null / the name of who it was; null without an account, or once the name is erased
    who_name: Option<String>,
}

/// `GET /api/v1/access-log`: the entries of the auditor's scope, the oldest first, a page at a time.
pub(crate) async fn list(
    State(app): State<App>,
    Extension(principal): Extension<Principal>,
    Extension(query): Extension<Query>,
) -> Result<Response, Problem> {
    let mut after = match query.text("cursor") {
        None => 0,
        Some(text) => text.parse().map_err(|_| {
            wrong("cursor", text, "上一页给出的 next_cursor", "the next_cursor of the page before")
        })?,
    };
    let limit = query.limit()?;
    let access = app.service.access();
    let head = access.flush().await?;
    let store = access.store().clone();
    let state = app.state()?;
    let is_own = move |note: &AccessNote| {
        // An account is of its place, whatever code that had when the note was made.
        let account = note.who.parse().ok().filter(|id| state.accounts.contains_key(id));
        match account {
            Some(id) => state.scope_of(Entity::Account(id)).is_within(&principal.scope),
            None => {
                principal.scope.level() == Level::City
                    || note.scope.as_ref().is_some_and(|scope| scope.is_within(&principal.scope))
            }
        }
    };
    let instance = store.instance().to_owned();
    let listed = tokio::task::spawn_blocking(move || {
        let mut rows = Vec::new();
        let mut goes_on = false;
        store.scan(after, &mut |entry| {
            if rows.len() == limit {
                goes_on = true;
                return std::ops::ControlFlow::Break(());
            }
            after = entry.number;
            // What does not read was not written by this program: it is shown as it is, and `audit verify` judges it.
            match serde_json::from_slice::<AccessNote>(&entry.body) {
                Ok(note) if !is_own(&note) => {}
                _ => rows.push((entry.number, entry.body, entry.hash)),
            }
            std::ops::ControlFlow::Continue(())
        })?;
        Ok::<_, event_log::LogError>((rows, goes_on.then_some(after)))
    });
    let (rows, next) = listed.await.map_err(|error| Problem::internal(error.to_string()))??;
    let rows = rows.into_iter().map(|(number, body, hash)| app.access_row(number, &body, &hash));
    let rows = rows.collect::<Result<Vec<AccessRow>, Problem>>()?;
    let head_hash = hexadecimal(&head.hash);
    let next_cursor = next.map(|next| next.to_string());
    unconditional(&AccessLogPage { instance, count: head.number, head: head_hash, rows, next_cursor })
}

impl App {
    fn access_row(&self, number: u64, body: &[u8], hash: &[u8]) -> Result<AccessRow, Problem> {
        let mut note: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        // Whatever somebody wrote into the file, these three are the service's own.
        ["number", "hash", "who_name"].iter().for_each(|key| drop(note.remove(*key)));
        let who = note.get("who").and_then(Value::as_str).unwrap_or_default();
        let who_name = names::holder(self.service.control(), who)?;
        Ok(AccessRow { note, number, hash: hexadecimal(hash), who_name })
    }
}
