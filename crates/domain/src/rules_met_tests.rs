//! Every rule that a command names refuses it, or warns of it, in one of the tests of this crate; and every rule that
//! refuses a command in its own tests is named.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, read_to_string};
use std::io::Write;
use std::process::{Command, Stdio, id};

use crate::commands::CommandKind;
use crate::decide::Decision;
use crate::policy::{Policy, Severity};
use crate::rejection::Rejection;

/// Names the file into which a run of tests writes which rules its commands met.
const FILE: &str = "LIANJIAN_RULES_MET";

/// Notes the rules that a command met, where a test has asked for it.
pub(crate) fn note(command: &str, answer: &Result<Decision, Rejection>) {
    let Some(path) = std::env::var_os(FILE) else { return };
    let rules: Vec<String> = match answer {
        Ok(decision) => decision.warnings.iter().map(|warning| warning.rule.clone()).collect(),
        Err(rejection) => vec![rejection.rule().to_owned()],
    };
    let lines: String = rules.iter().map(|rule| format!("{command} {rule}\n")).collect();
    // One write a command: tests run beside each other.
    OpenOptions::new().append(true).open(path).unwrap().write_all(lines.as_bytes()).unwrap();
}

/// Runs the tests of the commands once more, in a process of their own, and gives which rules each command met.
fn met() -> BTreeSet<(String, String)> {
    let path = std::env::temp_dir().join(format!("lianjian-rules-met-{}", id()));
    File::create(&path).unwrap();
    let tests = std::env::current_exe().unwrap();
    let mut run = Command::new(tests);
    run.args(["commands::", "authority::", "case::"]).env(FILE, &path);
    let run = run.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    let text = read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(run.success(), "a test of a command failed");
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.map(|(command, rule)| (command.to_owned(), rule.to_owned())).collect()
}

/// Rules that any command may meet: on who acts, the document, the state and the shape of what it names.
const GENERAL: &[&str] = &[
    "account-of-ended-place",
    "authority-is-organization",
    "date-order",
    "decided-by",
    "decided-on",
    "deciding-body",
    "document-consistent",
    "document-once",
    "document-year",
    "effective-future",
    "effective-order",
    "id-in-use",
    "list-not-empty",
    "local-commands",
    "nothing-to-record",
    "organ-of-ended-place",
    "override-by-county",
    "override-needed",
    "phase",
    "role",
    "scope",
    "simulated-or-real",
    "unknown-reference",
];

#[test]
fn every_rule_that_a_command_names_refuses_it_in_a_test_and_every_other_one_is_general() {
    let met = met();
    let policy = Policy::defaults().unwrap();
    for kind in CommandKind::ALL {
        let spec = kind.spec();
        let of_it: BTreeSet<&str> =
            met.iter().filter(|(command, _)| command == spec.name).map(|(_, rule)| rule.as_str()).collect();
        // A rule that only reminds makes an obligation; no command meets it.
        let named = spec.rules.iter().copied().filter(|rule| policy.severity(rule) != Severity::Remind);
        let named: BTreeSet<&str> = named.collect();
        let untested: Vec<_> = named.difference(&of_it).collect();
        assert!(untested.is_empty(), "{}: no test meets {untested:?}", spec.name);
        let unnamed: Vec<_> = of_it.difference(&named).filter(|rule| !GENERAL.contains(rule)).collect();
        let unnamed: Vec<_> =
            unnamed.into_iter().filter(|rule| policy.severity(rule) != Severity::Remind).collect();
        assert!(unnamed.is_empty(), "{}: `rules` does not name {unnamed:?}", spec.name);
    }
}
