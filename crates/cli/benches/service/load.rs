//! The program as a process, what it says of itself, and reads of the city's view.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::city::{measured, program};

/// A running server with tokens for it; stopped when dropped.
pub struct Serving {
    child: Child,
    host: String,
    officer: String,
    reader: String,
    administrator: String,
}

impl Serving {
    /// Starts the program and waits until it is ready.
    pub fn start(data: &Path) -> Self {
        Self::start_timed(data).0
    }

    /// The same, with the seconds from the start of the process until it was ready.
    pub fn start_timed(data: &Path) -> (Self, f64) {
        Self::start_on(data, &[])
    }

    /// The same on the log that these options name.
    pub fn start_on(data: &Path, log: &[String]) -> (Self, f64) {
        let data = data.to_str().expect("a path");
        let log: Vec<&str> = log.iter().map(String::as_str).collect();
        let token = |role: &str, scope: &str| {
            let create =
                ["token", "create", "--data", data, "--role", role, "--scope", scope, "--name", role];
            program(&[&create, log.as_slice()].concat()).trim().to_owned()
        };
        let (officer, reader) = (token("county_officer", "510811"), token("city_office", "5108"));
        let administrator = token("system_admin", "5108");
        let host = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a port")
            .to_string();
        let begun = Instant::now();
        let child = measured()
            .args(["serve", "--data", data, "--listen", &host])
            .args(log)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let serving = Self { child, host, officer, reader, administrator };
        while serving
            .try_get("/readyz", &serving.reader)
            .is_none_or(|answer| !answer.starts_with("HTTP/1.1 200"))
        {
            std::thread::sleep(Duration::from_millis(2));
        }
        (serving, begun.elapsed().as_secs_f64())
    }

    /// Ends the program as Ctrl-C does.
    pub fn stop(mut self) {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().expect("a signal");
        self.child.wait().expect("an end");
    }

    /// A figure of the process's memory, in megabytes.
    pub fn memory_mb(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0)
            / 1_024
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The headers that every request of the county's officer begins with.
    pub fn head_of_officer(&self) -> String {
        format!("host: {}\r\nauthorization: Bearer {}\r\n", self.host, self.officer)
    }

    /// Appends since the start.
    pub fn groups(&self) -> f64 {
        let metrics = self.try_get("/metrics", &self.administrator).expect("metrics");
        let value = metrics.lines().find_map(|line| line.strip_prefix("lianjian_groups_total "));
        value.and_then(|value| value.parse().ok()).expect("the number of groups")
    }

    fn try_get(&self, path: &str, token: &str) -> Option<String> {
        let mut connection = TcpStream::connect(&self.host).ok()?;
        let host = &self.host;
        write!(connection, "GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One kept connection.
pub struct Connection {
    reader: BufReader<TcpStream>,
    head: String,
}

impl Connection {
    /// The county officer's.
    pub fn of_officer(serving: &Serving) -> Self {
        Self::open(serving, &serving.officer)
    }

    fn open(serving: &Serving, token: &str) -> Self {
        let stream = TcpStream::connect(&serving.host).expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let head = format!("host: {}\r\nauthorization: Bearer {token}\r\n", serving.host);
        Self { reader: BufReader::new(stream), head }
    }

    /// Sends and reads one answer: its status and body.
    fn ask(&mut self, line: &str, more: &str, body: &str) -> (u16, String) {
        let request =
            format!("{line} HTTP/1.1\r\n{}{more}content-length: {}\r\n\r\n{body}", self.head, body.len());
        self.reader.get_mut().write_all(request.as_bytes()).expect("a request");
        let (mut status, mut length) = (0, 0);
        loop {
            let mut header = String::new();
            self.reader.read_line(&mut header).expect("an answer");
            let header = header.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(rest) = header.strip_prefix("http/1.1 ") {
                status = rest.split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(0);
            }
            if let Some(rest) = header.strip_prefix("content-length: ") {
                length = rest.parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        self.reader.read_exact(&mut body).expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }
}

impl Connection {
    /// Records a change of that organization; gives its position.
    pub fn record(&mut self, organization: &str) -> u64 {
        let key =
            format!("idempotency-key: \"{}\"\r\ncontent-type: application/json\r\n", ulid::Ulid::generate());
        let body = format!(
            r#"{{"effective_date":"2026-01-01","on_behalf_of":"510811","data":{{"organization":"{organization}","formal_members":23}}}}"#
        );
        let (status, answer) = self.ask("POST /api/v1/commands/update-organization", &key, &body);
        assert_eq!(status, 201, "{answer}");
        let answer: Value = serde_json::from_str(&answer).expect("an answer");
        answer["position"].as_u64().expect("a position")
    }
}

/// Reads of a path: median and 99th percentile in milliseconds, and the size. Where `is_changed`, a command is recorded
/// before each, and what is read holds it.
pub fn reads(serving: &Serving, path: &str, reads: usize, is_changed: bool) -> (f64, f64, usize) {
    let mut connection = Connection::open(serving, &serving.reader);
    let mut officer = Connection::open(serving, &serving.officer);
    let organization = &organizations(serving)[0];
    let mut size = 0;
    let mut times: Vec<f64> = (0..reads)
        .map(|_| {
            if is_changed {
                let wait = format!("GET /api/v1/policies?min_position={}", officer.record(organization));
                let (status, body) = connection.ask(&wait, "", "");
                assert_eq!(status, 200, "{body}");
            }
            let asked = Instant::now();
            let (status, body) = connection.ask(&format!("GET {path}"), "", "");
            assert_eq!(status, 200, "{body}");
            size = body.len();
            asked.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (percentile(&times, 50), percentile(&times, 99), size)
}

/// The first answers to questions that nobody asked before: median and largest in milliseconds.
pub fn first_answers(serving: &Serving, paths: impl IntoIterator<Item = String>) -> (f64, f64) {
    let mut connection = Connection::open(serving, &serving.reader);
    let mut times: Vec<f64> = paths
        .into_iter()
        .map(|path| {
            let asked = Instant::now();
            let (status, body) = connection.ask(&format!("GET {path}"), "", "");
            assert_eq!(status, 200, "{body}");
            asked.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    (percentile(&times, 50), percentile(&times, 100))
}

/// So many readers of a path at once for a while, with an officer who records all the time: how many answers, how many
/// of them were none, the 99th percentile in milliseconds, and how many commands.
pub fn readers(
    serving: &Serving,
    path: &str,
    readers: usize,
    length: Duration,
) -> (usize, usize, f64, usize) {
    let organization = &organizations(serving)[0];
    let end = Instant::now() + length;
    let line = format!("GET {path}");
    std::thread::scope(|scope| {
        let read = || {
            let mut connection = Connection::open(serving, &serving.reader);
            let (mut times, mut failed) = (Vec::new(), 0);
            while Instant::now() < end {
                let asked = Instant::now();
                failed += usize::from(connection.ask(&line, "", "").0 != 200);
                times.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            (times, failed)
        };
        let readers: Vec<_> = (0..readers).map(|_| scope.spawn(read)).collect();
        let mut officer = Connection::open(serving, &serving.officer);
        let mut commands = 0;
        while Instant::now() < end {
            officer.record(organization);
            commands += 1;
        }
        let (mut times, mut failed) = (Vec::new(), 0);
        for reader in readers {
            let (more, wrong) = reader.join().expect("a reader");
            times.extend(more);
            failed += wrong;
        }
        times.sort_by(f64::total_cmp);
        (times.len(), failed, percentile(&times, 99), commands)
    })
}

pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// Processor time that a process has used, in user and in system mode.
pub fn processor_seconds(id: u32) -> f64 {
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok());
    ticks.sum::<f64>() / TICKS_A_SECOND
}

/// Branches of villages of county 510811, from the log.
pub fn organizations(serving: &Serving) -> Vec<String> {
    let events = |happened: &str| {
        let path =
            format!("/api/v1/events?limit=1000&type=cn.lianjian.organization.{happened}.v1&scope=510811");
        let answer = serving.try_get(&path, &serving.officer).expect("events");
        answer.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).collect::<Vec<_>>()
    };
    let id = |event: &Value| event["data"]["organization"].as_str().map(str::to_owned);
    // Of what was abolished nothing more is recorded.
    let ended: Vec<String> =
        ["abolished", "closed"].iter().flat_map(|how| events(how)).filter_map(|event| id(&event)).collect();
    let registered = events("registered");
    let of_villages = registered.iter().filter(|event| event["data"]["host_kind"] == "village");
    let ids: Vec<String> = of_villages.filter_map(id).filter(|id| !ended.contains(id)).collect();
    assert!(!ids.is_empty(), "no organizations");
    ids
}
