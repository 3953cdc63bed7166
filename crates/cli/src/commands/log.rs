//! `log copy`: moves a city's log from one place to another, with the names and tokens beside it.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use audit::checkpoint::Checkpoint;
use clap::{Args, Subcommand};
use domain::say::{Language, Say};
use event_log::{
    CopyError, DirectoryLock, LogError, LogLocation, OpenedLog, copy_control, copy_log, copy_scans,
};
use service::checkpointer::{HEAD_ENTRY, SET_ASIDE_PREFIX, WITNESSED_PREFIX};

use crate::exit::Failure;
use crate::local::runtime;
use crate::log_options::NatsArguments;
use crate::output::Output;
use crate::progress::Progress;

/// How an argument names a data directory.
const EMBEDDED_PREFIX: &str = "embedded:";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 复制日志及姓名、令牌，逐字节核对，可中断续做 / copy a log with its names and tokens, compared byte by byte; run it again to go on
    Copy(CopyArguments),
}

#[derive(Debug, Args)]
pub struct CopyArguments {
    /// 来源：embedded:目录 或 nats://… / the source: embedded:DIR or nats://…
    #[arg(long, value_name = "LOG")]
    from: String,
    /// 目标：embedded:目录 或 nats://…，须为空或已复制一部分 / the target: embedded:DIR or nats://…, empty or copied in part
    #[arg(long, value_name = "LOG")]
    to: String,
    /// 只复制到此位置（含）：其后无法读取时，以此恢复；更晚的签名检查点另存，不再沿用 / copy up to this event only, where what comes after does not read; a later signed checkpoint is set aside
    #[arg(long, value_name = "POSITION", value_parser = clap::value_parser!(u64).range(1..))]
    up_to: Option<u64>,
    #[command(flatten)]
    nats: NatsArguments,
}

/// One end of the copy.
struct End {
    location: LogLocation,
    /// Of an embedded log; for one on NATS it is not looked at.
    directory: PathBuf,
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    let Command::Copy(arguments) = command;
    let (from, to) =
        (End::parse(&arguments.from, &arguments.nats)?, End::parse(&arguments.to, &arguments.nats)?);
    // Held, so that no service writes to either meanwhile.
    let _locks = (from.lock()?, to.lock()?);
    let source = from.open_source()?;
    let target = to.location.open(&to.directory, source.log.city())?;
    copy(&source, &target, arguments.up_to, language)
}

fn copy(
    source: &OpenedLog,
    target: &OpenedLog,
    up_to: Option<u64>,
    language: Language,
) -> Result<(), Failure> {
    let runtime = runtime()?;
    let there = runtime.block_on(source.log.last_position())?;
    let last = up_to.unwrap_or(there);
    // Before anything is copied.
    if there < last {
        return Err(CopyError::TooShort { last: there, up_to: last }.into());
    }
    // Values first, as whoever records does: no event may stand in a log whose commitment nobody can open.
    let set_aside = Cell::new(None);
    let rename = |key: &str, value: &[u8]| match up_to.and_then(|last| key_beyond(key, value, last)) {
        Some((key, size)) => {
            set_aside.set(set_aside.get().max(Some(size)));
            key
        }
        None => key.to_owned(),
    };
    let commands = copy_control(&*source.control, &*target.control, last, &rename)?;
    let scans = copy_scans(&*source.scans, &*target.scans);
    let mut progress = Progress::begin(language, "复制日志", "copying the log", Some(last));
    let copied =
        runtime.block_on(copy_log(&*source.log, &*target.log, up_to, &mut |position| progress.at(position)));
    progress.end();
    let copied = copied?;
    let new = copied.last - copied.found;
    let mut output = Output::new();
    output.line(language.pick(
        format!("已复制 {new} 条（目标原有 {} 条），共 {} 条；{commands} 条指令的姓名等已复制", copied.found, copied.last),
        format!(
            "copied {new} events ({} were there), {} in all; with the names and the like of {commands} commands",
            copied.found, copied.last
        ),
    ))?;
    output.line(match &scans {
        Ok(count) => language.pick(format!("扫描件 {count} 份"), format!("{count} scans")),
        // Servers that were set up before there were scans hold none, and grant nobody to ask for them.
        Err(error) => {
            let Say { zh, en } = error.say();
            language.pick(format!("扫描件未复制：{zh}"), format!("no scans were copied: {en}"))
        }
    })?;
    if let Some(size) = set_aside.get() {
        output.line(language.pick(
            format!("原已签署前 {size} 条的检查点另存，不再沿用：服务启动后自第 {last} 条起继续签署。持有原检查点者（见证人、审计人员）须告知此事"),
            format!("the checkpoint of {size} events is set aside: a service goes on signing from event {last}. Tell those who hold it, witnesses and auditors"),
        ))?;
    }
    output.line(format!("sha256 {}", copied.sha256))?;
    output.flush()
}

/// The key under which a signed head of more events than are copied stands in the target, and its size: no service takes
/// it for its own there.
fn key_beyond(key: &str, value: &[u8], last: u64) -> Option<(String, u64)> {
    if key != HEAD_ENTRY && !key.starts_with(WITNESSED_PREFIX) {
        return None;
    }
    let size = Checkpoint::parse(value).ok()?.size;
    (size > last).then(|| (format!("{SET_ASIDE_PREFIX}{size:020}.{key}"), size))
}

impl End {
    fn parse(text: &str, nats: &NatsArguments) -> Result<Self, Failure> {
        if let Some(directory) = text.strip_prefix(EMBEDDED_PREFIX).filter(|directory| !directory.is_empty())
        {
            return Ok(Self { location: LogLocation::Embedded, directory: directory.into() });
        }
        let location = nats.location(text)?;
        if location == LogLocation::Embedded {
            return Err(Failure::usage("请写 embedded:目录", "name the directory: embedded:DIR"));
        }
        Ok(Self { location, directory: PathBuf::new() })
    }

    fn lock(&self) -> Result<Option<DirectoryLock>, Failure> {
        match self.location {
            LogLocation::Embedded => Ok(Some(DirectoryLock::acquire(&self.directory, "")?)),
            LogLocation::Nats(_) => Ok(None),
        }
    }

    fn open_source(&self) -> Result<OpenedLog, Failure> {
        if self.location.city(&self.directory)?.is_none() {
            return Err(LogError::NotFound { store: describe(&self.directory) }.into());
        }
        Ok(self.location.open_existing(&self.directory)?)
    }
}

fn describe(directory: &Path) -> String {
    if directory.as_os_str().is_empty() { "nats://".to_owned() } else { directory.display().to_string() }
}
