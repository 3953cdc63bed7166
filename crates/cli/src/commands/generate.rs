//! `generate`: prints the commands of a made-up history.

use std::path::PathBuf;

use clap::Args;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::Language;
use simulator::generate::{GenerateError, Settings, generate};

use crate::exit::Failure;
use crate::output::Output;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 城市代码 / the city's code
    #[arg(long, value_name = "CODE")]
    city: PlaceCode,
    /// 行政区划表 / the list of places
    #[arg(long, value_name = "FILE")]
    places: PathBuf,
    /// 随机种子，相同则输出相同 / the seed: the same one gives the same bytes
    #[arg(long, value_name = "N")]
    seed: u64,
    /// 年数 / how many years
    #[arg(long, value_name = "Y", default_value_t = 8)]
    years: u32,
    /// 联合党组织数 / how many joint branches
    #[arg(long, value_name = "K", default_value_t = 906)]
    joint_branches: u32,
    /// 起始日期，默认 2016-01-01 / the first day; 2016-01-01 where absent
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// 末尾附加的违规指令数，各自标明应拒绝它的规则 / how many lines at the end break a rule, each saying which must refuse it
    #[arg(long, value_name = "N", default_value_t = 0)]
    violations: u32,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let Arguments { city, places, seed, years, joint_branches, from, violations } = arguments;
    let places = super::import_places::read(&places, language)?;
    let mut output = Output::new();
    let settings = Settings { city, places, seed, years, joint_branches, from, violations };
    generate(&settings, output.writer()).map_err(|error| match error {
        GenerateError::Write(error) => Failure::Output(error),
        GenerateError::Years { .. }
        | GenerateError::OtherCity { .. }
        | GenerateError::CityMissing { .. }
        | GenerateError::TooMany { .. } => Failure::Usage { message: error.say() },
        GenerateError::Refused { .. }
        | GenerateError::OtherRules { .. }
        | GenerateError::Fault { .. }
        | GenerateError::Stopped
        | GenerateError::Rehearsal(_) => Failure::Internal { detail: error.say() },
    })?;
    output.flush()
}
