//! A stage: a server that shows a log as a test wants it shown, honestly or not.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

use audit::checkpoint::{Checkpoint, origin};
use audit::key::SecretKey;
use audit::tile::{TileKind, TilePath, entry_bundle};
use audit::tree::{Tree, leaf_hash};

/// A slash and a SHA-256.
const HASHED_PREFIX: usize = 65;

/// What is shown.
#[derive(Clone)]
pub struct Play {
    /// Every event, the first first.
    pub events: Vec<Vec<u8>>,
    /// How many of them the head covers.
    pub signed: u64,
    /// Who signs.
    pub key: SecretKey,
    /// An event that is handed to nobody.
    pub withheld: Option<u64>,
    /// Events that are handed out in the place of those that were signed, by position.
    pub instead: Vec<(u64, Vec<u8>)>,
    /// Events of which the hashes are shown, where these are others.
    pub hashed: Option<Vec<Vec<u8>>>,
}

/// A server on a free port; its thread ends with the test.
pub struct Stage {
    /// Where it listens.
    pub address: String,
    play: Arc<Mutex<Play>>,
}

impl Play {
    /// An honest one: everything is signed and shown.
    pub fn honest(events: Vec<Vec<u8>>, key: SecretKey) -> Self {
        Self { signed: events.len() as u64, events, key, withheld: None, instead: Vec::new(), hashed: None }
    }

    /// The head.
    pub fn head(&self) -> String {
        let root = tree(&self.events).root(self.signed).unwrap();
        let head = Checkpoint::sign(&origin("5108"), self.signed, root, std::slice::from_ref(&self.key));
        String::from_utf8(head.unwrap().to_bytes()).unwrap()
    }

    /// The events that are shown, by position.
    fn handed_out(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let wanted = (1_u64..).zip(&self.events).filter(|(at, _)| Some(*at) != self.withheld);
        wanted.map(|(at, event)| {
            let instead = self.instead.iter().find(|(position, _)| *position == at);
            (at, instead.map_or(event, |(_, other)| other).as_slice())
        })
    }

    fn answer(&self, target: &str) -> Option<Vec<u8>> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        // As a mirror shows it: behind the hash of the log's origin.
        let path = path.get(HASHED_PREFIX..).filter(|rest| rest.starts_with('/')).unwrap_or(path);
        match path {
            "/checkpoint" => Some(self.head().into_bytes()),
            "/keys" => Some(format!("{}\n", self.key.public()).into_bytes()),
            "/api/v1/events" => {
                let after = query.split('&').find_map(|part| part.strip_prefix("after="));
                let after: u64 = after.map_or(0, |after| after.parse().unwrap());
                let given = self.handed_out().filter(|(at, _)| *at > after);
                Some(given.flat_map(|(_, event)| [event, b"\n"].concat()).collect())
            }
            _ => {
                let tile = TilePath::parse(path.strip_prefix("/tile/")?)?;
                if tile.kind == TileKind::Entries {
                    let (first, end) = tile.leaves()?;
                    let events = self.handed_out().filter(|(at, _)| (first + 1..=end).contains(at));
                    return entry_bundle(events.map(|(_, event)| event));
                }
                tile.hashes(&tree(self.hashed.as_ref().unwrap_or(&self.events)), self.signed)
            }
        }
    }
}

impl Stage {
    /// Begins to show.
    pub fn open(play: Play) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let play = Arc::new(Mutex::new(play));
        let shared = play.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                serve(connection, &shared);
            }
        });
        Self { address, play }
    }

    /// What is shown, to be changed.
    pub fn play(&self) -> MutexGuard<'_, Play> {
        self.play.lock().unwrap()
    }
}

fn serve(connection: TcpStream, play: &Mutex<Play>) {
    let mut lines = BufReader::new(connection.try_clone().unwrap()).lines().map_while(Result::ok);
    let first = lines.next().unwrap_or_default();
    lines.take_while(|line| !line.is_empty()).for_each(drop);
    let answer = play.lock().unwrap().answer(first.split(' ').nth(1).unwrap_or_default());
    let (status, body) = answer.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    // Whoever asked may be gone.
    let _ = (&connection).write_all(&[head.as_bytes(), &body].concat());
}

fn tree(events: &[Vec<u8>]) -> Tree {
    events.iter().map(|event| leaf_hash(event)).collect()
}
