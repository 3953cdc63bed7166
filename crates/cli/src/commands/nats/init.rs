//! `nats init`: makes the accounts of a city and their keys, and those that an older program did not make; a second time it
//! changes nothing.

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;

use super::ConfigDirectory;
use crate::exit::Failure;
use crate::nats_directory::NatsDirectory;
use crate::output::Output;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 城市代码 / the city's code
    #[arg(long, value_name = "CODE")]
    city: PlaceCode,
    #[command(flatten)]
    directory: ConfigDirectory,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let directory = NatsDirectory::init(&arguments.directory.path, &arguments.city)?;
    let (city, seed, admin) = (directory.city(), directory.city_seed(), directory.admin_seed());
    let reader = directory.reader_seed();
    let mut output = Output::new();
    output.line(language.pick(
        format!("城市 {city} 的帐号已就绪；服务使用的密钥：{}", seed.display()),
        format!("the accounts of city {city} are ready; the service's seed: {}", seed.display()),
    ))?;
    output.line(language.pick(
        format!("管理员使用的密钥（建立与更改日志流，不交给服务）：{}", admin.display()),
        format!(
            "the administrator's seed, which makes and changes streams and is not given to the service: {}",
            admin.display()
        ),
    ))?;
    output.line(language.pick(
        format!("复制日志使用的只读密钥：{}", reader.display()),
        format!("the read-only seed for copying the log: {}", reader.display()),
    ))?;
    output.flush()
}
