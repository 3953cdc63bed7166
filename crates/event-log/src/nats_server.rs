//! A real nats-server for tests: started on free ports of this machine, killed, restarted, and ended with the test.
#![expect(clippy::unwrap_used, clippy::panic, reason = "it serves tests")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::nats_location::NatsOptions;

/// The server that we ship configurations for; `LIANJIAN_TEST_NATS` chooses another one that is let in.
pub const VERSION: &str = "2.15.1";
const CHOSEN: &str = "LIANJIAN_TEST_NATS";
/// One that is too old, and that says yes to everything.
pub const OLD_VERSION: &str = "2.9.10";
/// How long a server may take to start.
const START_LIMIT: Duration = Duration::from_secs(30);
/// The settings with which nothing acknowledged is lost.
pub const DURABLE: &str = "sync_interval: always";

/// A server with its directory, its port and its monitor.
pub struct NatsServer {
    child: Option<Child>,
    version: &'static str,
    directory: PathBuf,
    /// Where clients connect.
    pub port: u16,
    /// Where it can be looked at.
    pub monitor_port: u16,
}

impl NatsServer {
    /// Starts a server that keeps its data in a directory, durably.
    pub fn start(directory: &Path) -> Self {
        Self::start_with(VERSION, directory, DURABLE)
    }

    /// Starts a server of a version with these settings of JetStream.
    pub fn start_with(version: &'static str, directory: &Path, settings: &str) -> Self {
        let (port, monitor_port) = (free_port(), free_port());
        fs::create_dir_all(directory).unwrap();
        let mut server = Self { child: None, version, directory: directory.to_owned(), port, monitor_port };
        server.configure(settings, "");
        server.restart();
        server
    }

    /// Writes these settings of JetStream, and more of the server, for the next start.
    pub fn configure(&self, settings: &str, more: &str) {
        let (port, monitor_port, store) = (self.port, self.monitor_port, self.store());
        let text = format!(
            "listen: 127.0.0.1:{port}\nhttp: 127.0.0.1:{monitor_port}\nserver_name: n{port}\njetstream {{\n store_dir: {store:?}\n {settings}\n}}\n{more}\n"
        );
        fs::write(self.directory.join("server.conf"), text).unwrap();
    }

    /// Starts it again on the same ports and data.
    pub fn restart(&mut self) {
        let log = fs::File::create(self.directory.join("server.log")).unwrap();
        let child = Command::new(program(self.version))
            .arg("-c")
            .arg(self.directory.join("server.conf"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        self.child = Some(child.unwrap());
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read_to_string(self.directory.join("server.log")).unwrap_or_default();
            assert!(begun.elapsed() < START_LIMIT, "nats-server does not start:\n{}", log());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// `kill -9`, also of one that was killed already.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// How to reach it, and to see that it is durable.
    pub fn options(&self) -> NatsOptions {
        NatsOptions {
            monitors: vec![format!("http://127.0.0.1:{}", self.monitor_port)],
            ..NatsOptions::parse(&self.address()).unwrap()
        }
    }

    /// `nats://…`.
    pub fn address(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Where it keeps its data.
    pub fn store(&self) -> PathBuf {
        self.directory.join("store")
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The binary, which `./test` fetches.
fn program(version: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let chosen = std::env::var(CHOSEN).ok().filter(|_| version == VERSION);
    let version = chosen.as_deref().unwrap_or(version);
    let program = root.join(format!(".tools/nats-{version}/nats-server"));
    if !program.exists() {
        panic!("{} is missing: run ./test once, which fetches it", program.display());
    }
    program
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
