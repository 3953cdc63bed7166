//! A file that is there whole or not at all: written beside its name, and given it once it is on disk.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, OFlags, RenameFlags, renameat_with};
use rustix::io::Errno;

/// What the name ends with while the file is not whole. One that a killed writer left is written over.
const UNFINISHED: &str = ".part";

/// While it is written, nobody else may read it.
const PRIVATE: u32 = 0o600;

/// A file under way.
pub struct NewFile {
    path: PathBuf,
    beside: PathBuf,
    file: File,
    is_finished: bool,
}

impl NewFile {
    /// Begins a file that is not there yet, with these permissions; what is there is not overwritten.
    pub fn begin(path: &Path, mode: u32) -> io::Result<Self> {
        refuse_existing(path)?;
        let mut name = path.as_os_str().to_owned();
        name.push(UNFINISHED);
        let beside = PathBuf::from(name);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false).mode(mode);
        // What a stranger left under that name points nowhere.
        let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
        let file = options.custom_flags(flags).open(&beside)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => io::ErrorKind::WouldBlock.into(),
            TryLockError::Error(error) => error,
        })?;
        file.set_len(0)?;
        Ok(Self { path: path.to_owned(), beside, file, is_finished: false })
    }

    /// What is written to.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Gives it its name, on disk before and after.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        match renameat_with(CWD, &self.beside, CWD, &self.path, RenameFlags::NOREPLACE) {
            Ok(()) => {}
            // A file system that cannot do it at once, such as that of a stick.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                refuse_existing(&self.path)?;
                std::fs::rename(&self.beside, &self.path)?;
            }
            Err(error) => return Err(error.into()),
        }
        self.is_finished = true;
        let directory = self.path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    }
}

/// Writes a file beside the old one and puts it in its place, on disk before and after.
pub fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let beside = path.with_extension("new");
    match std::fs::remove_file(&beside) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&beside)?;
    file.set_permissions(Permissions::from_mode(mode))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_finished {
            // One that stays is written over by the next attempt.
            let _ = std::fs::remove_file(&self.beside);
        }
    }
}

fn refuse_existing(path: &Path) -> io::Result<()> {
    match path.symlink_metadata() {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_once_it_is_whole_and_is_never_overwritten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.tar");
        let mut file = NewFile::begin(&path, 0o600).unwrap();
        file.file().write_all(b"whole").unwrap();
        assert!(!path.exists());
        assert_eq!(NewFile::begin(&path, 0o600).err().unwrap().kind(), io::ErrorKind::WouldBlock);
        file.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        assert_eq!(NewFile::begin(&path, 0o600).err().unwrap().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_left_or_given_up_is_no_hindrance() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("b.tar");
        std::fs::write(directory.path().join("b.tar.part"), "half of a longer file").unwrap();
        let mut file = NewFile::begin(&path, 0o600).unwrap();
        file.file().write_all(b"whole").unwrap();
        file.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
        drop(NewFile::begin(&directory.path().join("c.tar"), 0o600).unwrap());
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
        // Somebody was faster.
        let other = directory.path().join("d.tar");
        let file = NewFile::begin(&other, 0o600).unwrap();
        std::fs::write(&other, "theirs").unwrap();
        assert_eq!(file.finish().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read(&other).unwrap(), b"theirs");
        std::os::unix::fs::symlink("elsewhere", directory.path().join("e.tar.part")).unwrap();
        assert!(NewFile::begin(&directory.path().join("e.tar"), 0o600).is_err());
    }
}
