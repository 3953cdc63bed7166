//! What this directory remembers of the log besides its signed head: how far its read models and its snapshot were. A log
//! and the store beside it may both be put back to an earlier state; these are not put back with them.

use domain::errors;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use event_log::{EventLog, LogError, Position};
use projections::{Opened, RebuildReason, Store, StoreError};
use sha2::{Digest, Sha256};

use crate::folded_state::FoldedState;
use crate::stores::Stores;
use domain::hexadecimal;

/// How often a log that looks shorter is looked at again while its servers settle.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

errors! {
    /// The log is not the one that this directory was used with.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum RolledBack {
        /// It ends before what this directory has seen of it.
        #[zh("日志止于第 {last} 条，而本目录见过第 {seen} 条：日志被换成了较早的一份，其后的记录缺失。请停止服务，保留现状，与备份核对后恢复；确需从第 {last} 条继续，以 serve --accept-rollback {last} 启动，此事会记入日志")]
        #[en("the log ends at {last}, and this directory has seen {seen}: it was put back to an earlier state, and what came after is missing. Stop, keep what is there, compare with a backup, restore; to go on from {last} all the same, start with serve --accept-rollback {last}, which the log records")]
        Shorter {
            /// Where it ends.
            last: Position,
            /// What was seen.
            seen: Position,
        },
        /// It went another way.
        #[zh("日志第 {position} 条与本目录见过的不同：这是另一份日志，或曾被改动。请停止服务，保留现状，与备份核对；确需以此日志（止于第 {last} 条）继续，以 serve --accept-rollback {last} 启动，此事会记入日志")]
        #[en("event {position} of the log is not the one that this directory has seen: it is another log, or was changed. Stop, keep what is there, compare with a backup; to go on with this one, which ends at {last}, start with serve --accept-rollback {last}, which the log records")]
        Other {
            /// The first position known to differ.
            position: Position,
            /// Where the log ends.
            last: Position,
        },
    }
}

impl RolledBack {
    /// How far this directory has seen the log.
    pub fn seen(&self) -> Position {
        match self {
            Self::Shorter { seen, .. } => *seen,
            Self::Other { position, .. } => *position,
        }
    }
}

/// The read models of a directory, and whether they or the snapshot remember another log than the one that is there. What
/// only looks shorter is looked at again for as long as the log's servers may take to settle. Blocks.
pub fn load(stores: &Stores, views: &Path) -> Result<(Opened, Option<RolledBack>), StoreError> {
    let begun = Instant::now();
    loop {
        let opened = Store::open(views, &stores.city, &*stores.log)?;
        match against(stores, &opened)? {
            Some(RolledBack::Shorter { .. }) if begun.elapsed() < stores.log.leader_grace() => {
                drop(opened);
                std::thread::sleep(LOOK_AGAIN_AFTER);
            }
            found => return Ok((opened, found)),
        }
    }
}

fn against(stores: &Stores, opened: &Opened) -> Result<Option<RolledBack>, LogError> {
    let shorter = |seen| Ok(Some(RolledBack::Shorter { last: last_position(&*stores.log)?, seen }));
    let other = |position| Ok(Some(RolledBack::Other { position, last: last_position(&*stores.log)? }));
    if let Opened::Rebuild(reason) = opened {
        match *reason {
            RebuildReason::AheadOfLog { position } => return shorter(position),
            RebuildReason::ForeignLog { position } => return other(position),
            RebuildReason::Missing
            | RebuildReason::Damaged { .. }
            | RebuildReason::OtherFormat { .. }
            | RebuildReason::Interrupted => {}
        }
    }
    let Some(snapshot) = FoldedState::snapshot_head(&stores.directory, &stores.city) else { return Ok(None) };
    match digest_at(&*stores.log, snapshot.position)? {
        None => shorter(snapshot.position),
        Some(digest) if digest != snapshot.event_sha256 => other(snapshot.position),
        Some(_) => Ok(None),
    }
}

/// The last position of a log. Blocks.
pub fn last_position(log: &dyn EventLog) -> Result<Position, LogError> {
    let mut last = 0;
    let read = log.scan(0, Position::MAX, &mut |stored| {
        last = stored.position;
        ControlFlow::Continue(())
    });
    match read {
        // Up to the first that is missing: what comes after a gap is none of the log's.
        Err(LogError::Corrupt { position: Some(_), .. }) | Ok(_) => Ok(last),
        Err(error) => Err(error),
    }
}

fn digest_at(log: &dyn EventLog, position: Position) -> Result<Option<String>, LogError> {
    let mut digest = None;
    let read = log.scan(position.saturating_sub(1), position, &mut |stored| {
        digest = Some(hexadecimal(&Sha256::digest(stored.body)));
        ControlFlow::Break(())
    });
    match read {
        Err(LogError::Corrupt { position: Some(_), .. }) | Ok(_) => Ok(digest),
        Err(error) => Err(error),
    }
}
