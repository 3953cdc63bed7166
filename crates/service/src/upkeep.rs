//! What is known of keys, backups and witnesses besides the log: the mark that a backup leaves in the data directory, and the
//! signatures in the control store.

use std::path::Path;

use domain::date::Timestamp;
use event_log::{ControlStore, LogError, regular_file};
use projections::Upkeep;
use serde::{Deserialize, Serialize};

use crate::checkpointer::{witnessed_heads, write_beside};

/// The mark's file in the data directory. It says when copies were taken, and nothing of where they are.
const FILE: &str = "copies.json";

/// When copies were last taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Copies {
    /// When a backup of the log was made.
    backed_up_at: Option<Timestamp>,
    /// Up to which event.
    position: Option<u64>,
    /// When the keys were copied.
    keys_copied_at: Option<Timestamp>,
}

/// A mark that does not read says nothing.
fn copies(directory: &Path) -> Copies {
    let bytes = regular_file::read_small(&directory.join(FILE)).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// What is known now.
pub fn read(directory: &Path, control: &dyn ControlStore) -> Result<Upkeep, LogError> {
    let Copies { backed_up_at, position, keys_copied_at } = copies(directory);
    let witnessed = witnessed_heads(control)?.last().map(|head| head.size);
    Ok(Upkeep { keys_copied: keys_copied_at, backed_up: backed_up_at.zip(position), witnessed })
}

/// Leaves a mark that a backup was made, and whether of the keys too.
pub fn note_backup(directory: &Path, at: Timestamp, position: u64, with_keys: bool) -> std::io::Result<()> {
    let keys_copied_at = if with_keys { Some(at) } else { copies(directory).keys_copied_at };
    let mark = Copies { backed_up_at: Some(at), position: Some(position), keys_copied_at };
    write_beside(&directory.join(FILE), &serde_json::to_vec(&mark)?)
}

#[cfg(test)]
mod tests {
    use event_log::EmbeddedControl;

    use super::*;

    #[test]
    fn a_backup_leaves_a_mark_and_one_without_keys_keeps_theirs() {
        let directory = tempfile::tempdir().unwrap();
        let control = EmbeddedControl::open(directory.path()).unwrap();
        let known = || read(directory.path(), &control).unwrap();
        assert_eq!(known(), Upkeep::default());
        let [first, second] = [1_800_000_000_000, 1_800_000_100_000].map(Timestamp::from_milliseconds);
        note_backup(directory.path(), first, 7, true).unwrap();
        note_backup(directory.path(), second, 9, false).unwrap();
        let expected = Upkeep { keys_copied: Some(first), backed_up: Some((second, 9)), witnessed: None };
        assert_eq!(known(), expected);
        std::fs::write(directory.path().join(FILE), "no mark").unwrap();
        assert_eq!(known(), Upkeep::default());
    }
}
