//! The path under which a proxy offers the service beside others on one host. Routes, pages and records know nothing of it:
//! it is taken off what comes in and put before every address that goes out, here and nowhere else.

use std::fmt;
use std::str::FromStr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::errors;

use crate::http::App;
use crate::problem::Problem;
use crate::sessions::{HOST_PREFIX, SECURE_PREFIX};

/// The longest path.
const MAX_LENGTH: usize = 100;
/// The most bytes of a page: far more than one has.
const MAX_PAGE_BYTES: usize = 64 << 20;
/// The attributes of a page that hold addresses. In a text the quotation mark after them would be escaped.
const ATTRIBUTES: [&str; 4] = [" href", " action", " formaction", " src"];

errors! {
    /// Why a path is none under which the service can be offered.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum BasePathError {
        /// It is not written as one.
        #[zh("--base-path {path} 不能用：应以“/”开头、不以“/”结尾，各段只含字母、数字和“-”“_”“.”“~”，不含“.”“..”段，最长 {MAX_LENGTH} 个字符，如 /lianjian")]
        #[en("--base-path {path} cannot be used: it begins with / and does not end with one, each part of it is of letters, digits and - _ . ~, none is . or .., and it has {MAX_LENGTH} characters at most, as /lianjian")]
        Malformed {
            /// What was given.
            path: String,
        },
    }
}

/// A path such as `/lianjian`; empty where the service has the host to itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BasePath(String);

impl FromStr for BasePath {
    type Err = BasePathError;

    fn from_str(path: &str) -> Result<Self, BasePathError> {
        let is_part = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
        };
        let parts = path.strip_prefix('/').filter(|_| path.len() <= MAX_LENGTH);
        match parts {
            Some(parts) if parts.split('/').all(is_part) => Ok(Self(path.to_owned())),
            _ => Err(BasePathError::Malformed { path: path.chars().take(MAX_LENGTH).collect() }),
        }
    }
}

impl fmt::Display for BasePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl BasePath {
    /// Whether the service has the host to itself.
    pub fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The routes under it; what lies beside it is not here.
    pub(crate) fn around(&self, routes: Router) -> Router {
        if self.is_none() {
            return routes;
        }
        Router::new().nest_service(&self.0, routes).fallback(crate::http::guard::not_found)
    }

    /// What the cookies' names begin with where the service has TLS. A browser takes `__Host-` only for a whole host, and two
    /// cities on one host must not sign each other's readers out.
    pub(crate) fn cookie_prefix(&self) -> &'static str {
        if self.is_none() { HOST_PREFIX } else { SECURE_PREFIX }
    }

    /// A page with this path before each of its own addresses.
    fn in_page(&self, page: &str) -> String {
        let mut led = String::with_capacity(page.len() + page.len() / 8);
        let mut rest = page;
        while let Some(at) = rest.find("=\"/") {
            let (before, after) = rest.split_at(at + 2);
            led.push_str(before);
            let is_address = ATTRIBUTES.iter().any(|name| before[..at].ends_with(name));
            // Two strokes begin another host's address.
            if is_address && !after.starts_with("//") {
                led.push_str(&self.0);
            }
            rest = after;
        }
        led + rest
    }

    /// Redirects and cookies under this path.
    fn in_headers(&self, headers: &mut HeaderMap) {
        let changed = |value: &HeaderValue, change: &dyn Fn(&str) -> String| {
            value.to_str().ok().and_then(|text| HeaderValue::from_str(&change(text)).ok())
        };
        if let Some(location) = headers.get(LOCATION)
            && location.as_bytes().starts_with(b"/")
            && let Some(under) = changed(location, &|text| format!("{self}{text}"))
        {
            headers.insert(LOCATION, under);
        }
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
        headers.remove(SET_COOKIE);
        for cookie in cookies {
            let under = changed(&cookie, &|text| {
                text.replacen(HOST_PREFIX, SECURE_PREFIX, 1).replacen(
                    "; Path=/;",
                    &format!("; Path={self};"),
                    1,
                )
            });
            headers.append(SET_COOKIE, under.unwrap_or(cookie));
        }
    }
}

/// Puts the path before every address of an answer of the pages.
pub async fn lead_under(State(app): State<App>, response: Response) -> Response {
    if app.base_path.is_none() {
        return response;
    }
    let (mut head, body) = response.into_parts();
    app.base_path.in_headers(&mut head.headers);
    let is_page =
        head.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return Response::from_parts(head, body);
    }
    let page = match to_bytes(body, MAX_PAGE_BYTES).await {
        Ok(bytes) => app.base_path.in_page(&String::from_utf8_lossy(&bytes)),
        Err(error) => return Problem::internal(error.to_string()).into_response(),
    };
    head.headers.remove(CONTENT_LENGTH);
    Response::from_parts(head, Body::from(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_path_is_taken() {
        for path in ["/lianjian", "/a/b-c_d.e~f", "/5108"] {
            assert_eq!(path.parse::<BasePath>().unwrap().to_string(), path);
        }
        let long = format!("/{}", "a".repeat(MAX_LENGTH));
        for path in [
            "",
            "/",
            "lianjian",
            "/lianjian/",
            "//x",
            "/a//b",
            "/..",
            "/a/../b",
            "/a b",
            "/联建",
            "/a?b",
            "/a#b",
            "/%2e",
            "/a\"b",
            "/{a}",
            "/*",
            "https://x/a",
            &long,
        ] {
            let said = path.parse::<BasePath>().unwrap_err().say();
            assert!(said.zh.contains("不能用") && said.en.contains("cannot be used"), "{path}");
        }
    }

    #[test]
    fn addresses_of_a_page_stand_under_the_path_and_nothing_else_changes() {
        let base: BasePath = "/lianjian".parse().unwrap();
        let page = r#"<a href="/work?x=/y">/work</a><form action="/find"><input name="/data/name" value="/rules"><img src="/q"><a href="//other.example/"><a href="https://x/"><a href="?a"><p>href=&quot;/x</p>"#;
        let led = r#"<a href="/lianjian/work?x=/y">/work</a><form action="/lianjian/find"><input name="/data/name" value="/rules"><img src="/lianjian/q"><a href="//other.example/"><a href="https://x/"><a href="?a"><p>href=&quot;/x</p>"#;
        assert_eq!(base.in_page(page), led);
    }

    #[test]
    fn redirects_and_cookies_stand_under_the_path() {
        let base: BasePath = "/lianjian".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, HeaderValue::from_static("/work?a=b"));
        headers.append(SET_COOKIE, HeaderValue::from_static("__Host-a=1; Path=/; Secure"));
        headers.append(SET_COOKIE, HeaderValue::from_static("b=2; Path=/; HttpOnly"));
        base.in_headers(&mut headers);
        assert_eq!(headers[LOCATION], "/lianjian/work?a=b");
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["__Secure-a=1; Path=/lianjian; Secure", "b=2; Path=/lianjian; HttpOnly"]);
    }
}
