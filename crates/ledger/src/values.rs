//! Values of cells: what a text of a ledger means, and how sure that is.

pub mod dates;
pub mod documents;
pub mod grades;
pub mod kinds;
pub mod people;

use domain::say::Say;

/// How sure a reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// 待定: somebody has to look.
    Open,
    /// 较可能: the likely reading, with a reason to look.
    Likely,
    /// 确定: there is no other reading.
    Certain,
}

impl Confidence {
    /// Every step, the surest first.
    pub const ALL: [Self; 3] = [Self::Certain, Self::Likely, Self::Open];

    /// The word on the sheet.
    pub fn word(self) -> &'static str {
        match self {
            Self::Certain => "确定",
            Self::Likely => "较可能",
            Self::Open => "待定",
        }
    }
}

/// What was read of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<T> {
    /// The meaning.
    pub value: T,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why it is no surer; nothing where it is certain.
    pub why: Option<Say>,
}

impl<T> Reading<T> {
    /// There is no other reading.
    pub fn certain(value: T) -> Self {
        Self { value, confidence: Confidence::Certain, why: None }
    }

    /// The likely reading.
    pub fn likely(value: T, why: Say) -> Self {
        Self { value, confidence: Confidence::Likely, why: Some(why) }
    }

    /// A guess.
    pub fn open(value: T, why: Say) -> Self {
        Self { value, confidence: Confidence::Open, why: Some(why) }
    }

    /// The same of another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Reading<U> {
        Reading { value: change(self.value), confidence: self.confidence, why: self.why }
    }
}
