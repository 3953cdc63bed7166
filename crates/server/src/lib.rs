//! The running service of one city: the command loop, the reads, HTTP, pages and sign-in.

pub mod access_log;
pub mod accounts;
pub mod anchors;
pub mod asyncapi;
pub mod auth;
pub mod command_index;
pub mod command_loop;
pub mod core;
pub mod durability;
pub mod erasures;
pub mod http;
pub mod in_flight;
pub mod memory;
pub mod metrics;
mod names;
pub mod openapi;
mod page;
pub mod person_names;
pub mod problem;
mod repeat;
pub mod request;
pub mod service;
pub mod sessions;
pub mod shape_error;
pub mod strict_json;
pub mod submit_error;
