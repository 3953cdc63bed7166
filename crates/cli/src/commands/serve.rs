//! `serve`: binds, opens the data, answers until it is told to stop, and leaves nothing half done.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::base_path::{BasePath, BasePathError};
use api::http::App;
use api::rate::RequestLimits;
use api::sessions::Sessions;
use api::tls::{self, Transport};
use audit::trust::{KnownWitness, Trust};
use clap::Args;
use domain::account::Role;
use domain::place::PlaceCode;
use domain::say::Language;
use event_log::{DirectoryLock, LockError, regular_file};
use serde::Deserialize;
use service::access_log::{KEPT_DAYS, MIN_KEPT_DAYS};
use service::cosigning;
use service::service::{Service, ServiceConfig};
use service::signing_key::SIGNING_KEY_VARIABLE;
use service::system_clock;
use simulator::demo::Extent;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::demonstration;
use crate::exit::Failure;
use crate::local::{DataLocation, runtime};
use crate::log_options::{LogOptions, NatsArguments};
use crate::output::Output;

/// Where data lies and what is listened on, where nothing else is said.
const DEFAULT_DATA: &str = "./data";
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";
/// After how many minutes a session ends that nobody uses, where nothing else is said, and at most.
const IDLE_MINUTES: u32 = 30;
const MAX_IDLE_MINUTES: u32 = 720;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 数据目录，默认 ./data / the data directory; ./data where absent
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// 监听地址，默认 127.0.0.1:8080 / the address to listen on; 127.0.0.1:8080 where absent
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    #[command(flatten)]
    log: LogOptions,
    /// 城市代码，新日志默认 5108 / the city's code; 5108 for a new log
    #[arg(long, value_name = "CODE")]
    city: Option<PlaceCode>,
    /// 载入广元市的演示数据：整市九年的模拟历史；--demo=cases 只载入调研报告的案例 / load the demonstration of Guangyuan, a simulated history of the whole city; with --demo=cases the report's cases only
    #[arg(long, value_name = "city|cases", num_args = 0..=1, require_equals = true, default_missing_value = "city", value_parser = demonstration::extent)]
    demo: Option<Extent>,
    /// JSON 配置文件（data、listen、city、log、witnesses、idle_minutes、second_factor、base_path、tls_cert、tls_key、limits 及 nats_ 各项），命令行优先 / a JSON file of data, listen, city, log, witnesses, idle_minutes, second_factor, base_path, tls_cert, tls_key, limits and what begins with nats_; the command line wins
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// 见证人文件（C2SP tlog-policy 的 witness 行，含地址）：检查点送其签名 / a file of witnesses with their addresses, to which the checkpoints are shown
    #[arg(long, value_name = "FILE")]
    witnesses: Option<PathBuf>,
    /// 访问日志的保存天数，默认十年，不少于六个月 / for how many days the access log is kept: ten years, at least six months
    #[arg(long, value_name = "DAYS", default_value_t = KEPT_DAYS, value_parser = clap::value_parser!(u32).range(i64::from(MIN_KEPT_DAYS)..))]
    access_log_days: u32,
    /// 日志被换回较早的状态时，接受从其最后一条的位置继续，记入日志 / the log was put back to an earlier state: go on from its last event, at this position, which the log records
    #[arg(long, value_name = "POSITION")]
    accept_rollback: Option<u64>,
    /// 页面登录闲置多少分钟后失效，默认 30 / after how many idle minutes a session of the pages ends: 30 where absent
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_IDLE_MINUTES)))]
    idle_minutes: Option<u32>,
    /// 页面登录必须启用动态口令的角色，逗号分隔 / the roles that need a second factor to sign in to the pages, separated by commas
    #[arg(long, value_name = "ROLES", value_delimiter = ',', value_parser = crate::commands::token::role)]
    second_factor: Vec<Role>,
    /// 前面有终止 TLS 的代理，允许监听本机以外的地址 / a proxy that ends TLS stands in front: other addresses than this machine's may be listened on
    #[arg(long)]
    behind_proxy: bool,
    /// 服务在主机上的路径，如 /lianjian，代理须原样保留；默认占整个主机 / the path of the host under which the service stands, such as /lianjian, which a proxy keeps; the whole host where absent
    #[arg(long, value_name = "PATH")]
    base_path: Option<String>,
    /// TLS 证书（PEM，含证书链），与 --tls-key 同用，可监听本机以外的地址 / the certificate for TLS with its chain, in PEM; with --tls-key other addresses than this machine's may be listened on
    #[arg(long, value_name = "FILE", conflicts_with = "behind_proxy")]
    tls_cert: Option<PathBuf>,
    /// TLS 私钥（PEM，仅属主可读） / the private key for TLS, in PEM, its owner's alone
    #[arg(long, value_name = "FILE", conflicts_with = "behind_proxy")]
    tls_key: Option<PathBuf>,
}

/// The file of `--config`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    data: Option<PathBuf>,
    listen: Option<SocketAddr>,
    city: Option<PlaceCode>,
    // Spelled out, since what is flattened cannot refuse unknown fields.
    log: Option<String>,
    witnesses: Option<PathBuf>,
    idle_minutes: Option<u32>,
    #[serde(default)]
    second_factor: Vec<Role>,
    base_path: Option<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    nats_credentials: Option<PathBuf>,
    nats_ca: Option<PathBuf>,
    nats_replicas: Option<u8>,
    #[serde(default)]
    nats_monitor: Vec<String>,
    #[serde(default)]
    limits: RequestLimits,
}

/// What is decided by arguments and file together.
struct Settings {
    place: DataLocation,
    listen: SocketAddr,
    city: Option<PlaceCode>,
    demo: Option<Extent>,
    access_log_days: u32,
    accept_rollback: Option<u64>,
    transport: Transport,
    limits: RequestLimits,
    witnesses: Vec<KnownWitness>,
    idle: Duration,
    second_factor: Vec<Role>,
    base_path: BasePath,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let settings = Settings::read(arguments)?;
    runtime()?.block_on(serve(&settings, language))
}

impl Settings {
    /// The sessions of the pages, none yet.
    fn sessions(&self) -> Result<Sessions, Failure> {
        let desks = if self.demo.is_some() { demonstration::desks()? } else { Vec::new() };
        Ok(Sessions::ending_after(self.idle).requiring(self.second_factor.clone()).with_desks(desks))
    }

    fn read(arguments: Arguments) -> Result<Self, Failure> {
        let file = arguments.config.as_deref().map_or(Ok(ConfigFile::default()), config_file)?;
        let data = arguments.data.or(file.data).unwrap_or_else(|| DEFAULT_DATA.into());
        let default = DEFAULT_LISTEN.parse().map_err(Failure::internal);
        let listen = arguments.listen.or(file.listen).map_or(default, Ok)?;
        let files = (arguments.tls_cert.or(file.tls_cert), arguments.tls_key.or(file.tls_key));
        let transport = transport(files, arguments.behind_proxy)?;
        if !listen.ip().is_loopback() && !transport.is_encrypted() {
            return Err(Failure::usage(
                format!(
                    "监听 {listen} 须加 --tls-cert 与 --tls-key，或置于终止 TLS 的代理之后并加 --behind-proxy"
                ),
                format!(
                    "listening on {listen} needs --tls-cert and --tls-key, or a proxy that ends TLS and --behind-proxy"
                ),
            ));
        }
        let demo = arguments.demo;
        let access_log_days = arguments.access_log_days;
        let nats = NatsArguments {
            nats_credentials: file.nats_credentials,
            nats_ca: file.nats_ca,
            nats_replicas: file.nats_replicas,
            nats_monitor: file.nats_monitor,
            accept_unsafe_durability: false,
        };
        let log = arguments.log.over(LogOptions { log: file.log, nats });
        let place = DataLocation { data, log: log.location()? };
        let witnesses = arguments.witnesses.or(file.witnesses);
        let witnesses = witnesses.as_deref().map_or(Ok(Vec::new()), read_witnesses)?;
        let idle_minutes = arguments.idle_minutes.or(file.idle_minutes).unwrap_or(IDLE_MINUTES);
        if !(1..=MAX_IDLE_MINUTES).contains(&idle_minutes) {
            return Err(Failure::usage(
                format!("idle_minutes 应在 1 至 {MAX_IDLE_MINUTES} 之间"),
                format!("idle_minutes lies between 1 and {MAX_IDLE_MINUTES}"),
            ));
        }
        let base_path = arguments.base_path.or(file.base_path);
        let base_path = base_path.map_or(Ok(BasePath::default()), |path| path.parse());
        let base_path = base_path.map_err(|error: BasePathError| Failure::Usage { message: error.say() })?;
        let given = arguments.second_factor;
        Ok(Self {
            place,
            listen,
            city: arguments.city.or(file.city),
            demo,
            access_log_days,
            accept_rollback: arguments.accept_rollback,
            transport,
            limits: file.limits,
            witnesses,
            idle: Duration::from_secs(u64::from(idle_minutes) * 60),
            second_factor: if given.is_empty() { file.second_factor } else { given },
            base_path,
        })
    }
}

/// How requests arrive: certificate and key are given together or not at all.
pub fn transport(
    files: (Option<PathBuf>, Option<PathBuf>),
    is_behind_proxy: bool,
) -> Result<Transport, Failure> {
    match files {
        (Some(certificates), Some(key)) => tls::acceptor(&certificates, &key)
            .map(Transport::Tls)
            .map_err(|error| Failure::Usage { message: error.say() }),
        (None, None) if is_behind_proxy => Ok(Transport::BehindProxy),
        (None, None) => Ok(Transport::Plain),
        _ => Err(Failure::usage(
            "--tls-cert 与 --tls-key 须同时给出",
            "--tls-cert and --tls-key are given together",
        )),
    }
}

/// The witnesses of a file, each of which must say where it is.
fn read_witnesses(path: &Path) -> Result<Vec<KnownWitness>, Failure> {
    let bytes =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    let trust = Trust::parse_witnesses(&bytes).map_err(|error| Failure::Usage { message: error.say() })?;
    let is_reachable = |witness: &KnownWitness| {
        witness.address.as_deref().is_some_and(|address| address.starts_with("http://"))
    };
    match trust.witnesses.iter().find(|witness| !is_reachable(witness)) {
        None => Ok(trust.witnesses),
        Some(KnownWitness { name, .. }) => Err(Failure::usage(
            format!("见证人 {name} 须有 http:// 地址（内容均有签名，不含秘密）"),
            format!(
                "the witness {name} needs an http:// address (all that is sent is signed, and none of it secret)"
            ),
        )),
    }
}

fn config_file(path: &Path) -> Result<ConfigFile, Failure> {
    let text =
        regular_file::read_small(path).map_err(|cause| Failure::Input { path: path.to_owned(), cause })?;
    serde_json::from_slice(&text).map_err(|error| {
        let path = path.display();
        Failure::usage(format!("{path} 无法读取：{error}"), format!("{path} does not read: {error}"))
    })
}

/// Refuses templates of papers that cannot be used, each by name and line: who writes a paper would find out too late.
fn check_templates(data: &Path) -> Result<(), Failure> {
    let (_, wrong) = papers::check(data);
    if wrong.is_empty() {
        return Ok(());
    }
    let (zh, en): (Vec<_>, Vec<_>) =
        wrong.iter().map(|error| error.say()).map(|said| (said.zh, said.en)).unzip();
    Err(Failure::usage(zh.join("；"), en.join("; ")))
}

async fn serve(settings: &Settings, language: Language) -> Result<(), Failure> {
    // Before anybody is answered: whoever was may stop the service at once.
    let mut signal = pin!(termination());
    check_templates(&settings.place.data)?;
    let listener = bind(settings).await?;
    let scheme = if matches!(settings.transport, Transport::Tls(_)) { "https" } else { "http" };
    let at = listener.local_addr().map_err(Failure::internal)?;
    let address = format!("{scheme}://{at}{}", settings.base_path);
    let city = settings.place.city(settings.city.as_ref())?;
    if settings.demo.is_some() {
        demonstration::require_city(&city)?;
    }
    let (log, data) = (settings.place.log.clone(), settings.place.data.clone());
    let (signing_key, access_log_days) = (std::env::var(SIGNING_KEY_VARIABLE).ok(), settings.access_log_days);
    let config = ServiceConfig {
        log,
        data,
        city,
        address: address.clone(),
        clock: system_clock,
        signing_key,
        access_log_days,
        accept_rollback: settings.accept_rollback,
    };
    let past = settings.demo.map(|extent| demonstration::past(extent, system_clock)).transpose()?;
    let service = Service::open_with(config, past)?;
    let sessions = Arc::new(settings.sessions()?);
    let (stop, mut stopped) = watch::channel(false);
    let until = async move {
        // An error means that the sender is gone, which is a stop as well.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let (transport, base_path) = (&settings.transport, settings.base_path.clone());
    let app =
        App::new(service.clone(), sessions.clone(), system_clock, at, transport, settings.limits, base_path);
    let pages = site::router(app.clone());
    let http = api::http::serve(app, pages, listener, transport.clone(), until);
    let http = tokio::spawn(http);
    let mut showing = JoinSet::new();
    let started = tokio::select! {
        started = start(settings, &service, &sessions, &address, language) => started,
        () = &mut signal => Ok(false),
    };
    if matches!(started, Ok(true)) {
        if let (Some(signed_tree), false) = (service.signed_tree(), settings.witnesses.is_empty()) {
            let (signed_tree, witnesses) = (signed_tree.clone(), settings.witnesses.clone());
            showing.spawn(cosigning::run(signed_tree, witnesses, system_clock, std::future::pending()));
        }
        signal.await;
    }
    showing.shutdown().await;
    tracing::info!("stopping");
    stop.send_replace(true);
    http.await.map_err(Failure::internal)?;
    service.shutdown().await;
    started?;
    Ok(())
}

/// The listener; where the address is taken by the server that holds the directory, that is what is said.
async fn bind(settings: &Settings) -> Result<TcpListener, Failure> {
    TcpListener::bind(settings.listen).await.map_err(|cause| {
        if cause.kind() == std::io::ErrorKind::AddrInUse
            && settings.place.data.exists()
            && let Err(held @ LockError::HeldByServer { .. }) =
                DirectoryLock::acquire(&settings.place.data, "")
        {
            return held.into();
        }
        Failure::Listen { address: settings.listen.to_string(), cause }
    })
}

/// Waits until the service is ready, loads the demo, and says where it is. True: it runs.
async fn start(
    settings: &Settings,
    service: &Service,
    sessions: &Sessions,
    address: &str,
    language: Language,
) -> Result<bool, Failure> {
    if settings.demo.is_some() {
        demonstration::await_loaded(service, address, language).await?;
    }
    service.ready().await?;
    service::durability::declare(service).await?;
    let mut output = Output::new();
    output.line(language.pick(format!("服务地址：{address}"), format!("listening on {address}")))?;
    for key in service.signed_tree().map(|signed_tree| signed_tree.keys()).unwrap_or_default() {
        output.line(language.pick(format!("日志公钥：{key}"), format!("public key of the log: {key}")))?;
    }
    if settings.demo.is_some() {
        for (name, visitor) in demonstration::visitors(sessions) {
            let code = sessions.issue_code(visitor, Instant::now())?;
            output.line(language.pick(
                format!("登录链接，只能用一次：{address}/sign-in?code={code}　{}", name.zh),
                format!("one-time sign-in link: {address}/sign-in?code={code} {}", name.en),
            ))?;
        }
    }
    output.flush()?;
    Ok(true)
}

/// Ctrl-C, or the signal with which a service manager stops a service. It is listened for from the call on, also before
/// anybody waits: a signal that comes during the start is not lost.
pub fn termination() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let listening = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        // Where no signal can be waited for, the process ends without asking.
        let (Ok(mut interrupted), Ok(mut terminated)) = listening else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Status;

    fn settings(listen: &str, behind_proxy: bool, log: &str) -> Result<Settings, Failure> {
        Settings::read(Arguments {
            data: None,
            listen: listen.parse().ok(),
            log: LogOptions { log: Some(log.to_owned()), ..LogOptions::default() },
            city: None,
            demo: None,
            config: None,
            access_log_days: KEPT_DAYS,
            accept_rollback: None,
            behind_proxy,
            idle_minutes: None,
            second_factor: Vec::new(),
            witnesses: None,
            base_path: None,
            tls_cert: None,
            tls_key: None,
        })
    }

    #[test]
    fn other_machines_are_listened_to_only_where_what_they_send_is_encrypted() {
        assert_eq!(settings("", false, "embedded").unwrap().listen.to_string(), DEFAULT_LISTEN);
        assert!(settings("[::1]:80", false, "embedded").is_ok());
        assert_eq!(settings("0.0.0.0:80", false, "embedded").err().unwrap().status(), Status::USAGE);
        assert!(settings("0.0.0.0:80", true, "embedded").is_ok());
        assert_eq!(settings("", false, "http://127.0.0.1").err().unwrap().status(), Status::USAGE);
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), r#"{"data":"/srv/lianjian","listen":"127.0.0.1:9","city":"5101"}"#)
            .unwrap();
        let arguments = |listen: Option<&str>| Arguments {
            data: None,
            listen: listen.and_then(|listen| listen.parse().ok()),
            log: LogOptions::default(),
            city: None,
            demo: None,
            config: Some(file.path().to_owned()),
            access_log_days: KEPT_DAYS,
            accept_rollback: None,
            behind_proxy: false,
            idle_minutes: None,
            second_factor: Vec::new(),
            witnesses: None,
            base_path: None,
            tls_cert: None,
            tls_key: None,
        };
        let read = Settings::read(arguments(None)).unwrap();
        assert_eq!((read.place.data, read.listen.port()), ("/srv/lianjian".into(), 9));
        assert_eq!(read.city.unwrap().as_str(), "5101");
        assert_eq!(Settings::read(arguments(Some("127.0.0.1:10"))).unwrap().listen.port(), 10);
        std::fs::write(file.path(), r#"{"dada":"x"}"#).unwrap();
        assert!(Settings::read(arguments(None)).is_err());
    }
}
