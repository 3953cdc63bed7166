//! `audit`: what an outsider checks, and what he is given to check.

use clap::Subcommand;

use crate::exit::Failure;
use crate::language::Language;

mod establish;
mod export;
mod files;
mod keys;
mod receipt;
mod sealed;
mod there;
mod verdict;
mod verify;
mod views;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 核验日志、归档包或回执 / verify a log, a bundle or a receipt
    Verify(verify::Arguments),
    /// 导出可离线核验的归档包 / export a bundle that can be verified offline
    Export(export::Arguments),
    /// 给出一条事件的回执 / the receipt of one event
    Receipt(receipt::Arguments),
    /// 列出签署检查点的公钥 / the public keys that sign the checkpoints
    Keys(keys::Arguments),
}

pub use sealed::{Sealed, control_store, trust as trusted};

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Verify(arguments) => verify::run(&arguments, language),
        Command::Export(arguments) => export::run(&arguments, language),
        Command::Receipt(arguments) => receipt::run(&arguments),
        Command::Keys(arguments) => keys::run(&arguments),
    }
}
