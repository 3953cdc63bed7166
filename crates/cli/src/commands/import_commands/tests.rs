//! What an import records, what it tells, and with which status it ends.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use domain::say::Language;
use serde_json::{Value, json};
use ulid::Ulid;

use super::local;
use super::report::Reporter;
use crate::exit::Status;
use crate::import_line::Lines;
use crate::local::{DataDirectory, DataLocation, Held, runtime};
use crate::output::Output;

/// A log begins with the rule book by which it is decided.
const RULE_BOOK: u64 = 1;

/// Keeps what is written.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was told, the status, and how many events the log holds after it.
struct Imported {
    results: Vec<Value>,
    status: Status,
    events: u64,
}

impl Imported {
    /// The rule of each line, or its place among what was recorded after the rule book.
    fn told(&self) -> Vec<String> {
        let told = |result: &Value| match (result["rule"].as_str(), result["position"].as_u64()) {
            (Some(rule), _) => rule.to_owned(),
            (None, Some(position)) => (position - RULE_BOOK).to_string(),
            (None, None) => "null".to_owned(),
        };
        self.results.iter().map(told).collect()
    }
}

fn place(data: &Path) -> DataLocation {
    DataDirectory::embedded(data.to_owned()).location().unwrap()
}

fn import(data: &Path, lines: &[Value], keep_going: bool) -> Imported {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let kept = Kept::default();
    let mut reporter = Reporter::new(Language::En, Output::to(kept.clone()));
    let held = Held::open(&place(data), None, Language::En).unwrap();
    let lines = Lines::new(io::Cursor::new(text.into_bytes()), "-");
    let done = runtime().unwrap().block_on(local::import(&held, lines, keep_going, &mut reporter));
    let status = reporter.end(done).map_or_else(|failure| failure.status(), |()| Status::DONE);
    let events = held.stores.load(&mut |_| {}).unwrap().state.last_position.saturating_sub(RULE_BOOK);
    let told = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    let results = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    Imported { results, status, events }
}

fn line(key: u128, name: &str, simulated: bool, data: Value) -> Value {
    json!({
        "name": name, "id": Ulid(key).to_string(), "effective_date": "2018-01-01", "on_behalf_of": "5108",
        "simulated": simulated, "data": data
    })
}

fn county(key: u128, code: &str) -> Value {
    let data = json!({"code": code, "name": format!("县{code}"), "level": "county", "parent": "5108"});
    line(key, "register-place", true, data)
}

fn expecting(mut line: Value, rule: &str) -> Value {
    line["expect_rule"] = rule.into();
    line
}

#[test]
fn nothing_after_the_first_refusal_is_recorded() {
    let directory = tempfile::tempdir().unwrap();
    let lines = [county(1, "510811"), county(2, "510812"), county(3, "510811"), county(4, "510821")];
    let stopped = import(directory.path(), &lines, false);
    assert_eq!(stopped.told(), ["1", "2", "code-in-use"]);
    assert_eq!((stopped.status, stopped.events), (Status::REJECTED, 2));
    assert_eq!(stopped.results[2]["line"], 3);
    assert!(
        stopped.results[2]["citation"]["document"].is_string() && stopped.results[2]["message"].is_string()
    );
    let went_on = import(directory.path(), &lines, true);
    assert_eq!(went_on.told(), ["1", "2", "code-in-use", "3"]);
    assert_eq!((went_on.status, went_on.events), (Status::REJECTED, 3));
    assert_eq!(
        (went_on.results[0]["replayed"].clone(), went_on.results[3].get("replayed")),
        (json!(true), None)
    );
}

#[test]
fn a_line_that_must_be_refused_is_never_recorded() {
    let directory = tempfile::tempdir().unwrap();
    let held = [county(1, "510811"), expecting(county(2, "510811"), "code-in-use"), county(3, "510812")];
    let passed = import(directory.path(), &held, false);
    assert_eq!(passed.told(), ["1", "code-in-use", "2"]);
    assert_eq!((passed.status, passed.results[1]["expected"].clone()), (Status::DONE, json!(true)));
    let wrong =
        [expecting(county(4, "510821"), "code-in-use"), expecting(county(5, "510812"), "place-level")];
    let failed = import(directory.path(), &wrong, true);
    assert_eq!((failed.told(), failed.events), (vec!["null".to_owned(), "code-in-use".to_owned()], 2));
    let asked: Vec<_> = failed.results.iter().map(|result| result["expect_rule"].clone()).collect();
    assert_eq!(asked, ["code-in-use", "place-level"]);
    assert!(failed.results.iter().all(|result| result["expected"] == false));
    assert_eq!(failed.status, Status::REJECTED);
}

#[test]
fn a_key_that_was_used_otherwise_is_a_conflict_and_ends_the_import() {
    let directory = tempfile::tempdir().unwrap();
    import(directory.path(), &[county(1, "510811")], false);
    let lines = [county(1, "510811"), county(1, "510812"), county(2, "510821")];
    let stopped = import(directory.path(), &lines, false);
    assert_eq!(stopped.told(), ["1", "key-reused"]);
    assert_eq!((stopped.status, stopped.events), (Status::CONFLICT, 1));
    let twice = [county(3, "510822"), county(3, "510822")];
    assert_eq!(import(directory.path(), &twice, false).told(), ["2", "2"]);
}

#[test]
fn a_real_log_takes_places_and_nothing_else() {
    let directory = tempfile::tempdir().unwrap();
    let mut real = county(1, "510811");
    real["simulated"] = Value::Null;
    real["actor"] = "county_officer".into();
    let person =
        line(2, "register-person", false, json!({"name": "某人", "organization": Ulid(9).to_string()}));
    let refused = import(directory.path(), &[real, person, county(3, "510812")], true);
    assert_eq!(refused.told(), ["1", "local-commands", "simulated-or-real"]);
    let account =
        line(4, "issue-account", false, json!({"role": "auditor", "scope": "5108", "holder": "某人"}));
    let other = import(directory.path(), &[account, line(5, "dance", false, json!({})), json!([1])], true);
    assert_eq!(other.told(), ["accounts", "unknown-command", "malformed"]);
    assert_eq!((other.status, other.events), (Status::REJECTED, 1));
    let state = Held::open(&place(directory.path()), None, Language::En).unwrap().folded_state.state;
    assert_eq!(state.local_events, 1);
}

#[test]
fn more_lines_than_may_be_on_their_way_come_back_in_order() {
    let directory = tempfile::tempdir().unwrap();
    let mut lines: Vec<Value> =
        (0..90).map(|number| county(100 + number, &format!("5108{:02}", number + 10))).collect();
    let township = |number: u128| {
        let code = format!("510810{number:03}");
        line(
            1_000 + number,
            "register-place",
            true,
            json!({"code": code, "name": format!("乡{code}"), "level": "township", "parent": "510810"}),
        )
    };
    lines.extend((0..400).map(township));
    let imported = import(directory.path(), &lines, false);
    let expected: Vec<String> = (1..=490).map(|position: u64| position.to_string()).collect();
    assert_eq!((imported.told(), imported.status), (expected, Status::DONE));
}
