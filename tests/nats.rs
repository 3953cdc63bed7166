//! Several instances on one NATS server: what one records every other knows, and when one is gone the others go on.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event_log::nats_server::{NatsServer, VERSION};
use serde_json::{Value, json};

use crate::harness::{
    Answer, Client, Office, Server, fact, import_places, import_places_with, key, run, run_well, settle,
    token_with,
};

/// How long something that happens by itself may take.
const PATIENCE: Duration = Duration::from_secs(60);

struct Given {
    directory: tempfile::TempDir,
    nats: NatsServer,
    options: Vec<String>,
}

impl Given {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let nats = NatsServer::start(&directory.path().join("nats"));
        let monitor = format!("http://127.0.0.1:{}", nats.monitor_port);
        let options = ["--log", &nats.address(), "--nats-monitor", &monitor].map(str::to_owned).to_vec();
        Self { directory, nats, options }
    }

    fn data(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn options(&self) -> Vec<&str> {
        self.options.iter().map(String::as_str).collect()
    }

    fn serve(&self, name: &str) -> Server {
        Server::start(&self.data(name), &self.options())
    }
}

/// A harmless command, different each time.
fn update(office: &Office, members: u32) -> Value {
    fact("510811", json!({"organization": office.branches[2], "formal_members": members}))
}

fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < PATIENCE, "{what} does not happen");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn last(answer: &Answer) -> u64 {
    answer.json()["position"].as_u64().unwrap()
}

#[test]
fn two_instances_are_one_service() {
    let given = Given::new();
    import_places_with(&given.data("a"), &given.options());
    let (one, other) = (given.serve("a"), given.serve("b"));
    // The tokens come from a third place.
    let office = Office::open_with(&one, &given.data("c"), &given.options());
    let (here, there) = (one.client(&office.officer), other.client(&office.officer));
    let recorded = here.command("update-organization", &update(&office, 30)).expect(201);
    settle(&there, &recorded);
    let again = there.command("update-organization", &update(&office, 31)).expect(201);
    assert_eq!(last(&again), last(&recorded) + 1);

    one_key_has_one_effect(&here, &there, &office);
    revoked_on_one_is_refused_by_all(&given, &one, &other);

    one.kill();
    let after = there.command("update-organization", &update(&office, 40)).expect(201);
    assert_eq!(
        there
            .get(&format!("/api/v1/organizations/{}?min_position={}", office.branches[2], last(&after)))
            .expect(200)
            .json()["rows"][0]["formal_members"],
        40
    );
    let third = given.serve("a");
    settle(&third.client(&office.officer), &after);
    assert_eq!(third.interrupt(), Some(0));
    assert_eq!(other.interrupt(), Some(0));
    run_well(
        &[
            &["audit", "verify", "--deep", "--self-consistent", "--data", given.data("b").to_str().unwrap()],
            &*given.options(),
        ]
        .concat(),
    );
    run_well(&[&["doctor", "--data", given.data("b").to_str().unwrap()], &*given.options()].concat());
    run_well(&[&["rebuild", "--data", given.data("d").to_str().unwrap()], &*given.options()].concat());
    let shown = run_well(
        &[
            &["show", "county", "510811", "--json", "--data", given.data("d").to_str().unwrap()],
            &*given.options(),
        ]
        .concat(),
    );
    // One start and two stops were recorded since.
    assert_eq!(serde_json::from_str::<Value>(&shown).unwrap()["position"], last(&after) + 3);
}

/// The same command at both at once, with a name that stands apart from the log: recorded once, and it can be opened.
fn one_key_has_one_effect(here: &Client, there: &Client, office: &Office) {
    for number in 0..5 {
        let (key, person) =
            (key(), json!({"name": format!("同名{number}"), "organization": office.branches[1]}));
        let body = fact("510811", person);
        let answers = std::thread::scope(|scope| {
            let sent = [here, there]
                .map(|client| scope.spawn(|| client.command_with(&key, "register-person", &body)));
            sent.map(|sent| sent.join().unwrap())
        });
        assert!(answers.iter().all(|answer| [200, 201].contains(&answer.status)), "{answers:?}");
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
        assert_eq!(answers[0].json(), answers[1].json());
        for client in [here, there] {
            let repeat = client.command_with(&key, "register-person", &body).expect(200);
            assert_eq!(repeat.json(), answers[0].json());
        }
    }
}

fn revoked_on_one_is_refused_by_all(given: &Given, one: &Server, other: &Server) {
    let token = token_with(&given.data("c"), "auditor", "5108", &given.options());
    for server in [one, other] {
        server.client(&token).get("/api/v1/cities/5108").expect(200);
    }
    let list = run_well(
        &[&["token", "list", "--json", "--data", given.data("c").to_str().unwrap()], &*given.options()]
            .concat(),
    );
    let accounts = list.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let auditor = accounts.into_iter().find(|account| account["role"] == "auditor").unwrap();
    let id = auditor["id"].as_str().unwrap().to_owned();
    run_well(
        &[&["token", "revoke", &id, "--data", given.data("c").to_str().unwrap()], &*given.options()].concat(),
    );
    for server in [one, other] {
        until("the token is refused", || server.client(&token).get("/api/v1/cities/5108").status == 401);
    }
}

#[test]
fn while_the_log_is_away_nothing_is_recorded_and_reads_say_how_old_they_are() {
    let mut given = Given::new();
    import_places_with(&given.data("a"), &given.options());
    let server = given.serve("a");
    let office = Office::open_with(&server, &given.data("a"), &given.options());
    let client = server.client(&office.officer);
    let before = client.command("update-organization", &update(&office, 30)).expect(201);
    settle(&client, &before);
    given.nats.kill();
    let key = key();
    let refused = client.command_with(&key, "update-organization", &update(&office, 31)).expect(503);
    assert!(refused.header("retry-after").is_some(), "{refused:?}");
    let read = || client.get("/api/v1/counties/510811").expect(200);
    until("a read says how old it is", || read().header("lianjian-log-unreachable-since").is_some());
    assert_eq!(read().header("lianjian-position"), Some(last(&before).to_string().as_str()));
    let ready = server.anyone().get("/readyz").expect(200).json();
    assert!(ready["log_unreachable_since"].is_string(), "{ready}");
    given.nats.restart();
    let sent = || client.command_with(&key, "update-organization", &update(&office, 31));
    until("the command is recorded", || [200, 201].contains(&sent().status));
    until("reads are fresh again", || read().header("lianjian-log-unreachable-since").is_none());
    let after = client.command("update-organization", &update(&office, 32)).expect(201);
    assert_eq!(last(&after), last(&before) + 2, "the repeated command has one effect");
}

fn copy(from: &str, to: &str, given: &Given) -> String {
    let monitor = given.options[3].as_str();
    run_well(&["log", "copy", "--from", from, "--to", to, "--nats-monitor", monitor])
}

fn digest(told: &str) -> &str {
    told.lines().find(|line| line.starts_with("sha256 ")).unwrap()
}

fn embedded(data: &Path) -> String {
    format!("embedded:{}", data.display())
}

#[test]
fn a_log_is_copied_to_nats_and_back_byte_for_byte() {
    let given = Given::new();
    let (data, back) = (given.data("a"), given.data("back"));
    import_places(&data);
    let server = Server::start(&data, &[]);
    let office = Office::open(&server, &data);
    office.establish(&server, "2018-03-01");
    assert_eq!(server.interrupt(), Some(0));
    let (here, there) = (embedded(&data), given.nats.address());
    let out = copy(&here, &there, &given);
    let again = copy(&here, &there, &given);
    assert!(again.starts_with("copied 0 events"), "{again}");
    let home = copy(&there, &embedded(&back), &given);
    assert_eq!((digest(&out), digest(&home)), (digest(&again), digest(&out)));
    // The copy is a service with the same tokens and names.
    let server = Server::start(&back, &[]);
    let client = server.client(&office.officer);
    client.command("update-organization", &update(&office, 50)).expect(201);
    assert_eq!(server.interrupt(), Some(0));
    let verified = run(&["audit", "verify", "--deep", "--self-consistent", "--data", back.to_str().unwrap()]);
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
    // The two went different ways: neither is the beginning of the other any more.
    let server = given.serve("n");
    server.client(&office.officer).command("update-organization", &update(&office, 51)).expect(201);
    assert_eq!(server.interrupt(), Some(0));
    let refused = run(&[
        "log",
        "copy",
        "--from",
        &embedded(&back),
        "--to",
        &there,
        "--nats-monitor",
        &given.options[3],
    ]);
    assert_eq!(refused.status.code(), Some(5), "{}", String::from_utf8_lossy(&refused.stderr));
}

#[test]
fn unsafe_settings_are_refused_or_declared_and_shown_until_they_are_mended() {
    let directory = tempfile::tempdir().unwrap();
    let mut nats = NatsServer::start_with(VERSION, &directory.path().join("nats"), "");
    let (data, address) = (directory.path().join("data"), nats.address());
    let monitor = format!("http://127.0.0.1:{}", nats.monitor_port);
    let options = ["--log", &address, "--nats-monitor", &monitor];
    let refused = run(&[&["serve", "--data", data.to_str().unwrap()], &options[..]].concat());
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(6), "{said}");
    assert!(said.contains("sync_interval is 120s") && said.contains("sync_interval: always"), "{said}");

    let accepting = [&options[..], &["--accept-unsafe-durability"]].concat();
    let server = Server::start(&data, &accepting);
    let unsafe_settings =
        |server: &Server| server.anyone().get("/readyz").expect(200).json()["unsafe_settings"].clone();
    until("the settings are declared", || unsafe_settings(&server) != json!([]));
    assert!(unsafe_settings(&server)[0].as_str().unwrap().starts_with("sync_interval=120s"));
    assert_eq!(server.interrupt(), Some(0));

    nats.kill();
    let file = directory.path().join("nats/server.conf");
    let settings =
        std::fs::read_to_string(&file).unwrap().replace("jetstream {", "jetstream {\n sync_interval: always");
    std::fs::write(&file, settings).unwrap();
    nats.restart();
    let server = Server::start(&data, &options);
    until("the declaration is taken back", || unsafe_settings(&server) == json!([]));
    assert_eq!(server.interrupt(), Some(0));
    let token = token_with(&data, "auditor", "5108", &options);
    let server = Server::start(&data, &options);
    let events = server.client(&token).get("/api/v1/events?type=log.durability-declared").expect(200);
    let declared: Vec<Value> = events.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(declared.len(), 2, "{}", events.text);
    assert_eq!(
        (&declared[0]["actor"], &declared[1]["data"]["unsafe_settings"]),
        (&json!("local:admin"), &json!([]))
    );
}

#[test]
fn several_instances_sign_one_history_and_notice_a_broker_that_lost_it() {
    let given = Given::new();
    import_places_with(&given.data("a"), &given.options());
    let one = given.serve("a");
    let office = Office::open_with(&one, &given.data("t"), &given.options());
    // The second has the first one's key; the third has none: it serves, and leaves signing to the others.
    std::fs::create_dir_all(given.data("b")).unwrap();
    std::fs::copy(given.data("a").join("signing.key"), given.data("b").join("signing.key")).unwrap();
    let (other, third) = (given.serve("b"), given.serve("c"));
    assert!(!given.data("c").join("signing.key").exists());
    let head = |server: &Server| {
        let text = server.anyone().get("/checkpoint").text;
        let size: u64 = text.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0);
        (size, text)
    };
    let mut sizes = [0; 3];
    for members in 50..56 {
        let writer = if members % 2 == 0 { &one } else { &other };
        let recorded = writer
            .client(&office.officer)
            .command("update-organization", &update(&office, members))
            .expect(201);
        let mut heads = Vec::new();
        until("the same checkpoint on all", || {
            heads = [&one, &other, &third].map(head).to_vec();
            for (known, (size, _)) in sizes.iter_mut().zip(&heads) {
                assert!(*known <= *size, "a checkpoint went back from {known} to {size}");
                *known = *size;
            }
            heads.iter().all(|(size, text)| *size >= last(&recorded) && *text == heads[0].1)
        });
    }
    let keys = [&one, &other, &third].map(|server| server.anyone().get("/keys").expect(200).text);
    assert!(keys.iter().all(|key| *key == keys[0] && key.lines().count() == 1), "{keys:?}");
    assert!([one, other, third].map(Server::interrupt).iter().all(|status| *status == Some(0)));
    // The stream is gone, and what stands beside it is not.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = async_nats::connect(given.nats.address()).await.unwrap();
        async_nats::jetstream::new(client).delete_stream("LIANJIAN_5108").await.unwrap();
    });
    let data = given.data("a");
    let again = ["serve", "--city", "5108", "--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"];
    let refused = run(&[&again, &*given.options()].concat());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(5), "{said}");
    assert!(said.contains("events from 1 on are missing"), "{said}");
}
