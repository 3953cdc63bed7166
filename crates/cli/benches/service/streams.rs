//! Readers of the stream beside commands: how long a command takes while hundreds follow, and what that costs in memory.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::city::{BRANCHES, program, write_city};
use crate::load::{Connection, Serving, organizations, percentile, processor_seconds};

/// How many follow.
const FOLLOWERS: [usize; 3] = [0, 250, 500];
/// How many one account may have.
const OF_ACCOUNT: usize = 8;
const COMMANDS_PER_SECOND: u32 = 100;
/// How long each load runs.
const LENGTH: Duration = Duration::from_secs(15);
/// How long after the last reader left the memory is looked at.
const AFTERWARDS: Duration = Duration::from_secs(15);

/// Commands of one client at a steady pace, by how many follow. Each row is a fresh process of the program on the same city.
pub fn streams(data: &Path) {
    write_city(data, BRANCHES * 8);
    println!("\nreaders of the stream beside {COMMANDS_PER_SECOND} commands/s");
    println!(
        "readers  commands    p50 ms    p99 ms    CPU s  events told  before MB  peak MB  with MB  afterwards MB"
    );
    let tokens: Vec<String> =
        (0..FOLLOWERS[2].div_ceil(OF_ACCOUNT)).map(|number| account(data, number)).collect();
    for followers in FOLLOWERS {
        row(data, &tokens, followers);
    }
}

fn account(data: &Path, number: usize) -> String {
    let (data, name) = (data.to_str().expect("a path"), format!("reader {number}"));
    let (role, scope) = if number.is_multiple_of(2) { ("auditor", "5108") } else { ("subscriber", "510811") };
    program(&["token", "create", "--data", data, "--role", role, "--scope", scope, "--name", &name])
        .trim()
        .to_owned()
}

fn row(data: &Path, tokens: &[String], followers: usize) {
    let serving = Serving::start(data);
    let organization = &organizations(&serving)[0];
    let mut officer = Connection::of_officer(&serving);
    let last = officer.record(organization);
    let before = serving.memory_mb("VmRSS:");
    let (is_over, told) = (AtomicBool::new(false), AtomicU64::new(0));
    let processor = processor_seconds(serving.id());
    let (mut times, with) = std::thread::scope(|scope| {
        let tokens = tokens.iter().flat_map(|token| std::iter::repeat_n(token, OF_ACCOUNT));
        let streams: Vec<_> = tokens.take(followers).map(|token| open(serving.host(), token, last)).collect();
        scope.spawn(|| follow(streams, &is_over, &told));
        let begun = Instant::now();
        let mut times = Vec::new();
        while begun.elapsed() < LENGTH {
            let due = begun + Duration::from_secs(1) / COMMANDS_PER_SECOND * times.len() as u32;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let sent = Instant::now();
            officer.record(organization);
            times.push(sent.elapsed().as_secs_f64() * 1e3);
        }
        let with = serving.memory_mb("VmRSS:");
        is_over.store(true, Ordering::Relaxed);
        (times, with)
    });
    let processor = processor_seconds(serving.id()) - processor;
    std::thread::sleep(AFTERWARDS);
    times.sort_by(f64::total_cmp);
    println!(
        "{followers:>7}  {:>8}  {:>8.2}  {:>8.2}  {processor:>7.1}  {:>11}  {before:>9}  {:>7}  {with:>7}  {:>13}",
        times.len(),
        percentile(&times, 50),
        percentile(&times, 99),
        told.into_inner(),
        serving.memory_mb("VmHWM:"),
        serving.memory_mb("VmRSS:"),
    );
    serving.stop();
}

fn open(host: &str, token: &str, after: u64) -> TcpStream {
    let mut stream = TcpStream::connect(host).expect("a connection");
    let head = format!(
        "GET /api/v1/events/stream?after={after} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("a request");
    stream.set_nonblocking(true).expect("no wait");
    stream
}

/// One thread reads all of them in turn, and counts the events.
fn follow(mut streams: Vec<TcpStream>, is_over: &AtomicBool, told: &AtomicU64) {
    let mut piece = vec![0; 64 << 10];
    while !is_over.load(Ordering::Relaxed) {
        let mut count = 0;
        for stream in &mut streams {
            if let Ok(read) = stream.read(&mut piece) {
                count += piece[..read].windows(6).filter(|window| window == b"data: ").count();
            }
        }
        told.fetch_add(count as u64, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(20));
    }
}
