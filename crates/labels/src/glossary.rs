//! The words of the pages for whoever else says figures, roles and events to people: one name for each thing, in Chinese and
//! in English.

use std::sync::LazyLock;

use domain::Policy;
use domain::policy::CodeName;

use crate::{Words, events, figures, terms};

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

/// The functions that the rules name, by their codes.
static FUNCTIONS: LazyLock<Vec<CodeName>> = LazyLock::new(|| {
    let policy = Policy::defaults();
    policy.iter().flat_map(|policy| policy.entries("functions")).cloned().collect()
});

/// The name of a code in a field, such as `poor` in `grade`; functions are known in any field.
pub fn code(field: &str, code: &str) -> Option<Names> {
    terms::of_field(field, code).map(names).or_else(|| {
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
    use super::*;

    #[test]
    fn a_code_is_named_by_its_field() {
        assert_eq!(code("grade", "poor"), Some(("较差", "poor")));
        assert_eq!(code("form", "branch"), Some(("党支部", "branch")), "not every branch is a joint one");
        assert_eq!(code("form", "none").map(|(zh, _)| zh), Some("结对（不设组织）"));
        assert_eq!(code("kind", "village"), Some(("行政村", "village")));
        assert_eq!(code("level", "village"), Some(("村(社区)", "village")));
        assert_eq!(code("functions", "industry"), Some(("产业发展", "industry")));
        assert_eq!(code("name", "poor"), None);
    }
}
