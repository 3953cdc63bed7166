//! `log copy`: moves a city's log from one place to another, with the names and tokens beside it.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use event_log::{DirectoryLock, LogError, LogLocation, OpenedLog, copy_control, copy_log};

use crate::exit::Failure;
use crate::language::Language;
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
    copy(&source, &target, language)
}

fn copy(source: &OpenedLog, target: &OpenedLog, language: Language) -> Result<(), Failure> {
    let runtime = runtime()?;
    let last = runtime.block_on(source.log.last_position())?;
    // Values first, as whoever records does: no event may stand in a log whose commitment nobody can open.
    let commands = copy_control(&*source.control, &*target.control, last)?;
    let mut progress = Progress::begin(language, "复制日志", "copying the log", Some(last));
    let copied =
        runtime.block_on(copy_log(&*source.log, &*target.log, &mut |position| progress.at(position)));
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
    output.line(format!("sha256 {}", copied.sha256))?;
    output.flush()
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
