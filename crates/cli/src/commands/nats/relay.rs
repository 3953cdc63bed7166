//! `nats relay`: keeps a county's own copy of its events on a server of the county, until it is stopped.

use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;
use event_log::jetstream_relay::Relay;

use super::servers;
use crate::exit::Failure;
use crate::log_options::{LogOptions, NatsArguments};
use crate::nats_directory::city_of;

/// The pauses after a failure grow from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LAST_PAUSE: Duration = Duration::from_secs(30);

#[derive(Debug, Args)]
pub struct Arguments {
    /// 县(区)代码 / the county's code
    #[arg(value_name = "CODE")]
    county: PlaceCode,
    /// 本县 NATS 服务器 / the county's own NATS server
    #[arg(long, value_name = "nats://…")]
    to: String,
    /// 本县服务器的凭据文件 / the credentials file for the county's own server
    #[arg(long, value_name = "FILE")]
    to_credentials: Option<PathBuf>,
    /// 签发本县服务器证书的 CA / the authority that signed the certificate of the county's own server
    #[arg(long, value_name = "FILE")]
    to_ca: Option<PathBuf>,
    /// 复制完现有事件后结束 / end once what is there is copied
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    city: LogOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let county = &arguments.county;
    let city = city_of(county)?;
    let from = servers(&arguments.city)?;
    let nats = NatsArguments {
        nats_credentials: arguments.to_credentials.clone(),
        nats_ca: arguments.to_ca.clone(),
        ..NatsArguments::default()
    };
    let to = servers(&LogOptions { log: Some(arguments.to.clone()), nats })?;
    let open = || Relay::open(&from, &to, city.as_str(), county.as_str());
    let mut relay = open()?;
    let mut pause = FIRST_PAUSE;
    loop {
        match relay.copy() {
            Ok(copied) => {
                pause = FIRST_PAUSE;
                if let Some((due, came)) = copied.gap {
                    tracing::warn!(
                        "{}",
                        language.pick(
                            format!("缺第 {due} 号事件（收到第 {came} 号），等待补发；若一直缺，请市里对本县先 remove 再 add"),
                            format!("event {due} is missing ({came} came) and waited for; if it stays away, have the city remove and add this county"),
                        )
                    );
                }
                if arguments.once && copied.events == 0 && copied.gap.is_none() {
                    return Ok(());
                }
            }
            Err(error) if arguments.once => return Err(error.into()),
            Err(error) => {
                tracing::warn!("{}", error.say().in_language(language));
                sleep(pause);
                pause = (pause * 2).min(LAST_PAUSE);
                // What was written last is read again: the answer to it may be what was lost.
                if let Ok(anew) = open() {
                    relay = anew;
                }
            }
        }
    }
}
