//! Many readers of the stream at once, some slow, some who leave and come back, over a kill of the server: each has its own
//! events, in order, once.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Client, Desk, Office, Server, desk, fact, token};

/// Readers of each account, which is what one account may have.
const READERS: usize = 8;
/// Commands before the kill, and after it.
const COMMANDS: u64 = 120;
/// How long until every reader has everything.
const PATIENCE: Duration = Duration::from_secs(120);
/// A slow reader rests so long after each event.
const REST: Duration = Duration::from_millis(15);
/// After so many events a reader leaves who does not stay.
const LEAVES_AFTER: usize = 7;

/// How somebody reads.
#[derive(Clone, Copy)]
enum Manner {
    Steady,
    Slow,
    Leaving,
}

/// One reader and what it has.
struct Reader {
    token: String,
    manner: Manner,
    has: Mutex<Vec<(u64, Value)>>,
}

/// Where the server is by now, and whether the readers may go.
struct Place {
    address: Mutex<String>,
    is_over: AtomicBool,
}

/// Sends the readers away, also where the test fails before they have everything.
struct Over<'a>(&'a Place);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }
}

impl Reader {
    /// Follows until it is over, coming back wherever a stream ends.
    fn follow(&self, place: &Place) {
        let mut last = 0;
        while !place.is_over.load(Ordering::Relaxed) {
            let address = place.address.lock().unwrap().clone();
            if self.read(&address, &mut last, place).is_none() {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
    }

    /// One stream, from where the last one ended; nothing where it was not opened.
    fn read(&self, address: &str, last: &mut u64, place: &Place) -> Option<()> {
        let host = address.strip_prefix("http://")?;
        let mut connection = TcpStream::connect(host).ok()?;
        connection.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
        let head = format!(
            "GET /api/v1/events/stream HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\nlast-event-id: {last}\r\n\r\n",
            self.token
        );
        connection.write_all(head.as_bytes()).ok()?;
        let mut lines = BufReader::new(connection);
        let (mut line, mut id, mut event, mut count) = (Vec::new(), None, None, 0);
        let mut is_first = true;
        while !place.is_over.load(Ordering::Relaxed) {
            match lines.read_until(b'\n', &mut line) {
                Ok(0) => return Some(()),
                Ok(_) if line.ends_with(b"\n") => {}
                Ok(_) => return Some(()),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
                Err(_) => return Some(()),
            }
            let text = String::from_utf8(std::mem::take(&mut line)).unwrap();
            let text = text.trim_end();
            if std::mem::take(&mut is_first) && !text.starts_with("HTTP/1.1 200") {
                return None;
            }
            if let Some(found) = text.strip_prefix("id: ") {
                id = Some(found.parse().unwrap());
            } else if let Some(found) = text.strip_prefix("data: ") {
                event = Some(serde_json::from_str::<Value>(found).unwrap());
            } else if text.is_empty()
                && let Some(id) = id.take()
            {
                // What is cut off before its empty line has not come.
                *last = id;
                if let Some(event) = event.take() {
                    self.has.lock().unwrap().push((id, event["id"].clone()));
                    count += 1;
                }
                match self.manner {
                    Manner::Slow => std::thread::sleep(REST),
                    Manner::Leaving if count >= LEAVES_AFTER => return Some(()),
                    Manner::Steady | Manner::Leaving => {}
                }
            }
        }
        Some(())
    }
}

/// Records until so many commands are answered, or nobody answers any more.
fn record(client: &Client, office: &Office, commands: u64) -> u64 {
    let sent = (0..commands).take_while(|number| {
        let data = json!({ "organization": office.branches[2], "formal_members": 20 + number % 9 });
        client.command("update-organization", &fact("510811210", data)).status == 201
    });
    sent.count() as u64
}

/// What an account reads in one go.
fn all_of(server: &Server, token: &str) -> Vec<(u64, Value)> {
    let list = server.client(token).get("/api/v1/events").expect(200);
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        (event["sequence"].as_str().unwrap().parse().unwrap(), event["id"].clone())
    };
    list.text.lines().map(event).collect()
}

#[test]
fn every_reader_has_its_events_in_order_once_over_a_kill() {
    let Desk { _directory: directory, data, server, office } = desk();
    let accounts = [
        ("auditor", "5108"),
        ("subscriber", "510811"),
        ("subscriber", "510812"),
        ("township_clerk", "510811210"),
    ];
    let tokens = accounts.map(|(role, scope)| token(&data, role, scope));
    let manners = [Manner::Steady, Manner::Steady, Manner::Slow, Manner::Leaving];
    let readers: Vec<Reader> = tokens
        .iter()
        .flat_map(|token| manners.iter().cycle().take(READERS).map(move |manner| (token, *manner)))
        .map(|(token, manner)| Reader { token: token.clone(), manner, has: Mutex::default() })
        .collect();
    let place = Place { address: Mutex::new(server.address.clone()), is_over: AtomicBool::new(false) };
    std::thread::scope(|scope| {
        let _over = Over(&place);
        for reader in &readers {
            scope.spawn(|| reader.follow(&place));
        }
        let clerk = server.client(&office.clerk);
        assert_eq!(record(&clerk, &office, COMMANDS), COMMANDS);
        let office = &office;
        let writer = scope.spawn(move || record(&clerk, office, u64::MAX));
        std::thread::sleep(Duration::from_millis(300));
        server.kill();
        writer.join().unwrap();
        let server = Server::start(&data, &[]);
        place.address.lock().unwrap().clone_from(&server.address);
        assert_eq!(record(&server.client(&office.clerk), office, COMMANDS), COMMANDS);

        let expected = readers.iter().map(|reader| all_of(&server, &reader.token)).collect::<Vec<_>>();
        let waits = |(reader, all): (&Reader, &Vec<_>)| reader.has.lock().unwrap().len() < all.len();
        let begun = Instant::now();
        while readers.iter().zip(&expected).any(waits) && begun.elapsed() < PATIENCE {
            std::thread::sleep(Duration::from_millis(100));
        }
        place.is_over.store(true, Ordering::Relaxed);
        for (number, (reader, all)) in readers.iter().zip(&expected).enumerate() {
            assert_eq!(*reader.has.lock().unwrap(), *all, "reader {number}");
        }
        assert!(expected[0].len() > expected[READERS * 2].len(), "not everything is everybody's");
    });
    drop(directory);
}
