//! What the service does a second, beside the limit of the machine in the same run:
//!
//! ```text
//! cargo bench --package lianjian-cli                 a million events
//! cargo bench --package lianjian-cli -- 100000       another number of events
//! cargo bench --package lianjian-cli -- nats         the log on NATS, one node and three
//! cargo bench --package lianjian-cli -- demo         the first and the second start of the demonstration
//! cargo bench --package lianjian-cli -- streams      commands beside readers of the stream
//! cargo bench --package lianjian-cli -- ledger       a county's ledger of 906 joint branches
//! cargo bench --package lianjian-cli -- mirror       a mirror of a million events, and a city that comes back from it
//! ```
//!
//! It prints figures; it asserts nothing. Run it on a quiet machine, twice.

#![expect(clippy::expect_used, clippy::panic, reason = "a benchmark that cannot go on stops")]

mod bare_nats;
mod broker;
mod city;
mod clients;
mod demonstration;
mod ledger;
mod load;
mod mirror;
mod streams;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use event_log::{EmbeddedLog, EventLog};

use city::{BRANCHES, write_city};
use clients::Load;
use load::{Serving, organizations};

/// That of the program: callers inside the process are measured as the program would serve them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long each load runs.
const LOAD_SECONDS: u64 = 8;
/// How often the city view is read.
const VIEW_READS: usize = 500;
/// How many read the city page at once.
const READERS: usize = 200;

fn main() {
    let events = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000_u64);
    let directory = std::env::var_os("LIANJIAN_BENCH_DIR").map_or_else(std::env::temp_dir, Into::into);
    let directory = directory.join(format!("lianjian-bench-{}", std::process::id()));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("cores {cores}, directory {}, release build", directory.display());
    if std::env::args().any(|argument| argument == "nats") {
        broker::broker(&directory);
    } else if std::env::args().any(|argument| argument == "demo") {
        demonstration::demonstration(&directory.join("demo"));
    } else if std::env::args().any(|argument| argument == "ledger") {
        ledger::ledger(&directory.join("ledger"));
    } else if std::env::args().any(|argument| argument == "mirror") {
        mirror::mirror(&directory, events);
    } else if std::env::args().any(|argument| argument == "streams") {
        streams::streams(&directory.join("streams"));
    } else {
        commands(&directory.join("commands"));
        city(&directory.join("city"), events);
    }
    std::fs::remove_dir_all(&directory).expect("the bench directory goes");
}

/// Durable commands a second over HTTP and without it, beside append + fdatasync of the same bytes in the same groups.
fn commands(data: &Path) {
    write_city(data, BRANCHES * 8);
    println!("\ndurable commands (update-organization, one event each)");
    println!(
        "by            clients  commands/s    p50 ms    p99 ms  CPU µs  commands/group   raw commands/s  ratio"
    );
    let length = Duration::from_secs(LOAD_SECONDS);
    let mut branches = Vec::new();
    for clients in [1, 64] {
        let serving = Serving::start(data);
        branches = organizations(&serving);
        let load = Load::over_http(&serving, clients, length);
        serving.stop();
        report(data, "HTTP", clients, &load);
    }
    for clients in [64, 512] {
        let load = Load::in_process(data, &branches, clients, length);
        report(data, "the process", clients, &load);
    }
}

fn report(data: &Path, by: &str, clients: usize, load: &Load) {
    let raw = raw_commands_per_second(data, load.group, load.event_bytes);
    println!(
        "{by:<13} {clients:>7} {:>11.0} {:>9.2} {:>9.2} {:>7.0} {:>15.1} {raw:>16.0} {:>6.2}",
        load.per_second,
        load.p50_ms,
        load.p99_ms,
        load.processor_microseconds,
        load.group,
        load.per_second / raw
    );
}

/// The limit: groups of that many events of that size, each appended to a plain file and synced.
fn raw_commands_per_second(data: &Path, group: f64, event_bytes: usize) -> f64 {
    let path = data.join("raw");
    let mut file = std::fs::File::create(&path).expect("a file");
    let bytes = vec![b'x'; (group * event_bytes as f64) as usize];
    let begun = Instant::now();
    let mut groups = 0_u32;
    while begun.elapsed() < Duration::from_secs(LOAD_SECONDS / 2) {
        file.write_all(&bytes).and_then(|()| file.sync_data()).expect("an append");
        groups += 1;
    }
    let per_second = f64::from(groups) * group / begun.elapsed().as_secs_f64();
    std::fs::remove_file(path).expect("the file goes");
    per_second
}

/// A city with that many events: rebuild, start, memory, and the city's view.
fn city(data: &Path, events: u64) {
    println!("\na city of 2,395 villages, {BRANCHES} joint branches and {events} events");
    let begun = Instant::now();
    write_city(data, events);
    println!("written in {:.1} s", begun.elapsed().as_secs_f64());
    let log = EmbeddedLog::open_existing(data).expect("the log");
    let mut bytes = 0;
    let scan = timed(|| {
        let mut visit = |event: event_log::StoredEventRef<'_>| {
            bytes += event.body.len();
            std::ops::ControlFlow::Continue(())
        };
        log.scan(0, u64::MAX, &mut visit).expect("a scan");
    });
    println!(
        "bare scan          {:>10.0} events/s ({} bytes an event)",
        events as f64 / scan,
        bytes as u64 / events
    );
    let code = log.city().parse().expect("a code");
    let rebuild = timed(|| {
        projections::rebuild(&data.join("views"), &code, &log, events, &mut |_| {}).expect("a rebuild");
    });
    println!(
        "rebuild            {:>10.0} events/s ({:.2} of the scan)",
        events as f64 / rebuild,
        scan / rebuild
    );
    drop(log);
    std::fs::remove_dir_all(data.join("views")).expect("the views go");
    for what in ["nothing but the log", "views and snapshot"] {
        let (serving, seconds) = Serving::start_timed(data);
        println!("ready with {what:<20} {seconds:>6.2} s after the start");
        serving.stop();
    }
    let consistent = ["audit", "verify", "--self-consistent"];
    let replay = ["audit", "replay", "--tier", "city", "--code", "5108", "--as-of", "2019-06-30"];
    let deep = [&consistent[..], &["--deep"]].concat();
    for (name, arguments) in
        [("verify", &consistent[..]), ("verify --deep", &deep), ("replay of 2019-06-30", &replay)]
    {
        let seconds = timed(|| run(data, arguments));
        println!("{name:<22} {:>10.0} events/s, {seconds:.1} s", events as f64 / seconds);
    }
    let serving = Serving::start(data);
    for (name, path) in [("city view", "/api/v1/cities/5108"), ("city page", "/")] {
        for (what, between) in [("as last read", false), ("after a command", true)] {
            let (p50, p99, size) = load::reads(&serving, path, VIEW_READS, between);
            println!("{name} {what:<16} p50 {p50:.2} ms, p99 {p99:.2} ms, {size} bytes");
        }
    }
    past(&serving, events);
    let length = Duration::from_secs(LOAD_SECONDS);
    let (answers, failed, p99, commands) = load::readers(&serving, "/", READERS, length);
    println!(
        "{READERS} readers of the city page: {answers} answers, {failed} failed, p99 {p99:.0} ms, beside {commands} commands"
    );
    println!(
        "memory             {} MB now, {} MB at most",
        serving.memory_mb("VmRSS"),
        serving.memory_mb("VmHWM")
    );
}

/// Questions about the past and lists, each asked for the first time.
fn past(serving: &Serving, events: u64) {
    // What the log held at the start is read beside the service, and half as fast as it could be.
    std::thread::sleep(Duration::from_secs(2 + events / 50_000));
    let days = (0..30).map(|month| format!("{}-{:02}-17", 2016 + month / 12, month % 12 + 1));
    let positions = (0..30).map(|number| events * number / 30 + 1);
    let lists = projections::ListName::ALL.iter();
    let asked: [(&str, Vec<String>); 3] = [
        ("as of a day", days.map(|day| format!("/api/v1/cities/5108?as_of={day}")).collect()),
        ("at a position", positions.map(|at| format!("/api/v1/cities/5108?at={at}")).collect()),
        ("lists", lists.map(|name| format!("/api/v1/lists/{name}?scope=5108")).collect()),
    ];
    for (name, paths) in asked {
        let (p50, most) = load::first_answers(serving, paths);
        println!("{name:<14} first answer p50 {p50:.0} ms, {most:.0} ms at most");
    }
}

/// Runs the auditor's program over the log, which the service has signed meanwhile.
fn run(data: &Path, arguments: &[&str]) {
    let data = data.to_str().expect("a path");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_lianjian"));
    let done = command.args(arguments).args(["--data", data]).output().expect("the program");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

fn timed(work: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    work();
    begun.elapsed().as_secs_f64()
}
