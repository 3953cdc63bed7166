//! Signing the next checkpoint of a log, only where the log continues the last one.

use domain::errors;
use event_log::Position;

use crate::checkpoint::{Checkpoint, CheckpointError, origin};
use crate::key::{PublicKey, SecretKey};
use crate::tree::Tree;

errors! {
    /// Why a log does not continue its last checkpoint, and is neither signed nor served.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ContinuityError {
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
        /// The last checkpoint does not read.
        #[zh("上次签署的检查点无法读取:{}", cause.say().zh)]
        #[en("the last signed checkpoint does not read: {}", cause.say().en)]
        Checkpoint(#[from] cause: CheckpointError),
        /// The last checkpoint is of another log, or signed by no key of this one.
        #[zh("上次签署的检查点不是本日志的密钥所签,也可能属于另一日志")]
        #[en("the last checkpoint is not signed by a key of this log, or belongs to another")]
        Foreign,
    }
}

/// The leaf hashes that the log had when its last checkpoint was signed, where they are still at hand.
pub type KnownLeaves<'a> = Option<&'a Tree>;

/// Checks that a log continues the last checkpoint that was signed for it.
pub fn check_continues(
    tree: &Tree,
    last: &Checkpoint,
    city: &str,
    keys: &[PublicKey],
    known: KnownLeaves<'_>,
) -> Result<(), ContinuityError> {
    if last.origin != origin(city) || !last.is_signed_by_log(keys)? {
        return Err(ContinuityError::Foreign);
    }
    match tree.root(last.size) {
        None => Err(ContinuityError::Shorter { last: tree.size(), size: last.size }),
        Some(root) if root == last.root => Ok(()),
        Some(_) => {
            let known = known.filter(|known| known.root(last.size) == Some(last.root));
            let differs = |known: &Tree| (0..last.size).find(|index| tree.leaf(*index) != known.leaf(*index));
            let position = known.and_then(differs).map_or(1, |index| index + 1);
            Err(ContinuityError::Forked { position, size: last.size })
        }
    }
}

/// The checkpoint of the whole tree, signed with every key; nothing where the last one covers as much. The tree must have
/// been checked against the last one before.
pub fn sign_next_checkpoint(
    tree: &Tree,
    last: Option<&Checkpoint>,
    city: &str,
    keys: &[SecretKey],
) -> Result<Option<Checkpoint>, ContinuityError> {
    let size = tree.size();
    if size <= last.map_or(0, |last| last.size) {
        return Ok(None);
    }
    let root = tree.root(size).ok_or(ContinuityError::Shorter { last: size, size })?;
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
        let head = sign_next_checkpoint(&tree(0..7), None, "5108", &keys).unwrap().unwrap();
        assert_eq!((head.size, head.origin.as_str()), (7, "lianjian.cn/cities/5108"));
        assert_eq!(sign_next_checkpoint(&tree(0..7), Some(&head), "5108", &keys).unwrap(), None);
        assert_eq!(sign_next_checkpoint(&tree(0..9), Some(&head), "5108", &keys).unwrap().unwrap().size, 9);
        assert_eq!(sign_next_checkpoint(&tree([]), None, "5108", &keys).unwrap(), None);
    }

    #[test]
    fn a_log_that_is_not_the_signed_one_is_refused_with_its_position() {
        let (keys, public) = ([key(1)], [key(1).public()]);
        let honest = tree(0..7);
        let head = sign_next_checkpoint(&honest, None, "5108", &keys).unwrap().unwrap();
        let check =
            |tree: &Tree, known: KnownLeaves<'_>| check_continues(tree, &head, "5108", &public, known);
        assert_eq!(check(&tree(0..12), None), Ok(()));
        assert_eq!(check(&tree(0..5), None), Err(ContinuityError::Shorter { last: 5, size: 7 }));
        let changed = tree((0..7).map(|name| if name == 3 { 99 } else { name }));
        assert_eq!(check(&changed, None), Err(ContinuityError::Forked { position: 1, size: 7 }));
        assert_eq!(check(&changed, Some(&honest)), Err(ContinuityError::Forked { position: 4, size: 7 }));
        // What is known is believed only where the signed root says the same.
        assert_eq!(check(&changed, Some(&changed)), Err(ContinuityError::Forked { position: 1, size: 7 }));
        assert_eq!(check_continues(&honest, &head, "5109", &public, None), Err(ContinuityError::Foreign));
        assert_eq!(
            check_continues(&honest, &head, "5108", &[key(2).public()], None),
            Err(ContinuityError::Foreign)
        );
    }
}
