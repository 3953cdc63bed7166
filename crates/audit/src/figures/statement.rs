//! What is signed of the figures: a checkpoint of an origin of their own, whose further lines say day, rules and totals.

use domain::date::Date;
use tlog_tiles::Hash;

use super::error::FigureError;
use super::line::{Line, MAX_FIGURES, Tier};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::{PublicKey, SecretKey};

/// What follows the origin of the log in the origin of its figures.
const SUFFIX: &str = "/figures";
/// What the lines are, so that a later form is told apart.
const FORM: &str = "lianjian-figures/1";
/// The first figure: 1 for each joint branch, however it stands, and 0 for each village.
pub const RECORDED: &str = "recorded";
/// The longest name of a figure.
const MAX_NAME: usize = 60;

/// What the figures of a city are, on a day, by the events up to a position.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Which log.
    pub log: String,
    /// How many of its events were folded.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The day for which it is counted.
    pub day: Date,
    /// The hash of the rules by which it is counted.
    pub policy: Hash,
    /// The names of the figures, in the order of the counts.
    pub names: Vec<String>,
    /// The city's node.
    pub city: Line,
}

impl Statement {
    fn extensions(&self) -> String {
        let Self { day, policy, names, city, .. } = self;
        format!("{FORM}\nday {day}\npolicy {policy}\nnames {}\ntree {city}\n", names.join(","))
    }

    /// Signs it with every key given. The same statement has the same signature, so that it need not be kept.
    pub fn sign(&self, keys: &[SecretKey]) -> Result<Checkpoint, CheckpointError> {
        let origin = format!("{}{SUFFIX}", self.log);
        Checkpoint::sign_extended(&origin, self.size, self.root, &self.extensions(), keys)
    }

    /// Reads what was signed; whether by whom is for [`is_signed_by_log`] to say.
    pub fn read(note: &Checkpoint) -> Result<Self, FigureError> {
        let log = note.origin.strip_suffix(SUFFIX).ok_or(FigureError::Head)?.to_owned();
        let extensions = note.extensions();
        let lines: Vec<&str> = extensions.lines().collect();
        let [form, day, policy, names, tree] = lines.as_slice() else { return Err(FigureError::Form) };
        if *form != FORM {
            return Err(FigureError::Version { found: form.chars().take(60).collect() });
        }
        let field = |line: &&str, name: &str| -> Result<String, FigureError> {
            let wrong = || FigureError::Line { line: line.chars().take(60).collect() };
            line.strip_prefix(name).map(ToOwned::to_owned).ok_or_else(wrong)
        };
        let day: Date = field(day, "day ")?.parse().map_err(|_| FigureError::Form)?;
        let policy = Hash::parse_hash(&field(policy, "policy ")?).map_err(|_| FigureError::Form)?;
        let names = field(names, "names ")?;
        let names: Vec<String> = names.splitn(MAX_FIGURES + 1, ',').map(ToOwned::to_owned).collect();
        let city: Line = field(tree, "tree ")?.parse()?;
        let statement = Self { log, size: note.size, root: note.root, day, policy, names, city };
        if statement.is_whole() && statement.extensions() == extensions {
            Ok(statement)
        } else {
            Err(FigureError::Form)
        }
    }

    fn is_whole(&self) -> bool {
        let is_name = |name: &String| {
            let letters = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            !name.is_empty() && name.len() <= MAX_NAME && letters
        };
        let is_known_twice = |(index, name): (usize, &String)| self.names[..index].contains(name);
        self.city.tier == Tier::City
            && self.names.first().is_some_and(|name| name == RECORDED)
            && self.names.len() == self.city.counts.len()
            && self.names.iter().all(is_name)
            && !self.names.iter().enumerate().any(is_known_twice)
    }

    /// What a node counts of a figure.
    pub fn count(&self, line: &Line, name: &str) -> Result<u64, FigureError> {
        let index = self.names.iter().position(|own| own == name);
        let count = index.and_then(|index| line.counts.get(index)).copied();
        count.ok_or_else(|| FigureError::UnknownFigure { name: name.to_owned() })
    }
}

/// Whether one of these keys of the log signed a statement of its figures.
pub fn is_signed_by_log(note: &Checkpoint, keys: &[PublicKey]) -> Result<bool, CheckpointError> {
    let log = note.origin.strip_suffix(SUFFIX);
    let signed = note.signed_by(keys)?;
    Ok(signed.iter().any(|signed| signed.key.is_of_log() && Some(signed.key.name.as_str()) == log))
}
