//! A copy of one of our SQLite files, taken while others read and write it.

use std::fs::File;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use crate::embedded_file::{explain, explain_io};
use crate::log::LogError;

/// Copies a file as it is at this moment to a place where nothing is yet; whole and on disk when it returns. One snapshot
/// is read, so that writers neither wait nor make it begin anew, and what was deleted is not in the copy. Blocks.
pub fn back_up(from: &Path, to: &Path) -> Result<(), LogError> {
    std::fs::metadata(from).map_err(|error| explain_io(from, &error))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(from, flags).map_err(|error| explain(from, &error))?;
    let target = to.to_string_lossy();
    connection.execute("VACUUM INTO ?1", [&*target]).map_err(|error| explain(to, &error))?;
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
    sync(to).map_err(|error| explain_io(to, &error))?;
    to.parent().map_or(Ok(()), |directory| sync(directory).map_err(|error| explain_io(directory, &error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::{ControlStore, Erasable};
    use crate::embedded::EmbeddedLog;
    use crate::embedded_control::EmbeddedControl;
    use crate::log::{EventLog, NewEvent};

    fn event(text: &str) -> NewEvent {
        NewEvent { subject: String::new(), body: text.as_bytes().to_vec() }
    }

    #[tokio::test]
    async fn a_log_is_copied_as_it_is_while_it_is_written() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let log = EmbeddedLog::open(here.path(), "5108").unwrap();
        log.append(0, vec![event("one"), event("two")]).await.unwrap();
        let copy = there.path().join("log.db");
        back_up(&here.path().join("log.db"), &copy).unwrap();
        log.append(2, vec![event("three")]).await.unwrap();
        // What is there is not overwritten.
        back_up(&here.path().join("log.db"), &copy).unwrap_err();
        let restored = EmbeddedLog::open_existing(there.path()).unwrap();
        assert_eq!((restored.city(), restored.last_position().await.unwrap()), ("5108", 2));
        assert_eq!(restored.read(0, 9).await.unwrap(), log.read(0, 2).await.unwrap());
        restored.check().unwrap();
        restored.append(2, vec![event("other")]).await.unwrap();
    }

    #[test]
    fn what_was_erased_is_not_in_the_copy() {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let control = EmbeddedControl::open(here.path()).unwrap();
        let name = Erasable {
            command_id: "C1".into(),
            pointer: "/name".into(),
            subject: "P1".into(),
            salt: vec![0; 16],
            value: "王小明".into(),
        };
        control.put_erasables(&[name], 0).unwrap();
        control.delete_command("C1").unwrap();
        let copy = there.path().join("control.db");
        back_up(&here.path().join("control.db"), &copy).unwrap();
        let bytes = std::fs::read(copy).unwrap();
        assert!(!bytes.windows(9).any(|window| window == "王小明".as_bytes()));
        assert_eq!(EmbeddedControl::open(there.path()).unwrap().command_ids().unwrap(), Vec::<String>::new());
    }
}
