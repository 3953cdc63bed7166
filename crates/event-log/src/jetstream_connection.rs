//! The connection to NATS, and the runtime of its own that keeps it alive whoever calls.

use domain::say::{Say, say};
use std::future::Future;
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, ServerAddr};
use tokio::runtime::Runtime;

use crate::jetstream_api::Api;
use crate::jetstream_waits::REQUEST_TIMEOUT;
use crate::log::LogError;
use crate::nats_location::NatsOptions;

/// How long a server may take to accept a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often the connection is tried out: two pings without an answer, and another server is asked.
const PING_INTERVAL: Duration = Duration::from_secs(5);
/// The pauses before a lost connection is sought again grow from the first to the last.
const FIRST_RECONNECT_PAUSE: Duration = Duration::from_millis(50);
const LAST_RECONNECT_PAUSE: Duration = Duration::from_secs(2);
/// What may wait on its way to the server.
const MAX_QUEUED_MESSAGES: usize = 4_096;
/// The threads on which the connection works: one reads, one decides.
const THREADS: usize = 2;
/// The longest file of credentials that is read.
const MAX_CREDENTIALS_BYTES: u64 = 64 << 10;

/// A connection that comes back by itself.
pub(crate) struct Connection {
    /// Nothing only while it is being dropped.
    runtime: Option<Runtime>,
    /// Speaks to the servers.
    pub(crate) client: Client,
    /// Which part of JetStream it may speak to.
    pub(crate) api: Api,
    /// The servers' addresses, for messages.
    pub(crate) store: String,
}

impl Connection {
    /// Connects to the first server that answers. Blocks.
    pub(crate) fn open(options: &NatsOptions) -> Result<Self, LogError> {
        let store = options.servers.join(",");
        let not_answering = |detail: String| LogError::not_answering(&store, detail);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("nats")
            .enable_all()
            .build()
            .map_err(|error| not_answering(error.to_string()))?;
        let connect = with_credentials(options)?
            .name("lianjian")
            .connection_timeout(CONNECT_TIMEOUT)
            .request_timeout(Some(REQUEST_TIMEOUT))
            .ping_interval(PING_INTERVAL)
            // Beyond that a publish waits: memory does not grow while the servers are away.
            .client_capacity(MAX_QUEUED_MESSAGES)
            .reconnect_delay_callback(reconnect_pause);
        let servers: Result<Vec<ServerAddr>, _> =
            options.servers.iter().map(|server| server.parse()).collect();
        let servers = servers.map_err(|error| not_answering(error.to_string()))?;
        let connected = wait_on(&runtime, async move {
            let client = connect.connect(servers).await?;
            let api = Api::of(&client).await;
            Ok::<_, async_nats::ConnectError>((client, api))
        });
        match connected {
            Some(Ok((client, api))) => Ok(Self { runtime: Some(runtime), client, api, store }),
            failed => {
                runtime.shutdown_background();
                let detail = failed.and_then(Result::err).map(|error| error.to_string());
                Err(not_answering(detail.unwrap_or_else(|| "the connection was given up".to_owned())))
            }
        }
    }

    /// Runs something on the connection's runtime and blocks until it is done; unlike `block_on` also from a thread
    /// that drives another runtime.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, LogError>> + Send + 'static,
    ) -> Result<T, LogError> {
        self.runtime.as_ref().and_then(|runtime| wait_on(runtime, work)).unwrap_or_else(|| {
            let detail = "the connection is closed".to_owned();
            Err(LogError::NotAnswering { store: self.store.clone(), detail: Say::same(detail) })
        })
    }

    /// Runs something beside, for as long as the connection lives.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(work);
        }
    }
}

impl Drop for Connection {
    /// A runtime must not be dropped where another one works; this one is told to end and not waited for.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn wait_on<T: Send + 'static>(
    runtime: &Runtime,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    // A channel, since `block_on` panics on a thread that drives a runtime already, as those of HTTP do.
    let (done, result) = mpsc::sync_channel(1);
    runtime.spawn(async move {
        // Whoever waited may be gone.
        let _ = done.send(work.await);
    });
    result.recv().ok()
}

fn reconnect_pause(attempts: usize) -> Duration {
    // Short at first: an append waits for it, and a restarted server is back within a second.
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(16);
    FIRST_RECONNECT_PAUSE.saturating_mul(1 << doublings).min(LAST_RECONNECT_PAUSE)
}

fn with_credentials(options: &NatsOptions) -> Result<ConnectOptions, LogError> {
    let mut connect = ConnectOptions::new();
    if let Some(file) = &options.certificate_authority {
        connect = connect.add_root_certificates(file.clone()).require_tls(true);
    }
    let Some(file) = &options.credentials else { return Ok(connect) };
    let text = read_secret(file)?;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [seed] if seed.starts_with("SU") => Ok(connect.nkey((*seed).to_owned())),
        [user, password] if !text.contains("-----BEGIN") => {
            Ok(connect.user_and_password((*user).to_owned(), (*password).to_owned()))
        }
        _ => connect.credentials(&text).map_err(|_| unusable(file, say("它既非 nsc 的凭据文件，也非一行 nkey 种子，也非用户名、口令各一行", "it is neither a credentials file of nsc, nor one line with an nkey seed, nor a line with the user and one with the password"))),
    }
}

/// Reads a file of secrets, which nobody but its owner may read.
fn read_secret(file: &Path) -> Result<String, LogError> {
    let metadata = file.metadata().map_err(|error| unusable(file, Say::same(error)))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(unusable(
                file,
                say("他人可读：请执行 chmod 600", "others may read it: run chmod 600 on it"),
            ));
        }
    }
    if metadata.len() > MAX_CREDENTIALS_BYTES {
        return Err(unusable(file, say("文件过大", "it is too large")));
    }
    std::fs::read_to_string(file).map_err(|error| unusable(file, Say::same(error)))
}

fn unusable(file: &Path, detail: Say) -> LogError {
    LogError::Credentials { file: file.display().to_string(), detail }
}
