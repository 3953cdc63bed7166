//! Which log a city has, as `--log` says, and how it is opened together with the erasable store beside it.

use domain::say::say;
use std::path::Path;
use std::sync::Arc;

use crate::control::ControlStore;
use crate::embedded::EmbeddedLog;
use crate::embedded_control::EmbeddedControl;
use crate::embedded_scans::EmbeddedScans;
use crate::jetstream::JetStreamLog;
use crate::jetstream_connection::Connection;
use crate::jetstream_control::JetStreamControl;
use crate::jetstream_scans::JetStreamScans;
use crate::jetstream_settings::cities;
use crate::log::{EventLog, LogError};
use crate::nats_location::{NatsAddressError, NatsOptions};
use crate::scans::ScanStore;
use crate::unsafe_setting::UnsafeSetting;

/// How `--log` names the log in the data directory.
const EMBEDDED: &str = "embedded";

/// Where the log of a city is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogLocation {
    /// In the data directory.
    Embedded,
    /// On NATS.
    Nats(NatsOptions),
}

/// A log with the stores that belong to it.
#[derive(Clone)]
pub struct OpenedLog {
    /// The truth.
    pub log: Arc<dyn EventLog>,
    /// Names, salts, hashes.
    pub control: Arc<dyn ControlStore>,
    /// Documents' scans.
    pub scans: Arc<dyn ScanStore>,
    /// Settings under which acknowledged events may be lost, and which the operator answers for.
    pub accepted_settings: Vec<UnsafeSetting>,
}

impl std::str::FromStr for LogLocation {
    type Err = NatsAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == EMBEDDED {
            return Ok(Self::Embedded);
        }
        NatsOptions::parse(text).map(Self::Nats)
    }
}

impl LogLocation {
    /// Opens the log of a city, and makes it where there is none. Blocks.
    pub fn open(&self, directory: &Path, city: &str) -> Result<OpenedLog, LogError> {
        match self {
            Self::Embedded => embedded(EmbeddedLog::open(directory, city)?, directory),
            Self::Nats(options) => {
                let connection = Arc::new(Connection::open(options)?);
                let log = JetStreamLog::open(connection.clone(), options, city)?;
                on_nats(log, connection, options, city)
            }
        }
    }

    /// Opens a log that is there, of whatever city. Blocks.
    pub fn open_existing(&self, directory: &Path) -> Result<OpenedLog, LogError> {
        match self {
            Self::Embedded => embedded(EmbeddedLog::open_existing(directory)?, directory),
            Self::Nats(options) => {
                let connection = Arc::new(Connection::open(options)?);
                let city = sole_city(&connection)?
                    .ok_or_else(|| LogError::NotFound { store: connection.store.clone() })?;
                let log = JetStreamLog::open_existing(connection.clone(), options, &city)?;
                on_nats(log, connection, options, &city)
            }
        }
    }

    /// Opens a log that is there only to be read, beside whoever writes. Blocks.
    pub fn open_to_read(&self, directory: &Path) -> Result<Arc<dyn EventLog>, LogError> {
        match self {
            Self::Embedded => Ok(Arc::new(EmbeddedLog::open_read_only(directory)?)),
            Self::Nats(_) => Ok(self.open_existing(directory)?.log),
        }
    }

    /// The scans beside a log that is there. Blocks.
    pub fn open_scans(&self, directory: &Path) -> Result<Arc<dyn ScanStore>, LogError> {
        match self {
            Self::Embedded => Ok(Arc::new(EmbeddedScans::of(directory))),
            Self::Nats(_) => Ok(self.open_existing(directory)?.scans),
        }
    }

    /// The city of the log that is there; nothing where there is none. Blocks.
    pub fn city(&self, directory: &Path) -> Result<Option<String>, LogError> {
        match self {
            Self::Embedded if !EmbeddedLog::exists(directory) => Ok(None),
            Self::Embedded => Ok(Some(EmbeddedLog::open_read_only(directory)?.city().to_owned())),
            Self::Nats(options) => sole_city(&Connection::open(options)?),
        }
    }
}

fn embedded(log: EmbeddedLog, directory: &Path) -> Result<OpenedLog, LogError> {
    // Both are made together, before the first event: one that is missing later is not made anew, which would hide it.
    if !EmbeddedControl::exists(directory) && log.has_events()? {
        return Err(LogError::NamesMissing { store: EmbeddedControl::file_of(directory) });
    }
    let control = Arc::new(EmbeddedControl::open(directory)?);
    let scans = Arc::new(EmbeddedScans::of(directory));
    Ok(OpenedLog { log: Arc::new(log), control, scans, accepted_settings: Vec::new() })
}

fn on_nats(
    log: JetStreamLog,
    connection: Arc<Connection>,
    options: &NatsOptions,
    city: &str,
) -> Result<OpenedLog, LogError> {
    let control = Arc::new(JetStreamControl::open(connection.clone(), options, city)?);
    let scans = Arc::new(JetStreamScans::of(connection, options, city));
    let accepted_settings = log.accepted_settings().to_vec();
    Ok(OpenedLog { log: Arc::new(log), control, scans, accepted_settings })
}

/// The city whose stream the account has; more than one leaves it open which is meant.
fn sole_city(connection: &Connection) -> Result<Option<String>, LogError> {
    let mut found = cities(connection)?;
    let city = found.pop();
    match found.is_empty() {
        true => Ok(city),
        false => Err(LogError::Foreign {
            store: connection.store.clone(),
            detail: say(
                "此帐户有多个城市的流，每个城市应有各自的帐户",
                "the account has the streams of several cities: each city needs an account of its own",
            ),
        }),
    }
}
