//! A log and a data directory as the command line uses them: opened, locked, folded, written through the command loop.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;
use domain::{CityState, Policy};
use event_log::{DirectoryLock, EventLog, LogError, LogLocation};
use service::folded_state::FoldedState;
use service::stores::Stores;
use service::submission::Submissions;
use service::system_clock;

use crate::exit::Failure;
use crate::log_options::LogOptions;
use crate::progress::Progress;

/// The city of a new log, where none is named.
const DEFAULT_CITY: &str = "5108";

/// Where local files are, and where the log is.
#[derive(Debug, Clone, Args)]
pub struct DataDirectory {
    /// 数据目录 / the data directory
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
    #[command(flatten)]
    log: LogOptions,
}

/// A data directory with its log, as asked for.
#[derive(Debug, Clone)]
pub struct DataLocation {
    /// Views, snapshot and lock; the log and the names too where the log is embedded.
    pub data: PathBuf,
    /// Where the log is.
    pub log: LogLocation,
}

impl DataDirectory {
    /// A directory with its embedded log.
    #[cfg(test)]
    pub fn embedded(data: PathBuf) -> Self {
        Self { data, log: LogOptions::default() }
    }

    /// What was asked for.
    pub fn location(&self) -> Result<DataLocation, Failure> {
        Ok(DataLocation { data: self.data.clone(), log: self.log.location()? })
    }
}

impl DataLocation {
    /// The city asked for, or that of the log that is there, or the default for a new one.
    pub fn city(&self, asked: Option<&PlaceCode>) -> Result<PlaceCode, Failure> {
        if let Some(city) = asked {
            return Ok(city.clone());
        }
        let code = self.log.city(&self.data)?.unwrap_or_else(|| DEFAULT_CITY.to_owned());
        code.parse().map_err(Failure::internal)
    }

    /// Whether there is a log.
    pub fn has_log(&self) -> Result<bool, Failure> {
        Ok(self.log.city(&self.data)?.is_some())
    }

    /// The log, which must be there, to be read beside whoever writes.
    pub fn open_log(&self) -> Result<Arc<dyn EventLog>, Failure> {
        Ok(self.log.open_to_read(&self.data)?)
    }

    /// The log and its control store; made for this city where there is none.
    pub fn open(&self, city: Option<&PlaceCode>) -> Result<Stores, Failure> {
        Ok(Stores::open(&self.log, &self.data, Some(&self.city(city)?))?)
    }

    /// The log and its control store, which must be there.
    pub fn open_existing(&self) -> Result<Stores, Failure> {
        Ok(Stores::open(&self.log, &self.data, None)?)
    }

    /// Takes the directory for reading what only one process may read, such as the views; the log must be there.
    pub fn lock_existing(&self) -> Result<DirectoryLock, Failure> {
        if !self.has_log()? {
            return Err(LogError::NotFound { store: self.data.display().to_string() }.into());
        }
        Ok(DirectoryLock::acquire(&self.data, "")?)
    }
}

/// Reads the log into memory, with progress.
pub fn load_folded_state(stores: &Stores, language: Language) -> Result<FoldedState, Failure> {
    let mut progress = Progress::begin(language, "读取日志", "reading the log", None);
    let folded_state = stores.load(&mut |position| progress.at(position))?;
    progress.end();
    Ok(folded_state)
}

/// The built-in figures, by which what stands in the log is judged.
pub fn policy() -> Result<Arc<Policy>, Failure> {
    Policy::defaults().map(Arc::new).map_err(Failure::internal)
}

/// The runtime in which the command loop and the server run.
pub fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::internal)
}

/// A data directory held for writing.
pub struct Held {
    /// What is in it.
    pub stores: Stores,
    /// What the log said when it was opened.
    pub folded_state: FoldedState,
    _lock: DirectoryLock,
}

impl Held {
    /// Takes the directory and reads its log; makes both where they are missing.
    pub fn open(place: &DataLocation, city: Option<&PlaceCode>, language: Language) -> Result<Self, Failure> {
        let lock = DirectoryLock::acquire(&place.data, "")?;
        let stores = place.open(city)?;
        let folded_state = load_folded_state(&stores, language)?;
        Ok(Self { stores, folded_state, _lock: lock })
    }

    /// The state that the log said.
    pub fn state(&self) -> &CityState {
        &self.folded_state.state
    }

    /// Starts the command loop; inside a runtime only.
    pub fn start(&self) -> Submissions {
        Submissions::start(&self.stores, self.folded_state.clone(), system_clock, std::sync::Arc::default())
    }

    /// Stops the loop and leaves a snapshot, so that the next start is short.
    pub async fn stop(&self, submissions: &Submissions) {
        if let Some(folded_state) = submissions.stop().await {
            folded_state.save_in_background(&self.stores.directory, self.stores.log.clone()).await;
        }
    }
}
