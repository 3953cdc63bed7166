//! C2SP tlog-checkpoint: the head of a log's tree as a signed note, and who has signed it.

use std::collections::BTreeSet;

use domain::errors;
use signed_note::{Note, NoteError, Signature, VerificationError, Verifier, Verifiers};
use tlog_tiles::Hash;

use crate::key::{KeyKind, PublicKey, SecretKey};

/// The longest checkpoint that is read: the specification's 16 signatures and room for more.
pub const MAX_CHECKPOINT_BYTES: usize = 64 << 10;

/// What begins the origin of every log of ours; the code of its city follows.
const ORIGIN_PREFIX: &str = "lianjian.cn/cities/";

/// The origin of a city's log.
pub fn origin(city: &str) -> String {
    format!("{ORIGIN_PREFIX}{city}")
}

/// The city whose log an origin names.
pub fn city_of(origin: &str) -> Option<&str> {
    origin.strip_prefix(ORIGIN_PREFIX)
}

errors! {
    /// Why a checkpoint does not count.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum CheckpointError {
        /// Not a note, or its text not a checkpoint.
        #[zh("不是检查点的格式")]
        #[en("it is not the form of a checkpoint")]
        Format,
        /// A known key did not sign this.
        #[zh("{name} 的签名与检查点内容不符")]
        #[en("the signature of {name} is not of this checkpoint")]
        Signature {
            /// The key's name.
            name: String,
        },
    }
}

/// A signature that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// By which key.
    pub key: PublicKey,
    /// When, by the witness's clock, in seconds since 1970; 0 for the log's own.
    pub time: u64,
}

/// The head of a tree, signed.
#[derive(Debug, PartialEq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many events it covers.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    note: Note,
}

impl Checkpoint {
    /// Reads a checkpoint; whether its signatures are right is for [`Self::signed_by`] to say.
    pub fn parse(bytes: &[u8]) -> Result<Self, CheckpointError> {
        let note = Some(bytes).filter(|bytes| bytes.len() <= MAX_CHECKPOINT_BYTES);
        let note = note.and_then(|bytes| Note::from_bytes(bytes).ok()).ok_or(CheckpointError::Format)?;
        let head = tlog_tiles::Checkpoint::from_bytes(note.text()).map_err(|_| CheckpointError::Format)?;
        // One head has one spelling, so that two readers never see two; of two lines of one key they could see either.
        let read = Self { origin: head.origin().to_owned(), size: head.size(), root: *head.hash(), note };
        let signers: Vec<(String, u32)> = read.signers();
        let distinct: BTreeSet<&(String, u32)> = signers.iter().collect();
        let is_one = read.note.text() == head.to_bytes() && read.note.to_bytes() == bytes;
        if is_one && distinct.len() == signers.len() { Ok(read) } else { Err(CheckpointError::Format) }
    }

    /// Signs the head of a tree with every key given.
    pub fn sign(origin: &str, size: u64, root: Hash, keys: &[SecretKey]) -> Result<Self, CheckpointError> {
        Self::sign_extended(origin, size, root, "", keys)
    }

    /// The same with further lines, each with its newline.
    pub fn sign_extended(
        origin: &str,
        size: u64,
        root: Hash,
        extensions: &str,
        keys: &[SecretKey],
    ) -> Result<Self, CheckpointError> {
        let format = |_: NoteError| CheckpointError::Format;
        let text = format!("{origin}\n{size}\n{root}\n{extensions}");
        let signatures: Result<Vec<Signature>, NoteError> =
            keys.iter().map(|key| key.sign(text.as_bytes(), 0)).collect();
        let note = Note::new(text.as_bytes(), &signatures.map_err(format)?).map_err(format)?;
        Ok(Self { origin: origin.to_owned(), size, root, note })
    }

    /// The line by which a witness co-signs it at a time, in seconds since 1970.
    pub fn cosign(&self, key: &SecretKey, time: u64) -> Result<Vec<u8>, CheckpointError> {
        let signature = key.sign(self.note.text(), time).map_err(|_| CheckpointError::Format)?;
        Ok(signature.to_bytes())
    }

    /// The same checkpoint with more lines of signatures.
    pub fn with_signatures(&self, lines: &[u8]) -> Result<Self, CheckpointError> {
        Self::parse(&[&self.to_bytes(), lines].concat())
    }

    /// The same checkpoint with only the signatures of these keys, each once.
    pub fn only_of(&self, keys: &[PublicKey]) -> Result<Self, CheckpointError> {
        let signatures = self.verified(keys)?;
        let note = Note::new(self.note.text(), &signatures).map_err(|_| CheckpointError::Format)?;
        Ok(Self { origin: self.origin.clone(), size: self.size, root: self.root, note })
    }

    /// The same checkpoint with the signatures that another copy of it has beside these.
    pub fn joined(&self, other: &Self) -> Result<Self, CheckpointError> {
        let own = self.signers();
        let more = other.signatures().into_iter().filter(|signature| !own.contains(&signer(signature)));
        let lines: Vec<u8> = more.flat_map(|signature| signature.to_bytes()).collect();
        let is_same = self.note.text() == other.note.text();
        if is_same { self.with_signatures(&lines) } else { Err(CheckpointError::Format) }
    }

    /// The lines behind the root, each with its newline; they are signed like the rest.
    pub fn extensions(&self) -> String {
        let text = String::from_utf8_lossy(self.note.text());
        text.split_inclusive('\n').skip(3).collect()
    }

    /// Every signature, known or not.
    fn signatures(&self) -> Vec<Signature> {
        let bytes = self.note.to_bytes();
        let lines = bytes.get(self.note.text().len() + 1..).unwrap_or_default();
        lines.split(|byte| *byte == b'\n').filter_map(|line| Signature::from_bytes(line).ok()).collect()
    }

    fn signers(&self) -> Vec<(String, u32)> {
        self.signatures().iter().map(signer).collect()
    }

    /// How many witnesses signed it beside the log itself, known or not.
    pub fn cosigners(&self) -> usize {
        self.signers().iter().filter(|(name, _)| *name != self.origin).count()
    }

    /// A second one of the same.
    pub fn copied(&self) -> Option<Self> {
        Self::parse(&self.to_bytes()).ok()
    }

    /// The bytes in which it is stored, served and shown to witnesses.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.note.to_bytes()
    }

    /// Which of these keys signed it. Signatures of unknown keys are passed over, as the specification asks; a wrong one
    /// of a known key condemns the whole.
    pub fn signed_by(&self, keys: &[PublicKey]) -> Result<Vec<Signed>, CheckpointError> {
        let find = |signature: &Signature| {
            let key = keys.iter().find(|key| key.name == signature.name() && key.id() == signature.id())?;
            let time = key.time_of_valid(self.note.text(), signature.signature())?;
            Some(Signed { key: key.clone(), time })
        };
        Ok(self.verified(keys)?.iter().filter_map(find).collect())
    }

    /// Whether the log itself signed it with one of these keys.
    pub fn is_signed_by_log(&self, keys: &[PublicKey]) -> Result<bool, CheckpointError> {
        let signed = self.signed_by(keys)?;
        Ok(signed.iter().any(|signed| signed.key.kind == KeyKind::Log && signed.key.name == self.origin))
    }

    fn verified(&self, keys: &[PublicKey]) -> Result<Vec<Signature>, CheckpointError> {
        match self.note.verify(&Known(keys)) {
            Ok((verified, _)) => Ok(verified),
            Err(NoteError::UnverifiedNote) => Ok(Vec::new()),
            Err(NoteError::InvalidSignature { name, .. }) => Err(CheckpointError::Signature { name }),
            Err(_) => Err(CheckpointError::Format),
        }
    }
}

/// What names the key of a signature.
fn signer(signature: &Signature) -> (String, u32) {
    (signature.name().to_owned(), signature.id())
}

/// The keys in the shape in which notes ask for them.
struct Known<'a>(&'a [PublicKey]);

impl Verifiers for Known<'_> {
    fn verifier(&self, name: &str, id: u32) -> Result<&dyn Verifier, VerificationError> {
        let key = self.0.iter().find(|key| key.name == name && key.id() == id);
        key.map(|key| key as &dyn Verifier)
            .ok_or_else(|| VerificationError::UnknownKey { name: name.to_owned(), id })
    }
}

impl Verifier for PublicKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id()
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        self.time_of_valid(text, signature).is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The note of the signed-note specification. It is no checkpoint, so it is held against its key alone.
    #[test]
    fn the_example_of_signed_note_verifies() {
        let key: PublicKey =
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k".parse().unwrap();
        let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        let read = Note::from_bytes(note.as_bytes()).unwrap();
        assert_eq!(read.verify(&Known(std::slice::from_ref(&key))).unwrap().0.len(), 1);
        let tampered =
            Note::from_bytes(note.replace("example message", "exemple message").as_bytes()).unwrap();
        assert!(tampered.verify(&Known(&[key])).is_err());
    }

    /// The checkpoint of tlog-cosignature, with a log's and a witness's signature.
    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

    #[test]
    fn the_checkpoint_of_the_specification_reads_and_is_written_again() {
        let checkpoint = Checkpoint::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(
            (checkpoint.origin.as_str(), checkpoint.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
        assert_eq!(checkpoint.root.to_string(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
        assert_eq!(checkpoint.to_bytes(), EXAMPLE.as_bytes());
        assert_eq!(checkpoint.signed_by(&[]), Ok(Vec::new()));
    }

    fn secret(name: &str, kind: KeyKind, seed: u8) -> SecretKey {
        SecretKey::new(name, kind, [seed; 32]).unwrap()
    }

    fn signed() -> (Checkpoint, SecretKey, SecretKey) {
        let log = secret(&origin("5108"), KeyKind::Log, 1);
        let witness = secret("zhaohua.example.cn", KeyKind::Witness, 2);
        let checkpoint =
            Checkpoint::sign(&origin("5108"), 7, Hash([9; 32]), std::slice::from_ref(&log)).unwrap();
        (checkpoint, log, witness)
    }

    #[test]
    fn log_and_witness_sign_and_are_told_apart() {
        let (checkpoint, log, witness) = signed();
        let line = checkpoint.cosign(&witness, 1_700_000_000).unwrap();
        let cosigned = checkpoint.with_signatures(&line).unwrap();
        let keys = [log.public(), witness.public()];
        let times: Vec<u64> = cosigned.signed_by(&keys).unwrap().iter().map(|signed| signed.time).collect();
        assert_eq!(times, [0, 1_700_000_000]);
        assert!(cosigned.is_signed_by_log(&keys).unwrap());
        assert!(!cosigned.is_signed_by_log(&keys[1..]).unwrap());
        assert_eq!(cosigned.only_of(&keys[..1]).unwrap(), checkpoint);
        // A witness's key under the log's name is no signature of the log.
        let impostor = secret(&origin("5108"), KeyKind::Witness, 3);
        let other = checkpoint.with_signatures(&checkpoint.cosign(&impostor, 1).unwrap()).unwrap();
        assert!(!other.is_signed_by_log(&[impostor.public()]).unwrap());
    }

    /// Which of the two lines counted would depend on the reader.
    #[test]
    fn a_key_signs_once_and_copies_of_a_head_are_joined() {
        let (checkpoint, _, witness) = signed();
        let [early, late] = [5, 9].map(|time| checkpoint.cosign(&witness, time).unwrap());
        let junk = String::from_utf8(checkpoint.to_bytes()).unwrap();
        let junk = junk.lines().last().unwrap().to_owned() + "\n";
        for again in [[early.clone(), late.clone()].concat(), junk.into_bytes()] {
            assert_eq!(checkpoint.with_signatures(&again), Err(CheckpointError::Format));
        }
        let other = secret("changkou.example.cn", KeyKind::Witness, 4);
        let first = checkpoint.with_signatures(&early).unwrap();
        let both = [late, checkpoint.cosign(&other, 9).unwrap()].concat();
        let second = checkpoint.with_signatures(&both).unwrap();
        let joined = first.joined(&second).unwrap();
        let keys = [witness.public(), other.public()];
        let times: Vec<u64> = joined.signed_by(&keys).unwrap().iter().map(|signed| signed.time).collect();
        assert_eq!(times, [5, 9]);
        let extended = format!("{}\n7\n{}\nsm3 of the root\n", origin("5108"), checkpoint.root);
        let extended = String::from_utf8(checkpoint.to_bytes()).unwrap().replacen(
            std::str::from_utf8(checkpoint.note.text()).unwrap(),
            &extended,
            1,
        );
        assert_eq!(Checkpoint::parse(extended.as_bytes()).unwrap().size, 7);
    }

    #[test]
    fn a_changed_checkpoint_is_signed_by_nobody() {
        let (checkpoint, log, _) = signed();
        let text = String::from_utf8(checkpoint.to_bytes()).unwrap();
        let changed = Checkpoint::parse(text.replacen("\n7\n", "\n8\n", 1).as_bytes()).unwrap();
        let name = origin("5108");
        assert_eq!(changed.signed_by(&[log.public()]), Err(CheckpointError::Signature { name }));
        for odd in [
            text.replacen("\n7\n", "\n07\n", 1),
            text.replacen("\n7\n", "\n-7\n", 1),
            text.replacen("\n\n", "\n", 1),
            text.trim_end().to_owned(),
            format!("{text}\n"),
            text.replacen('\n', "\r\n", 1),
            String::new(),
        ] {
            assert_eq!(Checkpoint::parse(odd.as_bytes()), Err(CheckpointError::Format), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd_to_refuse(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Checkpoint::parse(&bytes);
        }

        #[test]
        fn a_flipped_byte_is_never_the_same_signed_head(at in 0_usize..200, flip in 1_u8..) {
            let (checkpoint, log, _) = signed();
            let mut bytes = checkpoint.to_bytes();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            let is_taken = Checkpoint::parse(&bytes)
                .and_then(|changed| changed.is_signed_by_log(&[log.public()]))
                .unwrap_or(false);
            prop_assert!(!is_taken);
        }
    }
}
