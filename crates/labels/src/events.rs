//! What happened, as people say it: the names of event types, each from the row of the type.

use domain::EventBody;
use domain::say::{Language, Say};

/// The name of an event type; one that is not known stays as it is.
pub fn event(language: Language, kind: &str) -> String {
    words(kind).map_or_else(|| kind.to_owned(), |words| words.in_language(language).to_owned())
}

/// The name of an event type in both languages.
pub fn words(kind: &str) -> Option<&'static Say> {
    EventBody::title(kind)
}
