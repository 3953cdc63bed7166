//! `backup`: copies log, access log, names and own templates of a data directory while the service runs, with a manifest
//! of hashes; keys only where asked, to a place of their own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::say::Language;
use event_log::{
    AccessStore, ControlStore, EmbeddedControl, EmbeddedLog, EmbeddedScans, EventLog, LogLocation, ScanStore,
    StoredScan, back_up,
};
use service::system_clock;
use service::upkeep::note_backup;

use crate::backup_files::{
    BackupError, CONTROL_FOLDER, LOG_FOLDER, Manifest, copy, copy_below, empty_directory,
};
use crate::exit::Failure;
use crate::local::{DataDirectory, runtime};
use crate::output::Output;

/// The files of a data directory that are copied; what is not here is made anew from the log.
pub const LOG_FILE: &str = "log.db";
pub const CONTROL_FILE: &str = "control.db";
/// What the name of a key's file ends with.
const KEY_ENDING: &str = ".key";
/// How often the copy is begun anew because somebody was erased meanwhile.
const MAX_ATTEMPTS: usize = 5;
/// The types of events after which a copy of the names no longer fits the copy of the log.
const TOMBSTONES: [&str; 2] = ["\"cn.lianjian.person.erased.", "\"cn.lianjian.document.scan-erased."];

#[derive(Debug, Args)]
pub struct Arguments {
    /// 备份到此目录，须为空或不存在 / where to: a directory that is empty or does not exist
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// 同时把签名密钥备份到另一目录（应分开保管） / the signing keys too, to a directory of their own, to be kept apart
    #[arg(long, value_name = "DIR")]
    keys_to: Option<PathBuf>,
    #[command(flatten)]
    directory: DataDirectory,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let place = arguments.directory.location()?;
    if place.log != LogLocation::Embedded {
        return Err(BackupError::OnNats.into());
    }
    empty_directory(&arguments.to)?;
    let (manifest, damaged) = take(&place.data, &arguments.to)?;
    let keys = match &arguments.keys_to {
        Some(directory) => Some(take_keys(&place.data, directory, &manifest)?),
        None => None,
    };
    let mut output = Output::new();
    // The backup is whole whatever becomes of the mark, by which the start list and `doctor` know of it.
    if let Err(cause) =
        note_backup(&place.data, system_clock(), manifest.position, keys.is_some_and(|count| count > 0))
    {
        output.line(language.pick(
            format!("备份标记未能写入数据目录（{cause}），启用清单不会显示此次备份"),
            format!("the mark of this backup could not be left in the data directory ({cause}): the start list will not show it"),
        ))?;
    }
    if damaged > 0 {
        output.line(language.pick(
            format!("{damaged} 份扫描件已损坏，未能备份：请从以前的备份取回（doctor 指明）"),
            format!("{damaged} scans are damaged and were not backed up: take them from an earlier backup (`doctor` counts them)"),
        ))?;
    }
    let (to, position, files) = (arguments.to.display(), manifest.position, manifest.files.len());
    output.line(language.pick(
        format!("已备份日志第 1 至 {position} 条，{files} 个文件，在 {to}；其中 control 含姓名和扫描件，请分开保管"),
        format!("backed up the events 1 to {position}, {files} files in {to}; its folder `control` holds names and scans: keep it apart"),
    ))?;
    output.line(match keys {
        None => language.pick(
            "未备份密钥（需要时加 --keys-to 目录）".to_owned(),
            "no keys were backed up (--keys-to DIR does)".to_owned(),
        ),
        Some(count) => {
            language.pick(format!("已备份 {count} 个密钥文件"), format!("backed up {count} key files"))
        }
    })?;
    output.flush()
}

/// The names as they are, with the last signed head, then the log, which has all that was signed, then the access log that it
/// anchors; then the names that were stored meanwhile, so that every event finds its own. Anew where a tombstone came in
/// between, for the copy would hold what the copied log says is erased.
fn take(data: &Path, to: &Path) -> Result<(Manifest, usize), Failure> {
    // First, for it is what refuses a directory that is not whole: nothing is left behind then.
    let live = EmbeddedLog::open_read_only(data)?;
    for folder in [LOG_FOLDER, CONTROL_FOLDER] {
        empty_directory(&to.join(folder))?;
    }
    let runtime = runtime()?;
    for _ in 0..MAX_ATTEMPTS {
        let taken_at = system_clock().to_string();
        let before = runtime.block_on(live.last_position())?;
        let mut paths = Vec::new();
        let mut files = vec![(CONTROL_FILE.to_owned(), CONTROL_FOLDER), (LOG_FILE.to_owned(), LOG_FOLDER)];
        files.extend(AccessStore::files(data)?.into_iter().map(|name| (name, LOG_FOLDER)));
        for (file, folder) in files {
            if data.join(&file).exists() {
                back_up(&data.join(&file), &to.join(folder).join(&file))?;
                paths.push(format!("{folder}/{file}"));
            }
        }
        let copied = EmbeddedLog::open_read_only(&to.join(LOG_FOLDER))?;
        let position = runtime.block_on(copied.last_position())?;
        drop(copied);
        if data.join(CONTROL_FILE).exists() {
            add_later(data, &to.join(CONTROL_FOLDER), position)?;
        }
        // After the log: each scan was stored before the event that names it.
        let (scans, damaged) = copy_scans(data, &to.join(CONTROL_FOLDER))?;
        paths.extend(scans);
        paths.extend(copy_templates(data, to)?);
        if !erased_after(&live, before)? {
            let manifest = Manifest::of(to, live.city(), position, taken_at, &paths)?;
            manifest.write(to)?;
            return Ok((manifest, damaged));
        }
        for path in paths {
            let file = to.join(path);
            std::fs::remove_file(&file).map_err(|cause| BackupError::Io { path: file, cause })?;
        }
    }
    Err(BackupError::KeptChanging.into())
}

/// Adds names and tokens that were stored since the copy was taken.
fn add_later(data: &Path, copy: &Path, position: u64) -> Result<(), Failure> {
    let (live, copied) = (EmbeddedControl::open(data)?, EmbeddedControl::open(copy)?);
    let known: BTreeSet<String> = copied.command_ids()?.into_iter().collect();
    for command in live.command_ids()?.iter().filter(|command| !known.contains(*command)) {
        copied.put_erasables(&live.erasables_of_command(command)?, position)?;
    }
    let known = copied.tokens()?;
    for (hash, account) in live.tokens()?.into_iter().filter(|token| !known.contains(token)) {
        copied.put_token(&hash, &account)?;
    }
    Ok(())
}

/// Copies the scans, each read and held against its hash; gives their paths in the backup, and how many are damaged and
/// left out.
fn copy_scans(data: &Path, to: &Path) -> Result<(Vec<String>, usize), Failure> {
    let (live, copied) = (EmbeddedScans::of(data), EmbeddedScans::of(to));
    let (mut paths, mut damaged) = (Vec::new(), 0);
    for StoredScan { hash, .. } in live.list()? {
        match live.get(&hash) {
            Ok(Some(bytes)) => {
                copied.put(&bytes)?;
                paths.push(format!("{CONTROL_FOLDER}/{}", EmbeddedScans::path_of(&hash)));
            }
            // Swept meanwhile, since nothing names it.
            Ok(None) => {}
            Err(error) if error.is_damage() => damaged += 1,
            Err(error) => return Err(error.into()),
        }
    }
    Ok((paths, damaged))
}

/// Copies the templates of papers that the city and its counties have put in the place of the product's.
fn copy_templates(data: &Path, to: &Path) -> Result<Vec<String>, BackupError> {
    let paths = papers::own(data);
    for path in &paths {
        copy_below(data, path, to)?;
    }
    Ok(paths)
}

fn erased_after(live: &dyn EventLog, position: u64) -> Result<bool, Failure> {
    let mut found = false;
    live.scan(position, u64::MAX, &mut |stored| {
        let holds = |marker: &&str| stored.body.windows(marker.len()).any(|part| part == marker.as_bytes());
        found = TOMBSTONES.iter().any(holds);
        if found { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    })?;
    Ok(found)
}

/// Copies every key in the data directory; says how many.
fn take_keys(data: &Path, to: &Path, backup: &Manifest) -> Result<usize, Failure> {
    empty_directory(to)?;
    let failed = |cause| BackupError::Io { path: data.to_owned(), cause };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(data).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        if name.ends_with(KEY_ENDING) {
            copy(&data.join(&name), &to.join(&name))?;
            names.push(name);
        }
    }
    names.sort();
    Manifest::of(to, &backup.city, backup.position, backup.taken_at.clone(), &names)?.write(to)?;
    Ok(names.len())
}
