//! The report: how much was verified, and everything that is wrong with it.

use std::collections::BTreeMap;

use domain::date::Timestamp;
use domain::event_data::log_keeping::SigningKeysDeclared;
use event_log::Position;
use serde::{Serialize, Serializer};

use crate::access_check::Anchor;
use crate::commitments::Unopened;
use crate::finding::{Finding, FindingKind};
use crate::key::PublicKey;

/// How many findings are listed; the rest are counted.
pub(crate) const MAX_FINDINGS_LISTED: usize = 200;

/// A leap of the recorded time that somebody answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClockChange {
    /// The event that says so.
    pub position: Position,
    /// When the event before was recorded.
    pub from: Timestamp,
    /// When this one was.
    pub to: Timestamp,
}

/// The keys that sign the log from an event on, by the log's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeclaredKeys {
    /// The event that says so.
    pub position: Position,
    /// The keys.
    #[serde(serialize_with = "as_texts")]
    pub keys: Vec<PublicKey>,
}

impl DeclaredKeys {
    /// What an event declares: nothing where one of its texts is no key.
    pub(crate) fn of(position: Position, data: &SigningKeysDeclared) -> Self {
        let keys: Result<_, _> = data.keys.iter().map(|key| key.as_str().parse()).collect();
        Self { position, keys: keys.unwrap_or_default() }
    }
}

fn as_texts<S: Serializer>(keys: &[PublicKey], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(keys.iter().map(ToString::to_string))
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Report {
    /// The city of the log.
    pub city: String,
    /// The first event that was looked at.
    pub first_position: Position,
    /// The last one.
    pub last_position: Position,
    /// How many events were looked at.
    pub events: u64,
    /// How many commands yielded them.
    pub commands: usize,
    /// How many of them were recorded on the machine itself, without an account.
    pub local_events: u64,
    /// Whether the log is made up; nothing before its first event that is not an account's.
    pub simulated: Option<bool>,
    /// When the first event was recorded.
    pub first_recorded_at: Option<Timestamp>,
    /// When the last one was.
    pub last_recorded_at: Option<Timestamp>,
    /// Where somebody accepted a clock that leapt from the event before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clock_changes: Vec<ClockChange>,
    /// Who signs the log from where on, by its own account.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub declared_keys: Vec<DeclaredKeys>,
    /// The last number of each county, and of `_`.
    pub scope_sequences: BTreeMap<String, u64>,
    /// The last event that is older than the verifier asked about; 0 where none is.
    #[serde(skip)]
    pub aged_up_to: Position,
    /// Whether schemas, the history and commitments were looked at too.
    pub deep: bool,
    /// The rules of who may act, by which each command was judged: all of them where the log was folded from its beginning.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub rules: &'static [FindingKind],
    /// How many findings there are.
    pub finding_count: u64,
    /// The first of them, in the order of their positions.
    pub findings: Vec<Finding>,
    /// Every commitment that cannot be opened and has no tombstone.
    pub unopened: Vec<Unopened>,
    /// How many commitments stay unopened because a mirror, from which the log came, holds no names.
    pub names_absent: u64,
    /// How far the log says that each access log goes.
    #[serde(skip)]
    pub anchors: Vec<Anchor>,
}

impl Report {
    /// Of what cannot be read at all: nothing was looked at.
    pub fn of_nothing() -> Self {
        Self { first_position: 1, ..Self::default() }
    }

    /// Whether nothing is wrong.
    pub fn is_consistent(&self) -> bool {
        self.finding_count == 0
    }

    /// What is wrong at the first bad position.
    pub fn first_finding(&self) -> Option<&Finding> {
        self.findings.first()
    }

    /// Adds what was found by comparing with something beside the log.
    pub fn add(&mut self, finding: Finding) {
        self.finding_count += 1;
        if self.findings.len() < MAX_FINDINGS_LISTED {
            self.findings.push(finding);
        }
        self.findings.sort_by_key(|finding| finding.position);
    }
}
