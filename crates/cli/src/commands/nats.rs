//! `nats`: the accounts of the NATS server that holds a city's log.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::say::Language;
use event_log::{LogLocation, NatsOptions};

use crate::exit::Failure;
use crate::log_options::LogOptions;

mod county;
mod create;
mod init;
mod relay;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 建立本市帐号与密钥 / make the city's accounts and keys
    Init(init::Arguments),
    /// 用管理员密钥建立本市的日志流与姓名库 / make the city's stream and the bucket of its names, with the administrator's key
    Create(create::Arguments),
    /// 增加、列出、取消县的帐号 / add, list and remove the accounts of counties
    #[command(subcommand)]
    County(county::Command),
    /// 在县的服务器上保存本县事件的副本 / keep a copy of a county's events on a server of the county
    Relay(relay::Arguments),
}

/// Where the server's configuration is.
#[derive(Debug, Args)]
pub struct ConfigDirectory {
    /// NATS 服务器的配置目录 / the directory of the NATS server's configuration
    #[arg(long = "config-dir", value_name = "DIR", default_value = "/etc/lianjian-nats")]
    path: PathBuf,
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Init(arguments) => init::run(&arguments, language),
        Command::Create(arguments) => create::run(&arguments, language),
        Command::County(command) => county::run(command, language),
        Command::Relay(arguments) => relay::run(&arguments, language),
    }
}

/// The servers that `--log` names; the embedded log has none.
fn servers(options: &LogOptions) -> Result<NatsOptions, Failure> {
    match options.location()? {
        LogLocation::Nats(options) => Ok(options),
        LogLocation::Embedded => Err(Failure::usage(
            "请用 --log nats://… 指明 NATS 服务器",
            "name the NATS servers with --log nats://…",
        )),
    }
}
