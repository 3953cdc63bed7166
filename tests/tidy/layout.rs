//! The rules on how crates and files hang together: allowed edges between crates, no file forgotten.

use super::{
    SourceFile,
    text::{code, has_word},
};

/// Our crates, each with those of ours it may depend on.
const EDGES: [(&str, &[&str]); 15] = [
    ("domain", &[]),
    ("json-schema", &[]),
    ("workbook", &["domain"]),
    ("scan", &["domain"]),
    ("event-log", &["domain"]),
    ("ledger", &["domain", "workbook"]),
    ("projections", &["domain", "event-log"]),
    ("audit", &["domain", "event-log", "json-schema"]),
    ("labels", &["domain"]),
    ("papers", &["domain", "event-log", "labels", "projections"]),
    ("simulator", &["domain", "event-log", "workbook"]),
    ("service", &["domain", "event-log", "projections", "audit", "labels", "json-schema", "ledger", "scan"]),
    ("api", &["domain", "event-log", "projections", "papers", "audit", "service", "ledger", "scan"]),
    (
        "site",
        &[
            "domain",
            "event-log",
            "projections",
            "papers",
            "audit",
            "labels",
            "workbook",
            "service",
            "api",
            "ledger",
            "scan",
        ],
    ),
    (
        "cli",
        &[
            "domain",
            "event-log",
            "projections",
            "papers",
            "audit",
            "labels",
            "simulator",
            "service",
            "api",
            "site",
            "ledger",
        ],
    ),
];

/// Dev-dependencies are exempt: a test may look at its subject from above.
pub(super) fn edges(path: &str, manifest: &str) -> Vec<String> {
    let name = path.trim_start_matches("crates/").trim_end_matches("/Cargo.toml");
    let Some((_, allowed)) = EDGES.iter().find(|(ours, _)| *ours == name) else {
        return vec![format!("crate `{name}` has no entry in EDGES in tests/tidy/layout.rs")];
    };
    own_dependencies(manifest)
        .into_iter()
        .filter(|dependency| !allowed.contains(dependency))
        .map(|dependency| format!("depends on `{dependency}`; allowed: {allowed:?}"))
        .collect()
}

/// Those of our crates under a `dependencies` or `build-dependencies` heading of any target, by key or package name.
fn own_dependencies(manifest: &str) -> Vec<&'static str> {
    let mut heading = Vec::new();
    let mut names = Vec::new();
    for line in manifest.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        if line.starts_with('[') {
            heading = line.trim_matches(['[', ']']).split('.').collect();
        }
        if !heading.contains(&"dependencies") && !heading.contains(&"build-dependencies") {
            continue;
        }
        // `[dependencies.domain]` has the key at the end of the heading, `domain.workspace = true` at its start.
        let key =
            if line.starts_with('[') { heading.last().copied() } else { line.split(['.', '=', ' ']).next() };
        let key = key.unwrap_or_default().trim_start_matches("lianjian-");
        let is_named = |ours: &str| key == ours || line.contains(&format!("\"lianjian-{ours}\""));
        names.extend(EDGES.iter().map(|(ours, _)| *ours).filter(|ours| is_named(ours)));
    }
    names
}

/// Every file but a crate's roots is named by a `mod` in the file above it.
pub(super) fn forgotten(files: &[SourceFile]) -> Vec<String> {
    let text_of = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str());
    let mut complaints = Vec::new();
    for SourceFile { path, .. } in files {
        let (directory, file_name) = path.rsplit_once('/').unwrap_or(("", path));
        let name = file_name.trim_end_matches(".rs");
        let is_root = ["lib", "main", "build", "mod"].contains(&name)
            || ["/bin", "/benches", "/examples"].iter().any(|end| directory.ends_with(end));
        let parents = ["/lib.rs", "/main.rs", "/mod.rs", ".rs"].map(|end| format!("{directory}{end}"));
        let is_named = parents.iter().filter_map(|parent| text_of(parent)).any(|text| declares(text, name));
        if !is_root && !is_named {
            complaints.push(format!("{path}: no `mod {name};` in the file above it"));
        }
    }
    complaints
}

fn declares(text: &str, name: &str) -> bool {
    let declaration = format!("mod {name};");
    code(text).any(|line| has_word(line, &declaration))
}

#[test]
fn an_upward_edge_is_reported() {
    let none = [""; 0];
    let edges_of_log = |manifest| edges("crates/event-log/Cargo.toml", manifest);
    assert_eq!(edges_of_log("[dependencies]\ndomain.workspace = true\n"), none);
    assert_eq!(edges_of_log("[dependencies]\nhyper = { features = [\"service\"] }\n# service\n"), none);
    assert_eq!(edges_of_log("[dependencies]\n[dev-dependencies]\nservice.workspace = true\n"), none);

    let complaint = ["depends on `service`; allowed: [\"domain\"]"];
    assert_eq!(edges_of_log("[dependencies]\nservice.workspace = true\n"), complaint);
    assert_eq!(edges_of_log("[dependencies.service]\nworkspace = true\n"), complaint);
    assert_eq!(edges_of_log("[build-dependencies]\nx = { package = \"lianjian-service\" }\n"), complaint);
    assert_eq!(edges_of_log("[target.'cfg(unix)'.dependencies]\nlianjian-service = \"1\"\n"), complaint);
    assert_eq!(edges("crates/helpers/Cargo.toml", "").len(), 1);
}

#[test]
fn a_forgotten_file_is_reported() {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let files = [
        file("tests/main.rs", "mod demo;\n// mod crash;\nmod not_crash;\n"),
        file("tests/demo.rs", ""),
        file("tests/crash.rs", ""),
        file("crates/domain/src/lib.rs", "pub mod commands;\n"),
        file("crates/domain/src/commands.rs", "mod merge_branches;\n"),
        file("crates/domain/src/commands/merge_branches.rs", ""),
        file("crates/domain/src/commands/pair_branches.rs", ""),
        file("crates/domain/tests/rules.rs", ""),
        file("crates/service/benches/commands.rs", ""),
    ];
    let reported: Vec<String> =
        forgotten(&files).iter().map(|it| it.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(
        reported,
        ["tests/crash.rs", "crates/domain/src/commands/pair_branches.rs", "crates/domain/tests/rules.rs"]
    );
}
