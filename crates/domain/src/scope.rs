//! Scope: the county and township that an event or entity belongs to, as its subject and its readers see it.

use serde::{Deserialize, Serialize};

use crate::place::{Level, PlaceCode};

/// A county and a township; nothing where the tier does not apply (written `_` in a subject).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// The county's code.
    pub county: Option<PlaceCode>,
    /// The township's code.
    pub township: Option<PlaceCode>,
}

impl Scope {
    /// Whether all of this lies within the place of that code. Digits alone do not say so: a township may keep its code
    /// where its county has got another one, and the county's may be borne by another county by then.
    pub fn is_within(&self, code: &PlaceCode) -> bool {
        match code.level() {
            Level::City => true,
            Level::County => self.county.as_ref() == Some(code),
            Level::Township => self.township.as_ref() == Some(code),
            Level::Village => false,
        }
    }

    /// The county as the scope sequence and the subject name it.
    pub fn county_token(&self) -> &str {
        self.county.as_ref().map_or("_", PlaceCode::as_str)
    }

    /// The township as the subject names it.
    pub fn township_token(&self) -> &str {
        self.township.as_ref().map_or("_", PlaceCode::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_scope_lies_within_its_own_places_only() {
        let scope = Scope { county: "510811".parse().ok(), township: "510811100".parse().ok() };
        for (code, within) in
            [("5108", true), ("510811", true), ("510811100", true), ("510812", false), ("510811101", false)]
        {
            assert_eq!(scope.is_within(&code.parse().unwrap()), within, "{code}");
        }
        // A county that was recoded, whose old code another county bears by now.
        let recoded = Scope { county: "510817".parse().ok(), township: "510811100".parse().ok() };
        for (code, within) in
            [("510817", true), ("510811100", true), ("510811", false), ("510811100201", false)]
        {
            assert_eq!(recoded.is_within(&code.parse().unwrap()), within, "{code}");
        }
        assert!(!Scope::default().is_within(&"510811".parse().unwrap()));
    }
}
