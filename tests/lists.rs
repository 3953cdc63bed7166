//! The lists over HTTP and on the command line: one shape, the reader's scope, pages, and names for auditors only.

use serde_json::{Value, json};

use crate::harness::{Client, Server, run, run_well, token};

/// The lists by the names in their addresses.
pub const NAMES: [&str; 17] = [
    "upgrades",
    "yellow-cards",
    "meeting-decisions",
    "yearly-reviews",
    "first-secretaries",
    "funding",
    "premises",
    "figures",
    "rotation",
    "documents",
    "late-entries",
    "overrides",
    "corrections",
    "cadence",
    "organizations",
    "flow",
    "start",
];

fn rows(view: &Value) -> &[Value] {
    view["rows"].as_array().unwrap()
}

/// Every row of a list, by pages of forty.
fn all_pages(client: &Client, path: &str) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    for _ in 0..10_000 {
        let page = client.get(&format!("{path}&limit=40{cursor}")).expect(200).json();
        found.extend(rows(&page).to_vec());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
    panic!("{path} has no end");
}

#[test]
fn a_list_is_the_same_over_http_in_pages_and_on_the_command_line() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let server = Server::start(&data, &["--demo=cases"]);
    let auditor = server.client(&token(&data, "auditor", "5108"));
    let clerk = server.client(&token(&data, "township_clerk", "510811210"));
    let mut told = Vec::new();
    for name in NAMES {
        let path = format!("/api/v1/lists/{name}?scope=510811210&as_of=2026-11-24");
        let whole = auditor.get(&path).expect(200).json();
        assert_eq!((&whole["scope"], &whole["as_of"]), (&json!("510811210"), &json!("2026-11-24")), "{name}");
        for figure in whole["figures"].as_object().unwrap().values() {
            assert!(
                figure["definition"]["zh"].is_string()
                    && figure["rows"].as_str().unwrap().contains("as_of=2026-11-24")
            );
        }
        assert_eq!(all_pages(&auditor, &path), rows(&whole), "{name}");
        // Who acted is an opaque id; only the auditor's rows have room for a name.
        let own = clerk.get(&format!("/api/v1/lists/{name}?as_of=2026-11-24")).expect(200).json();
        assert_eq!(rows(&own).len(), rows(&whole).len(), "{name}");
        assert!(rows(&own).iter().all(|row| row.get("actor_name").is_none()), "{name}");
        clerk.get(&format!("/api/v1/lists/{name}?scope=510811")).expect(403);
        told.push((name, rows(&own).to_vec()));
    }
    let record = &rows(&auditor.get("/api/v1/lists/late-entries?scope=510811").expect(200).json())[0].clone();
    assert!(record["actor"].is_string() && record.get("actor_name").is_some());
    auditor.get("/api/v1/lists/beauty?scope=5108").expect(404);
    auditor.get("/api/v1/lists/funding?scope=5108&year=1").expect(400);
    auditor.get("/api/v1/lists/funding?scope=510811210205").expect(400);
    assert_eq!(server.interrupt(), Some(0));
    let data = data.to_str().unwrap();
    // One of the rows, one of the log, one of records.
    for (name, expected) in
        told.into_iter().filter(|(name, _)| ["rotation", "documents", "late-entries"].contains(name))
    {
        let asked = ["list", name, "--scope", "510811210", "--as-of", "2026-11-24", "--data", data];
        let printed: Value = serde_json::from_str(&run_well(&[&asked[..], &["--json"]].concat())).unwrap();
        assert_eq!(rows(&printed), expected, "{name}");
        assert!(run_well(&asked).contains("510811210"), "{name}");
    }
    assert_eq!(run(&["list", "beauty", "--scope", "5108", "--data", data]).status.code(), Some(2));
}
