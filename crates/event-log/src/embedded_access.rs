//! The access log of one instance, in `access.db`: who read, exported or signed in, each entry chained to the one before
//! by its hash, so that none is changed or taken out unseen.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::embedded_file::{self as file, Access, Layout, explain, explain_io, hold};
use crate::log::LogError;

/// The store's file within the data directory.
pub const ACCESS_FILE: &str = "access.db";

/// Entries are appended at the next number, never changed, and deleted from the oldest on only.
const LAYOUT: Layout = Layout {
    application_id: i32::from_be_bytes(*b"LJac"),
    format: 1,
    schema: "
        CREATE TABLE base (instance TEXT NOT NULL, number INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
        CREATE TABLE entry (number INTEGER PRIMARY KEY, time INTEGER NOT NULL, body BLOB NOT NULL,
            hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT;
        CREATE TRIGGER entry_numbers_are_gapless BEFORE INSERT ON entry
            WHEN NEW.number IS NOT (SELECT coalesce((SELECT max(number) FROM entry), number) + 1 FROM base)
            BEGIN SELECT raise(ABORT, 'an entry is appended at the next number only'); END;
        CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
            BEGIN SELECT raise(ABORT, 'an entry is never changed'); END;
        CREATE TRIGGER entry_is_deleted_from_the_oldest_on BEFORE DELETE ON entry
            WHEN OLD.number IS NOT (SELECT min(number) FROM entry)
            BEGIN SELECT raise(ABORT, 'only the oldest entry is deleted'); END;",
};

/// How far a chain goes: the number of its last entry, and the hash that covers all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessHead {
    /// 1, 2, 3, …; 0 before the first.
    pub number: u64,
    /// The hash of that entry.
    pub hash: [u8; 32],
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessEntry {
    /// Where it stands.
    pub number: u64,
    /// JSON.
    pub body: Vec<u8>,
    /// What it is chained by.
    pub hash: [u8; 32],
}

/// An entry to come: when, in milliseconds, and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccess {
    /// What retention goes by.
    pub time_milliseconds: i64,
    /// JSON.
    pub body: Vec<u8>,
}

impl AccessHead {
    /// Before the first entry of an instance.
    pub fn before_first(instance: &str) -> Self {
        let hash = Sha256::new().chain_update("lianjian access log ").chain_update(instance).finalize();
        Self { number: 0, hash: hash.into() }
    }

    /// After one more entry.
    pub fn then(self, body: &[u8]) -> Self {
        let number = self.number + 1;
        let hash =
            Sha256::new().chain_update(self.hash).chain_update(number.to_be_bytes()).chain_update(body);
        Self { number, hash: hash.finalize().into() }
    }
}

/// The access log of one instance. Every call blocks.
pub struct AccessStore {
    path: PathBuf,
    connection: Mutex<Connection>,
    instance: String,
}

impl AccessStore {
    /// Opens the access log of a directory, and makes it, under the given name, where it is missing.
    pub fn open(directory: &Path, new_instance: &str) -> Result<Self, LogError> {
        let path = directory.join(ACCESS_FILE);
        file::create_if_missing(&path, &LAYOUT, |connection| {
            let first = AccessHead::before_first(new_instance);
            let statement = "INSERT INTO base (instance, number, hash) VALUES (?1, 0, ?2)";
            connection.execute(statement, (new_instance, first.hash)).map(drop)
        })?;
        Self::on(path, Access::ReadWrite)
    }

    /// The names of the access logs of a directory: its own, and those of other instances that were put beside it as
    /// `access-….db`.
    pub fn files(directory: &Path) -> Result<Vec<String>, LogError> {
        let failed = |error: std::io::Error| explain_io(directory, &error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(directory).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            names.extend(Self::is_file(&name).then_some(name));
        }
        names.sort();
        Ok(names)
    }

    /// Whether a file of that name is an access log.
    pub fn is_file(name: &str) -> bool {
        let is_other = name.starts_with("access-") && name.ends_with(".db") && !name.contains(['/', '\\']);
        is_other || name == ACCESS_FILE
    }

    /// Opens every access log of a directory to be read beside whoever writes.
    pub fn open_all_read_only(directory: &Path) -> Result<Vec<Self>, LogError> {
        let names = Self::files(directory)?.into_iter();
        let paths = names.map(|name| directory.join(name));
        paths.map(|path| Self::on(path.clone(), Access::to_read(&path))).collect()
    }

    fn on(path: PathBuf, access: Access) -> Result<Self, LogError> {
        let connection = file::open(&path, &LAYOUT, access)?;
        let instance = connection.query_row("SELECT instance FROM base", [], |row| row.get(0));
        let instance = instance.map_err(|error| explain(&path, &error))?;
        Ok(Self { path, connection: Mutex::new(connection), instance })
    }

    /// Which instance's it is.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Appends entries, all or none; they are on disk when it returns.
    pub fn append(&self, entries: &[NewAccess]) -> Result<AccessHead, LogError> {
        self.with(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut head = head(&transaction)?;
            {
                let mut statement = transaction
                    .prepare_cached("INSERT INTO entry (number, time, body, hash) VALUES (?1, ?2, ?3, ?4)")?;
                for NewAccess { time_milliseconds, body } in entries {
                    head = head.then(body);
                    statement.execute((stored(head.number), time_milliseconds, body, head.hash))?;
                }
            }
            transaction.commit()?;
            Ok(head)
        })
    }

    /// How far the chain goes.
    pub fn head(&self) -> Result<AccessHead, LogError> {
        self.with(|connection| head(connection))
    }

    /// Where the chain begins: what stands before it has been kept for long enough and is gone.
    pub fn base(&self) -> Result<AccessHead, LogError> {
        self.with(|connection| base(connection))
    }

    /// The entries after a number, at most so many.
    pub fn read(&self, after: u64, limit: usize) -> Result<Vec<AccessEntry>, LogError> {
        let mut entries = Vec::new();
        self.scan(after, &mut |entry| {
            if entries.len() == limit {
                return ControlFlow::Break(());
            }
            entries.push(entry);
            ControlFlow::Continue(())
        })?;
        Ok(entries)
    }

    /// Shows every entry after a number, in order, until `visit` breaks.
    pub fn scan(
        &self,
        after: u64,
        visit: &mut dyn FnMut(AccessEntry) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        self.scan_by("SELECT number, body, hash FROM entry WHERE number > ?1 ORDER BY number", after, visit)
    }

    /// Shows every entry before a number, the newest first, until `visit` breaks.
    pub fn scan_back(
        &self,
        before: u64,
        visit: &mut dyn FnMut(AccessEntry) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        let query = "SELECT number, body, hash FROM entry WHERE number < ?1 ORDER BY number DESC";
        self.scan_by(query, before, visit)
    }

    fn scan_by(
        &self,
        query: &str,
        from: u64,
        visit: &mut dyn FnMut(AccessEntry) -> ControlFlow<()>,
    ) -> Result<(), LogError> {
        self.with(|connection| {
            let mut statement = connection.prepare_cached(query)?;
            let mut rows = statement.query([stored(from)])?;
            while let Some(row) = rows.next()? {
                let number: i64 = row.get(0)?;
                let entry =
                    AccessEntry { number: number.cast_unsigned(), body: row.get(1)?, hash: row.get(2)? };
                if visit(entry).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Deletes the entries from before a time, the oldest first and up to the first that is younger; says how many.
    pub fn forget_before(&self, time_milliseconds: i64) -> Result<u64, LogError> {
        self.with(|connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let (base, head) = (base(&transaction)?, head(&transaction)?);
            let query = "SELECT number FROM entry WHERE time >= ?1 ORDER BY number LIMIT 1";
            let kept: Option<i64> =
                transaction.query_row(query, [time_milliseconds], |row| row.get(0)).optional()?;
            let last = kept.map_or(head.number, |number| number.cast_unsigned().saturating_sub(1));
            if last > base.number {
                let query = "SELECT hash FROM entry WHERE number = ?1";
                let hash: [u8; 32] = transaction.query_row(query, [stored(last)], |row| row.get(0))?;
                // The base first: numbers stay gapless also where nothing is left.
                transaction.execute("UPDATE base SET number = ?1, hash = ?2", (stored(last), hash))?;
                transaction.execute("DELETE FROM entry WHERE number <= ?1", [stored(last)])?;
            }
            transaction.commit()?;
            Ok(last.saturating_sub(base.number))
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, LogError> {
        work(&mut hold(&self.connection)).map_err(|error| explain(&self.path, &error))
    }
}

/// Numbers are far from where the sign would change.
fn stored(number: u64) -> i64 {
    number.cast_signed()
}

fn base(connection: &Connection) -> rusqlite::Result<AccessHead> {
    read_head(connection, "SELECT number, hash FROM base")
}

fn head(connection: &Connection) -> rusqlite::Result<AccessHead> {
    let last =
        read_head(connection, "SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1").optional()?;
    last.map_or_else(|| base(connection), Ok)
}

fn read_head(connection: &Connection, query: &str) -> rusqlite::Result<AccessHead> {
    connection.prepare_cached(query)?.query_row([], |row| {
        let number: i64 = row.get(0)?;
        Ok(AccessHead { number: number.cast_unsigned(), hash: row.get(1)? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(times: std::ops::Range<i64>) -> Vec<NewAccess> {
        times
            .map(|time| NewAccess { time_milliseconds: time, body: format!("{{{time}}}").into_bytes() })
            .collect()
    }

    fn chained(store: &AccessStore, from: AccessHead) -> AccessHead {
        store.read(from.number, usize::MAX).unwrap().iter().fold(from, |head, entry| {
            let next = head.then(&entry.body);
            assert_eq!((next.number, next.hash), (entry.number, entry.hash));
            next
        })
    }

    #[test]
    fn each_entry_is_chained_to_the_one_before_across_starts() {
        let directory = tempfile::tempdir().unwrap();
        let store = AccessStore::open(directory.path(), "I1").unwrap();
        assert_eq!(store.head().unwrap(), AccessHead::before_first("I1"));
        store.append(&entries(1..4)).unwrap();
        drop(store);
        let store = AccessStore::open(directory.path(), "I2").unwrap();
        assert_eq!(store.instance(), "I1");
        let head = store.append(&entries(4..6)).unwrap();
        assert_eq!((head.number, store.head().unwrap()), (5, head));
        assert_eq!(chained(&store, AccessHead::before_first("I1")), head);
        assert_eq!(store.read(2, 2).unwrap().iter().map(|entry| entry.number).collect::<Vec<_>>(), [3, 4]);
    }

    #[test]
    fn what_was_kept_long_enough_goes_and_the_chain_goes_on() {
        let directory = tempfile::tempdir().unwrap();
        let store = AccessStore::open(directory.path(), "I1").unwrap();
        let head = store.append(&entries(1..10)).unwrap();
        assert_eq!(store.forget_before(1).unwrap(), 0);
        assert_eq!(store.forget_before(4).unwrap(), 3);
        let base = store.base().unwrap();
        assert_eq!((base.number, chained(&store, base)), (3, head));
        assert_eq!(store.forget_before(100).unwrap(), 6);
        assert_eq!((store.head().unwrap(), store.base().unwrap()), (head, head));
        assert_eq!(store.append(&entries(10..11)).unwrap().number, 10);
    }

    #[test]
    fn the_file_itself_refuses_to_change_an_entry_or_to_lose_one() {
        let directory = tempfile::tempdir().unwrap();
        let store = AccessStore::open(directory.path(), "I1").unwrap();
        store.append(&entries(1..4)).unwrap();
        for statement in [
            "UPDATE entry SET body = x'00' WHERE number = 2",
            "DELETE FROM entry WHERE number = 2",
            "INSERT INTO entry (number, time, body, hash) VALUES (9, 1, x'00', zeroblob(32))",
        ] {
            assert!(store.with(|connection| connection.execute(statement, [])).is_err(), "{statement}");
        }
    }

    #[test]
    fn it_is_read_beside_its_writer() {
        let directory = tempfile::tempdir().unwrap();
        let instances = || {
            let stores = AccessStore::open_all_read_only(directory.path()).unwrap();
            stores.iter().map(|store| store.instance().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(instances(), Vec::<String>::new());
        drop(AccessStore::open(directory.path(), "I0").unwrap());
        std::fs::rename(directory.path().join(ACCESS_FILE), directory.path().join("access-north.db"))
            .unwrap();
        let store = AccessStore::open(directory.path(), "I1").unwrap();
        assert_eq!(instances(), ["I0", "I1"]);
        let reader = AccessStore::open_all_read_only(directory.path()).unwrap().pop().unwrap();
        let head = store.append(&entries(1..3)).unwrap();
        assert_eq!(reader.head().unwrap(), head);
        assert!(reader.append(&entries(3..4)).is_err());
    }
}
