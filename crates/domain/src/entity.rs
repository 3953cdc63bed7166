//! Entities: what a command changes and an event is about.

use crate::ids::{
    AccountId, InstanceId, JointBranchId, OrganizationId, PersonId, PlaceId, PolicyId, SupervisionId,
    YellowCardId,
};

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
    /// The access log of an instance.
    AccessLog(InstanceId),
    /// A policy.
    Policy(PolicyId),
    /// A supervision.
    Supervision(SupervisionId),
    /// A yellow card.
    YellowCard(YellowCardId),
}

impl Entity {
    /// The id alone, without the kind.
    pub fn id(&self) -> String {
        let text = self.to_string();
        text.split_once('/').map_or(text.as_str(), |(_, id)| id).to_owned()
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
            Self::AccessLog(id) => write!(formatter, "access-log/{id}"),
            Self::Policy(id) => write!(formatter, "policy/{id}"),
            Self::Supervision(id) => write!(formatter, "supervision/{id}"),
            Self::YellowCard(id) => write!(formatter, "yellow-card/{id}"),
        }
    }
}
