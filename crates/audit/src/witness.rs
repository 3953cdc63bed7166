//! C2SP tlog-witness: what a witness answers to a head that is shown to it. It keeps the last head of each log, and
//! signs only what continues that.

use domain::errors;
use tlog_tiles::Hash;

use crate::checkpoint::{Checkpoint, CheckpointError, MAX_CHECKPOINT_BYTES};
use crate::key::{PublicKey, SecretKey};
use crate::tree::is_consistent;

/// The most hashes that a proof may have.
const MAX_PROOF: usize = 63;
/// The longest request: a proof and a checkpoint.
pub const MAX_REQUEST_BYTES: usize = MAX_CHECKPOINT_BYTES + 64 * 64;

errors! {
    /// Why a witness does not sign.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum Refusal {
        /// The request does not read, or its sizes cannot be.
        #[zh("请求格式有误")]
        #[en("the request does not read")]
        Malformed,
        /// A log that it does not know.
        #[zh("本见证人不认识此日志")]
        #[en("the log is unknown to this witness")]
        UnknownLog,
        /// Nobody signed it whom the witness knows.
        #[zh("检查点没有日志密钥的有效签名")]
        #[en("the checkpoint has no valid signature of the log's")]
        NotSigned,
        /// It was last asked about another size.
        #[zh("{size}")]
        #[en("{size}")]
        OtherSize {
            /// The size of the head that it holds.
            size: u64,
        },
        /// It is no continuation of what the witness has signed before: a fork, or a proof that is wrong.
        #[zh("检查点不是上次见证的延续:分叉,或证明有误")]
        #[en("the checkpoint does not continue what was witnessed: a fork, or a wrong proof")]
        Inconsistent,
    }
}

impl Refusal {
    /// The status that the specification gives to it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotSigned => 403,
            Self::UnknownLog => 404,
            Self::OtherSize { .. } => 409,
            Self::Inconsistent => 422,
        }
    }
}

/// The request `add-checkpoint`.
#[derive(Debug, PartialEq)]
pub struct AddCheckpoint {
    /// The size of the head that the witness is believed to hold.
    pub old_size: u64,
    /// That the tree of that size is the beginning of the new one.
    pub proof: Vec<Hash>,
    /// The new head.
    pub checkpoint: Checkpoint,
}

impl AddCheckpoint {
    /// The body of the request.
    pub fn to_bytes(&self) -> Vec<u8> {
        let proof: String = self.proof.iter().map(|hash| format!("{hash}\n")).collect();
        let head = format!("old {}\n{proof}\n", self.old_size);
        [head.as_bytes(), &self.checkpoint.to_bytes()].concat()
    }

    /// Reads the body of a request.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let text = Some(bytes).filter(|bytes| bytes.len() <= MAX_REQUEST_BYTES);
        let text = text.and_then(|bytes| std::str::from_utf8(bytes).ok()).ok_or(Refusal::Malformed)?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(Refusal::Malformed)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old_size = old.and_then(|size| size.parse().ok()).ok_or(Refusal::Malformed)?;
        let proof: Result<Vec<Hash>, _> = lines.map(Hash::parse_hash).collect();
        let proof = proof.map_err(|_| Refusal::Malformed)?;
        let checkpoint = Checkpoint::parse(checkpoint.as_bytes()).map_err(|_| Refusal::Malformed)?;
        let request = Self { old_size, proof, checkpoint };
        let is_well_formed = request.proof.len() <= MAX_PROOF && request.to_bytes() == bytes;
        if is_well_formed { Ok(request) } else { Err(Refusal::Malformed) }
    }
}

/// What a witness holds of one log, and what it answers.
pub struct Witness<'a> {
    /// Its own key.
    pub key: &'a SecretKey,
    /// The logs that it knows.
    pub logs: &'a [PublicKey],
}

impl Witness<'_> {
    /// Co-signs a head at a time, in seconds since 1970. `last` is the head of that log which it holds; what is given
    /// back must be on its disk before it is answered.
    pub fn cosign(
        &self,
        request: &AddCheckpoint,
        last: Option<&Checkpoint>,
        time: u64,
    ) -> Result<Checkpoint, Refusal> {
        let malformed = |_: CheckpointError| Refusal::Malformed;
        let signed = continuing(request, last, self.logs)?;
        let line = signed.cosign(self.key, time).map_err(malformed)?;
        signed.with_signatures(&line).map_err(malformed)
    }
}

/// The head of a request with the signatures of its log alone, where one of these logs signed it and it continues the last.
pub fn continuing(
    request: &AddCheckpoint,
    last: Option<&Checkpoint>,
    logs: &[PublicKey],
) -> Result<Checkpoint, Refusal> {
    let head = &request.checkpoint;
    let known: Vec<PublicKey> = logs.iter().filter(|log| log.name == head.origin).cloned().collect();
    if known.is_empty() {
        return Err(Refusal::UnknownLog);
    }
    if !head.is_signed_by_log(&known).unwrap_or(false) {
        return Err(Refusal::NotSigned);
    }
    if request.old_size > head.size {
        return Err(Refusal::Malformed);
    }
    let (size, root) = last.map_or((0, tlog_tiles::EMPTY_HASH), |last| (last.size, last.root));
    if request.old_size != size {
        return Err(Refusal::OtherSize { size });
    }
    let is_empty = head.size == 0 && head.root == tlog_tiles::EMPTY_HASH && request.proof.is_empty();
    if !is_empty && (head.size == 0 || !is_consistent(&request.proof, (head.size, head.root), (size, root))) {
        return Err(Refusal::Inconsistent);
    }
    head.only_of(&known).map_err(|_| Refusal::Malformed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::checkpoint::origin;
    use crate::key::KeyKind;
    use crate::tree::{Tree, leaf_hash};

    fn tree(names: impl IntoIterator<Item = u32>) -> Tree {
        names.into_iter().map(|name| leaf_hash(&name.to_be_bytes())).collect()
    }

    fn log_key(seed: u8) -> SecretKey {
        SecretKey::new(&origin("5108"), KeyKind::Log, [seed; 32]).unwrap()
    }

    fn request(tree: &Tree, old_size: u64, seed: u8) -> AddCheckpoint {
        let size = tree.size();
        let checkpoint =
            Checkpoint::sign(&origin("5108"), size, tree.root(size).unwrap(), &[log_key(seed)]).unwrap();
        AddCheckpoint { old_size, proof: tree.consistency(old_size, size).unwrap(), checkpoint }
    }

    fn cosign(request: &AddCheckpoint, last: Option<&Checkpoint>) -> Result<Checkpoint, Refusal> {
        let key = SecretKey::new("zhaohua.example.cn", KeyKind::Witness, [9; 32]).unwrap();
        Witness { key: &key, logs: &[log_key(1).public()] }.cosign(request, last, 1_700_000_000)
    }

    #[test]
    fn a_head_that_grows_is_signed_each_time() {
        let first = cosign(&request(&tree(0..7), 0, 1), None).unwrap();
        let witness = SecretKey::new("zhaohua.example.cn", KeyKind::Witness, [9; 32]).unwrap().public();
        assert_eq!(first.signed_by(&[witness]).unwrap()[0].time, 1_700_000_000);
        let second = cosign(&request(&tree(0..12), 7, 1), Some(&first)).unwrap();
        assert_eq!(second.size, 12);
        // The same head again is no news, and signed with the new time.
        assert!(cosign(&request(&tree(0..12), 12, 1), Some(&second)).is_ok());
    }

    #[test]
    fn what_does_not_continue_is_refused() {
        let first = cosign(&request(&tree(0..7), 0, 1), None).unwrap();
        let check = |request: &AddCheckpoint, expected: Refusal| {
            assert_eq!(cosign(request, Some(&first)), Err(expected));
        };
        check(&request(&tree((0..12).map(|name| name / 6)), 7, 1), Refusal::Inconsistent);
        check(&request(&tree((0..7).map(|name| name / 6)), 7, 1), Refusal::Inconsistent);
        check(&request(&tree(0..12), 5, 1), Refusal::OtherSize { size: 7 });
        check(&request(&tree(0..12), 0, 1), Refusal::OtherSize { size: 7 });
        check(&AddCheckpoint { old_size: 7, ..request(&tree(0..5), 0, 1) }, Refusal::Malformed);
        check(&request(&tree(0..12), 7, 2), Refusal::NotSigned);
        let mut stray = request(&tree(0..12), 7, 1);
        stray.proof.clear();
        check(&stray, Refusal::Inconsistent);
        let key = SecretKey::new("other.example.cn", KeyKind::Log, [1; 32]).unwrap();
        let checkpoint =
            Checkpoint::sign("other.example.cn", 1, tree(0..1).root(1).unwrap(), &[key]).unwrap();
        check(&AddCheckpoint { old_size: 0, proof: Vec::new(), checkpoint }, Refusal::UnknownLog);
        let mut proof = request(&tree(0..12), 0, 1);
        proof.proof.push(Hash([1; 32]));
        assert_eq!(cosign(&proof, None), Err(Refusal::Inconsistent));
    }

    #[test]
    fn a_request_reads_as_it_was_written() {
        let request = request(&tree(0..12), 7, 1);
        assert_eq!(AddCheckpoint::parse(&request.to_bytes()).unwrap(), request);
        let text = String::from_utf8(request.to_bytes()).unwrap();
        assert!(text.starts_with("old 7\n"));
        for odd in [
            text.replacen("old 7", "old 07", 1),
            text.replacen("old", "new", 1),
            text.replacen("\n\n", "\n", 1),
        ] {
            assert_eq!(AddCheckpoint::parse(odd.as_bytes()), Err(Refusal::Malformed));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd_to_refuse(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = AddCheckpoint::parse(&bytes);
        }
    }
}
