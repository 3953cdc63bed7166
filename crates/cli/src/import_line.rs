//! A line of `import commands`: which command, under which id, given by whom, and what is expected of it.

use std::io::{self, BufRead};
use std::path::PathBuf;

use domain::account::Role;
use domain::actor::Actor;
use domain::ids::CommandId;
use domain::lawful::{is_local, scope_of_desk};
use domain::place::PlaceCode;
use domain::{CommandBody, Policy, role_may};
use serde::Deserialize;
use serde_json::Value;
use service::strict_json;

use crate::exit::Failure;

/// The longest line: the largest request that the server takes, and room for what a line says besides.
pub const MAX_LINE_BYTES: usize = 80 * 1024;
/// The longest id of an actor.
const MAX_ACTOR_CHARACTERS: usize = 64;
/// The byte order mark that some programs put at the start of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The refusal of a line that does not read.
const MALFORMED: &str = "malformed";

/// A line that reads.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportLine {
    /// The command's name.
    pub name: String,
    /// The idempotency key.
    pub id: CommandId,
    /// The request's JSON.
    pub body: Value,
    /// In which role, as the line asks.
    pub actor: AskedActor,
    /// The rule that must refuse it.
    pub expect_rule: Option<String>,
}

/// Who gives the command, as the line says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedActor {
    /// Nothing said.
    Nobody,
    /// A role alone.
    Role(Role),
    /// Role, scope and id.
    Somebody(Actor),
}

/// Why a line does not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The id, where that much reads.
    pub id: Option<String>,
    /// What kind of refusal it is.
    pub rule: &'static str,
    /// Why, in Chinese.
    pub chinese: String,
    /// Why, in English.
    pub english: String,
}

/// Reads a line.
fn parse(line: &[u8]) -> Result<ImportLine, LineError> {
    let malformed = |error: &dyn std::fmt::Display| LineError {
        id: None,
        rule: MALFORMED,
        chinese: format!("不是 JSON 对象：{error}"),
        english: format!("not a JSON object: {error}"),
    };
    let Value::Object(mut fields) = strict_json::parse(line).map_err(|error| malformed(&error))? else {
        return Err(malformed(&"{…}"));
    };
    let id = fields.remove("id");
    let said = id.as_ref().and_then(Value::as_str).map(|id| id.chars().take(MAX_ACTOR_CHARACTERS).collect());
    let refused = |chinese: &str, english: &str| LineError {
        id: said.clone(),
        rule: MALFORMED,
        chinese: chinese.to_owned(),
        english: english.to_owned(),
    };
    let key = id.as_ref().and_then(Value::as_str).and_then(|id| id.parse().ok());
    let key = key.ok_or_else(|| refused("id 须为 ULID（26 位）", "id must be a ULID of 26 characters"))?;
    let Some(Value::String(name)) = fields.remove("name") else {
        return Err(refused("缺少 name", "name is missing"));
    };
    let actor = match fields.remove("actor") {
        None | Some(Value::Null) => AskedActor::Nobody,
        Some(actor) => asked_actor(actor).ok_or_else(|| {
            refused(
                "actor 须为角色名，或含 id、role、scope 的对象",
                "actor must be the name of a role, or an object of id, role and scope",
            )
        })?,
    };
    let expect_rule = match fields.remove("expect_rule") {
        None | Some(Value::Null) => None,
        Some(Value::String(rule)) => Some(rule),
        Some(_) => return Err(refused("expect_rule 须为规则名", "expect_rule must be the name of a rule")),
    };
    Ok(ImportLine { name, id: key, body: Value::Object(fields), actor, expect_rule })
}

fn asked_actor(value: Value) -> Option<AskedActor> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Said {
        id: String,
        role: Role,
        scope: PlaceCode,
    }
    if let Value::String(role) = &value {
        return Role::parse(role).map(AskedActor::Role);
    }
    // What is derived would read an array as well.
    if !value.is_object() {
        return None;
    }
    let Said { id, role, scope } = serde_json::from_value(value).ok()?;
    let is_plain =
        !id.is_empty() && id.chars().count() <= MAX_ACTOR_CHARACTERS && !id.chars().any(char::is_control);
    is_plain.then_some(AskedActor::Somebody(Actor { id, role, scope }))
}

impl AskedActor {
    /// Who acts on a log that lies here. On a real log that is the machine itself, whatever the line asks; two of
    /// it, so that nobody who proposes also decides.
    pub fn resolve(&self, body: &CommandBody, policy: &Policy, city: &PlaceCode, simulated: bool) -> Actor {
        let of_city = |id: String, role| Actor { id, role, scope: city.clone() };
        match self {
            Self::Somebody(actor) if simulated => known(actor),
            Self::Role(role) if simulated => of_city(format!("local:{}", role.as_str()), *role),
            _ if role_may(Role::TownshipClerk, body, policy) => {
                of_city("local:township".to_owned(), Role::Local)
            }
            _ => of_city("local:county".to_owned(), Role::Local),
        }
    }
}

/// Somebody made up, by an id that tells in the log where they act: a desk's ends in its code. Whoever's says nothing of
/// the kind acts on the machine itself.
fn known(asked: &Actor) -> Actor {
    let is_desk = scope_of_desk(&asked.id, asked.role).as_ref() == Some(&asked.scope);
    if is_desk || is_local(&asked.id) {
        return asked.clone();
    }
    Actor { id: format!("local:{}", asked.id), ..asked.clone() }
}

/// A line as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawLine {
    /// Its bytes, without the end of the line.
    Bytes(Vec<u8>),
    /// Longer than [`MAX_LINE_BYTES`]; it was passed over.
    TooLong,
}

impl RawLine {
    /// How long it is.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::TooLong => usize::MAX,
        }
    }

    /// Reads it.
    pub fn parse(&self) -> Result<ImportLine, LineError> {
        match self {
            Self::Bytes(bytes) => parse(bytes),
            Self::TooLong => Err(LineError {
                id: None,
                rule: "too-large",
                chinese: format!("此行超过 {MAX_LINE_BYTES} 字节"),
                english: format!("the line exceeds {MAX_LINE_BYTES} bytes"),
            }),
        }
    }
}

/// The lines of a file or of standard input, one at a time and none longer than the limit.
pub struct Lines<R> {
    reader: R,
    /// What a failure to read names.
    file: PathBuf,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a reader, and the file that it reads.
    pub fn new(reader: R, file: impl Into<PathBuf>) -> Self {
        Self { reader, file: file.into(), number: 0 }
    }

    /// The next line that is not empty, with its number from 1.
    pub fn next(&mut self) -> Result<Option<(u64, RawLine)>, Failure> {
        loop {
            let read = self.read().map_err(|cause| Failure::Input { path: self.file.clone(), cause })?;
            let Some(mut line) = read else { return Ok(None) };
            self.number += 1;
            if let RawLine::Bytes(bytes) = &mut line {
                if self.number == 1 && bytes.starts_with(BYTE_ORDER_MARK) {
                    bytes.drain(..BYTE_ORDER_MARK.len());
                }
                if bytes.iter().all(u8::is_ascii_whitespace) {
                    continue;
                }
            }
            return Ok(Some((self.number, line)));
        }
    }

    fn read(&mut self) -> io::Result<Option<RawLine>> {
        let mut line = Vec::new();
        let (mut is_too_long, mut has_begun) = (false, false);
        loop {
            let available = self.reader.fill_buf()?;
            if available.is_empty() {
                break;
            }
            has_begun = true;
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            is_too_long |= line.len() + part.len() > MAX_LINE_BYTES;
            if !is_too_long {
                line.extend_from_slice(part);
            }
            let used = end.map_or(available.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(has_begun.then_some(if is_too_long { RawLine::TooLong } else { RawLine::Bytes(line) }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    fn parsed(value: &Value) -> Result<ImportLine, LineError> {
        parse(value.to_string().as_bytes())
    }

    #[test]
    fn what_is_not_the_requests_is_taken_out() {
        let line = json!({
            "name": "register-place", "id": ID, "effective_date": "2018-01-01", "on_behalf_of": "5108",
            "actor": {"id": "甲", "role": "county_officer", "scope": "510811"}, "data": {}, "expect_rule": "place-level"
        });
        let line = parsed(&line).unwrap();
        assert_eq!((line.name.as_str(), line.id.to_string().as_str()), ("register-place", ID));
        assert_eq!(line.body, json!({"effective_date": "2018-01-01", "on_behalf_of": "5108", "data": {}}));
        assert_eq!(line.expect_rule.as_deref(), Some("place-level"));
        assert!(matches!(line.actor, AskedActor::Somebody(actor) if actor.id == "甲"));
        let plain = parsed(&json!({"name": "x", "id": ID, "actor": "auditor"})).unwrap();
        assert_eq!(plain.actor, AskedActor::Role(Role::Auditor));
    }

    #[test]
    fn a_line_that_does_not_read_says_why() {
        for (line, id) in [
            ("", None),
            ("[1]", None),
            (r#"{"name":"x"}"#, None),
            (r#"{"name":"x","id":"1"}"#, Some("1")),
            (r#"{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV"}"#, Some(ID)),
            (r#"{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","name":"x","actor":"king"}"#, Some(ID)),
            (
                r#"{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","name":"x","actor":{"id":"","role":"local","scope":"5108"}}"#,
                Some(ID),
            ),
            (r#"{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","name":"x","actor":["甲","local","5108"]}"#, Some(ID)),
            (r#"{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","name":"x","expect_rule":1}"#, Some(ID)),
        ] {
            assert_eq!(parse(line.as_bytes()).unwrap_err().id.as_deref(), id, "{line}");
        }
    }

    #[test]
    fn on_a_real_log_a_line_acts_as_the_machine_itself() {
        let policy = Policy::defaults().unwrap();
        let city: PlaceCode = "5108".parse().unwrap();
        let body = |name: &str, data: Value| CommandBody::deserialize(name, data).unwrap().unwrap();
        let merge = body("merge-branches", json!({"joint_branch": ID}));
        let withdraw = body("withdraw-proposal", json!({"joint_branch": ID}));
        let officer =
            |id: &str| Actor { id: id.into(), role: Role::CountyOfficer, scope: "510811".parse().unwrap() };
        let asked = AskedActor::Somebody(officer("甲"));
        let simulated = |id: &str| AskedActor::Somebody(officer(id)).resolve(&merge, &policy, &city, true);
        for (id, known) in [
            ("甲-510811", "甲-510811"),
            ("local:甲", "local:甲"),
            ("甲", "local:甲"),
            ("甲-510824", "local:甲-510824"),
            ("甲-510811100", "local:甲-510811100"),
        ] {
            assert_eq!(simulated(id), officer(known));
        }
        let local = asked.resolve(&merge, &policy, &city, false);
        assert_eq!((local.id.as_str(), local.role), ("local:county", Role::Local));
        assert_eq!(AskedActor::Nobody.resolve(&withdraw, &policy, &city, true).id, "local:township");
        let clerk = AskedActor::Role(Role::TownshipClerk).resolve(&withdraw, &policy, &city, true);
        assert_eq!(
            (clerk.id.as_str(), clerk.role, clerk.scope),
            ("local:township_clerk", Role::TownshipClerk, city)
        );
    }

    #[test]
    fn lines_are_bounded_and_numbered() {
        let long = "x".repeat(MAX_LINE_BYTES + 1);
        let text = format!("\u{feff}one\n\n  \r\ntwo\n{long}\nlast");
        let mut lines = Lines::new(io::BufReader::with_capacity(100, text.as_bytes()), "-");
        let mut read = Vec::new();
        while let Some((number, line)) = lines.next().unwrap() {
            read.push((number, line));
        }
        let bytes = |text: &str| RawLine::Bytes(text.as_bytes().to_vec());
        assert_eq!(read, [(1, bytes("one")), (4, bytes("two")), (5, RawLine::TooLong), (6, bytes("last"))]);
    }
}
