//! `audit`: what an outsider checks, and what he is given to check.

use audit::Report;
use clap::Subcommand;
use domain::say::Language;

use crate::exit::Failure;
use crate::local::DataLocation;

mod accesses;
mod acts;
mod csv_file;
mod diff;
mod diff_text;
mod export;
mod figure;
mod figure_check;
mod files;
mod keys;
mod paper;
mod receipt;
mod remote_events;
mod replay;
mod replay_text;
mod signed_tree;
mod tier;
mod verdict;
mod verified;
mod verify;
mod views;
mod words;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 重放：某日生效、某时所知的情况 / replay: the view as it was on a day, or as it was recorded then
    Replay(replay::Arguments),
    /// 对照：两个日期或位置之间的变动 / diff: what changed between two days or positions, by whom, on which document
    Diff(diff::Arguments),
    /// 核验日志、归档包或回执 / verify a log, a bundle or a receipt
    Verify(verify::Arguments),
    /// 导出可离线核验的归档包 / export a bundle that can be verified offline
    Export(export::Arguments),
    /// 给出一条事件的回执 / the receipt of one event
    Receipt(receipt::Arguments),
    /// 某人经办的全部记录，按姓名或帐号 / everything that one official recorded, by name or by account
    Acts(acts::Arguments),
    /// 访问记录：谁在何时看过什么 / who looked at what, and when
    Accesses(accesses::Arguments),
    /// 给出一项指标的证明，或核验它 / prove a figure (how many, of how many, none missing), or verify such a proof
    Figure(figure::Arguments),
    /// 列出签署检查点的公钥 / the public keys that sign the checkpoints
    Keys(keys::Arguments),
}

pub use remote_events::Events;
pub use signed_tree::{SignedTree, checkpoint, control_store, next_entries, next_leaves, trust as trusted};
pub use verify::access_findings;

/// Verifies a directory as thoroughly as it can be; what the views have to say is left out.
pub fn verified(place: &DataLocation, language: Language) -> Result<Report, Failure> {
    Ok(verify::local(place, true, verified::Question::default(), language)?.report)
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Replay(arguments) => replay::run(&arguments, language),
        Command::Diff(arguments) => diff::run(&arguments, language),
        Command::Verify(arguments) => verify::run(&arguments, language),
        Command::Export(arguments) => export::run(&arguments, language),
        Command::Receipt(arguments) => receipt::run(&arguments),
        Command::Acts(arguments) => acts::run(&arguments, language),
        Command::Accesses(arguments) => accesses::run(&arguments, language),
        Command::Figure(arguments) => figure::run(&arguments, language),
        Command::Keys(arguments) => keys::run(&arguments),
    }
}
