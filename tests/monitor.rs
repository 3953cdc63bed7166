//! A standing monitor: silent over an honest log, and loud, by kind and position, over everything that is not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use audit::checkpoint::Checkpoint;
use audit::key::SecretKey;
use event_log::envelope;
use serde_json::{Value, json};

use crate::harness::{Desk, Server, desk, fact, program, run, run_well, token};
use crate::tree::{checkpoint, copy_directory, last_position, said, text};
use stage::{Play, Stage};

pub mod stage;

/// A log, who signed it, and who may look.
struct City {
    desk: Desk,
    directory: PathBuf,
    trust: PathBuf,
    auditor: PathBuf,
}

impl City {
    fn new() -> Self {
        let desk = desk();
        desk.office.establish(&desk.server, "2018-06-01");
        checkpoint(&desk.server.anyone(), last_position(&desk));
        let directory = desk.data.parent().unwrap().to_owned();
        let (trust, auditor) = (directory.join("trusted.keys"), directory.join("auditor.token"));
        std::fs::write(&trust, run_well(&["audit", "keys", "--data", text(&desk.data)])).unwrap();
        std::fs::write(&auditor, token(&desk.data, "auditor", "5108")).unwrap();
        Self { desk, directory, trust, auditor }
    }

    fn key(&self) -> SecretKey {
        std::fs::read_to_string(self.desk.data.join("signing.key")).unwrap().trim().parse().unwrap()
    }

    /// The log's events as they are stored.
    fn events(&self) -> Vec<Vec<u8>> {
        let token = std::fs::read_to_string(&self.auditor).unwrap();
        let page = self.desk.server.client(&token).get("/api/v1/events?scope=5108&limit=1000").expect(200);
        page.text.lines().map(|line| line.as_bytes().to_vec()).collect()
    }

    /// One round of a monitor, and what it says.
    #[track_caller]
    fn look(&self, status: i32, arguments: &[&str]) -> String {
        let own = ["monitor", "--once", "--trust", text(&self.trust), "--token-file", text(&self.auditor)];
        let output = run(&[&own[..], arguments].concat());
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {}", said(&output));
        said(&output)
    }

    /// The kinds and positions of the alarms of one round.
    fn alarms(&self, arguments: &[&str]) -> Vec<(String, Option<u64>)> {
        let own = ["monitor", "--once", "--json", "--trust", text(&self.trust)];
        let output = run(&[&own[..], &["--token-file", text(&self.auditor)], arguments].concat());
        let lines: Vec<Value> = String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let alarms = lines.iter().filter(|line| line["alarm"].is_object()).map(|line| &line["alarm"]);
        alarms.map(|alarm| (alarm["kind"].as_str().unwrap().to_owned(), alarm["position"].as_u64())).collect()
    }
}

/// An event as somebody without scruples writes it: in perfect form, its fields edited.
pub fn edited(event: &[u8], edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut value: Value = serde_json::from_slice(event).unwrap();
    edit(&mut value);
    let decoded = envelope::decode(&serde_json::to_vec(&value).unwrap()).unwrap();
    envelope::encode("5108", &decoded.event, &decoded.extra).unwrap()
}

/// Given an honest server; when it is watched, stopped and started, with more events and with a token of less; then nothing
/// is wrong, and what was verified is said, kept, published and measured.
#[test]
fn an_honest_log_is_followed_and_nothing_is_wrong() {
    let city = City::new();
    let [state, metrics, heads] =
        ["state.json", "metrics.prom", "heads"].map(|name| city.directory.join(name));
    std::fs::create_dir(&heads).unwrap();
    let address = city.desk.server.address.as_str();
    let options = ["--state", text(&state), "--publish", text(&heads), "--metrics", text(&metrics), address];
    let last = last_position(&city.desk);
    checkpoint(&city.desk.server.client(&city.desk.office.officer), last);
    let said = city.look(0, &options);
    assert!(said.contains(&format!("verified up to event {last}; each event judged up to {last}")), "{said}");
    let published = heads.join("lianjian.cn_cities_5108.checkpoint");
    let head = Checkpoint::parse(&std::fs::read(&published).unwrap()).unwrap();
    assert_eq!(head.size, last);
    let measured = std::fs::read_to_string(&metrics).unwrap();
    assert!(measured.contains(&format!("verified_position{{address=\"{address}\"}} {last}")), "{measured}");

    let officer = city.desk.server.client(&city.desk.office.officer);
    let branch = &city.desk.office.branches[2];
    officer
        .command(
            "update-organization",
            &fact("510811", json!({"organization": branch, "formal_members": 22})),
        )
        .expect(201);
    checkpoint(&city.desk.server.anyone(), last + 1);
    // Its own earlier head is held against it, whoever kept it and wherever it is had.
    let here = format!("{address}/checkpoint");
    let again = [&options[..], &["--compare", text(&published), "--compare", &here]].concat();
    city.look(0, &again);
    let kept: Value = serde_json::from_slice(&std::fs::read(&state).unwrap()).unwrap();
    assert!(kept["logs"][address]["verified_up_to"].as_u64() > Some(last), "{kept}");
    // Two addresses of one server show one history.
    city.look(0, &[address, &address.replace("127.0.0.1", "localhost")]);

    let subscriber = city.directory.join("subscriber.token");
    std::fs::write(&subscriber, token(&city.desk.data, "subscriber", "510811")).unwrap();
    let hashes =
        ["monitor", "--once", "--trust", text(&city.trust), "--token-file", text(&subscriber), address];
    let said = run_well(&hashes);
    assert!(said.contains("this token may not read the city's events: none was judged"), "{said}");
}

/// Given one log that is served twice, and goes on in two ways; when two auditors each watch one of the servers and then
/// exchange one head; then either finds the fork, with two signed heads that prove it.
#[test]
fn a_split_view_is_found_by_either_once_they_exchange_one_head() {
    let city = City::new();
    let (data, officer) = (city.desk.data.clone(), city.desk.office.officer.clone());
    let branch = city.desk.office.branches[2].clone();
    let copy = city.directory.join("copy");
    let City { desk, directory, trust, auditor } = city;
    assert_eq!(desk.server.interrupt(), Some(0));
    copy_directory(&data, &copy);
    let servers = [Server::start(&data, &[]), Server::start(&copy, &[])];
    let look = |of: usize, compare: &[&str]| {
        let (state, heads) = (directory.join(format!("{of}.json")), directory.join(format!("{of}.heads")));
        std::fs::create_dir_all(&heads).unwrap();
        let own = ["monitor", "--once", "--trust", text(&trust), "--token-file", text(&auditor)];
        let kept = ["--state", text(&state), "--publish", text(&heads), &servers[of].address];
        let output = run(&[&own[..], &kept, compare].concat());
        (output.status.code(), said(&output))
    };
    for (members, server) in [22, 23].into_iter().zip(&servers) {
        let body = fact("510811", json!({"organization": branch, "formal_members": members}));
        let client = server.client(&officer);
        let position = client.command("update-organization", &body).expect(201).json()["position"].as_u64();
        checkpoint(&server.anyone(), position.unwrap());
    }
    // Neither sees anything by himself.
    assert_eq!([look(0, &[]).0, look(1, &[]).0], [Some(0), Some(0)]);
    for of in [0, 1] {
        let heads = directory.join(format!("{}.heads", 1 - of));
        let (status, said) = look(of, &["--compare", text(&heads)]);
        assert!(status == Some(5) && said.contains("[fork]"), "{said}");
        let signed = said.split("lianjian.cn/cities/5108\n").skip(1);
        let proofs: Vec<_> = signed.map(|rest| rest.lines().take(3).collect::<Vec<_>>().join("\n")).collect();
        assert!(proofs.len() == 2 && proofs[0] != proofs[1], "two signed heads prove it: {said}");
        // What was signed stays so, whoever shows what afterwards.
        let (status, said) = look(of, &[]);
        assert!(status == Some(5) && !said.contains("[fork]"), "it stands, and is told once: {said}");
    }
    // One who watches both needs nobody else.
    let own = ["monitor", "--once", "--trust", text(&trust), "--token-file", text(&auditor)];
    let both = run(&[&own[..], &[&servers[0].address, &servers[1].address]].concat());
    assert!(both.status.code() == Some(5) && said(&both).contains("[fork]"), "{}", said(&both));
}

/// Given a server that lies in each of the ways that it can; then each is found, by kind and position.
#[test]
fn every_lie_is_found_by_kind_and_position() {
    let city = City::new();
    let (events, key) = (city.events(), city.key());
    let last = events.len() as u64;
    let honest = Play::honest(events.clone(), key);
    let middle = events.iter().position(|event| text_of(event).contains("organization.registered")).unwrap();
    let at = middle as u64 + 1;
    let forged = |field: &str, value: Value| edited(&events[middle], |event| event[field] = value.clone());
    let with = |event: Vec<u8>| {
        let mut events = events.clone();
        events[middle] = event;
        events
    };
    let stranger = SecretKey::new("lianjian.cn/cities/5108", audit::key::KeyKind::Log, [7; 32]).unwrap();
    let later = with(forged("effectivedate", "2017-03-01".into()));
    let mut old = honest.clone();
    old.signed = last - 1;
    // The time of an event that waits to be signed is no news, and it is under no head.
    old.events[last as usize - 1] = edited(&events[last as usize - 1], |event| {
        event["time"] = "2018-06-02T00:00:00.000Z".into();
    });
    let lies = [
        ("not-signed", Some(last), Play { key: stranger, ..honest.clone() }),
        ("withheld", Some(at), Play { withheld: Some(at), ..honest.clone() }),
        ("withheld", Some(last), Play { withheld: Some(last), ..honest.clone() }),
        ("changed", Some(at), Play { instead: vec![(at, later[middle].clone())], ..honest.clone() }),
        ("wrong-hashes", Some(last), Play { hashed: Some(later.clone()), ..honest.clone() }),
        ("lawless", Some(at), Play { events: with(forged("actorrole", "auditor".into())), ..honest.clone() }),
        ("lawless", Some(at), Play { events: with(forged("onbehalfof", "510822".into())), ..honest.clone() }),
    ];
    for (kind, position, play) in lies {
        let stage = Stage::open(play);
        let alarms = city.alarms(&[&stage.address]);
        let found = alarms.first().map(|(kind, position)| (kind.as_str(), *position));
        assert_eq!(found, Some((kind, position)), "{alarms:?}");
    }
    let stage = Stage::open(honest.clone());
    assert_eq!(city.alarms(&[&stage.address]), []);

    // What only shows against what was seen before.
    for (kind, position, play) in [
        ("fork", Some(last), Play { events: later.clone(), ..honest.clone() }),
        ("shorter", Some(last - 1), Play { signed: last - 1, ..honest.clone() }),
        ("shorter", Some(at), Play { events: events[..middle + 1].to_vec(), signed: at, ..honest.clone() }),
    ] {
        let state = city.directory.join(format!("{kind}-{position:?}.json"));
        *stage.play() = honest.clone();
        assert_eq!(city.alarms(&["--state", text(&state), &stage.address]), []);
        *stage.play() = play;
        let alarms = city.alarms(&["--state", text(&state), &stage.address]);
        assert_eq!(alarms, [(kind.to_owned(), position)]);
    }
    // Somebody else was shown more.
    let elsewhere = city.directory.join("elsewhere.checkpoint");
    std::fs::write(&elsewhere, honest.head()).unwrap();
    *stage.play() = Play { events: events[..middle + 1].to_vec(), signed: at, ..honest.clone() };
    let alarms = city.alarms(&["--compare", text(&elsewhere), &stage.address]);
    assert_eq!(alarms, [("behind".to_owned(), Some(at))]);
    // An event of long ago that nobody has signed.
    *stage.play() = old;
    assert_eq!(city.alarms(&[&stage.address]), [("signer-stopped".to_owned(), Some(last))]);
}

fn text_of(event: &[u8]) -> &str {
    std::str::from_utf8(event).unwrap()
}

/// What cannot be used is said in one sentence, and what was kept before is not lost over it.
#[test]
fn what_cannot_be_used_is_said_and_nothing_is_forgotten() {
    let city = City::new();
    let address = city.desk.server.address.as_str();
    let state = city.directory.join("state.json");
    for content in ["", "{}", "[1]", "{\"version\":2,\"logs\":{}}", "not json", &"[".repeat(100_000)] {
        std::fs::write(&state, content).unwrap();
        let said = city.look(2, &["--state", text(&state), address]);
        assert!(said.contains("is no state that this program wrote"), "{said}");
        assert_eq!(std::fs::read_to_string(&state).unwrap(), *content);
    }
    std::fs::remove_file(&state).unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let said = city.look(6, &["--state", text(&state), &nobody]);
    assert!(said.contains("[unreachable]"), "{said}");
    // One that does not answer hides none that does.
    let said = city.look(6, &[&nobody, address]);
    assert!(said.contains("each event judged"), "{said}");
    let junk = city.directory.join("junk.checkpoint");
    std::fs::write(&junk, "a head?").unwrap();
    let said = city.look(0, &["--compare", text(&junk), address]);
    assert!(said.contains("holds no head that reads"), "{said}");
    city.look(2, &["--compare", text(&city.directory.join("nowhere")), "--every", "0", address]);
    for (token, words) in [("", "there is no token"), ("lj_unknown", "401")] {
        std::fs::write(&city.auditor, token).unwrap();
        let status = if token.is_empty() { 2 } else { 6 };
        let said = city.look(status, &[address]);
        assert!(said.contains(words) || said.contains("unreachable"), "{said}");
    }
}

/// A monitor that stands goes on: an alarm is printed once and sent to whoever takes alarms, again until they took it.
#[test]
fn an_alarm_is_sent_until_it_is_taken_and_the_watch_goes_on() {
    let city = City::new();
    let (events, key) = (city.events(), city.key());
    let stage = Stage::open(Play::honest(events.clone(), key));
    let hook = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/alarms", hook.local_addr().unwrap());
    let state = city.directory.join("state.json");
    let mut monitor = Command::new(program())
        .args(["--lang", "en", "monitor", "--every", "1", "--trust", text(&city.trust)])
        .args(["--token-file", text(&city.auditor), "--state", text(&state), "--webhook", &address])
        .arg(&stage.address)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(monitor.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().contains("verified up to event"));
    stage.play().signed -= 1;
    assert!(lines.next().unwrap().contains("[shorter]"));
    // The first call is not taken, the second is.
    assert_eq!(call(&hook, "503 Service Unavailable")["alarm"]["kind"], "shorter");
    let taken = call(&hook, "204 No Content");
    assert_eq!(taken["alarm"]["position"], events.len() as u64 - 1, "{taken}");
    // It ends with its cause, and the next is told anew.
    stage.play().signed += 1;
    wait_for(&state, |kept| kept["logs"][&stage.address]["alarms"] == json!([]));
    stage.play().withheld = Some(3);
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    // After a kill, the next start goes on from what was kept.
    let alarms = city.alarms(&["--state", text(&state), &stage.address]);
    assert_eq!(alarms, [("withheld".to_owned(), Some(3))]);
}

/// The body of the next call, answered with that status.
fn call(hook: &TcpListener, status: &str) -> Value {
    let (connection, _) = hook.accept().unwrap();
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    (&connection).write_all(answer.as_bytes()).unwrap();
    serde_json::from_slice(&body).unwrap()
}

fn wait_for(state: &Path, is_so: impl Fn(&Value) -> bool) {
    for _ in 0..200 {
        let kept = serde_json::from_slice(&std::fs::read(state).unwrap()).unwrap();
        if is_so(&kept) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{}", std::fs::read_to_string(state).unwrap());
}
