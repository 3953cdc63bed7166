//! The journal: what was done, a line an event, in a file that is only appended to, and what a message means beside it.
//!
//! The effect and its mark are one write. A real system does the same in its database: in one transaction, a row in
//! a table whose key is the event's id, and the rows of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::{Event, Reader};

/// How many handled ids are compared with a repeat's, per scope. An older repeat is known by its number alone.
const REMEMBERED_IDS_MAX: usize = 1_000;
/// With more parked than this something is wrong with all of them, not with one.
const PARKED_MAX: usize = 100;
const REASON_CHARACTERS_MAX: usize = 500;
/// The event that leads over from a county's code to its next one.
const RECODED: &str = "cn.lianjian.place.recoded.v1";

/// A line of the journal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    pub position: u64,
    /// The county, or `_`.
    pub scope: String,
    /// The event's number within its scope; none where not even that could be read.
    pub number: Option<u64>,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What was done with an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    Handled(Event),
    Parked { reason: String, subject: String, body: String },
}

/// What is to be done with a message.
pub enum Verdict {
    /// It was handled or parked before.
    Repeat,
    /// Something before it has not come yet.
    Ahead,
    /// To be written.
    New(Box<Entry>),
}

/// The log is not what it was: no event may be handled until the city has explained it.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    #[error("第 {position} 条不属于本县 / the event at {position} is not of this county: {subject}")]
    Foreign { position: u64, subject: String },
    #[error(
        "{scope} 的第 {number} 号事件已换成另一条 / number {number} of {scope} was handled as {remembered}, and at \
         position {position} it is another event"
    )]
    Rewritten { scope: String, number: u64, remembered: String, position: u64 },
    #[error(
        "第 {position} 条之前缺少事件 / events are missing before position {position}; handled so far: {stand}"
    )]
    Gap { position: u64, stand: String },
    #[error(
        "日志只到位置 {last}，本机已处理到 {handled} / the log ends at {last}, and {handled} was handled here: it is not \
         the log that was read"
    )]
    Shorter { last: u64, handled: u64 },
    #[error("搁置超过 {PARKED_MAX} 条 / more than {PARKED_MAX} events are parked")]
    TooManyParked,
}

/// How far one scope has come.
#[derive(Debug, Default)]
struct Scope {
    number: u64,
    ids: BTreeMap<u64, String>,
    /// Parked positions after the last one with a number.
    unnumbered: BTreeSet<u64>,
}

impl Scope {
    /// Whether nothing is missing before an event; each parked one without a number fills one place before it.
    fn is_next(&self, number: u64, position: u64) -> bool {
        number <= self.number + 1 + self.unnumbered.range(..position).count() as u64
    }
}

/// The file, and what it says in short.
pub struct Journal {
    file: File,
    scopes: BTreeMap<String, Scope>,
    /// The last position of all: a log that ends before it is not the one that was read.
    position: u64,
    parked: BTreeMap<u64, Entry>,
}

/// What was put back, by its position: its subject, and its number where that could be read.
pub type PutBack = BTreeMap<u64, (String, Option<u64>)>;

impl Journal {
    /// Opens the file, or begins it.
    pub fn open(path: &Path, county: &str) -> std::io::Result<Self> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let scopes = [county, "_"].map(|name| (name.to_owned(), Scope::default()));
        let mut journal = Self { file, scopes: scopes.into(), position: 0, parked: BTreeMap::new() };
        let mut lines = BufReader::new(journal.file.try_clone()?);
        let (mut line, mut whole) = (Vec::new(), 0);
        while lines.read_until(b'\n', &mut line)? > 0 && line.ends_with(b"\n") {
            journal.note(serde_json::from_slice(&line)?);
            whole += line.len() as u64;
            line.clear();
        }
        // The last write of a killed run may be torn. Its event was not acknowledged, so it comes again.
        journal.file.set_len(whole)?;
        Ok(journal)
    }

    /// Brings the memory up to date with a line.
    fn note(&mut self, entry: Entry) {
        self.position = self.position.max(entry.position);
        let mut id = None;
        if let Outcome::Handled(event) = &entry.outcome {
            id = Some(event.id.clone());
            self.follow(event);
        }
        let scope = self.scopes.entry(entry.scope.clone()).or_default();
        match entry.number {
            None => _ = scope.unnumbered.insert(entry.position),
            Some(number) if number > scope.number => {
                scope.number = number;
                scope.ids.extend(id.clone().map(|id| (number, id)));
                scope.unnumbered.retain(|other| *other > entry.position);
                if scope.ids.len() > REMEMBERED_IDS_MAX {
                    scope.ids.pop_first();
                }
            }
            Some(_) => {}
        }
        match id {
            Some(_) => _ = self.parked.remove(&entry.position),
            None => _ = self.parked.insert(entry.position, entry),
        }
    }

    /// The county bears another code from here on, and its events are numbered anew under it.
    fn follow(&mut self, event: &Event) {
        let code = |name: &str| event.data[name].as_str().filter(|_| event.event_type == RECODED);
        if let (Some(earlier), Some(code)) = (code("earlier_code"), code("code"))
            && self.scopes.contains_key(earlier)
        {
            let number = event.data["numbered_after"].as_u64().unwrap_or(0);
            let next = self.scopes.entry(code.to_owned());
            next.or_insert_with(|| Scope { number, ..Scope::default() });
        }
    }

    /// Remembers lines, and returns when they are on the disk.
    pub fn write(&mut self, entries: &[Entry]) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut bytes, entry)?;
            bytes.push(b'\n');
        }
        self.file.write_all(&bytes)?;
        self.file.sync_data()
    }

    /// What a message means. A new one counts as known from here on: it must be written, or the program must end.
    pub fn judge(
        &mut self,
        reader: &Reader,
        subject: &str,
        position: u64,
        body: &[u8],
    ) -> Result<Verdict, Broken> {
        let name = subject.split('.').nth(2).unwrap_or_default();
        // Another code of this county, if the event that says so is still to come. `stopped` says what it is if not.
        let Some(scope) = self.scopes.get(name) else { return Ok(Verdict::Ahead) };
        if self.parked.contains_key(&position) {
            return Ok(Verdict::Repeat);
        }
        let (number, id) = glance(body);
        if let Some(number) = number {
            if number <= scope.number {
                return match scope.ids.get(&number) {
                    Some(remembered) if Some(remembered) != id.as_ref() => Err(Broken::Rewritten {
                        scope: name.to_owned(),
                        number,
                        remembered: remembered.clone(),
                        position,
                    }),
                    _ => Ok(Verdict::Repeat),
                };
            }
            if !scope.is_next(number, position) {
                return Ok(Verdict::Ahead);
            }
        }
        let outcome = match reader.read_at(position, body) {
            Ok(event) => Outcome::Handled(event),
            Err(error) => Outcome::Parked {
                reason: error.to_string().chars().take(REASON_CHARACTERS_MAX).collect(),
                subject: subject.to_owned(),
                body: BASE64_STANDARD.encode(body),
            },
        };
        let entry = Entry { position, scope: name.to_owned(), number, outcome };
        self.note(entry.clone());
        if self.parked.len() > PARKED_MAX {
            Err(Broken::TooManyParked)
        } else {
            Ok(Verdict::New(Box::new(entry)))
        }
    }

    /// Handles what was parked and now reads, after an update of the schemas or of this program.
    pub fn retry_parked(&mut self, reader: &Reader) -> std::io::Result<()> {
        for parked in Vec::from_iter(self.parked.values().cloned()) {
            let Outcome::Parked { body, .. } = &parked.outcome else { continue };
            let position = parked.position;
            match reader.read_at(position, &BASE64_STANDARD.decode(body).unwrap_or_default()) {
                Err(error) => eprintln!("仍搁置 / still parked: {position}: {error}"),
                Ok(event) => {
                    let entry = Entry { outcome: Outcome::Handled(event), ..parked };
                    self.write(std::slice::from_ref(&entry))?;
                    self.note(entry);
                    eprintln!("搁置的已处理 / handled what was parked: {position}");
                }
            }
        }
        Ok(())
    }

    /// A log that has nothing more to give and never came as far as the journal was put back from a backup.
    pub fn check_end(&self, last: u64) -> Result<(), Broken> {
        let handled = self.position;
        if last < handled { Err(Broken::Shorter { last, handled }) } else { Ok(()) }
    }

    /// All that is out was put back here. What has nothing missing before it comes again and is handled; for the first of
    /// a scope that has, nothing will come.
    pub fn check_put_back(&self, ahead: &PutBack) -> Result<(), Broken> {
        let mut firsts = BTreeMap::new();
        for (position, (subject, number)) in ahead {
            let name = subject.split('.').nth(2).unwrap_or_default();
            firsts.entry(name).or_insert((*position, subject, *number));
        }
        let known = |name: &&str| self.scopes.get(*name);
        for (name, (position, _, number)) in &firsts {
            let is_next = |scope: &Scope| number.is_none_or(|number| scope.is_next(number, *position));
            if known(name).is_some_and(|scope| !is_next(scope)) {
                return Err(self.gap(*position));
            }
        }
        match firsts.values().next() {
            Some((position, subject, _)) if !firsts.keys().any(|name| known(name).is_some()) => {
                Err(Broken::Foreign { position: *position, subject: (*subject).clone() })
            }
            _ => Ok(()),
        }
    }

    /// That the events before a position will not come.
    fn gap(&self, position: u64) -> Broken {
        let stand = self.scopes.iter().map(|(name, scope)| format!("{name}: {}", scope.number));
        Broken::Gap { position, stand: Vec::from_iter(stand).join(", ") }
    }
}

/// The number of an event within its scope, where it can be read.
pub fn number_of(body: &[u8]) -> Option<u64> {
    glance(body).0
}

/// What of the envelope can be read without trusting it: the number within the scope, and the id.
fn glance(body: &[u8]) -> (Option<u64>, Option<String>) {
    let raw: Value = serde_json::from_slice(body).unwrap_or_default();
    let number = raw["scopesequence"].as_str().filter(|number| number.len() == 20);
    (number.and_then(|number| number.parse().ok()), raw["id"].as_str().map(str::to_owned))
}
