//! The access log over HTTP: what of a request is noted.

use domain::hexadecimal;
use service::access_log::{AccessNote, Act, NotNoted};
use std::net::IpAddr;
use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use domain::account::Role;
use domain::ids::AccountId;
use domain::place::PlaceCode;
use domain::say::Say;
use event_log::TokenHash;

use super::App;
use super::callers::address_of;
use crate::auth::{Access, Credential, credential};
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
