//! The access log: who read what is there for the auditor alone, and nobody cuts or edits it unseen.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Client, Desk, Server, desk, fact, run, token};

fn entries(auditor: &Client) -> Vec<Value> {
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = auditor.get(&format!("/api/v1/access-log?limit=3{cursor}")).expect(200).json();
        rows.extend(page["rows"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
        assert!(rows.len() < 1_000, "the pages do not end");
    }
}

/// Act, path without its query, and status of what an account did.
fn acts(rows: &[Value], role: Option<&str>) -> Vec<(String, String, u64)> {
    let own = rows.iter().filter(|row| row["role"].as_str() == role);
    own.map(|row| {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let path = text("path").split('?').next().unwrap().to_owned();
        (text("act"), path, row["status"].as_u64().unwrap())
    })
    .collect()
}

fn has(acts: &[(String, String, u64)], act: &str, path: &str, status: u64) -> bool {
    acts.iter().any(|found| (found.0.as_str(), found.1.as_str(), found.2) == (act, path, status))
}

#[test]
fn every_reading_and_every_refusal_is_there_for_the_auditor_alone() {
    let desk = desk();
    let client = |role: &str, scope: &str| desk.server.client(&token(&desk.data, role, scope));
    let (city, clerk) = (client("city_office", "5108"), client("township_clerk", "510811211"));
    city.get("/api/v1/cities/5108?as_of=2018-06-30").expect(200);
    city.get("/api/v1/events?limit=1").expect(200);
    clerk.get("/api/v1/cities/5108").expect(403);
    clerk.command("merge-branches", &json!({"nonsense": true}));
    desk.server.anyone().get("/api/v1/counties/510811").expect(401);
    desk.server.anyone().get("/sign-in?code=guess").expect(403);
    desk.server.anyone().get("/healthz").expect(200);
    desk.server.client("lj_no-such-token").get("/api/v1/places").expect(401);

    for role in ["city_office", "security_admin", "system_admin"] {
        client(role, "5108").get("/api/v1/access-log").expect(403);
    }
    let rows = entries(&client("auditor", "5108"));
    let city = acts(&rows, Some("city_office"));
    assert!(has(&city, "read", "/api/v1/cities/5108", 200) && has(&city, "export", "/api/v1/events", 200));
    assert!(has(&city, "access-log", "/api/v1/access-log", 403));
    let clerk = acts(&rows, Some("township_clerk"));
    assert!(has(&clerk, "read", "/api/v1/cities/5108", 403), "{clerk:?}");
    assert!(clerk.iter().any(|act| act.0 == "command" && act.2 >= 400), "{clerk:?}");
    let nobody = acts(&rows, None);
    // Three strangers, of whom the first is told.
    assert!(has(&nobody, "refused", "/api/v1/counties/510811", 401), "{nobody:?}");
    let counted = rows.iter().filter(|row| row["act"] == "refused").map(|row| row["count"].as_u64().unwrap());
    assert_eq!(counted.sum::<u64>(), 3);
    assert!(nobody.iter().any(|act| act.0 == "service" && act.1 == "start"), "{nobody:?}");
    let text = Value::from(rows.clone()).to_string();
    assert!(!text.contains("guess") && !text.contains("healthz") && !text.contains("lj_"), "{text}");
    assert!(text.contains("as_of=2018-06-30"), "{text}");
    let named = rows.iter().find(|row| row["role"] == "city_office").unwrap();
    assert_eq!(named["who_name"], "city_office 5108");
    // A recorded command stands in the log itself.
    assert!(!rows.iter().any(|row| row["act"] == "command" && row["status"] == 201));
    // A county's auditor sees the county's people.
    let own = entries(&client("auditor", "510811"));
    assert!(own.iter().all(|row| row["scope"].as_str().is_some_and(|scope| scope.starts_with("510811"))));
    assert!(own.iter().any(|row| row["role"] == "township_clerk"));
}

fn verify(data: &Path) -> (Option<i32>, String) {
    let output = run(&["audit", "verify", "--self-consistent", "--data", data.to_str().unwrap()]);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What somebody with the file and a tool of SQLite's may do.
fn tamper(data: &Path, statements: &str) {
    let script = "import sqlite3, sys\nbase = sqlite3.connect(sys.argv[1])\nbase.executescript(sys.argv[2])\nbase.commit()\nbase.close()";
    let file = data.join("access.db");
    let done = Command::new("python3").args(["-c", script, file.to_str().unwrap(), statements]).status();
    assert!(done.unwrap().success(), "{statements}");
}

#[test]
fn a_cut_and_an_edit_are_found_and_so_is_a_file_that_is_gone() {
    let Desk { data, server, office, _directory } = desk();
    for _ in 0..5 {
        server.client(&office.officer).get("/api/v1/counties/510811").expect(200);
    }
    assert_eq!(server.interrupt(), Some(0));
    assert_eq!(verify(&data).0, Some(0));
    let server = Server::start(&data, &[]);
    server.client(&office.clerk).get("/api/v1/townships/510811210").expect(200);
    server.kill();
    // After a crash what was not anchored yet may be there or not; what was anchored is.
    let (code, said) = verify(&data);
    assert_eq!(code, Some(0), "{said}");

    // Brings what the crash left beside the file into it.
    tamper(&data, "PRAGMA wal_checkpoint(TRUNCATE);");
    let whole = std::fs::read(data.join("access.db")).unwrap();
    let unguarded = "DROP TRIGGER entry_is_never_changed; DROP TRIGGER entry_is_deleted_from_the_oldest_on;";
    for (statements, slug) in [
        (
            "UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '200', '403') AS BLOB) WHERE number = 3",
            "access-log-changed",
        ),
        ("DELETE FROM entry WHERE number > 2", "access-log-cut"),
        ("DELETE FROM entry WHERE number < 4", "access-log-changed"),
    ] {
        tamper(&data, &format!("{unguarded} {statements};"));
        let (code, said) = verify(&data);
        assert!(code == Some(5) && said.contains(slug), "{statements}: {said}");
        assert_eq!(run(&["doctor", "--data", data.to_str().unwrap()]).status.code(), Some(5));
        for left in ["access.db-wal", "access.db-shm"] {
            let _ = std::fs::remove_file(data.join(left));
        }
        std::fs::write(data.join("access.db"), &whole).unwrap();
    }
    let (code, said) = verify(&data);
    assert_eq!(code, Some(0), "{said}");
    // With what reading it left beside it: the service starts on no orphan of a file.
    for name in ["access.db", "access.db-wal", "access.db-shm"] {
        let _ = std::fs::remove_file(data.join(name));
    }
    assert!(!data.join("access.db").exists());
    let (code, said) = verify(&data);
    assert!(code == Some(5) && said.contains("access-log-cut"), "{said}");
    // One that is begun anew does not stand for it.
    assert_eq!(Server::start(&data, &[]).interrupt(), Some(0));
    let (code, said) = verify(&data);
    assert!(code == Some(5) && said.contains("access-log-cut"), "{said}");
}

/// Asks until the answer has a status; how long that takes is the machine's business, that it comes is not.
fn until(status: u16, ask: impl Fn() -> u16) {
    let begun = Instant::now();
    while ask() != status {
        assert!(begun.elapsed() < Duration::from_secs(60), "no answer {status}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn what_cannot_be_noted_is_not_read_and_commands_go_on() {
    let desk = desk();
    let (officer, clerk) = (desk.server.client(&desk.office.officer), desk.server.client(&desk.office.clerk));
    // Another process keeps the file for itself.
    let script = "import sqlite3, sys\nbase = sqlite3.connect(sys.argv[1], isolation_level=None)\nbase.execute('BEGIN EXCLUSIVE')\nprint('held', flush=True)\nsys.stdin.read()\n";
    let mut holder = Command::new("python3")
        .args(["-c", script, desk.data.join("access.db").to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said.trim(), "held");
    let read = || officer.get("/api/v1/counties/510811");
    until(503, || read().status);
    let refused = read();
    assert!(refused.status == 503 && refused.header("retry-after").is_some(), "{}", refused.text);
    let data = json!({"organization": desk.office.branches[0], "probationary_members": 3});
    clerk.command("update-organization", &fact("510811210", data)).expect(201);
    drop(holder.stdin.take());
    holder.wait().unwrap();
    until(200, || read().status);
    let auditor = desk.server.client(&token(&desk.data, "auditor", "5108"));
    // What was read before it stopped was kept, and is in the log now.
    assert!(entries(&auditor).iter().any(|row| row["role"] == "county_officer" && row["status"] == 200));
}
