//! Signing in and out: a one-time link or a token becomes a cookie, and the cookie ends.

use std::time::Instant;

use api::auth::{Credential, Principal, credential, sign_in_first};
use api::http::App;
use api::problem::{Kind, Problem};
use api::sessions::{Visitor, forget_cookie, form_token, set_cookie};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use domain::say::Say;
use event_log::TokenHash;
use labels as w;
use service::second_factor::{self, SecondFactorError};
use service::secrets::{NoRandomness, token_hash};

use super::my_sign_in::{on_store, unavailable};
use super::page_request::plain_visit;
use super::{page, see_other};
use crate::pages::layout::document;
use crate::pages::sign_in::{form, note};

/// The longest address to which signing in leads on.
const MAX_TARGET_BYTES: usize = 2_000;

/// `/sign-in`: the form; with `code`, uses the one-time code up.
pub(super) async fn open(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    let visit = plain_visit(&app, &headers, &uri);
    let Some(code) = visit.parameter("code") else {
        return Ok(page(StatusCode::OK, document(&visit, visit.say(w::SIGN_IN), &form(&visit, "/", None))));
    };
    match app.sessions.redeem(code, Instant::now()).map_err(no_randomness)? {
        Some(cookie) => signed_in(&app, &cookie),
        None => {
            let refused =
                document(&visit, visit.say(w::LINK_REFUSED_TITLE), &note(&visit, visit.say(w::LINK_REFUSED)));
            Ok(page(StatusCode::FORBIDDEN, refused))
        }
    }
}

/// `POST /sign-in`: a token becomes a session, if its account is good today.
pub(super) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Result<Response, Problem> {
    check_same_site(&headers)?;
    let visit = plain_visit(&app, &headers, &uri);
    let field = |name: &str| {
        let found = form_urlencoded::parse(&body).find(|(own, _)| own == name);
        found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let hash = token_hash(&field("token"));
    let target = Some(field("to")).filter(|target| is_own_page(target)).unwrap_or_else(|| "/".to_owned());
    let refused = |said: &str| {
        let again = document(&visit, visit.say(w::SIGN_IN), &form(&visit, &target, Some(said)));
        Ok(page(StatusCode::FORBIDDEN, again))
    };
    match app.account_of(hash).await {
        Ok(principal) => match admit(&app, &principal, hash, field("code")).await? {
            Ok(visitor) => with_session(&app, visitor, &target),
            Err(SecondFactorError::NotBegun) => refused(visit.say(w::ONE_TIME_WANTED)),
            Err(error) => {
                let Say { zh, en } = error.say();
                refused(&visit.language.pick(zh, en))
            }
        },
        Err(problem) if problem.kind() == Kind::Unauthorized => refused(visit.say(w::TOKEN_REFUSED)),
        Err(problem) => Err(problem),
    }
}

/// Whether an address is a page of this site and nothing else: not another host's, however it is spelled.
fn is_own_page(address: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    address.starts_with('/')
        && !address.starts_with("//")
        && address.len() <= MAX_TARGET_BYTES
        && address.bytes().all(plain)
}

/// Whether the second factor of an account lets it in, where it has one or its role needs one.
async fn admit(
    app: &App,
    principal: &Principal,
    token: TokenHash,
    password: String,
) -> Result<Result<Visitor, SecondFactorError>, Problem> {
    let Some(account) = principal.account else { return Err(sign_in_first()) };
    let now = (app.clock)();
    let checked = on_store(app, account, move |control, account| {
        if !second_factor::is_asked_for(control, account)? {
            return Ok(false);
        }
        // Nothing typed is no guess: the form asks for it.
        if password.is_empty() {
            return Err(SecondFactorError::NotBegun);
        }
        second_factor::check(control, account, &password, now).map(|()| true)
    });
    Ok(match checked.await? {
        Err(error @ (SecondFactorError::Store(_) | SecondFactorError::NoRandomness(_))) => {
            return Err(unavailable(&error));
        }
        Err(error) => Err(error),
        Ok(false) if app.sessions.requires_second_factor(principal.role) => Ok(Visitor::Enrolling(token)),
        Ok(_) => Ok(Visitor::Token(token)),
    })
}

/// Begins a session, and leads on.
pub(super) fn with_session(app: &App, visitor: Visitor, location: &str) -> Result<Response, Problem> {
    let cookie = app.sessions.sign_in(visitor, Instant::now()).map_err(no_randomness)?;
    let mut response = see_other(location);
    response.headers_mut().insert(header::SET_COOKIE, header_value(&set_cookie(&cookie, app.is_encrypted))?);
    Ok(response)
}

/// `POST /sign-out`.
pub(super) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    check_same_site(&headers)?;
    let fields: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    if let Ok(Credential::Session(cookie)) = credential(&headers) {
        check_form_token(&cookie, &fields)?;
        app.sessions.sign_out(&cookie);
    }
    let mut response = see_other("/sign-in");
    response.headers_mut().insert(header::SET_COOKIE, header_value(&forget_cookie(app.is_encrypted))?);
    Ok(response)
}

fn signed_in(app: &App, cookie: &str) -> Result<Response, Problem> {
    let mut response = see_other("/");
    response.headers_mut().insert(header::SET_COOKIE, header_value(&set_cookie(cookie, app.is_encrypted))?);
    Ok(response)
}

fn header_value(text: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(text).map_err(|error| Problem::internal(error.to_string()))
}

fn no_randomness(error: NoRandomness) -> Problem {
    Problem::internal(error.to_string())
}

/// The fields of a form that a page of ours has sent.
pub(super) struct Sent(Vec<(String, String)>);

impl Sent {
    /// Reads a form of at most so many bytes: of this site and of the session that sends it.
    pub(super) fn read(headers: &HeaderMap, body: &[u8], max_bytes: usize) -> Result<Self, Problem> {
        check_same_site(headers)?;
        if body.len() > max_bytes {
            return Err(Problem::new(Kind::TooLarge, "表单内容过长", "the form is too long"));
        }
        let fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        check_session(headers, &fields)?;
        Ok(Self(fields))
    }

    /// The fields of a form that came in parts: of this site and of the session that sends it.
    pub(super) fn of_parts(headers: &HeaderMap, fields: Vec<(String, String)>) -> Result<Self, Problem> {
        check_same_site(headers)?;
        check_session(headers, &fields)?;
        Ok(Self(fields))
    }

    /// The value of a field; empty where it was not sent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value.as_str())
    }

    /// All of them.
    pub(super) fn fields(&self) -> &[(String, String)] {
        &self.0
    }
}

/// Whether fields come from a page of the session that sends them.
pub(super) fn check_session(headers: &HeaderMap, sent: &[(String, String)]) -> Result<(), Problem> {
    match credential(headers)? {
        Credential::Session(cookie) => check_form_token(&cookie, sent),
        // Whoever sends a token with the request is no browser, and no other site speaks through it.
        Credential::Token(_) => Ok(()),
        Credential::None => Err(sign_in_first()),
    }
}

/// A form that another site sends is refused, whatever it carries.
pub(super) fn check_same_site(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(header::HOST.as_str());
    let is_own = match text(header::ORIGIN.as_str()) {
        None => true,
        Some(origin) => origin.split_once("://").map(|(_, own)| own) == host,
    };
    let is_cross = matches!(text("sec-fetch-site"), Some("cross-site" | "same-site"));
    if is_own && !is_cross {
        return Ok(());
    }
    Err(Problem::new(Kind::Forbidden, w::CROSS_SITE.zh.as_ref(), w::CROSS_SITE.en.as_ref()))
}

/// A form is of this session, or it changes nothing.
fn check_form_token(cookie: &str, fields: &[(String, String)]) -> Result<(), Problem> {
    let expected = form_token(cookie);
    if fields.iter().any(|(name, value)| name == "_token" && *value == expected) {
        return Ok(());
    }
    Err(Problem::new(Kind::Forbidden, w::EXPIRED_FORM.zh.as_ref(), w::EXPIRED_FORM.en.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_on_to_our_own_pages_alone() {
        for own in ["/", "/joint-branches/01J?as_of=2019-06-30", "/obligations?f_phase=%E8%BF%90"] {
            assert!(is_own_page(own), "{own}");
        }
        let long = format!("/{}", "x".repeat(MAX_TARGET_BYTES));
        for other in
            ["", "x", "//example.org", "/\\example.org", "https://example.org/", "/a\r\nx: y", "/ x", &long]
        {
            assert!(!is_own_page(other), "{other}");
        }
    }

    #[test]
    fn a_form_of_another_site_or_session_is_refused() {
        let sent = |origin: &'static str| {
            HeaderMap::from_iter([
                (header::HOST, HeaderValue::from_static("127.0.0.1:8080")),
                (header::ORIGIN, HeaderValue::from_static(origin)),
            ])
        };
        assert!(check_same_site(&sent("http://127.0.0.1:8080")).is_ok());
        for origin in ["http://example.org", "http://127.0.0.1:9090", "null"] {
            assert!(check_same_site(&sent(origin)).is_err(), "{origin}");
        }
        let fields = |token: String| vec![("_token".to_owned(), token)];
        assert!(check_form_token("cookie", &fields(form_token("cookie"))).is_ok());
        assert!(check_form_token("cookie", &fields(form_token("other"))).is_err());
        assert!(check_form_token("cookie", &[]).is_err());
    }
}
