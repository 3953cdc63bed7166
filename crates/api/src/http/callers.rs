//! From where a request comes, and whether its address or account asks too often, or shows too many wrong credentials.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::ids::AccountId;

use super::App;
use crate::problem::{Kind, Problem};
use crate::rate::{Allowances, RequestLimits, asker_at};

/// Where a proxy says for whom it asks. Each appends the address that it sees: the last one is our proxy's word, and
/// those before it are whatever the caller wrote.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// What a monitor asks every few seconds; neither costs anything.
const UNLIMITED: [&str; 2] = ["/healthz", "/readyz"];
/// How often a second an unknown token is looked for in the store that instances share.
const MAX_SEARCHES_PER_SECOND: NonZero<u32> = NonZero::new(20).unwrap();

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) SocketAddr);

/// The address that a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CallerAddress(pub(crate) IpAddr);

/// How often everybody has asked lately.
pub struct Callers {
    accounts: Allowances<AccountId>,
    addresses: Allowances<IpAddr>,
    failures: Allowances<IpAddr>,
    searches: Allowances<()>,
    is_proxied: bool,
}

impl Callers {
    /// Nobody has asked yet. Behind a proxy addresses are those that it forwards.
    pub(super) fn new(limits: RequestLimits, is_proxied: bool) -> Self {
        let second = Duration::from_secs(1);
        let failures = limits.failures_per_minute;
        Self {
            accounts: Allowances::new(second, limits.account_per_second, limits.account_burst),
            addresses: Allowances::new(second, limits.address_per_second, limits.address_burst),
            failures: Allowances::new(Duration::from_secs(60), failures, failures),
            searches: Allowances::new(second, MAX_SEARCHES_PER_SECOND, MAX_SEARCHES_PER_SECOND),
            is_proxied,
        }
    }

    /// Notes at the request from where it comes, and refuses it where that address asks too often.
    pub(super) fn admit(&self, request: &mut Request) -> Result<(), Problem> {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        let forwarded = if self.is_proxied { forwarded_for(request.headers()) } else { None };
        let Some(address) = forwarded.or(peer) else { return Ok(()) };
        request.extensions_mut().insert(CallerAddress(address));
        if UNLIMITED.contains(&request.uri().path()) {
            return Ok(());
        }
        self.addresses.take(asker_at(address), Instant::now()).map_err(|wait| {
            let (zh, en) =
                ("此地址的请求过于频繁，请稍后再试", "too many requests from this address: try again later");
            too_many(zh, en, wait)
        })
    }

    /// Refuses a request of an account that asks too often.
    pub fn admit_account(&self, account: Option<AccountId>) -> Result<(), Problem> {
        let Some(account) = account else { return Ok(()) };
        self.accounts.take(account, Instant::now()).map_err(|wait| {
            let (zh, en) =
                ("此帐号的请求过于频繁，请稍后再试", "too many requests of this account: try again later");
            too_many(zh, en, wait)
        })
    }

    /// Whether it may be asked once more, over the network, for a token that is unknown here.
    pub(super) fn may_search(&self) -> bool {
        self.searches.take((), Instant::now()).is_ok()
    }

    /// Counts a credential that was shown and is worth nothing; beyond the limit that is what is answered.
    pub(super) fn judge(&self, shown: Shown, response: Response) -> Response {
        let is_wrong = match shown {
            Shown { credential: Credential::None, .. } => false,
            Shown { credential: Credential::Token, .. } => response.status() == StatusCode::UNAUTHORIZED,
            Shown { credential: Credential::SignIn, .. } => response.status() == StatusCode::FORBIDDEN,
        };
        let Some(address) = shown.address.filter(|_| is_wrong) else { return response };
        match self.failures.take(asker_at(address), Instant::now()) {
            Ok(()) => response,
            Err(wait) => {
                let (zh, en) = (
                    "此地址多次使用无效的令牌或登录码，请稍后再试；正确的令牌不受影响",
                    "this address has shown too many wrong tokens or sign-in codes: try again later; a good token is taken all the same",
                );
                too_many(zh, en, wait).into_response()
            }
        }
    }
}

/// What a request shows of who sends it, as far as failing with it is counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    credential: Credential,
    address: Option<IpAddr>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credential {
    None,
    Token,
    SignIn,
}

impl Shown {
    pub(super) fn of(request: &Request) -> Self {
        let uri = request.uri();
        let is_code = uri.query().is_some_and(|query| query.contains("code="));
        let credential = if uri.path() == "/sign-in" && (request.method() == Method::POST || is_code) {
            Credential::SignIn
        } else if request.headers().contains_key(header::AUTHORIZATION) {
            Credential::Token
        } else {
            Credential::None
        };
        Self { credential, address: address_of(request) }
    }
}

/// The address that a request comes from, once it was noted.
pub(crate) fn address_of(request: &Request) -> Option<IpAddr> {
    request.extensions().get::<CallerAddress>().map(|found| found.0)
}

/// Around every page: counts credentials that are worth nothing.
pub async fn count_failures(State(app): State<App>, request: Request, next: Next) -> Response {
    let shown = Shown::of(&request);
    app.callers.judge(shown, next.run(request).await)
}

/// The last address that the header names.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all(FORWARDED_FOR).iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim();
    let bare = last.strip_prefix('[').and_then(|rest| rest.split(']').next()).unwrap_or(last);
    bare.parse().ok().or_else(|| last.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn too_many(zh: &str, en: &str, wait: Duration) -> Problem {
    Problem::new(Kind::TooManyRequests, zh, en).retry_after(wait.as_secs() + 1)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn of_what_is_forwarded_the_last_hop_counts() {
        let read = |texts: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for text in texts {
                headers.append(FORWARDED_FOR, HeaderValue::from_static(text));
            }
            forwarded_for(&headers).map(|address| address.to_string())
        };
        assert_eq!(read(&["192.0.2.1, 198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(read(&["192.0.2.1", "198.51.100.7"]).as_deref(), Some("198.51.100.7"));
        assert_eq!(read(&["[2001:db8::1]:443"]).as_deref(), Some("2001:db8::1"));
        assert_eq!(read(&["198.51.100.7:5000"]).as_deref(), Some("198.51.100.7"));
        assert_eq!((read(&["unknown"]), read(&[])), (None, None));
    }
}
