//! `monitor`: follows the heads of one or many logs, verifies what comes as it comes, and tells at once what is wrong.

use std::path::{Path, PathBuf};
use std::time::Duration;

use audit::alarm::Alarm;
use audit::checkpoint::Checkpoint;
use audit::trust::Trust;
use clap::Args;
use domain::say::Language;

use super::audit::{checkpoint, trusted};
use crate::exit::{Failure, Status};
use crate::remote::Server;
use state::State;
use teller::Teller;
use watched::Watched;

mod state;
mod teller;
mod watched;

/// The most logs that are followed at once.
const MAX_LOGS: usize = 64;
/// The most heads of others that are held against them in a round.
const MAX_OTHERS: usize = 256;
/// The longest answer that is a head.
const MAX_HEAD_BYTES: u64 = 64 << 10;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 可信公钥文件：日志、见证人和法定数（C2SP tlog-policy） / a file of trusted keys: logs, witnesses, quorum
    #[arg(long, value_name = "KEYS")]
    trust: PathBuf,
    /// 状态文件：上次核验的日志头和告警，重启后由此继续 / the file of what was last verified and of alarms, from which the next start goes on
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// 只核验一轮：无异常退出 0，有告警退出 5，无法访问退出 6 / one round only: exit 0 where all is well, 5 with an alarm, 6 where a server cannot be reached
    #[arg(long)]
    once: bool,
    /// 两轮间隔秒数 / how many seconds to wait between two rounds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// 他人所持的日志头，用于对照：文件、目录或网址，可重复 / heads that others hold, to be compared: a file, a directory or an address; may be repeated
    #[arg(long, value_name = "WHERE")]
    compare: Vec<String>,
    /// 将核验过的日志头写入此目录，供他人对照 / write the heads that were verified into this directory, for others to compare
    #[arg(long, value_name = "DIR")]
    publish: Option<PathBuf>,
    /// 有新告警时向此网址 POST 一段 JSON / where to POST each new alarm as JSON
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// 写出 Prometheus 文本格式的指标文件 / a file of metrics in the text format of Prometheus
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// 存放令牌的文件（否则用环境变量 LIANJIAN_TOKEN）；市级审计员令牌可逐条裁决，订阅者令牌只核验哈希 / a file that holds the token (or else LIANJIAN_TOKEN): with a city auditor's every event is judged, with a subscriber's the hashes alone
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// 信任的 TLS 根证书（PEM），默认用本机系统的 / the TLS root certificates to trust, in PEM; the system's where absent
    #[arg(long, value_name = "FILE")]
    server_ca: Option<PathBuf>,
    /// 以 JSON 输出，每行一项 / as JSON, one line each
    #[arg(long)]
    json: bool,
    /// 所监测服务的地址；同一城市可给出多个，彼此对照 / the addresses of the services; several of one city are compared with each other
    #[arg(value_name = "URL", required = true, num_args = 1..=MAX_LOGS)]
    addresses: Vec<String>,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let trust = trusted(&arguments.trust)?;
    let mut state = arguments.state.as_deref().map_or_else(|| Ok(State::default()), State::read)?;
    let connect =
        |address: &str| Server::new(address, arguments.token_file.as_deref(), arguments.server_ca.as_deref());
    let mut watched = Vec::new();
    for address in &arguments.addresses {
        let server = connect(address)?;
        watched.push(Watched::from(address, server, state.head(address)?));
    }
    // No token of ours is for whoever takes alarms.
    let webhook = arguments.webhook.as_deref();
    let mut teller = Teller {
        webhook: webhook
            .map(|address| Server::without_token(address, arguments.server_ca.as_deref()))
            .transpose()?,
        as_json: arguments.json,
        language,
        rounds: 0,
    };
    loop {
        // The heads of others first: whatever they hold had been signed before these servers are asked.
        let (others, unread) = others(arguments)?;
        let mut alarms: Vec<Vec<Alarm>> = watched.iter_mut().map(|log| log.round(&trust, &others)).collect();
        among_themselves(&watched, &trust, &mut alarms);
        for (log, alarms) in watched.iter().zip(alarms) {
            state.take(log, alarms);
        }
        teller.tell(&mut state, &unread)?;
        if let Some(path) = &arguments.state {
            state.write(path)?;
        }
        if let Some(directory) = &arguments.publish {
            state.publish(directory)?;
        }
        if let Some(path) = &arguments.metrics {
            teller.write_metrics(&state, path)?;
        }
        if arguments.once {
            return end(&state);
        }
        std::thread::sleep(Duration::from_secs(arguments.every));
    }
}

/// How a single round ends.
fn end(state: &State) -> Result<(), Failure> {
    let (mut status, mut kinds) = (None, state.kinds());
    if kinds.any(|kind| kind != "unreachable") {
        status = Some(Status::VERIFICATION_FAILED);
    } else if state.kinds().next().is_some() {
        status = Some(Status::UNREACHABLE);
    }
    status.map_or(Ok(()), |status| Err(Failure::Told(status)))
}

/// Several servers of one log must show one history.
fn among_themselves(watched: &[Watched], trust: &Trust, alarms: &mut [Vec<Alarm>]) {
    for (number, one) in watched.iter().enumerate() {
        let others = watched.iter().enumerate().filter(|(other, _)| *other != number);
        let heads = others.filter_map(|(_, other)| other.verified());
        alarms[number].extend(heads.filter_map(|head| one.forked_from(head, trust)));
    }
}

/// The heads that others hold, and where there was none to be read.
fn others(arguments: &Arguments) -> Result<(Vec<Checkpoint>, Vec<String>), Failure> {
    let (mut found, mut unread) = (Vec::new(), Vec::new());
    for place in &arguments.compare {
        if place.starts_with("http://") || place.starts_with("https://") {
            match head_at(place, arguments.server_ca.as_deref()) {
                Some(head) => found.push(head),
                None => unread.push(place.clone()),
            }
            continue;
        }
        let path = Path::new(place);
        let refused = |cause| Failure::Input { path: path.to_owned(), cause };
        let files: Vec<PathBuf> = if path.is_dir() {
            let entries = std::fs::read_dir(path).map_err(refused)?.flatten().map(|entry| entry.path());
            let mut files: Vec<_> = entries.filter(|file| file.is_file()).take(MAX_OTHERS).collect();
            files.sort();
            files
        } else {
            vec![path.to_owned()]
        };
        for file in files {
            match checkpoint(&file) {
                Ok(head) => found.push(head),
                Err(_) => unread.push(file.display().to_string()),
            }
        }
    }
    found.truncate(MAX_OTHERS);
    Ok((found, unread))
}

/// The head that stands at an address, such as another server's `/checkpoint`.
fn head_at(address: &str, authorities: Option<&Path>) -> Option<Checkpoint> {
    let after_scheme = address.find("://")? + 3;
    let path = address[after_scheme..].find('/').map_or(address.len(), |slash| after_scheme + slash);
    let (host, path) = address.split_at(path);
    let server = Server::without_token(host, authorities).ok()?;
    let bytes = server.get_bytes(if path.is_empty() { "/checkpoint" } else { path }, MAX_HEAD_BYTES).ok()?;
    Checkpoint::parse(&bytes).ok()
}
