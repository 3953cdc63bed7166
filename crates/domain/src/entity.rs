//! Entities: what a command changes and an event is about.

use std::borrow::Cow;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::ids::{
    AccountId, InstanceId, JointBranchId, MeetingId, OrganizationId, PersonId, PlaceId, PolicyId,
    SupervisionId, YellowCardId,
};
use crate::wire_text::stands_as_text;

/// The entity that an event is about: the CloudEvent's `subject`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A place.
    Place(PlaceId),
    /// An organization.
    Organization(OrganizationId),
    /// A person.
    Person(PersonId),
    /// A joint branch.
    JointBranch(JointBranchId),
    /// An account.
    Account(AccountId),
    /// How the log itself is kept.
    Log,
    /// By which clock it is kept.
    Clock,
    /// By which edition of the rule book its commands are decided.
    RuleBook,
    /// By whose keys it is signed.
    SigningKeys,
    /// The access log of an instance.
    AccessLog(InstanceId),
    /// A policy.
    Policy(PolicyId),
    /// A supervision.
    Supervision(SupervisionId),
    /// A yellow card.
    YellowCard(YellowCardId),
    /// A coordination meeting.
    Meeting(MeetingId),
}

impl Entity {
    /// The id alone, without the kind.
    pub fn id(&self) -> String {
        let text = self.to_string();
        text.split_once('/').map_or(text.as_str(), |(_, id)| id).to_owned()
    }

    /// The entity that a field of an event's data names whole.
    pub(crate) const fn itself(entity: Self) -> Self {
        entity
    }
}

crate::errors! {
    /// A text that names no entity.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum EntityError {
        /// It is not a kind and an id.
        #[zh("「{text}」不是记录的对象，应如 joint-branch/<编号>")]
        #[en("`{text}` names no entity, as joint-branch/<id> does")]
        Shape {
            /// What was written.
            text: String,
        },
    }
}

impl FromStr for Entity {
    type Err = EntityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || EntityError::Shape { text: text.chars().take(60).collect() };
        let (kind, id) = text.split_once('/').ok_or_else(refused)?;
        let found = match kind {
            "place" => id.parse().ok().map(Self::Place),
            "organization" => id.parse().ok().map(Self::Organization),
            "person" => id.parse().ok().map(Self::Person),
            "joint-branch" => id.parse().ok().map(Self::JointBranch),
            "account" => id.parse().ok().map(Self::Account),
            "log" if id == "durability" => Some(Self::Log),
            "log" if id == "clock" => Some(Self::Clock),
            "log" if id == "rules" => Some(Self::RuleBook),
            "log" if id == "keys" => Some(Self::SigningKeys),
            "access-log" => id.parse().ok().map(Self::AccessLog),
            "policy" => id.parse().ok().map(Self::Policy),
            "supervision" => id.parse().ok().map(Self::Supervision),
            "yellow-card" => id.parse().ok().map(Self::YellowCard),
            "meeting" => id.parse().ok().map(Self::Meeting),
            _ => None,
        };
        found.ok_or_else(refused)
    }
}

stands_as_text!(Entity);

impl JsonSchema for Entity {
    fn schema_name() -> Cow<'static, str> {
        "Entity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "记录的对象：类别和编号 / what an event is about: its kind and its id",
            "type": "string",
            "pattern": "^(place|organization|person|joint-branch|account|log|access-log|policy|supervision|yellow-card|meeting)/[0-9A-Za-z]+$",
        })
    }
}

impl std::fmt::Display for Entity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Place(id) => write!(formatter, "place/{id}"),
            Self::Organization(id) => write!(formatter, "organization/{id}"),
            Self::Person(id) => write!(formatter, "person/{id}"),
            Self::JointBranch(id) => write!(formatter, "joint-branch/{id}"),
            Self::Account(id) => write!(formatter, "account/{id}"),
            Self::Log => formatter.write_str("log/durability"),
            Self::Clock => formatter.write_str("log/clock"),
            Self::RuleBook => formatter.write_str("log/rules"),
            Self::SigningKeys => formatter.write_str("log/keys"),
            Self::AccessLog(id) => write!(formatter, "access-log/{id}"),
            Self::Policy(id) => write!(formatter, "policy/{id}"),
            Self::Supervision(id) => write!(formatter, "supervision/{id}"),
            Self::YellowCard(id) => write!(formatter, "yellow-card/{id}"),
            Self::Meeting(id) => write!(formatter, "meeting/{id}"),
        }
    }
}
