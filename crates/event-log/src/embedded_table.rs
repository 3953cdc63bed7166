//! The table of events in `log.db`: append-only by trigger, appended on a condition, read by a pool of connections.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use domain::say::Say;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

use crate::embedded_file::{self as file, Access, Layout, explain, hold, name_of};
use crate::log::{AppendError, LogError, MAX_READ_BYTES, NewEvent, Position, StoredEvent, StoredEventRef};

/// How many connections are kept for reading.
pub(crate) const MAX_READERS: usize = 4;

/// The trigger on insert makes positions gapless whoever writes, and with that refuses REPLACE as well.
const LAYOUT: Layout = Layout {
    application_id: i32::from_be_bytes(*b"LJlg"),
    format: 1,
    schema: "
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE event (position INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
        CREATE TRIGGER event_positions_are_gapless BEFORE INSERT ON event
            WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM event)
            BEGIN SELECT raise(ABORT, 'an event is appended at the next position only'); END;
        CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
            BEGIN SELECT raise(ABORT, 'an event is never changed'); END;
        CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
            BEGIN SELECT raise(ABORT, 'an event is never deleted'); END;",
};

/// The triggers of the table above.
const TRIGGERS: i64 = 3;

/// The events of one city in one file. Every call blocks.
pub(crate) struct EventTable {
    file: PathBuf,
    access: Access,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl EventTable {
    /// Makes the table of a city unless the file is there.
    pub(crate) fn create_if_missing(file: &Path, city: &str) -> Result<(), LogError> {
        file::create_if_missing(file, &LAYOUT, |connection| {
            let statement = "INSERT INTO meta (key, value) VALUES ('city', ?1)";
            connection.execute(statement, [city]).map(drop)
        })
    }

    /// Opens a table that is there.
    pub(crate) fn open(file: PathBuf, access: Access) -> Result<Self, LogError> {
        let writer = Mutex::new(file::open(&file, &LAYOUT, access)?);
        let readers = Mutex::default();
        Ok(Self { file, access, writer, readers })
    }

    /// The file that holds the table.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The city whose events these are.
    pub(crate) fn city(&self) -> Result<String, LogError> {
        self.with_reader(|connection| {
            connection.query_row("SELECT value FROM meta WHERE key = 'city'", [], |row| row.get(0))
        })
    }

    /// The last position, 0 where there is none.
    pub(crate) fn last_position(&self) -> Result<Position, LogError> {
        self.with_reader(last_position)
    }

    /// Reads the whole file for damage and gaps, and looks that its guards are in place.
    pub(crate) fn check(&self) -> Result<(), LogError> {
        let finding = self.with_reader(|connection| {
            connection.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0))
        })?;
        if finding != "ok" {
            return Err(self.corrupt(None, Say::same(finding)));
        }
        self.scan(0, Position::MAX, &mut |_| ControlFlow::Continue(()))?;
        let triggers = self.with_reader(|connection| {
            let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'event_%'";
            connection.query_row(sql, (), |row| row.get::<_, i64>(0))
        })?;
        if triggers != TRIGGERS {
            let detail = format!("{triggers} of the {TRIGGERS} triggers that guard the events are in place");
            return Err(self.corrupt(None, Say::same(detail)));
        }
        Ok(())
    }

    /// Appends all events or none, if the last position is the one expected.
    pub(crate) fn append(&self, expected_last: Position, events: &[NewEvent]) -> Result<(), AppendError> {
        let unavailable = |error| AppendError::Unavailable { cause: explain(&self.file, &error) };
        let mut writer = hold(&self.writer);
        // Dropped on any way out, the transaction is rolled back and the connection fit for the next append.
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(unavailable)?;
        let last = last_position(&transaction).map_err(unavailable)?;
        if last != expected_last {
            return Err(AppendError::Conflict { expected: expected_last, last });
        }
        insert(&transaction, expected_last, events).map_err(unavailable)?;
        transaction.commit().map_err(|error| not_committed(explain(&self.file, &error)))
    }

    /// Commits and syncs a write that changes nothing: the format's number as it is.
    pub(crate) fn probe(&self) -> Result<(), LogError> {
        let writer = hold(&self.writer);
        let written = writer.pragma_update(None, "user_version", LAYOUT.format);
        written.map_err(|error| explain(&self.file, &error))
    }

    /// The events after a position, up to `limit` of them and [`MAX_READ_BYTES`].
    pub(crate) fn read(&self, after: Position, limit: usize) -> Result<Vec<StoredEvent>, LogError> {
        let mut events = Vec::new();
        let mut bytes = 0;
        self.scan(after, Position::MAX, &mut |event| {
            bytes += event.body.len();
            events.push(StoredEvent { position: event.position, body: event.body.to_vec() });
            if events.len() == limit || bytes >= MAX_READ_BYTES {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        })?;
        Ok(events)
    }

    /// Shows the events of a range, lent from SQLite's own memory, until `visit` breaks.
    pub(crate) fn scan(
        &self,
        after: Position,
        up_to: Position,
        visit: &mut dyn FnMut(StoredEventRef<'_>) -> ControlFlow<()>,
    ) -> Result<Position, LogError> {
        let mut last = after;
        let gap = self.with_reader(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT position, body FROM event WHERE position > ?1 AND position <= ?2 ORDER BY position",
            )?;
            let mut rows = statement.query([to_column(after), to_column(up_to)])?;
            while let Some(row) = rows.next()? {
                let position = from_column(row.get(0)?);
                if position != last + 1 {
                    return Ok(Some(position));
                }
                last = position;
                let body = row.get_ref(1)?.as_blob()?;
                if visit(StoredEventRef { position, body }).is_break() {
                    break;
                }
            }
            Ok(None)
        })?;
        match gap {
            None => Ok(last),
            Some(next) => {
                let missing = last + 1;
                let detail = Say::of(
                    format!("缺第 {missing} 条,其后为第 {next} 条"),
                    format!("event {missing} is missing before {next}"),
                );
                Err(self.corrupt(Some(missing), detail))
            }
        }
    }

    /// Lends a connection of the pool. After a failure it is closed instead of being lent again.
    fn with_reader<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LogError> {
        let pooled = hold(&self.readers).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => file::open(&self.file, &LAYOUT, self.access)?,
        };
        let result = work(&connection).map_err(|error| self.explain_read(&error))?;
        let mut readers = hold(&self.readers);
        if readers.len() < MAX_READERS {
            readers.push(connection);
        }
        Ok(result)
    }

    /// Puts a failure to read into our words. A disk that fails for a moment looks like damage, and whoever reads of damage
    /// stops the service: it is told of only where it is found again.
    fn explain_read(&self, error: &rusqlite::Error) -> LogError {
        let found = explain(&self.file, error);
        let may_pass =
            matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase));
        if may_pass && !file::is_damaged(&self.file, &LAYOUT) {
            return LogError::Unreachable { store: name_of(&self.file), detail: Say::same(error) };
        }
        found
    }

    fn corrupt(&self, position: Option<Position>, detail: Say) -> LogError {
        LogError::Corrupt { store: name_of(&self.file), position, detail }
    }
}

/// What a failed COMMIT means. A failed sync, or an index of the write-ahead file that cannot grow on a full disk, may leave
/// the whole group in that file, where recovery after a crash finds it. Only a lock that somebody else holds is met before
/// anything is written.
fn not_committed(cause: LogError) -> AppendError {
    match cause {
        LogError::Busy { .. } => AppendError::Unavailable { cause },
        cause => AppendError::OutcomeUnknown { cause },
    }
}

fn last_position(connection: &Connection) -> rusqlite::Result<Position> {
    let mut statement = connection.prepare_cached("SELECT coalesce(max(position), 0) FROM event")?;
    statement.query_row([], |row| row.get(0)).map(from_column)
}

fn insert(transaction: &Transaction<'_>, after: Position, events: &[NewEvent]) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached("INSERT INTO event (position, body) VALUES (?1, ?2)")?;
    for (position, event) in (after + 1..).zip(events) {
        statement.execute((to_column(position), event.body.as_slice()))?;
    }
    Ok(())
}

fn to_column(position: Position) -> i64 {
    i64::try_from(position).unwrap_or(i64::MAX)
}

/// No event stands below 1: a negative position, which only tampering can make, shows as a gap.
fn from_column(position: i64) -> Position {
    Position::try_from(position).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE_NAME: &str = "log.db";

    fn events(count: usize) -> Vec<NewEvent> {
        vec![NewEvent { subject: String::new(), body: vec![b'x'; 400] }; count]
    }

    fn open(directory: &Path) -> Result<EventTable, LogError> {
        EventTable::open(directory.join(FILE_NAME), Access::ReadWrite)
    }

    fn directory_with_events(count: usize) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        EventTable::create_if_missing(&directory.path().join(FILE_NAME), "5108").unwrap();
        open(directory.path()).unwrap().append(0, &events(count)).unwrap();
        directory
    }

    fn raw(directory: &Path) -> Connection {
        Connection::open(directory.join(FILE_NAME)).unwrap()
    }

    fn names_in(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn the_file_itself_refuses_to_change_history() {
        let directory = directory_with_events(3);
        let connection = raw(directory.path());
        for statement in [
            "UPDATE event SET body = x'00' WHERE position = 2",
            "UPDATE event SET position = 9 WHERE position = 3",
            "DELETE FROM event WHERE position = 3",
            "DELETE FROM event",
            "REPLACE INTO event (position, body) VALUES (2, x'00')",
            "INSERT OR IGNORE INTO event (position, body) VALUES (3, x'00')",
            "INSERT INTO event (position, body) VALUES (5, x'00')",
            "INSERT INTO event (position, body) VALUES (-1, x'00')",
            "INSERT INTO event (body) VALUES (x'00')",
            "INSERT INTO event (position, body) VALUES (4, 'text')",
        ] {
            connection.execute_batch(statement).unwrap_err();
        }
        let table = open(directory.path()).unwrap();
        assert_eq!(table.read(0, 10).unwrap().len(), 3);
        table.check().unwrap();
    }

    #[test]
    fn a_gap_is_named() {
        let directory = directory_with_events(5);
        raw(directory.path())
            .execute_batch("DROP TRIGGER event_is_never_deleted; DELETE FROM event WHERE position = 3")
            .unwrap();
        let table = open(directory.path()).unwrap();
        assert_eq!(table.read(0, 2).unwrap().len(), 2);
        for error in
            [table.read(0, 10).unwrap_err(), table.read(2, 1).unwrap_err(), table.check().unwrap_err()]
        {
            assert!(matches!(error, LogError::Corrupt { position: Some(3), .. }), "{error}");
        }
    }

    #[test]
    fn a_full_disk_records_nothing_and_is_survived() {
        let directory = directory_with_events(10);
        let table = open(directory.path()).unwrap();
        let allow_pages = |count: u32| {
            let statement = format!("PRAGMA max_page_count={count}");
            hold(&table.writer).query_row(&statement, [], |_| Ok(())).unwrap();
        };
        allow_pages(1);
        let refused = table.append(10, &events(200)).unwrap_err();
        assert!(matches!(refused, AppendError::Unavailable { cause: LogError::Full { .. } }), "{refused}");
        assert_eq!(table.last_position().unwrap(), 10);
        allow_pages(1_000_000);
        table.append(10, &events(200)).unwrap();
        assert_eq!(table.last_position().unwrap(), 210);
        table.check().unwrap();
    }

    #[test]
    fn a_commit_that_failed_is_unknown_unless_somebody_else_held_the_lock() {
        use rusqlite::ffi;
        let answer = |code| {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            not_committed(explain(Path::new(FILE_NAME), &error))
        };
        for code in [ffi::SQLITE_BUSY, ffi::SQLITE_BUSY_SNAPSHOT, ffi::SQLITE_BUSY_RECOVERY] {
            assert!(matches!(answer(code), AppendError::Unavailable { .. }), "{code}");
        }
        for code in [
            ffi::SQLITE_FULL,
            ffi::SQLITE_READONLY,
            ffi::SQLITE_READONLY_DBMOVED,
            ffi::SQLITE_IOERR,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_SHMSIZE,
            ffi::SQLITE_IOERR_SHMMAP,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_NOMEM,
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_PROTOCOL,
            ffi::SQLITE_NOMEM,
            ffi::SQLITE_INTERRUPT,
        ] {
            assert!(matches!(answer(code), AppendError::OutcomeUnknown { .. }), "{code}");
        }
    }

    #[test]
    fn what_is_not_a_whole_log_is_refused_and_left_as_it_is() {
        let directory = directory_with_events(1_000);
        let file = directory.path().join(FILE_NAME);
        let whole = std::fs::read(&file).unwrap();
        assert_eq!(names_in(directory.path()), [FILE_NAME]);
        let text = "not a database, ".repeat(100).into_bytes();
        for damaged in [&whole[..0], &whole[..50], &whole[..5_000], &whole[..whole.len() - 4_096], &text] {
            std::fs::write(&file, damaged).unwrap();
            let error = open(directory.path()).err().unwrap();
            assert!(matches!(error, LogError::Corrupt { .. } | LogError::Foreign { .. }), "{error}");
            assert_eq!(std::fs::read(&file).unwrap(), damaged);
        }
    }

    #[test]
    fn what_failed_to_read_is_damaged_only_where_it_fails_again() {
        use rusqlite::ffi;
        let directory = directory_with_events(1_000);
        let table = open(directory.path()).unwrap();
        let failing = |code| rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
        for code in [ffi::SQLITE_CORRUPT, ffi::SQLITE_NOTADB] {
            let error = table.explain_read(&failing(code));
            assert!(matches!(error, LogError::Unreachable { .. }), "{error}");
        }
        drop(table);
        let file = directory.path().join(FILE_NAME);
        let mut bytes = std::fs::read(&file).unwrap();
        bytes[8_192..40_000].fill(0xFF);
        std::fs::write(&file, bytes).unwrap();
        let error =
            open(directory.path()).unwrap().scan(0, Position::MAX, &mut |_| ControlFlow::Continue(()));
        assert!(error.unwrap_err().is_damage());
    }

    #[test]
    fn whoever_only_reads_leaves_nothing_behind() {
        let directory = directory_with_events(3);
        let table = {
            let file = directory.path().join(FILE_NAME);
            EventTable::open(file.clone(), Access::to_read(&file)).unwrap()
        };
        table.check().unwrap();
        assert!(matches!(
            table.append(3, &events(1)),
            Err(AppendError::Unavailable { cause: LogError::ReadOnly { .. } })
        ));
        drop(table);
        assert_eq!(names_in(directory.path()), [FILE_NAME]);
    }

    #[test]
    fn an_orphaned_write_ahead_file_is_not_replayed_into_a_new_log() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("log.db-wal"), "frames").unwrap();
        let file = directory.path().join(FILE_NAME);
        let error = EventTable::create_if_missing(&file, "5108").unwrap_err();
        assert!(matches!(error, LogError::Corrupt { .. }), "{error}");
        assert_eq!(names_in(directory.path()), ["log.db-wal"]);
    }
}
