//! A node of the tree of figures as the one line of text that is hashed, and how two lines are joined.

use std::fmt;

use sha2::{Digest, Sha256};
use tlog_tiles::Hash;

use super::error::FigureError;

/// The most that a node counts: what every reader's numbers hold, a browser's too.
pub const MAX_COUNT: u64 = (1 << 53) - 1;
/// The most figures that a tree counts.
pub const MAX_FIGURES: usize = 64;
/// What is hashed begins with what it is, so that a row is never read as a node, nor a node as a place.
const ROW: &str = "lianjian.cn figures 1 row\n";
const BRANCH: &str = "lianjian.cn figures 1 branch\n";
const PLACE: &str = "lianjian.cn figures 1 place\n";
/// What stands for a place in which nothing lies, and for the place of what lies nowhere.
const NOTHING: &str = "-";
pub const NOWHERE: &str = "_";
/// What the key of a row begins with.
pub const JOINT_BRANCH: char = 'J';
pub const VILLAGE: char = 'V';
/// Letters of a ULID.
const ULID_LETTERS: usize = 26;

/// What a node lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// A row: a joint branch or a village.
    Row,
    /// A township.
    Township,
    /// A county.
    County,
    /// The city.
    City,
}

impl Tier {
    const ALL: [Self; 4] = [Self::Row, Self::Township, Self::County, Self::City];

    /// What one such node is called, and what several joined ones are.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Row => ("row", "rows"),
            Self::Township => ("township", "townships"),
            Self::County => ("county", "counties"),
            Self::City => ("city", "cities"),
        }
    }

    /// The tier of a place by its word.
    pub fn of_place(word: &str) -> Option<Self> {
        Self::ALL.into_iter().skip(1).find(|tier| tier.words().0 == word)
    }

    /// The word of one.
    pub fn word(self) -> &'static str {
        self.words().0
    }

    /// The tier of the places that a place of this tier consists of.
    fn below(self) -> Option<Self> {
        match self {
            Self::Row => None,
            Self::Township => Some(Self::Row),
            Self::County => Some(Self::Township),
            Self::City => Some(Self::County),
        }
    }

    fn is_key(self, key: &str) -> bool {
        let digits = |length| key.len() == length && key.bytes().all(|byte| byte.is_ascii_digit());
        match self {
            Self::Row => key.strip_prefix([JOINT_BRANCH, VILLAGE]).is_some_and(is_ulid),
            Self::Township => digits(9) || key == NOWHERE,
            Self::County => digits(6) || key == NOWHERE,
            Self::City => digits(4),
        }
    }
}

/// Whether a text is a ULID in its one spelling.
pub fn is_ulid(text: &str) -> bool {
    text.len() == ULID_LETTERS
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase() && !b"ILOU".contains(&byte))
}

/// A node: whose it is, from which key to which, what it counts, and the hash of what it was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What it is a node of.
    pub tier: Tier,
    /// The first key in it.
    pub first: String,
    /// The last key in it; the first where it is one row or place.
    pub last: String,
    /// What it counts, in the order of the statement.
    pub counts: Vec<u64>,
    /// The hash of what it was made from.
    pub hash: Hash,
}

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, several) = self.tier.words();
        if self.is_one() {
            write!(formatter, "{one} {} ", self.first)?;
        } else {
            write!(formatter, "{several} {} {} ", self.first, self.last)?;
        }
        for (index, count) in self.counts.iter().enumerate() {
            write!(formatter, "{}{count}", if index == 0 { "" } else { "," })?;
        }
        write!(formatter, " {}", self.hash)
    }
}

impl std::str::FromStr for Line {
    type Err = FigureError;

    /// Reads a line in its only spelling.
    fn from_str(text: &str) -> Result<Self, FigureError> {
        let wrong = || FigureError::Line { line: text.chars().take(60).collect() };
        let words: Vec<&str> = text.splitn(6, ' ').collect();
        let (word, first, last, counts, hash) = match words.as_slice() {
            [word, key, counts, hash] => (word, key, key, counts, hash),
            [word, first, last, counts, hash] => (word, first, last, counts, hash),
            _ => return Err(wrong()),
        };
        let tier = Tier::ALL.into_iter().find(|tier| [tier.words().0, tier.words().1].contains(word));
        let tier = tier.ok_or_else(wrong)?;
        let counts: Option<Vec<u64>> =
            counts.splitn(MAX_FIGURES + 1, ',').map(|count| count.parse().ok()).collect();
        let counts = counts.filter(|counts| counts.len() <= MAX_FIGURES).ok_or_else(wrong)?;
        let hash = Hash::parse_hash(hash).map_err(|_| wrong())?;
        let line = Self { tier, first: (*first).to_owned(), last: (*last).to_owned(), counts, hash };
        let is_right = line.first <= line.last
            && [first, last].into_iter().all(|key| tier.is_key(key))
            && line.counts.iter().all(|count| *count <= MAX_COUNT)
            && line.to_string() == text;
        if is_right { Ok(line) } else { Err(wrong()) }
    }
}

impl Line {
    /// The line of a row: what it counts, and the text that says what it is.
    pub fn of_row(key: String, counts: Vec<u64>, text: &str) -> Self {
        Self { tier: Tier::Row, last: key.clone(), first: key, counts, hash: hash(ROW, text) }
    }

    /// The line of a place: what lies in it, or that nothing does.
    pub fn of_place(
        tier: Tier,
        code: &str,
        inner: Option<&Self>,
        figures: usize,
    ) -> Result<Self, FigureError> {
        let counts = inner.map_or_else(|| vec![0; figures], |inner| inner.counts.clone());
        if !tier.is_key(code) || inner.is_some_and(|inner| Some(inner.tier) != tier.below()) {
            return Err(FigureError::Scope { scope: code.to_owned() });
        }
        let text = inner.map_or_else(|| NOTHING.to_owned(), ToString::to_string);
        let hash = hash(PLACE, &format!("{text}\n"));
        Ok(Self { tier, first: code.to_owned(), last: code.to_owned(), counts, hash })
    }

    /// Two neighbours as one node. Both lines are hashed whole, each with its own keys and counts: a sum that commits to the
    /// total alone could be shown as the larger of the two.
    pub fn join(left: &Self, right: &Self) -> Result<Self, FigureError> {
        if left.tier != right.tier || left.last >= right.first {
            let (left, right) = (left.last.clone(), right.first.clone());
            return Err(FigureError::Order { left, right });
        }
        if left.counts.len() != right.counts.len() {
            return Err(FigureError::Counts);
        }
        let sums = left.counts.iter().zip(&right.counts);
        let sums = sums.map(|(one, other)| one.checked_add(*other).filter(|sum| *sum <= MAX_COUNT));
        let counts = sums.collect::<Option<Vec<u64>>>().ok_or(FigureError::Counts)?;
        let hash = hash(BRANCH, &format!("{left}\n{right}\n"));
        Ok(Self { tier: left.tier, first: left.first.clone(), last: right.last.clone(), counts, hash })
    }

    /// All of these as one node, in the shape of RFC 6962: the left half has the largest power of two below their number.
    /// Nothing where there are none.
    pub fn join_all(lines: &[Self]) -> Result<Option<Self>, FigureError> {
        Ok(match lines {
            [] => None,
            [line] => Some(line.clone()),
            lines => {
                let (left, right) = lines.split_at(half(lines.len()));
                let (left, right) = (Self::join_all(left)?, Self::join_all(right)?);
                left.zip(right).map(|(left, right)| Self::join(&left, &right)).transpose()?
            }
        })
    }

    /// Whether it is one row or place.
    pub fn is_one(&self) -> bool {
        self.first == self.last
    }
}

/// The largest power of two below a number of at least two.
pub fn half(length: usize) -> usize {
    length.next_power_of_two() / 2
}

fn hash(kind: &str, text: &str) -> Hash {
    Hash(Sha256::new().chain_update(kind).chain_update(text).finalize().into())
}
