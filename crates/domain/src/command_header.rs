//! What every command says besides what it asks for, and every fact from outside that its decision may use.

use std::collections::BTreeMap;

use crate::actor::{Actor, Authority};
use crate::date::{Date, Timestamp};
use crate::document_number::{DecidedBy, Document, Override};
use crate::ids::{CommandId, Commitment, HolderId};

/// The header of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandHeader {
    /// The idempotency key.
    pub id: CommandId,
    /// Who acts.
    pub actor: Actor,
    /// On whose authority.
    pub on_behalf_of: Authority,
    /// From which day it holds.
    pub effective_date: Date,
    /// For which day it was decided, where what was recorded since lets it hold only from a later one.
    pub decided_on: Option<Date>,
    /// When it is recorded: given by the loop, never earlier than the event before.
    pub recorded_at: Timestamp,
    /// The paper.
    pub document: Option<Document>,
    /// The meeting.
    pub decided_by: Option<DecidedBy>,
    /// Why a warning is set aside.
    pub override_: Option<Override>,
    /// Whether it says that it is simulated; where it says nothing it is what the log is.
    pub simulated: Option<bool>,
    /// Whose account it is about, where the name is one that an account has had: only the erasable store knows names.
    pub holder: Option<HolderId>,
    /// Commitments of the erasable fields, by pointer.
    pub commitments: BTreeMap<String, Commitment>,
}
