//! The interface over HTTP: routes, guard and handlers, streams, TLS, and the documents that describe them.

pub mod asyncapi;
pub mod auth;
pub mod base_path;
pub mod http;
pub mod openapi;
pub mod problem;
pub mod rate;
pub mod sessions;
pub mod tls;
