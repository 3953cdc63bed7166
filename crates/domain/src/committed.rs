//! Where an event commits to an erasable value instead of saying it.

use crate::entity::Entity;
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
