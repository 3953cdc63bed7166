//! The log on NATS: commands a second, the way of an event to a county, and the catching up of a fresh instance, each
//! beside what the bare servers do with the same bytes.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::bare_nats::{Bare, lag_of_county};
use crate::city::{BRANCHES, program, write_city};
use crate::clients::Load;
use crate::load::Serving;

/// How long each load runs.
const LOAD_SECONDS: u64 = 8;
/// Clients that write at once.
const CLIENTS: usize = 64;
/// Events of the log that a fresh instance catches up with.
const CATCH_UP_EVENTS: u64 = 200_000;
/// The county whose events are waited for.
const COUNTY: &str = "510811";

/// Trial servers, as `deploy/nats/trial` brings them up; they end with this.
pub struct Trial {
    child: Child,
    settings: Vec<(String, String)>,
    nodes: usize,
}

impl Trial {
    fn start(directory: &Path, nodes: usize) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/nats/trial");
        let mut child = Command::new(script)
            .arg(directory)
            .arg(nodes.to_string())
            .env("LIANJIAN", env!("CARGO_BIN_EXE_lianjian"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the trial starts");
        let mut ready = String::new();
        BufReader::new(child.stdout.take().expect("an output")).read_line(&mut ready).expect("a line");
        assert_eq!(ready, "ready\n", "the servers did not come up");
        let file = std::fs::read_to_string(directory.join("trial.env")).expect("trial.env");
        let pair = |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { child, settings: file.lines().filter_map(pair).collect(), nodes }
    }

    fn setting(&self, name: &str) -> &str {
        self.settings.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The servers, separated by commas.
    pub fn servers(&self) -> &str {
        self.setting("NATS_URLS")
    }

    /// The file with the seed of the city's service, or of a county's.
    pub fn seed(&self, whose: &str) -> String {
        let seed = format!("{}/keys/{whose}.nk", self.setting("NATS_CONFIG_DIR"));
        std::fs::read_to_string(seed).expect("a seed").trim().to_owned()
    }

    /// On how many servers an event is kept.
    pub fn replicas(&self) -> usize {
        self.nodes
    }

    /// What says how to reach the servers, beside where the log is.
    fn reach(&self, seed: &str) -> Vec<String> {
        let mut reach = vec!["--nats-credentials".to_owned(), self.setting(seed).to_owned()];
        reach.extend(["--nats-monitor".to_owned(), self.setting("NATS_MONITORS").to_owned()]);
        reach.extend(["--nats-replicas".to_owned(), self.nodes.to_string()]);
        reach
    }

    fn log(&self) -> Vec<String> {
        [vec!["--log".to_owned(), self.servers().to_owned()], self.reach("NATS_CITY_SEED")].concat()
    }

    /// Copies an embedded log onto the servers.
    fn fill(&self, data: &Path) {
        let from = format!("embedded:{}", data.display());
        let reach = self.reach("NATS_CITY_SEED");
        let options = reach.iter().map(String::as_str);
        let arguments = ["log", "copy", "--from", &from, "--to", self.servers()];
        program(&arguments.into_iter().chain(options).collect::<Vec<_>>());
    }

    /// Gives the county its account and consumer.
    fn add_county(&self, pid_file: &Path) {
        let log =
            [vec!["--log".to_owned(), self.servers().to_owned()], self.reach("NATS_ADMIN_SEED")].concat();
        let (directory, pid_file) = (self.setting("NATS_CONFIG_DIR"), pid_file.to_str().expect("a path"));
        let arguments = ["nats", "county", "add", COUNTY, "--config-dir", directory, "--pid-file", pid_file];
        program(&arguments.into_iter().chain(log.iter().map(String::as_str)).collect::<Vec<_>>());
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        // Its servers go when its input ends.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Everything on one node and on three.
pub fn broker(directory: &Path) {
    println!("\nthe log on NATS, sync_interval always, {CLIENTS} clients over HTTP, update-organization");
    catch_up(&directory.join("nats-catch-up"));
    for nodes in [1, 3] {
        commands(&directory.join(format!("nats-{nodes}")), nodes);
    }
}

fn commands(directory: &Path, nodes: usize) {
    let (embedded, servers) = (directory.join("embedded"), directory.join("servers"));
    write_city(&embedded, BRANCHES * 8);
    let trial = Trial::start(&servers, nodes);
    trial.fill(&embedded);
    let serving = Serving::start_on(&directory.join("instance"), &trial.log()).0;
    let load = Load::over_http(&serving, CLIENTS, Duration::from_secs(LOAD_SECONDS));
    println!(
        "R{nodes}  commands            {:>8.0}/s   p50 {:.2} ms, p99 {:.2} ms, {:.1} commands a group, {} bytes an event",
        load.per_second, load.p50_ms, load.p99_ms, load.group, load.event_bytes
    );
    let bare = Bare::open(&trial);
    let group = load.group.round().max(1.0) as usize;
    let length = Duration::from_secs(LOAD_SECONDS / 2);
    for (name, per_second) in [
        (format!("bare batches of {group:<4}"), bare.batches(group, load.event_bytes, length)),
        ("bare pipelined 1,000".to_owned(), bare.pipelined(load.event_bytes, length)),
        ("bare one by one     ".to_owned(), bare.one_by_one(load.event_bytes, length)),
    ] {
        println!("    {name} {per_second:>8.0}/s   commands/{name}: {:.2}", load.per_second / per_second);
    }
    bare.close();
    trial.add_county(&servers.join("node-1/pid"));
    for (name, clients) in [("one client", 1), ("64 clients", CLIENTS)] {
        let lag = lag_of_county(&trial, COUNTY, || {
            Load::over_http(&serving, clients, Duration::from_secs(LOAD_SECONDS / 2));
        });
        println!(
            "    to the county's consumer, {name}: p50 {:.2} ms, p99 {:.2} ms of {} events",
            lag.p50_ms, lag.p99_ms, lag.events
        );
    }
    serving.stop();
}

/// A fresh instance on one node, from its start until it is ready.
fn catch_up(directory: &Path) {
    let embedded = directory.join("embedded");
    write_city(&embedded, CATCH_UP_EVENTS);
    let trial = Trial::start(&directory.join("servers"), 1);
    trial.fill(&embedded);
    // Its accounts come with the first instance; the fresh one is the second.
    Serving::start_on(&directory.join("first"), &trial.log()).0.stop();
    let begun = Instant::now();
    let read = Bare::read_all(&trial);
    let bare = read as f64 / begun.elapsed().as_secs_f64();
    let (serving, seconds) = Serving::start_on(&directory.join("fresh"), &trial.log());
    let caught_up = read as f64 / seconds;
    println!(
        "R1  catching up with {read} events: {caught_up:.0}/s ({seconds:.2} s), a bare consumer {bare:.0}/s: {:.2}",
        caught_up / bare
    );
    serving.stop();
}
