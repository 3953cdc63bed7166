//! The options that say which log is meant and how to reach it; no secret is among them, only the file that holds one.

use std::path::PathBuf;

use clap::Args;
use event_log::{LogLocation, NatsOptions};

use crate::exit::Failure;

/// How `--log` names the log in the data directory.
const EMBEDDED: &str = "embedded";

/// Which log, and how to reach it.
#[derive(Debug, Clone, Default, Args)]
pub struct LogOptions {
    /// 日志：embedded（默认）或 nats://主机:端口[,…] / the log: embedded (where absent) or nats://host:port[,…]
    #[arg(long, value_name = "LOG")]
    pub log: Option<String>,
    #[command(flatten)]
    pub nats: NatsArguments,
}

/// How to reach NATS, and what is asked of it.
#[derive(Debug, Clone, Default, Args)]
pub struct NatsArguments {
    /// NATS 凭据文件：用户名与口令各一行、nkey 种子或 nsc 凭据；仅属主可读 / NATS credentials: a line each with user and password, an nkey seed, or a file of nsc; its owner's alone
    #[arg(long, value_name = "FILE", env = "LIANJIAN_NATS_CREDENTIALS")]
    pub nats_credentials: Option<PathBuf>,
    /// 签发 NATS 服务器证书的 CA / the authority that signed the NATS servers' certificates
    #[arg(long, value_name = "FILE", env = "LIANJIAN_NATS_CA")]
    pub nats_ca: Option<PathBuf>,
    /// 每条事件保存在几台服务器上，默认 1 / on how many servers each event is kept; 1 where absent
    #[arg(long, value_name = "1|3|5", value_parser = clap::value_parser!(u8).range(1..=5))]
    pub nats_replicas: Option<u8>,
    /// NATS 监控地址，每台服务器一个，用来核对 sync_interval / the monitor of each NATS server, where its sync_interval is checked
    #[arg(long, value_name = "URL", value_delimiter = ',')]
    pub nats_monitor: Vec<String>,
    /// 接受可能丢失已确认事件的 NATS 设置；会记入日志并显示 / accept NATS settings under which acknowledged events may be lost; recorded in the log and shown
    #[arg(long)]
    pub accept_unsafe_durability: bool,
}

impl LogOptions {
    /// What is said here, and by `file` where nothing is said here.
    pub fn over(self, file: Self) -> Self {
        let (here, there) = (self.nats, file.nats);
        let nats_monitor = if here.nats_monitor.is_empty() { there.nats_monitor } else { here.nats_monitor };
        let nats = NatsArguments {
            nats_credentials: here.nats_credentials.or(there.nats_credentials),
            nats_ca: here.nats_ca.or(there.nats_ca),
            nats_replicas: here.nats_replicas.or(there.nats_replicas),
            nats_monitor,
            accept_unsafe_durability: here.accept_unsafe_durability || there.accept_unsafe_durability,
        };
        Self { log: self.log.or(file.log), nats }
    }

    /// Where the log is.
    pub fn location(&self) -> Result<LogLocation, Failure> {
        self.nats.location(self.log.as_deref().unwrap_or(EMBEDDED))
    }
}

impl NatsArguments {
    /// The log of that name, reached as these say.
    pub fn location(&self, log: &str) -> Result<LogLocation, Failure> {
        let location: LogLocation = log.parse()?;
        Ok(match location {
            LogLocation::Embedded => location,
            LogLocation::Nats(options) => LogLocation::Nats(NatsOptions {
                credentials: self.nats_credentials.clone(),
                certificate_authority: self.nats_ca.clone(),
                replicas: self.nats_replicas.map_or(options.replicas, usize::from),
                monitors: self.nats_monitor.clone(),
                accept_unsafe_durability: self.accept_unsafe_durability,
                ..options
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Status;

    fn options(log: Option<&str>, nats_replicas: Option<u8>) -> LogOptions {
        let nats = NatsArguments { nats_replicas, ..NatsArguments::default() };
        LogOptions { log: log.map(str::to_owned), nats }
    }

    #[test]
    fn the_command_line_wins_over_the_file_and_no_secret_is_taken() {
        let both = options(Some("nats://a:1"), None).over(options(Some("nats://b:1"), Some(3)));
        let LogLocation::Nats(nats) = both.location().unwrap() else { unreachable!() };
        assert_eq!((nats.servers, nats.replicas), (vec!["nats://a:1".to_owned()], 3));
        assert_eq!(options(None, None).location().unwrap(), LogLocation::Embedded);
        let refused = options(Some("nats://u:p@a:1"), None).location().unwrap_err();
        assert_eq!(refused.status(), Status::USAGE);
        assert!(refused.to_string().contains("--nats-credentials"), "{refused}");
    }
}
