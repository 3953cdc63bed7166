//! Tells the server on this machine to read its configuration again, until what was written is in force.

use domain::errors;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// What the server's process is called.
const PROCESS_NAME: &str = "nats-server";
/// A new account's imports are in force from the second reading on (seen with 2.15.1), so there are always two.
const RELOADS_MIN: u32 = 2;
const RELOADS_MAX: u32 = 10;
/// The server reads in the background: it is given that long each time.
const READING: Duration = Duration::from_millis(500);

errors! {
    /// Why the server was not told, or did not follow.
    #[derive(Debug)]
    pub enum ReloadError {
        /// The file names something else.
        #[zh("{} 所指的不是正在运行的 nats-server", pid_file.display())]
        #[en("{} names no running nats-server", pid_file.display())]
        NoServer {
            /// Which file.
            pid_file: PathBuf,
        },
        /// It may not be told.
        #[zh("无法通知进程 {pid} 重新加载：{cause}")]
        #[en("process {pid} cannot be told to reload: {cause}")]
        Refused {
            /// The server's process.
            pid: i32,
            /// The system's reason.
            cause: io::Error,
        },
        /// It was told and nothing came of it.
        #[zh("nats-server 已被通知 {RELOADS_MAX} 次，配置仍未生效：请查看其日志")]
        #[en("nats-server was told {RELOADS_MAX} times and does not follow: see its log")]
        NotInForce,
    }
}

/// Reloads until `is_in_force`. Nothing where there is no such file: no server runs here.
pub fn reload(pid_file: &Path, is_in_force: impl Fn() -> bool) -> Result<Option<()>, ReloadError> {
    let no_server = || ReloadError::NoServer { pid_file: pid_file.to_owned() };
    let text = match fs::read_to_string(pid_file) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(|_| no_server())?,
    };
    // 0 and what is below it would name whole groups of processes.
    let number = text.trim().parse().ok().filter(|number: &i32| *number > 0);
    let pid = number.and_then(Pid::from_raw).ok_or_else(no_server)?;
    // The file may be older than the machine's last start, and the number another's by now.
    let name = fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero())).map_err(|_| no_server())?;
    if name.trim() != PROCESS_NAME {
        return Err(no_server());
    }
    for told in 1..=RELOADS_MAX {
        let refused = |cause: rustix::io::Errno| ReloadError::Refused {
            pid: pid.as_raw_nonzero().get(),
            cause: cause.into(),
        };
        kill_process(pid, Signal::HUP).map_err(refused)?;
        sleep(READING);
        if told >= RELOADS_MIN && is_in_force() {
            return Ok(Some(()));
        }
    }
    Err(ReloadError::NotInForce)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_process_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nats.pid");
        assert!(matches!(reload(&file, || true), Ok(None)));
        for wrong in ["", "0", "-1", "99999999", &std::process::id().to_string()] {
            fs::write(&file, wrong).unwrap();
            assert!(matches!(reload(&file, || true), Err(ReloadError::NoServer { .. })), "{wrong}");
        }
    }
}
