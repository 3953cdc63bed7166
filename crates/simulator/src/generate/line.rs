//! One line of `import commands`: a command with its id and who gives it, as NDJSON writes it.

use domain::account::Role;
use domain::actor::{Actor, Authority};
use domain::date::Date;
use domain::document_number::{DecidedBy, Document, Override};
use domain::ids::CommandId;
use domain::place::PlaceCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use ulid::Ulid;

/// A command that the demo or the generator gives; always a simulated one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The command's name.
    pub name: String,
    /// The idempotency key, and the id of what the command creates.
    pub id: CommandId,
    /// From which day it holds.
    pub effective_date: Date,
    /// For which day it was decided, where it can no longer hold from that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Date>,
    /// The paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// The meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<DecidedBy>,
    /// On whose authority.
    pub on_behalf_of: Authority,
    /// Who acts.
    pub actor: LineActor,
    /// Why a warning is set aside.
    #[serde(default, rename = "override", skip_serializing_if = "Option::is_none")]
    pub override_: Option<Override>,
    /// Always true: nothing here happened.
    pub simulated: bool,
    /// What is asked.
    pub data: Value,
    /// The rule that must refuse it; nothing where it is lawful.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect_rule: Option<String>,
}

/// Who gives the command of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineActor {
    /// An opaque id.
    pub id: String,
    /// In which role.
    pub role: Role,
    /// Where it may act.
    pub scope: PlaceCode,
}

impl LineActor {
    /// Who loads the list of places and the city's own organ, which lie in no county.
    pub fn local(city: &PlaceCode) -> Self {
        Self { id: "local:places".to_owned(), role: Role::Local, scope: city.clone() }
    }

    /// As the domain knows it.
    pub fn actor(&self) -> Actor {
        Actor { id: self.id.clone(), role: self.role, scope: self.scope.clone() }
    }
}

/// A ULID made of a label: the same script always gives the same commands. The time in it means nothing.
pub fn labelled_ulid(label: &str) -> Ulid {
    let digest: [u8; 32] = Sha256::digest(label.as_bytes()).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Ulid::from_bytes(bytes)
}
