//! A data directory as the command line uses it: opened, locked, folded, and written through the command loop.

use std::path::{Path, PathBuf};

use clap::Args;
use domain::CityState;
use domain::place::PlaceCode;
use event_log::{DirectoryLock, EmbeddedLog, LogError};
use server::core::{Core, Stores, system_clock};
use server::memory::Memory;

use crate::exit::Failure;
use crate::language::Language;
use crate::progress::Progress;

/// The log's file: whether there is one decides whether a city has to be named.
const LOG_FILE: &str = "log.db";
/// The city of a new log, where none is named.
const DEFAULT_CITY: &str = "5108";

/// Where local files are.
#[derive(Debug, Clone, Args)]
pub struct DataDirectory {
    /// 数据目录 / the data directory
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub data: PathBuf,
}

/// Whether the directory holds a log.
pub fn has_log(directory: &Path) -> bool {
    directory.join(LOG_FILE).exists()
}

/// The city asked for, or that of the log that is there, or the default for a new one.
pub fn city_of(directory: &Path, asked: Option<&PlaceCode>) -> Result<PlaceCode, Failure> {
    if let Some(city) = asked {
        return Ok(city.clone());
    }
    let code = if has_log(directory) {
        EmbeddedLog::open_existing(directory)?.city().to_owned()
    } else {
        DEFAULT_CITY.to_owned()
    };
    code.parse().map_err(Failure::internal)
}

/// The log of a directory that must be there, to be read beside a running server.
pub fn open_log(directory: &Path) -> Result<EmbeddedLog, Failure> {
    if !has_log(directory) {
        return Err(LogError::NotFound { store: directory.join(LOG_FILE).display().to_string() }.into());
    }
    Ok(EmbeddedLog::open_read_only(directory)?)
}

/// Takes a directory that must be there for reading what only one process may read, such as the views.
pub fn lock_existing(directory: &Path) -> Result<DirectoryLock, Failure> {
    if !has_log(directory) {
        return Err(LogError::NotFound { store: directory.join(LOG_FILE).display().to_string() }.into());
    }
    Ok(DirectoryLock::acquire(directory, "")?)
}

/// Reads the log into memory, with progress.
pub fn remember(stores: &Stores, language: Language) -> Result<Memory, Failure> {
    let mut progress = Progress::begin(language, "读取日志", "reading the log", None);
    let memory = stores.remember(&mut |position| progress.at(position))?;
    progress.end();
    Ok(memory)
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
    pub memory: Memory,
    _lock: DirectoryLock,
}

impl Held {
    /// Takes the directory and reads its log; makes both where they are missing.
    pub fn open(directory: &Path, city: Option<&PlaceCode>, language: Language) -> Result<Self, Failure> {
        let lock = DirectoryLock::acquire(directory, "")?;
        let stores = Stores::open(directory, Some(&city_of(directory, city)?))?;
        let memory = remember(&stores, language)?;
        Ok(Self { stores, memory, _lock: lock })
    }

    /// The state that the log said.
    pub fn state(&self) -> &CityState {
        &self.memory.state
    }

    /// Starts the command loop; inside a runtime only.
    pub fn start(&self) -> Core {
        Core::start(&self.stores, self.memory.clone(), system_clock, std::sync::Arc::default())
    }

    /// Stops the loop and leaves a snapshot, so that the next start is short.
    pub async fn stop(&self, core: &Core) {
        if let Some(memory) = core.stop().await {
            memory.save_in_background(&self.stores.directory, self.stores.log.clone()).await;
        }
    }
}
