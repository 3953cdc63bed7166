//! What a monitor remembers from one round, and one start, to the next: the head up to which each log was verified, and the
//! alarms that stand.

use std::collections::BTreeMap;
use std::path::Path;

use audit::Clock;
use audit::alarm::Alarm;
use audit::checkpoint::Checkpoint;
use domain::date::Timestamp;
use event_log::regular_file;
use serde::{Deserialize, Serialize};

use super::watched::Watched;
use crate::exit::Failure;
use crate::new_file;

/// Raised whenever the file's shape changes.
const VERSION: u32 = 1;
/// The most alarms that are kept of one log; the first ones say what began it.
const MAX_ALARMS: usize = 200;
/// Whoever runs the monitor reads and writes it; nobody else writes.
const MODE: u32 = 0o644;

/// The file's content.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    version: u32,
    /// The logs, by the address where each is asked for.
    logs: BTreeMap<String, Log>,
}

/// A log.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// The last head that was verified, as it was signed.
    pub head: Option<String>,
    /// Which log it is of, and how many events it covers.
    pub origin: Option<String>,
    pub verified_up_to: u64,
    /// When that was.
    pub verified_at: Option<Timestamp>,
    /// Up to which event each was judged; absent where the token may not read them.
    pub judged_up_to: Option<u64>,
    /// What is wrong.
    pub alarms: Vec<Standing>,
    /// Whether the last round is still to be told.
    #[serde(skip)]
    pub has_moved: bool,
}

/// An alarm that stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    pub kind: String,
    pub position: Option<u64>,
    pub zh: String,
    pub en: String,
    pub first_seen: Timestamp,
    /// Whether it stands for good.
    pub is_lasting: bool,
    /// The signed heads that prove it.
    pub evidence: Vec<String>,
    /// Whether it was printed, and sent where alarms go.
    pub is_told: bool,
    pub is_sent: bool,
}

impl Default for State {
    fn default() -> Self {
        Self { version: VERSION, logs: BTreeMap::new() }
    }
}

impl State {
    /// Reads the file; nothing is known yet where there is none. One that does not read is never begun anew: what was verified
    /// before would be forgotten.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let bytes = regular_file::read_small(path)
            .map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
        let state = serde_json::from_slice::<Self>(&bytes).ok().filter(|state| state.version == VERSION);
        state.ok_or_else(|| {
            let path = path.display();
            Failure::usage(
                format!("{path} 不是本程序写出的监测状态：请恢复该文件；确需重新开始，请换用新文件"),
                format!("{path} is no state that this program wrote: put it back, or name a new file to begin anew"),
            )
        })
    }

    /// The head up to which a log was verified.
    pub fn head(&self, address: &str) -> Result<Option<Checkpoint>, Failure> {
        let head = self.logs.get(address).and_then(|log| log.head.as_ref());
        let parse = |text: &String| {
            Checkpoint::parse(text.as_bytes()).map_err(|error| Failure::usage(error.say().zh, error.say().en))
        };
        head.map(parse).transpose()
    }

    /// Takes what a round found of a log.
    pub fn take(&mut self, watched: &Watched, found: Vec<Alarm>) {
        let log = self.logs.entry(watched.address().to_owned()).or_default();
        let now = Clock::System.now();
        log.judged_up_to = watched.judged_up_to();
        let head = watched.verified().map(|head| String::from_utf8_lossy(&head.to_bytes()).into_owned());
        log.has_moved = head != log.head;
        if let Some(head) = watched.verified() {
            log.origin = Some(head.origin.clone());
            log.verified_up_to = head.size;
        }
        log.head = head;
        let is_same = |standing: &Standing, alarm: &Alarm| {
            standing.kind == alarm.kind() && standing.position == alarm.position()
        };
        // Where the server did not answer, nothing is known of what ended.
        let is_silent = found.iter().any(|alarm| matches!(alarm, Alarm::Unreachable { .. }));
        if !is_silent {
            log.verified_at = Some(now);
        }
        log.alarms.retain(|standing| {
            standing.is_lasting || is_silent || found.iter().any(|alarm| is_same(standing, alarm))
        });
        for alarm in found {
            let is_known = log.alarms.iter().any(|standing| is_same(standing, &alarm));
            if is_known || log.alarms.len() >= MAX_ALARMS {
                continue;
            }
            let said = alarm.say();
            log.alarms.push(Standing {
                kind: alarm.kind().to_owned(),
                position: alarm.position(),
                zh: said.zh.into_owned(),
                en: said.en.into_owned(),
                first_seen: now,
                is_lasting: alarm.is_lasting(),
                evidence: alarm.evidence().to_vec(),
                is_told: false,
                is_sent: false,
            });
        }
    }

    /// The logs.
    pub fn logs(&self) -> impl Iterator<Item = (&String, &Log)> {
        self.logs.iter()
    }

    /// The same, to be told.
    pub fn logs_mut(&mut self) -> impl Iterator<Item = (&String, &mut Log)> {
        self.logs.iter_mut()
    }

    /// The kinds of all alarms that stand.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.logs.values().flat_map(|log| &log.alarms).map(|standing| standing.kind.as_str())
    }

    /// Writes the file in the place of the last one.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let bytes = serde_json::to_vec_pretty(self).map_err(Failure::internal)?;
        new_file::replace(path, &bytes, MODE).map_err(|cause| Failure::Input { path: path.to_owned(), cause })
    }

    /// Writes each head that was verified into a directory, under the name of its log.
    pub fn publish(&self, directory: &Path) -> Result<(), Failure> {
        for log in self.logs.values() {
            let Some((origin, head)) = log.origin.as_ref().zip(log.head.as_ref()) else { continue };
            let path = directory.join(format!("{}.checkpoint", origin.replace('/', "_")));
            new_file::replace(&path, head.as_bytes(), MODE)
                .map_err(|cause| Failure::Input { path: path.clone(), cause })?;
        }
        Ok(())
    }
}
