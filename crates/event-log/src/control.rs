//! What stands beside the log and must stay erasable: names with their salts, token hashes, small values.

use std::fmt;

use crate::log::{LogError, Position};

/// SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// The shortest salt of a commitment.
pub const MIN_SALT_BYTES: usize = 16;

/// The small value with the position up to which names, pays and reasons may be gone: a mirror holds the log without them.
pub const NAMES_ABSENT_ENTRY: &str = "names.absent-up-to";

/// Up to which event values may be gone, where the log was held by a mirror.
pub fn names_absent_up_to(control: &dyn ControlStore) -> Result<Option<Position>, LogError> {
    let text = control.get(NAMES_ABSENT_ENTRY)?;
    Ok(text.and_then(|text| String::from_utf8(text).ok()?.parse().ok()))
}

/// A field of a command that the log holds only as a salted commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct Erasable {
    /// The command that carried it.
    pub command_id: String,
    /// Which field of the command, as a JSON pointer.
    pub pointer: String,
    /// Whom it is about, such as a person's id.
    pub subject: String,
    /// What its commitment was salted with, at least [`MIN_SALT_BYTES`].
    pub salt: Vec<u8>,
    /// The field itself.
    pub value: String,
}

impl fmt::Debug for Erasable {
    /// Salt and value stay out of logs and test output.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { command_id, pointer, subject, .. } = self;
        write!(formatter, "Erasable({command_id} {pointer} of {subject})")
    }
}

/// The erasable store of a city. What a call changed is durable when it returns; every call blocks.
pub trait ControlStore: Send + Sync {
    /// Stores fields of commands about to be recorded by an append after `expected_last`; those of one command are
    /// stored all or none.
    ///
    /// Where several instances may decide the same command, each keeps its own fields, told apart by their salts: the
    /// commitment in the log says which ones count.
    fn put_erasables(&self, erasables: &[Erasable], expected_last: Position) -> Result<(), LogError>;

    /// The fields of one command; where there are several of one pointer, the n-th of each pointer belong together.
    fn erasables_of_command(&self, command_id: &str) -> Result<Vec<Erasable>, LogError>;

    /// The latest value of a subject's field.
    fn value_of(&self, subject: &str, pointer: &str) -> Result<Option<String>, LogError>;

    /// Every subject with the value of one field, the latest of a subject last.
    fn values_of_pointer(&self, pointer: &str) -> Result<Vec<(String, String)>, LogError>;

    /// The commands that have fields of a subject here.
    fn commands_of_subject(&self, subject: &str) -> Result<Vec<String>, LogError>;

    /// The commands that have fields here.
    fn command_ids(&self) -> Result<Vec<String>, LogError>;

    /// Takes back exactly these fields: their command was not recorded with them, and never will be.
    fn delete_erasables(&self, erasables: &[Erasable]) -> Result<(), LogError>;

    /// Takes back the fields of commands that were never recorded and never can be, since the log has passed the position
    /// that their append was for: what a crash left behind. `last` is how far `is_recorded` knows the log.
    /// Returns how many commands it were.
    fn sweep(&self, last: Position, is_recorded: &dyn Fn(&str) -> bool) -> Result<usize, LogError>;

    /// Erases the fields of a command for good, from the disk too.
    fn delete_command(&self, command_id: &str) -> Result<(), LogError>;

    /// Makes a token the one of an account, in the place of an earlier one.
    fn put_token(&self, hash: &TokenHash, account_id: &str) -> Result<(), LogError>;

    /// The account of a token. Asked on every request.
    fn account_of_token(&self, hash: &TokenHash) -> Result<Option<String>, LogError>;

    /// Every token's hash with its account.
    fn tokens(&self) -> Result<Vec<(TokenHash, String)>, LogError>;

    /// Makes the token of an account worthless.
    fn delete_token(&self, account_id: &str) -> Result<(), LogError>;

    /// A small value.
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, LogError>;

    /// Every small value with its key.
    fn entries(&self) -> Result<Vec<(String, Vec<u8>)>, LogError>;

    /// Stores a small value in the place of an earlier one.
    fn put(&self, key: &str, value: &[u8]) -> Result<(), LogError>;

    /// Stores a small value where the earlier one is still what is expected; false where it is not, and nothing changed.
    fn put_if(&self, key: &str, expected: Option<&[u8]>, value: &[u8]) -> Result<bool, LogError>;

    /// Reads the store for damage.
    fn check(&self) -> Result<(), LogError> {
        Ok(())
    }

    /// Waits until everything is seen here that anybody stored before this call.
    fn catch_up(&self) -> Result<(), LogError>;
}
