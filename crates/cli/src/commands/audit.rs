//! `audit`: what an outsider checks.

use clap::Subcommand;

use crate::exit::Failure;
use crate::language::Language;

mod verdict;
mod verify;
mod views;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 核验日志完整一致 / verify that the log is whole and consistent
    Verify(verify::Arguments),
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Verify(arguments) => verify::run(&arguments, language),
    }
}
