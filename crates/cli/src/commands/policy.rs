//! `policy`: the rules in force, and what a proposed one would do.

use clap::Subcommand;
use domain::say::Language;

use crate::exit::Failure;

mod rehearse;
mod rehearse_text;
mod show;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 查看某日在市或县(区)施行的规则、标准及依据 / show: the rules in force in the city or a county on a day, their figures and sources
    Show(show::Arguments),
    /// 试行：拟议政策若自某日起施行，哪些已办事项会另作处理、哪些期限会改变；不记录 / rehearse: what a proposed policy would have decided otherwise since a day; nothing is recorded
    Rehearse(rehearse::Arguments),
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Show(arguments) => show::run(&arguments, language),
        Command::Rehearse(arguments) => rehearse::run(&arguments, language),
    }
}
