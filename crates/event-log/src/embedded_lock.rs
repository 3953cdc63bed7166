//! The lock on a data directory: one holder at a time, and its address for whoever comes second.

use domain::errors;
use domain::say::Say;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// The file that is locked; it stays empty.
const LOCK_FILE_NAME: &str = "lock";
/// Where the holder says how to reach it: apart, because a locked file cannot be read on every system.
const ADDRESS_FILE_NAME: &str = "lock.address";

/// Held for as long as it lives. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct DirectoryLock {
    address_file: PathBuf,
    _locked: File,
}

errors! {
    /// Why a data directory could not be taken.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum LockError {
        /// A server holds it: go through that.
        #[zh("数据目录 {directory} 正由 {address} 的服务使用:能加 --server {address} 的命令请加上,其他命令须先停止该服务")]
        #[en("the data directory {directory} is held by the server at {address}: add --server {address} to a command that takes it, or stop the server first")]
        HeldByServer {
            /// Which directory.
            directory: String,
            /// Where the server listens.
            address: String,
        },
        /// A command without an address holds it.
        #[zh("数据目录 {directory} 正由另一条命令使用:请等它结束")]
        #[en("the data directory {directory} is held by another command: wait for it to end")]
        HeldByCommand {
            /// Which directory.
            directory: String,
        },
        /// Others may write into the directory: what they put there under a name of ours would be followed or believed.
        #[zh("他人可写入数据目录 {directory}：请执行 chmod go-w")]
        #[en("others may write into the data directory {directory}: run chmod go-w on it")]
        Exposed {
            /// Which directory.
            directory: String,
        },
        /// The lock could not be tried.
        #[zh("无法锁定数据目录 {directory}:{}。请检查权限和磁盘", detail.zh)]
        #[en("the data directory {directory} cannot be locked ({}): check its permissions and the disk", detail.en)]
        Unreachable {
            /// Which directory.
            directory: String,
            /// The reason given by the system.
            detail: Say,
        },
    }
}

impl DirectoryLock {
    /// Takes the directory, making it if need be, or says who holds it. A holder that serves nobody gives an empty address.
    pub fn acquire(directory: &Path, holder_address: &str) -> Result<Self, LockError> {
        let name = directory.display().to_string();
        let unreachable = |error: std::io::Error| LockError::Unreachable {
            directory: name.clone(),
            detail: Say::same(error),
        };
        create_private(directory).map_err(unreachable)?;
        if is_open_to_others(directory).map_err(unreachable)? {
            return Err(LockError::Exposed { directory: name });
        }
        let address_file = directory.join(ADDRESS_FILE_NAME);
        let locked = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(directory.join(LOCK_FILE_NAME))
            .map_err(unreachable)?;
        // The file stays whoever holds it: one that was deleted and made anew could be locked twice.
        match locked.try_lock() {
            Ok(()) => {
                fs::write(&address_file, holder_address).map_err(unreachable)?;
                Ok(Self { address_file, _locked: locked })
            }
            Err(TryLockError::Error(error)) => Err(unreachable(error)),
            Err(TryLockError::WouldBlock) => match fs::read_to_string(&address_file) {
                Ok(address) if !address.is_empty() => {
                    Err(LockError::HeldByServer { directory: name, address })
                }
                _ => Err(LockError::HeldByCommand { directory: name }),
            },
        }
    }
}

/// Makes a directory that is its owner's alone, unless it is there.
pub fn create_private(directory: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(unix)]
fn is_open_to_others(directory: &Path) -> std::io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(directory)?.permissions().mode() & 0o022 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_directory: &Path) -> std::io::Result<bool> {
    Ok(false)
}

impl Drop for DirectoryLock {
    fn drop(&mut self) {
        // Best effort: the next holder overwrites it, and nobody reads it while the lock is free.
        let _ = fs::remove_file(&self.address_file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: &str = "http://127.0.0.1:8080";

    #[test]
    fn the_second_learns_the_address_of_the_first() {
        let directory = tempfile::tempdir().unwrap();
        let first = DirectoryLock::acquire(directory.path(), SERVER).unwrap();
        let error = DirectoryLock::acquire(directory.path(), "").unwrap_err();
        assert!(matches!(&error, LockError::HeldByServer { address, .. } if address == SERVER), "{error}");
        assert!(error.to_string().contains("--server http://127.0.0.1:8080"));
        drop(first);
        let _command = DirectoryLock::acquire(directory.path(), "").unwrap();
        let error = DirectoryLock::acquire(directory.path(), SERVER).unwrap_err();
        assert!(matches!(error, LockError::HeldByCommand { .. }), "{error}");
    }

    #[test]
    fn what_a_killed_holder_left_binds_nobody() {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join(LOCK_FILE_NAME), "").unwrap();
        fs::write(directory.path().join(ADDRESS_FILE_NAME), SERVER).unwrap();
        DirectoryLock::acquire(directory.path(), "").unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_into_which_others_may_write_is_refused_and_a_new_one_is_its_owners() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (shared, target) = (directory.path().join("shared"), directory.path().join("target"));
        drop(DirectoryLock::acquire(&shared, SERVER).unwrap());
        assert_eq!(fs::metadata(&shared).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(&target, "the owner's").unwrap();
        std::os::unix::fs::symlink(&target, shared.join(ADDRESS_FILE_NAME)).unwrap();
        for mode in [0o777, 0o770, 0o1777] {
            fs::set_permissions(&shared, fs::Permissions::from_mode(mode)).unwrap();
            let error = DirectoryLock::acquire(&shared, SERVER).unwrap_err();
            assert!(matches!(error, LockError::Exposed { .. }), "{error}");
        }
        assert_eq!(fs::read_to_string(&target).unwrap(), "the owner's");
    }

    #[test]
    fn a_file_in_the_place_of_the_directory_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let occupied = directory.path().join("data");
        fs::write(&occupied, "").unwrap();
        let error = DirectoryLock::acquire(&occupied, "").unwrap_err();
        assert!(matches!(error, LockError::Unreachable { .. }), "{error}");
    }
}
