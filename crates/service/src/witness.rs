//! A witness at work: its key, and the last head that it signed of each log, each in a file of its own.

use domain::errors;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use audit::checkpoint::{Checkpoint, MAX_CHECKPOINT_BYTES};
use audit::key::{KeyError, KeyKind, PublicKey, SecretKey};
use audit::witness::{AddCheckpoint, Refusal, Witness};
use domain::date::Timestamp;
use domain::say::{Say, say};
use sha2::{Digest, Sha256};

use crate::signing_key::{SigningKeyError, is_exposed, write_secret};
use domain::hexadecimal;

/// The file of its key in the directory.
pub const WITNESS_KEY_FILE: &str = "witness.key";

errors! {
    /// Why a witness cannot work.
    #[derive(Debug)]
    pub enum WitnessError {
        /// There is no key yet and no name to make one for.
        #[zh("首次启动须用 --name 命名,如 zhaohua.gov.cn/witness")]
        #[en("at the first start --name is needed, such as zhaohua.gov.cn/witness")]
        NoName,
        /// The name is another than that of the key.
        #[zh("目录中的密钥属于 {found}")]
        #[en("the key in the directory is that of {found}")]
        OtherName {
            /// Whose it is.
            found: String,
        },
        /// What it holds of a log cannot be read or written.
        #[zh("见证记录 {} 无法读写:{}", path.display(), detail.zh)]
        #[en("the record {} cannot be read or written: {}", path.display(), detail.en)]
        Record {
            /// Which file.
            path: PathBuf,
            /// What is wrong.
            detail: Say,
        },
    } of {
        /// Its key.
        Key(#[from] SigningKeyError),
    }
}

/// What a witness answers: lines of signatures, or why not.
pub type Answer = Result<Vec<u8>, Refusal>;

/// A witness and its directory.
pub struct WitnessDesk {
    directory: PathBuf,
    key: SecretKey,
    logs: Vec<PublicKey>,
    clock: fn() -> Timestamp,
    /// Looking at the last head and writing the next is one act.
    writing: Mutex<()>,
}

impl WitnessDesk {
    /// Opens the directory of a witness; makes it, and a key of that name, where they are missing.
    pub fn open(
        directory: &Path,
        name: Option<&str>,
        logs: Vec<PublicKey>,
        clock: fn() -> Timestamp,
    ) -> Result<Self, WitnessError> {
        let path = directory.join(WITNESS_KEY_FILE);
        let failed = |cause| SigningKeyError::File { path: path.clone(), cause };
        std::fs::create_dir_all(directory).map_err(failed)?;
        let key = cosigning_key(path, name)?;
        Ok(Self { directory: directory.to_owned(), key, logs, clock, writing: Mutex::default() })
    }

    /// Its public key.
    pub fn public(&self) -> PublicKey {
        self.key.public()
    }

    /// The request `add-checkpoint`: a line of signature, once the head is on its disk. Blocks.
    pub fn add_checkpoint(&self, body: &[u8]) -> Result<Answer, WitnessError> {
        let request = match AddCheckpoint::parse(body) {
            Ok(request) => request,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let name = hash_of(&request.checkpoint.origin);
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.last(&name)?;
        let seconds = u64::try_from((self.clock)().milliseconds() / 1_000).unwrap_or(0);
        let witness = Witness { key: &self.key, logs: &self.logs };
        let signed = match witness.cosign(&request, last.as_ref(), seconds) {
            Ok(signed) => signed,
            Err(refusal) => {
                tracing::warn!(origin = request.checkpoint.origin, size = request.checkpoint.size, %refusal, "not signed");
                return Ok(Err(refusal));
            }
        };
        self.keep(&name, &signed.to_bytes())?;
        // Only its own line: the log has its own.
        let own = signed.only_of(&[self.public()]).map(|own| own.to_bytes());
        let text = own.ok().and_then(|own| String::from_utf8(own).ok()).unwrap_or_default();
        let lines = text.split_once("\n\n").map_or("", |(_, lines)| lines);
        Ok(Ok(lines.as_bytes().to_vec()))
    }

    /// The last head that it signed of the log of that hash.
    pub fn last(&self, origin_hash: &str) -> Result<Option<Checkpoint>, WitnessError> {
        let path = self.directory.join(origin_hash);
        let wrong = |detail: Say| WitnessError::Record { path: path.clone(), detail };
        let is_hash = origin_hash.len() == 64 && origin_hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        match std::fs::read(&path) {
            _ if !is_hash => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(wrong(Say::same(error))),
            Ok(bytes) if bytes.len() > MAX_CHECKPOINT_BYTES => Err(wrong(say("过长", "too long"))),
            // A record that does not read is no empty one: who lost it must not sign a second history.
            Ok(bytes) => Checkpoint::parse(&bytes).map(Some).map_err(|error| wrong(error.say())),
        }
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> Result<(), WitnessError> {
        let (path, beside) = (self.directory.join(name), self.directory.join(format!("{name}.new")));
        let written = std::fs::File::create(&beside).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&beside, &path)?;
            std::fs::File::open(&self.directory)?.sync_all()
        });
        written.map_err(|error| WitnessError::Record { path, detail: Say::same(error) })
    }
}

/// The key of a file with which somebody co-signs; it is made under that name where it is missing.
pub(crate) fn cosigning_key(path: PathBuf, name: Option<&str>) -> Result<SecretKey, WitnessError> {
    let failed = |cause| SigningKeyError::File { path: path.clone(), cause };
    let key: SecretKey = match std::fs::read_to_string(&path) {
        Ok(text) => {
            if is_exposed(&path).map_err(failed)? {
                return Err(SigningKeyError::Exposed { path }.into());
            }
            text.trim().parse().map_err(|cause| SigningKeyError::Key { line: 1, cause })?
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = new_key(name.ok_or(WitnessError::NoName)?)?;
            write_secret(&path, &format!("{}\n", key.to_text())).map_err(failed)?;
            key
        }
        Err(error) => return Err(failed(error).into()),
    };
    let found = key.public();
    if found.kind != KeyKind::Witness || name.is_some_and(|name| name != found.name) {
        return Err(WitnessError::OtherName { found: found.name });
    }
    Ok(key)
}

/// The name under which a witness keeps and serves what it holds of a log.
pub fn hash_of(origin: &str) -> String {
    hexadecimal(&Sha256::digest(origin))
}

fn new_key(name: &str) -> Result<SecretKey, SigningKeyError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(SigningKeyError::NoRandomness)?;
    let wrong = |cause: KeyError| SigningKeyError::Key { line: 1, cause };
    SecretKey::new(name, KeyKind::Witness, seed).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use audit::checkpoint::origin;
    use audit::tree::{Tree, leaf_hash};

    use super::*;
    use crate::system_clock;

    fn log() -> SecretKey {
        SecretKey::new(&origin("5108"), KeyKind::Log, [1; 32]).unwrap()
    }

    fn request(size: u32, old_size: u64, name: &str) -> Vec<u8> {
        let tree: Tree = (0..size).map(|number| leaf_hash(format!("{name} {number}").as_bytes())).collect();
        let root = tree.root(size.into()).unwrap();
        let checkpoint = Checkpoint::sign(&origin("5108"), size.into(), root, &[log()]).unwrap();
        AddCheckpoint { old_size, proof: tree.consistency(old_size, size.into()).unwrap(), checkpoint }
            .to_bytes()
    }

    #[test]
    fn what_it_signed_is_remembered_and_a_fork_refused() {
        let directory = tempfile::tempdir().unwrap();
        let open = |name| WitnessDesk::open(directory.path(), name, vec![log().public()], system_clock);
        assert!(matches!(open(None), Err(WitnessError::NoName)));
        let witness = open(Some("zhaohua.example.cn")).unwrap();
        let line = witness.add_checkpoint(&request(5, 0, "a")).unwrap().unwrap();
        assert!(line.starts_with("— zhaohua.example.cn ".as_bytes()) && line.ends_with(b"\n"));
        drop(witness);
        let witness = open(None).unwrap();
        assert_eq!(witness.add_checkpoint(&request(9, 0, "a")).unwrap(), Err(Refusal::OtherSize { size: 5 }));
        assert_eq!(witness.add_checkpoint(&request(9, 5, "b")).unwrap(), Err(Refusal::Inconsistent));
        assert!(witness.add_checkpoint(&request(9, 5, "a")).unwrap().is_ok());
        let kept = witness.last(&hash_of(&origin("5108"))).unwrap().unwrap();
        assert_eq!((kept.size, kept.signed_by(&[log().public(), witness.public()]).unwrap().len()), (9, 2));
        assert!(matches!(open(Some("other.example.cn")), Err(WitnessError::OtherName { .. })));
        // A record that was damaged is not taken for none.
        std::fs::write(directory.path().join(hash_of(&origin("5108"))), "").unwrap();
        assert!(matches!(witness.add_checkpoint(&request(9, 0, "b")), Err(WitnessError::Record { .. })));
    }
}
