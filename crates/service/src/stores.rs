//! The stores of a city: its log and the erasable store beside it, with the data directory of this instance.

use domain::errors;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::Policy;
use domain::place::PlaceCode;
use event_log::{ControlStore, EventLog, LogError, LogLocation, ScanStore, UnsafeSetting};

use crate::condition::Conditions;
use crate::folded_log::FoldedLog;
use crate::folded_state::{FoldError, FoldedState};

/// How long a value may stand in the control store before its event must stand in the log.
const ORPHAN_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// The log and its erasable store, with the data directory of this instance.
#[derive(Clone)]
pub struct Stores {
    /// Where views and snapshot are, and the embedded log.
    pub directory: PathBuf,
    /// The city of the log.
    pub city: PlaceCode,
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// As much of it as has been folded.
    pub folded: Arc<FoldedLog>,
    /// Names, salts, hashes.
    pub control: Arc<dyn ControlStore>,
    /// Documents' scans.
    pub scans: Arc<dyn ScanStore>,
    /// The figures.
    pub policy: Arc<Policy>,
    /// Settings under which acknowledged events may be lost, and which the operator answers for.
    pub accepted_settings: Vec<UnsafeSetting>,
    /// What is wrong while the service runs.
    pub conditions: Arc<Conditions>,
}

errors! {
    /// Why the stores do not open.
    #[derive(Debug)]
    pub enum StoresError {
        /// The policy's file.
        #[zh("内置政策无法读取：{cause}")]
        #[en("the policy does not read: {cause}")]
        Policy(#[from] cause: serde_json::Error),
        /// The log's own city is no code.
        #[zh("日志所写的城市“{city}”不是行政区划代码")]
        #[en("the log names the city `{city}`, which is no code")]
        City {
            /// What it names.
            city: String,
        },
    } of {
        /// The log or the control store.
        Log(#[from] LogError),
        /// The events do not fold.
        Fold(#[from] FoldError),
    }
}

impl Stores {
    /// Opens the log at its location; where there is none, makes one for the city given. Blocks.
    pub fn open(
        location: &LogLocation,
        directory: &Path,
        city: Option<&PlaceCode>,
    ) -> Result<Self, StoresError> {
        let opened = match city {
            Some(city) => location.open(directory, city.as_str())?,
            None => location.open_existing(directory)?,
        };
        let city = opened.log.city();
        Ok(Self {
            directory: directory.to_owned(),
            city: city.parse().map_err(|_| StoresError::City { city: city.to_owned() })?,
            folded: Arc::new(FoldedLog::new(opened.log.clone())),
            log: opened.log,
            control: opened.control,
            scans: opened.scans,
            policy: Arc::new(Policy::defaults()?),
            accepted_settings: opened.accepted_settings,
            conditions: Arc::default(),
        })
    }

    /// The state and index of the log: from the snapshot where it fits, and the log after it. Blocks.
    pub fn load(&self, progress: &mut dyn FnMut(u64)) -> Result<FoldedState, FoldError> {
        let mut folded_state =
            self.load_snapshot().unwrap_or_else(|| FoldedState::new(self.city.clone(), self.policy.clone()));
        folded_state.fold(&*self.log, progress)?;
        Ok(folded_state)
    }

    /// State and index as of the snapshot, where it fits the log. Blocks.
    pub fn load_snapshot(&self) -> Option<FoldedState> {
        FoldedState::load(&self.directory, &self.city, &*self.log, self.policy.clone())
    }

    /// Removes the erasable values whose command was never recorded: a crash between the two stores leaves them.
    /// Blocks. Only for whoever holds the directory; `token create` may write beside it, value first and event after,
    /// so what looks orphaned is given the time to be recorded.
    pub fn sweep_orphans(&self, folded_state: &mut FoldedState) -> Result<usize, FoldError> {
        let commands = self.control.command_ids()?;
        folded_state.fold(&*self.log, &mut |_| {})?;
        if commands.iter().all(|command| folded_state.index.contains_text(command)) {
            return Ok(0);
        }
        std::thread::sleep(ORPHAN_PATIENCE);
        folded_state.fold(&*self.log, &mut |_| {})?;
        let waited_for = |command: &str| !commands.iter().any(|known| known == command);
        let is_recorded = |command: &str| waited_for(command) || folded_state.index.contains_text(command);
        Ok(self.control.sweep(folded_state.state.last_position, &is_recorded)?)
    }
}
