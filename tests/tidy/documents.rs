//! The rule that documents name what is there: a path or a link that leads nowhere misleads its reader.

use std::collections::BTreeSet;

use super::SourceFile;

/// What a path begins with that is meant from the root of the repository.
const ROOTS: [&str; 5] = ["crates/", "docs/", "deploy/", "tests/", "schemas/"];

/// Every path in backticks and every link of a document that leads to no file or folder. Paths are written from the root,
/// or by their end where that is clear (`evolve/work.rs`); one with a placeholder is passed over.
pub(super) fn dead_paths(document: &SourceFile, paths: &BTreeSet<String>) -> Vec<String> {
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut dead = Vec::new();
    for (number, line) in (1..).zip(document.text.lines()) {
        let code = line.split('`').skip(1).step_by(2);
        let named = code.map(|text| text.split("::").next().unwrap_or_default()).filter(|text| is_path(text));
        let missing = named.filter(|path| !leads_somewhere(path.trim_end_matches('/'), paths));
        dead.extend(missing.map(|path| format!("{}:{number}: {path}", document.path)));
        let links = line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let links = links.filter(|link| !link.is_empty() && !link.contains(':'));
        let missing = links.filter(|link| !paths.contains(&resolved(folder, link)));
        dead.extend(missing.map(|link| format!("{}:{number}: {link}", document.path)));
    }
    dead
}

/// Whether a text in backticks is meant as a path of the repository.
fn is_path(text: &str) -> bool {
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || "_.-/".contains(letter);
    let is_ours = ROOTS.iter().any(|root| text.starts_with(root));
    text.chars().all(is_name) && (is_ours || text.contains("/src/") || text.ends_with(".rs"))
}

fn leads_somewhere(path: &str, paths: &BTreeSet<String>) -> bool {
    paths.contains(path)
        || paths.iter().any(|own| own.strip_suffix(path).is_some_and(|rest| rest.ends_with('/')))
}

/// A link of a document, from the root.
fn resolved(folder: &str, link: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[test]
fn a_path_or_link_that_leads_nowhere_is_reported() {
    let paths = ["docs/commands.md", "crates/domain/src/evolve/work.rs", "crates/domain/src"];
    let paths: BTreeSet<String> = paths.map(str::to_owned).into();
    let told = |text: &str| {
        let document = SourceFile { path: "docs/a.md".to_owned(), text: text.to_owned() };
        dead_paths(&document, &paths)
    };
    assert_eq!(told("`evolve/work.rs::folds`, `domain/src`, `commands/<verb_noun>.rs`, `log.db`"), [""; 0]);
    assert_eq!(told("[commands](commands.md#top), [up](../docs/commands.md), [out](https://x)"), [""; 0]);
    assert_eq!(told("\n`work/evolve.rs`"), ["docs/a.md:2: work/evolve.rs"]);
    assert_eq!(
        told("`crates/domain/data` [x](../commands.md)"),
        ["docs/a.md:1: crates/domain/data", "docs/a.md:1: ../commands.md"]
    );
}
