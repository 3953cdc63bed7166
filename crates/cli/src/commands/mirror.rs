//! `mirror`: holds the whole log of a city, event by event found under its signed head, signs that it holds it, and serves it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use api::http::serve_mirror;
use clap::Args;
use domain::say::Language;
use event_log::{TokenHash, regular_file};
use service::mirror::MirrorDesk;
use service::secrets::token_hash;
use service::system_clock;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use super::audit::trusted;
use super::serve::termination;
use crate::exit::{Failure, Status};
use crate::local::runtime;
use crate::output::Output;
use crate::remote::Server;
use follower::{Follower, Round};

mod follower;

/// The shortest token that readers may be asked for.
const MIN_TOKEN_CHARACTERS: usize = 32;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 镜像目录：日志、镜像密钥和已签署的检查点 / the directory of the mirror: the log, its key, and the head that it signed
    #[arg(long, value_name = "DIR", default_value = "./mirror")]
    data: PathBuf,
    /// 所镜像日志的地址：城市的服务，或另一镜像的“地址/来源哈希” / where the log is read: the city's service, or another mirror's ADDRESS/ORIGIN-HASH
    #[arg(long, value_name = "URL")]
    log_url: String,
    /// 该日志的公钥文件 / a file with the public keys of that log
    #[arg(long, value_name = "KEYS")]
    trust: PathBuf,
    /// 镜像名称，首次启动时必填，如 zhaohua.gov.cn/mirror / its name, needed at the first start
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// 监听地址，只限本机；对外须置于终止 TLS 的代理之后 / the address to listen on, on this machine only: others come through a proxy that ends TLS
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8091")]
    listen: SocketAddr,
    /// 存放令牌的文件：只有出示它的人可读取哈希和事件；没有此项，能连到端口的人都可读取 / a file that holds a token: only who shows it reads hashes and events; without it, whoever reaches the port
    #[arg(long, value_name = "FILE")]
    readers_token: Option<PathBuf>,
    /// 市级审计员的令牌文件（否则用环境变量 LIANJIAN_TOKEN） / a file that holds a city auditor's token (or else LIANJIAN_TOKEN)
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// 信任的 TLS 根证书（PEM），默认用本机系统的 / the TLS root certificates to trust, in PEM; the system's where absent
    #[arg(long, value_name = "FILE")]
    server_ca: Option<PathBuf>,
    /// 两次查看之间的秒数 / how many seconds to wait between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// 只取一次、不监听：已存全退出 0，所示不实退出 5，无法访问退出 6 / one look only, listening on nothing: exit 0 where all is held, 5 where something is wrong with what is shown, 6 where it cannot be reached
    #[arg(long)]
    once: bool,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let trust = trusted(&arguments.trust)?;
    if !arguments.listen.ip().is_loopback() {
        return Err(Failure::usage(
            "镜像只监听本机地址：对外请置于终止 TLS 的代理之后",
            "a mirror listens on this machine only: put a proxy that ends TLS before it",
        ));
    }
    let readers = arguments.readers_token.as_deref().map(readers_token).transpose()?;
    let token_file = arguments.token_file.as_deref();
    let server = Server::new(&arguments.log_url, token_file, arguments.server_ca.as_deref())?;
    let desk =
        MirrorDesk::open(&arguments.data, arguments.name.as_deref(), trust.logs.clone(), system_clock)?;
    let (runtime, desk) = (runtime()?, Arc::new(desk));
    let mut follower = Follower::new(desk.clone(), server, trust, runtime.handle().clone());
    if arguments.once {
        return once(&mut follower, language);
    }
    runtime.block_on(async {
        let listen = |cause| Failure::Listen { address: arguments.listen.to_string(), cause };
        let listener = TcpListener::bind(arguments.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(Failure::internal)?;
        announce(&desk, address, language)?;
        let (handle, every) = (Handle::current(), Duration::from_secs(arguments.every));
        // It ends with the process; whatever it has under way is kept whole or not at all.
        std::thread::spawn(move || follow(&mut follower, &handle, every, language));
        serve_mirror(desk, readers, listener, termination()).await;
        Ok(())
    })
}

fn announce(desk: &MirrorDesk, address: SocketAddr, language: Language) -> Result<(), Failure> {
    let (key, log) = (desk.public(), format!("http://{address}/{}", desk.origin_hash()));
    let mut output = Output::new();
    output.line(
        language.pick(format!("服务地址：http://{address}"), format!("listening on http://{address}")),
    )?;
    output.line(language.pick(format!("日志地址：{log}"), format!("the log is at {log}")))?;
    output.line(language.pick(format!("镜像公钥：{key}"), format!("public key of the mirror: {key}")))?;
    output.flush()
}

/// A single look.
fn once(follower: &mut Follower, language: Language) -> Result<(), Failure> {
    let (said, status) = match follower.round()? {
        Round::Held { size } => (said_held(size, language), Status::DONE),
        Round::Wrong(alarm) => {
            (format!("[{}] {}", alarm.kind(), alarm.say().in_language(language)), Status::VERIFICATION_FAILED)
        }
    };
    let mut output = Output::new();
    output.line(said)?;
    output.flush()?;
    if status == Status::DONE { Ok(()) } else { Err(Failure::Told(status)) }
}

/// Looks again and again; what is new is said once.
fn follow(follower: &mut Follower, handle: &Handle, every: Duration, language: Language) {
    let mut last = String::new();
    loop {
        let said = match follower.round() {
            Ok(Round::Held { size }) => said_held(size, language),
            Ok(Round::Wrong(alarm)) => format!("[{}] {}", alarm.kind(), alarm.say().in_language(language)),
            Err(failure) => failure.say().in_language(language).to_owned(),
        };
        if said != last {
            // Where standard output is closed, the mirror goes on.
            let mut output = Output::new();
            let _ = output.line(&said).and_then(|()| output.flush());
            last = said;
        }
        handle.block_on(async {
            let _ = tokio::time::timeout(every, follower.woken()).await;
        });
    }
}

fn said_held(size: u64, language: Language) -> String {
    language
        .pick(format!("已存有并签署第 1 至 {size} 条"), format!("held and signed: the events 1 to {size}"))
}

/// The hash of the token that readers show.
fn readers_token(path: &Path) -> Result<TokenHash, Failure> {
    let bytes =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    let text = String::from_utf8_lossy(&bytes);
    let token = text.trim();
    if token.chars().count() < MIN_TOKEN_CHARACTERS || token.contains(char::is_whitespace) {
        let path = path.display();
        return Err(Failure::usage(
            format!("{path} 中没有至少 {MIN_TOKEN_CHARACTERS} 个字符的令牌"),
            format!("{path} holds no token of at least {MIN_TOKEN_CHARACTERS} characters"),
        ));
    }
    Ok(token_hash(token))
}
