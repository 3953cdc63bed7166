//! A command as it comes in: its shape, its digest, and the erasable fields that never reach the log.

use std::borrow::Cow;
use std::collections::BTreeMap;

use audit::commitment::{CommitmentForm, SALT_BYTES};
use domain::account::Role;
use domain::actor::{Actor, Authority};
use domain::date::{Date, Timestamp};
use domain::document_number::{DecidedBy, Document, Override};
use domain::ids::{CommandId, Commitment};
use domain::place::PlaceCode;
use domain::{Command, CommandBody, CommandHeader};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::body_schema;
use crate::outcome::new_ulid;
use crate::shape_error::ShapeError;

/// A command with the one who gives it.
#[derive(Debug, Clone)]
pub struct CommandRequest {
    /// The idempotency key.
    pub id: CommandId,
    /// The command's name.
    pub name: String,
    /// The request's JSON.
    pub body: Value,
    /// Who acts.
    pub actor: Actor,
    /// The position that the entity must stand at.
    pub if_match: Option<u64>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

/// 指令的请求：各指令共有的项，及该指令的内容 / the request of a command: what every command says, and its own data
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// 生效日期：自该日起有效；不早于所涉对象的上一项，一般不晚于录入当日 / the day from which it holds: not before the last entry on what it names, and as a rule not after the day of recording
    pub effective_date: Date,
    /// 本应生效日期：补录的决定因在后记录已不能按其本日生效时填写，生效日期则为最早可行之日 / the day for which it was decided, where what was recorded since forbids that day; the effective date is then the first day possible
    #[serde(default)]
    pub decided_on: Option<Date>,
    /// 行文（决定）单位：党组织的记录编号；只记事实时可填区划代码 / the body on whose authority it is done: the id of an organization, or for plain facts the code of a place
    pub on_behalf_of: Authority,
    /// 依据的文件；须有文号的事项不填则拒绝 / the document that it rests on; refused without one where the matter needs a document
    #[serde(default)]
    pub document: Option<Document>,
    /// 作出决定的会议；须集体决定的事项不填则拒绝 / the meeting that took the decision; refused without one where the matter needs a decision
    #[serde(default)]
    pub decided_by: Option<DecidedBy>,
    /// 事项内容：该指令自己的各字段 / the data of the command: the fields that it asks for
    pub data: Value,
    /// 特殊情况（经批准）：不执行提醒性规定的理由和批准文件 / the override: why a rule of severity `warn` is set aside, and the document that allows it
    #[serde(default, rename = "override")]
    pub override_: Option<Override>,
    /// 是否为模拟数据；不填则与日志一致 / whether the data is simulated; where absent it is what the log is
    #[serde(default)]
    pub simulated: Option<bool>,
}

/// Who acts in the log where the service records something of itself.
pub(crate) const SERVICE_ACTOR_ID: &str = "local:service";

impl CommandRequest {
    /// A command that the service gives of itself, about how its log is kept.
    pub(crate) fn of_service(name: &str, city: &PlaceCode, now: Timestamp, data: &Value) -> Self {
        Self {
            id: CommandId(new_ulid(now)),
            name: name.to_owned(),
            body: json!({ "effective_date": now.day(), "on_behalf_of": city, "data": data }),
            actor: Actor { id: SERVICE_ACTOR_ID.to_owned(), role: Role::Local, scope: city.clone() },
            if_match: None,
            traceparent: None,
        }
    }
}

/// A field that the law lets a person have erased, with what its commitment is made of.
#[derive(Clone)]
pub struct ErasableField {
    /// JSON pointer inside `data`.
    pub pointer: &'static str,
    /// What it says.
    pub value: String,
    /// The salt.
    pub salt: [u8; SALT_BYTES],
}

/// A command of the right shape, ready for the loop.
#[derive(Clone)]
pub struct Prepared {
    /// As the domain decides it; the loop sets the recorded time.
    pub command: Command,
    /// The request, for a digest with other salts where the command turns out to be a repeat.
    pub request: Value,
    /// SHA-256 of the canonical request, in hexadecimal.
    pub digest: String,
    /// The erasable fields.
    pub erasables: Vec<ErasableField>,
    /// The position that the entity must stand at.
    pub if_match: Option<u64>,
    /// W3C trace context.
    pub traceparent: Option<String>,
}

/// Why a request cannot be prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrepareError {
    /// No such command.
    UnknownCommand,
    /// It does not fit its schema.
    Shape(Vec<ShapeError>),
    /// The system gives no randomness for a salt.
    NoRandomness(String),
}

/// Holds the body to its command's schema, reads it, and makes commitments with fresh salts.
pub fn prepare(request: CommandRequest) -> Result<Prepared, PrepareError> {
    if !CommandBody::NAMES.contains(&request.name.as_str()) {
        return Err(PrepareError::UnknownCommand);
    }
    body_schema::check(&request.name, &request.body).map_err(PrepareError::Shape)?;
    let shape = |prefix: &str, error: &serde_path_to_error::Error<serde_json::Error>| {
        let pointer = format!("{prefix}{}", pointer(error.path()));
        PrepareError::Shape(vec![body_schema::unreadable(&request.name, pointer)])
    };
    let body: RequestBody =
        serde_path_to_error::deserialize(&request.body).map_err(|error| shape("", &error))?;
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&body.data, &mut track);
    let data = CommandBody::deserialize(&request.name, tracked).ok_or(PrepareError::UnknownCommand)?;
    let data = data.map_err(|error| shape("/data", &serde_path_to_error::Error::new(track.path(), error)))?;
    let erasables = erasables(&request.name, &body.data)?;
    let commitments = commitments(&erasables);
    let digest = digest(&request.name, &request.body, &commitments);
    let header = CommandHeader {
        id: request.id,
        actor: request.actor,
        on_behalf_of: body.on_behalf_of,
        effective_date: body.effective_date,
        decided_on: body.decided_on,
        recorded_at: Timestamp::default(),
        document: body.document,
        decided_by: body.decided_by,
        override_: body.override_,
        simulated: body.simulated,
        holder: None,
        commitments,
    };
    let command = Command { header, body: data };
    let (if_match, traceparent) = (request.if_match, request.traceparent);
    Ok(Prepared { command, request: request.body, digest, erasables, if_match, traceparent })
}

/// SHA-256 of the request in canonical form (keys sorted, no white space), each erasable field replaced by its
/// commitment: the same for a repeat, and silent about what may be erased.
pub fn digest(name: &str, request: &Value, commitments: &BTreeMap<String, Commitment>) -> String {
    let mut request = Cow::Borrowed(request);
    for (pointer, commitment) in commitments {
        if let Some(field) = request.to_mut().pointer_mut(&format!("/data{pointer}")) {
            *field = Value::String(commitment.0.clone());
        }
    }
    let mut canonical = Vec::new();
    canonical.extend_from_slice(b"{\"name\":");
    write_scalar(name, &mut canonical);
    canonical.extend_from_slice(b",\"request\":");
    write_canonical(&request, &mut canonical);
    canonical.push(b'}');
    domain::hexadecimal(&Sha256::digest(&canonical))
}

/// The commitments of erasable fields, by pointer.
pub fn commitments(erasables: &[ErasableField]) -> BTreeMap<String, Commitment> {
    let made = |field: &ErasableField| {
        let commitment = CommitmentForm::Second.of(&field.salt, field.pointer, &field.value)?;
        Some((field.pointer.to_owned(), commitment))
    };
    erasables.iter().filter_map(made).collect()
}

fn erasables(name: &str, data: &Value) -> Result<Vec<ErasableField>, PrepareError> {
    let mut fields = Vec::new();
    for pointer in CommandBody::erasable_pointers(name) {
        let value = match data.pointer(pointer) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(other) => other.to_string(),
        };
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt).map_err(|error| PrepareError::NoRandomness(error.to_string()))?;
        fields.push(ErasableField { pointer, value, salt });
    }
    Ok(fields)
}

fn write_canonical(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => {
            out.push(b'{');
            for (index, key) in sorted_keys(fields).into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_scalar(key, out);
                out.push(b':');
                write_canonical(&fields[key], out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_canonical(item, out);
            }
            out.push(b']');
        }
        scalar => write_scalar(scalar, out),
    }
}

/// A string, number, truth value or null, as JSON writes it.
fn write_scalar(scalar: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    // Neither a scalar nor a growing vector can fail.
    let _ = serde_json::to_writer(out, scalar);
}

fn sorted_keys(fields: &Map<String, Value>) -> Vec<&String> {
    let mut keys: Vec<_> = fields.keys().collect();
    keys.sort_unstable();
    keys
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segments = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    segments.collect()
}

#[cfg(test)]
mod tests {
    use domain::account::Role;
    use serde_json::json;

    use super::{CommandRequest, PrepareError, digest, prepare};

    fn request(name: &str, body: serde_json::Value) -> CommandRequest {
        let actor =
            domain::actor::Actor { id: "a".into(), role: Role::Local, scope: "5108".parse().unwrap() };
        let id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        CommandRequest { id, name: name.into(), body, actor, if_match: None, traceparent: None }
    }

    fn shape_pointers(name: &str, body: serde_json::Value) -> Vec<String> {
        match prepare(request(name, body)).err() {
            Some(PrepareError::Shape(errors)) => errors.into_iter().map(|error| error.pointer).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_wrong_value_is_named_by_its_pointer() {
        let body = |data| json!({"effective_date": "2019-03-01", "on_behalf_of": "5108", "data": data});
        let place = json!({"code": "51x", "name": "村", "level": "village"});
        assert_eq!(shape_pointers("register-place", body(place)), ["/data/code"]);
        let unknown = json!({"code": "5108", "name": "村", "level": "city", "colour": 1});
        assert_eq!(shape_pointers("register-place", body(unknown)), ["/data/colour"]);
        let mut all = shape_pointers("register-place", json!({"effective_date": "2019-02-30"}));
        all.sort_unstable();
        assert_eq!(all, ["/data", "/effective_date", "/on_behalf_of"]);
    }

    #[test]
    fn the_digest_ignores_order_and_white_space_and_nothing_else() {
        let none = std::collections::BTreeMap::new();
        let first: serde_json::Value = serde_json::from_str(r#"{"b":1,"a":{"d":[1,2],"c":"x"}}"#).unwrap();
        let second: serde_json::Value = serde_json::from_str(r#" {"a":{"c":"x","d":[1,2]},"b":1}"#).unwrap();
        assert_eq!(digest("n", &first, &none), digest("n", &second, &none));
        assert_ne!(digest("n", &first, &none), digest("m", &first, &none));
        assert_ne!(
            digest("n", &first, &none),
            digest("n", &json!({"a": {"c": "x", "d": [2, 1]}, "b": 1}), &none)
        );
    }

    #[test]
    fn a_digest_never_changes() {
        let none = std::collections::BTreeMap::new();
        let request = json!({"b": [1.5, null, true, "\u{e9}\"\n村"], "a": {"d": -3, "c": []}});
        assert_eq!(
            digest("register-place", &request, &none),
            "d410f8964c100f527453587b1906112cb5d9724ccfb59b99b4ffe629573754a6"
        );
    }

    #[test]
    fn an_erasable_field_never_stands_in_the_digest_or_the_event() {
        let data = json!({"name": "张三", "organization": "01ARZ3NDEKTSV4RRFFQ69G5FAV"});
        let body = json!({"effective_date": "2019-03-01", "on_behalf_of": "5108", "data": data});
        let first =
            prepare(request("register-person", body.clone())).unwrap_or_else(|error| panic!("{error:?}"));
        let second = prepare(request("register-person", body)).unwrap_or_else(|error| panic!("{error:?}"));
        assert_ne!(first.digest, second.digest, "the salt is fresh each time");
        assert_eq!(first.erasables[0].value, "张三");
    }
}
