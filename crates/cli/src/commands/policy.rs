//! `policy`: what a rule of the city or a county would do.

use clap::Subcommand;
use domain::say::Language;

use crate::exit::Failure;

mod rehearse;
mod rehearse_text;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 试行：拟议政策若自某日起施行，哪些已办事项会另作处理、哪些期限会改变；不记录 / rehearse: what a proposed policy would have decided otherwise since a day; nothing is recorded
    Rehearse(rehearse::Arguments),
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Rehearse(arguments) => rehearse::run(&arguments, language),
    }
}
