//! Receives one county's events from NATS and keeps them, each once, in a journal; `check` reads events from a pipe.
//!
//! ```text
//! subscriber run --server nats://127.0.0.1:4222 --seed c510811.seed --county 510811 \
//!     --schemas schemas/events --journal journal.ndjson
//! curl … /api/v1/events?scope=510811 | subscriber check --schemas schemas/events
//! ```
//!
//! Stop it however you like: what was not acknowledged comes again, and what is in the journal is dropped as a repeat.
//! Ends with 2 for wrong arguments, 5 where the log has a gap or was rewritten, 6 where the server cannot be reached.

mod event;
mod journal;

use std::io::{BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use async_nats::jetstream::consumer::{self, PullConsumer};
use async_nats::jetstream::{self, AckKind, Message};
use clap::{Args, Parser};
use futures_util::TryStreamExt;
use serde_json::json;

use event::{Reader, SchemaError};
use journal::{Broken, Journal, Outcome, PutBack, Verdict, number_of};

/// How many events are in hand at once; with 60,000 bytes an event at most, this bounds the memory.
const BATCH_EVENTS_MAX: u64 = 64;
const LINE_BYTES_MAX: u64 = 1 << 18;
const WAIT: Duration = Duration::from_secs(5);
const PUT_BACK: Duration = Duration::from_secs(1);
const RECONNECTS_MAX: usize = 150;

#[derive(Parser)]
enum Arguments {
    /// Receives until it is stopped.
    Run(Run),
    /// Reads events from standard input, a line each, and says of each what it is today.
    Check {
        /// The directory schemas/events.
        #[arg(long)]
        schemas: PathBuf,
    },
}

#[derive(Args)]
struct Run {
    /// nats://… or tls://…
    #[arg(long)]
    server: String,
    /// The file with the county's nkey seed.
    #[arg(long)]
    seed: PathBuf,
    /// The file with the certificates that the server's is checked against.
    #[arg(long)]
    ca: Option<PathBuf>,
    #[arg(long, default_value = "5108")]
    city: String,
    #[arg(long)]
    county: String,
    /// The directory schemas/events.
    #[arg(long)]
    schemas: PathBuf,
    #[arg(long)]
    journal: PathBuf,
}

/// Why it stopped.
#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error("已停止 / stopped: {0}")]
    Broken(#[from] Broken),
    #[error(transparent)]
    Schemas(#[from] SchemaError),
    #[error("文件读写失败 / a file cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    #[error("无法连接 / cannot reach the server: {0}")]
    Server(async_nats::Error),
}

#[tokio::main]
async fn main() -> ExitCode {
    let stopped = match Arguments::parse() {
        Arguments::Run(arguments) => run(&arguments).await.err(),
        Arguments::Check { schemas } => match check(&schemas) {
            Ok(all_are_good) => return ExitCode::from(if all_are_good { 0 } else { 5 }),
            Err(stopped) => Some(stopped),
        },
    };
    if let Some(stopped) = &stopped {
        eprintln!("{stopped}");
    }
    ExitCode::from(match stopped {
        None => 0,
        Some(Stopped::Schemas(_) | Stopped::File(_)) => 1,
        Some(Stopped::Broken(_)) => 5,
        Some(Stopped::Server(_)) => 6,
    })
}

async fn run(arguments: &Run) -> Result<(), Stopped> {
    let reader = Reader::open(&arguments.schemas)?;
    let mut journal = Journal::open(&arguments.journal, &arguments.county)?;
    journal.retry_parked(&reader)?;
    let mut consumer = connect(arguments).await?;
    let mut ahead = PutBack::new();
    let mut waiting = consumer.cached_info().num_pending;
    check_end(&journal, consumer.cached_info())?;
    loop {
        // Asking for more than there is would wait for the rest; the last message said how many are waiting.
        let count = waiting.clamp(1, BATCH_EVENTS_MAX) as usize;
        let messages = consumer.batch().max_messages(count).expires(WAIT).messages().await;
        let messages = messages.map_err(|error| Stopped::Server(error.into()))?;
        let mut messages: Vec<Message> = messages.try_collect().await.map_err(Stopped::Server)?;
        waiting = match messages.last() {
            None => {
                let info = consumer.info().await.map_err(|error| Stopped::Server(error.into()))?;
                check_end(&journal, info)?;
                0
            }
            Some(last) => last.info().map_err(Stopped::Server)?.pending,
        };
        // What comes again stands among what is new.
        messages.sort_by_key(|message| message.info().map_or(0, |info| info.stream_sequence));
        if take(&mut journal, &reader, &messages, &mut ahead).await? {
            // What is missing before them was given to a run that died: it comes again. If all that is out are these,
            // it does not.
            let out = consumer.info().await.map_err(|error| Stopped::Server(error.into()))?.num_ack_pending;
            if out <= ahead.len() {
                journal.check_put_back(&ahead)?;
            }
            tokio::time::sleep(PUT_BACK).await;
            waiting = BATCH_EVENTS_MAX;
        }
    }
}

fn check_end(journal: &Journal, info: &consumer::Info) -> Result<(), Broken> {
    if info.num_pending == 0 { journal.check_end(info.delivered.stream_sequence) } else { Ok(()) }
}

async fn connect(arguments: &Run) -> Result<PullConsumer, Stopped> {
    let seed = std::fs::read_to_string(&arguments.seed)?;
    let mut options = async_nats::ConnectOptions::with_nkey(seed.trim().to_owned())
        .name(format!("subscriber {}", arguments.county))
        .max_reconnects(RECONNECTS_MAX);
    if let Some(ca) = &arguments.ca {
        options = options.add_root_certificates(ca.clone()).require_tls(true);
    }
    let client = options.connect(&arguments.server).await.map_err(|error| Stopped::Server(error.into()))?;
    let (stream, durable) = (format!("LIANJIAN_{}", arguments.city), format!("c{}", arguments.county));
    let context = jetstream::with_prefix(client, "JS.GOV.API");
    let consumers =
        context.get_stream_no_info(&stream).await.map_err(|error| Stopped::Server(error.into()))?;
    let consumer = consumers.get_consumer(&durable).await.map_err(Stopped::Server)?;
    eprintln!("正在接收 / receiving {stream} {durable}");
    Ok(consumer)
}

/// Handles a batch: one write for all of it, then the acknowledgements. Says whether something was put back.
async fn take(
    journal: &mut Journal,
    reader: &Reader,
    messages: &[Message],
    ahead: &mut PutBack,
) -> Result<bool, Stopped> {
    let (mut entries, mut answers) = (Vec::new(), Vec::new());
    let mut is_any_ahead = false;
    for message in messages {
        let position = message.info().map_err(Stopped::Server)?.stream_sequence;
        match journal.judge(reader, &message.subject, position, &message.payload)? {
            Verdict::Ahead => {
                is_any_ahead = true;
                ahead.insert(position, (message.subject.to_string(), number_of(&message.payload)));
                answers.push((message, AckKind::Nak(Some(PUT_BACK))));
                continue;
            }
            Verdict::Repeat => {}
            Verdict::New(entry) => {
                if let Outcome::Parked { reason, .. } = &entry.outcome {
                    eprintln!("搁置 / parked: {position}: {reason}");
                }
                entries.push(*entry);
            }
        }
        ahead.remove(&position);
        answers.push((message, AckKind::Ack));
    }
    if !entries.is_empty() {
        journal.write(&entries)?;
    }
    for (message, answer) in answers {
        message.ack_with(answer).await.map_err(Stopped::Server)?;
    }
    Ok(is_any_ahead)
}

fn check(schemas: &Path) -> Result<bool, Stopped> {
    let reader = Reader::open(schemas)?;
    let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
    let (mut line, mut all_are_good) = (Vec::new(), true);
    while input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line)? > 0 {
        let said = match reader.read(&line) {
            Ok(event) => {
                let mut said = serde_json::to_value(event).unwrap_or_default();
                said["outcome"] = "good".into();
                said
            }
            Err(error) => {
                all_are_good = false;
                json!({ "outcome": "bad", "reason": error.to_string() })
            }
        };
        writeln!(output, "{said}")?;
        line.clear();
    }
    Ok(all_are_good)
}
