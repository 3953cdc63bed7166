//! The SQLite files of a data directory: made whole or not at all, opened durably, their failures in plain words.

use domain::say::{Say, say};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, ffi};

use crate::log::LogError;

/// How long a statement waits for another process to finish its write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// The write-ahead log is copied into the file when it passes this many pages (64 MB): rare enough not to show in the
/// median commit, small enough to reopen at once after a crash.
const CHECKPOINT_PAGES: u32 = 16_000;
/// What a checkpoint leaves of a write-ahead log that a long scan let grow.
const WRITE_AHEAD_BYTES_KEPT: u32 = 128 << 20;
/// Memory for pages of one connection.
const CACHE_KIBIBYTES: u32 = 4 << 10;

/// What makes a SQLite file one of ours.
pub(crate) struct Layout {
    /// Written into the file's header; tells our files from others and from each other.
    pub application_id: i32,
    /// Raised whenever an older program could misread the file.
    pub format: i64,
    /// The statements that make an empty file.
    pub schema: &'static str,
}

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    ReadWrite,
    /// It writes nothing, and takes away what SQLite lays beside the file when it is the last to close.
    Look,
    /// Nothing at all: what a writer that was killed left beside the file stays as it is, for whoever serves the log.
    ReadOnly,
}

impl Access {
    /// That of one who only reads a file.
    pub(crate) fn to_read(file: &Path) -> Self {
        if beside(file, "-wal").exists() { Self::ReadOnly } else { Self::Look }
    }
}

/// Makes the file unless it is there. A crash leaves either no file or a whole one, so an empty file always means damage.
pub(crate) fn create_if_missing(
    file: &Path,
    layout: &Layout,
    fill: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<(), LogError> {
    if file.try_exists().map_err(|error| explain_io(file, &error))? {
        return Ok(());
    }
    // SQLite would replay the orphan into the new file.
    if beside(file, "-wal").exists() {
        let detail = say("文件缺失,但其 -wal 还在", "the file is gone while its -wal is there");
        return Err(LogError::Corrupt { store: name_of(file), position: None, detail });
    }
    let directory = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(|error| explain_io(directory, &error))?;
    static DRAFTS: AtomicU32 = AtomicU32::new(0);
    let draft =
        beside(file, &format!(".new-{}-{}", std::process::id(), DRAFTS.fetch_add(1, Ordering::Relaxed)));
    let made = write_draft(&draft, file, layout, fill).and_then(|()| publish(&draft, file));
    for suffix in ["", "-journal", "-wal", "-shm"] {
        // Only the draft itself is sure to exist; a leftover is harmless and no reason to fail.
        let _ = fs::remove_file(beside(&draft, suffix));
    }
    made
}

/// Fills the draft; what goes wrong is said of the file it will be.
fn write_draft(
    draft: &Path,
    file: &Path,
    layout: &Layout,
    fill: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<(), LogError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    // SQLite gives the files beside it the same permissions: what is administered is its owner's alone.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(draft).map_err(|error| explain_io(file, &error))?;
    let connection = Connection::open(draft).map_err(|error| explain(file, &error))?;
    let Layout { application_id, format, schema, .. } = layout;
    connection
        .execute_batch(&format!(
            "BEGIN; PRAGMA application_id={application_id}; PRAGMA user_version={format}; {schema}"
        ))
        .and_then(|()| fill(&connection))
        .and_then(|()| connection.execute_batch("COMMIT; PRAGMA journal_mode=WAL"))
        .and_then(|()| connection.close().map_err(|(_, error)| error))
        .map_err(|error| explain(file, &error))
}

/// Gives the draft its name unless another process was faster. A link, unlike a rename, never replaces a file.
fn publish(draft: &Path, file: &Path) -> Result<(), LogError> {
    let sync = |path: &Path| File::open(path).and_then(|opened| opened.sync_all());
    let directory = file.parent().unwrap_or(Path::new("."));
    sync(draft).map_err(|error| explain_io(file, &error))?;
    match fs::hard_link(draft, file) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(explain_io(file, &error)),
    }
    // The names must outlive a power cut too: the file's in the directory, and the directory's in its parent.
    sync(directory).map_err(|error| explain_io(directory, &error))?;
    match directory.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => {
            sync(parent).map_err(|error| explain_io(parent, &error))
        }
        _ => Ok(()),
    }
}

/// Opens an existing file. What is not ours, or is damaged at first sight, is refused before anything is written.
pub(crate) fn open(file: &Path, layout: &Layout, access: Access) -> Result<Connection, LogError> {
    let bytes = fs::metadata(file).map_err(|error| explain_io(file, &error))?.len();
    if bytes == 0 {
        let detail = say("文件为空", "it is empty");
        return Err(LogError::Foreign { store: name_of(file), detail });
    }
    let connection = match access {
        Access::Look => connect(file, layout, OpenFlags::SQLITE_OPEN_READ_WRITE, access)
            .or_else(|_| connect(file, layout, OpenFlags::SQLITE_OPEN_READ_ONLY, access)),
        Access::ReadOnly => connect(file, layout, OpenFlags::SQLITE_OPEN_READ_ONLY, access),
        Access::ReadWrite => connect(file, layout, OpenFlags::SQLITE_OPEN_READ_WRITE, access),
    }?;
    // SQLite falls back to reading where it may not write.
    if access == Access::ReadWrite
        && connection.is_readonly(MAIN_DB).map_err(|error| explain(file, &error))?
    {
        return Err(LogError::ReadOnly { store: name_of(file) });
    }
    Ok(connection)
}

fn connect(file: &Path, layout: &Layout, mode: OpenFlags, access: Access) -> Result<Connection, LogError> {
    let connection = Connection::open_with_flags(file, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| explain(file, &error))?;
    check_layout(&connection, file, layout)?;
    check_schema(&connection, file, layout)?;
    prepare(&connection, access).map_err(|error| explain(file, &error))?;
    Ok(connection)
}

/// Whether a file that could not be read is damaged: it is looked through again over a connection of its own, since a disk
/// that fails for a moment looks the same.
pub(crate) fn is_damaged(file: &Path, layout: &Layout) -> bool {
    let found = open(file, layout, Access::to_read(file)).and_then(|connection| {
        let look = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let found = connection.pragma_query_value(None, "quick_check", look);
        found.map_err(|error| explain(file, &error))
    });
    match found {
        Ok(found) => found != "ok",
        Err(error) => error.is_damage(),
    }
}

fn check_layout(connection: &Connection, file: &Path, layout: &Layout) -> Result<(), LogError> {
    let header = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| explain(file, &error))?;
    let application_id = header("application_id").map_err(|error| explain(file, &error))?;
    if application_id != i64::from(layout.application_id) {
        let detail = say("其他用途的 SQLite 数据库", "it is a SQLite database of something else");
        return Err(LogError::Foreign { store: name_of(file), detail });
    }
    let found = header("user_version").map_err(|error| explain(file, &error))?;
    if found > layout.format {
        return Err(LogError::NewerFormat { store: name_of(file), found, supported: layout.format });
    }
    Ok(())
}

/// A view in the place of a table may never end, and a trigger of somebody else's may do anything: a file holds what this
/// program makes, each in the very words. That a trigger is missing is for [`check`](crate::log::EventLog::check) to say,
/// which looks for what it should have kept out.
fn check_schema(connection: &Connection, file: &Path, layout: &Layout) -> Result<(), LogError> {
    let objects = |connection: &Connection| -> rusqlite::Result<BTreeSet<(String, String, String)>> {
        let sql = "SELECT type, name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map((), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect()
    };
    let made = || {
        let empty = Connection::open_in_memory()?;
        empty.execute_batch(layout.schema)?;
        objects(&empty)
    };
    let (own, found) = (
        made().map_err(|error| explain(file, &error))?,
        objects(connection).map_err(|error| explain(file, &error))?,
    );
    let strange = found.difference(&own).chain(own.difference(&found).filter(|(kind, ..)| kind == "table"));
    match strange.map(|(kind, name, _)| format!("{kind} {name}")).next() {
        None => Ok(()),
        Some(object) => {
            let detail = Say::of(
                format!("其中的 {object} 不是本程序所建"),
                format!("its {object} is not what this program makes"),
            );
            Err(LogError::Corrupt { store: name_of(file), position: None, detail })
        }
    }
}

fn prepare(connection: &Connection, access: Access) -> rusqlite::Result<()> {
    connection.execute_batch(&format!("PRAGMA cache_size=-{CACHE_KIBIBYTES}"))?;
    if access != Access::ReadWrite {
        return connection.execute_batch("PRAGMA query_only=ON");
    }
    // Deleted content is overwritten: what control.db erases must be gone.
    connection.execute_batch(&format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;
         PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}; PRAGMA journal_size_limit={WRITE_AHEAD_BYTES_KEPT};"
    ))
}

/// Puts a failure of SQLite into our words.
pub(crate) fn explain(file: &Path, error: &rusqlite::Error) -> LogError {
    let store = name_of(file);
    // SQLite says of some failures which file it was.
    let detail = Say::same(error);
    let extended_code = error.sqlite_error().map_or(ffi::SQLITE_ERROR, |failure| failure.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => LogError::Full { store },
        // The shared index of the write-ahead log cannot grow for one reason only.
        Some(ErrorCode::SystemIoFailure) if extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
            LogError::Full { store }
        }
        Some(ErrorCode::ReadOnly) => LogError::ReadOnly { store },
        Some(ErrorCode::NotADatabase) => LogError::Foreign { store, detail },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => LogError::Busy { store },
        // Our statements fail in general, or find nothing they can read, only where tables were tampered with.
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) | None => {
            LogError::Corrupt { store, position: None, detail }
        }
        _ => LogError::Unreachable { store, detail },
    }
}

/// Puts a failure of the file system into our words.
pub(crate) fn explain_io(path: &Path, error: &std::io::Error) -> LogError {
    let store = name_of(path);
    match error.kind() {
        ErrorKind::NotFound => LogError::NotFound { store },
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => LogError::Full { store },
        ErrorKind::ReadOnlyFilesystem => LogError::ReadOnly { store },
        _ => LogError::Unreachable { store, detail: Say::same(error) },
    }
}

/// A file's name in a message.
pub(crate) fn name_of(file: &Path) -> String {
    file.display().to_string()
}

/// The file that stands beside this one under a longer name.
pub(crate) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Takes a lock. A panic while it was held has rolled its transaction back, so what it guards is sound.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
