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
//! - `schema_check` and `commitments` complete the deep verification.

mod access_check;
mod chain;
mod commitments;
mod envelope_check;
mod finding;
mod history;
mod report;
mod schema_check;
mod verifier;

#[cfg(test)]
mod tests;

pub use access_check::{Anchor, check_access_log, missing_access_logs};
pub use commitments::{Commitments, Unopened};
pub use finding::{Finding, FindingKind};
pub use report::Report;
pub use verifier::{Depth, Verifier, verify_log};
