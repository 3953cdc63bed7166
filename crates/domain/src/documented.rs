//! The page that lists the commands says what the code does: its commands, events and rules are those that there are.

use std::collections::BTreeSet;

use crate::command::CommandBody;
use crate::event::EventBody;
use crate::policy::Policy;

const PAGE: &str = include_str!("../../../docs/commands.md");

/// The rows of the table, each with the words in backquotes of its four columns.
fn rows() -> Vec<[Vec<&'static str>; 4]> {
    let lines = PAGE.lines().filter(|line| line.starts_with("| `"));
    let words = |cell: &'static str| cell.split('`').skip(1).step_by(2).collect::<Vec<_>>();
    lines
        .map(|line| {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(words).collect();
            cells.try_into().unwrap()
        })
        .collect()
}

#[test]
fn every_command_stands_once_on_its_page() {
    let listed: Vec<_> = rows().into_iter().map(|[command, ..]| command[0]).collect();
    let unlisted: Vec<_> = CommandBody::NAMES.iter().filter(|name| !listed.contains(*name)).collect();
    assert!(unlisted.is_empty(), "not on the page: {unlisted:?}");
    let unknown: Vec<_> = listed.iter().filter(|name| !CommandBody::NAMES.contains(*name)).collect();
    assert!(unknown.is_empty(), "not in the code: {unknown:?}");
    assert_eq!(listed.iter().collect::<BTreeSet<_>>().len(), listed.len());
}

#[test]
fn every_event_is_yielded_by_a_command_on_the_page() {
    let listed: BTreeSet<_> = rows().into_iter().flat_map(|[_, events, ..]| events).collect();
    assert_eq!(listed, EventBody::TYPES.iter().copied().collect());
}

#[test]
fn every_rule_on_the_page_is_on_file() {
    let policy = Policy::defaults().unwrap();
    for [command, _, _, rules] in rows() {
        assert!(!rules.is_empty(), "{command:?}");
        for rule in rules {
            assert!(policy.rules.contains_key(rule), "{command:?}: {rule}");
        }
    }
}
