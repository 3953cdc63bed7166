//! The words of the pages for whoever else says figures, roles and events to people: one name for each thing, in Chinese and
//! in English.

use crate::pages::words::{Words, events, figures, terms};

/// A name in both languages.
pub type Names = (&'static str, &'static str);

/// The name of a figure of a view.
pub fn figure(name: &str) -> Option<Names> {
    figures::figure(name).map(names)
}

/// The name of a role.
pub fn role(code: &str) -> Option<Names> {
    terms::words("Role", code).map(names)
}

/// The name of an event type, without prefix and version.
pub fn event(event_type: &str) -> Option<Names> {
    events::words(event_type).map(names)
}

fn names(Words(chinese, english): Words) -> Names {
    (chinese, english)
}
