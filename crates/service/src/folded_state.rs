//! What the loop keeps in memory of the log: the folded state and the index of commands, and how both are brought
//! back at start, from the snapshot where it fits the log and from the log itself where not.

use domain::errors;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::lawful::{CommandPart, Judge, Lawless, Unlawful};
use domain::place::PlaceCode;
use domain::say::Say;
use domain::{CityState, Policy, evolve};
use event_log::envelope::{self, Decoded, EnvelopeError};
use event_log::{ControlStore, EventLog, LogError, Position, StoredEventRef, names_absent_up_to, scan_read};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::command_index::CommandIndex;
use crate::condition::{Condition, Conditions};
use domain::hexadecimal;

/// The snapshot's file in the data directory: a line of JSON about it, a line with the state, then the index.
const FILE: &str = "state.snapshot";
/// Raised whenever the state's shape or its fold changes; another version's snapshot is passed over.
const VERSION: u32 = 20;

/// A reader may see a command that is just being appended before its last event: how often it looks again, and how long it
/// waits each time.
pub(crate) const LOOKS_FOR_THE_REST: usize = 10;
pub(crate) const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// The state and the index after the same event.
#[derive(Debug, Clone)]
pub struct FoldedState {
    /// Everything a decision may look at.
    pub state: CityState,
    /// Which commands were recorded.
    pub index: CommandIndex,
    /// Whether what comes could have been given by whom it names.
    judge: Judge,
    policy: Arc<Policy>,
}

errors! {
    /// Why the log cannot be folded.
    #[derive(Debug)]
    pub enum FoldError {
        /// An event does not read.
        #[zh("第 {position} 条：{cause}；请运行 lianjian audit verify 查看其他问题")]
        #[en("event {position}: {cause}; run `lianjian audit verify` to see what else is wrong")]
        Event {
            /// Which.
            position: Position,
            /// What is wrong with it.
            cause: EnvelopeError,
        },
        /// A command that nobody could have given.
        #[zh("{cause}；请运行 lianjian audit verify --deep 查看其他问题")]
        #[en("{cause}; run `lianjian audit verify --deep` to see what else is wrong")]
        Lawless(#[from] cause: Lawless),
    } of {
        /// The log does not answer.
        Log(#[from] LogError),
    }
}

impl FoldError {
    /// Where the log stops to be one that this program can go on from, and as what that is told; nothing where the log
    /// only could not be asked.
    pub fn stop(&self) -> Option<(Position, Condition)> {
        match self {
            Self::Event { position, cause } if cause.is_newer() => Some((*position, Condition::LogNewer)),
            Self::Event { position, .. } | Self::Log(LogError::Corrupt { position: Some(position), .. }) => {
                Some((*position, Condition::LogUnreadable))
            }
            Self::Lawless(Lawless { position, unlawful: Unlawful::NewerRuleBook { .. } }) => {
                Some((*position, Condition::LogNewer))
            }
            Self::Lawless(lawless) => Some((lawless.position, Condition::LogUnlawful)),
            Self::Log(_) => None,
        }
    }

    /// Raises that the log goes on with something that cannot be folded; nothing where it only could not be asked.
    pub fn raise(&self, conditions: &Conditions) {
        let Some((position, condition)) = self.stop() else { return };
        tracing::error!(error = %self, position, "the log is read up to the event before, and nothing is recorded");
        let detail = Say::of(format!("位置 {position}"), format!("position {position}"));
        conditions.raise(condition, Some(detail));
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    city: PlaceCode,
    position: Position,
    /// SHA-256 of the event at `position`: a snapshot of another log, or of one that was altered, is passed over.
    event_sha256: String,
    /// SHA-256 over what stands above and everything after this line: no part of the file is believed without the rest.
    content_sha256: String,
}

impl Head {
    fn digest(&self, content: &[u8]) -> String {
        let Self { version, city, position, event_sha256, .. } = self;
        let digest = Sha256::new_with_prefix(format!("{version} {city} {position} {event_sha256}\n"));
        hexadecimal(&digest.chain_update(content).finalize())
    }
}

/// Up to where in which log a directory remembers: a position, and SHA-256 of the event that stood there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotHead {
    /// The position.
    pub position: Position,
    /// SHA-256 of its event, in hexadecimal digits.
    pub event_sha256: String,
}

impl FoldedState {
    /// Nothing recorded yet.
    pub fn new(city: PlaceCode, policy: Arc<Policy>) -> Self {
        Self { state: CityState::new(city), index: CommandIndex::default(), judge: Judge::default(), policy }
    }

    /// Folds what the log holds after the state's position, calling `progress` with each position. Blocks.
    pub fn fold(&mut self, log: &dyn EventLog, progress: &mut dyn FnMut(Position)) -> Result<(), FoldError> {
        for _ in 0..LOOKS_FOR_THE_REST {
            self.fold_what_is_there(log, progress)?;
            if !self.is_open() {
                break;
            }
            std::thread::sleep(BETWEEN_LOOKS);
        }
        self.end()
    }

    fn fold_what_is_there(
        &mut self,
        log: &dyn EventLog,
        progress: &mut dyn FnMut(Position),
    ) -> Result<(), FoldError> {
        let after = self.state.last_position;
        let city = self.state.city.to_string();
        let read = move |stored: StoredEventRef<'_>| read_event(stored.position, stored.body, &city);
        let taken = scan_read(log, after, Position::MAX, read, |decoded| match self.take(&decoded) {
            Ok(()) => {
                progress(decoded.event.meta.position);
                ControlFlow::Continue(())
            }
            Err(lawless) => ControlFlow::Break(lawless),
        });
        match taken {
            Ok(ControlFlow::Continue(_)) => Ok(()),
            Ok(ControlFlow::Break(lawless)) => Err(lawless.into()),
            Err(error) => {
                self.take_back();
                Err(error)
            }
        }
    }

    /// Folds as far as the log reads; gives what stands after that, if anything does. Blocks.
    pub fn fold_good(
        &mut self,
        log: &dyn EventLog,
        progress: &mut dyn FnMut(Position),
    ) -> Result<Option<FoldError>, FoldError> {
        match self.fold(log, progress) {
            Err(error) if error.stop().is_some() => Ok(Some(error)),
            folded => folded.map(|()| None),
        }
    }

    /// Whether the log has accounts or persons, and the store of names has nothing of anybody: it is not the log's, unless
    /// the log came back from a mirror, which holds no names.
    pub fn misses_names(&self, control: &dyn ControlStore) -> Result<bool, LogError> {
        let mut persons = self.state.persons.values();
        let has_names = !self.state.accounts.is_empty() || persons.any(|person| person.erased_on.is_none());
        Ok(has_names && control.command_ids()?.is_empty() && names_absent_up_to(control)?.is_none())
    }

    /// Folds one stored event.
    pub fn fold_one(&mut self, position: Position, body: &[u8]) -> Result<(), FoldError> {
        match read_event(position, body, self.state.city.as_str()) {
            Ok(decoded) => Ok(self.take(&decoded)?),
            Err(error) => {
                self.take_back();
                Err(error)
            }
        }
    }

    /// Whether a command has begun of which events are still to come.
    pub fn is_open(&self) -> bool {
        self.judge.is_open()
    }

    /// Says that nothing stands in the log after what was folded one by one: its last command must be whole. What there is
    /// of one that is not is as if it had not been folded.
    pub fn end(&mut self) -> Result<(), FoldError> {
        let before = self.judge.before().cloned();
        let ended = self.judge.finish();
        if let Some(before) = before {
            self.state = before;
        }
        Ok(ended?)
    }

    /// Judges and folds. Nothing of a command that nobody could have given stays, however late that is seen.
    fn take(&mut self, decoded: &Decoded) -> Result<(), Lawless> {
        let (event, extra) = (&decoded.event, &decoded.extra);
        let before = self.judge.before().cloned();
        let (index, count) = (extra.command_index, extra.command_count);
        let part = CommandPart { digest: &extra.command_digest, index, count };
        if let Err(lawless) = self.judge.next(&self.state, &self.policy, event, part) {
            // The first events of the command were folded before its last one was judged.
            self.judge = Judge::default();
            if let Some(before) = before {
                self.state = before;
            }
            return Err(lawless);
        }
        evolve(&mut self.state, event);
        // Only a whole command counts as recorded: its repeat is answered with all its events.
        if !self.judge.is_open() {
            let first = event.meta.position + 1 - u64::from(count);
            self.index.note(event.meta.command_id, first);
        }
        Ok(())
    }

    /// Unfolds a command that has begun, where what comes next does not read.
    fn take_back(&mut self) {
        if let Some(before) = self.judge.before().cloned() {
            self.state = before;
        }
        self.judge = Judge::default();
    }

    /// The snapshot in the directory, if it is whole, of this version, and of this log. Blocks.
    pub fn load(directory: &Path, city: &PlaceCode, log: &dyn EventLog, policy: Arc<Policy>) -> Option<Self> {
        let bytes = std::fs::read(directory.join(FILE)).ok()?;
        // The log may be another one by now: restored from a backup, or put back by whoever wants to change it.
        let whole = whole(&bytes, city).filter(|(head, _)| {
            event_sha256(log, head.position).is_some_and(|digest| digest == head.event_sha256)
        });
        let Some((_, content)) = whole else {
            tracing::warn!(file = FILE, "the snapshot does not fit the log; folding the log instead");
            return None;
        };
        let end_of_state = content.iter().position(|byte| *byte == b'\n')?;
        let (state, index) = content.split_at(end_of_state);
        let state: CityState = serde_json::from_slice(state).ok()?;
        // A later program wrote it, and this one stops where the log says so.
        if state.policies.adopted().is_some_and(|adopted| adopted.edition > policy.version) {
            return None;
        }
        Some(Self {
            state,
            index: CommandIndex::from_bytes(index.get(1..)?)?,
            judge: Judge::default(),
            policy,
        })
    }

    /// How far the snapshot of this directory was, if it is whole: the log that it was made of reached as far. Blocks.
    pub fn snapshot_head(directory: &Path, city: &PlaceCode) -> Option<SnapshotHead> {
        let bytes = std::fs::read(directory.join(FILE)).ok()?;
        let (head, _) = whole(&bytes, city)?;
        Some(SnapshotHead { position: head.position, event_sha256: head.event_sha256 })
    }

    /// Writes the snapshot beside the old one and switches at once. Blocks. An empty log needs none, and one that stops within
    /// a command gets none: whoever started from it would find the rest of the command without its beginning.
    pub fn save(&self, directory: &Path, log: &dyn EventLog) -> std::io::Result<()> {
        if self.is_open() {
            return Ok(());
        }
        let Some(event_sha256) = event_sha256(log, self.state.last_position) else { return Ok(()) };
        let mut content = serde_json::to_vec(&self.state)?;
        content.push(b'\n');
        content.extend(self.index.to_bytes());
        let mut head = Head {
            version: VERSION,
            city: self.state.city.clone(),
            position: self.state.last_position,
            event_sha256,
            content_sha256: String::new(),
        };
        head.content_sha256 = head.digest(&content);
        let draft = directory.join(format!("{FILE}.draft"));
        let mut file = std::fs::File::create(&draft)?;
        serde_json::to_writer(&mut file, &head)?;
        file.write_all(b"\n")?;
        file.write_all(&content)?;
        // The directory is not synced: where the new name is lost the old snapshot is there, and only the start is slower.
        file.sync_all()?;
        std::fs::rename(draft, directory.join(FILE))
    }
}

impl FoldedState {
    /// Writes the snapshot where blocking is allowed; one that cannot be written only makes the next start slower.
    pub async fn save_in_background(self, directory: &Path, log: Arc<dyn EventLog>) {
        let directory = directory.to_owned();
        let saved = tokio::task::spawn_blocking(move || self.save(&directory, &*log)).await;
        match saved {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the snapshot was not written"),
            Err(error) => tracing::warn!(%error, "the snapshot was not written"),
        }
    }
}

fn read_event(position: Position, body: &[u8], city: &str) -> Result<Decoded, FoldError> {
    envelope::decode_at(body, position, city).map_err(|cause| FoldError::Event { position, cause })
}

/// The head and the content of a snapshot's file that is of this version and city, and whole.
fn whole<'a>(bytes: &'a [u8], city: &PlaceCode) -> Option<(Head, &'a [u8])> {
    let end_of_head = bytes.iter().position(|byte| *byte == b'\n')?;
    let (head, content) = bytes.split_at(end_of_head + 1);
    let head: Head = serde_json::from_slice(head).ok()?;
    let is_whole =
        head.version == VERSION && head.city == *city && head.content_sha256 == head.digest(content);
    is_whole.then_some((head, content))
}

/// SHA-256 of the event at a position; nothing where there is none. Blocks.
pub fn event_sha256(log: &dyn EventLog, position: Position) -> Option<String> {
    let mut found = None;
    log.scan(position.checked_sub(1)?, position, &mut |stored| {
        found = Some(hexadecimal(&Sha256::digest(stored.body)));
        ControlFlow::Break(())
    })
    .ok()?;
    found
}
