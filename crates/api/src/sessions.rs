//! Sessions of the pages: a one-time link or a token becomes a cookie, for half a day, in memory only.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, header};
use domain::account::Role;
use domain::place::PlaceCode;
use domain::say::Say;
use event_log::TokenHash;
use service::secrets::{NoRandomness, base64_url, random_text};
use sha2::{Digest, Sha256};

/// How long a session lasts.
pub const SESSION_DURATION: Duration = Duration::from_secs(12 * 3_600);
/// How long a session lasts that nobody uses, where nothing else is said.
pub const IDLE_DURATION: Duration = Duration::from_secs(30 * 60);
/// How long a one-time code waits to be used.
pub const CODE_DURATION: Duration = Duration::from_secs(24 * 3_600);
/// The most sessions, and the most codes, at one time; beyond it the one that ends first gives way.
pub const MAX_SESSIONS: usize = 1_000;
/// What browsers hold a cookie to that bears it: TLS, this host, every path.
pub(crate) const HOST_PREFIX: &str = "__Host-";
/// The same without the last: what stands under a path of a host that others share.
pub(crate) const SECURE_PREFIX: &str = "__Secure-";
/// The cookie's name.
pub const COOKIE_NAME: &str = "lianjian_session";

/// The sessions and one-time codes of a server. Only hashes are held: what could be stolen from memory signs nobody in.
pub struct Sessions {
    held: Mutex<Held>,
    /// How long a session lasts that nobody uses.
    idle: Duration,
    /// The roles that see nothing before they have a second factor.
    with_second_factor: Vec<Role>,
    /// Who visitors of a demonstration may be.
    desks: Vec<Desk>,
}

/// Somebody made up in whose place a visitor of a demonstration acts; only a simulated log knows such.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// The actor's id in the log, which ends in the code of the place.
    pub id: String,
    /// In which role.
    pub role: Role,
    /// Where.
    pub scope: PlaceCode,
    /// Who that is, for people.
    pub name: Say,
}

impl Default for Sessions {
    fn default() -> Self {
        Self::ending_after(IDLE_DURATION)
    }
}

#[derive(Default)]
struct Held {
    codes: HashMap<[u8; 32], (Instant, Visitor)>,
    sessions: HashMap<[u8; 32], (Instant, Session)>,
}

/// A session, and until when it lasts unless somebody uses it.
#[derive(Clone, Copy)]
struct Session {
    visitor: Visitor,
    idle_end: Instant,
}

/// Whose a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// Whoever started the server: reads the city and never writes.
    Link,
    /// Somebody made up, by the number of the desk.
    Desk(usize),
    /// The account of that token, for as long as the token is good.
    Token(TokenHash),
    /// The account of that token, which must set up a second factor before it sees anything else.
    Enrolling(TokenHash),
}

impl Sessions {
    /// Sessions that end when nobody has used them for so long.
    pub fn ending_after(idle: Duration) -> Self {
        Self { held: Mutex::default(), idle, with_second_factor: Vec::new(), desks: Vec::new() }
    }

    /// The same, where these roles see nothing before they have set up a second factor.
    #[must_use]
    pub fn requiring(self, with_second_factor: Vec<Role>) -> Self {
        Self { with_second_factor, ..self }
    }

    /// Whether a role sees nothing before it has set up a second factor.
    pub fn requires_second_factor(&self, role: Role) -> bool {
        self.with_second_factor.contains(&role)
    }

    /// The same, where visitors may act as somebody made up.
    #[must_use]
    pub fn with_desks(self, desks: Vec<Desk>) -> Self {
        Self { desks, ..self }
    }

    /// Who visitors may be; nobody but on a demonstration.
    pub fn desks(&self) -> &[Desk] {
        &self.desks
    }

    /// A new one-time code, to be put into a link of whom it signs in as.
    pub fn issue_code(&self, visitor: Visitor, now: Instant) -> Result<String, NoRandomness> {
        let code = random_text()?;
        insert(&mut self.hold().codes, &code, now, now + CODE_DURATION, visitor);
        Ok(code)
    }

    /// Uses a code up and returns the cookie's value; nothing for a code that is unknown, used or too old.
    pub fn redeem(&self, code: &str, now: Instant) -> Result<Option<String>, NoRandomness> {
        let cookie = random_text()?;
        let mut held = self.hold();
        let used = held.codes.remove(&hash_of(code)).filter(|(end, _)| now < *end);
        let Some((_, visitor)) = used else { return Ok(None) };
        let session = Session { visitor, idle_end: now + self.idle };
        insert(&mut held.sessions, &cookie, now, now + SESSION_DURATION, session);
        Ok(Some(cookie))
    }

    /// A session of whoever was found to be good.
    pub fn sign_in(&self, visitor: Visitor, now: Instant) -> Result<String, NoRandomness> {
        let cookie = random_text()?;
        let session = Session { visitor, idle_end: now + self.idle };
        insert(&mut self.hold().sessions, &cookie, now, now + SESSION_DURATION, session);
        Ok(cookie)
    }

    /// Ends a session.
    pub fn sign_out(&self, cookie: &str) {
        self.hold().sessions.remove(&hash_of(cookie));
    }

    /// Whose session the cookie is; being asked for, it lasts on.
    pub fn visitor(&self, cookie: &str, now: Instant) -> Option<Visitor> {
        let (mut held, hash) = (self.hold(), hash_of(cookie));
        let (end, session) = held.sessions.get_mut(&hash)?;
        if now >= (*end).min(session.idle_end) {
            held.sessions.remove(&hash);
            return None;
        }
        session.idle_end = session.idle_end.max(now + self.idle);
        Some(session.visitor)
    }

    fn hold(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The `Set-Cookie` of a session: the browser sends it to this server only, over TLS only where the service has it, and
/// no script reads it.
pub fn set_cookie(cookie: &str, is_encrypted: bool) -> String {
    let seconds = SESSION_DURATION.as_secs();
    let (host, secure) = marks(is_encrypted);
    format!("{host}{COOKIE_NAME}={cookie}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
}

/// The `Set-Cookie` that makes a browser forget its session.
pub fn forget_cookie(is_encrypted: bool) -> String {
    let (host, secure) = marks(is_encrypted);
    format!("{host}{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}")
}

/// What stands before a cookie's name and after it. Where the service has TLS, browsers take the cookie from this very
/// host over TLS alone: no neighbour of the same domain, and nobody on the line, signs a reader in as somebody else.
fn marks(is_encrypted: bool) -> (&'static str, &'static str) {
    if is_encrypted { (HOST_PREFIX, "; Secure") } else { ("", "") }
}

/// Where the service has TLS, the session is the cookie with the prefix, and one without it is nobody's: from here on
/// the first goes by the name of the second.
pub(crate) fn take_secure_cookie(headers: &mut HeaderMap, prefix: &str) {
    let sent = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = sent.flat_map(|text| text.split(';')).map(str::trim);
    let plain = format!("{COOKIE_NAME}=");
    let own: Vec<&str> = pairs
        .filter(|pair| !pair.starts_with(&plain))
        .map(|pair| pair.strip_prefix(prefix).filter(|rest| rest.starts_with(&plain)).unwrap_or(pair))
        .collect();
    match HeaderValue::from_str(&own.join("; ")) {
        Ok(text) if !own.is_empty() => {
            headers.insert(header::COOKIE, text);
        }
        Ok(_) | Err(_) => {
            headers.remove(header::COOKIE);
        }
    }
}

/// What every form of a session carries: another site can neither read it nor work it out from what it can read.
pub fn form_token(cookie: &str) -> String {
    base64_url(&Sha256::digest(format!("form {cookie}")))
}

/// The session's value in a `Cookie` header.
pub fn cookie_of(header: &str) -> Option<&str> {
    value_of(header, COOKIE_NAME)
}

/// The value of a cookie.
pub fn value_of<'a>(header: &'a str, cookie: &str) -> Option<&'a str> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(name, _)| *name == cookie).map(|(_, value)| value)
}

fn insert<T>(
    entries: &mut HashMap<[u8; 32], (Instant, T)>,
    secret: &str,
    now: Instant,
    end: Instant,
    value: T,
) {
    entries.retain(|_, (end, _)| now < *end);
    if entries.len() >= MAX_SESSIONS
        && let Some(first) = entries.iter().min_by_key(|(_, (end, _))| *end).map(|(hash, _)| *hash)
    {
        entries.remove(&first);
    }
    entries.insert(hash_of(secret), (end, value));
}

fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_signs_in_once() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let code = sessions.issue_code(Visitor::Link, now).unwrap();
        let cookie = sessions.redeem(&code, now).unwrap().unwrap();
        assert_eq!(sessions.redeem(&code, now).unwrap(), None);
        assert_eq!(sessions.visitor(&cookie, now), Some(Visitor::Link));
        assert_eq!(sessions.visitor(&code, now), None);
        assert_eq!(sessions.visitor(&cookie, now + IDLE_DURATION), None);
        assert_eq!(sessions.redeem("guess", now).unwrap(), None);
    }

    #[test]
    fn a_session_of_a_token_ends_when_it_is_signed_out() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let cookie = sessions.sign_in(Visitor::Token([7; 32]), now).unwrap();
        assert_eq!(sessions.visitor(&cookie, now), Some(Visitor::Token([7; 32])));
        assert_ne!(form_token(&cookie), form_token(&sessions.sign_in(Visitor::Token([7; 32]), now).unwrap()));
        sessions.sign_out(&cookie);
        assert_eq!(sessions.visitor(&cookie, now), None);
    }

    #[test]
    fn a_session_that_nobody_uses_ends_and_one_in_use_lasts_no_longer_than_half_a_day() {
        let (sessions, now) = (Sessions::ending_after(Duration::from_secs(60)), Instant::now());
        let cookie = sessions.sign_in(Visitor::Token([7; 32]), now).unwrap();
        let at = |seconds: u64| sessions.visitor(&cookie, now + Duration::from_secs(seconds));
        assert!(at(59).is_some() && at(118).is_some());
        assert_eq!(at(178), None);
        assert_eq!(at(120), None, "what has ended does not begin again");
        let cookie = sessions.sign_in(Visitor::Token([7; 32]), now).unwrap();
        let all_day = (0..=SESSION_DURATION.as_secs()).step_by(30);
        let last =
            all_day.map(|seconds| sessions.visitor(&cookie, now + Duration::from_secs(seconds))).last();
        assert_eq!(last, Some(None));
    }

    #[test]
    fn an_old_code_is_worthless() {
        let (sessions, now) = (Sessions::default(), Instant::now());
        let code = sessions.issue_code(Visitor::Link, now).unwrap();
        assert_eq!(sessions.redeem(&code, now + CODE_DURATION).unwrap(), None);
    }

    #[test]
    fn the_number_of_sessions_is_bounded() {
        let (sessions, start) = (Sessions::default(), Instant::now());
        let first = sessions.issue_code(Visitor::Link, start).unwrap();
        for second in 1..=MAX_SESSIONS as u64 {
            sessions.issue_code(Visitor::Link, start + Duration::from_secs(second)).unwrap();
        }
        assert_eq!(sessions.hold().codes.len(), MAX_SESSIONS);
        assert_eq!(sessions.redeem(&first, start).unwrap(), None);
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        assert_eq!(cookie_of("a=b; lianjian_session=xyz; c=d"), Some("xyz"));
        assert_eq!(cookie_of("not_lianjian_session=xyz"), None);
        let plain = set_cookie("xyz", false);
        assert!(plain.starts_with("lianjian_session=xyz; Path=/; HttpOnly; SameSite=Strict"));
        assert_eq!(set_cookie("xyz", true), format!("__Host-{plain}; Secure"));
    }

    #[test]
    fn with_tls_a_cookie_without_the_prefix_is_nobodys() {
        let taken = |sent: &'static str| {
            let mut headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(sent))]);
            take_secure_cookie(&mut headers, HOST_PREFIX);
            headers.get(header::COOKIE).map(|value| value.to_str().unwrap().to_owned())
        };
        let expected = Some("a=b; lianjian_session=xyz".to_owned());
        assert_eq!(taken("a=b; lianjian_session=planted; __Host-lianjian_session=xyz"), expected);
        assert_eq!(taken("lianjian_session=planted"), None);
    }
}
