//! The hashes of the signed events, beside the views: a cache that says where a log was changed. It is believed only where
//! its own root is that of a signed head, and made anew at every start.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use audit::Hash;
use audit::checkpoint::Checkpoint;
use audit::tree::Tree;

/// The file in the data directory.
const FILE: &str = "tree.leaves";
/// Bytes of a hash.
const HASH_BYTES: u64 = size_of::<Hash>() as u64;

/// What a data directory remembers of the tree under a head; nothing where the file is not of that head, whatever else it
/// may be: a crash may leave it shorter, cut off or empty.
pub fn load(directory: &Path, head: &Checkpoint) -> Option<Tree> {
    let bytes = std::fs::read(directory.join(FILE)).ok()?;
    let leaves = bytes.chunks_exact(size_of::<Hash>());
    let leaves = leaves.take(usize::try_from(head.size).unwrap_or(usize::MAX));
    let tree: Tree = leaves.map(|chunk| Hash(chunk.try_into().unwrap_or_default())).collect();
    (tree.root(head.size) == Some(head.root)).then_some(tree)
}

/// Writes the first leaves of a tree beside the file and then in its place. What cannot be written is a pity, no more.
pub(super) fn write(directory: &Path, tree: &Tree, size: u64) {
    let Some(bytes) = bytes(tree, 0, size) else { return };
    if let Err(error) = super::write_beside(&directory.join(FILE), &bytes) {
        tracing::warn!(%error, file = FILE, "the hashes of the sealed events were not written");
    }
}

/// Adds what the file does not have of the first leaves of a tree: also what an earlier write failed to add.
pub(super) fn extend(directory: &Path, tree: &Tree, size: u64) {
    if let Err(error) = try_extend(&directory.join(FILE), tree, size) {
        tracing::warn!(%error, file = FILE, "the hashes of the sealed events were not written");
    }
}

fn try_extend(path: &Path, tree: &Tree, size: u64) -> std::io::Result<()> {
    let mut file: File = OpenOptions::new().create(true).write(true).truncate(false).open(path)?;
    // A crash may have cut it off within a hash: what is left of that one is written anew.
    let there = (file.metadata()?.len() / HASH_BYTES).min(size);
    let Some(bytes) = bytes(tree, there, size) else { return Ok(()) };
    file.set_len(there * HASH_BYTES)?;
    file.seek(SeekFrom::End(0))?;
    file.write_all(&bytes)?;
    file.sync_data()
}

fn bytes(tree: &Tree, from: u64, to: u64) -> Option<Vec<u8>> {
    let leaves = tree.range(0, from, to.saturating_sub(from))?;
    Some(leaves.iter().flat_map(|leaf| leaf.0).collect())
}

#[cfg(test)]
mod tests {
    use audit::key::{KeyKind, SecretKey};
    use audit::tree::leaf_hash;

    use super::*;

    #[test]
    fn only_the_leaves_of_the_signed_head_are_believed_and_what_is_missing_is_added() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(FILE);
        let tree: Tree = (0..9_u32).map(|name| leaf_hash(&name.to_be_bytes())).collect();
        let key = SecretKey::new("example.cn/log", KeyKind::Log, [1; 32]).unwrap();
        let head = |size| {
            Checkpoint::sign("example.cn/log", size, tree.root(size).unwrap(), std::slice::from_ref(&key))
                .unwrap()
        };
        let loaded = |size| load(directory.path(), &head(size)).map(|tree| tree.size());
        assert_eq!(loaded(5), None);
        write(directory.path(), &tree, 5);
        assert_eq!((loaded(5), loaded(4), loaded(6)), (Some(5), Some(4), None));
        extend(directory.path(), &tree, 9);
        assert_eq!((loaded(9), loaded(3)), (Some(9), Some(3)));
        // A power cut or a full disk: cut off within a hash, then shorter, empty, and with a hole of zeros.
        let whole = std::fs::read(&path).unwrap();
        for length in [8 * 32 + 7, 3 * 32, 0] {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(loaded(9), None);
            extend(directory.path(), &tree, 9);
            assert_eq!(std::fs::read(&path).unwrap(), whole);
        }
        let hole = [&whole[..64], &[0; 64], &whole[128..]].concat();
        std::fs::write(&path, hole).unwrap();
        assert_eq!(loaded(9), None);
        write(directory.path(), &tree, 9);
        assert_eq!(loaded(9), Some(9));
    }
}
