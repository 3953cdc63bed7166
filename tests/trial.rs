//! Real NATS servers for tests, as `deploy/nats/trial` brings them up; they end with their handle, or with the test.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::time::Duration;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::ContextBuilder;

use crate::harness::{program, run};

/// How long a server may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// A trial of one or three servers.
pub struct Trial {
    child: Child,
    /// Closed, it ends the trial: also when the test is killed.
    stdin: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
    settings: BTreeMap<String, String>,
}

impl Trial {
    /// Brings up so many servers in a directory and waits until they serve.
    pub fn start(directory: &Path, nodes: u8, more: &[&str]) -> Self {
        Self::start_with(directory, nodes, more, &[])
    }

    /// The same with more variables for the script.
    pub fn start_with(directory: &Path, nodes: u8, more: &[&str], variables: &[(String, String)]) -> Self {
        let script = root().join("deploy/nats/trial");
        let mut child = Command::new(script)
            .arg(directory)
            .arg(nodes.to_string())
            .args(more)
            .env("LIANJIAN", program())
            .envs(variables.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut trial = Self { child, stdin, lines, settings: BTreeMap::new() };
        assert_eq!(trial.next_line(), "ready", "the servers did not come up");
        let file = std::fs::read_to_string(directory.join("trial.env")).unwrap();
        let settings = file.lines().map(|line| line.split_once('=').unwrap());
        trial.settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        trial
    }

    /// Tells the trial to do something, such as `kill 1`, and waits until it is done.
    pub fn tell(&mut self, order: &str) {
        writeln!(self.stdin.as_mut().unwrap(), "{order}").unwrap();
        assert_eq!(self.next_line(), format!("done {order}"));
    }

    fn next_line(&mut self) -> String {
        self.lines.next().expect("the trial ended: see its messages above").unwrap()
    }

    /// The addresses of the servers.
    pub fn servers(&self) -> Vec<String> {
        self.settings["NATS_URLS"].split(',').map(str::to_owned).collect()
    }

    /// What `--log` takes.
    pub fn address(&self) -> &str {
        &self.settings["NATS_URLS"]
    }

    /// Where the configuration is.
    pub fn configuration(&self) -> &Path {
        Path::new(&self.settings["NATS_CONFIG_DIR"])
    }

    /// The file with a server's process id.
    pub fn pid_file(&self, node: u8) -> PathBuf {
        self.configuration().parent().unwrap().join(format!("node-{node}/pid"))
    }

    /// The service's seed.
    pub fn city_seed(&self) -> PathBuf {
        self.configuration().join("keys/city.nk")
    }

    /// The administrator's seed: whoever has it may do anything with stream and bucket.
    pub fn admin_seed(&self) -> PathBuf {
        self.configuration().join("keys/admin.nk")
    }

    /// The seed of who copies the log.
    pub fn reader_seed(&self) -> PathBuf {
        self.configuration().join("keys/reader.nk")
    }

    /// The monitor of each server.
    pub fn monitors(&self) -> Vec<String> {
        self.settings["NATS_MONITORS"].split(',').map(str::to_owned).collect()
    }

    /// The seed of a county, where it was added.
    pub fn county_seed(&self, county: &str) -> PathBuf {
        self.configuration().join(format!("keys/c{county}.nk"))
    }

    /// `lianjian nats county add` or `remove`.
    pub fn change_county(&self, change: &str, county: &str) -> Output {
        let (configuration, pid_file) = (self.configuration(), self.pid_file(1));
        let mut arguments = vec!["nats", "county", change, county];
        arguments.extend(["--config-dir", configuration.to_str().unwrap()]);
        arguments.extend(["--pid-file", pid_file.to_str().unwrap()]);
        let log = self.log_arguments_with(&self.admin_seed());
        arguments.extend(log.iter().map(String::as_str));
        run(&arguments)
    }

    /// A connection as whoever has this seed, deaf to what it sends itself.
    pub async fn connect(&self, seed: &Path) -> Result<async_nats::Client, async_nats::ConnectError> {
        let seed = std::fs::read_to_string(seed).unwrap();
        let options = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned())
            .no_echo()
            .connection_timeout(ANSWER_LIMIT)
            .request_timeout(Some(ANSWER_LIMIT));
        options.connect(self.servers()[0].as_str()).await
    }

    /// The arguments with which the program takes these servers for its log.
    pub fn log_arguments(&self) -> Vec<String> {
        self.log_arguments_with(&self.city_seed())
    }

    /// The same with this seed.
    pub fn log_arguments_with(&self, seed: &Path) -> Vec<String> {
        let mut arguments = vec!["--log".to_owned(), self.address().to_owned()];
        arguments.extend(["--nats-credentials".to_owned(), seed.display().to_string()]);
        for monitor in self.monitors() {
            arguments.extend(["--nats-monitor".to_owned(), monitor]);
        }
        arguments.extend(["--nats-replicas".to_owned(), self.servers().len().to_string()]);
        arguments
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// JetStream under this prefix, with the patience that a busy machine needs.
pub fn jetstream(client: async_nats::Client, prefix: &str) -> Context {
    let builder = ContextBuilder::new().api_prefix(prefix).timeout(ANSWER_LIMIT).ack_timeout(ANSWER_LIMIT);
    builder.build(client)
}

/// The root of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
