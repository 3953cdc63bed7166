//! A log that was put back, a store of names that is gone, a cache that a crash cut off: what a directory remembers is
//! believed over what it is given, nothing is made anew that hides a loss, and nothing false is said of a sound log.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event_log::nats_server::NatsServer;
use serde_json::{Value, json};

use crate::harness::{Desk, Office, Server, desk, fact, import_places_with, run, run_well};
use crate::tree::{checkpoint, copy_directory, expect, last_position, refused, said, sqlite_file, text};

/// An office whose server is stopped.
struct Stopped {
    _directory: tempfile::TempDir,
    data: PathBuf,
    office: Office,
}

/// An office that was stopped twice: its directory as it was at first, and the last positions of both.
fn stopped_twice() -> (Stopped, PathBuf, [u64; 2]) {
    let Desk { _directory, data, server, office } = desk();
    assert_eq!(server.interrupt(), Some(0));
    let earlier = data.parent().unwrap().join("earlier");
    let first = recorded(&data);
    copy_directory(&data, &earlier);
    let server = Server::start(&data, &[]);
    let answer =
        server.client(&office.officer).command("update-organization", &update(&office, 33)).expect(201);
    checkpoint(&server.anyone(), answer.json()["position"].as_u64().unwrap());
    assert_eq!(server.interrupt(), Some(0));
    let second = recorded(&data);
    (Stopped { _directory, data, office }, earlier, [first, second])
}

fn update(office: &Office, members: u32) -> Value {
    fact("510811", json!({"organization": office.branches[2], "formal_members": members}))
}

/// The last position of the log in a directory.
fn recorded(data: &Path) -> u64 {
    let report = run(&["audit", "verify", "--data", text(data), "--self-consistent", "--json"]);
    serde_json::from_slice::<Value>(&report.stdout).unwrap()["last_position"].as_u64().unwrap()
}

/// Puts the log and the store beside it back to what an earlier directory holds.
fn put_back(earlier: &Path, data: &Path) {
    for name in ["log.db", "control.db"] {
        std::fs::copy(earlier.join(name), data.join(name)).unwrap();
        for suffix in ["-wal", "-shm"] {
            let beside = data.join(format!("{name}{suffix}"));
            assert!(!beside.exists() || std::fs::remove_file(beside).is_ok());
        }
    }
}

#[test]
fn each_memory_of_a_directory_alone_refuses_a_log_that_was_put_back() {
    let (desk, earlier, [first, second]) = stopped_twice();
    let memories = ["sealed.head", "views", "state.snapshot"];
    for kept in memories {
        let copy = desk.data.parent().unwrap().join(kept);
        copy_directory(&desk.data, &copy);
        put_back(&earlier, &copy);
        for other in memories.iter().filter(|name| **name != kept) {
            let path = copy.join(other);
            let removed =
                if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            removed.unwrap();
        }
        refused(&copy, &format!("the log ends at {first}"));
        // Nothing was overwritten: the next start knows as well.
        refused(&copy, &format!("the log ends at {first}"));
        assert!(copy.join(kept).exists());
    }
    // All of them together; then the operator accepts it, by the position at which the log ends, and the log says so.
    put_back(&earlier, &desk.data);
    let doctor = run(&["doctor", "--data", text(&desk.data)]);
    assert_eq!(doctor.status.code(), Some(5), "{}", said(&doctor));
    refused(&desk.data, &format!("the log ends at {first}"));
    let serve = |position: u64| {
        let position = position.to_string();
        run(&["serve", "--data", text(&desk.data), "--listen", "127.0.0.1:0", "--accept-rollback", &position])
    };
    assert_eq!(serve(second).status.code(), Some(5), "that is not where the log ends");
    let server = Server::start(&desk.data, &["--accept-rollback", &first.to_string()]);
    let words = format!("rollback accepted: the log ends at {first}, event ");
    // It is recorded once the service is ready, which it may be a moment before.
    let begun = Instant::now();
    loop {
        let path = format!("/api/v1/events?after={first}");
        let events = server.client(&desk.office.officer).get(&path).expect(200).text;
        if events.contains("log.durability-declared") && events.contains(&words) {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{events}");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(server.anyone().get("/readyz").expect(200).text.contains(&words));
    let answer =
        server.client(&desk.office.officer).command("update-organization", &update(&desk.office, 35));
    checkpoint(&server.anyone(), answer.expect(201).json()["position"].as_u64().unwrap());
    assert_eq!(server.interrupt(), Some(0));
    // It is one history again, and needs no flag any more.
    assert_eq!(Server::start(&desk.data, &[]).interrupt(), Some(0));
    expect(&["--data", text(&desk.data), "--self-consistent", "--deep"], 0, "consistent");
    run_well(&["doctor", "--data", text(&desk.data)]);
}

#[test]
fn a_store_of_names_that_is_gone_emptied_or_damaged_is_refused_and_never_made_anew() {
    let desk = desk();
    checkpoint(&desk.server.anyone(), last_position(&desk));
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    let case = |name: &str, spoil: &dyn Fn(&Path), words: &str| {
        let copy = data.parent().unwrap().join(name);
        copy_directory(&data, &copy);
        let control = copy.join("control.db");
        spoil(&control);
        refused(&copy, words);
        refused(&copy, words);
        let doctor = run(&["doctor", "--data", text(&copy)]);
        assert_eq!(doctor.status.code(), Some(5), "{name}: {}", said(&doctor));
        assert!(said(&doctor).contains("FAIL  control"), "{name}: {}", said(&doctor));
        control
    };
    let removed = case("removed", &|file| std::fs::remove_file(file).unwrap(), "control.db is missing");
    assert!(!removed.exists(), "it was made anew");
    let emptied = |file: &Path| {
        for table in ["erasable", "token", "entry"] {
            sqlite_file(file, &format!("DELETE FROM {table}"));
        }
    };
    case("emptied", &emptied, "restore it from a backup");
    let cut = |length: u64| {
        move |file: &Path| {
            std::fs::OpenOptions::new().write(true).open(file).unwrap().set_len(length).unwrap()
        }
    };
    case("cut-to-nothing", &cut(0), "from a backup");
    let overwritten = |from: usize, count: usize| {
        move |file: &Path| {
            let mut bytes = std::fs::read(file).unwrap();
            let end = (from + count).min(bytes.len());
            bytes[from..end].fill(0x5a);
            std::fs::write(file, bytes).unwrap();
        }
    };
    case("header", &overwritten(0, 64), "from a backup");
    let damaged = case("pages", &overwritten(4_096, 8_192), "from a backup");
    assert!(damaged.exists());
    // Names without the signed head: whoever emptied that wanted another history to be signed.
    let headless = data.parent().unwrap().join("headless");
    copy_directory(&data, &headless);
    sqlite_file(&headless.join("control.db"), "DELETE FROM entry WHERE key = 'checkpoint'");
    refused(&headless, "no signed checkpoint");
}

#[test]
fn a_cache_that_a_crash_cut_off_accuses_nobody() {
    let desk = desk();
    checkpoint(&desk.server.anyone(), last_position(&desk));
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    let leaves = data.join("tree.leaves");
    let whole = std::fs::read(&leaves).unwrap();
    let hole = [&whole[..32], &[0; 64], &whole[96..]].concat();
    let variants = [Vec::new(), whole[..whole.len() / 2 / 32 * 32].to_vec(), whole[..71].to_vec(), hole];
    for variant in variants {
        std::fs::write(&leaves, &variant).unwrap();
        expect(&["--data", text(&data), "--self-consistent"], 0, "consistent");
        run_well(&["doctor", "--data", text(&data)]);
    }
    // The next start makes it anew.
    let server = Server::start(&data, &[]);
    assert_eq!(server.interrupt(), Some(0));
    assert!(std::fs::read(&leaves).unwrap().starts_with(&whole));
}

#[test]
fn a_snapshot_in_which_somebody_raised_a_role_is_found() {
    let desk = desk();
    let data = desk.data.clone();
    assert_eq!(desk.server.interrupt(), Some(0));
    let file = data.join("state.snapshot");
    let script = "import sys,json,hashlib
path=sys.argv[1]; raw=open(path,'rb').read()
head,content=raw.split(b'\\n',1); head=json.loads(head)
assert b'township_clerk' in content
content=content.replace(b'township_clerk',b'county_officer',1)
line='%d %s %d %s\\n'%(head['version'],head['city'],head['position'],head['event_sha256'])
head['content_sha256']=hashlib.sha256(line.encode()+content).hexdigest()
open(path,'wb').write(json.dumps(head).encode()+b'\\n'+content)";
    let forged = std::process::Command::new("python3").args(["-c", script, text(&file)]).output().unwrap();
    assert!(forged.status.success(), "{}", said(&forged));
    expect(&["--data", text(&data), "--self-consistent", "--deep"], 5, "state.snapshot");
    let doctor = run(&["doctor", "--data", text(&data)]);
    assert_eq!(doctor.status.code(), Some(5));
    assert!(said(&doctor).contains("FAIL  snapshot"), "{}", said(&doctor));
}

#[test]
fn a_stream_that_was_put_back_with_its_bucket_is_refused_and_so_is_an_emptied_bucket() {
    let directory = tempfile::tempdir().unwrap();
    let mut nats = NatsServer::start(&directory.path().join("nats"));
    let (address, monitor) = (nats.address(), format!("http://127.0.0.1:{}", nats.monitor_port));
    let options = ["--log", address.as_str(), "--nats-monitor", monitor.as_str()];
    let data = directory.path().join("data");
    import_places_with(&data, &options);
    let server = Server::start(&data, &options);
    let office = Office::open_with(&server, &data, &options);
    let end = |server: &Server| -> u64 {
        let answer = server.client(&office.officer).get("/api/v1/events?limit=1").expect(200);
        answer.header("lianjian-position").unwrap().parse().unwrap()
    };
    checkpoint(&server.anyone(), end(&server));
    assert_eq!(server.interrupt(), Some(0));
    let earlier = directory.path().join("earlier");
    nats.kill();
    copy_directory(&nats.store(), &earlier);
    nats.restart();
    let server = Server::start(&data, &options);
    let answer = server.client(&office.officer).command("update-organization", &update(&office, 33));
    let recorded = answer.expect(201).json()["position"].as_u64().unwrap();
    checkpoint(&server.anyone(), recorded);
    assert_eq!(server.interrupt(), Some(0));

    nats.kill();
    std::fs::remove_dir_all(nats.store()).unwrap();
    copy_directory(&earlier, &nats.store());
    nats.restart();
    let start = |data: &Path| {
        run(&[&["serve", "--data", text(data), "--listen", "127.0.0.1:0"], &options[..]].concat())
    };
    let refusal = start(&data);
    assert_eq!(refusal.status.code(), Some(5), "{}", said(&refusal));
    assert!(said(&refusal).contains("the log ends at"), "{}", said(&refusal));
    // Who never saw more than what is there now has nothing to say against it; who has lost its names has.
    let other = directory.path().join("other");
    assert_eq!(Server::start(&other, &options).interrupt(), Some(0));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let context = async_nats::jetstream::new(async_nats::connect(&address).await.unwrap());
        context.get_stream("KV_LIANJIAN_5108_CONTROL").await.unwrap().purge().await.unwrap();
    });
    let refusal = start(&other);
    assert_eq!(refusal.status.code(), Some(5), "{}", said(&refusal));
}
