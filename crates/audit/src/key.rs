//! Ed25519 keys of logs and witnesses, in the text forms of C2SP signed-note, and the two kinds of signature they make.

use domain::errors;
use std::collections::BTreeSet;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use signed_note::{Signature, is_key_name_valid, key_id};

/// What precedes a secret key in its text form.
const SECRET_PREFIX: &str = "PRIVATE+KEY+";
/// Bytes of the time that precedes the signature of a witness.
const TIME_BYTES: usize = 8;

/// Who signs with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyKind {
    /// The log itself: a plain signature of the text.
    Log,
    /// A witness: `cosignature/v1`, with the time.
    Witness,
}

impl KeyKind {
    fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness].into_iter().find(|kind| kind.byte() == byte)
    }
}

errors! {
    /// Why a text is no key of ours.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum KeyError {
        /// Not the three parts of a key, or a name that no note may carry.
        #[zh("不是签名密钥的文本格式")]
        #[en("it is not the text form of a key")]
        Format,
        /// A kind of signature that this program does not know.
        #[zh("密钥类型 {kind:#04x} 未知:只支持 Ed25519(0x01、0x04)")]
        #[en("keys of type {kind:#04x} are unknown: only Ed25519 (0x01, 0x04)")]
        Kind {
            /// The byte that says it.
            kind: u8,
        },
        /// The short number in it is not that of the key.
        #[zh("密钥编号与密钥不符:文本有误")]
        #[en("the number in the key is not the key's: the text is wrong")]
        Number,
    }
}

/// A key that verifies: `name+number+key`.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// Whose it is: the origin of a log, or the name of a witness.
    pub name: String,
    /// For which signatures.
    pub kind: KeyKind,
    key: VerifyingKey,
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}+{:08x}+{}", self.name, self.id(), BASE64_STANDARD.encode(self.encoded()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::str::FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, number, kind, key) = parts(text)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| KeyError::Format)?;
        let public = Self { name, kind, key };
        if format!("{:08x}", public.id()) == number { Ok(public) } else { Err(KeyError::Number) }
    }
}

impl PublicKey {
    /// The number that a signature carries beside the name.
    pub fn id(&self) -> u32 {
        key_id(&self.name, &self.encoded())
    }

    /// The key itself: two keys are the same where these bytes are, whatever they are called.
    pub fn bytes(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Whether it signs for a log.
    pub fn is_of_log(&self) -> bool {
        self.kind == KeyKind::Log
    }

    fn encoded(&self) -> Vec<u8> {
        [&[self.kind.byte()], &self.key.to_bytes()[..]].concat()
    }

    /// The time of a valid signature by a witness, 0 for one by a log; nothing for one that is not valid.
    pub(crate) fn time_of_valid(&self, text: &[u8], signature: &[u8]) -> Option<u64> {
        let (time, signature, message) = match self.kind {
            KeyKind::Log => (0, signature, text.to_vec()),
            KeyKind::Witness => {
                let (time, signature) = signature.split_first_chunk::<TIME_BYTES>()?;
                let time = u64::from_be_bytes(*time);
                (time, signature, cosigned(time, text))
            }
        };
        let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
        let is_valid = i64::try_from(time).is_ok() && self.key.verify_strict(&message, &signature).is_ok();
        is_valid.then_some(time)
    }
}

/// The most keys of a list.
const MAX_KEYS: usize = 256;

/// Reads a list of keys in its only spelling: a key a line, each once; nothing where it is none.
pub fn parse_keys(bytes: &[u8]) -> Option<Vec<PublicKey>> {
    let lines = std::str::from_utf8(bytes).ok()?.strip_suffix('\n')?;
    let keys: Vec<PublicKey> = lines.split('\n').map(|line| line.parse().ok()).collect::<Option<_>>()?;
    let distinct: BTreeSet<[u8; 32]> = keys.iter().map(PublicKey::bytes).collect();
    (distinct.len() == keys.len() && keys.len() <= MAX_KEYS).then_some(keys)
}

/// A key that signs: `PRIVATE+KEY+name+number+seed`.
#[derive(Clone)]
pub struct SecretKey {
    name: String,
    kind: KeyKind,
    key: SigningKey,
}

impl fmt::Debug for SecretKey {
    /// The secret stays out of logs and test output.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SecretKey of {}", self.public())
    }
}

impl std::str::FromStr for SecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, number, kind, seed) = parts(text.strip_prefix(SECRET_PREFIX).ok_or(KeyError::Format)?)?;
        let secret = Self { name, kind, key: SigningKey::from_bytes(&seed) };
        if format!("{:08x}", secret.public().id()) == number { Ok(secret) } else { Err(KeyError::Number) }
    }
}

impl SecretKey {
    /// The key of a seed, which must be random. A name that no note may carry is refused.
    pub fn new(name: &str, kind: KeyKind, seed: [u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Format);
        }
        Ok(Self { name: name.to_owned(), kind, key: SigningKey::from_bytes(&seed) })
    }

    /// The text form. It is the secret itself.
    pub fn to_text(&self) -> String {
        let encoded = [&[self.kind.byte()], &self.key.to_bytes()[..]].concat();
        let (name, id) = (&self.name, self.public().id());
        format!("{SECRET_PREFIX}{name}+{id:08x}+{}", BASE64_STANDARD.encode(encoded))
    }

    /// Its public part.
    pub fn public(&self) -> PublicKey {
        PublicKey { name: self.name.clone(), kind: self.kind, key: self.key.verifying_key() }
    }

    /// Signs the text of a note; a witness at that time, in seconds since 1970.
    pub(crate) fn sign(&self, text: &[u8], time: u64) -> Result<Signature, signed_note::NoteError> {
        let signature = match self.kind {
            KeyKind::Log => self.key.sign(text).to_vec(),
            KeyKind::Witness => {
                let signature = self.key.sign(&cosigned(time, text)).to_bytes();
                [&time.to_be_bytes(), &signature[..]].concat()
            }
        };
        Signature::new(self.name.clone(), self.public().id(), signature)
    }
}

/// What a witness signs.
fn cosigned(time: u64, text: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {time}\n").as_bytes(), text].concat()
}

/// Name, number, kind and 32 bytes of either text form.
fn parts(text: &str) -> Result<(String, String, KeyKind, [u8; 32]), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(number), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Format);
    };
    let encoded = BASE64_STANDARD.decode(encoded).map_err(|_| KeyError::Format)?;
    let (kind, key) = encoded.split_first().ok_or(KeyError::Format)?;
    let kind = KeyKind::of(*kind).ok_or(KeyError::Kind { kind: *kind })?;
    let key = key.try_into().map_err(|_| KeyError::Format)?;
    if is_name(name) { Ok((name.to_owned(), number.to_owned(), kind, key)) } else { Err(KeyError::Format) }
}

/// A name also stands in lines of its own, so it must not break them.
fn is_name(name: &str) -> bool {
    is_key_name_valid(name) && !name.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    #[test]
    fn the_key_of_the_specification_reads_and_is_written_again() {
        let key: PublicKey = EXAMPLE.parse().unwrap();
        assert_eq!((key.name.as_str(), key.kind, key.id()), ("example.com/foo", KeyKind::Log, 0x530d_903a));
        assert_eq!(key.to_string(), EXAMPLE);
    }

    #[test]
    fn what_is_no_key_is_refused_by_its_reason() {
        let check =
            |text: &str, expected| assert_eq!(text.parse::<PublicKey>().unwrap_err(), expected, "{text}");
        check(&EXAMPLE.replace("530d903a", "530d903b"), KeyError::Number);
        check(&EXAMPLE.replace("530d903a", "530D903A"), KeyError::Number);
        check(&EXAMPLE.replace("+Aek", "+Bek"), KeyError::Kind { kind: 0x05 });
        check(&EXAMPLE.replace("com/foo", "com foo"), KeyError::Format);
        check("example.com/foo+530d903a", KeyError::Format);
        check("", KeyError::Format);
        assert!(SecretKey::new("a+b", KeyKind::Log, [1; 32]).is_err());
        assert!(SecretKey::new("a\nb", KeyKind::Log, [1; 32]).is_err());
    }

    #[test]
    fn a_secret_key_reads_again_and_never_shows_itself() {
        for kind in [KeyKind::Log, KeyKind::Witness] {
            let key = SecretKey::new("example.cn/log", kind, [7; 32]).unwrap();
            let again: SecretKey = key.to_text().parse().unwrap();
            assert_eq!(again.public(), key.public());
            assert_eq!(key.public().to_string().parse::<PublicKey>().unwrap(), key.public());
            assert!(!format!("{key:?}").contains(&BASE64_STANDARD.encode([7; 32])));
            let signature = key.sign(b"text\n", 12).unwrap();
            let time = if kind == KeyKind::Log { 0 } else { 12 };
            assert_eq!(key.public().time_of_valid(b"text\n", signature.signature()), Some(time));
            assert_eq!(key.public().time_of_valid(b"other\n", signature.signature()), None);
            assert_eq!(key.public().time_of_valid(b"text\n", &signature.signature()[1..]), None);
        }
    }
}
