//! Whom a verifier trusts: C2SP tlog-policy, a file that names logs, witnesses and the quorum of them.

use domain::errors;
use std::collections::BTreeSet;

use crate::key::{KeyError, KeyKind, PublicKey};

/// The longest file that is read, and the most lines that define something.
pub const MAX_TRUST_BYTES: usize = 64 << 10;
const MAX_DEFINITIONS: usize = 256;
/// What some editors put before a text, and what stands between words.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const BLANKS: &[u8] = b" \t";
/// After how many hours an event must have been witnessed, where the file does not say: a day, as it is promised. A year
/// is the most.
const QUORUM_HOURS: u32 = 24;
const MAX_QUORUM_HOURS: u32 = 366 * 24;
/// The name that asks for no witness.
const NONE: &str = "none";

/// A witness, as the file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWitness {
    /// Its name within the file.
    pub name: String,
    /// Its key.
    pub key: PublicKey,
    /// Where it takes checkpoints.
    pub address: Option<String>,
}

errors! {
    /// Why a file is no such policy.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum TrustError {
        /// Longer than any policy, or not text.
        #[zh("信任文件过大或不是文本")]
        #[en("the file of trusted keys is too long or no text")]
        Size,
        /// A line that defines nothing.
        #[zh("信任文件第 {line} 行不是 log、witness、group、quorum、quorum_hours 定义,也不是公钥")]
        #[en("line {line} of the file of trusted keys is no log, witness, group, quorum, quorum_hours or key")]
        Line {
            /// Which line, counted from 1.
            line: usize,
        },
        /// A key that does not read.
        #[zh("信任文件第 {line} 行的公钥有误:{}", cause.say().zh)]
        #[en("the key in line {line} of the file of trusted keys is wrong: {}", cause.say().en)]
        Key {
            /// Which line, counted from 1.
            line: usize,
            /// What is wrong.
            cause: KeyError,
        },
        /// A name that is defined twice or not at all, a key given twice, a number that cannot be, a second quorum.
        #[zh("信任文件第 {line} 行:{name} 未定义、重复或数目不符")]
        #[en("line {line} of the file of trusted keys: {name} is undefined, repeated or of a number that cannot be")]
        Name {
            /// Which line, counted from 1.
            line: usize,
            /// What is wrong there.
            name: String,
        },
        /// Nobody in it can have signed a log.
        #[zh("信任文件没有日志的公钥")]
        #[en("the file of trusted keys names no log's key")]
        NoLog,
    }
}

/// A group of witnesses or groups, `threshold` of which are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: String,
    threshold: usize,
    members: Vec<String>,
}

/// Whom a verifier trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Keys of logs.
    pub logs: Vec<PublicKey>,
    /// Witnesses.
    pub witnesses: Vec<KnownWitness>,
    groups: Vec<Group>,
    /// Nothing: no witness is asked for.
    quorum: Option<String>,
    quorum_hours: Option<u32>,
}

impl Trust {
    /// Reads a file. A line with a key alone counts as `log` or `witness` after the key's kind; without a `quorum` line no
    /// witness is asked for.
    pub fn parse(bytes: &[u8]) -> Result<Self, TrustError> {
        let trust = Self::parse_witnesses(bytes)?;
        if trust.logs.is_empty() { Err(TrustError::NoLog) } else { Ok(trust) }
    }

    /// Reads a file that need not name a log: the one that says where a log's witnesses are.
    pub fn parse_witnesses(bytes: &[u8]) -> Result<Self, TrustError> {
        if bytes.len() > MAX_TRUST_BYTES {
            return Err(TrustError::Size);
        }
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        // The octets of a comment are nobody's business.
        let is_definition = |line: &&[u8]| {
            let first = line.iter().find(|byte| !BLANKS.contains(byte));
            first.is_some_and(|first| *first != b'#')
        };
        let lines: Vec<(usize, &[u8])> = (1..).zip(lines).filter(|(_, line)| is_definition(line)).collect();
        if lines.len() > MAX_DEFINITIONS {
            return Err(TrustError::Size);
        }
        let mut trust = Self::default();
        let mut has_quorum = false;
        for (line, bytes) in lines {
            let text = std::str::from_utf8(bytes).map_err(|_| TrustError::Line { line })?;
            let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            trust.define(line, &words, &mut has_quorum)?;
        }
        Ok(trust)
    }

    fn define(&mut self, line: usize, words: &[&str], has_quorum: &mut bool) -> Result<(), TrustError> {
        let wrong = |name: &str| TrustError::Name { line, name: name.to_owned() };
        match words {
            ["log", key] | ["log", key, _] => self.add_log(line, key),
            ["witness", name, key] => self.add_witness(line, name, key, None),
            ["witness", name, key, address] => self.add_witness(line, name, key, Some((*address).to_owned())),
            ["group", name, threshold, members @ ..] => {
                let threshold = match *threshold {
                    "any" => 1,
                    "all" => members.len(),
                    number => read_number(number).ok_or_else(|| wrong(number))?,
                };
                let distinct: BTreeSet<&&str> = members.iter().collect();
                if !(1..=members.len()).contains(&threshold) || distinct.len() != members.len() {
                    return Err(wrong(name));
                }
                // Each witness counts for one group only.
                let is_taken = |member: &str| {
                    self.groups.iter().any(|group| group.members.iter().any(|own| own == member))
                };
                if let Some(member) =
                    members.iter().find(|member| !self.is_defined(member) || is_taken(member))
                {
                    return Err(wrong(member));
                }
                self.check_new(line, name)?;
                let members = members.iter().map(|member| (*member).to_owned()).collect();
                self.groups.push(Group { name: (*name).to_owned(), threshold, members });
                Ok(())
            }
            ["quorum", name] => {
                if std::mem::replace(has_quorum, true) || (*name != NONE && !self.is_defined(name)) {
                    return Err(wrong(name));
                }
                self.quorum = (*name != NONE).then(|| (*name).to_owned());
                Ok(())
            }
            ["quorum_hours", hours] => {
                let read = read_number(hours).and_then(|hours| u32::try_from(hours).ok());
                let read = read.filter(|hours| (1..=MAX_QUORUM_HOURS).contains(hours));
                let hours = read.filter(|_| self.quorum_hours.is_none()).ok_or_else(|| wrong(hours))?;
                self.quorum_hours = Some(hours);
                Ok(())
            }
            [key] if key.contains('+') => match parse_key(line, key)? {
                key if key.kind == KeyKind::Log => self.add_log(line, &key.to_string()),
                key => self.add_witness(line, &key.name.clone(), &key.to_string(), None),
            },
            _ => Err(TrustError::Line { line }),
        }
    }

    fn add_log(&mut self, line: usize, text: &str) -> Result<(), TrustError> {
        let key = self.new_key(line, text, KeyKind::Log)?;
        self.logs.push(key);
        Ok(())
    }

    fn add_witness(
        &mut self,
        line: usize,
        name: &str,
        text: &str,
        address: Option<String>,
    ) -> Result<(), TrustError> {
        self.check_new(line, name)?;
        let key = self.new_key(line, text, KeyKind::Witness)?;
        self.witnesses.push(KnownWitness { name: name.to_owned(), key, address });
        Ok(())
    }

    fn new_key(&self, line: usize, text: &str, kind: KeyKind) -> Result<PublicKey, TrustError> {
        let key = parse_key(line, text)?;
        // The same key under two names would count twice.
        let is_known = self.keys().iter().any(|known| known.bytes() == key.bytes());
        if is_known || key.kind != kind { Err(TrustError::Name { line, name: key.name }) } else { Ok(key) }
    }

    fn check_new(&self, line: usize, name: &str) -> Result<(), TrustError> {
        let is_taken = name == NONE || self.is_defined(name);
        if is_taken { Err(TrustError::Name { line, name: name.to_owned() }) } else { Ok(()) }
    }

    fn is_defined(&self, name: &str) -> bool {
        self.witnesses.iter().any(|witness| witness.name == name)
            || self.groups.iter().any(|group| group.name == name)
    }

    /// Every key in it.
    pub fn keys(&self) -> Vec<PublicKey> {
        let witnesses = self.witnesses.iter().map(|witness| &witness.key);
        self.logs.iter().chain(witnesses).cloned().collect()
    }

    /// What is older than so many hours must have been witnessed.
    pub fn quorum_hours(&self) -> u32 {
        self.quorum_hours.unwrap_or(QUORUM_HOURS)
    }

    /// Whether any witness is asked for.
    pub fn asks_for_witnesses(&self) -> bool {
        self.quorum.is_some()
    }

    /// Whether the witnesses who signed are enough.
    pub fn is_quorum(&self, signers: &[PublicKey]) -> bool {
        self.quorum.as_deref().is_none_or(|name| self.has_witnessed(name, signers))
    }

    /// A group is defined after its members, so this comes to an end.
    fn has_witnessed(&self, name: &str, signers: &[PublicKey]) -> bool {
        if let Some(witness) = self.witnesses.iter().find(|witness| witness.name == name) {
            return signers.contains(&witness.key);
        }
        self.groups.iter().find(|group| group.name == name).is_some_and(|group| {
            let members = group.members.iter().filter(|member| self.has_witnessed(member, signers));
            members.count() >= group.threshold
        })
    }
}

/// A number in its only spelling.
fn read_number(text: &str) -> Option<usize> {
    let number: usize = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

fn parse_key(line: usize, text: &str) -> Result<PublicKey, TrustError> {
    text.parse().map_err(|cause| TrustError::Key { line, cause })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::key::SecretKey;

    fn key(name: &str, kind: KeyKind, seed: u8) -> PublicKey {
        SecretKey::new(name, kind, [seed; 32]).unwrap().public()
    }

    fn witness(seed: u8) -> PublicKey {
        key(&format!("w{seed}.example.cn"), KeyKind::Witness, seed)
    }

    /// The shape of the specification's example: two of three, and one of three others.
    fn policy() -> String {
        let log = key("example.cn/log", KeyKind::Log, 100);
        let mut text = format!("# whom we trust\nlog {log} https://log.example.cn/\n\n");
        for (name, seed) in [("X1", 1), ("X2", 2), ("X3", 3), ("Y1", 4), ("Y2", 5), ("Y3", 6)] {
            text.push_str(&format!("\twitness {name}  {}\n", witness(seed)));
        }
        text + "group X 2 X1 X2 X3\ngroup Y any Y1 Y2 Y3\ngroup X-and-Y all X Y\nquorum X-and-Y\n"
    }

    #[test]
    fn a_quorum_is_counted_through_its_groups() {
        let trust = Trust::parse(policy().as_bytes()).unwrap();
        assert!(trust.asks_for_witnesses());
        let check = |seeds: &[u8], expected| {
            let signers: Vec<PublicKey> = seeds.iter().map(|seed| witness(*seed)).collect();
            assert_eq!(trust.is_quorum(&signers), expected, "{seeds:?}");
        };
        check(&[1, 2, 4], true);
        check(&[1, 3, 5, 6], true);
        check(&[1, 4, 5], false);
        check(&[1, 2, 3], false);
        check(&[], false);
    }

    /// As Notepad and an editor of before Unicode save it.
    #[test]
    fn a_byte_order_mark_and_the_bytes_of_comments_are_ignored() {
        let plain = Trust::parse(policy().as_bytes()).unwrap();
        let lines = policy().replace('\n', "\r\n");
        let saved =
            [BYTE_ORDER_MARK, b" # \xcf\xd8\xc0\xef\xca\xd5\xb5\xbd\xb5\xc4\r\n", lines.as_bytes()].concat();
        assert_eq!(Trust::parse(&saved), Ok(plain.clone()));
        assert_eq!(plain.quorum_hours(), 24);
        let daily = policy() + "quorum_hours 72\n";
        assert_eq!(Trust::parse(daily.as_bytes()).unwrap().quorum_hours(), 72);
        let outside = [policy().as_bytes(), b"witness \xcf\xd8"].concat();
        assert_eq!(Trust::parse(&outside), Err(TrustError::Line { line: 14 }));
        assert!(Trust::parse(&[b"\xff\xfe", policy().as_bytes()].concat()).is_err());
    }

    #[test]
    fn keys_alone_are_enough() {
        let (log, witness) = (key("example.cn/log", KeyKind::Log, 100), witness(1));
        let trust = Trust::parse(format!("{log}\n{witness}\n").as_bytes()).unwrap();
        assert_eq!((trust.logs.len(), trust.witnesses.len()), (1, 1));
        assert!(!trust.asks_for_witnesses() && trust.is_quorum(&[]));
        assert_eq!(Trust::parse(format!("{witness}\nquorum none\n").as_bytes()), Err(TrustError::NoLog));
    }

    #[test]
    fn a_contradictory_line_is_refused_with_its_number() {
        let check = |from: &str, to: &str| {
            let error = Trust::parse(policy().replacen(from, to, 1).as_bytes()).unwrap_err();
            assert!(!matches!(error, TrustError::NoLog | TrustError::Size), "{to}: {error}");
        };
        check("group X 2", "group X 4");
        check("group X 2", "group X 0");
        check("group X 2", "group X some");
        check("X1 X2 X3", "X1 X1 X3");
        check("X1 X2 X3", "X1 X2 Z9");
        check("any Y1", "any X1");
        check("group X 2", "group X +2");
        check("group X 2", "group X 02");
        check("quorum X-and-Y", "quorum X-and-Y\nquorum_hours 0");
        check("quorum X-and-Y", "quorum X-and-Y\nquorum_hours 1d");
        check("quorum X-and-Y", "quorum X-and-Y\nquorum_hours 2\nquorum_hours 2");
        check("quorum X-and-Y", "quorum none\nquorum none");
        check("quorum X-and-Y", "quorum Z");
        check("quorum X-and-Y", "quorum X\nquorum Y");
        check("group Y ", "group X1 ");
        check("group Y ", "group none ");
        check("# whom", "trust whom");
        check("log ", "witness X9 ");
        check(&witness(2).to_string(), &witness(1).to_string());
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd_to_refuse(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Trust::parse(&bytes);
        }
    }
}
