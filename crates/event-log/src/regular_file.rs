//! Files that somebody else named or made: opened without waiting for them, and read up to a limit.
//!
//! Behind a name may stand a pipe that nobody writes into, a device that never ends, or a file that fills the memory.

use std::fs::{File, OpenOptions};
use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

/// More than any settings, keys, receipt or head have. Who reads them has a limit of his own for each.
pub const MAX_SMALL_BYTES: u64 = 4 << 20;

/// Opens a regular file for reading; whatever else bears the name is refused at once.
pub fn open(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // A pipe without a writer would keep the opening waiting.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(Error::new(ErrorKind::InvalidInput, "it is no regular file"))
}

/// Reads a regular file of at most so many bytes.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    take(open(path)?, limit)
}

/// Reads a regular file of at most so many bytes, which must be text.
pub fn read_text(path: &Path, limit: u64) -> Result<String> {
    text(read(path, limit)?)
}

/// Reads a small file, or what comes through a pipe in its place, as a secret may.
pub fn read_small(path: &Path) -> Result<Vec<u8>> {
    take(File::open(path)?, MAX_SMALL_BYTES)
}

fn take(file: File, limit: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Error::new(ErrorKind::FileTooLarge, format!("it has more than {limit} bytes")));
    }
    Ok(bytes)
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| Error::new(ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        assert_eq!(read_text(&path, 5).unwrap(), "12345");
        assert_eq!(read(&path, 4).unwrap_err().kind(), ErrorKind::FileTooLarge);
        assert_eq!(read_small(&path).unwrap(), b"12345");
    }

    #[cfg(unix)]
    #[test]
    fn what_never_ends_is_refused_at_once() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let looped = directory.path().join("loop");
        std::os::unix::fs::symlink(&looped, &looped).unwrap();
        for path in [path.as_path(), Path::new("/dev/zero"), &looped, directory.path()] {
            assert!(open(path).is_err(), "{}", path.display());
        }
        let refused = read_small(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::FileTooLarge);
    }
}
