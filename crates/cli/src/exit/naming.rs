//! That a failure which names a file, an address or a place names it in both languages, whatever stands in the name.

use std::io;
use std::path::PathBuf;

use domain::say::{Say, say};
use event_log::{AppendError, LockError, LogError};
use projections::StoreError;
use service::signing_key::SigningKeyError;
use simulator::place_changes::file::ProposalsError;
use simulator::places_file::PlacesFileError;

use super::Failure;
use crate::backup_files::BackupError;
use crate::nats_directory::DirectoryError;

/// Names with slashes and spaces in many places.
const NAMES: [&str; 6] = ["/srv/联建 / data/log.db", " / b.tok", "a / ", "/", "a / / b", "/srv/plain/log.db"];

#[track_caller]
fn keeps(name: &str, failure: impl Into<Failure>) {
    let failure = failure.into();
    let Say { zh, en } = failure.say();
    for half in [&zh, &en] {
        assert!(half.contains(name), "{half:?} of {failure:?}");
    }
    let is_chinese = |text: &str| text.replace(name, "").chars().any(|one| ('一'..='龥').contains(&one));
    assert!(is_chinese(&zh) && !is_chinese(&en), "{zh:?} {en:?}");
}

fn denied() -> io::Error {
    io::ErrorKind::PermissionDenied.into()
}

fn of_store(store: &str) -> Vec<LogError> {
    let store = || store.to_owned();
    let detail = || say("文件为空", "it is empty");
    vec![
        LogError::NotFound { store: store() },
        LogError::Unreachable { store: store(), detail: Say::same("Input/output error") },
        LogError::NotAnswering { store: store(), detail: Say::same("no answer") },
        LogError::Unsafe { store: store(), settings: say("内存", "in memory") },
        LogError::Credentials { file: store(), detail: Say::same("no key") },
        LogError::Busy { store: store() },
        LogError::Foreign { store: store(), detail: detail() },
        LogError::Corrupt { store: store(), position: None, detail: detail() },
        LogError::Full { store: store() },
        LogError::ReadOnly { store: store() },
        LogError::HalfRestored { directory: store() },
        LogError::WrongCity { store: store(), found: "5101".into(), expected: "5108".into() },
        LogError::NewerFormat { store: store(), found: 2, supported: 1 },
    ]
}

#[test]
fn a_store_is_named_in_both_languages_also_by_an_error_around_its_own() {
    for name in NAMES {
        for error in of_store(name) {
            keeps(name, BackupError::Store(error.clone()));
            let append = AppendError::Unavailable { cause: error.clone() };
            keeps(name, event_log::CopyError::Append(append));
            let append = AppendError::OutcomeUnknown { cause: error.clone() };
            keeps(name, event_log::CopyError::Append(append));
            keeps(name, error);
        }
        let directory = || name.to_owned();
        keeps(name, LockError::HeldByServer { directory: directory(), address: "http://[::1]:80".into() });
        keeps(name, LockError::HeldByCommand { directory: directory() });
        keeps(name, LockError::Unreachable { directory: directory(), detail: Say::same("denied") });
    }
}

#[test]
fn a_file_is_named_in_both_languages() {
    for name in NAMES {
        let path = || PathBuf::from(name);
        keeps(name, Failure::Input { path: path(), cause: denied() });
        keeps(name, Failure::Listen { address: name.to_owned(), cause: denied() });
        keeps(name, Failure::ServerUnreachable { address: name.to_owned(), detail: Say::same("refused") });
        keeps(name, Failure::usage(format!("{name} 无法读取"), format!("{name} does not read")));
        keeps(name, BackupError::NotEmpty { path: path() });
        keeps(name, BackupError::NoManifest { path: path(), detail: Say::same("none") });
        keeps(name, BackupError::Changed { file: name.to_owned() });
        keeps(name, StoreError::Unavailable { directory: path(), detail: Say::same("denied") });
        keeps(name, PlacesFileError::File { path: path(), cause: denied() });
        keeps(name, ProposalsError::Exists { path: path() });
        keeps(name, DirectoryError::NotSetUp { directory: path() });
        keeps(name, DirectoryError::Busy { directory: path() });
        let key = SigningKeyError::File { path: path(), cause: denied() };
        keeps(name, Failure::Usage { message: key.say() });
    }
}
