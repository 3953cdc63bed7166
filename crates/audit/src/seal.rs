//! Sealing: the next signed head of a log, made only where it continues the last one.

use domain::errors;
use event_log::Position;

use crate::checkpoint::{Checkpoint, CheckpointError, origin};
use crate::key::{PublicKey, SecretKey};
use crate::tree::Tree;

errors! {
    /// Why a log is neither signed nor served.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum SealError {
        /// It has lost events that were signed for.
        #[zh("日志止于第 {last} 条,而已签署的检查点覆盖到第 {size} 条:第 {} 条起的事件缺失。停止服务,从备份恢复后再启动", last + 1)]
        #[en("the log ends at {last}, the last signed checkpoint covers {size}: events from {} on are missing; stop, restore from a backup, and start again", last + 1)]
        Shorter {
            /// Where it ends.
            last: Position,
            /// How many events were signed for.
            size: u64,
        },
        /// It is another history than the one that was signed for.
        #[zh("日志与已签署的检查点(第 {size} 条)分叉,自第 {position} 条起曾被改动。停止服务,用 audit verify 与备份核对")]
        #[en("the log forks from the last signed checkpoint (of {size} events): it was changed from event {position} on; stop, and compare it with a backup by audit verify")]
        Forked {
            /// The first position that may have been changed.
            position: Position,
            /// How many events were signed for.
            size: u64,
        },
        /// The last head is not one.
        #[zh("上次签署的检查点无法读取:{}", cause.say().zh)]
        #[en("the last signed checkpoint does not read: {}", cause.say().en)]
        Checkpoint(#[from] cause: CheckpointError),
        /// The last head is another log's, or nobody's that this log knows.
        #[zh("上次签署的检查点不是本日志的密钥所签,也可能属于另一日志")]
        #[en("the last checkpoint is not signed by a key of this log, or belongs to another")]
        Foreign,
    }
}

/// What is known of a log's past: the hashes that were there when it was sealed, where they are still at hand.
pub type Remembered<'a> = Option<&'a Tree>;

/// Holds a log against the last head that was signed for it.
pub fn check_last(
    tree: &Tree,
    last: &Checkpoint,
    city: &str,
    keys: &[PublicKey],
    remembered: Remembered<'_>,
) -> Result<(), SealError> {
    if last.origin != origin(city) || !last.is_signed_by_log(keys)? {
        return Err(SealError::Foreign);
    }
    match tree.root(last.size) {
        None => Err(SealError::Shorter { last: tree.size(), size: last.size }),
        Some(root) if root == last.root => Ok(()),
        Some(_) => {
            let known = remembered.filter(|known| known.root(last.size) == Some(last.root));
            let differs = |known: &Tree| (0..last.size).find(|index| tree.leaf(*index) != known.leaf(*index));
            let position = known.and_then(differs).map_or(1, |index| index + 1);
            Err(SealError::Forked { position, size: last.size })
        }
    }
}

/// The head of the whole tree, signed with every key; nothing where the last one says as much. The last one must have
/// been held against the tree before.
pub fn next_head(
    tree: &Tree,
    last: Option<&Checkpoint>,
    city: &str,
    keys: &[SecretKey],
) -> Result<Option<Checkpoint>, SealError> {
    let size = tree.size();
    if size <= last.map_or(0, |last| last.size) {
        return Ok(None);
    }
    let root = tree.root(size).ok_or(SealError::Shorter { last: size, size })?;
    Ok(Some(Checkpoint::sign(&origin(city), size, root, keys)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyKind;
    use crate::tree::leaf_hash;

    fn tree(names: impl IntoIterator<Item = u32>) -> Tree {
        names.into_iter().map(|name| leaf_hash(&name.to_be_bytes())).collect()
    }

    fn key(seed: u8) -> SecretKey {
        SecretKey::new(&origin("5108"), KeyKind::Log, [seed; 32]).unwrap()
    }

    #[test]
    fn a_log_is_signed_as_it_grows_and_only_then() {
        let keys = [key(1)];
        let head = next_head(&tree(0..7), None, "5108", &keys).unwrap().unwrap();
        assert_eq!((head.size, head.origin.as_str()), (7, "lianjian.cn/cities/5108"));
        assert_eq!(next_head(&tree(0..7), Some(&head), "5108", &keys).unwrap(), None);
        assert_eq!(next_head(&tree(0..9), Some(&head), "5108", &keys).unwrap().unwrap().size, 9);
        assert_eq!(next_head(&tree([]), None, "5108", &keys).unwrap(), None);
    }

    #[test]
    fn a_log_that_is_not_the_signed_one_is_refused_with_its_position() {
        let (keys, public) = ([key(1)], [key(1).public()]);
        let honest = tree(0..7);
        let head = next_head(&honest, None, "5108", &keys).unwrap().unwrap();
        let check =
            |tree: &Tree, remembered: Remembered<'_>| check_last(tree, &head, "5108", &public, remembered);
        assert_eq!(check(&tree(0..12), None), Ok(()));
        assert_eq!(check(&tree(0..5), None), Err(SealError::Shorter { last: 5, size: 7 }));
        let changed = tree((0..7).map(|name| if name == 3 { 99 } else { name }));
        assert_eq!(check(&changed, None), Err(SealError::Forked { position: 1, size: 7 }));
        assert_eq!(check(&changed, Some(&honest)), Err(SealError::Forked { position: 4, size: 7 }));
        // What is remembered is believed only where the signed root says the same.
        assert_eq!(check(&changed, Some(&changed)), Err(SealError::Forked { position: 1, size: 7 }));
        assert_eq!(check_last(&honest, &head, "5109", &public, None), Err(SealError::Foreign));
        assert_eq!(check_last(&honest, &head, "5108", &[key(2).public()], None), Err(SealError::Foreign));
    }
}
