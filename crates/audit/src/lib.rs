//! What an outsider can run on a city's log, without the service and without trusting it.
//!
//! [`Verifier`] is shown every event in order and knows nothing of where they come from: [`verify_log`] shows it a log
//! that lies here, a client shows it what a server sends. What is wrong becomes a [`Finding`] with a position and a
//! [`FindingKind`]; the [`Report`] lists them, the first bad position first.
//!
//! - `envelope_check` reads one event strictly and writes it again: the bytes must be the same.
//! - `chain` holds what must be true from one event to the next: positions, times, commands, scopes.
//! - `history` folds the log and holds what a decision may never have yielded.
//! - `access_check` holds the access log of an instance against what the log says of it.
//! - `schema_check` and `commitments` complete the deep verification; [`commitment`] is the formula.
//!
//! The signed tree over the events, in the formats of C2SP that others' tools read too:
//!
//! - [`tree`] and [`tile`] are the arithmetic and the paths, [`key`] and [`checkpoint`] the signed head.
//! - [`checkpoint_signing`] makes the next checkpoint, [`witness`] co-signs it, [`trust`] says whose signatures count.
//! - [`watch`] goes on verifying, and tells at once what is wrong as an [`alarm`].
//! - [`receipt`] proves one event, [`bundle`] carries many in the file of [`archive`]; [`bundle_check`] and
//!   [`checkpoint_check`] verify.
//! - [`figures`] proves what people decide on: a figure of a city, county or township, by a signed tree of its rows.

mod access_check;
pub mod alarm;
pub mod archive;
pub mod bundle;
pub mod bundle_check;
mod bundle_head;
mod bundle_lines;
pub mod bundle_names;
pub mod carried;
mod chain;
pub mod checkpoint;
pub mod checkpoint_check;
pub mod checkpoint_signing;
mod clock;
pub mod commitment;
mod commitments;
mod envelope_check;
pub mod figures;
mod finding;
mod history;
pub mod key;
mod part;
pub mod receipt;
mod report;
mod schema_check;
pub mod tile;
pub mod tree;
pub mod trust;
pub mod upload;
pub mod verdict;
mod verifier;
pub mod watch;
pub mod witness;
mod witness_times;

#[cfg(test)]
mod tests;

pub use access_check::{Anchor, check_access_log, missing_access_logs};
pub use clock::{Clock, SIGNING_GRACE_MILLISECONDS};
pub use commitments::{Commitments, Unopened};
pub use finding::{Finding, FindingKind};
pub use part::Part;
pub use report::{ClockChange, Report};
pub use tlog_tiles::Hash;
pub use verifier::{Depth, Verifier, verify_log};
pub use witness_times::times_of_witnesses;
