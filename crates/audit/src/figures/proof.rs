//! The file of a proof: what is claimed, the way to the root, what was signed of the figures, and the head of the log.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::error::FigureError;
pub use super::error::{HEADING, MAX_PROOF_BYTES};
use super::line::{Line, Tier, is_ulid};
use crate::checkpoint::Checkpoint;

/// What precedes the version in the first line.
const UNVERSIONED: &str = "lianjian.cn/figures-proof@";
/// The most places that a county or city consists of, and the most steps from a row to the city.
pub const MAX_PARTS: usize = 256;
pub const MAX_STEPS: usize = 96;

/// A step on the way up.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// What stands to the left of what one comes from.
    Left(Line),
    /// What stands to the right of it.
    Right(Line),
    /// What one comes from is all of a place.
    Enter {
        /// The place's tier.
        tier: Tier,
        /// Its code.
        code: String,
    },
}

/// A way from nodes that are joined first, through steps, up to the city.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Way {
    /// Where it begins.
    pub begin: Vec<Line>,
    /// How it goes on.
    pub steps: Vec<Step>,
}

/// Of what a proof speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// Of the whole place.
    Place,
    /// Of a joint branch that is counted in it, with the text of its row.
    Counted {
        /// Its id.
        id: String,
        /// What it is, and from which events it was counted.
        text: String,
    },
    /// Of a joint branch that is not in it.
    Absent {
        /// Its id.
        id: String,
    },
}

/// A proof of a figure.
#[derive(Debug, PartialEq)]
pub struct Proof {
    /// Which figure.
    pub figure: String,
    /// Of which other it is a part.
    pub whole: String,
    /// The place whose figure it is.
    pub scope: String,
    /// Of what it speaks.
    pub subject: Subject,
    /// The way to the city.
    pub way: Way,
    /// What was signed of the figures.
    pub statement: Checkpoint,
    /// The head of the log from which they were folded.
    pub head: Checkpoint,
}

impl fmt::Display for Proof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { figure, whole, scope, .. } = self;
        writeln!(formatter, "{HEADING}\nfigure {figure}\nof {whole}\nscope {scope}")?;
        match &self.subject {
            Subject::Place => {}
            Subject::Counted { id, text } => {
                writeln!(formatter, "counted {id}\nrow {}", BASE64_STANDARD.encode(text))?;
            }
            Subject::Absent { id } => writeln!(formatter, "absent {id}")?,
        }
        self.way.begin.iter().try_for_each(|line| writeln!(formatter, "+ {line}"))?;
        for step in &self.way.steps {
            match step {
                Step::Left(line) => writeln!(formatter, "< {line}")?,
                Step::Right(line) => writeln!(formatter, "> {line}")?,
                Step::Enter { tier, code } => writeln!(formatter, "^ {} {code}", tier.word())?,
            }
        }
        let [statement, head] = [&self.statement, &self.head].map(Checkpoint::to_bytes);
        write!(formatter, "\n{}\n{}", String::from_utf8_lossy(&statement), String::from_utf8_lossy(&head))
    }
}

impl Proof {
    /// Reads a proof in its only spelling. Whether it holds is for [`super::check::check`] to say.
    pub fn parse(bytes: &[u8]) -> Result<Self, FigureError> {
        if bytes.len() > MAX_PROOF_BYTES {
            return Err(FigureError::Size);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| FigureError::Form)?;
        let heading = text.lines().next().unwrap_or_default();
        if heading != HEADING && heading.starts_with(UNVERSIONED) {
            return Err(FigureError::Version { found: heading.chars().take(60).collect() });
        }
        let parts: Vec<&str> = text.splitn(6, "\n\n").collect();
        let [claim, statement, signatures, head, head_signatures] = parts.as_slice() else {
            return Err(FigureError::Form);
        };
        let statement = Checkpoint::parse(format!("{statement}\n\n{signatures}\n").as_bytes())?;
        let head = Checkpoint::parse(format!("{head}\n\n{head_signatures}").as_bytes())?;
        let mut lines = claim.split('\n').skip(1).peekable();
        let mut field = |name: &str| -> Result<String, FigureError> {
            let value = lines.peek().and_then(|line| line.strip_prefix(name)).map(ToOwned::to_owned);
            let value = value.filter(|value| !value.is_empty()).ok_or(FigureError::Form)?;
            lines.next();
            Ok(value)
        };
        let (figure, whole, scope) = (field("figure ")?, field("of ")?, field("scope ")?);
        let subject = match (field("counted "), field("absent ")) {
            (Ok(id), _) => Subject::Counted { id, text: row_text(&field("row ")?)? },
            (_, Ok(id)) => Subject::Absent { id },
            _ => Subject::Place,
        };
        let way = way(lines)?;
        let proof = Self { figure, whole, scope, subject, way, statement, head };
        let is_scope = proof.scope.bytes().all(|byte| byte.is_ascii_digit());
        if is_scope && proof.has_ids() && proof.to_string() == text {
            Ok(proof)
        } else {
            Err(FigureError::Form)
        }
    }

    fn has_ids(&self) -> bool {
        match &self.subject {
            Subject::Place => true,
            Subject::Counted { id, .. } | Subject::Absent { id } => is_ulid(id),
        }
    }
}

/// The name of a row, then from which events it was counted.
fn row_text(encoded: &str) -> Result<String, FigureError> {
    let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| FigureError::Form)?;
    let text = String::from_utf8(bytes).map_err(|_| FigureError::Form)?;
    let (name, events) = text.split_once('\n').ok_or(FigureError::Form)?;
    let is_name = !name.chars().any(char::is_control);
    let is_events = events.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ');
    if is_name && is_events { Ok(text) } else { Err(FigureError::Form) }
}

fn way<'a>(lines: impl Iterator<Item = &'a str>) -> Result<Way, FigureError> {
    let mut way = Way::default();
    for text in lines {
        let wrong = || FigureError::Line { line: text.chars().take(60).collect() };
        let (sign, rest) = text.split_once(' ').ok_or_else(wrong)?;
        match sign {
            "+" if way.steps.is_empty() && way.begin.len() < MAX_PARTS => way.begin.push(rest.parse()?),
            "<" => way.steps.push(Step::Left(rest.parse()?)),
            ">" => way.steps.push(Step::Right(rest.parse()?)),
            "^" => {
                let (tier, code) = rest.split_once(' ').ok_or_else(wrong)?;
                let tier = Tier::of_place(tier).ok_or_else(wrong)?;
                way.steps.push(Step::Enter { tier, code: code.to_owned() });
            }
            _ => return Err(wrong()),
        }
        if way.steps.len() > MAX_STEPS {
            return Err(FigureError::Form);
        }
    }
    Ok(way)
}
