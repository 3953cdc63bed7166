//! A clock that is years ahead, under the real program: nothing carries the log's time with it, and where somebody accepts
//! a clock, both checkers say so.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::harness::{
    Client, Server, client, created, fact, import_places, program, run, run_well, token_with,
};
use crate::tree::python;
use crate::witness::Witness;

/// Almost two years: for longer no account is valid.
const AHEAD_SECONDS: i64 = 700 * 86_400;
const LONGEST: [&str; 2] = ["--days", "730"];
/// How long a start may take.
const START_LIMIT: Duration = Duration::from_secs(30);
/// What the machine's clock is made to say, without touching the machine's clock.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *at) {
    long result = syscall(SYS_clock_gettime, clock, at);
    const char *ahead = getenv("LIANJIAN_TEST_SECONDS_AHEAD");
    if (result == 0 && clock == CLOCK_REALTIME && ahead) at->tv_sec += atol(ahead);
    return (int)result;
}
"#;

/// Another clock than the machine's, for the programs that are started under it.
struct OtherClock {
    library: PathBuf,
    ahead_seconds: i64,
}

impl OtherClock {
    fn make(directory: &Path, ahead_seconds: i64) -> Self {
        let (source, library) = (directory.join("ahead.c"), directory.join("ahead.so"));
        std::fs::write(&source, SHIM).unwrap();
        let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).args([&library, &source]).status();
        assert!(made.expect("a C compiler, as the linker needs one").success());
        Self { library, ahead_seconds }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program());
        command.args(["--lang", "en"]).env("LD_PRELOAD", &self.library);
        command.env("LIANJIAN_TEST_SECONDS_AHEAD", self.ahead_seconds.to_string());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command().args(arguments).output().unwrap()
    }

    /// A server that has read its log, whether it is ready or not.
    fn serve(&self, data: &Path) -> Ahead {
        self.serve_with(data, &[])
    }

    /// The same with more options.
    fn serve_with(&self, data: &Path, more: &[&str]) -> Ahead {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let arguments = ["serve", "--data", data.to_str().unwrap(), "--listen", &listen];
        let child = self.command().args(arguments).args(more).stdout(Stdio::null()).spawn().unwrap();
        let server = Ahead { child, address: format!("http://{listen}") };
        wait_until_read(&server.address);
        server
    }
}

struct Ahead {
    child: Child,
    address: String,
}

impl Ahead {
    fn interrupt(mut self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn reasons(address: &str) -> Vec<String> {
    let answer = Client::open(address).get("/readyz");
    let body: Value = serde_json::from_str(&answer.text).unwrap_or_default();
    let reasons = body["reasons"].as_array().cloned().unwrap_or_else(|| vec![json!({"reason": "starting"})]);
    reasons.iter().map(|reason| reason["reason"].as_str().unwrap().to_owned()).collect()
}

fn wait_until_read(address: &str) {
    let begun = Instant::now();
    while reasons(address).contains(&"starting".to_owned()) {
        assert!(begun.elapsed() < START_LIMIT, "{address} does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The time of a clock that is so far ahead.
fn time(ahead_seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = i64::try_from(now).unwrap() + ahead_seconds;
    let date = Command::new("date").args(["-u", "-d", &format!("@{now}"), "+%Y-%m-%dT%H:%M:%SZ"]).output();
    String::from_utf8(date.unwrap().stdout).unwrap().trim().to_owned()
}

fn verified(data: &str) -> Value {
    let said = run_well(&["audit", "verify", "--data", data, "--deep", "--self-consistent", "--json"]);
    serde_json::from_str(&said).unwrap()
}

fn organization(name: &str) -> Value {
    fact(
        "510811",
        json!({"name": name, "form": "branch", "host_kind": "village", "host": "510811210205", "formal_members": 3, "probationary_members": 0}),
    )
}

#[test]
fn one_start_under_a_clock_that_is_years_ahead_changes_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let clock = OtherClock::make(directory.path(), AHEAD_SECONDS);
    let data = directory.path().join("data");
    import_places(&data);
    let token = token_with(&data, "county_officer", "510811", &LONGEST);
    let server = Server::start(&data, &[]);
    assert_eq!(server.interrupt(), Some(0));
    let text = data.to_str().unwrap();
    let last = verified(text)["last_position"].clone();

    let ahead = clock.serve(&data);
    assert_eq!(reasons(&ahead.address), ["clock-leapt"]);
    let officer = client(&ahead.address, &token);
    let refused = officer.command("register-organization", &organization("一支部")).expect(503);
    assert_eq!(refused.json()["type"], "/problems/clock-leapt");
    assert_eq!(refused.json()["outcome"], "nothing-recorded");
    officer.get("/api/v1/counties/510811").expect(200);
    ahead.interrupt();
    let created = clock
        .run(&["token", "create", "--data", text, "--role", "auditor", "--scope", "5108", "--name", "甲"]);
    assert_eq!(created.status.code(), Some(6));
    let doctor = clock.run(&["doctor", "--data", text]);
    let said = String::from_utf8(doctor.stdout).unwrap();
    assert!(doctor.status.code() == Some(6) && said.contains("lianjian clock accept"), "{said}");
    assert_eq!(verified(text)["last_position"], last, "the service recorded nothing of itself");

    // Set right, it goes on as if nothing had been.
    let server = Server::start(&data, &[]);
    server.client(&token).command("register-organization", &organization("一支部")).expect(201);
    assert_eq!(server.interrupt(), Some(0));
    assert_eq!(run(&["doctor", "--data", text]).status.code(), Some(0));
    let accept = ["clock", "accept", "--data", text, "--reason", "校时", "--time"];
    let needless = run(&[&accept[..], &[&time(0)]].concat());
    assert_eq!(needless.status.code(), Some(2), "{}", String::from_utf8_lossy(&needless.stderr));
}

#[test]
fn a_log_that_was_written_years_ahead_goes_on_once_somebody_accepts_the_clock() {
    let directory = tempfile::tempdir().unwrap();
    let clock = OtherClock::make(directory.path(), AHEAD_SECONDS);
    let data = directory.path().join("data");
    import_places(&data);
    let token = token_with(&data, "county_officer", "510811", &LONGEST);
    let text = data.to_str().unwrap();
    // Nobody accepts a clock that is not the one they looked at.
    let accept = ["clock", "accept", "--data", text, "--reason", "主板电池更换", "--time"];
    let unseen = clock.run(&[&accept[..], &[&time(0)]].concat());
    assert_eq!(unseen.status.code(), Some(2), "{}", String::from_utf8_lossy(&unseen.stderr));
    let seen = clock.run(&[&accept[..], &[&time(AHEAD_SECONDS)]].concat());
    assert_eq!(seen.status.code(), Some(0), "{}", String::from_utf8_lossy(&seen.stderr));
    let ahead = clock.serve(&data);
    let officer = client(&ahead.address, &token);
    let body = organization("一支部");
    let registered = created(&officer.command("register-organization", &body).expect(201), "organization");
    ahead.interrupt();

    let child = Command::new(program())
        .args(["serve", "--data", text, "--listen", "127.0.0.1:0"])
        .env("LANG", "C.UTF-8")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Ahead { child, address: String::new() };
    let lines = std::io::BufReader::new(server.child.stdout.take().unwrap());
    let said = std::io::BufRead::lines(lines).next().unwrap().unwrap();
    server.address = said.trim_start_matches("listening on ").to_owned();
    assert_eq!(reasons(&server.address), ["clock-behind"]);
    let officer = client(&server.address, &token);
    let behind = officer.command("register-organization", &organization("二支部")).expect(503);
    assert_eq!(behind.json()["type"], "/problems/clock-behind");
    let before = time(0);
    std::thread::sleep(Duration::from_secs(1));
    let said = run_well(&[&accept[..], &[&time(0)]].concat());
    assert!(said.contains("recording goes on"), "{said}");
    // Beside the running server, which follows.
    let begun = Instant::now();
    while reasons(&server.address).contains(&"clock-behind".to_owned()) {
        assert!(begun.elapsed() < START_LIMIT, "the server does not follow");
        std::thread::sleep(Duration::from_millis(20));
    }
    officer.command("register-organization", &organization("二支部")).expect(201);

    // What was recorded under the wrong clock was known from when it was accepted on, and not before.
    let then =
        |moment: &str| officer.get(&format!("/api/v1/organizations/{registered}?known_at={moment}")).status;
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!((then(&time(0)), then(&before)), (200, 404));
    server.interrupt();
    let report = verified(text);
    assert_eq!(report["clock_changes"].as_array().unwrap().len(), 2, "{report}");
    let bundle = directory.path().join("bundle.tar");
    run_well(&["audit", "export", bundle.to_str().unwrap(), "--data", text]);
    let keys = directory.path().join("keys");
    std::fs::write(&keys, run_well(&["audit", "keys", "--data", text])).unwrap();
    python(&bundle, &keys, 0);
}

#[test]
fn a_past_moment_is_looked_at_on_its_own_day() {
    const DAY: i64 = 86_400;
    let directory = tempfile::tempdir().unwrap();
    let then = OtherClock::make(directory.path(), -400 * DAY);
    let data = directory.path().join("data");
    let text = data.to_str().unwrap();
    let places = directory.path().join("places.csv");
    std::fs::write(&places, "code,name,level,parent\n5108,广元市,city,51\n510811,昭化区,county,5108\n")
        .unwrap();
    let imported = then.run(&[
        "import",
        "places",
        places.to_str().unwrap(),
        "--as-of",
        "2018-01-01",
        "--commit",
        "--data",
        text,
    ]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let create = ["token", "create", "--data", text, "--role", "auditor", "--scope", "5108", "--name", "甲"];
    let token = then.run(&[&create[..], &LONGEST].concat());
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let day = |seconds: i64| time(seconds + 8 * 3_600)[..10].to_owned();
    let (past, today) = (day(-400 * DAY), day(0));

    let as_of =
        |said: &str| serde_json::from_str::<Value>(said).unwrap()["as_of"].as_str().unwrap().to_owned();
    let shown =
        |more: &[&str]| run_well(&[&["show", "city", "5108", "--json", "--data", text], more].concat());
    let replayed = |more: &[&str]| run_well(&[&["audit", "replay", "--json", "--data", text], more].concat());
    let listed = |more: &[&str]| {
        run_well(&[&["list", "cadence", "--scope", "5108", "--json", "--data", text], more].concat())
    };
    let moment = time(-300 * DAY);
    for say in [&shown as &dyn Fn(&[&str]) -> String, &replayed, &listed] {
        assert_eq!(as_of(&say(&[])), today);
        assert_eq!(as_of(&say(&["--at", "1"])), past);
        assert_eq!(as_of(&say(&["--known-at", &moment])), day(-300 * DAY));
        assert_eq!(as_of(&say(&["--at", "1", "--as-of", "2020-02-02"])), "2020-02-02");
        // The future is not known on its own day yet.
        assert_eq!(as_of(&say(&["--known-at", &time(30 * DAY)])), today);
    }

    // A log that was quiet for so long is read, whatever the clock says.
    let now = OtherClock { ahead_seconds: 0, ..then };
    let server = now.serve(&data);
    let reader = client(&server.address, &token);
    for (query, expected) in [
        (String::new(), &today),
        ("?at=3".to_owned(), &past),
        (format!("?known_at={moment}"), &day(-300 * DAY)),
        (format!("?at=3&known_at={moment}"), &past),
        ("?at=3&as_of=2020-02-02".to_owned(), &"2020-02-02".to_owned()),
    ] {
        for path in ["cities/5108", "counties/510811", "counties/510811/register", "lists/cadence"] {
            let answer = reader.get(&format!("/api/v1/{path}{query}")).expect(200);
            assert_eq!(as_of(&answer.text), *expected, "{path}{query}");
        }
    }
}

/// The log is twenty minutes old, so that only the witness can tell that a clock is eleven minutes off.
#[test]
fn a_clock_that_is_behind_or_ahead_of_the_witness_records_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut clock = OtherClock::make(directory.path(), -20 * 60);
    let data = directory.path().join("data");
    let text = data.to_str().unwrap();
    let places = directory.path().join("places.csv");
    std::fs::write(&places, "code,name,level,parent\n5108,广元市,city,51\n510811,昭化区,county,5108\n")
        .unwrap();
    let import = ["import", "places", places.to_str().unwrap(), "--as-of", "2018-01-01", "--commit"];
    assert!(clock.run(&[&import[..], &["--data", text]].concat()).status.success());
    let create =
        ["token", "create", "--data", text, "--role", "county_officer", "--scope", "510811", "--name", "甲"];
    let token = String::from_utf8(clock.run(&create).stdout).unwrap().trim().to_owned();
    clock.serve(&data).interrupt();
    let log_keys = directory.path().join("log.keys");
    let log_key = run_well(&["audit", "keys", "--data", text]);
    std::fs::write(&log_keys, &log_key).unwrap();
    let witness = Witness::start(&directory.path().join("witness"), &log_keys);
    let policy = directory.path().join("policy");
    let Witness { key, address, .. } = &witness;
    std::fs::write(&policy, format!("log {}\nwitness county {key} {address}\n", log_key.trim())).unwrap();

    let township = json!({"code": "510811210", "name": "白果乡", "level": "township", "parent": "510811"});
    let mut body = fact("510811", township);
    body["on_behalf_of"] = "510811".into();
    for (minutes, reason) in [(-11, "clock-behind"), (11, "clock-ahead")] {
        clock.ahead_seconds = minutes * 60;
        let server = clock.serve_with(&data, &["--witnesses", policy.to_str().unwrap()]);
        let begun = Instant::now();
        while !reasons(&server.address).contains(&reason.to_owned()) {
            assert!(begun.elapsed() < START_LIMIT, "{reason} is not told");
            std::thread::sleep(Duration::from_millis(50));
        }
        let refused = client(&server.address, &token).command("register-place", &body).expect(503);
        assert_eq!(refused.json()["type"], format!("/problems/{reason}"));
        server.interrupt();
        // What the service itself recorded under the clock that is ahead would hold up one that is right.
        if minutes > 0 {
            break;
        }
        clock.ahead_seconds = 0;
        let server = clock.serve_with(&data, &["--witnesses", policy.to_str().unwrap()]);
        client(&server.address, &token).command("register-place", &body).expect(201);
        server.interrupt();
        body["data"]["code"] = "510811211".into();
    }
}
