//! The events against signed heads: whether they are those under the root, and if not, from which position on.

use event_log::Position;

use crate::checkpoint::Checkpoint;
use crate::finding::{Finding, FindingKind};
use crate::tree::Tree;

/// Holds the tree of the events that are there against a signed head, the hashes that came with it, and older heads.
pub fn check_against_checkpoints(
    events: &Tree,
    claimed: Option<&Tree>,
    checkpoint: &Checkpoint,
    older: &[&Checkpoint],
) -> Vec<Finding> {
    let mut heads: Vec<(&Checkpoint, FindingKind)> = older
        .iter()
        .map(|older| (*older, FindingKind::Fork))
        .chain([(checkpoint, FindingKind::Root)])
        .collect();
    heads.sort_by_key(|(head, _)| head.size);
    let mut findings = Vec::new();
    let mut sound = 0;
    let differing = claimed.and_then(|claimed| first_difference(events, claimed));
    for (head, kind) in heads {
        match events.root(head.size) {
            Some(root) if root == head.root => sound = sound.max(head.size),
            Some(root) => {
                // The hashes that came with the head know better than the root where it begins, if they are its own.
                let known =
                    claimed.filter(|claimed| claimed.root(head.size) == Some(head.root)).and(differing);
                let (at, kind) = known.map_or((sound + 1, kind), |at| (at, FindingKind::Leaf));
                let detail = format!("{}: {root} ≠ {}", head.size, head.root);
                findings.push(Finding::new(at, kind, detail));
            }
            None => {
                let (last, size) = (events.size(), head.size);
                let known = differing.filter(|at| *at <= last);
                findings.extend(known.map(|at| Finding::new(at, FindingKind::Leaf, "")));
                findings.push(Finding::new(last + 1, FindingKind::LogShorter, format!("{last} < {size}")));
            }
        }
    }
    if findings.is_empty()
        && let Some(at) = differing.filter(|at| *at <= checkpoint.size)
    {
        findings.push(Finding::new(at, FindingKind::Tile, ""));
    }
    findings
}

/// The first position at which two trees differ, or one of them ends.
fn first_difference(one: &Tree, other: &Tree) -> Option<Position> {
    let longer = one.size().max(other.size());
    (0..longer).find(|index| one.leaf(*index) != other.leaf(*index)).map(|index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{KeyKind, SecretKey};
    use crate::tree::leaf_hash;

    fn tree(names: impl IntoIterator<Item = u32>) -> Tree {
        names.into_iter().map(|name| leaf_hash(&name.to_be_bytes())).collect()
    }

    fn head(tree: &Tree, size: u64) -> Checkpoint {
        let key = SecretKey::new("example.cn/log", KeyKind::Log, [1; 32]).unwrap();
        Checkpoint::sign("example.cn/log", size, tree.root(size).unwrap(), &[key]).unwrap()
    }

    #[track_caller]
    fn check(events: &Tree, claimed: Option<&Tree>, older: &[&Checkpoint], expected: &[(u64, FindingKind)]) {
        let honest = tree(0..20);
        let found = check_against_checkpoints(events, claimed, &head(&honest, 20), older);
        let found: Vec<_> = found.iter().map(|finding| (finding.position, finding.kind)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_differs_is_found_where_it_begins() {
        let honest = tree(0..20);
        let changed = tree((0..20).map(|name| if name == 11 { 99 } else { name }));
        let (early, late) = (head(&honest, 8), head(&honest, 15));
        check(&honest, Some(&honest), &[&early, &late], &[]);
        check(&tree(0..25), None, &[&early], &[]);
        check(&changed, Some(&honest), &[], &[(12, FindingKind::Leaf)]);
        check(&changed, None, &[], &[(1, FindingKind::Root)]);
        check(&changed, None, &[&early], &[(9, FindingKind::Root)]);
        check(&changed, None, &[&early, &late], &[(9, FindingKind::Fork), (9, FindingKind::Root)]);
        // Hashes that were changed with the events are not those under the root.
        check(&changed, Some(&changed), &[&early], &[(9, FindingKind::Root)]);
        check(&honest, Some(&changed), &[], &[(12, FindingKind::Tile)]);
        check(&tree(0..17), Some(&honest), &[], &[(18, FindingKind::LogShorter)]);
        check(&honest, None, &[&head(&changed, 15)], &[(1, FindingKind::Fork)]);
        check(&honest, None, &[&head(&tree(0..30), 30)], &[(21, FindingKind::LogShorter)]);
    }
}
