//! Holds what the server says of its events to AsyncAPI's own parser.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{Server, node};

#[test]
fn the_official_parser_has_nothing_to_say_against_asyncapi_json() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&directory.path().join("data"), &[]);
    let served = server.anyone().get("/asyncapi.json").expect(200).text;
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    assert_eq!(served, std::fs::read_to_string(root.join("schemas/asyncapi.json")).unwrap());

    let found: Value = serde_json::from_str(&parse(&served)).unwrap();
    assert_eq!(found["version"], "3.1.0");
    assert_eq!(found["operations"].as_array().unwrap().len(), 2);
    assert_eq!(found["channels"].as_array().unwrap().len(), 2);
    let schemas = std::fs::read_dir(root.join("schemas/events")).unwrap().count();
    assert_eq!(found["messages"].as_array().unwrap().len(), schemas, "{found}");
}

/// What the parser finds in a document that it accepts.
fn parse(document: &str) -> String {
    let mut command = node("asyncapi", "tests/asyncapi/check.mjs");
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.expect("node is missing: run tests/fetch-subscriber-tools");
    child.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
