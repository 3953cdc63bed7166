//! C2SP tlog-proof: a text that shows, offline, that one event is in the log under a signed checkpoint.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::errors;
use tlog_tiles::Hash;

use crate::checkpoint::{Checkpoint, CheckpointError, MAX_CHECKPOINT_BYTES};
use crate::tree::{Tree, includes, leaf_hash};

/// The first line.
const HEADING: &str = "c2sp.org/tlog-proof@v1";
/// The longest path that a tree of 2⁶⁴ leaves has.
const MAX_PATH: usize = 64;
/// The longest receipt: an event in base64, a path and a checkpoint.
pub const MAX_RECEIPT_BYTES: usize = 90_000 + MAX_CHECKPOINT_BYTES;

errors! {
    /// Why a receipt does not prove anything.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ReceiptError {
        /// Not a tlog-proof.
        #[zh("不是 c2sp.org/tlog-proof@v1 回执的格式")]
        #[en("it is not the form of a receipt (c2sp.org/tlog-proof@v1)")]
        Format,
    } of {
        /// Its checkpoint is none.
        Checkpoint(#[from] CheckpointError),
    }
}

/// A receipt.
#[derive(Debug, PartialEq)]
pub struct Receipt {
    /// The exact bytes of the event, from which its leaf is hashed.
    pub event: Vec<u8>,
    /// Where it stands, counted from 0: one less than its position.
    pub index: u64,
    /// From the leaf's sibling to the root's child.
    pub path: Vec<Hash>,
    /// The signed head.
    pub checkpoint: Checkpoint,
}

impl Receipt {
    /// The receipt of an event under a checkpoint; nothing where the checkpoint does not cover it.
    pub fn of(tree: &Tree, checkpoint: Checkpoint, index: u64, event: Vec<u8>) -> Option<Self> {
        let path = tree.inclusion(index, checkpoint.size)?;
        Some(Self { event, index, path, checkpoint })
    }

    /// The position of the event.
    pub fn position(&self) -> u64 {
        self.index.saturating_add(1)
    }

    /// Whether the event is in the tree of the checkpoint. Who signed that is another question.
    pub fn is_included(&self) -> bool {
        let head = (self.checkpoint.size, self.checkpoint.root);
        includes(&self.path, head, self.index, leaf_hash(&self.event))
    }

    /// Reads a receipt; only the one spelling that the specification gives. The event must be in it.
    pub fn parse(bytes: &[u8]) -> Result<Self, ReceiptError> {
        let text = Some(bytes).filter(|bytes| bytes.len() <= MAX_RECEIPT_BYTES);
        let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(ReceiptError::Format)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(ReceiptError::Format)?;
        let mut lines = head.split('\n');
        let mut field = |name: &str| lines.next().and_then(|line| line.strip_prefix(name));
        field(HEADING).filter(|rest| rest.is_empty()).ok_or(ReceiptError::Format)?;
        let event = field("extra ")
            .and_then(|event| BASE64_STANDARD.decode(event).ok())
            .ok_or(ReceiptError::Format)?;
        let index = field("index ").and_then(|index| index.parse().ok()).ok_or(ReceiptError::Format)?;
        let path: Vec<Hash> =
            lines.map(Hash::parse_hash).collect::<Result<_, _>>().map_err(|_| ReceiptError::Format)?;
        let receipt = Self { event, index, path, checkpoint: Checkpoint::parse(checkpoint.as_bytes())? };
        let is_canonical = receipt.path.len() <= MAX_PATH && receipt.to_string() == text;
        if is_canonical { Ok(receipt) } else { Err(ReceiptError::Format) }
    }
}

impl std::fmt::Display for Receipt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let event = BASE64_STANDARD.encode(&self.event);
        write!(formatter, "{HEADING}\nextra {event}\nindex {}\n", self.index)?;
        self.path.iter().try_for_each(|hash| writeln!(formatter, "{hash}"))?;
        let checkpoint = self.checkpoint.to_bytes();
        write!(formatter, "\n{}", String::from_utf8_lossy(&checkpoint))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::{KeyKind, SecretKey};

    fn body(index: u64) -> Vec<u8> {
        format!("event {index}").into_bytes()
    }

    fn receipt(index: u64) -> Receipt {
        let tree: Tree = (0..10).map(|index| leaf_hash(&body(index))).collect();
        let key = SecretKey::new("example.cn/log", KeyKind::Log, [1; 32]).unwrap();
        let checkpoint = Checkpoint::sign("example.cn/log", 10, tree.root(10).unwrap(), &[key]).unwrap();
        Receipt::of(&tree, checkpoint, index, body(index)).unwrap()
    }

    #[test]
    fn a_receipt_reads_as_it_was_written_and_proves_its_event() {
        for index in 0..10 {
            let read = Receipt::parse(receipt(index).to_string().as_bytes()).unwrap();
            assert_eq!(read, receipt(index));
            assert!(read.is_included());
            assert_eq!(read.position(), index + 1);
            assert!(!Receipt { event: body(index + 1), ..receipt(index) }.is_included());
            assert!(!Receipt { index: (index + 1) % 10, ..receipt(index) }.is_included());
        }
    }

    #[test]
    fn the_lines_are_those_of_the_specification() {
        let text = receipt(3).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[..3], ["c2sp.org/tlog-proof@v1", "extra ZXZlbnQgMw==", "index 3"]);
        assert_eq!((lines[7], lines[8], lines[9]), ("", "example.cn/log", "10"));
        for odd in [
            text.replacen("@v1", "@v2", 1),
            text.replacen("index 3", "index 03", 1),
            text.replacen("index 3", "index +3", 1),
            text.replacen("extra ZXZlbnQgMw==\n", "", 1),
            text.replacen("extra ", "extra  ", 1),
            text.replacen("\n\n", "\n", 1),
            String::new(),
        ] {
            assert!(Receipt::parse(odd.as_bytes()).is_err(), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd_to_refuse(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Receipt::parse(&bytes);
        }

        #[test]
        fn a_flipped_byte_before_the_signatures_is_found(at in 0_usize..700, flip in 1_u8..) {
            let mut bytes = receipt(3).to_string().into_bytes();
            let signatures = bytes.windows(4).rposition(|window| window == "\n\n—".as_bytes()[..4].as_ref()).unwrap();
            let at = at % signatures;
            bytes[at] ^= flip;
            let key = SecretKey::new("example.cn/log", KeyKind::Log, [1; 32]).unwrap().public();
            let is_taken = Receipt::parse(&bytes).is_ok_and(|read| {
                read.is_included() && read.checkpoint.is_signed_by_log(std::slice::from_ref(&key)).unwrap_or(false)
            });
            prop_assert!(!is_taken);
        }
    }
}
