//! Scope: the county and township that an event or entity belongs to, as its subject and its readers see it.

use serde::{Deserialize, Serialize};

use crate::place::PlaceCode;

/// A county and a township; nothing where the tier does not apply (written `_` in a subject).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// The county's code.
    pub county: Option<PlaceCode>,
    /// The township's code.
    pub township: Option<PlaceCode>,
}

impl Scope {
    /// Whether all of this lies within the place of that code.
    pub fn is_within(&self, code: &PlaceCode) -> bool {
        [&self.township, &self.county].into_iter().flatten().any(|own| own.is_within(code))
            || code.as_str().len() == 4
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
        assert!(!Scope::default().is_within(&"510811".parse().unwrap()));
    }
}
