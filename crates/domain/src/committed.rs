//! Where an event commits to an erasable value instead of saying it.

use crate::entity::Entity;
use crate::event::EventBody;
use crate::ids::Commitment;

/// What an event commits to instead of saying it.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed<'a> {
    /// Whom the value is about.
    pub subject: Entity,
    /// The field of the event's command, as a JSON pointer inside its `data`.
    pub pointer: &'static str,
    /// The commitment.
    pub commitment: &'a Commitment,
}

impl EventBody {
    /// What the event commits to, if anything.
    pub fn committed(&self) -> Option<Committed<'_>> {
        let (subject, pointer, commitment) = match self {
            Self::PersonRegistered(data) => {
                (Entity::Person(data.person), "/name", Some(&data.name_commitment))
            }
            Self::SecretaryAssigned(data) => {
                (Entity::Person(data.person), "/monthly_pay", data.monthly_pay_commitment.as_ref())
            }
            Self::SecretaryRelieved(data) => {
                (Entity::Person(data.person), "/reason", data.reason_commitment.as_ref())
            }
            Self::AccountIssued(data) => {
                (Entity::Account(data.account), "/holder", Some(&data.holder_commitment))
            }
            _ => return None,
        };
        Some(Committed { subject, pointer, commitment: commitment? })
    }
}
