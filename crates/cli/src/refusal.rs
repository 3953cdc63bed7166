//! A refusal of one line, whoever refused: the rule, where it comes from, and why.

use domain::say::Say;
use domain::{Policy, Rejection};
use serde_json::Value;
use service::request::PrepareError;
use service::shape_error::ShapeError;
use service::submit_error::SubmitError;

use crate::exit::{Failure, Status};
use crate::import_line::LineError;

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

    /// A rule refuses it.
    pub fn of_rule(rejection: &Rejection, policy: &Policy) -> Self {
        let rule = rejection.rule();
        let citation = serde_json::to_value(policy.citation(rule)).unwrap_or_default();
        let Say { zh, en } = rejection.say();
        Self { citation, ..Self::of_line(rule, zh, en) }
    }

    /// It does not fit its schema, or there is no such command.
    pub fn of_shape(name: &str, error: PrepareError) -> Result<Self, Failure> {
        match error {
            PrepareError::UnknownCommand => {
                let (zh, en) = (format!("没有指令 {name}"), format!("there is no command {name}"));
                Ok(Self::of_line("unknown-command", zh, en))
            }
            PrepareError::Shape(errors) => {
                let (zh, en) = ShapeError::sentences(&errors);
                Ok(Self::of_line("schema", zh, en))
            }
            PrepareError::NoRandomness(detail) => Err(Failure::internal(detail)),
        }
    }

    /// The loop refuses it; a log that does not answer is no refusal, but the end of the import.
    pub fn of_submit(error: SubmitError, name: &str, policy: &Policy) -> Result<Self, Failure> {
        let rule = match error {
            SubmitError::Rejected { rejection, .. } => return Ok(Self::of_rule(&rejection, policy)),
            SubmitError::Shape { errors } => return Self::of_shape(name, PrepareError::Shape(errors)),
            SubmitError::UnknownCommand { .. } => return Self::of_shape(name, PrepareError::UnknownCommand),
            SubmitError::KeyReused { .. } => "key-reused",
            SubmitError::InFlight { .. } => "in-flight",
            SubmitError::Precondition { .. } => "precondition-failed",
            SubmitError::TooLarge { .. } | SubmitError::TooMuchTogether { .. } => "too-large",
            SubmitError::Busy { .. }
            | SubmitError::ClockBehind { .. }
            | SubmitError::ClockAhead { .. }
            | SubmitError::Stopped { .. }
            | SubmitError::ClockLeapt { .. }
            | SubmitError::Unavailable { .. } => {
                return Err(error.into());
            }
        };
        let Say { zh, en } = error.say();
        let status = Failure::from(error).status();
        Ok(Self { status, ..Self::of_line(rule, zh, en) })
    }
}

impl From<LineError> for Refusal {
    fn from(error: LineError) -> Self {
        Self::of_line(error.rule, error.chinese, error.english)
    }
}
