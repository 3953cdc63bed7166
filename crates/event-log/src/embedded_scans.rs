//! Scans as files of the data directory, each named by its hash.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use domain::document_number::Sha256Hex;
use domain::say::say;

use crate::embedded_file::explain_io;
use crate::embedded_lock::create_private;
use crate::log::LogError;
use crate::regular_file;
use crate::scans::{MAX_SCAN_BYTES, ScanStore, StoredScan, check_length, scan_hash};

/// The folder of the scans in the data directory.
pub const SCANS_FOLDER: &str = "scans";
/// What the name of a file begins with that is still being written.
const UNFINISHED: &str = ".unfinished-";
/// How many digits of its hash name the folder in which a scan lies.
const FOLDER_DIGITS: usize = 2;
/// How much is overwritten at a time.
const BLOCK_BYTES: usize = 64 << 10;

static WRITTEN: AtomicU32 = AtomicU32::new(0);

/// The scans of a data directory.
pub struct EmbeddedScans {
    folder: PathBuf,
    /// Storing and erasing take turns, so that nothing is erased that was stored anew meanwhile.
    turn: Mutex<()>,
}

impl EmbeddedScans {
    /// Those of a data directory; nothing is made before the first is stored.
    pub fn of(directory: &Path) -> Self {
        Self { folder: directory.join(SCANS_FOLDER), turn: Mutex::default() }
    }

    /// Where a scan lies below the data directory, its parts joined by slashes.
    pub fn path_of(hash: &Sha256Hex) -> String {
        let digits = hash.as_str();
        format!("{SCANS_FOLDER}/{}/{digits}", &digits[..FOLDER_DIGITS])
    }

    fn folder_of(&self, hash: &Sha256Hex) -> PathBuf {
        self.folder.join(&hash.as_str()[..FOLDER_DIGITS])
    }

    fn file_of(&self, hash: &Sha256Hex) -> PathBuf {
        self.folder_of(hash).join(hash.as_str())
    }

    fn take_turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, hash: &Sha256Hex, bytes: &[u8]) -> std::io::Result<()> {
        let folder = self.folder_of(hash);
        create_private(&folder)?;
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.folder.join(format!("{UNFINISHED}{}-{number}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options
            .open(&unfinished)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .and_then(|()| fs::rename(&unfinished, folder.join(hash.as_str())));
        if written.is_err() {
            // What is left is swept later.
            let _ = fs::remove_file(&unfinished);
        }
        written?;
        sync(&folder)?;
        sync(&self.folder)
    }

    fn mark(&self, hash: &Sha256Hex) -> std::io::Result<bool> {
        match OpenOptions::new().write(true).open(self.file_of(hash)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            opened => {
                let opened = opened?;
                opened.set_modified(SystemTime::now())?;
                opened.sync_all().map(|()| true)
            }
        }
    }

    fn overwrite_and_remove(&self, hash: &Sha256Hex) -> std::io::Result<bool> {
        let file = self.file_of(hash);
        let mut opened = match OpenOptions::new().write(true).open(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            opened => opened?,
        };
        let mut left = opened.metadata()?.len();
        let zeros = vec![0; BLOCK_BYTES];
        while left > 0 {
            let now = left.min(BLOCK_BYTES as u64);
            opened.write_all(&zeros[..usize::try_from(now).unwrap_or(BLOCK_BYTES)])?;
            left -= now;
        }
        opened.sync_all()?;
        fs::remove_file(&file)?;
        sync(&self.folder_of(hash))?;
        Ok(true)
    }

    fn entries(&self, folder: &Path) -> Result<Vec<PathBuf>, LogError> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|error| explain_io(folder, &error))?,
        };
        entries
            .map(|entry| entry.map(|entry| entry.path()).map_err(|error| explain_io(folder, &error)))
            .collect()
    }
}

fn sync(directory: &Path) -> std::io::Result<()> {
    File::open(directory)?.sync_all()
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

impl ScanStore for EmbeddedScans {
    fn put(&self, bytes: &[u8]) -> Result<Sha256Hex, LogError> {
        check_length(&self.folder.to_string_lossy(), bytes)?;
        let hash = scan_hash(bytes);
        let file = self.file_of(&hash);
        let _turn = self.take_turn();
        // One that is damaged is written anew.
        let stored = match self.get(&hash) {
            Ok(Some(_)) => self.mark(&hash).map(drop),
            _ => self.write(&hash, bytes),
        };
        stored.map_err(|error| explain_io(&file, &error))?;
        Ok(hash)
    }

    fn keep(&self, hash: &Sha256Hex) -> Result<bool, LogError> {
        let _turn = self.take_turn();
        self.mark(hash).map_err(|error| explain_io(&self.file_of(hash), &error))
    }

    fn get(&self, hash: &Sha256Hex) -> Result<Option<Vec<u8>>, LogError> {
        let file = self.file_of(hash);
        let bytes = match regular_file::read(&file, MAX_SCAN_BYTES as u64) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == ErrorKind::FileTooLarge => return Err(damaged(&file)),
            read => read.map_err(|error| explain_io(&file, &error))?,
        };
        if scan_hash(&bytes) == *hash { Ok(Some(bytes)) } else { Err(damaged(&file)) }
    }

    fn find(&self, hash: &Sha256Hex) -> Result<Option<StoredScan>, LogError> {
        let file = self.file_of(hash);
        let found = match fs::symlink_metadata(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            found => found.map_err(|error| explain_io(&file, &error))?,
        };
        let stored_at = found.modified().map_err(|error| explain_io(&file, &error))?;
        Ok(Some(StoredScan { hash: hash.clone(), bytes: found.len(), stored_at }))
    }

    fn list(&self) -> Result<Vec<StoredScan>, LogError> {
        let mut scans = Vec::new();
        let folders = self.entries(&self.folder)?;
        for folder in folders.into_iter().filter(|folder| folder.is_dir()) {
            for file in self.entries(&folder)? {
                let hash = Sha256Hex::try_from(name_of(&file).to_owned());
                // A file of another name is none of ours.
                let ours = hash.ok().filter(|hash| self.file_of(hash) == file);
                if let Some(hash) = ours {
                    scans.extend(self.find(&hash)?);
                }
            }
        }
        scans.sort_by(|one, other| one.hash.cmp(&other.hash));
        Ok(scans)
    }

    fn erase(&self, hash: &Sha256Hex) -> Result<bool, LogError> {
        let _turn = self.take_turn();
        self.overwrite_and_remove(hash).map_err(|error| explain_io(&self.file_of(hash), &error))
    }

    fn erase_if_older(&self, hash: &Sha256Hex, time: SystemTime) -> Result<bool, LogError> {
        let _turn = self.take_turn();
        if self.find(hash)?.is_none_or(|found| found.stored_at >= time) {
            return Ok(false);
        }
        self.overwrite_and_remove(hash).map_err(|error| explain_io(&self.file_of(hash), &error))
    }

    fn sweep_unfinished(&self, before: SystemTime) -> Result<usize, LogError> {
        let mut swept = 0;
        for file in self.entries(&self.folder)? {
            let is_old =
                || fs::metadata(&file).and_then(|found| found.modified()).is_ok_and(|time| time < before);
            if name_of(&file).starts_with(UNFINISHED) && is_old() {
                fs::remove_file(&file).map_err(|error| explain_io(&file, &error))?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

fn damaged(file: &Path) -> LogError {
    LogError::Corrupt {
        store: file.display().to_string(),
        position: None,
        detail: say("内容与其校验值不符", "its bytes are not those of its hash"),
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use super::*;

    /// Says to this test binary that it is the one to be killed, and where it stores.
    const VICTIM: &str = "LIANJIAN_SCAN_VICTIM";

    #[test]
    fn keeps_the_contract() {
        let directory = tempfile::tempdir().unwrap();
        crate::scan_contract::run(|name| EmbeddedScans::of(&directory.path().join(name)));
    }

    #[test]
    fn what_was_damaged_is_an_error_and_may_be_stored_anew() {
        let directory = tempfile::tempdir().unwrap();
        let scans = EmbeddedScans::of(directory.path());
        let hash = scans.put(b"a scan").unwrap();
        let file = directory.path().join(EmbeddedScans::path_of(&hash));
        for damage in [&b"a scam"[..], b"", b"a scan and more"] {
            fs::write(&file, damage).unwrap();
            assert!(scans.get(&hash).unwrap_err().is_damage());
        }
        assert_eq!(scans.put(b"a scan").unwrap(), hash);
        assert_eq!(scans.get(&hash).unwrap().as_deref(), Some(&b"a scan"[..]));
    }

    #[test]
    fn what_lies_beside_the_scans_is_none_and_only_old_pieces_are_swept() {
        let directory = tempfile::tempdir().unwrap();
        let scans = EmbeddedScans::of(directory.path());
        let hash = scans.put(b"a scan").unwrap();
        let folder = directory.path().join(SCANS_FOLDER);
        fs::write(folder.join(".unfinished-1-1"), "half").unwrap();
        fs::write(folder.join("notes.txt"), "of somebody").unwrap();
        fs::write(folder.join("00").with_extension("x"), "of somebody").unwrap();
        assert_eq!(scans.list().unwrap().iter().map(|scan| &scan.hash).collect::<Vec<_>>(), [&hash]);
        assert_eq!(scans.sweep_unfinished(SystemTime::now() - Duration::from_secs(600)).unwrap(), 0);
        assert_eq!(scans.sweep_unfinished(SystemTime::now() + Duration::from_secs(600)).unwrap(), 1);
        assert!(folder.join("notes.txt").exists() && scans.get(&hash).unwrap().is_some());
    }

    #[test]
    fn whoever_is_killed_while_storing_leaves_nothing_or_the_whole() {
        if let Some(directory) = std::env::var_os(VICTIM) {
            let scans = EmbeddedScans::of(Path::new(&directory));
            (0..u32::MAX).for_each(|number| {
                scans.put(&number.to_le_bytes().repeat(100_000)).unwrap();
            });
        }
        let directory = tempfile::tempdir().unwrap();
        let scans = EmbeddedScans::of(directory.path());
        let mut before = 0;
        for _ in 0..5 {
            let mut victim = Command::new(std::env::current_exe().unwrap())
                .args([
                    "--exact",
                    "embedded_scans::tests::whoever_is_killed_while_storing_leaves_nothing_or_the_whole",
                ])
                .env(VICTIM, directory.path())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            // Killed in the middle of the next ones.
            while scans.list().unwrap().len() < before + 3 {
                std::thread::sleep(Duration::from_millis(3));
            }
            victim.kill().unwrap();
            victim.wait().unwrap();
            let stored = scans.list().unwrap();
            for scan in &stored {
                assert_eq!(scans.get(&scan.hash).unwrap().unwrap().len() as u64, scan.bytes);
            }
            before = stored.len();
        }
        let later = SystemTime::now() + Duration::from_secs(600);
        scans.sweep_unfinished(later).unwrap();
        let left = fs::read_dir(directory.path().join(SCANS_FOLDER)).unwrap();
        assert!(left.flatten().all(|entry| entry.path().is_dir()));
    }
}
