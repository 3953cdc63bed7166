//! What a stranger puts at the end of the log, in its file or on its stream: it is never signed, what came before is served,
//! nothing is recorded behind it, everybody is told, and there is a way back.

use std::path::Path;

use audit::checkpoint::{Checkpoint, origin};
use audit::key::SecretKey;
use audit::tree::{Tree, leaf_hash};
use event_log::nats_server::NatsServer;
use event_log::{LogLocation, NewEvent, OpenedLog};
use serde_json::{Value, json};

use crate::harness::{
    Client, Desk, Office, Server, desk, fact, import_places_with, key, run, run_well, token, wait_until,
};
use crate::tree::{checkpoint, copy_directory, expect, last_position, said, sqlite, text};

/// A log as a stranger has it who can write to it.
struct Stranger {
    opened: OpenedLog,
    runtime: tokio::runtime::Runtime,
}

impl Stranger {
    fn of(location: &LogLocation, data: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        Self { opened: location.open_existing(data).unwrap(), runtime }
    }

    fn last(&self) -> u64 {
        self.runtime.block_on(self.opened.log.last_position()).unwrap()
    }

    /// Puts bytes at the end; gives their position.
    fn put(&self, body: &[u8]) -> u64 {
        let last = self.last();
        let event = NewEvent { subject: "lianjian.5108._._.policy.issued".into(), body: body.to_vec() };
        self.runtime.block_on(self.opened.log.append(last, vec![event])).unwrap();
        last + 1
    }

    fn bodies(&self) -> Vec<Vec<u8>> {
        let events = self.runtime.block_on(self.opened.log.read(0, 5_000)).unwrap();
        events.into_iter().map(|event| event.body).collect()
    }

    /// The last event, changed so that it stands at the next position.
    fn next(&self, change: impl FnOnce(&mut Value)) -> Vec<u8> {
        let bodies = self.bodies();
        let mut event: Value = serde_json::from_slice(bodies.last().unwrap()).unwrap();
        event["sequence"] = format!("{:020}", bodies.len() + 1).into();
        change(&mut event);
        event.to_string().into_bytes()
    }
}

/// The size of the head that a server shows.
fn signed(client: &Client) -> u64 {
    client.get("/checkpoint").expect(200).text.lines().nth(1).unwrap().parse().unwrap()
}

/// Everything that a service says and refuses whose log goes on with something that it cannot fold at this position.
#[track_caller]
fn is_read_only(server: &Server, officer: &str, body: &Value, bad: u64) {
    let ready = server.anyone().get("/readyz").expect(503).json();
    assert_eq!((&ready["ready"], &ready["reasons"][0]["part"]), (&json!(false), &json!("log")), "{ready}");
    assert!(ready["detail_en"].as_str().unwrap().contains(&format!("(position {bad})")), "{ready}");
    let officer = server.client(officer);
    let refused = officer.command("update-organization", body).expect(503).json();
    assert_eq!(
        (&refused["type"], &refused["outcome"]),
        (&json!("/problems/unavailable"), &json!("nothing-recorded"))
    );
    assert!(refused["detail"].as_str().unwrap().contains("停止录入"), "{refused}");
    let view = officer.get("/api/v1/counties/510811").expect(200);
    assert_eq!(view.header("lianjian-position"), Some((bad - 1).to_string().as_str()), "reads go on");
    let events = officer.get(&format!("/api/v1/events?after={}", bad - 2)).expect(200).text;
    assert_eq!(events.lines().count(), 1, "what does not read is shown to nobody: {events}");
    assert!(server.anyone().get("/").text.contains("日志末尾有无法读取的内容，停止录入"));
    assert!(signed(&server.anyone()) < bad, "it is signed");
}

fn poisoned_desk() -> (Desk, Value) {
    let desk = desk();
    desk.office.establish(&desk.server, "2018-06-01");
    let body = fact("510811", json!({"organization": desk.office.branches[2], "formal_members": 21}));
    checkpoint(&desk.server.anyone(), last_position(&desk));
    (desk, body)
}

#[test]
fn a_strangers_row_is_never_signed_and_the_good_prefix_is_served_and_goes_on_elsewhere() {
    let (desk, body) = poisoned_desk();
    let officer = desk.office.officer.clone();
    let system = token(&desk.data, "system_admin", "5108");
    let stranger = Stranger::of(&LogLocation::Embedded, &desk.data);
    let last = stranger.last();
    checkpoint(&desk.server.anyone(), last);
    let bad = stranger.put(b"garbage");
    drop(stranger);
    wait_until(&desk.server.address, &|ready| ready.status == 503);
    is_read_only(&desk.server, &officer, &body, bad);
    let figures = desk.server.client(&system).get("/metrics").expect(200).text;
    assert!(figures.contains("lianjian_condition{condition=\"log-unreadable\"} 1\n"), "{figures}");
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));

    // The next start serves the same, and signs nothing either; `doctor` names the position.
    let server = Server::start_unready(&data, &[], "log-unreadable");
    is_read_only(&server, &officer, &body, bad);
    let doctor = run(&["doctor", "--data", text(&data)]);
    assert_eq!(doctor.status.code(), Some(5));
    let told = said(&doctor);
    assert!(told.contains(&format!("does not read from event {bad} on")), "{told}");
    assert!(told.contains(&format!("log copy --up-to {last}")), "{told}");
    assert_eq!(server.interrupt(), Some(0));

    way_back(&data, last, &body, &officer);
    an_older_programs_signature_over_it_blocks_nothing(&data, bad, &body, &officer);
}

/// The good prefix in a new home, which records, and is signed as a continuation of what was signed before.
fn way_back(data: &Path, last: u64, body: &Value, officer: &str) {
    let new = data.parent().unwrap().join("new");
    let (keys, kept) =
        (data.parent().unwrap().join("log.keys"), data.parent().unwrap().join("kept.checkpoint"));
    std::fs::write(&keys, run_well(&["audit", "keys", "--data", text(data)])).unwrap();
    let source = EmbeddedPlace(data).argument();
    let target = EmbeddedPlace(&new).argument();
    let refused = run(&["log", "copy", "--from", &source, "--to", &target, "--up-to", "99999"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
    let whole = run(&["log", "copy", "--from", &source, "--to", &target]);
    assert_ne!(whole.status.code(), Some(0), "{}", said(&whole));
    std::fs::remove_dir_all(&new).unwrap();
    run_well(&["log", "copy", "--from", &source, "--to", &target, "--up-to", &last.to_string()]);
    std::fs::copy(data.join("signing.key"), new.join("signing.key")).unwrap();
    let server = Server::start(&new, &[]);
    std::fs::write(&kept, checkpoint(&server.anyone(), last)).unwrap();
    let recorded = server.client(officer).command("update-organization", body).expect(201).json();
    checkpoint(&server.anyone(), recorded["position"].as_u64().unwrap());
    assert_eq!(server.interrupt(), Some(0));
    expect(&["--data", text(&new), "--trust", text(&keys), "--since", text(&kept), "--deep"], 0, "verified");
}

/// A directory as `log copy` names it.
struct EmbeddedPlace<'a>(&'a Path);

impl EmbeddedPlace<'_> {
    fn argument(&self) -> String {
        format!("embedded:{}", self.0.display())
    }
}

/// Versions before this one signed whatever stood there: the head covers what does not read.
fn an_older_programs_signature_over_it_blocks_nothing(data: &Path, bad: u64, body: &Value, officer: &str) {
    let secret: SecretKey =
        std::fs::read_to_string(data.join("signing.key")).unwrap().trim().parse().unwrap();
    let stranger = Stranger::of(&LogLocation::Embedded, data);
    let tree: Tree = stranger.bodies().iter().map(|body| leaf_hash(body)).collect();
    let head = Checkpoint::sign(&origin("5108"), bad, tree.root(bad).unwrap(), &[secret]).unwrap();
    stranger.opened.control.put("checkpoint", &head.to_bytes()).unwrap();
    drop(stranger);
    let server = Server::start_unready(data, &[], "log-unreadable");
    server.client(officer).get("/api/v1/counties/510811").expect(200);
    server.client(officer).command("update-organization", body).expect(503);
    assert_eq!(server.interrupt(), Some(0));
    let new = data.parent().unwrap().join("newer");
    let (source, target) = (EmbeddedPlace(data).argument(), EmbeddedPlace(&new).argument());
    let up_to = (bad - 1).to_string();
    let copied = run_well(&["log", "copy", "--from", &source, "--to", &target, "--up-to", &up_to]);
    assert!(copied.contains(&format!("the checkpoint of {bad} events is set aside")), "{copied}");
    std::fs::copy(data.join("signing.key"), new.join("signing.key")).unwrap();
    let server = Server::start(&new, &[]);
    let recorded = server.client(officer).command("update-organization", body).expect(201).json();
    checkpoint(&server.anyone(), recorded["position"].as_u64().unwrap());
    assert_eq!(server.interrupt(), Some(0));
    let keys = data.parent().unwrap().join("log.keys");
    expect(&["--data", text(&new), "--trust", text(&keys), "--deep"], 0, "verified");
    run_well(&["doctor", "--data", text(&new)]);
}

#[test]
fn a_log_is_served_up_to_the_first_event_that_cannot_follow() {
    let (desk, body) = poisoned_desk();
    let (data, officer) = (desk.data.clone(), desk.office.officer.clone());
    assert_eq!(desk.server.interrupt(), Some(0));
    let stranger = Stranger::of(&LogLocation::Embedded, &data);
    let bad = stranger.last() + 1;
    let bodies = stranger.bodies();
    let other_city = |event: &mut Value| event["source"] = "/cities/5101".into();
    let newer = |event: &mut Value| event["type"] = "cn.lianjian.place.sung-about.v1".into();
    let foreign = |event: &mut Value| event["type"] = "com.example.thing".into();
    let unknown_role = |event: &mut Value| event["actorrole"] = "emperor".into();
    let branch = desk.office.branches[2].clone();
    let cases: [(&str, Vec<u8>, &str); 10] = [
        ("empty", Vec::new(), "log-unreadable"),
        ("bytes", vec![0xff, 0, 0x80], "log-unreadable"),
        ("json", b"{}".to_vec(), "log-unreadable"),
        ("copy", bodies[2].clone(), "log-unreadable"),
        ("city", stranger.next(other_city), "log-unreadable"),
        ("type", stranger.next(foreign), "log-unreadable"),
        ("role", stranger.next(unknown_role), "log-unreadable"),
        ("newer", stranger.next(newer), "log-newer"),
        ("lawless", stranger.next(|event| lawless(event, &branch)), "log-unlawful"),
        ("half", stranger.next(|event| half(event, &branch)), "log-unlawful"),
    ];
    drop(stranger);
    for (name, bytes, reason) in cases {
        let copy = data.parent().unwrap().join(name);
        copy_directory(&data, &copy);
        Stranger::of(&LogLocation::Embedded, &copy).put(&bytes);
        is_served_up_to(&copy, reason, &officer, &body, bad);
    }
    // A row behind a gap, and one behind what does not read.
    for (name, rows) in [("gap", vec![bad + 3]), ("more", vec![bad, bad + 1])] {
        let copy = data.parent().unwrap().join(name);
        copy_directory(&data, &copy);
        for row in rows {
            sqlite(&copy, &format!("INSERT INTO event (position, body) VALUES ({row}, CAST('x' AS BLOB))"));
        }
        is_served_up_to(&copy, "log-unreadable", &officer, &body, bad);
    }
}

/// An auditor changes the counts of a branch.
fn lawless(event: &mut Value, branch: &str) {
    half(event, branch);
    (event["commandcount"], event["actorrole"]) = (1.into(), "auditor".into());
}

/// The first of two events, of which the second never comes.
fn half(event: &mut Value, branch: &str) {
    event["type"] = "cn.lianjian.organization.updated.v1".into();
    event["data"] = json!({"organization": branch, "formal_members": 30});
    (event["id"], event["commandid"]) = (key().into(), key().into());
    (event["commandindex"], event["commandcount"]) = (0.into(), 2.into());
}

#[test]
fn an_event_that_nobody_could_have_given_is_never_signed() {
    let (desk, body) = poisoned_desk();
    let stranger = Stranger::of(&LogLocation::Embedded, &desk.data);
    let event = stranger.next(|event| lawless(event, &desk.office.branches[2]));
    let bad = stranger.put(&event);
    drop(stranger);
    wait_until(&desk.server.address, &|ready| ready.status == 503);
    let ready = desk.server.anyone().get("/readyz").expect(503).json();
    assert_eq!(ready["reasons"][0]["reason"], "log-unlawful", "{ready}");
    assert!(ready["detail_en"].as_str().unwrap().contains(&format!("(position {bad})")), "{ready}");
    let officer = desk.server.client(&desk.office.officer);
    officer.command("update-organization", &body).expect(503);
    let view = officer.get("/api/v1/counties/510811").expect(200);
    assert_eq!(view.header("lianjian-position"), Some((bad - 1).to_string().as_str()), "reads go on");
    assert!(desk.server.anyone().get("/").text.contains("日志末尾有不是依规办理产生的记录"));
    assert!(signed(&desk.server.anyone()) < bad, "it is signed");
    assert_eq!(desk.server.interrupt(), Some(0));
    let verified = run(&["audit", "verify", "--deep", "--self-consistent", "--data", text(&desk.data)]);
    assert_eq!(verified.status.code(), Some(5));
    assert!(said(&verified).contains("role-forbidden"), "{}", said(&verified));
}

#[track_caller]
fn is_served_up_to(data: &Path, reason: &str, officer: &str, body: &Value, bad: u64) {
    let server = Server::start_unready(data, &[], reason);
    let view = server.client(officer).get("/api/v1/counties/510811").expect(200);
    assert_eq!(view.header("lianjian-position"), Some((bad - 1).to_string().as_str()), "{reason}");
    server.client(officer).command("update-organization", body).expect(503);
    assert!(signed(&server.anyone()) < bad, "{reason}");
    assert_eq!(server.interrupt(), Some(0));
    let doctor = run(&["doctor", "--data", text(data)]);
    // A program that is too old is no damage.
    let status = if reason == "log-newer" { 6 } else { 5 };
    assert_eq!(doctor.status.code(), Some(status), "{}", said(&doctor));
    assert!(said(&doctor).contains(&format!("event {bad} ")), "{}", said(&doctor));
}

#[test]
fn a_strangers_message_on_nats_stops_every_instance_and_the_prefix_goes_on_elsewhere() {
    let directory = tempfile::tempdir().unwrap();
    let nats = NatsServer::start(&directory.path().join("nats"));
    let monitor = format!("http://127.0.0.1:{}", nats.monitor_port);
    let address = nats.address();
    let options = ["--log", address.as_str(), "--nats-monitor", monitor.as_str()];
    let [one, other, new] = ["one", "other", "new"].map(|name| directory.path().join(name));
    import_places_with(&one, &options);
    let servers = [Server::start(&one, &options), Server::start(&other, &options)];
    let office = Office::open_with(&servers[0], &one, &options);
    let body = fact("510811", json!({"organization": office.branches[2], "formal_members": 21}));
    let stranger = Stranger::of(&LogLocation::Nats(nats.options()), &one);
    let last = stranger.last();
    checkpoint(&servers[0].anyone(), last);
    let bad = stranger.put(b"garbage");
    for server in &servers {
        wait_until(&server.address, &|ready| ready.status == 503);
        is_read_only(server, &office.officer, &body, bad);
    }
    let [first, second] = servers;
    assert_eq!((first.interrupt(), second.interrupt()), (Some(0), Some(0)));
    let again = Server::start_unready(&one, &options, "log-unreadable");
    is_read_only(&again, &office.officer, &body, bad);
    assert_eq!(again.interrupt(), Some(0));
    let (target, up_to) = (EmbeddedPlace(&new).argument(), last.to_string());
    run_well(&[
        "log",
        "copy",
        "--from",
        &address,
        "--nats-monitor",
        &monitor,
        "--to",
        &target,
        "--up-to",
        &up_to,
    ]);
    std::fs::copy(one.join("signing.key"), new.join("signing.key")).unwrap();
    let server = Server::start(&new, &[]);
    server.client(&office.officer).command("update-organization", &body).expect(201);
    assert_eq!(server.interrupt(), Some(0));
}
