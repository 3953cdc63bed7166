//! What C2SP tlog-mirror's `add-entries` carries: which events of which log, in packages that each prove to be part of a signed
//! tree, so that a mirror keeps one without having seen the next.

use tlog_tiles::{Hash, node_hash};

use crate::tree::{TILE_WIDTH, Tree, leaf_hash};

/// The most hashes that a proof may have.
const MAX_PROOF: usize = 63;
const HASH_BYTES: usize = size_of::<Hash>();
/// The longest that a beginning, or a package, can be: a text, a ticket or 256 entries with 16-bit lengths, and a proof.
pub const MAX_PART_BYTES: usize = TILE_WIDTH as usize * (2 + u16::MAX as usize) + 1 + MAX_PROOF * HASH_BYTES;

/// Why a body is not read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// What an upload begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Of which log.
    pub origin: String,
    /// The first event, counted from 0, and the one after the last: the size of a head that the mirror follows.
    pub start: u64,
    pub end: u64,
}

/// The interval of one package, and where the bundle that it is of begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub rounded: u64,
    pub start: u64,
    pub end: u64,
}

/// The events of a package, and that they are part of the tree.
#[derive(Debug, PartialEq)]
pub struct Package<'a> {
    pub entries: Vec<&'a [u8]>,
    pub proof: Vec<Hash>,
}

impl Upload {
    /// Reads the beginning of a body; nothing while some of it is still to come. Says how many bytes it has. A ticket is passed
    /// over: none was given out.
    pub fn read(bytes: &[u8]) -> Result<Option<(Self, usize)>, Malformed> {
        let mut rest = bytes;
        let read = (|| {
            let origin = text(&mut rest)?;
            let [start, end] = [number(&mut rest)?, number(&mut rest)?];
            text(&mut rest)?;
            Some((origin, start, end))
        })();
        let Some((origin, start, end)) = read else { return Ok(None) };
        let origin = String::from_utf8(origin.to_vec()).map_err(|_| Malformed)?;
        let used = bytes.len() - rest.len();
        if start > end { Err(Malformed) } else { Ok(Some((Self { origin, start, end }, used))) }
    }

    /// The packages in their only order.
    pub fn spans(&self) -> impl Iterator<Item = Span> + use<> {
        let (first, last) = (self.start, self.end);
        let rounded = first / TILE_WIDTH * TILE_WIDTH;
        let starts = (rounded..last).step_by(TILE_WIDTH as usize).filter(move |_| first < last);
        starts.map(move |rounded| Span {
            rounded,
            start: rounded.max(first),
            end: rounded.saturating_add(TILE_WIDTH).min(last),
        })
    }
}

impl<'a> Package<'a> {
    /// Reads the package of a span; nothing while some of it is still to come. Says how many bytes it has.
    pub fn read(bytes: &'a [u8], span: Span) -> Result<Option<(Self, usize)>, Malformed> {
        let mut rest = bytes;
        let mut entries = Vec::new();
        for _ in span.start..span.end {
            let Some(entry) = text(&mut rest) else { return Ok(None) };
            entries.push(entry);
        }
        let Some((count, behind)) = rest.split_first() else { return Ok(None) };
        let count = usize::from(*count);
        if count > MAX_PROOF {
            return Err(Malformed);
        }
        let Some((hashes, behind)) = behind.split_at_checked(count * HASH_BYTES) else { return Ok(None) };
        let (hashes, _) = hashes.as_chunks::<HASH_BYTES>();
        let proof = hashes.iter().map(|bytes| Hash(*bytes)).collect();
        Ok(Some((Self { entries, proof }, bytes.len() - behind.len())))
    }

    /// Whether its events, behind the leaves of the same bundle that are known, are part of a tree.
    pub fn is_part_of(&self, known: &[Hash], span: Span, (size, root): (u64, Hash)) -> bool {
        let own = self.entries.iter().map(|entry| leaf_hash(entry));
        let leaves: Tree = known.iter().copied().chain(own).collect();
        let count = span.end - span.rounded;
        let subtree = leaves.root(count).filter(|_| leaves.size() == count);
        subtree
            .is_some_and(|subtree| is_subtree(&self.proof, (span.rounded, span.end), subtree, (size, root)))
    }
}

/// Whether the proof shows that the leaves from `start` to before `end` have that root in the tree of that size and root: the
/// subtree consistency proof of draft-ietf-plants-merkle-tree-certs, taken apart from its end as it is put together.
pub fn is_subtree(
    proof: &[Hash],
    (start, end): (u64, u64),
    subtree: Hash,
    (size, root): (u64, Hash),
) -> bool {
    start < end && end <= size && walk(proof, (start, end), size, subtree, true) == Some((subtree, root))
}

/// The roots of the part of the subtree that lies in a tree, and of that tree, by the rest of the proof.
fn walk(
    proof: &[Hash],
    (start, end): (u64, u64),
    size: u64,
    subtree: Hash,
    is_whole: bool,
) -> Option<(Hash, Hash)> {
    if start == 0 && end == size {
        return match proof {
            [] if is_whole => Some((subtree, subtree)),
            [only] if !is_whole => Some((*only, *only)),
            _ => None,
        };
    }
    let (sibling, rest) = proof.split_last()?;
    // The largest power of two below the size.
    let left = 1_u64 << (size - 1).checked_ilog2()?;
    if end <= left {
        let (part, tree) = walk(rest, (start, end), left, subtree, is_whole)?;
        Some((part, node_hash(tree, *sibling)))
    } else if start >= left {
        let (part, tree) = walk(rest, (start - left, end - left), size - left, subtree, is_whole)?;
        Some((part, node_hash(*sibling, tree)))
    } else if start == 0 {
        let (part, tree) = walk(rest, (0, end - left), size - left, subtree, false)?;
        Some((node_hash(*sibling, part), node_hash(*sibling, tree)))
    } else {
        None
    }
}

/// What a 16-bit length precedes.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<2>()?;
    let (text, behind) = behind.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    *rest = behind;
    Some(text)
}

fn number(rest: &mut &[u8]) -> Option<u64> {
    let (number, behind) = rest.split_first_chunk::<8>()?;
    *rest = behind;
    Some(u64::from_be_bytes(*number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leaves(count: u64) -> Vec<Hash> {
        (0..count).map(|index| leaf_hash(&index.to_be_bytes())).collect()
    }

    fn root(leaves: &[Hash]) -> Hash {
        let tree: Tree = leaves.iter().copied().collect();
        tree.root(tree.size()).unwrap()
    }

    /// The proof as the draft puts it together.
    fn prove(start: usize, end: usize, leaves: &[Hash], is_whole: bool) -> Vec<Hash> {
        let size = leaves.len();
        if start == 0 && end == size {
            return if is_whole { Vec::new() } else { vec![root(leaves)] };
        }
        let left = size.next_power_of_two() / 2;
        let (mut proof, sibling) = if end <= left {
            (prove(start, end, &leaves[..left], is_whole), &leaves[left..])
        } else if start >= left {
            (prove(start - left, end - left, &leaves[left..], is_whole), &leaves[..left])
        } else {
            (prove(0, end - left, &leaves[left..], false), &leaves[..left])
        };
        proof.push(root(sibling));
        proof
    }

    #[test]
    fn every_subtree_is_shown_by_its_proof_and_by_no_other() {
        for size in 1..40_u64 {
            let all = leaves(size);
            for width in [1, 2, 4, 8, 16, 32] {
                for start in (0..size).step_by(width) {
                    for end in start + 1..=size.min(start + width as u64) {
                        let (first, last) = (start as usize, end as usize);
                        let proof = prove(first, last, &all, true);
                        let (subtree, head) = (root(&all[first..last]), (size, root(&all)));
                        let check = |proof: &[Hash], at: (u64, u64), head: (u64, Hash)| {
                            is_subtree(proof, at, subtree, head)
                        };
                        assert!(check(&proof, (start, end), head), "{start} {end} {size}");
                        let other = leaf_hash(b"other");
                        assert!(!is_subtree(&proof, (start, end), other, head));
                        assert!(!check(&proof, (start, end), (size, other)));
                        assert!(!check(&[&proof[..], &[other]].concat(), (start, end), head));
                        for at in 0..proof.len() {
                            let mut wrong = proof.clone();
                            wrong[at] = other;
                            assert!(!check(&wrong, (start, end), head), "{at} of {start} {end} {size}");
                            wrong.remove(at);
                            assert!(!check(&wrong, (start, end), head));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn packages_are_aligned_and_the_last_one_is_as_long_as_the_upload() {
        let spans = |start, end| {
            let spans = Upload { origin: String::new(), start, end }.spans();
            spans.map(|span| (span.rounded, span.start, span.end)).collect::<Vec<_>>()
        };
        assert_eq!(spans(5, 5), []);
        assert_eq!(spans(5, 7), [(0, 5, 7)]);
        assert_eq!(spans(200, 600), [(0, 200, 256), (256, 256, 512), (512, 512, 600)]);
        assert_eq!(spans(256, 512), [(256, 256, 512)]);
    }

    #[test]
    fn a_body_reads_part_by_part_as_it_comes() {
        let mut bytes =
            [&b"\x00\x03log"[..], &7_u64.to_be_bytes(), &9_u64.to_be_bytes(), b"\x00\x00"].concat();
        for length in 0..bytes.len() {
            assert_eq!(Upload::read(&bytes[..length]), Ok(None), "{length}");
        }
        let upload = Upload { origin: "log".into(), start: 7, end: 9 };
        assert_eq!(Upload::read(&bytes), Ok(Some((upload.clone(), bytes.len()))));
        bytes[12] = 10;
        assert_eq!(Upload::read(&bytes), Err(Malformed), "it would end before it begins");
        let span = upload.spans().next().unwrap();
        let package = [b"\x00\x01a\x00\x02bc\x01", &[3_u8; 32][..]].concat();
        for length in 0..package.len() {
            assert_eq!(Package::read(&package[..length], span), Ok(None), "{length}");
        }
        let (read, used) = Package::read(&package, span).unwrap().unwrap();
        assert_eq!(
            (read.entries, read.proof, used),
            (vec![&b"a"[..], b"bc"], vec![Hash([3; 32])], package.len())
        );
        assert_eq!(Package::read(b"\x00\x01a\x00\x02bc\x40", span), Err(Malformed), "64 hashes");
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd_to_refuse(bytes in proptest::collection::vec(any::<u8>(), 0..600), start in 0_u64..9) {
            let _ = Upload::read(&bytes);
            let _ = Package::read(&bytes, Span { rounded: 0, start, end: start + 3 });
        }

        #[test]
        fn no_proof_is_too_odd_to_refuse(proof in proptest::collection::vec(any::<[u8; 32]>(), 0..70), start: u64, end: u64, size: u64) {
            let proof: Vec<Hash> = proof.into_iter().map(Hash).collect();
            prop_assert!(!is_subtree(&proof, (start, end), Hash([1; 32]), (size, Hash([2; 32]))));
        }
    }
}
