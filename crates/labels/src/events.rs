//! What happened, as people say it: the names of event types, each from the row of the type.

use domain::EventBody;

use super::{Language, Words};

/// The name of an event type; one that is not known stays as it is.
pub fn event(language: Language, kind: &str) -> String {
    words(kind).map_or_else(|| kind.to_owned(), |words| language.of(words).to_owned())
}

/// The name of an event type in both languages.
pub fn words(kind: &str) -> Option<Words> {
    EventBody::title(kind).map(|title| Words(&title.zh, &title.en))
}
