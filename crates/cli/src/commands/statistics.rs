//! `statistics`: what tables 24 and 25 of the yearly Party statistics take from the register, each figure with what it counts.

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;
use projections::ListName;

use super::list::{Asked, show};
use super::show::When;
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::remote::ServerOptions;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 市、县、乡镇代码，默认为全市（用 --server 时为本人的管辖范围） / the code of a city, county or township; the city where absent, with --server your own scope
    #[arg(long, value_name = "CODE")]
    scope: Option<PlaceCode>,
    #[command(flatten)]
    when: When,
    /// 以 JSON 输出，与 API 的清单 statistics 相同 / as JSON, the same as the API's list `statistics`
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let Arguments { scope, when, json, directory, server } = arguments;
    let name = ListName::Statistics;
    show(&Asked { name, scope, year: None, limit: None, when, json, directory, server }, language)
}
