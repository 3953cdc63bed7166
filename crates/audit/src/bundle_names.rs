//! Names in a bundle: what the log only commits to, each with the salt that opens its commitment. They are put in where somebody
//! is to read who was meant; what has been erased is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Read, Seek};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::Event;
use event_log::{ControlStore, LogError, Position, versions};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::archive::{Archive, ArchiveError};
use crate::bundle_lines::{MAX_FINDINGS, NextLine, next_line};
use crate::commitment::opens;
use crate::commitments::{Unopened, recorded_value};
use crate::finding::{Finding, FindingKind};
use crate::part::Part;

/// The file, a line a value.
pub(crate) const NAMES_FILE: &str = "names.ndjson";
/// What the field of an event ends with that holds a commitment; before it stands the field of the command.
const COMMITMENT_ENDING: &str = "_commitment";
/// The type of the event, in whatever version, that says of a person that what was kept is erased.
const TOMBSTONE: &str = "person.erased";
/// The longest line: a value of a command, which has 64 KiB at most, and its salt.
const MAX_LINE_BYTES: usize = 130 << 10;

/// A value that an event commits to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenedName {
    /// Of the event.
    pub position: Position,
    /// What the commitment was salted with, in base64.
    pub salt: String,
    /// The name, pay or reason.
    pub value: String,
}

impl OpenedName {
    /// What the event commits to, as the store has it; nothing where it commits to nothing or the value is gone.
    pub fn of(store: &dyn ControlStore, event: &Event) -> Result<Option<Self>, LogError> {
        let kept = recorded_value(store, event)?;
        Ok(kept.map(|(salt, value)| Self {
            position: event.meta.position,
            salt: BASE64_STANDARD.encode(salt),
            value,
        }))
    }

    fn opens(&self, commitment: &str, pointer: &str) -> bool {
        let salt = BASE64_STANDARD.decode(&self.salt);
        salt.is_ok_and(|salt| opens(commitment, &salt, pointer, &self.value))
    }
}

/// A commitment of an event.
struct Committed {
    position: Position,
    /// Of the field of the command.
    pointer: String,
    commitment: String,
    /// Whom the event is about.
    subject: String,
    opened: bool,
}

/// The commitments of the events of a bundle, by position, and whose values are erased.
#[derive(Default)]
pub(crate) struct CommittedNames {
    fields: BTreeMap<Position, Vec<Committed>>,
    erased: BTreeSet<String>,
}

/// What came of opening them.
#[derive(Default)]
pub(crate) struct OpenedNames {
    pub(crate) findings: Vec<Finding>,
    /// What is neither opened nor erased.
    pub(crate) unopened: Vec<Unopened>,
}

impl CommittedNames {
    /// Keeps what an event commits to.
    pub(crate) fn see(&mut self, position: Position, body: &[u8]) {
        let event: Value = serde_json::from_slice(body).unwrap_or_default();
        let data = &event["data"];
        let event_type = event["type"].as_str().and_then(versions::split);
        if event_type.is_some_and(|(name, _)| name == TOMBSTONE)
            && let Some(person) = data["person"].as_str()
        {
            self.erased.insert(format!("person/{person}"));
        }
        let subject =
            ["person", "account"].iter().find_map(|kind| Some(format!("{kind}/{}", data[kind].as_str()?)));
        for (name, value) in data.as_object().into_iter().flatten() {
            if let (Some(field), Some(commitment)) = (name.strip_suffix(COMMITMENT_ENDING), value.as_str()) {
                self.fields.entry(position).or_default().push(Committed {
                    position,
                    pointer: format!("/{field}"),
                    commitment: commitment.to_owned(),
                    subject: subject.clone().unwrap_or_default(),
                    opened: false,
                });
            }
        }
    }

    /// Every name of the bundle against its commitment, and every commitment: opened, erased, or told.
    pub(crate) fn check<R: Read + Seek>(
        mut self,
        part: Part,
        archive: &mut Archive<R>,
    ) -> Result<OpenedNames, ArchiveError> {
        let mut told = OpenedNames::default();
        let Some(stream) = archive.stream(NAMES_FILE)? else { return Ok(told) };
        let mut lines = BufReader::new(stream);
        let (mut line, mut last) = (Vec::new(), 0);
        loop {
            let next = next_line(&mut lines, MAX_LINE_BYTES, &mut line)?;
            if next == NextLine::End {
                break;
            }
            let named = read(&line).filter(|named| next == NextLine::Whole && named.position >= last);
            let Some(named) = named else {
                told.findings.push(Finding::new(0, FindingKind::Bundle, NAMES_FILE));
                break;
            };
            last = named.position;
            if told.findings.len() as u64 >= MAX_FINDINGS {
                break;
            }
            told.findings.extend(self.open(&named));
        }
        drop(lines);
        let all = self.fields.into_values().flatten();
        for field in all.filter(|field| field.opened == self.erased.contains(&field.subject)) {
            let Committed { position, pointer, subject, opened, .. } = field;
            if opened {
                let detail = format!("{subject} {pointer}");
                told.findings.push(Finding::new(position, FindingKind::ErasedKept, detail));
                continue;
            }
            // Of a part nobody can say whether a tombstone stands after it.
            if part == Part::Whole {
                let detail = format!("{subject} {pointer}");
                told.findings.push(Finding::new(position, FindingKind::CommitmentMissing, detail));
            }
            told.unopened.push(Unopened { position, subject, pointer });
        }
        Ok(told)
    }

    /// Opens the commitment that the line is of, each once.
    fn open(&mut self, named: &OpenedName) -> Option<Finding> {
        let own = self.fields.get_mut(&named.position).map_or(&mut [][..], Vec::as_mut_slice);
        match own.iter_mut().find(|own| !own.opened && named.opens(&own.commitment, &own.pointer)) {
            Some(own) => {
                own.opened = true;
                None
            }
            None => Some(Finding::new(named.position, FindingKind::CommitmentBroken, NAMES_FILE)),
        }
    }
}

/// A line in the only bytes in which it is written.
fn read(line: &[u8]) -> Option<OpenedName> {
    let named: OpenedName = serde_json::from_slice(line).ok()?;
    (serde_json::to_vec(&named).ok()? == line).then_some(named)
}
