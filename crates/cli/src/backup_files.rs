//! The files of a backup: which there are, their hashes in a manifest, and whether they still are what it says.

use domain::errors;
use domain::say::Say;
use std::fs::{File, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use event_log::{LogError, create_private, regular_file};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::new_file::NewFile;

/// The manifest's name in a backup.
pub const MANIFEST: &str = "manifest.json";
/// Where the log and the access log stand in a backup, and where the names.
pub const LOG_FOLDER: &str = "log";
pub const CONTROL_FOLDER: &str = "control";
/// The format that this program writes and reads.
const FORMAT: u32 = 1;
/// How much of a file is read at a time.
const BLOCK_BYTES: usize = 1 << 20;
/// The largest manifest that is read.
const MAX_MANIFEST_BYTES: u64 = 64 << 20;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Raised whenever an older program could misread it.
    pub format: u32,
    /// Whose log.
    pub city: String,
    /// The last event in it.
    pub position: u64,
    /// When it was taken.
    pub taken_at: String,
    /// What belongs to it.
    pub files: Vec<BackedUp>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackedUp {
    /// Below the backup's directory, its parts joined by slashes.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
}

errors! {
    /// Why a backup is not taken, or not restored.
    #[derive(Debug)]
    pub enum BackupError {
        /// It would overwrite something.
        #[zh("{} 不是空目录：请另选一个空的或尚不存在的目录", path.display())]
        #[en("{} is not empty: choose a directory that is empty or does not exist", path.display())]
        NotEmpty {
            /// Which directory.
            path: PathBuf,
        },
        /// It is no backup.
        #[zh("{} 不是备份，或其清单无法读取：{}", path.display(), detail.zh)]
        #[en("{} is no backup, or its manifest does not read: {}", path.display(), detail.en)]
        NoManifest {
            /// Which directory.
            path: PathBuf,
            /// What is wrong.
            detail: Say,
        },
        /// A file is not what the manifest says.
        #[zh("备份中的 {file} 与清单不符，未恢复任何内容")]
        #[en("{file} of the backup is not what its manifest says; nothing was restored")]
        Changed {
            /// Which file.
            file: String,
        },
        /// Its log is on NATS.
        #[zh("日志在 NATS 上：先用 lianjian log copy 复制到 embedded:目录，再备份该目录")]
        #[en("the log is on NATS: copy it to embedded:DIR with `lianjian log copy`, then back that directory up")]
        OnNats,
        /// Somebody was erased during every attempt.
        #[zh("备份期间不断有个人信息被删除，请稍后再备份")]
        #[en("persons were erased while the backup was taken: take it again later")]
        KeptChanging,
        /// The file system.
        #[zh("{}：{cause}", path.display())]
        #[en("{}: {cause}", path.display())]
        Io {
            /// Which file or directory.
            path: PathBuf,
            /// The system's reason.
            cause: io::Error,
        },
    } of {
        /// A store.
        Store(#[from] LogError),
    }
}

impl Manifest {
    /// Of the files below a directory, as they are now.
    pub fn of(
        directory: &Path,
        city: &str,
        position: u64,
        taken_at: String,
        paths: &[String],
    ) -> Result<Self, BackupError> {
        let files = paths.iter().map(|path| BackedUp::of(directory, path)).collect::<Result<_, _>>()?;
        Ok(Self { format: FORMAT, city: city.to_owned(), position, taken_at, files })
    }

    /// Writes it beside its files, last: without it a directory is no backup.
    pub fn write(&self, directory: &Path) -> Result<(), BackupError> {
        let path = directory.join(MANIFEST);
        let failed = |cause: io::Error| BackupError::Io { path: path.clone(), cause };
        let text = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        let mut file = NewFile::begin(&path, 0o600).map_err(failed)?;
        file.file().write_all(&text).and_then(|()| file.finish()).map_err(failed)
    }

    /// Reads it, and every file that it names.
    pub fn read_checked(directory: &Path) -> Result<Self, BackupError> {
        let no_manifest = |detail: String| BackupError::NoManifest {
            path: directory.to_owned(),
            detail: Say::same(detail),
        };
        let text = regular_file::read_text(&directory.join(MANIFEST), MAX_MANIFEST_BYTES);
        let text = text.map_err(|error| no_manifest(error.to_string()))?;
        let manifest: Self = serde_json::from_str(&text).map_err(|error| no_manifest(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(no_manifest(format!("format {}", manifest.format)));
        }
        for file in &manifest.files {
            // A manifest names files below its directory and none elsewhere.
            let is_below = file.path.split('/').all(|part| !part.is_empty() && part != "..");
            if !is_below || BackedUp::of(directory, &file.path)? != *file {
                return Err(BackupError::Changed { file: file.path.clone() });
            }
        }
        Ok(manifest)
    }

    /// Whether it has a file.
    pub fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| file.path == path)
    }
}

impl BackedUp {
    fn of(directory: &Path, path: &str) -> Result<Self, BackupError> {
        let file = directory.join(path);
        let failed = |cause: io::Error| match cause.kind() {
            io::ErrorKind::NotFound => BackupError::Changed { file: path.to_owned() },
            _ => BackupError::Io { path: file.clone(), cause },
        };
        let mut reader = regular_file::open(&file).map_err(failed)?;
        let (mut hash, mut bytes, mut block) = (Sha256::new(), 0, vec![0; BLOCK_BYTES]);
        loop {
            let read = reader.read(&mut block).map_err(failed)?;
            if read == 0 {
                break;
            }
            hash.update(&block[..read]);
            bytes += read as u64;
        }
        let sha256 = domain::hexadecimal(&hash.finalize());
        Ok(Self { path: path.to_owned(), bytes, sha256 })
    }
}

/// Makes a directory, or takes one that is empty; either is its owner's alone from then on.
pub fn empty_directory(path: &Path) -> Result<(), BackupError> {
    let failed = |cause: io::Error| BackupError::Io { path: path.to_owned(), cause };
    create_private(path).map_err(failed)?;
    if std::fs::read_dir(path).map_err(failed)?.next().is_some() {
        return Err(BackupError::NotEmpty { path: path.to_owned() });
    }
    std::fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)
}

/// Copies a file to the same path below another directory.
pub fn copy_below(from: &Path, path: &str, to: &Path) -> Result<(), BackupError> {
    let copied = to.join(path);
    if let Some(folder) = copied.parent() {
        create_private(folder).map_err(|cause| BackupError::Io { path: folder.to_owned(), cause })?;
    }
    copy(&from.join(path), &copied)
}

/// Copies a file and sees it on disk. The copy is its owner's alone, whatever the file was.
pub fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        |cause: io::Error| BackupError::Io { path, cause }
    };
    let mut source = regular_file::open(from).map_err(failed(from))?;
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    let mut copied = options.open(to).map_err(failed(to))?;
    io::copy(&mut source, &mut copied).map_err(failed(to))?;
    copied.sync_all().map_err(failed(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backup(directory: &Path) -> Manifest {
        std::fs::create_dir(directory.join(LOG_FOLDER)).unwrap();
        std::fs::write(directory.join("log/log.db"), "bytes").unwrap();
        let paths = ["log/log.db".to_owned()];
        let manifest = Manifest::of(directory, "5108", 7, "2026-11-25T00:00:00.000Z".into(), &paths).unwrap();
        manifest.write(directory).unwrap();
        manifest
    }

    #[test]
    fn a_backup_is_what_its_manifest_says_or_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let written = backup(directory.path());
        assert_eq!(Manifest::read_checked(directory.path()).unwrap(), written);
        assert_eq!(
            written.files[0].sha256,
            "277089d91c0bdf4f2e6862ba7e4a07605119431f5d13f726dd352b06f1b206a9"
        );
        std::fs::write(directory.path().join("log/log.db"), "bytez").unwrap();
        assert!(matches!(Manifest::read_checked(directory.path()), Err(BackupError::Changed { .. })));
        std::fs::remove_file(directory.path().join("log/log.db")).unwrap();
        assert!(matches!(Manifest::read_checked(directory.path()), Err(BackupError::Changed { .. })));
        std::fs::write(directory.path().join(MANIFEST), "{}").unwrap();
        assert!(matches!(Manifest::read_checked(directory.path()), Err(BackupError::NoManifest { .. })));
    }

    #[test]
    fn a_manifest_names_no_file_elsewhere() {
        let directory = tempfile::tempdir().unwrap();
        let mut manifest = backup(directory.path());
        manifest.files[0].path = "log/../log/log.db".into();
        std::fs::remove_file(directory.path().join(MANIFEST)).unwrap();
        manifest.write(directory.path()).unwrap();
        assert!(matches!(Manifest::read_checked(directory.path()), Err(BackupError::Changed { .. })));
    }

    #[test]
    fn a_directory_that_holds_something_is_not_taken() {
        let directory = tempfile::tempdir().unwrap();
        empty_directory(&directory.path().join("a/b")).unwrap();
        assert!(matches!(empty_directory(directory.path()), Err(BackupError::NotEmpty { .. })));
    }
}
