//! Holds the source tree to the project's rules: layout, crate edges, purity of the domain, sizes.
//!
//! Each rule is a pure function over a path and a text, so that each is also shown to fail where it should.

mod documents;
mod layout;
mod rings;
mod text;

use std::{collections::BTreeSet, fs, path::Path};

use documents::dead_paths;
use layout::{edges, forgotten};
use rings::rings;
use text::{
    impure, reads_requests, registry_hosts, rows_by_text, stray_users, too_long, unfinished, without_its_job,
};

/// Top-level directories that hold nothing of ours.
const NOT_OURS: [&str; 4] = [".git", ".tools", "target", "data"];

/// The crates in which no two files need each other.
const WITHOUT_RINGS: [&str; 4] =
    ["crates/audit/src", "crates/domain/src", "crates/event-log/src", "crates/projections/src"];

/// It names the words that mark unfinished work, so the rule against them passes it over.
const RULES_FILE: &str = "tests/tidy/text.rs";

/// A file of the repository; `path` is relative to its root, with `/`.
struct SourceFile {
    path: String,
    text: String,
}

#[test]
fn every_source_file_opens_with_its_job() {
    check("a reader learns what a file is for before reading it", &rust_files(), without_its_job);
}

#[test]
fn no_source_file_is_too_long() {
    check("a file is read whole; a longer one holds two subjects", &rust_files(), too_long);
}

#[test]
fn crates_depend_only_downwards() {
    let manifests = repository_files(|path| path.starts_with("crates/") && path.ends_with("/Cargo.toml"));
    check(
        "domain <- event-log <- {projections, audit} <- service <- api <- site <- cli; nothing points back",
        &manifests,
        edges,
    );
}

#[test]
fn each_storage_crate_is_used_in_one_place() {
    check("a storage can be replaced or distrusted in one file", &product_files(), stray_users);
}

#[test]
fn the_domain_is_pure() {
    let mut domain = repository_files(|path| path.starts_with("crates/domain/") && path.ends_with(".rs"));
    let root = domain.iter().find(|file| file.path == "crates/domain/src/lib.rs").unwrap().text.clone();
    // What is compiled for tests only decides nothing.
    domain.retain(|file| {
        let name = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        !root.contains(&format!("#[cfg(test)]\nmod {name};"))
    });
    check("replaying the log must give the same decisions anywhere, at any time", &domain, impure);
}

#[test]
fn no_page_reads_a_request_the_log_or_a_clock() {
    let of_pages = ["crates/site/src/pages", "crates/site/src/exports"];
    let pages = repository_files(|path| {
        path.ends_with(".rs") && of_pages.iter().any(|directory| path.starts_with(directory))
    });
    check("a page shows what it is given, so that it can be tested and read alone", &pages, reads_requests);
}

#[test]
fn no_source_file_is_forgotten() {
    let files = rust_files();
    report("a file that no `mod` names is neither compiled nor run", &forgotten(&files));
}

#[test]
fn no_files_stand_in_a_ring() {
    let files = product_files();
    let told: Vec<String> = WITHOUT_RINGS.iter().flat_map(|folder| rings(folder, &files)).collect();
    report("files that need each other can only be read, moved and changed together", &told);
}

#[test]
fn rows_are_shown_by_field() {
    let files: Vec<SourceFile> =
        product_files().into_iter().filter(|file| !file.path.ends_with("tests.rs")).collect();
    check("a misspelt name would show an empty cell, and no compiler would notice", &files, rows_by_text);
}

#[test]
fn a_row_that_is_read_by_a_text_is_reported() {
    let complaints = |text: &str| rows_by_text("crates/site/src/pages/x.rs", text).len();
    assert_eq!(complaints("let name = row[\"name\"].as_str();\nlet all: &Value = &view;\n"), 2);
    assert_eq!(complaints("let names = [\"name\", \"code\"];\n#[cfg(test)]\nrow[\"name\"]"), 0);
}

#[test]
fn documents_name_only_what_is_there() {
    let files = repository_files(|_| true);
    let folders = files
        .iter()
        .flat_map(|file| file.path.match_indices('/').map(|(end, _)| file.path[..end].to_owned()));
    let paths: BTreeSet<String> = folders.chain(files.iter().map(|file| file.path.clone())).collect();
    // Decisions stay as they were taken; what they name may have moved since.
    let is_document = |path: &str| path.ends_with(".md") && !path.starts_with("docs/decisions/0");
    let documents = files.iter().filter(|file| is_document(&file.path));
    let told: Vec<String> = documents.flat_map(|document| dead_paths(document, &paths)).collect();
    report("a reader looks for what a document names", &told);
}

#[test]
fn nothing_is_left_unfinished() {
    let files = repository_files(|path| path.ends_with(".rs") && path != RULES_FILE);
    check("what is merged is done", &files, unfinished);
}

#[test]
fn no_file_names_a_registry_host() {
    // Cargo itself writes the host into the lock file.
    let files = repository_files(|path| !path.ends_with("Cargo.lock"));
    check("closed networks build through a mirror set outside the repository", &files, registry_hosts);
}

fn check(reason: &str, files: &[SourceFile], rule: fn(&str, &str) -> Vec<String>) {
    assert!(!files.is_empty(), "the rule looked at no file: has a directory moved?");
    let mut complaints = Vec::new();
    for SourceFile { path, text } in files {
        complaints.extend(rule(path, text).iter().map(|complaint| format!("{path}: {complaint}")));
    }
    report(reason, &complaints);
}

fn report(reason: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "\n  {}\nWhy: {reason}.\n", complaints.join("\n  "));
}

fn rust_files() -> Vec<SourceFile> {
    repository_files(|path| path.ends_with(".rs"))
}

fn product_files() -> Vec<SourceFile> {
    repository_files(|path| path.starts_with("crates/") && path.ends_with(".rs"))
}

fn repository_files(is_wanted: impl Fn(&str) -> bool) -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut directories = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).unwrap().map(Result::unwrap) {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && !NOT_OURS.contains(&path.as_str()) {
                directories.push(entry.path());
            } else if kind.is_file() && is_wanted(&path) {
                let text = String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned();
                files.push(SourceFile { path, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

#[test]
#[should_panic(expected = "a.rs: the first line")]
fn a_complaint_fails_the_test() {
    let files = [SourceFile { path: "a.rs".to_owned(), text: String::new() }];
    check("it is only an example", &files, without_its_job);
}
