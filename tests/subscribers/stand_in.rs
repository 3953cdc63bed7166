//! A stand-in for the NATS server, which hands out what a script says, in the order it says: what a real one does only
//! now and then.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// What is handed out: where it stands, under which subject, and its bytes.
#[derive(Clone)]
pub struct Message {
    /// Its position in the stream.
    pub position: u64,
    /// Its subject.
    pub subject: String,
    /// Its body.
    pub body: Vec<u8>,
}

/// How a consumer stands, and what it will hand out.
#[derive(Default)]
pub struct Script {
    /// Positions that were given to a run that died, or to this one, and are not acknowledged.
    pub out: BTreeSet<u64>,
    /// What each fetch gets, the first first.
    pub batches: Vec<Vec<Message>>,
    /// The position up to which it has looked.
    pub delivered: u64,
}

/// The server; its thread ends with the test.
pub struct StandIn {
    /// Where it listens.
    pub address: String,
    /// The script as it stands by now.
    pub script: Arc<Mutex<Script>>,
}

impl StandIn {
    /// Listens on a free port.
    pub fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("nats://{}", listener.local_addr().unwrap());
        let script = Arc::new(Mutex::new(script));
        let shared = Arc::clone(&script);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || Connection::new(connection, shared).serve());
            }
        });
        Self { address, script }
    }

    /// Whether everything was handed out and acknowledged.
    pub fn is_done(&self) -> bool {
        let script = self.script.lock().unwrap();
        script.batches.is_empty() && script.out.is_empty()
    }
}

struct Connection {
    reader: BufReader<TcpStream>,
    writer: TcpStream,
    script: Arc<Mutex<Script>>,
    /// The subjects that the client listens to, with their numbers.
    subscriptions: Vec<(String, String)>,
}

impl Connection {
    fn new(connection: TcpStream, script: Arc<Mutex<Script>>) -> Self {
        let writer = connection.try_clone().unwrap();
        Self { reader: BufReader::new(connection), writer, script, subscriptions: Vec::new() }
    }

    /// Until the client is gone.
    fn serve(mut self) {
        let info = json!({
            "server_id": "STANDIN", "server_name": "stand-in", "version": "2.15.1", "go": "", "host": "127.0.0.1",
            "port": 4222, "headers": true, "max_payload": 1_048_576, "proto": 1, "client_id": 1, "auth_required": true,
            "nonce": "c3RhbmQtaW4tbm9uY2U", "jetstream": true
        });
        self.write(format!("INFO {info}\r\n").as_bytes());
        let mut line = String::new();
        while self.reader.read_line(&mut line).is_ok_and(|count| count > 0) {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            match words.first().map(|word| word.to_uppercase()).as_deref() {
                Some("PING") => self.write(b"PONG\r\n"),
                Some("SUB") => {
                    self.subscriptions.push((words[1].clone(), words.last().unwrap().clone()));
                }
                Some("PUB" | "HPUB") => self.published(&words),
                _ => {}
            }
            line.clear();
        }
    }

    fn published(&mut self, words: &[String]) {
        let mut payload = vec![0; words.last().unwrap().parse::<usize>().unwrap() + 2];
        self.reader.read_exact(&mut payload).unwrap();
        let has_headers = words[0].eq_ignore_ascii_case("HPUB");
        let reply = words.get(2).filter(|_| words.len() == if has_headers { 5 } else { 4 });
        let subject = &words[1];
        let payload = String::from_utf8_lossy(&payload).into_owned();
        if let Some(acknowledged) = subject.strip_prefix("$JS.ACK.") {
            let position: u64 = acknowledged.split('.').nth(3).unwrap().parse().unwrap();
            if payload.contains("+ACK") || payload.trim().is_empty() {
                self.script.lock().unwrap().out.remove(&position);
            }
        } else if let Some(reply) = reply {
            if subject.contains(".CONSUMER.INFO.") {
                let info = self.info().to_string();
                self.send(reply, reply, None, info.as_bytes());
            } else if subject.contains(".CONSUMER.MSG.NEXT.") {
                let request: Value = serde_json::from_str(payload.trim()).unwrap_or_default();
                self.hand_out(reply, request["batch"].as_u64().unwrap_or(1), request["no_wait"] == true);
            }
        }
    }

    /// The next of the script; then, as a server does whose time is up, that nothing more comes.
    fn hand_out(&mut self, reply: &str, wanted: u64, at_once: bool) {
        let (batch, left) = {
            let mut script = self.script.lock().unwrap();
            let batch = if script.batches.is_empty() { Vec::new() } else { script.batches.remove(0) };
            script.out.extend(batch.iter().map(|message| message.position));
            script.delivered = batch.iter().map(|message| message.position).fold(script.delivered, u64::max);
            (batch, script.batches.iter().map(Vec::len).sum::<usize>())
        };
        for message in &batch {
            let position = message.position;
            let acknowledge =
                format!("$JS.ACK.LIANJIAN_5108.c510811.1.{position}.{position}.1700000000000000000.{left}");
            self.send(reply, &message.subject, Some(&acknowledge), &message.body);
        }
        if batch.is_empty() {
            // Nobody is to ask again and again without a pause.
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = if at_once { "404 No Messages" } else { "408 Request Timeout" };
        self.send_status(reply, status, wanted.saturating_sub(batch.len() as u64));
    }

    fn info(&self) -> Value {
        let script = self.script.lock().unwrap();
        json!({
            "type": "io.nats.jetstream.api.v1.consumer_info_response",
            "stream_name": "LIANJIAN_5108", "name": "c510811", "created": "2026-11-30T00:00:00Z",
            "config": {
                "durable_name": "c510811", "deliver_policy": "all", "ack_policy": "explicit",
                "ack_wait": 30_000_000_000_u64, "replay_policy": "instant", "max_ack_pending": 1000
            },
            "delivered": { "consumer_seq": script.delivered, "stream_seq": script.delivered },
            "ack_floor": { "consumer_seq": 0, "stream_seq": 0 },
            "num_ack_pending": script.out.len(), "num_redelivered": 0, "num_waiting": 0,
            "num_pending": script.batches.iter().map(Vec::len).sum::<usize>(),
            "ts": "2026-11-30T00:00:00Z"
        })
    }

    /// The number of the subscription that a subject reaches.
    fn number(&self, reply: &str) -> Option<String> {
        let reaches = |pattern: &str| match pattern.strip_suffix(['*', '>']) {
            Some(stem) => reply.starts_with(stem),
            None => pattern == reply,
        };
        let found = self.subscriptions.iter().rev().find(|(pattern, _)| reaches(pattern));
        found.map(|(_, number)| number.clone())
    }

    fn send(&mut self, inbox: &str, subject: &str, reply: Option<&str>, body: &[u8]) {
        let Some(number) = self.number(inbox) else { return };
        let reply = reply.map(|reply| format!(" {reply}")).unwrap_or_default();
        let mut bytes = format!("MSG {subject} {number}{reply} {}\r\n", body.len()).into_bytes();
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(b"\r\n");
        self.write(&bytes);
    }

    fn send_status(&mut self, inbox: &str, status: &str, missing: u64) {
        let Some(number) = self.number(inbox) else { return };
        let head =
            format!("NATS/1.0 {status}\r\nNats-Pending-Messages: {missing}\r\nNats-Pending-Bytes: 0\r\n\r\n");
        self.write(format!("HMSG {inbox} {number} {0} {0}\r\n{head}\r\n", head.len()).as_bytes());
    }

    fn write(&mut self, bytes: &[u8]) {
        // A client that was killed is gone, and the next read says so.
        let _ = self.writer.write_all(bytes);
    }
}
