//! The rules that one file's text alone can break: sizes, purity, who may use a storage.

/// No file may be longer, tests included.
const FILE_LINES_MAX: usize = 500;

/// Each storage, transport or validating crate with the one path that may use it; `*` stands for any letters.
const SOLE_USERS: [(&str, &str); 4] = [
    ("sled", "crates/projections/src/store.rs"),
    ("rusqlite", "crates/event-log/src/embedded*.rs"),
    ("async_nats", "crates/event-log/src/jetstream*.rs"),
    // Whoever names it compiles the whole of it again.
    ("jsonschema", "crates/json-schema/src/lib.rs"),
];

/// What would let a clock, chance, a file, the environment or another task into the domain.
const IMPURE: [&str; 15] = [
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "Ulid::generate",
    "fs::",
    "net::",
    "env::",
    "thread::",
    "getrandom",
    "rand::",
    "async fn",
    "async move",
    "async {",
    "tokio",
];

/// What would let a page read a request, the log or a clock.
const OF_REQUESTS: [&str; 8] = [
    "axum",
    "api::http",
    "crate::handlers",
    "event_log",
    "service::service",
    "SystemTime",
    "Instant::now",
    "system_clock",
];

const UNFINISHED: [&str; 3] = ["dbg!(", "todo!(", "unimplemented!("];

/// Written in two parts, so that this file keeps the rule as well.
const REGISTRY_HOSTS: [&str; 5] = [
    concat!("crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("npmjs", ".org"),
    concat!("npmjs", ".com"),
];

/// Where rows are shown: they are read by field. What an event says is shown whatever its type, and forms are made from schemas.
const SHOWN_BY_FIELD: [&str; 4] = [
    "crates/site/src/pages/",
    "crates/site/src/exports/",
    "crates/cli/src/commands/show",
    "crates/cli/src/commands/list",
];
const SHOWN_BY_NAME: [&str; 2] = ["crates/site/src/pages/forms", "crates/site/src/pages/entries.rs"];

/// How a row would be read by a text.
const READS_BY_TEXT: [&str; 5] = ["serde_json::Value", "&Value", "[\"", "said(row", ".pointer("];

pub(super) fn rows_by_text(path: &str, text: &str) -> Vec<String> {
    let applies = SHOWN_BY_FIELD.iter().any(|folder| path.starts_with(folder))
        && !SHOWN_BY_NAME.iter().any(|other| path.starts_with(other));
    let product = text.split("#[cfg(test)]").next().unwrap_or_default();
    // A list of texts is no look-up: a look-up follows what it looks in.
    let is_look_up = |line: &str, mark: &str| {
        line.match_indices(mark).any(|(at, _)| {
            !mark.starts_with('[')
                || line[..at].ends_with(|before: char| before.is_alphanumeric() || "_)]".contains(before))
        })
    };
    let lines = product.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let found = lines.filter_map(|(number, line)| {
        let mark = READS_BY_TEXT.iter().find(|mark| is_look_up(line, mark))?;
        applies.then(|| format!("line {}: `{mark}`", number + 1))
    });
    found.collect()
}

pub(super) fn without_its_job(_path: &str, text: &str) -> Vec<String> {
    let first = text.lines().next().unwrap_or_default();
    let job = first.strip_prefix("//!").unwrap_or_default().trim();
    Vec::from_iter(job.is_empty().then(|| "the first line is not `//!` and the file's one job".to_owned()))
}

pub(super) fn too_long(_path: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    Vec::from_iter((lines > FILE_LINES_MAX).then(|| format!("{lines} lines, at most {FILE_LINES_MAX}")))
}

pub(super) fn stray_users(path: &str, text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    // A benchmark measures the bare engine beside us.
    if path.contains("/benches/") {
        return complaints;
    }
    for (name, sole_user) in SOLE_USERS {
        let (start, end) = sole_user.split_once('*').unwrap_or((sole_user, ""));
        let may_use = path.starts_with(start) && path.ends_with(end);
        let forms = [
            format!("{name}::"),
            format!("use {name};"),
            format!("use {name} as"),
            format!("extern crate {name}"),
        ];
        let is_used = code(text).any(|line| forms.iter().any(|form| has_word(line, form)));
        if is_used && !may_use {
            complaints.push(format!("uses {name}; only {sole_user} may"));
        }
    }
    complaints
}

pub(super) fn impure(_path: &str, text: &str) -> Vec<String> {
    found(text, &IMPURE)
}

/// Pages and exports are functions of what they are given; the handlers read the rest.
pub(super) fn reads_requests(_path: &str, text: &str) -> Vec<String> {
    found(text, &OF_REQUESTS)
}

pub(super) fn unfinished(_path: &str, text: &str) -> Vec<String> {
    found(text, &UNFINISHED)
}

/// In comments and documents too: that is where a host would be copied from.
pub(super) fn registry_hosts(_path: &str, text: &str) -> Vec<String> {
    REGISTRY_HOSTS.iter().filter(|host| text.contains(*host)).map(|host| format!("names {host}")).collect()
}

fn found(text: &str, forbidden: &[&str]) -> Vec<String> {
    let is_in_code = |word: &&&str| code(text).any(|line| has_word(line, word));
    forbidden.iter().filter(is_in_code).map(|word| format!("contains `{word}`")).collect()
}

/// The lines that are not wholly a comment.
pub(super) fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// Whether `word` stands in `line` other than as the tail of a longer name.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

#[test]
fn a_file_without_its_job_is_reported() {
    assert_eq!(without_its_job("a.rs", "//! Counts villages.\n"), [""; 0]);
    assert_eq!(without_its_job("a.rs", "//!\nuse std::fmt;\n").len(), 1);
    assert_eq!(without_its_job("a.rs", "use std::fmt;\n").len(), 1);
    assert_eq!(without_its_job("a.rs", "").len(), 1);
}

#[test]
fn a_long_file_is_reported() {
    assert_eq!(too_long("a.rs", &"\n".repeat(500)), [""; 0]);
    assert_eq!(too_long("a.rs", &"\n".repeat(501)), ["501 lines, at most 500"]);
}

#[test]
fn a_storage_used_elsewhere_is_reported() {
    let none = [""; 0];
    assert_eq!(stray_users("crates/projections/src/store.rs", "use sled::Db;"), none);
    assert_eq!(stray_users("crates/event-log/src/embedded_schema.rs", "use rusqlite::params;"), none);
    assert_eq!(stray_users("crates/event-log/src/jetstream_append.rs", "use async_nats::header;"), none);
    assert_eq!(stray_users("crates/cli/benches/service/bare.rs", "use async_nats::Client;"), none);
    assert_eq!(stray_users("crates/service/src/lib.rs", "// sled::open is slow\nlet tousled::x = 1;"), none);
    for line in
        ["let tree = sled::open(path);", "    use sled as store;", "use {sled::Db};", "::sled::open(path)"]
    {
        assert_eq!(stray_users("crates/service/src/lib.rs", line).len(), 1, "{line}");
    }
    assert_eq!(stray_users("crates/projections/src/store_rows.rs", "use sled::Db;").len(), 1);
    assert_eq!(stray_users("crates/event-log/src/embedded.rs", "async_nats::connect(url)").len(), 1);
    assert_eq!(stray_users("crates/service/src/embedded.rs", "use rusqlite::Connection;").len(), 1);
}

#[test]
fn an_impure_domain_is_reported() {
    let none = [""; 0];
    assert_eq!(impure("", "//! No SystemTime here.\nlet offs = 1; let name = env!(\"X\");"), none);
    for line in [
        "use std::{fs::File, fmt};",
        "use std::time::SystemTime;",
        "let t = jiff::Zoned::now();",
        "pub async fn x() {",
    ] {
        assert_eq!(impure("", line).len(), 1, "{line}");
    }
}

#[test]
fn a_page_that_reads_a_request_is_reported() {
    assert_eq!(reads_requests("", "//! No axum here.\nuse api::auth::Principal;"), [""; 0]);
    for line in ["use axum::http::HeaderMap;", "use crate::handlers::asked::Asked;", "use event_log::Log;"] {
        assert_eq!(reads_requests("", line).len(), 1, "{line}");
    }
}

#[test]
fn unfinished_work_and_registry_hosts_are_reported() {
    assert_eq!(unfinished("", "// todo!() is not allowed\nlet x = my_todo!(1);"), [""; 0]);
    assert_eq!(unfinished("", "dbg!(x); todo!()"), ["contains `dbg!(`", "contains `todo!(`"]);
    assert_eq!(registry_hosts("README.md", "see crates/domain"), [""; 0]);
    for host in REGISTRY_HOSTS {
        let text = format!("see https://{host}/x");
        assert_eq!(registry_hosts("README.md", &text), [format!("names {host}")]);
    }
}
