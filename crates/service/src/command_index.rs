//! Which commands were ever recorded, and where: 24 bytes a command, rebuilt from the log.

use std::collections::HashMap;

use domain::ids::CommandId;
use ulid::Ulid;

/// Bytes of one entry in the snapshot: the id, then the position of the command's first event.
const ENTRY_BYTES: usize = 24;

/// The position of the first event of every command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommandIndex {
    first_positions: HashMap<[u8; 16], u64>,
}

impl CommandIndex {
    /// Notes an event: the first of a command fixes its position.
    pub fn note(&mut self, command: CommandId, position: u64) {
        self.first_positions.entry(command.0.to_bytes()).or_insert(position);
    }

    /// Where the command's first event stands.
    pub fn first_position(&self, command: CommandId) -> Option<u64> {
        self.first_positions.get(&command.0.to_bytes()).copied()
    }

    /// Whether the command was recorded, by the text of its id.
    pub fn contains_text(&self, command: &str) -> bool {
        Ulid::from_string(command).is_ok_and(|id| self.first_positions.contains_key(&id.to_bytes()))
    }

    /// The entries, for the snapshot.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.first_positions.len() * ENTRY_BYTES);
        for (command, position) in &self.first_positions {
            bytes.extend_from_slice(command);
            bytes.extend_from_slice(&position.to_le_bytes());
        }
        bytes
    }

    /// Reads what `to_bytes` wrote; nothing where the length does not fit.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if !bytes.len().is_multiple_of(ENTRY_BYTES) {
            return None;
        }
        let mut first_positions = HashMap::with_capacity(bytes.len() / ENTRY_BYTES);
        for entry in bytes.chunks_exact(ENTRY_BYTES) {
            let (command, position) = entry.split_at(16);
            first_positions.insert(command.try_into().ok()?, u64::from_le_bytes(position.try_into().ok()?));
        }
        Some(Self { first_positions })
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::CommandId;

    use super::CommandIndex;

    #[test]
    fn the_first_event_of_a_command_fixes_its_position() {
        let command: CommandId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
        let mut index = CommandIndex::default();
        index.note(command, 7);
        index.note(command, 8);
        assert_eq!(index.first_position(command), Some(7));
        assert_eq!(CommandIndex::from_bytes(&index.to_bytes()), Some(index));
        assert_eq!(CommandIndex::from_bytes(&[0; 23]), None);
    }
}
