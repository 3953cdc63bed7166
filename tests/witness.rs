//! A witness beside a city: what it signed is found in every verdict, and a second history is not signed.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::harness::{Client, Server, desk, fact, program, run, run_well, token};
use crate::tree::{checkpoint, copy_directory, expect, last_position, python, sqlite, sqlite_file, text};
use crate::verified::in_seconds;

/// How long the first co-signature may take: the head is shown as soon as the server runs.
const WITNESSED_WITHIN: Duration = Duration::from_secs(30);

/// A running witness; killed when dropped.
pub struct Witness {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// Its public key, as a file of trusted keys names it.
    pub key: String,
}

impl Witness {
    /// Starts one in a directory, for the logs of these keys.
    pub fn start(data: &Path, keys: &Path) -> Self {
        let mut child = Command::new(program())
            .args(["--lang", "en", "witness", "--data", text(data), "--trust", text(keys)])
            .args(["--name", "zhaohua.example.cn/witness", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = |prefix: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(prefix).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let address = said("listening on ");
        let key = said("public key of the witness: ");
        Self { child, address, key }
    }
}

impl Drop for Witness {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The head that a witness has signed, once there is one that covers the position.
fn witnessed(client: &Client, position: u64) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < WITNESSED_WITHIN {
        let answer = client.get("/checkpoint/witnessed");
        let size = answer.text.lines().nth(1).and_then(|size| size.parse::<u64>().ok());
        if answer.status == 200 && size.is_some_and(|size| size >= position) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    false
}

/// A bundle that was exported over HTTP knows the witnesses too, whole and in part, and both checkers verify it.
fn remote(server: &Server, directory: &Path, policy: &Path) {
    let token_file = directory.join("auditor.token");
    std::fs::write(&token_file, token(&directory.join("data"), "auditor", "5108")).unwrap();
    let whole = directory.join("whole.tar");
    assert!(python(&whole, policy, 0).contains("witnessed by zhaohua.example.cn/witness"));
    for (name, more) in [("remote.tar", &[][..]), ("range.tar", &["--from", "2", "--to", "9"])] {
        let file = directory.join(name);
        let options =
            ["audit", "export", text(&file), "--server", &server.address, "--token-file", text(&token_file)];
        run_well(&[&options, more].concat());
        expect(&["--bundle", text(&file), "--trust", text(policy)], 0, "first witnessed by");
        assert!(python(&file, policy, 0).contains("witnessed by zhaohua.example.cn/witness"));
    }
}

#[test]
fn a_witness_signs_one_history_and_no_second() {
    let desk = desk();
    let (data, last) = (desk.data.clone(), last_position(&desk));
    let directory = data.parent().unwrap().to_owned();
    checkpoint(&desk.server.anyone(), last);
    let (log_keys, policy) = (directory.join("log.keys"), directory.join("trusted.policy"));
    std::fs::write(&log_keys, run_well(&["audit", "keys", "--data", text(&data)])).unwrap();
    let officer = desk.office.officer.clone();
    assert_eq!(desk.server.interrupt(), Some(0));

    let witness = Witness::start(&directory.join("witness"), &log_keys);
    let log_key = std::fs::read_to_string(&log_keys).unwrap();
    let lines = format!(
        "log {}\nwitness county {} {}\nquorum county\n",
        log_key.trim(),
        witness.key,
        witness.address
    );
    std::fs::write(&policy, lines).unwrap();
    let trust = ["--trust", text(&policy)];
    let here = ["--data", text(&data)];
    expect(&[&here[..], &trust].concat(), 5, "fewer witnesses than the file of trusted keys asks for");
    let forged = directory.join("forged");
    copy_directory(&data, &forged);

    let server = Server::start(&data, &["--witnesses", text(&policy)]);
    assert!(witnessed(&server.anyone(), last), "the head was not witnessed");
    expect(&[&here[..], &trust].concat(), 0, "first witnessed by zhaohua.example.cn/witness at ");
    let receipt = directory.join("event.tlog-proof");
    std::fs::write(&receipt, server.client(&officer).get("/api/v1/receipts/2").expect(200).text).unwrap();
    expect(&["--receipt", text(&receipt), "--trust", text(&policy)], 0, "verified");
    let bundle = directory.join("whole.tar");
    run_well(&["audit", "export", text(&bundle), "--data", text(&data)]);
    expect(&["--bundle", text(&bundle), "--trust", text(&policy)], 0, "first witnessed by");
    remote(&server, &directory, &policy);
    // Without the witness's key nobody can say that it was one.
    expect(&["--bundle", text(&bundle), "--trust", text(&log_keys)], 0, "not witnessed");
    let body =
        fact("510811", serde_json::json!({"organization": desk.office.branches[1], "formal_members": 22}));
    server.client(&officer).command("update-organization", &body).expect(201);
    assert_eq!(server.interrupt(), Some(0));
    expect(&[&here[..], &trust].concat(), 0, "the witnesses are fewer than asked for");
    // A quorum of today says nothing of what has been recorded since, once that is older than a day.
    let later = in_seconds(3 * 86_400);
    expect(&[&here[..], &trust, &["--now", &later]].concat(), 5, "fewer witnesses than");

    // Root on the city's machine rewrites an event, signs everything anew, and has forgotten the rest.
    sqlite(
        &forged,
        "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '朝天区', '朝地区') AS BLOB) WHERE position = 3",
    );
    sqlite_file(&forged.join("control.db"), "DELETE FROM entry");
    std::fs::remove_file(forged.join("tree.leaves")).unwrap();
    let server = refused_by_its_witness(&forged, &policy, &officer, &body);
    checkpoint(&server.anyone(), last);
    server.anyone().get("/checkpoint/witnessed").expect(404);
    expect(&["--data", text(&forged), "--trust", text(&log_keys)], 0, "not witnessed");
    expect(&["--data", text(&forged), "--trust", text(&policy)], 5, "fewer witnesses than");
    drop(server);
    drop(witness);
    let nameless = run(&[
        "witness",
        "--data",
        text(&PathBuf::from(&directory).join("other")),
        "--trust",
        text(&log_keys),
    ]);
    assert_eq!(nameless.status.code(), Some(2));
}

/// A rewritten history whose keeper accepts it: its witness has proved it, nothing is recorded any more, and every page and
/// `doctor` know.
fn refused_by_its_witness(forged: &Path, policy: &Path, officer: &str, body: &serde_json::Value) -> Server {
    let report = run(&["audit", "verify", "--data", text(forged), "--self-consistent", "--json"]);
    let end =
        serde_json::from_slice::<serde_json::Value>(&report.stdout).unwrap()["last_position"].to_string();
    let more = ["--witnesses", text(policy), "--accept-rollback", &end];
    let server = Server::start_unready(forged, &more, "witness-refused");
    let refused = server.client(officer).command("update-organization", body).expect(503).json();
    assert!(refused["detail_en"].as_str().unwrap().contains("a witness has proved"), "{refused}");
    assert!(server.anyone().get("/").text.contains("见证人证明日志曾被回退或改动"));
    let doctor = run(&["doctor", "--data", text(forged)]);
    assert_eq!(doctor.status.code(), Some(5));
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("FAIL  witness"), "{doctor:?}");
    server
}
