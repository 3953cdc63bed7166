//! `POST /demo-role`: the visitor of a demonstration goes on as somebody else.

use std::time::Instant;

use api::auth::{Credential, credential, sign_in_first};
use api::http::App;
use api::problem::{Kind, Problem};
use api::sessions::Visitor;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use labels as w;

use super::sessions::{Sent, with_session};
use crate::pages::visit::DemoRole;

/// The number of whoever reads the city and never writes; the desks follow.
const READER: usize = 0;
/// A number and the token of the form.
const MAX_BYTES: usize = 1_024;

/// Whom the visitor of a demonstration may be; nobody whose session is another's.
pub(super) fn demo_roles(app: &App, visitor: Visitor) -> Vec<DemoRole> {
    let current = match visitor {
        Visitor::Link => READER,
        Visitor::Desk(number) => number + 1,
        Visitor::Token(_) | Visitor::Enrolling(_) => return Vec::new(),
    };
    let desks = app.sessions.desks();
    if desks.is_empty() {
        return Vec::new();
    }
    let names = std::iter::once(w::DEMO_READER).chain(desks.iter().map(|desk| &desk.name));
    let role = |(number, name): (usize, &domain::say::Say)| DemoRole {
        number,
        name: name.clone(),
        is_current: number == current,
    };
    names.enumerate().map(role).collect()
}

/// Ends the session and begins one as whoever is asked for.
pub(super) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let sent = Sent::read(&headers, &body, MAX_BYTES)?;
    let Ok(Credential::Session(cookie)) = credential(&headers) else { return Err(sign_in_first()) };
    let visitor = app.sessions.visitor(&cookie, Instant::now()).ok_or_else(sign_in_first)?;
    let asked = sent.text("role").parse::<usize>().ok();
    // Only a visitor of the demonstration changes into another: an account stays what it is.
    let known = demo_roles(&app, visitor).into_iter().find(|role| Some(role.number) == asked);
    let Some(role) = known else {
        return Err(Problem::new(Kind::Forbidden, w::NO_SUCH_ROLE.zh.as_ref(), w::NO_SUCH_ROLE.en.as_ref()));
    };
    let next = match role.number {
        READER => Visitor::Link,
        number => Visitor::Desk(number - 1),
    };
    app.sessions.sign_out(&cookie);
    with_session(&app, next, "/")
}
