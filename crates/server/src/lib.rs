//! The running service of one city: the command loop, the reads, HTTP, pages and sign-in.

pub mod command_index;
pub mod command_loop;
pub mod core;
pub mod in_flight;
pub mod memory;
pub mod metrics;
mod repeat;
pub mod request;
pub mod service;
pub mod submit_error;
