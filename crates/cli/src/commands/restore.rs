//! `restore`: puts a backup, or what mirrors hold, into an empty directory, applies the tombstones of its log, and verifies what
//! came of it.

use std::fs;
use std::path::{Path, PathBuf};

use audit::Report;
use clap::Args;
use domain::document_number::Sha256Hex;
use domain::say::{Language, Say};
use event_log::{
    AccessStore, EmbeddedControl, EmbeddedLog, EmbeddedScans, EventLog, LogLocation, RESTORING_FOLDER,
    SCANS_FOLDER, ScanStore,
};
use service::erasures::Erasures;
use service::folded_state::FoldedState;
use service::scans;

use super::audit::verified;
use super::backup::{CONTROL_FILE, LOG_FILE};
use crate::backup_files::{
    BackupError, CONTROL_FOLDER, LOG_FOLDER, Manifest, copy, copy_below, empty_directory,
};
use crate::exit::{Failure, Status};
use crate::local::{DataLocation, policy};
use crate::output::Output;
use crate::progress::Progress;

mod copies;
mod mirrors;

/// The most mirrors that are asked.
const MAX_MIRRORS: usize = 64;

/// What is said of a directory that is not what the backup should have been.
const NOT_VERIFIED: (&str, &str) =
    ("核验未通过：请勿用此目录提供服务", "not verified: do not serve from this directory");

#[derive(Debug, Args)]
pub struct Arguments {
    /// 备份所在目录 / the backup
    #[arg(
        long,
        value_name = "DIR",
        required_unless_present = "from_mirrors",
        conflicts_with = "from_mirrors"
    )]
    from: Option<PathBuf>,
    /// 由镜像恢复：镜像的地址或目录，可给出多个；取最长且签名无误的，不实者指名（恢复完成但有镜像不实，退出 5） / from mirrors, by their addresses or directories: the longest counts that is whole and properly signed, and one that lies is named (exit 5, though the rest is restored)
    #[arg(long, value_name = "DIR|URL", num_args = 1..=MAX_MIRRORS, requires = "trust")]
    from_mirrors: Vec<String>,
    /// 可信公钥文件：日志、见证人（含镜像）和法定数 / a file of trusted keys: the log, witnesses (mirrors among them), quorum
    #[arg(long, value_name = "KEYS", requires = "from_mirrors")]
    trust: Option<PathBuf>,
    /// 存放令牌的文件：镜像要求时出示 / a file that holds the token which mirrors ask for
    #[arg(long, value_name = "FILE", requires = "from_mirrors")]
    token_file: Option<PathBuf>,
    /// 信任的 TLS 根证书（PEM），默认用本机系统的 / the TLS root certificates to trust, in PEM; the system's where absent
    #[arg(long, value_name = "FILE", requires = "from_mirrors")]
    server_ca: Option<PathBuf>,
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
    match (&arguments.from, &arguments.trust) {
        (Some(from), _) => from_backup(from, arguments, language),
        (None, Some(trust)) => mirrors::run(arguments, trust, language),
        (None, None) => Err(Failure::usage("缺少 --trust", "--trust is missing")),
    }
}

fn from_backup(from: &Path, arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let names = arguments.names_from.as_deref().unwrap_or(from);
    // Everything is looked at before anything is written.
    let (log, control) = (Manifest::read_checked(from)?, Manifest::read_checked(names)?);
    let keys = arguments.keys_from.as_deref().map(Manifest::read_checked).transpose()?;
    let own = [&control].into_iter().chain(&keys).all(|manifest| manifest.city == log.city);
    if !own {
        return Err(Failure::usage("各份备份属于不同的城市", "the backups are of different cities"));
    }
    begin(&arguments.data)?;
    // Where it stands until all of it is there and verified; whoever opens the directory before that refuses it.
    let data = &arguments.data.join(RESTORING_FOLDER);
    put(from, &log, LOG_FOLDER, LOG_FILE, data)?;
    let own = log.files.iter().filter_map(|file| file.path.strip_prefix(LOG_FOLDER)?.strip_prefix('/'));
    for name in own.filter(|name| AccessStore::is_file(name)) {
        put(from, &log, LOG_FOLDER, name, data)?;
    }
    put(names, &control, CONTROL_FOLDER, CONTROL_FILE, data)?;
    put_scans(names, &control, data)?;
    let templates = format!("{}/", papers::DIRECTORY);
    for file in log.files.iter().filter(|file| file.path.starts_with(&templates)) {
        copy_below(from, &file.path, data)?;
    }
    for key in keys.iter().flat_map(|manifest| &manifest.files) {
        let from = arguments.keys_from.as_deref().unwrap_or(from);
        copy(&from.join(&key.path), &data.join(&key.path))?;
    }
    // Before anything is read of it: what keeps the events from being changed must be in place, and the file sound.
    let sound = EmbeddedLog::open_read_only(data).and_then(|log| log.check());
    if let Err(error) = sound {
        let mut output = Output::new();
        output.line(error.say().in_language(language))?;
        output.line(language.pick(NOT_VERIFIED.0, NOT_VERIFIED.1))?;
        output.flush()?;
        return Err(Failure::Told(Status::VERIFICATION_FAILED));
    }
    let erased = apply_tombstones(data, language)?;
    let report = verified(&DataLocation { data: data.clone(), log: LogLocation::Embedded }, language)?;
    let whole = report.is_consistent() && report.last_position == log.position;
    if whole {
        finish(&arguments.data)?;
    }
    tell(&report, whole, erased, language)
}

/// Makes the directory, or takes one that is empty or holds what a restore left that was cut off.
fn begin(data: &Path) -> Result<(), BackupError> {
    let restoring = data.join(RESTORING_FOLDER);
    if restoring.symlink_metadata().is_ok() {
        // All of it is of the earlier attempt, which began with nothing, and nobody has opened it since. The folder goes
        // last: until then it says what the rest is.
        let is_rest = |path: &PathBuf| *path != restoring;
        for path in entries(data)?.into_iter().filter(is_rest).chain([restoring.clone()]) {
            let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
            let gone = if is_folder { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            gone.map_err(|cause| BackupError::Io { path, cause })?;
        }
    }
    empty_directory(data)?;
    fs::create_dir(&restoring).map_err(|cause| BackupError::Io { path: restoring, cause })?;
    sync(data)
}

/// Puts everything in its place; the log last, and then the folder goes.
fn finish(data: &Path) -> Result<(), BackupError> {
    let restoring = data.join(RESTORING_FOLDER);
    let mut all = entries(&restoring)?;
    all.sort_by_key(|path| path.ends_with(LOG_FILE));
    for path in all {
        let to = data.join(path.file_name().unwrap_or_default());
        fs::rename(&path, to).map_err(|cause| BackupError::Io { path, cause })?;
    }
    sync(data)?;
    fs::remove_dir(&restoring).map_err(|cause| BackupError::Io { path: restoring, cause })?;
    sync(data)
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, BackupError> {
    let failed = |cause| BackupError::Io { path: directory.to_owned(), cause };
    let entries = fs::read_dir(directory).map_err(failed)?;
    entries.map(|entry| entry.map(|entry| entry.path()).map_err(failed)).collect()
}

fn sync(directory: &Path) -> Result<(), BackupError> {
    let synced = fs::File::open(directory).and_then(|opened| opened.sync_all());
    synced.map_err(|cause| BackupError::Io { path: directory.to_owned(), cause })
}

fn put(from: &Path, manifest: &Manifest, folder: &str, file: &str, data: &Path) -> Result<(), BackupError> {
    let path = format!("{folder}/{file}");
    if manifest.has(&path) { copy(&from.join(path), &data.join(file)) } else { Ok(()) }
}

/// Puts the scans of a backup into the directory, each held against its hash.
fn put_scans(from: &Path, manifest: &Manifest, data: &Path) -> Result<(), Failure> {
    let (backed_up, restored) = (EmbeddedScans::of(&from.join(CONTROL_FOLDER)), EmbeddedScans::of(data));
    let prefix = format!("{CONTROL_FOLDER}/{SCANS_FOLDER}/");
    for file in manifest.files.iter().filter(|file| file.path.starts_with(&prefix)) {
        let hash = file.path.rsplit('/').next().unwrap_or_default().to_owned();
        let changed = || BackupError::Changed { file: file.path.clone() };
        let hash = Sha256Hex::try_from(hash).map_err(|_| changed())?;
        let bytes = backed_up.get(&hash)?.ok_or_else(changed)?;
        restored.put(&bytes)?;
    }
    Ok(())
}

/// What the log says is erased is erased from the names too, however old they are.
fn apply_tombstones(data: &Path, language: Language) -> Result<usize, Failure> {
    let log = EmbeddedLog::open_read_only(data)?;
    let control = EmbeddedControl::open(data)?;
    let mut folded_state = FoldedState::new(log.city().parse().map_err(Failure::internal)?, policy()?);
    let mut progress = Progress::begin(language, "读取日志", "reading the log", None);
    // What stands after that is told by the verification.
    folded_state.fold_good(&log, &mut |position| progress.at(position))?;
    progress.end();
    let mut erasures = Erasures::default();
    erasures.follow(&folded_state.state.persons);
    let scans = scans::erase(&EmbeddedScans::of(data), &folded_state.state.scans)?;
    Ok(erasures.erase(&control)? + scans)
}

/// Says what verifying as `audit verify --deep` does has found.
fn tell(report: &Report, whole: bool, erased: usize, language: Language) -> Result<(), Failure> {
    let (position, city) = (report.last_position, &report.city);
    let mut output = Output::new();
    output.line(language.pick(
        format!("城市 {city}：已恢复日志第 1 至 {position} 条，按删除记录删去 {erased} 项个人信息和扫描件"),
        format!("city {city}: restored the events 1 to {position}; {erased} values and scans deleted by tombstones"),
    ))?;
    for finding in &report.findings {
        let Say { zh, en } = finding.kind.meaning();
        let (meaning, detail) = (language.pick(zh, en), &finding.detail);
        output.line(format!("{}: {meaning} ({}) {detail}", finding.position, finding.kind.slug()))?;
    }
    output.line(if whole {
        language.pick("核验通过，可以启动服务", "verified: the service may be started")
    } else {
        language.pick(NOT_VERIFIED.0, NOT_VERIFIED.1)
    })?;
    output.flush()?;
    if whole { Ok(()) } else { Err(Failure::Told(Status::VERIFICATION_FAILED)) }
}
