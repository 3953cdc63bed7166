//! What "verified" means on a real log: how much of it is signed, by whom, when it was recorded, and that what lies beside
//! it is what it committed to.

use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{Server, desk, fact, run, run_well};
use crate::tree::{checkpoint, copy_directory, expect, last_position, sqlite_file, text};

/// The time, so many seconds from now, as the program takes it.
pub fn in_seconds(seconds: i64) -> String {
    let script = format!(
        "import datetime as d; print((d.datetime.now(d.timezone.utc)+d.timedelta(seconds={seconds})).strftime('%Y-%m-%dT%H:%M:%S.000Z'))"
    );
    let said = std::process::Command::new("python3").args(["-c", &script]).output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

fn report(arguments: &[&str]) -> Value {
    let said = run(&[&["audit", "verify", "--json"], arguments].concat());
    serde_json::from_slice(&said.stdout).unwrap()
}

/// A copy of a directory, in which one file is another's.
fn with_file_of(data: &Path, other: &Path, file: &str, copy: &Path) {
    copy_directory(data, copy);
    std::fs::copy(other.join(file), copy.join(file)).unwrap();
    for left in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(copy.join(format!("{file}{left}")));
    }
}

/// Given a log that was stopped, and goes on; when somebody without the key shows the old head over the new events, or what
/// lies beside the log was changed; then each is found, and by its name.
#[test]
fn a_verdict_says_how_far_it_reaches_and_what_lies_beside_the_log_is_bound_to_it() {
    let desk = desk();
    desk.office.establish(&desk.server, "2018-06-01");
    checkpoint(&desk.server.anyone(), last_position(&desk));
    let (data, officer) = (desk.data.clone(), desk.office.officer.clone());
    let directory = data.parent().unwrap().to_owned();
    let (keys, earlier) = (directory.join("trusted.keys"), directory.join("earlier"));
    std::fs::write(&keys, run_well(&["audit", "keys", "--data", text(&data)])).unwrap();
    let trust = ["--trust", text(&keys)];
    let branch = desk.office.branches[2].clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    copy_directory(&data, &earlier);
    let size =
        report(&[&["--data", text(&earlier)], &trust[..]].concat())["verified_up_to"].as_u64().unwrap();

    let server = Server::start(&data, &[]);
    let body = fact("510811", json!({"organization": branch, "formal_members": 22}));
    server.client(&officer).command("update-organization", &body).expect(201);
    assert_eq!(server.interrupt(), Some(0));
    let whole = report(&[&["--data", text(&data)], &trust[..]].concat());
    assert!(whole["verified_up_to"].as_u64() > Some(size), "{whole}");

    // The head of before over events that nobody has signed: for a minute they may be on their way.
    let tail = directory.join("tail");
    with_file_of(&data, &earlier, "control.db", &tail);
    let soon = report(&[&["--data", text(&tail)], &trust[..]].concat());
    assert_eq!(soon["verified_up_to"], size, "{soon}");
    let later = in_seconds(120);
    let at = format!("event {}: the event is older than a minute", size + 1);
    expect(&[&["--data", text(&tail), "--now", &later], &trust[..]].concat(), 5, &at);
    expect(&[&["--data", text(&data), "--now", &later], &trust[..]].concat(), 0, "verified up to event");
    // A clock that has not come so far finds what lies ahead of it.
    let before = in_seconds(-3_600);
    expect(&[&["--data", text(&data), "--now", &before], &trust[..]].concat(), 5, "(time-ahead)");

    values(&directory, &data, &trust);
    access_log(&directory, &data, &trust);
}

/// Bytes moved between value and salt, in every row and in one.
fn values(directory: &Path, data: &Path, trust: &[&str]) {
    let copy = directory.join("values");
    copy_directory(data, &copy);
    let honest = [&["--data", text(&copy), "--deep"], trust].concat();
    expect(&honest, 0, "verified up to event");
    let moved = "UPDATE erasable SET salt = CAST(salt || CAST(substr(value, 1, 1) AS BLOB) AS BLOB), value = substr(value, 2)";
    sqlite_file(&copy.join("control.db"), moved);
    expect(&honest, 5, "(commitment-broken)");
}

/// The access log emptied up to its last anchor, and beyond, its base mended by who knows how.
fn access_log(directory: &Path, data: &Path, trust: &[&str]) {
    let copy = directory.join("accesses");
    copy_directory(data, &copy);
    let emptied =
        "UPDATE base SET (number, hash) = (SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1)";
    sqlite_file(&copy.join("access.db"), emptied);
    sqlite_file(&copy.join("access.db"), "DELETE FROM entry");
    expect(&[&["--data", text(&copy)], trust].concat(), 5, "(access-log-cut)");
    // Ten years later it may be gone.
    let later = in_seconds(12 * 365 * 86_400);
    expect(&[&["--data", text(&copy), "--now", &later], trust].concat(), 0, "verified up to event");
}

/// Whoever kept their request shows by docs/verify/README.md alone that it is the one that was recorded.
#[test]
fn a_request_that_was_kept_has_the_digest_that_its_event_bears() {
    const CANONICAL: &str = "import hashlib, json, sys
request = json.loads(sys.argv[1])
canonical = json.dumps({'name': 'update-organization', 'request': request}, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
print(hashlib.sha256(canonical.encode()).hexdigest())";
    let desk = desk();
    let officer = desk.server.client(&desk.office.officer);
    let kept = fact("510811", json!({"organization": desk.office.branches[2], "formal_members": 22}));
    officer.command("update-organization", &kept).expect(201);
    let page = officer.get("/api/v1/events?type=organization.updated&limit=1000").expect(200).text;
    let recorded = page.lines().last().unwrap();
    let digest =
        std::process::Command::new("python3").args(["-c", CANONICAL, &kept.to_string()]).output().unwrap();
    let digest = String::from_utf8(digest.stdout).unwrap();
    assert!(digest.trim().len() == 64 && recorded.contains(digest.trim()), "{digest}{recorded}");
}
