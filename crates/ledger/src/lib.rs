//! Ledgers 清单 of joint branches that offices have kept for years, read as they are: what each row says is proposed for an
//! officer to go through, and what was accepted becomes commands of 存量登记.
//!
//! Everything here is a plain function of the file and of what the log knows; the command line and the pages only call it
//! ([decision 99](../../docs/decisions/0099-a-ledger-is-proposed-value-by-value.md)).

pub mod accepted;
pub mod aliases;
mod entries;
mod grid;
mod heading;
pub mod known;
pub mod ledger;
mod names;
pub mod plan;
pub mod proposal;
mod propose;
mod sheet;
mod source;
mod values;
mod words;

pub use accepted::{Accepted, decoded, encoded};
pub use aliases::Aliases;
pub use known::Known;
pub use ledger::{Ledger, LedgerError, Problem};
pub use plan::{Planned, plan};
pub use proposal::Proposal;
pub use propose::propose;
pub use sheet::{cell_of_count, cell_of_value, write};
pub use values::Confidence;

#[cfg(test)]
mod tests;
