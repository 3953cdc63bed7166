//! Where an event commits to an erasable value instead of saying it.

use crate::entity::Entity;
use crate::event::EventBody;
use crate::event_table::with_every_event;
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

macro_rules! commitments {
    ($(
        $(#[doc = $doc:literal])+
        $(#[cfg($only:meta)])?
        $variant:ident($data:ty) = $type:literal $(at $version:literal, $(from $earlier:literal by $old:ty),+)?,
        say($zh:literal, $en:literal), of $entity:ident $(($id:ident))?, folded by $fold:path
        $(, on its $day:ident)?
        $(, commits $commitment:ident to $pointer:literal of $subject:ident($subject_id:ident))?
        $(, is [$($flag:ident),+])?;
    )+) => {
        impl EventBody {
            /// What the event commits to, if anything.
            pub fn committed(&self) -> Option<Committed<'_>> {
                match self {
                    $($(#[cfg($only)])? Self::$variant(_data) => {
                        $(if let Some(commitment) = Option::<&Commitment>::from(&_data.$commitment) {
                            let subject = Entity::$subject(_data.$subject_id);
                            return Some(Committed { subject, pointer: $pointer, commitment });
                        })?
                        None
                    })+
                }
            }
        }
    };
}

with_every_event!(commitments);
