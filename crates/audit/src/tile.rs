//! The paths of C2SP tlog-tiles, and the bytes of the tiles and entry bundles behind them.

use crate::tree::{TILE_WIDTH, Tree};

/// The highest level that a path may name.
const MAX_LEVEL: u8 = 63;

/// What a path under `/tile/` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TileKind {
    /// Hashes of a level.
    Hashes(u8),
    /// The events themselves.
    Entries,
}

/// A tile or an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TilePath {
    /// Hashes or events.
    pub kind: TileKind,
    /// Which one of its level, counted from 0.
    pub index: u64,
    /// How many hashes or events it holds, 1 to 256.
    pub width: u64,
}

impl TilePath {
    /// Reads what follows `/tile/`; only the one spelling that the specification gives.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.split_once('/')?;
        let kind = match level {
            "entries" => TileKind::Entries,
            digits => TileKind::Hashes(decimal(digits).filter(|level| *level <= u64::from(MAX_LEVEL))? as u8),
        };
        let (index, width) = match rest.split_once(".p/") {
            Some((index, width)) => (index, decimal(width).filter(|width| (1..TILE_WIDTH).contains(width))?),
            None => (rest, TILE_WIDTH),
        };
        let digits: String = index.split('/').map(|part| part.trim_start_matches('x')).collect();
        let tile = Self { kind, index: digits.parse().ok()?, width };
        (tile.to_string() == path).then_some(tile)
    }

    /// The first leaf, and the one after the last, that a tile of level 0 or an entry bundle spans.
    pub fn leaves(&self) -> Option<(u64, u64)> {
        let first = self.index.checked_mul(TILE_WIDTH)?;
        Some((first, first.checked_add(self.width)?))
    }

    /// The bytes of a tile of hashes, where the tree of `size` has it.
    pub fn hashes(&self, tree: &Tree, size: u64) -> Option<Vec<u8>> {
        let TileKind::Hashes(level) = self.kind else { return None };
        let (first, end) = self.leaves()?;
        let whole = TILE_WIDTH.checked_pow(u32::from(level)).map_or(0, |span| size / span);
        let hashes = if end <= whole { tree.range(level, first, self.width)? } else { return None };
        Some(hashes.iter().flat_map(|hash| hash.0).collect())
    }
}

impl std::fmt::Display for TilePath {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            TileKind::Hashes(level) => write!(formatter, "{level}/")?,
            TileKind::Entries => formatter.write_str("entries/")?,
        }
        let mut parts = vec![format!("{:03}", self.index % 1_000)];
        let mut rest = self.index / 1_000;
        while rest > 0 {
            parts.push(format!("x{:03}", rest % 1_000));
            rest /= 1_000;
        }
        parts.reverse();
        formatter.write_str(&parts.join("/"))?;
        if self.width == TILE_WIDTH { Ok(()) } else { write!(formatter, ".p/{}", self.width) }
    }
}

/// A number without a leading zero.
fn decimal(digits: &str) -> Option<u64> {
    let number: u64 = digits.parse().ok()?;
    (number.to_string() == digits).then_some(number)
}

/// The entry bundle of these events; nothing where one is longer than its 16-bit length can say.
pub fn entry_bundle<'a>(bodies: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bundle = Vec::new();
    for body in bodies {
        bundle.extend(u16::try_from(body.len()).ok()?.to_be_bytes());
        bundle.extend(body);
    }
    Some(bundle)
}

/// The events of an entry bundle; nothing where its bytes are not exactly so many of them, each behind its length.
pub fn entries_of(bundle: &[u8], count: u64) -> Option<Vec<&[u8]>> {
    let (mut entries, mut rest) = (Vec::new(), bundle);
    for _ in 0..count.min(TILE_WIDTH) {
        let (length, behind) = rest.split_first_chunk::<2>()?;
        let (entry, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = behind;
    }
    rest.is_empty().then_some(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tree::leaf_hash;

    fn hashes(level: u8, index: u64, width: u64) -> TilePath {
        TilePath { kind: TileKind::Hashes(level), index, width }
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(hashes(0, 1_234_067, 256).to_string(), "0/x001/x234/067");
        assert_eq!(hashes(63, 0, 1).to_string(), "63/000.p/1");
        let entries = TilePath { kind: TileKind::Entries, index: 5, width: 255 };
        assert_eq!(entries.to_string(), "entries/005.p/255");
        assert_eq!(TilePath::parse("entries/005.p/255"), Some(entries));
        for path in [
            "0/1",
            "0/0001",
            "00/001",
            "64/000",
            "0/x001",
            "0/001.p/0",
            "0/001.p/256",
            "0/001.p/01",
            "0/",
            "",
            "0",
            "entries/x000/001",
            "data/001",
            "0/-01",
            "0/001/",
            "0/xx01/001",
            "0/+01",
        ] {
            assert_eq!(TilePath::parse(path), None, "{path}");
        }
    }

    /// The example of the specification: a tree of 70,000 leaves.
    #[test]
    fn a_tree_has_the_tiles_that_the_specification_counts() {
        let tree: Tree = (0..70_000_u32).map(|index| leaf_hash(&index.to_be_bytes())).collect();
        let has = |tile: TilePath| tile.hashes(&tree, 70_000).is_some();
        assert!(has(hashes(0, 272, 256)) && !has(hashes(0, 273, 256)));
        assert!(has(hashes(0, 273, 112)) && !has(hashes(0, 273, 113)));
        assert!(has(hashes(1, 0, 256)) && has(hashes(1, 1, 17)) && !has(hashes(1, 1, 18)));
        assert!(has(hashes(2, 0, 1)) && !has(hashes(2, 0, 2)) && !has(hashes(9, 0, 1)));
        assert_eq!(hashes(0, 0, 256).hashes(&tree, 70_000).unwrap().len(), 8_192);
        // A tile that no signed tree has yet is not there, though the leaves are.
        assert!(hashes(0, 0, 256).hashes(&tree, 255).is_none());
        assert_eq!(hashes(1, 0, 1).hashes(&tree, 256).unwrap(), tree.root(256).unwrap().0);
    }

    #[test]
    fn a_bundle_prefixes_each_entry_with_its_length() {
        assert_eq!(entry_bundle([&b"ab"[..], b""]).unwrap(), b"\x00\x02ab\x00\x00");
        assert_eq!(entry_bundle([&vec![0; 65_536][..]]), None);
    }

    #[test]
    fn a_bundle_reads_as_it_was_written_and_whole_or_not_at_all() {
        let bundle = entry_bundle([&b"ab"[..], b"", b"c"]).unwrap();
        assert_eq!(entries_of(&bundle, 3), Some(vec![&b"ab"[..], b"", b"c"]));
        assert!([2, 4].iter().all(|count| entries_of(&bundle, *count).is_none()));
        assert!((0..bundle.len()).all(|length| entries_of(&bundle[..length], 3).is_none()));
        assert!(entries_of(&[&bundle[..], b"x"].concat(), 3).is_none());
    }

    proptest! {
        #[test]
        fn a_path_reads_as_it_was_written(level in 0_u8..=63, index: u64, width in 1_u64..=256) {
            let tile = hashes(level, index, width);
            prop_assert_eq!(TilePath::parse(&tile.to_string()), Some(tile));
        }

        #[test]
        fn no_path_is_too_odd_to_refuse(path in ".{0,40}") {
            if let Some(tile) = TilePath::parse(&path) {
                prop_assert_eq!(tile.to_string(), path);
            }
        }
    }
}
