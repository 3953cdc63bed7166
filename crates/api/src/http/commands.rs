//! `POST /api/v1/commands/{name}`: from the bytes of a request to the answer that every repeat gets again.

use audit::tree::leaf_hash;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::CommandKind;
use domain::ids::CommandId;
use domain::rejection::Warning;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::value::RawValue;
use service::accounts::{self, Token};
use service::recorded::Recorded;
use service::request::CommandRequest;
use service::strict_json;
use service::submit_error::SubmitError;

use super::App;
use super::answer::{POSITION, unconditional};
use super::bodies::receive;
use crate::auth::Principal;
use crate::openapi::EVENT;
use crate::problem::{Kind, Problem};

/// The longest body of a command.
pub const MAX_BODY_BYTES: usize = 64 * 1_024;

/// Marks the answer to a repeat.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Records a command.
pub(crate) async fn post(
    State(app): State<App>,
    Path(name): Path<String>,
    Extension(principal): Extension<Principal>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let headers = &parts.headers;
    let body = receive(&app.room, headers, body, MAX_BODY_BYTES).await;
    let actor = principal.actor().ok_or_else(crate::auth::sign_in_first)?;
    let Some(kind) = CommandKind::named_over_http(&name) else {
        return Err(SubmitError::UnknownCommand { name }.into());
    };
    require_json(headers)?;
    let body = body?;
    let id = idempotency_key(headers)?;
    let if_match = if_match(headers)?;
    let body = strict_json::parse(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let zh = format!("请求不是合法的 JSON（格式有误，或同一个键出现两次）：第 {line} 行第 {column} 列");
        malformed(zh, format!("the body is not JSON: {error}"))
    })?;
    let traceparent = traceparent(headers);
    let recorded =
        app.service.submit(CommandRequest { id, name, body, actor, if_match, traceparent }).await?;
    let token = match kind.spec().is_of_accounts() {
        true => app.conclude(&recorded).await?,
        false => None,
    };
    answer(&recorded, token.as_ref())
}

impl App {
    /// What follows a recorded command about an account. Where it does not, the account is there all the same.
    pub async fn conclude(&self, recorded: &Recorded) -> Result<Option<Token>, Problem> {
        let (service, recorded) = (self.service.clone(), recorded.clone());
        let concluded = tokio::task::spawn_blocking(move || accounts::conclude(service.control(), &recorded));
        let concluded = concluded.await.map_err(|error| Problem::internal(error.to_string()))?;
        concluded.map_err(|error| {
            tracing::error!(%error, "a command about an account is recorded, and the store of tokens does not follow");
            Problem::new(
                Kind::NotReady,
                "帐号已记录，但令牌未能更新：请稍后将该帐号续期，领取新令牌",
                "the account is recorded and its token is not: renew the account in a moment for a new one",
            )
        })
    }
}

/// 指令已记录的结果 / what was recorded of a command
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Recorded")]
pub(crate) struct RecordedAnswer<'a> {
    /// 指令的编号，即幂等键 / the id of the command, which is its idempotency key
    command_id: CommandId,
    /// 末一事件在日志中的位置 / the position of its last event in the log
    position: u64,
    /// 所产生的事件，与日志所存逐字节相同 / its events, exactly as they are stored
    #[schemars(schema_with = "events_of_a_command")]
    events: Vec<&'a RawValue>,
    /// 破例的、或仅作提醒的规则 / the rules that were set aside, or that remind
    warnings: &'a [Warning],
    /// 末一事件的叶哈希 / the leaf hash of the event at the position
    #[schemars(extend("contentEncoding" = "base64"))]
    leaf_hash: &'a str,
    /// 各事件的叶哈希，查证时由回执证明 / the leaf hash of each event, which a receipt will prove
    #[schemars(schema_with = "hashes_of_leaves")]
    leaf_hashes: Vec<String>,
    /// 签发或续期帐号后的新令牌，只在首次答复中给出 / the new token of an account that was issued or renewed: in the first answer only
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

fn events_of_a_command(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "minItems": 1, "items": { "$ref": EVENT } })
}

fn hashes_of_leaves(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "minItems": 1, "items": { "type": "string", "contentEncoding": "base64" } })
}

/// The answer; the same bytes for every repeat, but for a token, which is shown once. Its events are not read again: they are the JSON that is stored.
fn answer(recorded: &Recorded, token: Option<&Token>) -> Result<Response, Problem> {
    let broken =
        |error: serde_json::Error| Problem::internal(format!("an answer cannot be written: {error}"));
    let events = recorded.events.iter().map(|event| serde_json::from_slice(event));
    let leaf_hashes: Vec<String> = recorded.events.iter().map(|event| leaf_hash(event).to_string()).collect();
    let mut response = unconditional(&RecordedAnswer {
        command_id: recorded.command_id,
        position: recorded.position,
        events: events.collect::<Result<_, _>>().map_err(broken)?,
        warnings: &recorded.warnings,
        leaf_hash: leaf_hashes.last().map_or("", String::as_str),
        leaf_hashes: leaf_hashes.clone(),
        token: token.map(Token::reveal),
    })?;
    *response.status_mut() = if recorded.replayed { StatusCode::OK } else { StatusCode::CREATED };
    response.headers_mut().insert(POSITION, HeaderValue::from(recorded.position));
    if recorded.replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = value.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let said = ("请求头 Content-Type 须为 application/json", "Content-Type must be application/json");
    Err(Problem::new(Kind::UnsupportedMediaType, said.0, said.1))
}

fn idempotency_key(headers: &HeaderMap) -> Result<CommandId, Problem> {
    let value = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).map(str::trim);
    let key =
        value.map(|value| value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value));
    // One key has one spelling: decoders also take lower case, look-alike letters and numbers over 128 bits.
    let id = key.and_then(|key| key.parse().ok().filter(|id: &CommandId| id.to_string() == key));
    id.ok_or_else(|| {
        let zh = "请求头 Idempotency-Key 须为指令的 ULID（26 位大写字母和数字），每条指令一个，重复提交时不变";
        let en = "Idempotency-Key must be the command's ULID, 26 upper-case letters and digits: one for each command, the same for its repeats";
        malformed(zh.into(), en.into())
    })
}

fn if_match(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let position =
        value.to_str().ok().map(|text| text.trim().trim_matches('"')).and_then(|text| text.parse().ok());
    position.map(Some).ok_or_else(|| {
        malformed("If-Match 须为位置，如 \"12\"".into(), "If-Match must be a position such as \"12\"".into())
    })
}

/// The W3C trace context, where it reads as one; anything else is dropped, as the standard asks.
fn traceparent(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("traceparent")?.to_str().ok()?;
    let lengths: Vec<usize> = value.split('-').map(str::len).collect();
    let plain = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'));
    // A trace or a parent of noughts is none (W3C Trace Context, 3.2.2).
    let told = value.split('-').skip(1).take(2).all(|id| id.bytes().any(|byte| byte != b'0'));
    (plain && told && lengths == [2, 32, 16, 2] && !value.starts_with("ff")).then(|| value.to_owned())
}

fn malformed(zh: String, en: String) -> Problem {
    Problem::new(Kind::Malformed, zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn the_key_is_taken_with_and_without_quotes() {
        for value in [KEY.to_owned(), format!("\"{KEY}\"")] {
            assert_eq!(idempotency_key(&headers("idempotency-key", &value)).unwrap().to_string(), KEY);
        }
        for value in [
            "",
            "\"\"",
            "1",
            "01ARZ3NDEKTSV4RRFFQ69G5FAU!",
            &KEY.to_lowercase(),
            "81ARZ3NDEKTSV4RRFFQ69G5FAV",
        ] {
            assert_eq!(
                idempotency_key(&headers("idempotency-key", value)).unwrap_err().kind(),
                Kind::Malformed,
                "{value}"
            );
        }
        assert!(idempotency_key(&HeaderMap::new()).is_err());
    }

    #[test]
    fn if_match_is_a_position() {
        assert_eq!(if_match(&headers("if-match", "\"12\"")).unwrap(), Some(12));
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
        assert!(if_match(&headers("if-match", "*")).is_err());
    }

    #[test]
    fn only_json_is_taken() {
        assert!(require_json(&headers("content-type", "application/json; charset=utf-8")).is_ok());
        for value in ["text/plain", "application/x-www-form-urlencoded", "application/json-seq"] {
            assert_eq!(
                require_json(&headers("content-type", value)).unwrap_err().kind(),
                Kind::UnsupportedMediaType
            );
        }
        assert!(require_json(&HeaderMap::new()).is_err());
    }

    #[test]
    fn a_trace_context_is_passed_on_or_dropped() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert_eq!(traceparent(&headers("traceparent", good)).as_deref(), Some(good));
        let nothing = format!("00-{}-b7ad6b7169203331-01", "0".repeat(32));
        let no_parent = format!("00-0af7651916cd43dd8448eb211c80319c-{}-01", "0".repeat(16));
        for wrong in ["00-x", &nothing, &no_parent, &good.replacen("00", "ff", 1)] {
            assert_eq!(traceparent(&headers("traceparent", wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn a_repeat_gets_the_same_bytes() {
        let recorded = |replayed| Recorded {
            command_id: KEY.parse().unwrap(),
            position: 7,
            events: vec![br#"{"b":1,  "a":2}"#.to_vec()],
            warnings: Vec::new(),
            replayed,
        };
        let (first, repeat) =
            (answer(&recorded(false), None).unwrap(), answer(&recorded(true), None).unwrap());
        assert_eq!((first.status().as_u16(), repeat.status().as_u16()), (201, 200));
        assert_eq!(
            (&first.headers()["lianjian-position"], &repeat.headers()["idempotent-replayed"]),
            (&HeaderValue::from(7), &HeaderValue::from_static("true"))
        );
        assert!(!first.headers().contains_key("idempotent-replayed"));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let bytes =
            |response: Response| runtime.block_on(axum::body::to_bytes(response.into_body(), 1_000)).unwrap();
        let body = bytes(first);
        assert_eq!(body, bytes(repeat));
        let leaf = leaf_hash(br#"{"b":1,  "a":2}"#).to_string();
        assert_eq!(body, r#"{"command_id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","position":7,"events":[{"b":1,  "a":2}],"warnings":[],"leaf_hash":"LEAF","leaf_hashes":["LEAF"]}"#.replace("LEAF", &leaf).as_bytes());
    }
}
