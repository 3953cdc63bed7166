//! `audit`: what an outsider checks.

use clap::Subcommand;

use crate::exit::Failure;
use crate::language::Language;

mod csv_file;
mod diff;
mod diff_text;
mod paper;
mod replay;
mod replay_text;
mod verdict;
mod verify;
mod views;
mod words;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 重放：某日生效、某时所知的情况 / replay: the view as it was on a day, or as it was recorded then
    Replay(replay::Arguments),
    /// 对照：两个日期或位置之间的变动 / diff: what changed between two days or positions, by whom, on which document
    Diff(diff::Arguments),
    /// 核验日志完整一致 / verify that the log is whole and consistent
    Verify(verify::Arguments),
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Replay(arguments) => replay::run(&arguments, language),
        Command::Diff(arguments) => diff::run(&arguments, language),
        Command::Verify(arguments) => verify::run(&arguments, language),
    }
}
