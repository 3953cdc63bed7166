//! What changes between the places on the log and a later official list: compared, proposed, put in order.
//!
//! `compare` proposes, an officer accepts in a file (`file`), `plan` turns what was accepted into commands. All three are
//! plain functions of the places known and of what was read.

use domain::ids::PlaceId;
use domain::place::PlaceCode;
use domain::text::Text;

pub mod compare;
pub mod file;
mod matching;
pub mod plan;
mod reasons;
mod successors;

#[cfg(test)]
mod tests;

/// A place as the log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: PlaceId,
    pub code: PlaceCode,
    pub name: Text,
    /// The code of the place above.
    pub parent: Option<PlaceCode>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $english:literal, $chinese:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// In Chinese, and in English.
            pub fn words(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($chinese, $english),)+ }
            }

            /// Reads either word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|found| {
                    let (chinese, english) = found.words();
                    text == chinese || text.eq_ignore_ascii_case(english)
                })
            }
        }
    };
}

words! {
    /// What becomes of a place.
    Kind {
        /// A place that was not there.
        Register = "register", "新设";
        /// The same place under another name.
        Rename = "rename", "更名";
        /// The same place under another code of the same place above.
        Recode = "recode", "换码";
        /// The same place under another place above.
        Move = "move", "划转";
        /// It goes over into another.
        Merge = "merge", "并入";
        /// Several take its parts.
        Split = "split", "拆分";
        /// It ends with nothing in it.
        Close = "close", "撤销";
        /// It goes over into another, and its code is that of a new place now.
        Replace = "replace", "代码另用";
    }
}

words! {
    /// How sure a proposal is.
    Confidence {
        /// Hardly more than a guess.
        Low = "low", "较低";
        /// As likely as not.
        Medium = "medium", "一般";
        /// Very likely.
        High = "high", "较高";
        /// The lists leave no other reading.
        Certain = "certain", "确定";
    }
}

/// Why, in Chinese and in English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub chinese: String,
    pub english: String,
}

/// One line of the proposals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Where in the file, from 1; 0 where it was not read from one.
    pub line: u64,
    pub accepted: bool,
    pub kind: Kind,
    /// The code that the place bears, or for a new place will bear.
    pub code: PlaceCode,
    /// The name from now on; of what ends, its own; of `replace`, the new place's.
    pub name: Text,
    /// The new code; of what ends, the codes of those that take it over, as they are after all changes.
    pub new_codes: Vec<PlaceCode>,
    pub confidence: Confidence,
    pub why: Reason,
}

impl Proposal {
    /// The code that somebody bears by it who did not before.
    pub fn takes(&self) -> Option<&PlaceCode> {
        match self.kind {
            Kind::Register | Kind::Replace => Some(&self.code),
            Kind::Recode | Kind::Move => self.new_codes.first().filter(|code| **code != self.code),
            Kind::Rename | Kind::Merge | Kind::Split | Kind::Close => None,
        }
    }

    /// The code that the place known no longer bears by it.
    pub fn frees(&self) -> Option<&PlaceCode> {
        let keeps = match self.kind {
            Kind::Register | Kind::Rename => true,
            Kind::Recode | Kind::Move => self.new_codes.first() == Some(&self.code),
            Kind::Merge | Kind::Split | Kind::Close | Kind::Replace => false,
        };
        (!keeps).then_some(&self.code)
    }

    /// Who takes over what ends.
    pub fn successors(&self) -> &[PlaceCode] {
        match self.kind {
            Kind::Merge | Kind::Split | Kind::Replace => &self.new_codes,
            _ => &[],
        }
    }
}

/// The code that the place above bears by the lists, whose codes begin with it; none above the city.
pub fn code_above(code: &PlaceCode) -> Option<PlaceCode> {
    let length = match code.as_str().len() {
        12 => 9,
        9 => 6,
        6 => 4,
        _ => return None,
    };
    code.as_str().get(..length)?.parse().ok()
}
