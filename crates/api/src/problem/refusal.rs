//! What a page says of a problem: its sentence, rule, figures and fields, apart from the JSON of the interface.

use domain::policy::Citation;
use service::shape_error::ShapeError;

use super::{AlsoRefused, Problem};

/// The sentence of a problem, in Chinese and in English, as an answer carries it to whoever makes a page of it.
#[derive(Debug, Clone)]
pub struct Said(pub String, pub String);

/// What a page says of a refusal besides its sentence.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// The sentence, in Chinese and in English.
    pub detail: (String, String),
    /// The rule with its source.
    pub rule: Option<(String, Citation)>,
    /// What was found and what is allowed.
    pub figures: Option<(String, String)>,
    /// Which value is meant.
    pub pointer: Option<String>,
    /// Every field that does not fit.
    pub errors: Vec<ShapeError>,
    /// What would refuse it besides.
    pub others: Vec<AlsoRefused>,
    /// Whether an override would do.
    pub is_overridable: bool,
}

impl Problem {
    /// What a page says of it.
    pub fn refusal(&self) -> Refusal {
        let parts = &self.0.members;
        Refusal {
            detail: (parts.detail.clone(), parts.detail_en.clone()),
            rule: parts.rule.clone().zip(parts.citation.clone()),
            figures: parts.found.clone().zip(parts.allowed.clone()),
            pointer: parts.pointer.clone(),
            errors: parts.errors.clone(),
            others: parts.others.clone(),
            is_overridable: parts.overridable == Some(true),
        }
    }
}
