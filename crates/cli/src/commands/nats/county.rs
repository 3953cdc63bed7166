//! `nats county`: adds, lists and removes the accounts of counties, while the server runs.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::place::PlaceCode;
use domain::say::Language;
use event_log::jetstream_county::{CountyConsumers, CountyStanding, can_read};
use event_log::{LogLocation, NatsOptions};

use super::{ConfigDirectory, servers};
use crate::exit::{Failure, Status};
use crate::log_options::LogOptions;
use crate::nats_accounts::county_name;
use crate::nats_directory::NatsDirectory;
use crate::nats_reload::reload;
use crate::output::Output;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 为一个县建立帐号、密钥与消费者 / make the account, the key and the consumer of a county
    Add(ChangeArguments),
    /// 列出有帐号的县 / list the counties that have an account
    List(ListArguments),
    /// 取消一个县的帐号及其消费者 / remove the account of a county and its consumer
    Remove(ChangeArguments),
}

#[derive(Debug, Args)]
pub struct ChangeArguments {
    /// 县(区)代码，如 510811 / the county's code, such as 510811
    #[arg(value_name = "CODE")]
    county: PlaceCode,
    #[command(flatten)]
    directory: ConfigDirectory,
    /// 本机 nats-server 的进程号文件 / the file with the process id of this machine's nats-server
    #[arg(long, value_name = "FILE", default_value = "/run/lianjian-nats/nats.pid")]
    pid_file: PathBuf,
    #[command(flatten)]
    log: LogOptions,
}

#[derive(Debug, Args)]
pub struct ListArguments {
    /// 城市代码 / the city's code
    #[arg(long, value_name = "CODE", default_value = "5108")]
    city: PlaceCode,
    #[command(flatten)]
    directory: ConfigDirectory,
    #[command(flatten)]
    log: LogOptions,
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Add(arguments) => add(&arguments, language),
        Command::List(arguments) => list(&arguments, language),
        Command::Remove(arguments) => remove(&arguments, language),
    }
}

fn add(arguments: &ChangeArguments, language: Language) -> Result<(), Failure> {
    let directory = NatsDirectory::of_county(&arguments.directory.path, &arguments.county)?;
    let options = servers(&arguments.log)?;
    // First, for it is what refuses a county that the city does not know, and knows the name that one has since it bore
    // another code.
    let consumers = CountyConsumers::open(&options, directory.city().as_str())?;
    let county = consumers.add(arguments.county.as_str())?;
    let county: &PlaceCode = &county.parse().map_err(Failure::internal)?;
    let account = directory.add(county)?;
    let seed = directory.county_seed(county);
    // Where the seed was handed over already, nobody here can look through the county's eyes.
    let as_county = seed.exists().then(|| NatsOptions { credentials: Some(seed.clone()), ..options });
    let sees = || {
        as_county.as_ref().is_none_or(|options| can_read(options, directory.city().as_str(), county.as_str()))
    };
    let mut output = Output::new();
    output.line(language.pick(
        format!("县 {county} 的帐号 {} 与消费者已就绪，公钥 {}", county_name(county), account.key),
        format!(
            "the account {} of county {county} and its consumer are ready, public key {}",
            county_name(county),
            account.key
        ),
    ))?;
    if seed.exists() {
        output.line(language.pick(
            format!("请将密钥文件 {} 安全交给该县，然后从本机删除", seed.display()),
            format!("hand the seed file {} to the county on a safe way, then delete it here", seed.display()),
        ))?;
    }
    tell_reloaded(arguments, sees, &mut output, language)
}

fn remove(arguments: &ChangeArguments, language: Language) -> Result<(), Failure> {
    let county = &arguments.county;
    let directory = NatsDirectory::of_county(&arguments.directory.path, county)?;
    let consumers = CountyConsumers::open(&servers(&arguments.log)?, directory.city().as_str())?;
    consumers.remove(county.as_str())?;
    directory.remove(county)?;
    let mut output = Output::new();
    output.line(language.pick(
        format!("已取消县 {county} 的帐号与消费者"),
        format!("the account of county {county} and its consumer are removed"),
    ))?;
    tell_reloaded(arguments, || true, &mut output, language)
}

/// Reloads the server of this machine, and says what is left to do on others.
fn tell_reloaded(
    arguments: &ChangeArguments,
    is_in_force: impl Fn() -> bool,
    output: &mut Output,
    language: Language,
) -> Result<(), Failure> {
    let directory = arguments.directory.path.display();
    let reloaded = reload(&arguments.pid_file, is_in_force);
    if let Ok(Some(())) = reloaded {
        output.line(
            language.pick("本机 nats-server 已重新加载", "the nats-server of this machine has reloaded"),
        )?;
    }
    let elsewhere = servers(&arguments.log)?.servers.len() > 1;
    if elsewhere || matches!(reloaded, Ok(None)) {
        output.line(language.pick(
            format!("请将 {directory} 中的 counties.conf 与 counties/ 复制到每个其他节点，并在各节点运行 systemctl reload lianjian-nats"),
            format!("copy counties.conf and counties/ of {directory} to every other node, and run `systemctl reload lianjian-nats` on each"),
        ))?;
    }
    output.flush()?;
    reloaded.map(drop).map_err(Failure::from)
}

/// Who has an account, and with `--log` how far each is and what is wrong with it.
fn list(arguments: &ListArguments, language: Language) -> Result<(), Failure> {
    let directory = NatsDirectory::open(&arguments.directory.path, &arguments.city)?;
    let standings = match arguments.log.location()? {
        LogLocation::Embedded => None,
        LogLocation::Nats(options) => {
            Some(CountyConsumers::open(&options, arguments.city.as_str())?.standings()?)
        }
    };
    let mut output = Output::new();
    let mut is_sound = true;
    for account in directory.counties()? {
        let said = standings.as_ref().map(|all| {
            let found = all.iter().find(|standing| standing.county == account.county.as_str());
            is_sound &= found.is_some_and(|standing| standing.trouble.is_none());
            said_of(found, language)
        });
        output.line(format!("{}  {}{}", account.county, account.key, said.unwrap_or_default()))?;
    }
    output.flush()?;
    if is_sound { Ok(()) } else { Err(Failure::Told(Status::VERIFICATION_FAILED)) }
}

fn said_of(found: Option<&CountyStanding>, language: Language) -> String {
    let failed = |text: &str| format!("  {}  {text}", language.pick("故障", "FAIL"));
    match found.map(|standing| (standing, standing.trouble.as_ref())) {
        None => failed(
            language.pick("没有消费者：请执行 nats county add", "it has no consumer: run nats county add"),
        ),
        Some((_, Some(trouble))) => failed(trouble.say().in_language(language)),
        Some((standing, None)) => {
            let (at, waiting) = (standing.delivered, standing.waiting);
            language.pick(
                format!("  正常  已到位置 {at}，待取 {waiting} 条"),
                format!("  ok    at position {at}, {waiting} waiting"),
            )
        }
    }
}
