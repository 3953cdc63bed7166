//! The subscriber of each language as a process: where its program is, what it says, what its journal holds.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::nats::Nats;
use crate::harness::{built, fetched, node};

/// How long anything may take until the test gives up.
const LIMIT: Duration = Duration::from_secs(180);

/// A language with an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// async-nats and cloudevents-sdk.
    Rust,
    /// nats-py and cloudevents.
    Python,
    /// @nats-io/transport-node and cloudevents.
    JavaScript,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rust, Self::Python, Self::JavaScript];

    fn command(self) -> Command {
        match self {
            Self::Rust => {
                static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
                Command::new(PROGRAM.get_or_init(|| built("subscriber")))
            }
            Self::Python => {
                let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
                let mut command = Command::new("python3");
                command.arg(root.join("docs/subscribing/python/subscriber.py"));
                command.env("PYTHONPATH", fetched("subscriber-python")).env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
            Self::JavaScript => node("subscriber-javascript", "docs/subscribing/javascript/subscriber.mjs"),
        }
    }

    /// What it says of events, and its exit status.
    pub fn check(self, schemas: &Path, events: &[u8]) -> (Vec<Value>, Option<i32>) {
        let mut child = self
            .command()
            .args(["check".as_ref(), "--schemas".as_ref(), schemas.as_os_str()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let events = events.to_vec();
        let writing = std::thread::spawn(move || input.write_all(&events));
        let output = child.wait_with_output().unwrap();
        writing.join().unwrap().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        (said.lines().map(|line| serde_json::from_str(line).unwrap()).collect(), output.status.code())
    }
}

/// A running subscriber; killed when dropped.
pub struct Subscriber {
    child: Child,
    journal: PathBuf,
    said: Arc<Mutex<String>>,
    hearing: Option<JoinHandle<()>>,
}

impl Subscriber {
    /// Starts it with the account of one county for the events of one.
    pub fn start(language: Language, nats: &Nats, county: &str, schemas: &Path, journal: &Path) -> Self {
        Self::start_as(language, nats, &nats.seed(county), county, schemas, journal)
    }

    /// Starts it with any seed.
    pub fn start_as(
        language: Language,
        nats: &Nats,
        seed: &Path,
        county: &str,
        schemas: &Path,
        journal: &Path,
    ) -> Self {
        Self::start_at(language, nats.address(), seed, county, schemas, journal)
    }

    /// Starts it for a server at an address.
    pub fn start_at(
        language: Language,
        address: &str,
        seed: &Path,
        county: &str,
        schemas: &Path,
        journal: &Path,
    ) -> Self {
        let paths = [("--seed", seed), ("--schemas", schemas), ("--journal", journal)];
        let mut child = language
            .command()
            .args(["run", "--server", address, "--county", county])
            .args(paths.iter().flat_map(|(name, path)| [name.as_ref(), path.as_os_str()]))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = Arc::<Mutex<String>>::default();
        let (mut pipe, heard) = (child.stderr.take().unwrap(), Arc::clone(&said));
        let hearing = std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = pipe.read(&mut bytes) {
                heard.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Self { child, journal: journal.to_owned(), said, hearing: Some(hearing) }
    }

    /// What it said so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// The whole lines of its journal.
    pub fn entries(&self) -> Vec<Value> {
        let text = std::fs::read(&self.journal).unwrap_or_default();
        let whole = text.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
        whole.map(|line| serde_json::from_slice(line).unwrap()).collect()
    }

    /// Waits until something holds, while it runs.
    pub fn wait_until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let begun = Instant::now();
        while !holds(self) {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("it ended with {status} before {what}: {}", self.said());
            }
            assert!(begun.elapsed() < LIMIT, "no {what}: {} entries, {}", self.entries().len(), self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits for its end; gives the exit status and what it said.
    pub fn wait(mut self) -> (Option<i32>, String) {
        let begun = Instant::now();
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < LIMIT, "it does not end: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        };
        // What it said last may still be in the pipe.
        self.hearing.take().unwrap().join().unwrap();
        (status.code(), self.said())
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
