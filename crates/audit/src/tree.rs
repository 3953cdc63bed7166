//! The Merkle tree of RFC 6962 over the stored bytes of events, held as the hashes of its C2SP tiles.

use tlog_tiles::{
    Error, Hash, HashReader, check_record, check_tree, node_hash, prove_record, prove_tree, record_hash,
    split_stored_hash_index, tree_hash,
};

/// How many hashes a full tile has, and how many levels of the tree it spans.
pub const TILE_WIDTH: u64 = 256;
const TILE_HEIGHT: u8 = 8;

/// The hash of an event's bytes as a leaf.
pub fn leaf_hash(body: &[u8]) -> Hash {
    record_hash(body)
}

/// The tree of a log: 32 bytes an event, whatever else a proof needs is hashed when it is asked for.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Level 0 has the leaves; each level above, the roots of the full tiles below.
    levels: Vec<Vec<Hash>>,
}

impl FromIterator<Hash> for Tree {
    fn from_iter<Leaves: IntoIterator<Item = Hash>>(leaves: Leaves) -> Self {
        let mut tree = Self::default();
        leaves.into_iter().for_each(|leaf| tree.push(leaf));
        tree
    }
}

impl Tree {
    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for level in 0.. {
            if level == self.levels.len() {
                self.levels.push(Vec::new());
            }
            let hashes = &mut self.levels[level];
            hashes.push(hash);
            if !(hashes.len() as u64).is_multiple_of(TILE_WIDTH) {
                return;
            }
            hash = subtree_root(&hashes[hashes.len() - TILE_WIDTH as usize..]);
        }
    }

    /// The leaf at an index, counted from 0.
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        self.range(0, index, 1).map(|hashes| hashes[0])
    }

    /// The root when the tree had that many leaves.
    pub fn root(&self, size: u64) -> Option<Hash> {
        if size > self.size() { None } else { tree_hash(size, self).ok() }
    }

    /// Hashes of a tile level, as a tile holds them.
    pub fn range(&self, level: u8, first: u64, count: u64) -> Option<&[Hash]> {
        let hashes = self.levels.get(usize::from(level))?;
        let first = usize::try_from(first).ok()?;
        hashes.get(first..first.checked_add(usize::try_from(count).ok()?)?)
    }

    /// That the leaf at `index` stands in the tree of `size`.
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if size > self.size() { None } else { prove_record(size, index, self).ok() }
    }

    /// That the tree of `old_size` is the beginning of the one of `size`; nothing is needed for an empty one.
    pub fn consistency(&self, old_size: u64, size: u64) -> Option<Vec<Hash>> {
        match old_size {
            _ if size > self.size() || old_size > size => None,
            0 => Some(Vec::new()),
            _ => prove_tree(size, old_size, self).ok(),
        }
    }
}

impl HashReader for Tree {
    /// A node of the tree by its place in storage order, from the tile that spans its level.
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let node = |index: &u64| {
            let (level, number) = split_stored_hash_index(*index);
            let below = level % TILE_HEIGHT;
            let hashes = self.range(level / TILE_HEIGHT, number << below, 1 << below);
            hashes.map(subtree_root).ok_or(Error::IndexesNotInTree)
        };
        indexes.iter().map(node).collect()
    }
}

/// The root over hashes whose number is a power of two.
fn subtree_root(hashes: &[Hash]) -> Hash {
    match hashes {
        [only] => *only,
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            node_hash(subtree_root(left), subtree_root(right))
        }
    }
}

/// Whether the proof shows that the leaf stands at `index` in the tree of that size and root.
pub fn includes(proof: &[Hash], (size, root): (u64, Hash), index: u64, leaf: Hash) -> bool {
    check_record(&proof.to_vec(), size, root, index, leaf).is_ok()
}

/// Whether the proof shows that the older tree is the beginning of the newer.
pub fn is_consistent(proof: &[Hash], (size, root): (u64, Hash), (old_size, old_root): (u64, Hash)) -> bool {
    match old_size {
        0 => proof.is_empty() && old_root == tlog_tiles::EMPTY_HASH,
        _ => check_tree(&proof.to_vec(), size, root, old_size, old_root).is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use ct_merkle::{ConsistencyProof, InclusionProof, RootHash};
    use sha2::Sha256;

    use super::*;

    fn body(index: u64) -> Vec<u8> {
        format!("event {index}").into_bytes()
    }

    fn tree(size: u64) -> Tree {
        (0..size).map(|index| leaf_hash(&body(index))).collect()
    }

    fn hexadecimal(hash: Hash) -> String {
        domain::hexadecimal(&hash.0)
    }

    /// The leaves and roots with which implementations of RFC 6962 are compared.
    #[test]
    fn the_known_roots_come_out() {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let bytes = |digits: &str| -> Vec<u8> {
            (0..digits.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
                .collect()
        };
        let tree: Tree = leaves.iter().map(|leaf| leaf_hash(&bytes(leaf))).collect();
        for (size, root) in (1..).zip(roots) {
            assert_eq!(hexadecimal(tree.root(size).unwrap()), root);
        }
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hexadecimal(tree.root(0).unwrap()), empty);
    }

    /// `ct-merkle` shares no code with what is tested here.
    #[test]
    fn an_independent_tree_agrees_on_roots_and_proofs() {
        let ours = tree(600);
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let root_at = |size: u64| RootHash::<Sha256>::new(ours.root(size).unwrap().0.into(), size);
        for size in 1..=600 {
            theirs.push(body(size - 1));
            assert_eq!(theirs.root(), root_at(size), "{size}");
            for index in [0, size / 2, size - 1] {
                let proof = ours.inclusion(index, size).unwrap();
                let digests: Vec<_> = proof.iter().map(|hash| hash.0.into()).collect();
                let proof = InclusionProof::from_digests(digests.iter());
                root_at(size).verify_inclusion(&body(index), index, &proof).unwrap();
            }
            for old in [1, size.div_ceil(3), size - size / 5] {
                let proof = ours.consistency(old, size).unwrap();
                let digests: Vec<_> = proof.iter().map(|hash| hash.0.into()).collect();
                let proof = ConsistencyProof::from_digests(digests.iter());
                root_at(size).verify_consistency(&root_at(old), &proof).unwrap();
            }
        }
    }

    #[test]
    fn a_proof_holds_for_its_leaf_and_tree_only() {
        let tree = tree(300);
        let head = |size: u64| (size, tree.root(size).unwrap());
        let proof = tree.inclusion(7, 300).unwrap();
        let leaf = |index: u64| leaf_hash(&body(index));
        assert!(includes(&proof, head(300), 7, leaf(7)));
        assert!(!includes(&proof, head(300), 7, leaf(8)));
        assert!(!includes(&proof, head(300), 8, leaf(7)));
        assert!(!includes(&proof, head(299), 7, leaf(7)));
        assert!(!includes(&proof[1..], head(300), 7, leaf(7)));
        assert!(!includes(&proof, head(300), 300, leaf(7)));
        let proof = tree.consistency(100, 300).unwrap();
        assert!(is_consistent(&proof, head(300), head(100)));
        assert!(!is_consistent(&proof, head(300), (100, tree.root(101).unwrap())));
        assert!(!is_consistent(&proof, head(100), head(300)));
        assert!(is_consistent(&[], head(300), head(300)));
        assert!(is_consistent(&[], head(300), head(0)));
        assert!(!is_consistent(&[], head(300), (0, head(1).1)));
    }

    #[test]
    fn what_is_not_in_the_tree_has_no_hash() {
        let tree = tree(3);
        assert!(tree.root(4).is_none() && tree.leaf(3).is_none());
        assert!(tree.inclusion(3, 3).is_none() && tree.inclusion(0, 4).is_none());
        assert!(tree.consistency(3, 2).is_none() && tree.consistency(1, 4).is_none());
        assert!(tree.range(1, 0, 1).is_none() && tree.range(0, u64::MAX, 2).is_none());
        assert!(Tree::default().leaf(0).is_none());
    }
}
