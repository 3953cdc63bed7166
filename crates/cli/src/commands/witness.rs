//! `witness`: co-signs what a city's log shows to it, keeps the last head, and refuses a fork.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use api::http::serve_witness;
use clap::Args;
use domain::say::Language;
use service::system_clock;
use service::witness::WitnessDesk;
use tokio::net::TcpListener;

use super::audit::trusted;
use super::serve::termination;
use crate::exit::Failure;
use crate::local::runtime;
use crate::output::Output;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 目录：见证密钥和各日志的最近检查点 / the directory of its key and of the last checkpoint of each log
    #[arg(long, value_name = "DIR", default_value = "./witness")]
    data: PathBuf,
    /// 所见证日志的公钥文件 / a file with the public keys of the logs that it witnesses
    #[arg(long, value_name = "KEYS")]
    trust: PathBuf,
    /// 见证人名称，首次启动时必填，如 zhaohua.gov.cn/witness / its name, needed at the first start
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// 监听地址；只收带签名的公开数据 / the address to listen on; all it takes is signed and public
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let logs = trusted(&arguments.trust)?.logs;
    let desk = WitnessDesk::open(&arguments.data, arguments.name.as_deref(), logs, system_clock)?;
    let desk = Arc::new(desk);
    runtime()?.block_on(async {
        let listen = |cause| Failure::Listen { address: arguments.listen.to_string(), cause };
        let listener = TcpListener::bind(arguments.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(Failure::internal)?;
        let key = desk.public();
        let mut output = Output::new();
        output.line(
            language.pick(format!("服务地址：http://{address}"), format!("listening on http://{address}")),
        )?;
        output
            .line(language.pick(format!("见证公钥：{key}"), format!("public key of the witness: {key}")))?;
        output.flush()?;
        serve_witness(desk, listener, termination()).await;
        Ok(())
    })
}
