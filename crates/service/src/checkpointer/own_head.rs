//! The last signed head that this instance saw, in its data directory: the log and the store beside it may both be put back
//! to an earlier state, and this one remembers further.

use std::path::Path;

use audit::checkpoint::Checkpoint;

/// The file in the data directory.
const FILE: &str = "sealed.head";

/// The head that this directory remembers. What does not read was not written whole, and remembers nothing.
pub fn load(directory: &Path) -> Option<Checkpoint> {
    Checkpoint::parse(&std::fs::read(directory.join(FILE)).ok()?).ok()
}

/// Keeps a head. Where that fails this directory remembers less.
pub(super) fn keep(directory: &Path, head: &Checkpoint) {
    if let Err(error) = super::write_beside(&directory.join(FILE), &head.to_bytes()) {
        tracing::warn!(%error, file = FILE, "the signed head was not kept in the data directory");
    }
}

/// Forgets it, because the operator accepted that the log goes on from an earlier event.
pub(super) fn forget(directory: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(directory.join(FILE)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
