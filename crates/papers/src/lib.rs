//! Papers 公文: made from the record by templates, as Word documents in the layout of GB/T 9704.
//!
//! A [`Paper`] is what it says, part by part; [`docx`] writes it, pages show it. What the record does not tell is marked in it
//! and counted, never made up.

mod docx;
mod draft;
mod fields;
mod fill;
pub mod gb9704;
mod kind;
mod kinds;
mod paper;
mod record;
mod template;
mod templates;
pub mod word;

#[cfg(test)]
mod tests;

pub use docx::docx;
pub use draft::{DraftError, Subject, county_of, draft, needed};
pub use fields::Field;
pub use kind::{About, PaperKind, UnknownKind, codes};
pub use paper::{Block, Grid, Line, Paper, Piece, words};
pub use record::Record;
pub use template::{MAX_TEMPLATE_BYTES, Template, TemplateError};
pub use templates::{DIRECTORY, check, own, template};
