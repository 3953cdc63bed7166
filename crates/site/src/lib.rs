//! The site: the pages that people read and fill in, the files that leave them, and the handlers that serve both.

mod exports;
mod handlers;
mod pages;

pub use handlers::router;
pub use pages::rehearsal::summary as rehearsal_summary;
