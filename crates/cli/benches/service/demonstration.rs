//! The demonstration's first start, which records a whole city's past, and its second.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Starts it twice in a new directory.
pub fn demonstration(data: &Path) {
    std::fs::create_dir_all(data).expect("a directory");
    println!("\nthe demonstration of the whole city, from the start of the process until it is ready");
    for what in ["first start", "second start"] {
        let (seconds, peak_mb) = start(data);
        let log =
            ["log.db", "log.db-wal"].map(|file| data.join(file).metadata().map_or(0, |file| file.len()));
        println!(
            "{what:<13} {seconds:>6.2} s, {peak_mb} MB at most, {} MB of log",
            log.iter().sum::<u64>() >> 20
        );
    }
}

/// The seconds until it is ready, and the most memory that it took.
fn start(data: &Path) -> (f64, u64) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    let host = free.expect("a port").to_string();
    let begun = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_lianjian"))
        .args(["serve", "--demo", "--data", data.to_str().expect("a path"), "--listen", &host])
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    while !is_ready(&host) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let seconds = begun.elapsed().as_secs_f64();
    let id = child.id().to_string();
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    let peak = peak.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok());
    Command::new("kill").args(["-INT", &id]).status().expect("a signal");
    child.wait().expect("an end");
    (seconds, peak.unwrap_or_default() >> 10)
}

fn is_ready(host: &str) -> bool {
    let mut answer = String::new();
    let asked = TcpStream::connect(host).and_then(|mut stream| {
        stream.write_all(
            format!("GET /readyz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes(),
        )?;
        stream.read_to_string(&mut answer)
    });
    asked.is_ok() && answer.starts_with("HTTP/1.1 200")
}
