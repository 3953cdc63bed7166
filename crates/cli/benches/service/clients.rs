//! Clients, so many at once, each with one command under way: over HTTP from one thread, and inside the process.

use std::path::Path;
use std::time::{Duration, Instant};

use domain::account::Role;
use domain::actor::Actor;
use domain::ids::CommandId;
use event_log::LogLocation;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;
use service::request::CommandRequest;
use service::service::{Service, ServiceConfig};
use service::system_clock;
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use ulid::Ulid;

use crate::load::{Serving, organizations, percentile, processor_seconds};

/// The longest answer to a command that is read.
const MAX_ANSWER_BYTES: usize = 16 << 10;

/// What a load measured.
pub struct Load {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Commands of an append, on average.
    pub group: f64,
    /// Processor time of the serving process a command.
    pub processor_microseconds: f64,
    pub event_bytes: usize,
}

impl Load {
    fn of(mut times: Vec<f64>, elapsed: Duration, groups: f64, processor: f64, event_bytes: usize) -> Self {
        times.sort_by(f64::total_cmp);
        let count = times.len() as f64;
        Self {
            per_second: count / elapsed.as_secs_f64(),
            p50_ms: percentile(&times, 50),
            p99_ms: percentile(&times, 99),
            group: count / groups.max(1.0),
            processor_microseconds: processor * 1e6 / count,
            event_bytes,
        }
    }

    /// Over HTTP, each client on a connection of its own.
    pub fn over_http(serving: &Serving, clients: usize, length: Duration) -> Self {
        let organizations = organizations(serving);
        let (groups, processor) = (serving.groups(), processor_seconds(serving.id()));
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let begun = Instant::now();
        let (times, event_bytes) = runtime.block_on(async {
            let tasks: Vec<_> = (0..clients)
                .map(|client| {
                    let organization = &organizations[client % organizations.len()];
                    tokio::spawn(send_until(
                        serving.host().to_owned(),
                        request(serving, organization),
                        begun + length,
                    ))
                })
                .collect();
            gather(tasks).await
        });
        let elapsed = begun.elapsed();
        let processor = processor_seconds(serving.id()) - processor;
        Self::of(times, elapsed, serving.groups() - groups, processor, event_bytes)
    }

    /// By the service's own door for commands, without HTTP: what the command loop is good for.
    pub fn in_process(data: &Path, organizations: &[String], clients: usize, length: Duration) -> Self {
        let log = LogLocation::Embedded;
        let city = log.city(data).expect("the log").expect("a city").parse().expect("a code");
        let (data, address) = (data.to_owned(), String::new());
        let config = ServiceConfig {
            log,
            data,
            city,
            address,
            clock: system_clock,
            signing_key: None,
            access_log_days: service::access_log::KEPT_DAYS,
            accept_rollback: None,
        };
        let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let service = Service::open(config).expect("the service");
            service.ready().await.expect("a start");
            let groups = service.metrics().groups.get();
            let processor = processor_seconds(std::process::id());
            let begun = Instant::now();
            let tasks = (0..clients).map(|client| {
                let (service, organization) =
                    (service.clone(), organizations[client % organizations.len()].clone());
                tokio::spawn(async move {
                    let (mut times, mut event_bytes) = (Vec::new(), 0);
                    while begun.elapsed() < length {
                        let sent = Instant::now();
                        let recorded = service.submit(command(&organization)).await.expect("an answer");
                        event_bytes = recorded.events[0].len();
                        times.push(sent.elapsed().as_secs_f64() * 1e3);
                    }
                    (times, event_bytes)
                })
            });
            let (times, event_bytes) = gather(tasks.collect()).await;
            let elapsed = begun.elapsed();
            let groups = service.metrics().groups.get() - groups;
            let processor = processor_seconds(std::process::id()) - processor;
            service.shutdown().await;
            Self::of(times, elapsed, groups as f64, processor, event_bytes)
        })
    }
}

type Sent = (Vec<f64>, usize);

async fn gather(tasks: Vec<tokio::task::JoinHandle<Sent>>) -> Sent {
    let (mut times, mut event_bytes) = (Vec::new(), 0);
    for task in tasks {
        let (more, bytes) = task.await.expect("a client");
        times.extend(more);
        event_bytes = event_bytes.max(bytes);
    }
    (times, event_bytes)
}

fn command(organization: &str) -> CommandRequest {
    CommandRequest {
        id: CommandId(Ulid::generate()),
        name: "update-organization".to_owned(),
        body: json!({ "effective_date": "2026-01-01", "on_behalf_of": "510811", "data": { "organization": organization, "formal_members": 23 } }),
        actor: Actor {
            id: Ulid::from(1_u128).to_string(),
            role: Role::CountyOfficer,
            scope: "510811".parse().expect("a code"),
        },
        if_match: None,
        traceparent: None,
    }
}

/// What stands before and after the key in every request of a client.
fn request(serving: &Serving, organization: &str) -> (String, String) {
    let body = format!(
        r#"{{"effective_date":"2026-01-01","on_behalf_of":"510811","data":{{"organization":"{organization}","formal_members":23}}}}"#
    );
    let before = format!(
        "POST /api/v1/commands/update-organization HTTP/1.1\r\n{}content-type: application/json\r\ncontent-length: {}\r\nidempotency-key: \"",
        serving.head_of_officer(),
        body.len()
    );
    (before, format!("\"\r\n\r\n{body}"))
}

/// Sends the next command when the last is answered.
async fn send_until(host: String, (before, after): (String, String), end: Instant) -> Sent {
    let stream = TcpStream::connect(host).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let (mut times, mut request, mut answer) = (Vec::new(), Vec::new(), vec![0; MAX_ANSWER_BYTES]);
    let mut answered = 0;
    while Instant::now() < end {
        let sent = Instant::now();
        request.clear();
        request.extend_from_slice(before.as_bytes());
        request.extend_from_slice(Ulid::generate().to_string().as_bytes());
        request.extend_from_slice(after.as_bytes());
        let mut rest = request.as_slice();
        while !rest.is_empty() {
            stream.writable().await.expect("a connection");
            rest = stream.try_write(rest).map_or(rest, |written| &rest[written..]);
        }
        answered = receive(&stream, &mut answer).await;
        times.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    (times, event_bytes(&answer[..answered]))
}

/// Reads one answer, which must say that the command is recorded; gives its length.
async fn receive(stream: &TcpStream, answer: &mut [u8]) -> usize {
    let mut filled = 0;
    loop {
        stream.readable().await.expect("a connection");
        filled += match stream.try_read(&mut answer[filled..]) {
            Ok(0) => panic!("the server hung up"),
            Ok(read) => read,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => 0,
            Err(error) => panic!("{error}"),
        };
        let Some(head) = answer[..filled].windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&answer[..head]);
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.and_then(|length| length.parse().ok()).expect("a length");
        let whole = head.len() + 4 + length;
        if filled >= whole {
            assert!(head.starts_with("HTTP/1.1 201"), "{}", String::from_utf8_lossy(&answer[..filled]));
            return whole;
        }
    }
}

/// The length of the event in an answer.
fn event_bytes(answer: &[u8]) -> usize {
    #[derive(Deserialize)]
    struct Answer {
        events: Vec<Box<RawValue>>,
    }
    let body = answer.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |head| head + 4);
    let answer: Answer = serde_json::from_slice(&answer[body..]).expect("an answer");
    answer.events[0].get().len()
}
