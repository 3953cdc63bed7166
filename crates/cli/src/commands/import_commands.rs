//! `import commands`: lines of NDJSON, each decided in its order, one result a line on standard output.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;

use crate::commands::import_commands::report::Reporter;
use crate::exit::Failure;
use crate::import_line::Lines;
use crate::local::{DataDirectory, Held, runtime};
use crate::output::Output;
use crate::remote::ServerOptions;

mod local;
mod remote;
mod report;
#[cfg(test)]
mod tests;

pub use remote::give;
pub use report::Outcome;

#[derive(Debug, Args)]
pub struct Arguments {
    /// NDJSON 文件，- 为标准输入 / a file of NDJSON; - is standard input
    file: String,
    /// 遇到被拒绝的行时继续 / go on after a line that is refused
    #[arg(long)]
    keep_going: bool,
    /// 城市代码，新日志默认 5108 / the city's code; 5108 for a new log
    #[arg(long, value_name = "CODE", conflicts_with = "server")]
    city: Option<PlaceCode>,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let lines = Lines::new(open(&arguments.file)?, &arguments.file);
    let mut reporter = Reporter::new(language, Output::new());
    let done = match arguments.server.connect()? {
        Some(server) => remote::import(&server, lines, arguments.keep_going, &mut reporter),
        None => {
            let held = Held::open(&arguments.directory.location()?, arguments.city.as_ref(), language)?;
            runtime()?.block_on(local::import(&held, lines, arguments.keep_going, &mut reporter))
        }
    };
    reporter.end(done)
}

fn open(file: &str) -> Result<Box<dyn BufRead>, Failure> {
    if file == "-" {
        return Ok(Box::new(io::stdin().lock()));
    }
    let opened = File::open(file).map_err(|cause| Failure::Input { path: file.into(), cause })?;
    Ok(Box::new(BufReader::new(opened)))
}
