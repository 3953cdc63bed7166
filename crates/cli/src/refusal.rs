//! A refusal of one line, whoever refused: the rule, where it comes from, and why.

use server::submit_error::SubmitError;
use serde_json::Value;

use crate::exit::{Failure, Status};
use crate::import_line::LineError;
use crate::language::Language;

/// Why one line was not recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The rule's id, or what kind of refusal it is.
    pub rule: String,
    /// Where the rule comes from.
    pub citation: Value,
    /// Why, in Chinese.
    pub chinese: String,
    /// Why, in English.
    pub english: String,
    /// With which status the program ends for it.
    pub status: Status,
}

impl Refusal {
    /// A refusal without a rule of the domain.
    pub fn of_line(rule: &str, chinese: impl Into<String>, english: impl Into<String>) -> Self {
        Self {
            rule: rule.to_owned(),
            citation: Value::Null,
            chinese: chinese.into(),
            english: english.into(),
            status: Status::REJECTED,
        }
    }

    /// A refusal of the command; a log that does not answer is none, but the end of the import.
    pub fn of_submit(error: SubmitError) -> Result<Self, Failure> {
        let text = error.to_string();
        let halves = || (Language::Zh.half(&text).to_owned(), Language::En.half(&text).to_owned());
        let (rule, citation, (chinese, english)) = match &error {
            SubmitError::Rejected { rejection, citation, .. } => {
                let citation = serde_json::to_value(citation).map_err(Failure::internal)?;
                (rejection.rule(), citation, (rejection.chinese(), rejection.english()))
            }
            SubmitError::Shape { errors } => {
                let said = errors.iter().map(|error| format!("{}: {}", error.pointer, error.detail));
                let said = said.collect::<Vec<_>>().join("; ");
                ("schema".to_owned(), Value::Null, (said.clone(), said))
            }
            SubmitError::UnknownCommand { .. } => ("unknown-command".to_owned(), Value::Null, halves()),
            SubmitError::KeyReused { .. } => ("key-reused".to_owned(), Value::Null, halves()),
            SubmitError::InFlight { .. } => ("in-flight".to_owned(), Value::Null, halves()),
            SubmitError::Precondition { .. } => ("precondition-failed".to_owned(), Value::Null, halves()),
            SubmitError::TooLarge { .. } => ("too-large".to_owned(), Value::Null, halves()),
            SubmitError::Busy { .. } | SubmitError::ClockBehind { .. } | SubmitError::Unavailable { .. } => {
                return Err(error.into());
            }
        };
        let status = Failure::Submit(error).status();
        Ok(Self { rule, citation, chinese, english, status })
    }
}

impl From<LineError> for Refusal {
    fn from(error: LineError) -> Self {
        Self::of_line("malformed", error.chinese, error.english)
    }
}
