//! The running service of one city: the command loop, what is submitted to it, the folded state, the signing of the log
//! and the access log.

pub mod access_log;
pub mod access_search;
pub mod accounts;
pub mod anchors;
pub mod body_schema;
pub mod checkpointer;
pub mod clock_watch;
pub mod command_index;
pub mod command_loop;
pub mod command_schemas;
pub mod condition;
pub mod cosigning;
mod declared_keys;
pub mod durability;
pub mod erasures;
pub mod figures;
pub mod folded_log;
pub mod folded_state;
pub mod in_flight;
pub mod ledgers;
pub mod metrics;
pub mod names;
pub mod outcome;
pub mod past;
pub mod person_names;
pub mod proposed_policy;
pub mod recorded;
pub mod repeat;
pub mod request;
pub mod rule_book;
pub mod scans;
pub mod second_factor;
pub mod secrets;
pub mod service;
pub mod shape_error;
pub mod signing_key;
pub mod stores;
pub mod strict_json;
pub mod submission;
pub mod submit_error;
mod system_clock;
pub mod trial;
pub mod upkeep;
pub mod witness;

pub use system_clock::system_clock;
