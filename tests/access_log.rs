//! The access log: who read what is there for the auditor alone, and nobody cuts or edits it unseen.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Client, Desk, Server, desk, fact, in_session, run, run_well, token};

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

/// Who looked at a joint branch, what somebody looked at, and when: by one call, one command, one page.
#[test]
fn who_looked_at_what_is_found_by_person_by_what_and_by_day() {
    let desk = desk();
    let joint = desk.office.establish(&desk.server, "2018-06-01");
    let client = |role: &str, scope: &str| desk.server.client(&token(&desk.data, role, scope));
    let (city, auditor) = (client("city_office", "5108"), token(&desk.data, "auditor", "5108"));
    city.get(&format!("/api/v1/joint-branches/{joint}")).expect(200);
    city.get("/api/v1/lists/funding?scope=5108").expect(200);
    client("township_clerk", "510811211").get(&format!("/api/v1/joint-branches/{joint}")).expect(403);
    let auditing = desk.server.client(&auditor);
    let ask = |query: &str| {
        let page = auditing.get(&format!("/api/v1/access-log?{query}")).expect(200).json();
        page["rows"].as_array().unwrap().clone()
    };
    let seen = |query: &str| {
        let rows = ask(query);
        let told =
            |row: &Value| (row["role"].as_str().unwrap_or("-").to_owned(), row["status"].as_u64().unwrap());
        rows.iter().map(told).collect::<Vec<_>>()
    };
    let (shown, refused) = (("city_office".to_owned(), 200), ("township_clerk".to_owned(), 403));
    let about = format!("about=joint-branches/{joint}&from={}", today());
    let by_office = |rows: Vec<(String, u64)>| {
        rows.into_iter().filter(|row| [&shown, &refused].contains(&row)).collect::<Vec<_>>()
    };
    assert_eq!(by_office(seen(&about)), [shown.clone(), refused.clone()]);
    assert_eq!(by_office(seen(&format!("{about}&newest=true"))), [refused.clone(), shown.clone()]);
    assert_eq!(seen(&format!("about=joint-branches/{joint}&to=2020-01-01")), []);
    let who = ask(&about).iter().find(|row| row["role"] == "city_office").unwrap()["who"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(seen(&format!("who={who}")), [shown.clone(), shown.clone()]);
    auditing.get("/api/v1/access-log?from=yesterday").expect(400);
    auditing.get("/api/v1/access-log?person=somebody").expect(400);

    // The same by the program, beside the service and over it.
    let file = desk.data.parent().unwrap().join("auditor.token");
    std::fs::write(&file, &auditor).unwrap();
    let (data, file) = (desk.data.to_str().unwrap(), file.to_str().unwrap());
    let local = ["--data", data];
    let remote = ["--server", &desk.server.address, "--token-file", file];
    for place in [&local[..], &remote[..]] {
        let told = run_well(&[&["audit", "accesses", "--json", "--who", &who], place].concat());
        let rows: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let paths: Vec<_> = rows.iter().map(|row| row["path"].as_str().unwrap()).collect();
        assert_eq!(paths, ["/api/v1/lists/funding?scope=5108", &format!("/api/v1/joint-branches/{joint}")]);
        let text = run_well(
            &[&["audit", "accesses", "--about", &joint, "--oldest", "--limit", "1"], place].concat(),
        );
        assert_eq!(text.lines().count(), 2, "{text}");
    }
    assert_eq!(run(&["audit", "accesses", "--data", "/nowhere"]).status.code(), Some(6));
    for (option, value) in [("--from", "2026-02-30"), ("--limit", "0"), ("--limit", "5001")] {
        assert_eq!(run(&["audit", "accesses", option, value, "--data", data]).status.code(), Some(2));
    }

    // The page says it in words, to the auditor alone.
    let page = |token: &str, path: &str| in_session(&desk.server.address, token).get(path);
    let name = page(&auditor, &format!("/joint-branches/{joint}")).expect(200).text;
    let name = name.split("<h1>").nth(1).and_then(|rest| rest.split('<').next()).unwrap().trim().to_owned();
    let sought = form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    let found = page(&auditor, &format!("/accesses?about={sought}")).expect(200).text;
    assert!(found.contains(&format!("联合党组织 {name} （接口）")), "{found}");
    assert!(
        found.contains("city_office 5108") && found.contains("无权，未看到") && found.contains("已看到"),
        "{found}"
    );
    let none = page(&auditor, "/accesses?about=%E6%B2%A1%E6%9C%89").expect(200).text;
    assert!(none.contains("没有这一名称的联合党组织"), "{none}");
    for role in ["city_office", "security_admin"] {
        page(&token(&desk.data, role, "5108"), "/accesses").expect(403);
    }
}

fn today() -> String {
    let said = Command::new("date").env("TZ", "Asia/Shanghai").arg("+%F").output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
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
