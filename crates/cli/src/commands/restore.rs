//! `restore`: puts a backup into an empty directory, applies the tombstones of its log, and verifies what came of it.

use std::path::{Path, PathBuf};

use clap::Args;
use event_log::{AccessStore, EmbeddedControl, EmbeddedLog, EventLog, LogLocation};
use server::erasures::Erasures;
use server::memory::Memory;

use super::audit::verified;
use super::backup::{CONTROL_FILE, LOG_FILE};
use crate::backup_files::{BackupError, CONTROL_FOLDER, LOG_FOLDER, Manifest, copy, empty_directory};
use crate::exit::{Failure, Status};
use crate::language::Language;
use crate::local::{Place, policy};
use crate::output::Output;
use crate::progress::Progress;

/// What is said of a directory that is not what the backup should have been.
const NOT_VERIFIED: (&str, &str) =
    ("核验未通过：请勿用此目录提供服务", "not verified: do not serve from this directory");

#[derive(Debug, Args)]
pub struct Arguments {
    /// 备份所在目录 / the backup
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// 姓名等取自另一份备份 / the names come from another backup
    #[arg(long, value_name = "DIR")]
    names_from: Option<PathBuf>,
    /// 密钥备份所在目录 / the backup of the keys
    #[arg(long, value_name = "DIR")]
    keys_from: Option<PathBuf>,
    /// 恢复到此目录，须为空或不存在 / where to: a directory that is empty or does not exist
    #[arg(long, value_name = "EMPTYDIR")]
    data: PathBuf,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let names = arguments.names_from.as_ref().unwrap_or(&arguments.from);
    // Everything is looked at before anything is written.
    let (log, control) = (Manifest::read_checked(&arguments.from)?, Manifest::read_checked(names)?);
    let keys = arguments.keys_from.as_deref().map(Manifest::read_checked).transpose()?;
    let own = [&control].into_iter().chain(&keys).all(|manifest| manifest.city == log.city);
    if !own {
        return Err(Failure::usage("各份备份属于不同的城市", "the backups are of different cities"));
    }
    empty_directory(&arguments.data)?;
    put(&arguments.from, &log, LOG_FOLDER, LOG_FILE, &arguments.data)?;
    let own = log.files.iter().filter_map(|file| file.path.strip_prefix(LOG_FOLDER)?.strip_prefix('/'));
    for name in own.filter(|name| AccessStore::is_file(name)) {
        put(&arguments.from, &log, LOG_FOLDER, name, &arguments.data)?;
    }
    put(names, &control, CONTROL_FOLDER, CONTROL_FILE, &arguments.data)?;
    for key in keys.iter().flat_map(|manifest| &manifest.files) {
        let from = arguments.keys_from.as_ref().unwrap_or(&arguments.from);
        copy(&from.join(&key.path), &arguments.data.join(&key.path))?;
    }
    // Before anything is read of it: what keeps the events from being changed must be in place, and the file sound.
    let sound = EmbeddedLog::open_read_only(&arguments.data).and_then(|log| log.check());
    if let Err(error) = sound {
        let mut output = Output::new();
        output.line(language.half(&error.to_string()))?;
        output.line(language.pick(NOT_VERIFIED.0, NOT_VERIFIED.1))?;
        output.flush()?;
        return Err(Failure::Told(Status::VERIFICATION_FAILED));
    }
    let erased = apply_tombstones(&arguments.data, language)?;
    tell(&arguments.data, &log, erased, language)
}

fn put(from: &Path, manifest: &Manifest, folder: &str, file: &str, data: &Path) -> Result<(), BackupError> {
    let path = format!("{folder}/{file}");
    if manifest.has(&path) { copy(&from.join(path), &data.join(file)) } else { Ok(()) }
}

/// What the log says is erased is erased from the names too, however old they are.
fn apply_tombstones(data: &Path, language: Language) -> Result<usize, Failure> {
    let log = EmbeddedLog::open_read_only(data)?;
    let control = EmbeddedControl::open(data)?;
    let mut memory = Memory::new(log.city().parse().map_err(Failure::internal)?, policy()?);
    let mut progress = Progress::begin(language, "读取日志", "reading the log", None);
    // What stands after that is told by the verification.
    memory.fold_good(&log, &mut |position| progress.at(position))?;
    progress.end();
    let mut erasures = Erasures::default();
    erasures.follow(&memory.state.persons);
    Ok(erasures.erase(&control)?)
}

/// Verifies the restored directory as `audit verify --deep` does, and says what was found.
fn tell(data: &Path, backup: &Manifest, erased: usize, language: Language) -> Result<(), Failure> {
    let place = Place { data: data.to_owned(), log: LogLocation::Embedded };
    let report = verified(&place, language)?;
    let (position, city) = (report.last_position, &report.city);
    let mut output = Output::new();
    output.line(language.pick(
        format!("城市 {city}：已恢复日志第 1 至 {position} 条，按删除记录删去 {erased} 项个人信息"),
        format!("city {city}: restored the events 1 to {position}; {erased} values deleted by tombstones"),
    ))?;
    for finding in &report.findings {
        let (zh, en) = finding.kind.meaning();
        let (meaning, detail) = (language.pick(zh, en), &finding.detail);
        output.line(format!("{}: {meaning} ({}) {detail}", finding.position, finding.kind.slug()))?;
    }
    let whole = report.is_consistent() && position == backup.position;
    output.line(if whole {
        language.pick("核验通过，可以启动服务", "verified: the service may be started")
    } else {
        language.pick(NOT_VERIFIED.0, NOT_VERIFIED.1)
    })?;
    output.flush()?;
    if whole { Ok(()) } else { Err(Failure::Told(Status::VERIFICATION_FAILED)) }
}
