//! `/my-sign-in`: the own account and its second factor, also for a session that may see nothing else yet.

use std::sync::Arc;
use std::time::Instant;

use api::auth::{Credential, credential, sign_in_first};
use api::http::App;
use api::problem::{Kind, Problem};
use api::sessions::Visitor;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use domain::account::Account;
use domain::ids::AccountId;
use domain::say::Say;
use event_log::{ControlStore, TokenHash};
use labels as w;
use service::second_factor::{self, SecondFactorError};

use super::page_request::plain_visit;
use super::sessions::{Sent, with_session};
use super::{page, see_other};
use crate::pages::layout::document;
use crate::pages::my_sign_in::{self, Setup};
use crate::pages::sign_in;
use crate::pages::visit::Visit;

/// The longest form of this page.
const MAX_FORM_BYTES: usize = 4_096;

/// Whose page it is.
struct Own {
    visit: Visit,
    account: Arc<Account>,
    /// The name of the place to which it is bound.
    scope: String,
    cookie: String,
    token: TokenHash,
    is_enrolling: bool,
}

/// The page.
pub(super) async fn open(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let Some(own) = Own::of(&app, &headers, &uri).await? else {
        return Ok(sign_in_page(&app, &headers, &uri));
    };
    let is_on =
        on_store(&app, own.account.id, |control, id| Ok(second_factor::is_asked_for(control, id)?)).await?;
    let is_on = is_on.map_err(|error| unavailable(&error))?;
    Ok(own.show(StatusCode::OK, &if is_on { Setup::On } else { Setup::Off }))
}

/// Makes a secret, or takes the password that shows that it has arrived.
pub(super) async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, &body, MAX_FORM_BYTES)?;
    let Some(own) = Own::of(&app, &headers, &uri).await? else { return Err(sign_in_first()) };
    match sent.text("_step") {
        "begin" => match on_store(&app, own.account.id, second_factor::begin).await? {
            Ok(secret) => Ok(own.show(StatusCode::OK, &Setup::Begun(&secret))),
            Err(error) => own.refused(&error),
        },
        "confirm" => {
            let (password, now) = (sent.text("code").to_owned(), (app.clock)());
            let taken = on_store(&app, own.account.id, move |control, id| {
                second_factor::confirm(control, id, &password, now)
            });
            match taken.await? {
                Ok(()) => own.confirmed(&app),
                Err(error) => own.refused(&error),
            }
        }
        _ => Ok(see_other("/my-sign-in")),
    }
}

impl Own {
    /// The account of a session; nothing where nobody has signed in with a token.
    async fn of(app: &App, headers: &HeaderMap, uri: &Uri) -> Result<Option<Self>, Problem> {
        let Credential::Session(cookie) = credential(headers)? else { return Ok(None) };
        let (token, is_enrolling) = match app.sessions.visitor(&cookie, Instant::now()) {
            Some(Visitor::Token(token)) => (token, false),
            Some(Visitor::Enrolling(token)) => (token, true),
            Some(Visitor::Link | Visitor::Desk(_)) | None => return Ok(None),
        };
        let principal = match app.account_of(token).await {
            Ok(principal) => principal,
            Err(problem) if problem.kind() == Kind::Unauthorized => return Ok(None),
            Err(problem) => return Err(problem),
        };
        let state = app.state()?;
        let account = principal.account.and_then(|id| state.accounts.get(&id)).cloned();
        let mut visit = plain_visit(app, headers, uri);
        visit.principal = Some(principal);
        Ok(account.map(|account| {
            let place = state.place_by_code(&account.scope).map(|place| place.name.to_string());
            let scope = place.unwrap_or_else(|| account.scope.to_string());
            Self { visit, account, scope, cookie, token, is_enrolling }
        }))
    }

    fn show(&self, status: StatusCode, setup: &Setup<'_>) -> Response {
        let main = my_sign_in::page(&self.visit, (&self.account, &self.scope), setup, self.is_enrolling);
        page(status, document(&self.visit, self.visit.say(w::MY_SIGN_IN), &main))
    }

    fn refused(&self, error: &SecondFactorError) -> Result<Response, Problem> {
        if let SecondFactorError::Store(_) | SecondFactorError::NoRandomness(_) = error {
            return Err(unavailable(error));
        }
        let Say { zh, en } = error.say();
        Ok(self.show(StatusCode::FORBIDDEN, &Setup::Refused(&self.visit.language.pick(zh, en))))
    }

    /// The session goes on under another cookie: what was half admitted is admitted now.
    fn confirmed(&self, app: &App) -> Result<Response, Problem> {
        app.sessions.sign_out(&self.cookie);
        with_session(app, Visitor::Token(self.token), "/my-sign-in")
    }
}

fn sign_in_page(app: &App, headers: &HeaderMap, uri: &Uri) -> Response {
    let visit = plain_visit(app, headers, uri);
    let form = sign_in::form(&visit, "/my-sign-in", None);
    page(StatusCode::UNAUTHORIZED, document(&visit, visit.say(w::SIGN_IN), &form))
}

/// Works on the control store where blocking is allowed.
pub(super) async fn on_store<T: Send + 'static>(
    app: &App,
    account: AccountId,
    work: impl FnOnce(&dyn ControlStore, AccountId) -> Result<T, SecondFactorError> + Send + 'static,
) -> Result<Result<T, SecondFactorError>, Problem> {
    let service = app.service.clone();
    let done = tokio::task::spawn_blocking(move || work(service.control(), account)).await;
    done.map_err(|error| Problem::internal(error.to_string()))
}

/// The store does not answer: nobody is let in meanwhile.
pub(super) fn unavailable(error: &SecondFactorError) -> Problem {
    let Say { zh, en } = error.say();
    Problem::new(Kind::NotReady, zh, en)
}
