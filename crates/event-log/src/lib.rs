//! The durable truth of one city: an append-only log of bytes under gapless positions, and the stores that stand beside it.
//!
//! - [`EventLog`] is what a log promises; `contract.rs` holds every backend to it.
//! - [`EmbeddedLog`] keeps the log in one SQLite file of the data directory, [`JetStreamLog`] in a stream of NATS.
//! - [`ControlStore`] keeps, apart from the log, what must stay erasable: names, salts, token hashes.
//! - [`ScanStore`] keeps documents' scans by their hashes: files of the data directory, or an object store of NATS.
//! - [`LogLocation`] says which of them a city has, and opens it.
//! - [`DirectoryLock`] lets one server at a time hold a data directory.

#[cfg(any(test, feature = "contract"))]
pub mod contract;
mod control;
mod copy;
mod embedded;
mod embedded_access;
mod embedded_backup;
mod embedded_control;
mod embedded_file;
mod embedded_lock;
mod embedded_scans;
mod embedded_table;
pub mod envelope;
mod envelope_error;
mod jetstream;
pub mod jetstream_api;
mod jetstream_append;
mod jetstream_connection;
mod jetstream_control;
pub mod jetstream_county;
mod jetstream_county_codes;
mod jetstream_follow;
mod jetstream_read;
pub mod jetstream_relay;
mod jetstream_scans;
mod jetstream_servers;
mod jetstream_settings;
mod jetstream_stream;
#[cfg(test)]
mod jetstream_tests;
mod jetstream_values;
mod jetstream_waits;
mod jetstream_watch;
mod location;
mod log;
mod nats_location;
#[cfg(any(test, feature = "contract"))]
pub mod nats_server;
mod read_ahead;
pub mod regular_file;
#[cfg(test)]
mod scan_contract;
mod scans;
pub mod schemas;
mod unsafe_setting;
pub mod versions;

pub use control::{
    ControlStore, Erasable, MIN_SALT_BYTES, NAMES_ABSENT_ENTRY, TokenHash, names_absent_up_to,
};
pub use copy::{COPIED_ENTRY, Copied, CopyError, copy_control, copy_log};
pub use embedded::{EmbeddedLog, RESTORING_FOLDER};
pub use embedded_access::{ACCESS_FILE, AccessEntry, AccessHead, AccessStore, NewAccess};
pub use embedded_backup::back_up;
pub use embedded_control::EmbeddedControl;
pub use embedded_lock::{DirectoryLock, LockError, create_private};
pub use embedded_scans::{EmbeddedScans, SCANS_FOLDER};
pub use jetstream::JetStreamLog;
pub use jetstream_control::JetStreamControl;
pub use location::{LogLocation, OpenedLog};
pub use log::{
    AppendError, EventLog, LogError, MAX_APPEND_EVENTS, MAX_EVENT_BYTES, MAX_READ_BYTES, MAX_READ_EVENTS,
    NewEvent, Position, StoredEvent, StoredEventRef,
};
pub use nats_location::{NatsAddressError, NatsOptions};
pub use read_ahead::{ReadAhead, scan_chosen, scan_read};
pub use scans::{MAX_SCAN_BYTES, ScanStore, StoredScan, copy_scans, scan_hash};
pub use unsafe_setting::UnsafeSetting;
