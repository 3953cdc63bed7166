//! What is told of each line, and of all of them.

use std::io::Write;

use domain::say::Language;
use serde::Serialize;
use serde_json::Value;

use crate::exit::{Failure, Status};
use crate::output::Output;
use crate::progress::Progress;
use crate::refusal::Refusal;

/// Which line: its number, its id where that reads, and the rule that must refuse it.
#[derive(Debug, Clone)]
pub struct LineTag {
    pub number: u64,
    pub id: Option<String>,
    pub expect_rule: Option<String>,
}

/// What became of a line.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It stands in the log.
    Recorded { position: u64, warnings: Vec<String>, replayed: bool },
    /// It would have been recorded, and was expected to be refused: so it was not given.
    NotRefused,
    /// It was refused.
    Refused(Refusal),
}

#[derive(Serialize)]
struct LineResult<'a> {
    line: u64,
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    citation: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    /// Whether it was refused by the rule that was to refuse it.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<bool>,
    /// The rule that was to refuse it, where it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    expect_rule: Option<&'a str>,
}

/// Tells what became of each line, and counts.
pub struct Reporter {
    language: Language,
    output: Output,
    progress: Progress,
    recorded: u64,
    replayed: u64,
    refused_as_expected: u64,
    refused: u64,
    /// The status of the refusals, where all have the same.
    status: Option<Status>,
}

impl Reporter {
    pub fn new(language: Language, output: Output) -> Self {
        Self {
            language,
            output,
            progress: Progress::begin(language, "导入指令", "importing commands", None),
            recorded: 0,
            replayed: 0,
            refused_as_expected: 0,
            refused: 0,
            status: None,
        }
    }

    /// Tells one line; gives back whether it went as it should.
    pub fn line(&mut self, tag: &LineTag, outcome: &Outcome) -> Result<bool, Failure> {
        let mut result = LineResult {
            line: tag.number,
            id: tag.id.as_deref(),
            position: None,
            replayed: false,
            warnings: &[],
            rule: None,
            citation: None,
            message: None,
            expected: None,
            expect_rule: None,
        };
        let mut status = None;
        match outcome {
            Outcome::Recorded { position, warnings, replayed } if tag.expect_rule.is_none() => {
                result = LineResult { position: Some(*position), warnings, replayed: *replayed, ..result };
                if *replayed { self.replayed += 1 } else { self.recorded += 1 }
            }
            Outcome::Recorded { .. } | Outcome::NotRefused => {
                if let Outcome::Recorded { position, .. } = outcome {
                    result.position = Some(*position);
                }
                result.message = Some(self.language.pick(
                    "本应被 expect_rule 拒绝，却未被拒绝",
                    "`expect_rule` was to refuse it, and it was not refused",
                ));
                result.expected = Some(false);
                status = Some(Status::REJECTED);
            }
            Outcome::Refused(refusal) => {
                result.rule = Some(&refusal.rule);
                result.citation = Some(&refusal.citation);
                result.message = Some(self.language.pick(&refusal.chinese, &refusal.english));
                result.expected = tag.expect_rule.as_ref().map(|rule| *rule == refusal.rule);
                if result.expected == Some(true) {
                    self.refused_as_expected += 1;
                } else {
                    status = Some(refusal.status);
                }
            }
        }
        if result.expected == Some(false) {
            result.expect_rule = tag.expect_rule.as_deref();
        }
        self.output.json(&result)?;
        if let Some(status) = status {
            let is_other = self.status.is_some_and(|known| known != status);
            self.status = Some(if is_other { Status::REJECTED } else { status });
            self.refused += 1;
        }
        self.progress.at(self.recorded + self.replayed + self.refused + self.refused_as_expected);
        Ok(status.is_none())
    }

    /// Says how many of each, and how the import ended.
    pub fn end(mut self, done: Result<(), Failure>) -> Result<(), Failure> {
        self.progress.end();
        self.output.flush()?;
        let (recorded, replayed, refused) = (self.recorded, self.replayed, self.refused);
        let expected = self.refused_as_expected;
        let summary = self.language.pick(
            format!("已记录 {recorded} 条，原已记录 {replayed} 条，按预期拒绝 {expected} 条，拒绝 {refused} 条\n"),
            format!("{recorded} recorded, {replayed} already recorded, {expected} refused as expected, {refused} refused\n"),
        );
        // Where standard error is closed nobody wants the summary.
        let _ = std::io::stderr().write_all(summary.as_bytes());
        done?;
        self.status.map_or(Ok(()), |status| Err(Failure::Told(status)))
    }
}
