//! The subcommands, one a file: each parses its own arguments, opens what it needs, and runs.

pub mod audit;
pub mod backup;
pub mod clock;
pub mod doctor;
pub mod generate;
pub mod import;
pub mod import_accounts;
pub mod import_commands;
pub mod import_ledger;
pub mod import_organizations;
pub mod import_places;
pub mod list;
pub mod log;
pub mod mirror;
pub mod monitor;
pub mod nats;
mod office_files;
pub mod paper;
pub mod policy;
pub mod rebuild;
pub mod restore;
pub mod serve;
pub mod show;
pub mod statistics;
pub mod token;
pub mod witness;
