//! The pure core: what joint Party branches are, which commands there are, and which facts they yield.
//!
//! Three plain functions carry everything: [`decide`] turns a command into events or a [`Rejection`], [`evolve`]
//! folds an event into the [`CityState`], and both know nothing of clocks, chance, files or networks. Facts from
//! outside (the recorded time, the ids, the commitments of erasable fields) come in with the [`Command`].

#[macro_use]
mod data;

pub mod account;
pub mod actor;
mod apply;
mod authority;
pub mod base;
mod case;
pub mod clock;
pub mod code;
pub mod command;
pub mod command_header;
pub mod commands;
pub mod committed;
pub mod consent;
pub mod date;
mod decide;
pub mod document_number;
mod dry_run;
pub mod entity;
pub mod erasable;
pub mod event;
pub mod event_data;
mod event_table;
mod evolve;
#[cfg(any(test, feature = "testing"))]
pub mod examples;
pub mod filing;
pub mod function;
mod hexadecimal;
pub mod holder;
pub mod ids;
pub mod joint_branch;
pub mod lawful;
pub mod link;
pub mod mechanism;
pub mod meeting;
pub mod money;
pub mod on_file;
pub mod organization;
pub mod partial_date;
pub mod person;
mod personal_number;
pub mod place;
pub mod place_name;
pub mod place_names;
pub mod place_ref;
pub mod policy;
pub mod policy_book;
pub mod post;
pub mod premises;
#[cfg(test)]
mod properties;
pub mod quarter;
mod recall;
pub mod recorded_decision;
pub mod recording;
pub mod registration;
pub mod rehearsal;
pub mod rejection;
pub mod resolution;
pub mod rule_book;
#[cfg(test)]
mod rules_met_tests;
pub mod satisfaction;
pub mod say;
pub mod scan;
pub mod scope;
pub mod spec;
pub mod state;
pub mod supervision;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod thresholds;
mod wire_text;
#[cfg(test)]
mod words;
pub mod work;
pub mod yellow_card;

pub use apply::apply;
pub use authority::role_may;
pub use command::Command;
pub use command_header::CommandHeader;
pub use commands::{CommandBody, CommandKind};
pub use decide::{Decision, Judgement, decide, policy_for};
pub use dry_run::DryRun;
pub use event::{Event, EventBody, EventMeta};
pub use evolve::evolve;
pub use hexadecimal::hexadecimal;
pub use policy::Policy;
pub use policy_book::PolicyCalendar;
pub use rejection::Rejection;
pub use state::CityState;
