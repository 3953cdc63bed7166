//! `nats create`: makes the stream of a city with the buckets of its names and scans, with the administrator's key.

use std::path::Path;

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;
use event_log::LogLocation;

use super::servers;
use crate::exit::Failure;
use crate::log_options::LogOptions;
use crate::output::Output;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 城市代码 / the city's code
    #[arg(long, value_name = "CODE")]
    city: PlaceCode,
    #[command(flatten)]
    log: LogOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let city = &arguments.city;
    let location = LogLocation::Nats(servers(&arguments.log)?);
    // Opening makes what is missing and checks what is there; a log on NATS has nothing in a directory.
    let opened = location.open(Path::new(""), city.as_str())?;
    // The bucket of scans is otherwise made when the first is stored, which the service may not.
    opened.scans.list()?;
    let mut output = Output::new();
    output.line(language.pick(
        format!("城市 {city} 的日志流、姓名库与扫描件库已就绪"),
        format!("the stream of city {city} and the buckets of its names and scans are ready"),
    ))?;
    output.flush()
}
