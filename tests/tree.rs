//! The signed tree over a real log: signed while it grows, exported, verified by both checkers, and refused when forged.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Client, Desk, Server, desk, run, run_well, token};

/// How long an acknowledged event may stay unsigned.
const SIGNED_WITHIN: Duration = Duration::from_secs(10);

/// The checkpoint of a server once it covers a position.
pub fn checkpoint(client: &Client, position: u64) -> String {
    let begun = Instant::now();
    loop {
        let answer = client.get("/checkpoint");
        let size = answer.text.lines().nth(1).and_then(|size| size.parse::<u64>().ok());
        if answer.status == 200 && size.is_some_and(|size| size >= position) {
            return answer.text;
        }
        assert!(begun.elapsed() < SIGNED_WITHIN, "not sealed: {}", answer.text);
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn last_position(desk: &Desk) -> u64 {
    let officer = desk.server.client(&desk.office.officer);
    officer.get("/api/v1/counties/510811").expect(200).header("lianjian-position").unwrap().parse().unwrap()
}

/// A desk with a joint branch, signed, and the file of its key.
fn signed_tree() -> (Desk, PathBuf) {
    let desk = desk();
    desk.office.establish(&desk.server, "2018-06-01");
    checkpoint(&desk.server.anyone(), last_position(&desk));
    let keys = desk.data.parent().unwrap().join("trusted.keys");
    std::fs::write(&keys, run_well(&["audit", "keys", "--data", text(&desk.data)])).unwrap();
    (desk, keys)
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned()).concat()
}

/// Verifies, and gives the status with what was said.
fn verify(arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(&[&["audit", "verify"], arguments].concat());
    (output.status.code(), said(&output))
}

#[track_caller]
pub fn expect(arguments: &[&str], status: i32, words: &str) {
    let (code, said) = verify(arguments);
    assert_eq!(code, Some(status), "{said}");
    assert!(said.contains(words), "{words}: {said}");
}

#[test]
fn an_acknowledged_event_is_sealed_and_its_receipt_holds_offline() {
    let (desk, keys) = signed_tree();
    let officer = desk.server.client(&desk.office.officer);
    let data = serde_json::json!({"organization": desk.office.branches[2], "formal_members": 21});
    let answer =
        officer.command("update-organization", &crate::harness::fact("510811", data)).expect(201).json();
    let position = answer["position"].as_u64().unwrap();
    let leaf = answer["leaf_hash"].as_str().unwrap().to_owned();
    assert_eq!(answer["leaf_hashes"][0].as_str(), Some(leaf.as_str()));
    // A receipt asked for at once waits for its checkpoint.
    let receipt = officer.get(&format!("/api/v1/receipts/{position}")).expect(200).text;
    assert!(receipt.starts_with("c2sp.org/tlog-proof@v1\nextra "), "{receipt}");
    assert!(receipt.contains(&format!("\nindex {}\n", position - 1)), "{receipt}");
    let file = desk.data.parent().unwrap().join("event.tlog-proof");
    std::fs::write(&file, &receipt).unwrap();
    expect(&["--receipt", text(&file), "--trust", text(&keys)], 0, ": signed by a key you trust");
    expect(&["--receipt", text(&file)], 5, "consistent, signer not established");
    std::fs::write(&file, receipt.replacen("\nindex ", "\nindex 1", 1)).unwrap();
    expect(&["--receipt", text(&file), "--trust", text(&keys)], 5, "(proof)");
    // The same from the command line, on the directory of the running server.
    std::fs::write(&file, run_well(&["audit", "receipt", &position.to_string(), "--data", text(&desk.data)]))
        .unwrap();
    expect(&["--receipt", text(&file), "--trust", text(&keys)], 0, "not witnessed");
    officer.get("/api/v1/receipts/0").expect(404);
    officer.get("/api/v1/receipts/999999").expect(404);
    let clerk = desk.server.client(&desk.office.clerk);
    clerk.get("/api/v1/receipts/1").expect(403);
    desk.server.anyone().get("/api/v1/receipts/1").expect(401);
}

#[test]
fn tiles_are_for_subscribers_and_entries_for_the_citys_auditor() {
    let (desk, _) = signed_tree();
    let clients =
        ["subscriber", "auditor"].map(|role| desk.server.client(&token(&desk.data, role, "510811")));
    let auditor = desk.server.client(&token(&desk.data, "auditor", "5108"));
    desk.server.anyone().get("/keys").expect(200);
    let head = checkpoint(&desk.server.anyone(), last_position(&desk));
    let size: u64 = head.lines().nth(1).unwrap().parse().unwrap();
    assert!(size < 256, "one partial tile is enough here");
    let (tile, entries) = (format!("/tile/0/000.p/{size}"), format!("/tile/entries/000.p/{size}"));
    for client in &clients {
        client.get(&tile).expect(200);
        client.get(&entries).expect(403);
        client.get("/tile/0/001").expect(404);
    }
    assert!(auditor.get(&entries).expect(200).header("cache-control").unwrap().contains("immutable"));
    auditor.get(&format!("/tile/entries/000.p/{}", size + 1)).expect(404);
    let noted = auditor.get("/api/v1/access-log?limit=1000").expect(200).json();
    let is_noted = |row: &Value| (&row["act"], &row["path"]) == (&"export".into(), &entries.as_str().into());
    assert!(noted["rows"].as_array().unwrap().iter().any(is_noted), "{noted}");
    desk.server.anyone().get(&tile).expect(401);
    desk.server.client(&desk.office.officer).get(&entries).expect(403);
}

#[test]
fn a_log_that_is_not_the_signed_one_is_neither_signed_nor_served() {
    let (desk, keys) = signed_tree();
    let data = desk.data.clone();
    let kept = data.parent().unwrap().join("kept.checkpoint");
    std::fs::write(&kept, checkpoint(&desk.server.anyone(), last_position(&desk))).unwrap();
    assert_eq!(desk.server.interrupt(), Some(0));
    // The end of the service is recorded too.
    let report = run(&["audit", "verify", "--data", text(&data), "--trust", text(&keys), "--json"]);
    let last = serde_json::from_slice::<Value>(&report.stdout).unwrap()["last_position"].as_u64().unwrap();
    expect(&["--data", text(&data), "--trust", text(&keys), "--deep"], 0, ": signed by a key you trust");
    expect(&["--data", text(&data), "--since", text(&kept)], 0, "it continues the checkpoint that you hold");
    expect(&["--data", text(&data)], 5, "consistent, signer not established");
    // The last event is taken out, by someone who knows how to get past the trigger.
    let copy = data.parent().unwrap().join("copy");
    copy_directory(&data, &copy);
    sqlite(&data, &format!("DELETE FROM event WHERE position = {last}"));
    refused(&data, &format!("events from {last} on are missing"));
    expect(&["--data", text(&data), "--trust", text(&keys)], 5, &format!("event {last}: the log is shorter"));
    // A name is changed into another of the same length, and nothing else.
    // After the rule book, the city and another county.
    let position = 4;
    sqlite(
        &copy,
        &format!(
            "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '朝天区', '朝地区') AS BLOB) WHERE position = {position}"
        ),
    );
    refused(&copy, &format!("it was changed from event {position} on"));
    expect(
        &["--data", text(&copy), "--trust", text(&keys)],
        5,
        &format!("event {position}: the event is not the one"),
    );
    // What forgot its own checkpoint, too, is still not what the auditor holds.
    sqlite_file(&copy.join("control.db"), "DELETE FROM entry");
    std::fs::remove_file(copy.join("tree.leaves")).unwrap();
    expect(&["--data", text(&copy), "--self-consistent"], 0, "there is no signed checkpoint");
    // It is not made to sign again by that alone; and where somebody accepts it, the kept checkpoint knows better.
    refused(&copy, "no signed checkpoint");
    let server = Server::start(&copy, &["--accept-rollback", &last.to_string()]);
    checkpoint(&server.anyone(), last);
    assert_eq!(server.interrupt(), Some(0));
    expect(&["--data", text(&copy), "--trust", text(&keys)], 0, "verified");
    expect(&["--data", text(&copy), "--since", text(&kept)], 5, "(fork)");
}

#[test]
fn a_row_of_the_views_that_was_edited_is_found() {
    let (desk, keys) = signed_tree();
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    let verify = ["--data", text(&data), "--trust", text(&keys), "--deep"];
    expect(&verify, 0, "verified");
    // By the store's own means, so that nothing is damaged and only a name is another.
    let views = sled::open(data.join("views")).unwrap();
    let (from, to) = ("狮子村".as_bytes(), "狮孑村".as_bytes());
    let mut edited = 0;
    for tree in views.tree_names() {
        let tree = views.open_tree(tree).unwrap();
        for row in tree.iter() {
            let (key, value) = row.unwrap();
            if let Some(at) = value.windows(from.len()).position(|window| window == from) {
                let mut other = value.to_vec();
                other[at..at + to.len()].copy_from_slice(to);
                tree.insert(key, other).unwrap();
                edited += 1;
                break;
            }
        }
    }
    views.flush().unwrap();
    drop(views);
    assert!(edited > 0, "no row names the village");
    expect(&verify, 5, "(views-differ)");
}

/// The server does not start on it, and says why.
#[track_caller]
pub fn refused(data: &Path, words: &str) {
    let output = run(&["serve", "--data", text(data), "--listen", "127.0.0.1:0"]);
    assert_eq!(output.status.code(), Some(5), "{}", said(&output));
    assert!(said(&output).contains(words), "{words}: {}", said(&output));
}

/// Does to a log what its triggers forbid.
pub fn sqlite(data: &Path, statement: &str) {
    sqlite_file(&data.join("log.db"), statement);
}

pub fn sqlite_file(file: &Path, statement: &str) {
    let script = "import sqlite3,sys
base=sqlite3.connect(sys.argv[1])
guards=base.execute(\"select name, sql from sqlite_master where type='trigger'\").fetchall()
for name, _ in guards: base.execute('drop trigger '+name)
base.execute(sys.argv[2])
for _, sql in guards: base.execute(sql)
base.commit()";
    let done = Command::new("python3").args(["-c", script, text(file), statement]).output().unwrap();
    assert!(done.status.success(), "{}", said(&done));
}

pub fn copy_directory(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_directory(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_bundle_is_verified_offline_whole_by_range_and_by_county() {
    let (desk, keys) = signed_tree();
    let directory = desk.data.parent().unwrap().to_owned();
    let bundle = |name: &str, more: &[&str]| {
        let file = directory.join(name);
        let manifest = run_well(&[&["audit", "export", text(&file), "--json"], more].concat());
        (file, serde_json::from_str::<Value>(&manifest).unwrap())
    };
    let here = ["--data", text(&desk.data)];
    let (whole, manifest) = bundle("whole.tar", &here);
    assert_eq!(manifest["note"], "not witnessed: the operator alone could have rewritten this");
    assert_eq!(manifest["events"], manifest["size"]);
    let (range, _) = bundle("range.tar", &[&here[..], &["--from", "5", "--to", "20"]].concat());
    let (county, manifest) = bundle("county.tar", &[&here[..], &["--scope", "510812"]].concat());
    assert!(manifest["events"].as_u64().unwrap() < 10, "{manifest}");
    for file in [&whole, &range, &county] {
        expect(&["--bundle", text(file), "--trust", text(&keys), "--deep"], 0, "verified");
        expect(&["--bundle", text(file)], 5, "consistent, signer not established");
        expect(&["--bundle", text(file), "--self-consistent"], 0, "not witnessed");
        python(file, &keys, 0);
    }
    // The same over the wire, by the city's auditor and by a county's.
    let token_file = |scope: &str| {
        let file = directory.join(format!("{scope}.token"));
        std::fs::write(&file, token(&desk.data, "auditor", scope)).unwrap();
        file
    };
    let (city, own) = (token_file("5108"), token_file("510811"));
    checkpoint(&desk.server.anyone(), last_position(&desk));
    let there = |token: &Path| {
        [
            "--server".to_owned(),
            desk.server.address.clone(),
            "--token-file".to_owned(),
            text(token).to_owned(),
        ]
    };
    let city = there(&city);
    let own = there(&own);
    let [city, own] = [&city, &own].map(|options| options.iter().map(String::as_str).collect::<Vec<_>>());
    expect(&[&city[..], &["--trust", text(&keys)]].concat(), 0, "verified");
    expect(&[&own[..], &["--trust", text(&keys), "--scope", "510811"]].concat(), 0, "verified");
    let (remote, _) = bundle("remote.tar", &city);
    expect(&["--bundle", text(&remote), "--trust", text(&keys)], 0, "verified");
    let (part, _) = bundle("part.tar", &[&own[..], &["--scope", "510811"]].concat());
    expect(&["--bundle", text(&part), "--trust", text(&keys)], 0, "verified");
    python(&part, &keys, 0);
    let refused = run(&[&["audit", "export", text(&directory.join("no.tar"))], &own[..]].concat());
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    assert!(!directory.join("no.tar").exists());
}

/// The checker of `docs/verify`, which shares nothing with the program.
#[track_caller]
pub fn python(bundle: &Path, keys: &Path, status: i32) -> String {
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/verify/verify.py");
    let done =
        Command::new("python3").arg("-B").arg(checker).arg(bundle).arg("--trust").arg(keys).output().unwrap();
    assert_eq!(done.status.code(), Some(status), "{}", said(&done));
    said(&done)
}
