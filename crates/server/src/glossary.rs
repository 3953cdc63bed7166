//! The words of the pages for whoever else says figures, roles and events to people: one name for each thing, in Chinese and
//! in English.

use std::sync::LazyLock;

use domain::Policy;
use domain::policy::CodeName;

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

/// The lists whose codes stand in the rows of the views; no code is on two of them.
const LISTS_OF_ROWS: [&str; 8] =
    ["Arrangement", "Mode", "Form", "Phase", "Grade", "Ground", "Status", "Level"];

/// The functions that the rules name, by their codes.
static FUNCTIONS: LazyLock<Vec<CodeName>> = LazyLock::new(|| {
    let policy = Policy::defaults();
    policy.iter().flat_map(|policy| policy.entries("functions")).cloned().collect()
});

/// The name of a code that stands in a row of a view.
pub fn code(code: &str) -> Option<Names> {
    let listed = LISTS_OF_ROWS.into_iter().find_map(|list| terms::words(list, code)).map(names);
    listed.or_else(|| {
        let function = FUNCTIONS.iter().find(|function| function.code.as_str() == code);
        function.map(|function| (function.zh.as_str(), function.en.as_str()))
    })
}

/// The name of an event type, without prefix and version.
pub fn event(event_type: &str) -> Option<Names> {
    events::words(event_type).map(names)
}

fn names(Words(chinese, english): Words) -> Names {
    (chinese, english)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_code_of_the_rows_has_one_meaning() {
        let codes = LISTS_OF_ROWS.into_iter().flat_map(terms::list).map(|(code, _)| *code);
        let codes: Vec<&str> = codes.chain(FUNCTIONS.iter().map(|function| function.code.as_str())).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len(), "{codes:?}");
        assert!(codes.iter().all(|known| code(known).is_some()));
    }
}
