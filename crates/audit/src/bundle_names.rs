//! Names in a bundle: what the log only commits to, each with the salt that opens its commitment. They are put in where somebody
//! is to read who was meant; what has been erased is not there.

use std::collections::BTreeMap;
use std::io::{BufReader, Read, Seek};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use domain::Event;
use event_log::{ControlStore, LogError, Position};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::archive::{Archive, ArchiveError};
use crate::bundle_check::{MAX_FINDINGS, next_line};
use crate::commitments::{commitment_of, recorded_value};
use crate::finding::{Finding, FindingKind};

/// The file, a line a value.
pub(crate) const NAMES_FILE: &str = "names.ndjson";
/// What the field of an event ends with that holds a commitment.
const COMMITMENT_ENDING: &str = "_commitment";
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

    fn commitment(&self) -> Option<String> {
        let salt = BASE64_STANDARD.decode(&self.salt).ok()?;
        Some(commitment_of(&salt, &self.value))
    }
}

/// The commitments of the events of a bundle, by position.
#[derive(Default)]
pub(crate) struct Committed(BTreeMap<Position, Vec<String>>);

impl Committed {
    /// Keeps what an event commits to.
    pub(crate) fn see(&mut self, position: Position, body: &[u8]) {
        let event: Value = serde_json::from_slice(body).unwrap_or_default();
        let fields = event["data"].as_object().into_iter().flatten();
        let commitments = fields.filter(|(name, _)| name.ends_with(COMMITMENT_ENDING));
        let texts = commitments.filter_map(|(_, value)| Some(value.as_str()?.to_owned()));
        self.0.insert(position, texts.collect());
    }

    /// Every name of the bundle against its commitment.
    pub(crate) fn check<R: Read + Seek>(
        &self,
        archive: &mut Archive<R>,
    ) -> Result<Vec<Finding>, ArchiveError> {
        let mut findings = Vec::new();
        let Some(stream) = archive.stream(NAMES_FILE)? else { return Ok(findings) };
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        while (findings.len() as u64) < MAX_FINDINGS && next_line(&mut lines, MAX_LINE_BYTES, &mut line)? {
            let named: Option<OpenedName> = serde_json::from_slice(&line).ok();
            let Some(named) = named.filter(|named| serde_json::to_vec(named).is_ok_and(|own| own == line))
            else {
                findings.push(Finding::new(0, FindingKind::Bundle, NAMES_FILE));
                continue;
            };
            let own = self.0.get(&named.position).map_or(&[][..], Vec::as_slice);
            if !named.commitment().is_some_and(|commitment| own.contains(&commitment)) {
                findings.push(Finding::new(named.position, FindingKind::CommitmentBroken, NAMES_FILE));
            }
        }
        Ok(findings)
    }
}
