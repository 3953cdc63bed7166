//! The erasable store of a data directory, in `control.db`.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::{Connection, OptionalExtension, Params, Row};

use crate::control::{ControlStore, Erasable, TokenHash};
use crate::embedded_file::{self as file, Access, Layout, explain, hold};
use crate::log::{LogError, Position};
use domain::say::Say;

/// The store's file within the data directory.
const FILE_NAME: &str = "control.db";

const LAYOUT: Layout = Layout {
    application_id: i32::from_be_bytes(*b"LJct"),
    format: 1,
    schema: "
        CREATE TABLE erasable (
            command_id TEXT NOT NULL, pointer TEXT NOT NULL, subject TEXT NOT NULL,
            salt BLOB NOT NULL CHECK (length(salt) >= 16), value TEXT NOT NULL,
            PRIMARY KEY (command_id, pointer)) STRICT;
        CREATE INDEX erasable_by_subject ON erasable (subject, pointer);
        CREATE TABLE token (hash BLOB PRIMARY KEY CHECK (length(hash) = 32), account_id TEXT NOT NULL UNIQUE)
            STRICT, WITHOUT ROWID;
        CREATE TABLE entry (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;",
};

/// The erasable store of a data directory. What a call changed is on disk when it returns, and every process sees it at once.
pub struct EmbeddedControl {
    path: PathBuf,
    writer: Mutex<Connection>,
    /// Apart from the writer, so that no sign-in waits for another's sync.
    reader: Mutex<Connection>,
}

impl EmbeddedControl {
    /// The store's file in a directory, for messages.
    pub fn file_of(directory: &Path) -> String {
        file::name_of(&directory.join(FILE_NAME))
    }

    /// Whether a directory holds a store.
    pub fn exists(directory: &Path) -> bool {
        directory.join(FILE_NAME).exists()
    }

    /// Opens `control.db` of a directory, and makes both where they are missing.
    pub fn open(directory: &Path) -> Result<Self, LogError> {
        let path = directory.join(FILE_NAME);
        file::create_if_missing(&path, &LAYOUT, |_| Ok(()))?;
        let writer = Mutex::new(file::open(&path, &LAYOUT, Access::ReadWrite)?);
        let reader = Mutex::new(file::open(&path, &LAYOUT, Access::ReadWrite)?);
        Ok(Self { path, writer, reader })
    }

    fn write<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LogError> {
        let mut writer = hold(&self.writer);
        let written = writer
            .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
            .and_then(|transaction| work(&transaction).and_then(|done| transaction.commit().map(|()| done)));
        written.map_err(|error| explain(&self.path, &error))
    }

    fn find<T: rusqlite::types::FromSql>(
        &self,
        query: &str,
        values: impl Params,
    ) -> Result<Option<T>, LogError> {
        let reader = hold(&self.reader);
        let found = reader
            .prepare_cached(query)
            .and_then(|mut statement| statement.query_row(values, |row| row.get(0)).optional());
        found.map_err(|error| explain(&self.path, &error))
    }

    fn list<T>(
        &self,
        query: &str,
        values: impl Params,
        from_row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, LogError> {
        let reader = hold(&self.reader);
        let listed = reader
            .prepare_cached(query)
            .and_then(|mut statement| statement.query_map(values, from_row)?.collect());
        listed.map_err(|error| explain(&self.path, &error))
    }

    /// Empties the write-ahead file, in which pages from before an erasure stand. Where another process is reading at
    /// this moment it stays, until the last one closes the store or the next erasure.
    fn forget_earlier_pages(&self) -> Result<(), LogError> {
        let writer = hold(&self.writer);
        writer
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(|error| explain(&self.path, &error))
    }
}

impl ControlStore for EmbeddedControl {
    // A field that is there is replaced: only who holds the directory records commands, and has asked the log before.
    fn put_erasables(&self, erasables: &[Erasable], _expected_last: Position) -> Result<(), LogError> {
        self.write(|connection| {
            let mut statement = connection.prepare_cached(
                "INSERT OR REPLACE INTO erasable (command_id, pointer, subject, salt, value) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for Erasable { command_id, pointer, subject, salt, value } in erasables {
                statement.execute((command_id, pointer, subject, salt, value))?;
            }
            Ok(())
        })
    }

    fn erasables_of_command(&self, command_id: &str) -> Result<Vec<Erasable>, LogError> {
        self.list(
            "SELECT command_id, pointer, subject, salt, value FROM erasable WHERE command_id = ?1 ORDER BY pointer",
            [command_id],
            |row| {
                Ok(Erasable {
                    command_id: row.get(0)?,
                    pointer: row.get(1)?,
                    subject: row.get(2)?,
                    salt: row.get(3)?,
                    value: row.get(4)?,
                })
            },
        )
    }

    fn value_of(&self, subject: &str, pointer: &str) -> Result<Option<String>, LogError> {
        let query =
            "SELECT value FROM erasable WHERE subject = ?1 AND pointer = ?2 ORDER BY rowid DESC LIMIT 1";
        self.find(query, (subject, pointer))
    }

    fn values_of_pointer(&self, pointer: &str) -> Result<Vec<(String, String)>, LogError> {
        let query = "SELECT subject, value FROM erasable WHERE pointer = ?1 ORDER BY rowid";
        self.list(query, [pointer], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn commands_of_subject(&self, subject: &str) -> Result<Vec<String>, LogError> {
        let query = "SELECT DISTINCT command_id FROM erasable WHERE subject = ?1 ORDER BY command_id";
        self.list(query, [subject], |row| row.get(0))
    }

    fn command_ids(&self) -> Result<Vec<String>, LogError> {
        self.list("SELECT DISTINCT command_id FROM erasable ORDER BY command_id", [], |row| row.get(0))
    }

    fn delete_erasables(&self, erasables: &[Erasable]) -> Result<(), LogError> {
        self.write(|connection| {
            let mut statement = connection.prepare_cached(
                "DELETE FROM erasable WHERE command_id = ?1 AND pointer = ?2 AND salt = ?3",
            )?;
            for Erasable { command_id, pointer, salt, .. } in erasables {
                statement.execute((command_id, pointer, salt))?;
            }
            Ok(())
        })?;
        self.forget_earlier_pages()
    }

    // `token create` may write beside whoever holds the directory, value first and event after: the caller gives it time.
    fn sweep(&self, _last: Position, is_recorded: &dyn Fn(&str) -> bool) -> Result<usize, LogError> {
        let mut orphans = self.command_ids()?;
        orphans.retain(|command| !is_recorded(command));
        for command in &orphans {
            self.delete_command(command)?;
        }
        Ok(orphans.len())
    }

    fn delete_command(&self, command_id: &str) -> Result<(), LogError> {
        self.write(|connection| {
            connection
                .prepare_cached("DELETE FROM erasable WHERE command_id = ?1")?
                .execute([command_id])
                .map(drop)
        })?;
        self.forget_earlier_pages()
    }

    fn put_token(&self, hash: &TokenHash, account_id: &str) -> Result<(), LogError> {
        self.write(|connection| {
            let statement = "INSERT INTO token (hash, account_id) VALUES (?1, ?2)
                ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash";
            connection.prepare_cached(statement)?.execute((hash, account_id)).map(drop)
        })
    }

    // Answered from the file each time: a lookup costs a few microseconds, no more than asking whether a cached copy is
    // still right.
    fn account_of_token(&self, hash: &TokenHash) -> Result<Option<String>, LogError> {
        self.find("SELECT account_id FROM token WHERE hash = ?1", [hash])
    }

    fn tokens(&self) -> Result<Vec<(TokenHash, String)>, LogError> {
        self.list("SELECT hash, account_id FROM token ORDER BY account_id", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
    }

    fn delete_token(&self, account_id: &str) -> Result<(), LogError> {
        self.write(|connection| {
            connection
                .prepare_cached("DELETE FROM token WHERE account_id = ?1")?
                .execute([account_id])
                .map(drop)
        })
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, LogError> {
        self.find("SELECT value FROM entry WHERE key = ?1", [key])
    }

    fn entries(&self) -> Result<Vec<(String, Vec<u8>)>, LogError> {
        self.list("SELECT key, value FROM entry ORDER BY key", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    fn put(&self, key: &str, value: &[u8]) -> Result<(), LogError> {
        self.write(|connection| {
            let statement = "INSERT INTO entry (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
            connection.prepare_cached(statement)?.execute((key, value)).map(drop)
        })
    }

    fn put_if(&self, key: &str, expected: Option<&[u8]>, value: &[u8]) -> Result<bool, LogError> {
        self.write(|connection| {
            let changed = match expected {
                Some(expected) => connection
                    .prepare_cached("UPDATE entry SET value = ?3 WHERE key = ?1 AND value = ?2")?
                    .execute((key, expected, value))?,
                None => connection
                    .prepare_cached("INSERT INTO entry (key, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
                    .execute((key, value))?,
            };
            Ok(changed == 1)
        })
    }

    fn check(&self) -> Result<(), LogError> {
        let found = self.find::<String>("PRAGMA quick_check(1)", [])?.unwrap_or_default();
        if found == "ok" {
            return Ok(());
        }
        Err(LogError::Corrupt { store: file::name_of(&self.path), position: None, detail: Say::same(found) })
    }

    fn catch_up(&self) -> Result<(), LogError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of_person(command_id: &str, subject: &str, value: &str) -> Erasable {
        Erasable {
            command_id: command_id.to_owned(),
            pointer: "/data/name".to_owned(),
            subject: subject.to_owned(),
            salt: vec![7; 16],
            value: value.to_owned(),
        }
    }

    #[test]
    fn erasables_are_found_by_command_by_subject_and_by_field() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedControl::open(directory.path()).unwrap();
        let first = name_of_person("C1", "P1", "张三");
        let second = name_of_person("C2", "P1", "张叁");
        let other = name_of_person("C3", "P2", "李四");
        store.put_erasables(&[first.clone(), second, other], 0).unwrap();
        drop(store);
        let store = EmbeddedControl::open(directory.path()).unwrap();
        assert_eq!(store.erasables_of_command("C1").unwrap(), [first]);
        assert_eq!(store.value_of("P1", "/data/name").unwrap().unwrap(), "张叁");
        assert_eq!(store.value_of("P3", "/data/name").unwrap(), None);
        assert_eq!(store.command_ids().unwrap(), ["C1", "C2", "C3"]);
        assert_eq!(store.commands_of_subject("P1").unwrap(), ["C1", "C2"]);
        let values = store.values_of_pointer("/data/name").unwrap();
        let subjects: Vec<_> = values.iter().map(|(subject, _)| subject.as_str()).collect();
        assert_eq!(subjects, ["P1", "P1", "P2"]);
    }

    #[test]
    fn a_bad_field_stores_none_of_its_group() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedControl::open(directory.path()).unwrap();
        let unsalted = Erasable { salt: vec![7; 15], ..name_of_person("C2", "P2", "李四") };
        store.put_erasables(&[name_of_person("C1", "P1", "张三"), unsalted], 0).unwrap_err();
        assert_eq!(store.command_ids().unwrap(), Vec::<String>::new());
        store.put_erasables(&[name_of_person("C1", "P1", "张三")], 0).unwrap();
    }

    #[test]
    fn what_is_erased_is_gone_from_the_files() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedControl::open(directory.path()).unwrap();
        let contains_name = || {
            let files = std::fs::read_dir(directory.path()).unwrap();
            files
                .map(|file| std::fs::read(file.unwrap().path()).unwrap())
                .any(|bytes| bytes.windows("王小明".len()).any(|window| window == "王小明".as_bytes()))
        };
        store
            .put_erasables(&[name_of_person("C1", "P1", "王小明"), name_of_person("C2", "P2", "李四")], 0)
            .unwrap();
        assert!(contains_name());
        store.delete_command("C1").unwrap();
        assert!(!contains_name());
        assert_eq!(store.command_ids().unwrap(), ["C2"]);
    }

    #[test]
    fn tokens_are_seen_by_another_process_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let server = EmbeddedControl::open(directory.path()).unwrap();
        let command = EmbeddedControl::open(directory.path()).unwrap();
        assert_eq!(server.account_of_token(&[1; 32]).unwrap(), None);
        command.put_token(&[1; 32], "A1").unwrap();
        assert_eq!(server.account_of_token(&[1; 32]).unwrap().unwrap(), "A1");
        command.put_token(&[2; 32], "A1").unwrap();
        assert_eq!(server.account_of_token(&[1; 32]).unwrap(), None);
        assert_eq!(server.account_of_token(&[2; 32]).unwrap().unwrap(), "A1");
        command.delete_token("A1").unwrap();
        assert_eq!(server.account_of_token(&[2; 32]).unwrap(), None);
    }

    #[test]
    fn small_values_are_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedControl::open(directory.path()).unwrap();
        assert_eq!(store.get("checkpoint").unwrap(), None);
        store.put("checkpoint", b"one").unwrap();
        store.put("checkpoint", &[0xff]).unwrap();
        assert_eq!(store.get("checkpoint").unwrap().unwrap(), [0xff]);
    }

    #[test]
    fn a_value_gives_way_only_to_who_knows_it() {
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedControl::open(directory.path()).unwrap();
        assert!(!store.put_if("checkpoint", Some(b"none"), b"one").unwrap());
        assert!(store.put_if("checkpoint", None, b"one").unwrap());
        assert!(!store.put_if("checkpoint", None, b"two").unwrap());
        assert!(!store.put_if("checkpoint", Some(b"none"), b"two").unwrap());
        assert!(store.put_if("checkpoint", Some(b"one"), b"two").unwrap());
        assert_eq!(store.get("checkpoint").unwrap().unwrap(), b"two");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let store = EmbeddedControl::open(directory.path()).unwrap();
        store.put("key", b"value").unwrap();
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let file = file.unwrap();
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        }
    }

    #[test]
    fn a_log_in_its_place_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        crate::EmbeddedLog::open(directory.path(), "5108").unwrap();
        std::fs::rename(directory.path().join("log.db"), directory.path().join(FILE_NAME)).unwrap();
        let error = EmbeddedControl::open(directory.path()).err().unwrap();
        assert!(matches!(error, LogError::Foreign { .. }), "{error}");
    }
}
