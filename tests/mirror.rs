//! Mirrors: they hold what they signed for, whatever happens to them or to the city, and none keeps or passes on a lie.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use audit::checkpoint::Checkpoint;
use audit::key::{KeyKind, SecretKey};
use audit::tree::{Tree, leaf_hash};
use audit::witness::AddCheckpoint;
use serde_json::{Value, json};

use crate::harness::{Client, Desk, Office, Server, desk, fact, program, run, run_well, token};
use crate::monitor::edited;
use crate::monitor::stage::{Play, Stage};
use crate::tree::{checkpoint, copy_directory, last_position, said, text};

/// How long a mirror may take to hold what was recorded.
const HELD_WITHIN: Duration = Duration::from_secs(90);
/// What readers of a guarded mirror show.
const READERS_TOKEN: &str = "a-token-for-readers-of-the-mirror-0001";

mod pushed;

const ORIGIN: &str = "lianjian.cn/cities/5108";

/// A running mirror; killed when dropped.
struct Mirror {
    child: Child,
    /// Where it listens, and where the log is there.
    address: String,
    log: String,
    /// Its public key, as a file of trusted keys names it.
    key: String,
}

impl Mirror {
    fn start(data: &Path, of: &str, files: &Files, more: &[&str]) -> Self {
        let every = if more.contains(&"--every") { &[][..] } else { &["--every", "1"] };
        let name = format!("{}.example.cn/mirror", data.file_name().unwrap().to_str().unwrap());
        let mut child = Command::new(program())
            .args(["--lang", "en", "mirror", "--data", text(data), "--log-url", of, "--name", &name])
            .args(["--trust", text(&files.trust), "--token-file", text(&files.auditor)])
            .args(["--listen", "127.0.0.1:0"])
            .args([every, more].concat())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut said = |prefix: &str| {
            let line = lines.next().unwrap().unwrap();
            line.strip_prefix(prefix).unwrap_or_else(|| panic!("{line}")).to_owned()
        };
        let (address, log) = (said("listening on "), said("the log is at "));
        let key = said("public key of the mirror: ");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, log, key }
    }

    /// The head up to which it signed that it holds everything.
    fn head(&self) -> Option<Checkpoint> {
        let path = self.log.strip_prefix(&self.address).unwrap();
        let answer = Client::open(&self.address).get(&format!("{path}/checkpoint"));
        (answer.status == 200).then(|| Checkpoint::parse(answer.text.as_bytes()).unwrap())
    }

    /// Waits until it signed for so many events.
    fn holds(&self, size: u64) -> u64 {
        let begun = Instant::now();
        loop {
            let held = self.head().map_or(0, |head| head.size);
            if held >= size {
                return held;
            }
            assert!(begun.elapsed() < HELD_WITHIN, "{held} of {size} are held");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A city, and what its auditors hold.
struct City {
    desk: Desk,
    files: Files,
}

/// The file of a log's key, that of an auditor's token, and the directory where they are.
struct Files {
    directory: PathBuf,
    trust: PathBuf,
    auditor: PathBuf,
}

impl City {
    fn new() -> Self {
        let desk = desk();
        desk.office.establish(&desk.server, "2018-06-01");
        let before = last_position(&desk);
        checkpoint(&desk.server.anyone(), before);
        let directory = desk.data.parent().unwrap().to_owned();
        let (trust, auditor) = (directory.join("trusted.keys"), directory.join("auditor.token"));
        std::fs::write(&trust, run_well(&["audit", "keys", "--data", text(&desk.data)])).unwrap();
        std::fs::write(&auditor, token(&desk.data, "auditor", "5108")).unwrap();
        // The server may or may not have seen the account yet.
        checkpoint(&desk.server.anyone(), before + 1);
        Self { desk, files: Files { directory, trust, auditor } }
    }

    fn key(&self) -> SecretKey {
        std::fs::read_to_string(self.desk.data.join("signing.key")).unwrap().trim().parse().unwrap()
    }

    /// The log's events as they are stored.
    fn events(&self) -> Vec<Vec<u8>> {
        let token = std::fs::read_to_string(&self.files.auditor).unwrap();
        let page = self.desk.server.client(&token).get("/api/v1/events?scope=5108&limit=1000").expect(200);
        page.text.lines().map(|line| line.as_bytes().to_vec()).collect()
    }
}

impl Files {
    /// A single look of a mirror at an address.
    #[track_caller]
    fn once(&self, data: &Path, of: &str, name: &str) -> Output {
        let own = ["mirror", "--once", "--data", text(data), "--name", name];
        let trust = ["--trust", text(&self.trust), "--token-file", text(&self.auditor), "--log-url", of];
        run(&[&own[..], &trust].concat())
    }

    fn look(&self, data: &Path, of: &str, status: i32) -> String {
        let output = self.once(data, of, "once.example.cn/mirror");
        assert_eq!(output.status.code(), Some(status), "{}", said(&output));
        said(&output)
    }

    fn restore(&self, into: &str, mirrors: &[&str]) -> (PathBuf, Output) {
        let data = self.directory.join(into);
        let own = ["restore", "--data", text(&data), "--trust", text(&self.trust), "--from-mirrors"];
        let output = run(&[&own[..], mirrors].concat());
        (data, output)
    }
}

/// Another fact about an organization; whether it was recorded.
fn record(client: &Client, office: &Office, members: u64) -> bool {
    let data = json!({"organization": office.branches[2], "formal_members": members});
    client.command("update-organization", &fact("510811", data)).status == 201
}

/// A mirror finds the history that it holds, and goes on; unless it was shown a head of events that nobody had when the city was
/// gone: these were signed, and the restored log is another history, which it says.
fn goes_on_or_says_why(mirror: &Path, files: &Files, server: &Server, now: u64) {
    let name = mirror.file_name().unwrap().to_string_lossy();
    let output = files.once(mirror, &server.address, &format!("{name}.example.cn/mirror"));
    if output.status.success() {
        Mirror::start(mirror, &server.address, files, &[]).holds(now);
        return;
    }
    let said = said(&output);
    let is_named = said.contains("not of one history") || said.contains("became shorter");
    assert!(output.status.code() == Some(5) && is_named, "{said}");
}

/// Given a city under load, with two mirrors as its witnesses, one of which is killed in the middle; when every file of the city
/// is deleted and its server killed; then what the mirrors signed for is all there again, verified, served and goes on.
#[test]
fn a_city_comes_back_from_its_mirrors() {
    let City { desk, files } = City::new();
    let address = desk.server.address.clone();
    let mirrors = ["near", "far"].map(|name| files.directory.join(name));
    let [first, second] = mirrors.each_ref().map(|data| Mirror::start(data, &address, &files, &[]));
    let policy = files.directory.join("policy");
    let log = std::fs::read_to_string(&files.trust).unwrap();
    let lines = format!(
        "log {}\nwitness near {}\nwitness far {}\ngroup mirrors any near far\nquorum mirrors\n",
        log.trim(),
        first.key,
        second.key
    );
    std::fs::write(&policy, lines).unwrap();
    let (safe, is_over) = (files.directory.join("signing.key"), AtomicBool::new(false));
    std::fs::copy(desk.data.join("signing.key"), &safe).unwrap();
    let held = std::thread::scope(|scope| {
        let client = desk.server.client(&desk.office.officer);
        let (office, is_over) = (&desk.office, &is_over);
        scope.spawn(move || {
            (1..).map(|count| 20 + count % 70).take_while(|_| !is_over.load(Ordering::Relaxed)).for_each(
                |members| {
                    record(&client, office, members);
                },
            );
        });
        let begun = last_position(&desk);
        second.holds(begun + 20);
        // In the middle of its work, whatever that is.
        drop(first);
        let first = Mirror::start(&mirrors[0], &address, &files, &[]);
        let held = first.holds(begun + 60).max(second.holds(begun + 60));
        // No file of the city is left, while commands come in.
        std::fs::remove_dir_all(&desk.data).unwrap();
        is_over.store(true, Ordering::Relaxed);
        held.max(first.head().unwrap().size).max(second.head().unwrap().size)
    });
    desk.server.kill();
    // One is asked where it listens, of the other there is the disk alone.
    drop(second);
    let first = Mirror::start(&mirrors[0], &address, &files, &[]);
    let (restored, output) = files.restore("restored", &[&first.address, text(&mirrors[1])]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("no mirror holds names"), "{}", said(&output));
    let head = ["audit", "verify", "--deep", "--json", "--data", text(&restored), "--trust", text(&policy)];
    let verified: Value = serde_json::from_str(&run_well(&head)).unwrap();
    assert!(verified["verified_up_to"].as_u64() >= Some(held), "{held}: {verified}");
    assert_eq!(verified["witnessed"], true);
    assert!(verified["names_absent"].as_u64() > Some(0), "{verified}");

    // Served again, by new tokens, signed by the key that was kept apart.
    std::fs::copy(&safe, restored.join("signing.key")).unwrap();
    let server = Server::start(&restored, &[]);
    let office = Office { officer: token(&restored, "county_officer", "510811"), ..desk.office };
    let client = server.client(&office.officer);
    assert!(record(&client, &office, 19));
    let now = client.get("/api/v1/counties/510811").expect(200);
    let now: u64 = now.header("lianjian-position").unwrap().parse().unwrap();
    checkpoint(&server.anyone(), now);
    drop(first);
    std::fs::write(&files.auditor, token(&restored, "auditor", "5108")).unwrap();
    mirrors.iter().for_each(|mirror| goes_on_or_says_why(mirror, &files, &server, now));
    let fresh = Mirror::start(&files.directory.join("fresh"), &server.address, &files, &[]);
    fresh.holds(now);
    drop(fresh);
    assert_eq!(server.interrupt(), Some(0));
    run_well(&["audit", "verify", "--deep", "--data", text(&restored), "--trust", text(&files.trust)]);
}

/// Given an honest mirror and one that lies in each way; then the liar is named with what it did, nothing of it is taken, and the
/// log comes back from the honest one.
#[test]
fn a_lying_mirror_is_named_and_the_honest_one_counts() {
    let city = City::new();
    let files = &city.files;
    let honest = files.directory.join("honest");
    files.look(&honest, &city.desk.server.address, 0);
    let (events, key) = (city.events(), city.key());
    let size = events.len() as u64;
    let play = Play::honest(events.clone(), key);
    let with = |at: usize, field: &str, value: &str| {
        let mut events = events.clone();
        events[at] = edited(&events[at], |event| event[field] = value.into());
        events
    };
    let middle = events.len() / 2;
    let other = with(middle, "effectivedate", "2017-03-01");
    let stranger = SecretKey::new(ORIGIN, KeyKind::Log, [7; 32]).unwrap();
    let mut longer = other.clone();
    longer.push(other[middle].clone());
    let changed = Play { instead: vec![(middle as u64 + 1, other[middle].clone())], ..play.clone() };
    let lies = [
        ("changed", format!("event {} is not the one that was signed", middle + 1), changed),
        (
            "hashes",
            "not those under the signed head".to_owned(),
            Play { hashed: Some(other.clone()), ..play.clone() },
        ),
        ("stranger", "no key you trust signed the head".to_owned(), Play { key: stranger, ..play.clone() }),
        ("withheld", "cannot be reached".to_owned(), Play { withheld: Some(3), ..play.clone() }),
    ];
    for (name, words, play) in lies {
        let is_lie = name != "withheld";
        let stage = Stage::open(play);
        let (data, output) = files.restore(name, &[&stage.address, text(&honest)]);
        let named = said(&output);
        assert_eq!(output.status.code(), Some(if is_lie { 5 } else { 0 }), "{name}: {named}");
        let own = named.lines().find(|line| line.starts_with(&format!("the mirror {}", stage.address)));
        assert!(own.is_some_and(|line| line.contains(&words)), "{name}: {named}");
        let others = named.lines().filter(|line| line.starts_with("the mirror ")).count();
        assert_eq!(others, 1, "{name}: {named}");
        assert!(named.contains("verified: the service may be started"), "{name}: {named}");
        run_well(&["audit", "verify", "--deep", "--data", text(&data), "--trust", text(&files.trust)]);
        // Alone it restores nothing.
        let (data, output) = files.restore(&format!("{name}-alone"), &[&stage.address]);
        assert_eq!(output.status.code(), Some(if is_lie { 5 } else { 6 }), "{name}: {}", said(&output));
        assert!(!data.join("log.db").exists());
    }
    // A shorter one is no liar.
    let stage = Stage::open(Play { signed: size - 2, ..play.clone() });
    let (_, output) = files.restore("shorter", &[&stage.address, text(&honest)]);
    assert!(
        output.status.code() == Some(0) && !said(&output).contains("the mirror http"),
        "{}",
        said(&output)
    );
    // Two histories that were signed: nobody here can say which, until a third is of one of them.
    let stage = Stage::open(Play { events: longer.clone(), signed: size + 1, ..play });
    let (data, output) = files.restore("fork", &[&stage.address, text(&honest)]);
    let named = said(&output);
    assert_eq!(output.status.code(), Some(5), "{named}");
    assert!(named.contains("the log forks") && named.contains("nothing was restored"), "{named}");
    assert!(!data.join("log.db").exists());
    let third = files.directory.join("third");
    copy_directory(&honest, &third);
    let (data, output) = files.restore("fork", &[&stage.address, text(&honest), text(&third)]);
    let named = said(&output);
    assert_eq!(output.status.code(), Some(5), "{named}");
    assert!(named.contains(&format!("the mirror {}: the log forks", stage.address)), "{named}");
    assert_eq!(named.matches("the log forks").count(), 1, "{named}");
    run_well(&["audit", "verify", "--deep", "--data", text(&data), "--trust", text(&files.trust)]);
}

/// Given a mirror that follows an honest server; when it is shown lies; then it says what is wrong, signs nothing more, and holds
/// what it held.
#[test]
fn a_mirror_keeps_nothing_that_was_not_signed() {
    let city = City::new();
    let files = &city.files;
    let (events, key) = (city.events(), city.key());
    let size = events.len() as u64;
    let data = files.directory.join("mirror");
    // Where a command ends, as a city signs.
    let ends = |at: &u64| {
        let event: Value = serde_json::from_slice(&events[*at as usize - 1]).unwrap();
        event["commandindex"].as_u64().map(|index| index + 1) == event["commandcount"].as_u64()
    };
    let held = (1..size - 3).rev().find(ends).unwrap();
    let begun = Play { signed: held, ..Play::honest(events.clone(), key.clone()) };
    let stage = Stage::open(begun.clone());
    assert!(files.look(&data, &stage.address, 0).contains(&format!("the events 1 to {held}")));
    let forged = edited(&events[1], |event| event["effectivedate"] = "2017-03-01".into());
    let with = |at: usize| {
        let mut events = events.clone();
        events[at] = forged.clone();
        events
    };
    let all = Play::honest(events.clone(), key);
    let stranger = SecretKey::new(ORIGIN, KeyKind::Log, [7; 32]).unwrap();
    for (kind, play) in [
        ("fork", Play { events: with(1), ..all.clone() }),
        ("shorter", Play { signed: held - 1, ..all.clone() }),
        ("changed", Play { instead: vec![(size, forged.clone())], ..all.clone() }),
        ("not-signed", Play { key: stranger, ..all.clone() }),
        ("wrong-hashes", Play { hashed: Some(with(events.len() - 1)), ..all.clone() }),
    ] {
        // As it was before each lie, whatever the one before has done.
        let tried = files.directory.join(kind);
        copy_directory(&data, &tried);
        *stage.play() = play;
        let named = files.look(&tried, &stage.address, 5);
        assert!(named.contains(&format!("[{kind}]")), "{kind}: {named}");
        *stage.play() = begun.clone();
        // What it signed is whole, and nothing else is there under it.
        run_well(&["audit", "verify", "--deep", "--data", text(&tried), "--trust", text(&files.trust)]);
    }
    *stage.play() = all;
    assert!(files.look(&data, &stage.address, 0).contains(&format!("the events 1 to {size}")));
    // Bytes that were changed on its own disk are not signed for again.
    let statement = "update event set body = cast(replace(cast(body as text), '2018', '2017') as blob) where position = 2";
    crate::tree::sqlite(&data, statement);
    files.look(&data, &stage.address, 5);
}

/// Given answers of strangers, and directories of others; then each is refused in a sentence, within limits.
#[test]
fn strangers_and_directories_of_others_are_refused() {
    let city = City::new();
    let files = &city.files;
    let data = files.directory.join("mirror");
    for body in [&b"<html>"[..], &[b'x'; 200_000], b""] {
        let address = babble(body);
        let said = files.look(&files.directory.join("babbled"), &address, 6);
        assert!(said.trim().lines().count() == 1 && said.starts_with("lianjian: "), "{said}");
        let (_, output) = files.restore("nothing", &[&address]);
        assert!(matches!(output.status.code(), Some(5 | 6)), "{output:?}");
    }
    // The city's own directory, and one that somebody else holds.
    let said = files.look(&city.desk.data, &city.desk.server.address, 4);
    assert!(said.contains("held by"), "{said}");
    let copy = files.directory.join("copy");
    copy_directory(&city.desk.data, &copy);
    assert!(files.look(&copy, &city.desk.server.address, 2).contains("no mirror's"));
    let mirror = Mirror::start(&data, &city.desk.server.address, files, &[]);
    mirror.holds(1);
    files.look(&data, &city.desk.server.address, 4);
    // A token that may not read the city's events reads none.
    let subscriber = files.directory.join("subscriber.token");
    std::fs::write(&subscriber, token(&city.desk.data, "subscriber", "510811")).unwrap();
    let own = ["mirror", "--once", "--data", text(&copy), "--name", "x.example.cn/mirror"];
    let other = files.directory.join("other");
    let own = [&own[..2], &["--data", text(&other)], &own[4..]].concat();
    let with = ["--trust", text(&files.trust), "--token-file", text(&subscriber)];
    let output = run(&[&own[..], &with, &["--log-url", &city.desk.server.address]].concat());
    assert_eq!(output.status.code(), Some(7), "{}", self::said(&output));
    let beyond = [&own[..], &with, &["--log-url", "http://127.0.0.1:1", "--listen", "0.0.0.0:0"]].concat();
    assert_eq!(run(&beyond).status.code(), Some(2));
}

/// Given a mirror whose readers need a token; then hashes and events are theirs alone; heads are taken from anybody as a witness
/// takes them, and none is signed for that is not held.
#[test]
fn a_mirror_speaks_as_the_specification_says() {
    let city = City::new();
    let files = &city.files;
    let readers = files.directory.join("readers.token");
    std::fs::write(&readers, READERS_TOKEN).unwrap();
    let (events, key) = (city.events(), city.key());
    let size = events.len() as u64;
    let stage = Stage::open(Play { signed: size - 3, ..Play::honest(events.clone(), key.clone()) });
    let more = ["--readers-token", text(&readers), "--every", "3600"];
    let data = files.directory.join("mirror");
    let mirror = Mirror::start(&data, &stage.address, files, &more);
    assert_eq!(mirror.holds(1), size - 3);
    let path = mirror.log.strip_prefix(&mirror.address).unwrap().to_owned();
    let [anyone, reader] = ["", READERS_TOKEN].map(|token| crate::harness::client(&mirror.address, token));
    for tile in
        [format!("{path}/tile/0/000.p/{}", size - 3), format!("{path}/tile/entries/000.p/{}", size - 3)]
    {
        anyone.get(&tile).expect(401);
        reader.get(&tile).expect(200);
    }
    reader.get(&format!("{path}/tile/entries/000.p/{size}")).expect(404);
    reader.get(&format!("/{}/checkpoint", "0".repeat(64))).expect(404);

    // A head that somebody brings is followed, not signed.
    let tree: Tree = events.iter().map(|event| leaf_hash(event)).collect();
    let bring = |old_size: u64, tree: &Tree, key: &SecretKey| {
        let root = tree.root(size).unwrap();
        let checkpoint = Checkpoint::sign(ORIGIN, size, root, std::slice::from_ref(key)).unwrap();
        let proof = tree.consistency(old_size, size).unwrap();
        anyone.post("/add-checkpoint", &AddCheckpoint { old_size, proof, checkpoint }.to_bytes())
    };
    let stranger = SecretKey::new(ORIGIN, KeyKind::Log, [7; 32]).unwrap();
    bring(size - 3, &tree, &stranger).expect(403);
    assert_eq!(bring(1, &tree, &key).expect(409).text.trim(), (size - 3).to_string());
    let forged: Tree = (0..size).map(|index| leaf_hash(&index.to_be_bytes())).collect();
    bring(size - 3, &forged, &key).expect(422);
    anyone.post("/add-checkpoint", b"old 1").expect(400);
    stage.play().signed = size;
    stage.play().withheld = Some(size);
    let answer = bring(size - 3, &tree, &key).expect(200);
    assert_eq!(answer.text, "", "nothing is signed before it is held");
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(mirror.head().unwrap().size, size - 3);
    stage.play().withheld = None;
    bring(size, &tree, &key).expect(200);
    mirror.holds(size);
    let signed = mirror.head().unwrap().signed_by(&[mirror.key.parse().unwrap(), key.public()]).unwrap();
    assert_eq!(signed.len(), 2, "the log's signature and the mirror's");
}

/// Given a city that names a mirror among its witnesses; then the mirror's signature is found in every verdict.
#[test]
fn a_city_collects_what_its_mirror_signs() {
    let City { desk, files } = City::new();
    let mirror = Mirror::start(&files.directory.join("mirror"), &desk.server.address, &files, &[]);
    let last = mirror.holds(1);
    let policy = files.directory.join("policy");
    let log = std::fs::read_to_string(&files.trust).unwrap();
    let lines = format!("log {}\nwitness m {} {}\nquorum m\n", log.trim(), mirror.key, mirror.address);
    std::fs::write(&policy, lines).unwrap();
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    let server = Server::start(&data, &["--witnesses", text(&policy)]);
    let begun = Instant::now();
    while server.anyone().get("/checkpoint/witnessed").status != 200 {
        assert!(begun.elapsed() < HELD_WITHIN, "the mirror's signature was not collected");
        std::thread::sleep(Duration::from_millis(100));
    }
    let output = run_well(&["audit", "verify", "--json", "--data", text(&data), "--trust", text(&policy)]);
    let verified: Value = serde_json::from_str(&output).unwrap();
    assert!(verified["witnessed"] == true && verified["verified_up_to"].as_u64() >= Some(last), "{verified}");
}

/// A server that answers everything with the same bytes.
fn babble(body: &[u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let body = body.to_vec();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let mut lines = BufReader::new(connection.try_clone().unwrap()).lines().map_while(Result::ok);
            lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = connection.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    address
}
