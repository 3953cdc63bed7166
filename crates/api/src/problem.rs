//! Problems: every refusal that leaves the server, as RFC 9457 `application/problem+json`.
//!
//! This is the one place that turns an error into a status. What the client reads (`detail`) and what the
//! operator's log reads (`log`) are separate: a client never learns a path or a system's message.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::policy::Citation;
use domain::say::{Say, say};
use event_log::LogError;
use schemars::{Schema, SchemaGenerator};
use service::shape_error::ShapeError;

mod clock;
mod members;
mod refusal;
mod submitted;

use members::Members;
pub use members::{AlsoRefused, Outcome};
pub use refusal::{Refusal, Said};

/// The media type of every problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $status:ident, $slug:literal, $zh:literal, $en:literal;)+) => {
        /// What went wrong: each kind has one status, one slug and one title.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $variant,)+
        }

        impl Kind {
            /// Every kind, for the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The HTTP status.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// The last part of `type`.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug,)+ }
            }

            /// `type`: a reference relative to where the service is.
            pub fn type_uri(self) -> String {
                format!("/problems/{}", self.slug())
            }

            /// Every `type`.
            fn types() -> Vec<String> {
                Self::ALL.iter().map(|kind| kind.type_uri()).collect()
            }

            /// The title in Chinese and in English.
            pub fn title(self) -> Say {
                match self { $(Self::$variant => say($zh, $en),)+ }
            }
        }
    };
}

kinds! {
    /// Not JSON, or a header or query parameter that does not read.
    Malformed = BAD_REQUEST, "malformed", "请求格式错误", "Malformed request";
    /// No token or session, or a bad one.
    Unauthorized = UNAUTHORIZED, "unauthorized", "需要有效的令牌", "A valid token is needed";
    /// The role or scope does not allow it.
    Forbidden = FORBIDDEN, "forbidden", "超出权限", "Not allowed for this role or scope";
    /// Nothing there.
    NotFound = NOT_FOUND, "not-found", "没有此资源", "Not found";
    /// The path exists, the method does not.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method-not-allowed", "不支持此方法", "Method not allowed";
    /// None of the media types in `Accept` is on offer.
    NotAcceptable = NOT_ACCEPTABLE, "not-acceptable", "没有所要求的格式", "None of the accepted formats is on offer";
    /// The client took too long to send its request.
    Timeout = REQUEST_TIMEOUT, "timeout", "请求发送超时", "The request took too long to arrive";
    /// The same key is being worked on.
    InFlight = CONFLICT, "in-flight", "同一幂等键正在处理", "The same key is being worked on";
    /// The reader holds more than the log has.
    BeyondEnd = CONFLICT, "beyond-end", "所给位置在日志末尾之后", "The position lies beyond the end of the log";
    /// `If-Match` is not the position of the entity's last event.
    PreconditionFailed = PRECONDITION_FAILED, "precondition-failed", "对象已有变更", "The entity has changed";
    /// A body over the limit, or an event that would be.
    TooLarge = PAYLOAD_TOO_LARGE, "too-large", "内容过大", "Too large";
    /// A body that does not say it is JSON.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "请求须为 application/json", "Send application/json";
    /// The request is for another host.
    Misdirected = MISDIRECTED_REQUEST, "misdirected", "Host 不是本机地址", "The Host is not this machine's";
    /// A value of the wrong shape.
    Schema = UNPROCESSABLE_ENTITY, "schema", "字段不符合要求", "Fields do not fit the schema";
    /// The rules refuse the command.
    Rejected = UNPROCESSABLE_ENTITY, "rejected", "不符合规则", "The rules refuse it";
    /// The key was used with another body.
    KeyReused = UNPROCESSABLE_ENTITY, "key-reused", "幂等键已用于另一请求", "The key was used with another body";
    /// `data.id` is taken.
    IdInUse = UNPROCESSABLE_ENTITY, "id-in-use", "编号已被使用", "The id is in use";
    /// The account or the address asks too often, or shows too many wrong tokens.
    TooManyRequests = TOO_MANY_REQUESTS, "too-many-requests", "请求过于频繁", "Too many requests";
    /// The machine's clock is behind the log.
    ClockBehind = SERVICE_UNAVAILABLE, "clock-behind", "服务器时钟落后于日志", "The clock is behind the log";
    /// The machine's clock is ahead of a witness's.
    ClockAhead = SERVICE_UNAVAILABLE, "clock-ahead", "服务器时钟快于见证人", "The clock is ahead of the witness";
    /// The machine's clock is so far ahead of the log that somebody must say that it is right.
    ClockLeapt = SERVICE_UNAVAILABLE, "clock-leapt", "服务器时钟远晚于日志", "The clock is far ahead of the log";
    /// The queue is full, or a bounded resource is taken.
    Busy = SERVICE_UNAVAILABLE, "busy", "服务繁忙", "Busy";
    /// The log cannot be reached.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "日志暂不可用", "The log is unavailable";
    /// The views are still catching up.
    NotReady = SERVICE_UNAVAILABLE, "not-ready", "尚未就绪", "Not ready yet";
    /// A fault of ours.
    Internal = INTERNAL_SERVER_ERROR, "internal", "服务器内部错误", "Internal error";
}

/// A refusal on its way to the client. Boxed, since nearly every function here may return one.
#[derive(Debug)]
pub struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    kind: Kind,
    members: Members,
    retry_after_seconds: Option<u64>,
    log: Option<String>,
}

impl Problem {
    /// A problem with its sentence in both languages.
    pub fn new(kind: Kind, detail: impl Into<String>, detail_en: impl Into<String>) -> Self {
        let members = Members::new(kind, detail.into(), detail_en.into());
        Self(Box::new(Parts { kind, members, retry_after_seconds: None, log: None }))
    }

    /// A fault of ours: the client reads that it is one, the log reads which.
    pub fn internal(log: impl Into<String>) -> Self {
        let said = (
            "服务器内部出错，已记入运行日志；请稍后重试",
            "an internal error, noted in the server's log; try again later",
        );
        Self::new(Kind::Internal, said.0, said.1).logged(log)
    }

    /// What kind of problem it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The sentence in Chinese.
    pub fn detail(&self) -> &str {
        &self.0.members.detail
    }

    /// The sentence in English.
    pub fn detail_en(&self) -> &str {
        &self.0.members.detail_en
    }

    /// Which rule refuses, where it comes from, and whether an override would do.
    #[must_use]
    pub fn of_rule(mut self, rule: String, citation: Citation, overridable: bool) -> Self {
        self.0.members.rule = Some(rule);
        self.0.members.citation = Some(citation);
        self.0.members.overridable = overridable.then_some(true);
        self
    }

    /// What would refuse it besides.
    #[must_use]
    pub fn and_by(mut self, others: Vec<AlsoRefused>) -> Self {
        self.0.members.others = others;
        self
    }

    /// Which value of the request is meant.
    #[must_use]
    pub fn at(mut self, pointer: Option<&str>) -> Self {
        self.0.members.pointer = pointer.map(str::to_owned);
        self
    }

    /// What was found and what is allowed.
    #[must_use]
    pub fn between(mut self, figures: Option<(String, String)>) -> Self {
        (self.0.members.found, self.0.members.allowed) = figures.unzip();
        self
    }

    /// Every field that does not fit.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<ShapeError>) -> Self {
        self.0.members.errors = errors;
        self
    }

    /// Whether something was recorded.
    #[must_use]
    pub fn with_outcome(mut self, outcome: Outcome) -> Self {
        self.0.members.outcome = Some(outcome);
        self
    }

    /// How far the views are.
    #[must_use]
    pub fn with_progress(mut self, position: u64, last_position: u64) -> Self {
        (self.0.members.position, self.0.members.last_position) = (Some(position), Some(last_position));
        self
    }

    /// When to come back.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// What the operator's log says of it.
    #[must_use]
    pub fn logged(mut self, log: impl Into<String>) -> Self {
        self.0.log = Some(log.into());
        self
    }

    fn body(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(&self.0.members)
    }

    /// The schema of the body.
    pub(crate) fn schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<Members>()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (kind, slug) = (self.0.kind, self.0.kind.slug());
        match &self.0.log {
            Some(log) if kind == Kind::Internal => tracing::error!(slug, "{log}"),
            Some(log) => tracing::warn!(slug, "{log}"),
            None => tracing::debug!(slug, detail = self.0.members.detail_en, "refused"),
        }
        let mut response = self.body().unwrap_or_default().into_response();
        *response.status_mut() = kind.status();
        // For the layer that turns a problem into a page.
        response
            .extensions_mut()
            .insert(Said(self.0.members.detail.clone(), self.0.members.detail_en.clone()));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if kind == Kind::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"lianjian\""));
        }
        if let Some(seconds) = self.0.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        /// How long a reader waits before it asks a failing store again.
        const RETRY_SECONDS: u64 = 5;
        let said = ("数据暂不可读，请稍后重试", "the data cannot be read at the moment; try again later");
        Self::new(Kind::Unavailable, said.0, said.1).retry_after(RETRY_SECONDS).logged(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_problem_says_what_was_refused_by_which_rule_and_where() {
        let citation = Citation {
            document: "规则".into(),
            version: "2018".into(),
            article: "4".into(),
            checked_on: None,
        };
        let problem = Problem::new(Kind::Rejected, "人数不足", "too few")
            .of_rule("branch-minimum".into(), citation, false)
            .at(Some("/data/members"));
        let body: serde_json::Value = serde_json::from_slice(&problem.body().unwrap()).unwrap();
        let expected = serde_json::json!({
            "type": "/problems/rejected", "title": "不符合规则 / The rules refuse it", "status": 422,
            "detail": "人数不足", "detail_en": "too few", "rule": "branch-minimum",
            "citation": {"document": "规则", "version": "2018", "article": "4"}, "pointer": "/data/members"
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn headers_say_when_to_come_back_and_how_to_sign_in() {
        let busy = Problem::new(Kind::Busy, "", "").retry_after(2).into_response();
        assert_eq!((busy.status().as_u16(), &busy.headers()["retry-after"]), (503, &HeaderValue::from(2)));
        assert_eq!(busy.headers()["content-type"], MEDIA_TYPE);
        let unauthorized = Problem::new(Kind::Unauthorized, "", "").into_response();
        assert!(unauthorized.headers().contains_key("www-authenticate"));
    }

    #[test]
    fn every_slug_is_used_once() {
        let slugs: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.slug()).collect();
        assert_eq!(slugs.len(), Kind::ALL.len());
    }
}
