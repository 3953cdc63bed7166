//! `import`: an office's lists of places, organizations and accounts, its ledger, and commands from lines.

use clap::Subcommand;
use domain::say::Language;

use crate::commands::{import_accounts, import_commands, import_ledger, import_organizations, import_places};
use crate::exit::Failure;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 导入行政区划表（.csv 或 .xlsx），不加 --commit 只试算 / import a list of places; a dry run without --commit
    Places(import_places::Arguments),
    /// 导入党组织清单（.xlsx 或 .csv），不加 --commit 只试算 / import a list of Party organizations; a dry run without --commit
    Organizations(import_organizations::Arguments),
    /// 按清单（.xlsx 或 .csv）签发帐号，不加 --commit 只试算 / issue the accounts of a list; a dry run without --commit
    Accounts(import_accounts::Arguments),
    /// 由本单位原有清单办理存量登记（.xlsx 或 .csv）：建议、核对、采纳 / register what existed from an office's own ledger: propose, go through, accept
    Ledger(import_ledger::Arguments),
    /// 逐行导入指令（NDJSON，- 为标准输入） / import commands line by line (NDJSON; - is standard input)
    Commands(import_commands::Arguments),
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Places(arguments) => import_places::run(arguments, language),
        Command::Organizations(arguments) => import_organizations::run(&arguments, language),
        Command::Accounts(arguments) => import_accounts::run(&arguments, language),
        Command::Ledger(arguments) => import_ledger::run(arguments, language),
        Command::Commands(arguments) => import_commands::run(arguments, language),
    }
}
