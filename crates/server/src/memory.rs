//! What the loop keeps in memory of the log: the folded state and the index of commands, and how both are brought
//! back at start, from the snapshot where it fits the log and from the log itself where not.

use std::convert::Infallible;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use domain::place::PlaceCode;
use domain::{CityState, Event, evolve};
use event_log::envelope::{self, EnvelopeError};
use event_log::{EventLog, LogError, Position, StoredEventRef, scan_read};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::command_index::CommandIndex;
use crate::request::hexadecimal;

/// The snapshot's file in the data directory: a line of JSON about it, a line with the state, then the index.
const FILE: &str = "state.snapshot";
/// Raised whenever the state's shape or its fold changes; another version's snapshot is passed over.
const VERSION: u32 = 13;

/// The state and the index after the same event.
#[derive(Debug, Clone)]
pub struct Memory {
    /// Everything a decision may look at.
    pub state: CityState,
    /// Which commands were recorded.
    pub index: CommandIndex,
}

/// Why the log cannot be folded.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The log does not answer.
    #[error(transparent)]
    Log(#[from] LogError),
    /// An event does not read.
    #[error("event {position}: {cause}; run `lianjian audit verify` to see what else is wrong")]
    Event {
        /// Which.
        position: Position,
        /// What is wrong with it.
        cause: EnvelopeError,
    },
}

#[derive(Serialize, Deserialize)]
struct Head {
    version: u32,
    city: PlaceCode,
    position: Position,
    /// SHA-256 of the event at `position`: a snapshot of another log, or of one that was altered, is passed over.
    event_sha256: String,
    /// SHA-256 of everything after this line.
    content_sha256: String,
}

impl Memory {
    /// Nothing recorded yet.
    pub fn new(city: PlaceCode) -> Self {
        Self { state: CityState::new(city), index: CommandIndex::default() }
    }

    /// Folds what the log holds after the state's position, calling `progress` with each position. Blocks.
    pub fn fold(&mut self, log: &dyn EventLog, progress: &mut dyn FnMut(Position)) -> Result<(), FoldError> {
        let after = self.state.last_position;
        let read = |stored: StoredEventRef<'_>| read_event(stored.position, stored.body);
        let _ = scan_read(log, after, Position::MAX, read, |event| {
            self.take(&event);
            progress(event.meta.position);
            ControlFlow::<Infallible>::Continue(())
        })?;
        Ok(())
    }

    /// Folds one stored event.
    pub fn fold_one(&mut self, position: Position, body: &[u8]) -> Result<(), FoldError> {
        self.take(&read_event(position, body)?);
        Ok(())
    }

    fn take(&mut self, event: &Event) {
        evolve(&mut self.state, event);
        self.index.note(event.meta.command_id, event.meta.position);
    }

    /// The snapshot in the directory, if it is whole, of this version, and of this log. Blocks.
    pub fn load(directory: &Path, city: &PlaceCode, log: &dyn EventLog) -> Option<Self> {
        let bytes = std::fs::read(directory.join(FILE)).ok()?;
        let end_of_head = bytes.iter().position(|byte| *byte == b'\n')?;
        let (head, content) = bytes.split_at(end_of_head + 1);
        let head: Head = serde_json::from_slice(head).ok()?;
        let fits = head.version == VERSION
            && head.city == *city
            && head.content_sha256 == hexadecimal(&Sha256::digest(content))
            && event_sha256(log, head.position)? == head.event_sha256;
        if !fits {
            tracing::warn!(file = FILE, "the snapshot does not fit the log; folding the log instead");
            return None;
        }
        let end_of_state = content.iter().position(|byte| *byte == b'\n')?;
        let (state, index) = content.split_at(end_of_state);
        Some(Self {
            state: serde_json::from_slice(state).ok()?,
            index: CommandIndex::from_bytes(index.get(1..)?)?,
        })
    }

    /// Writes the snapshot beside the old one and switches at once. Blocks. An empty log needs none.
    pub fn save(&self, directory: &Path, log: &dyn EventLog) -> std::io::Result<()> {
        let Some(event_sha256) = event_sha256(log, self.state.last_position) else { return Ok(()) };
        let mut content = serde_json::to_vec(&self.state)?;
        content.push(b'\n');
        content.extend(self.index.to_bytes());
        let head = Head {
            version: VERSION,
            city: self.state.city.clone(),
            position: self.state.last_position,
            event_sha256,
            content_sha256: hexadecimal(&Sha256::digest(&content)),
        };
        let draft = directory.join(format!("{FILE}.draft"));
        let mut file = std::fs::File::create(&draft)?;
        serde_json::to_writer(&mut file, &head)?;
        file.write_all(b"\n")?;
        file.write_all(&content)?;
        file.sync_all()?;
        std::fs::rename(draft, directory.join(FILE))
    }
}

impl Memory {
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

fn read_event(position: Position, body: &[u8]) -> Result<Event, FoldError> {
    let event = envelope::decode(body).map_err(|cause| FoldError::Event { position, cause })?.event;
    // A stranger's message on a shared stream may be a copy of an event.
    if event.meta.position != position {
        let detail = format!("the event says that it stands at {}", event.meta.position);
        let cause = EnvelopeError::Attribute { attribute: "sequence", detail };
        return Err(FoldError::Event { position, cause });
    }
    Ok(event)
}

fn event_sha256(log: &dyn EventLog, position: Position) -> Option<String> {
    let mut found = None;
    log.scan(position.checked_sub(1)?, position, &mut |stored| {
        found = Some(hexadecimal(&Sha256::digest(stored.body)));
        ControlFlow::Break(())
    })
    .ok()?;
    found
}
