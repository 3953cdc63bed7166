//! The binary `lianjian`: parses what was asked, runs it, ends with the status that says how it went.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use domain::say::Language;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::format::debug_fn;

use crate::exit::{Failure, Status};
use crate::log_lines::Lines;

mod acting;
mod backup_files;
mod commands;
mod demonstration;
mod exit;
mod import_line;
mod language;
mod local;
mod log_lines;
mod log_options;
mod nats_accounts;
mod nats_directory;
mod nats_reload;
mod new_file;
mod output;
mod pipeline;
mod progress;
mod refusal;
mod remote;
mod usage;

/// Events are read on one thread and dropped on another, over which glibc's allocator takes half as long again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The variable that says what goes into the log on standard error.
const LOG_VARIABLE: &str = "LIANJIAN_LOG";

/// 联建：跨村联合党组织管理服务 / lianjian: administers joint Party branches across villages
#[derive(Debug, Parser)]
#[command(name = "lianjian", version, about, propagate_version = true)]
struct Arguments {
    /// 消息语言，默认随系统区域设置 / the language of messages; by default that of the locale
    #[arg(long, global = true, value_name = "zh|en", env = "LIANJIAN_LANG", value_parser = language::parser())]
    lang: Option<Language>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动服务 / start the service
    Serve(commands::serve::Arguments),
    /// 签发、列出、撤销令牌 / issue, list and revoke tokens
    #[command(subcommand)]
    Token(commands::token::Command),
    /// 确认本机时钟 / confirm this machine's clock
    #[command(subcommand)]
    Clock(commands::clock::Command),
    /// 导入行政区划或指令 / import places or commands
    #[command(subcommand)]
    Import(commands::import::Command),
    /// 查看市、县、乡镇或联合党组织 / show a city, county, township or joint branch
    #[command(subcommand)]
    Show(commands::show::Command),
    /// 查看清单 / show a list
    List(commands::list::Arguments),
    /// 党内统计第24、25表可取的数字 / what the Party statistics can take from here
    Statistics(commands::statistics::Arguments),
    /// 由记录起草公文 / write a paper made from the record
    Paper(commands::paper::Arguments),
    /// 规则：拟议政策在历史上试行 / rules: a proposed policy, rehearsed on the record
    #[command(subcommand)]
    Policy(commands::policy::Command),
    /// 核验日志 / verify the log
    #[command(subcommand)]
    Audit(commands::audit::Command),
    /// 见证一个城市的日志 / witness the log of a city
    Witness(commands::witness::Arguments),
    /// 常设监测：跟踪一个或多个城市的日志头，逐条核验，有异常立即告警 / follow the heads of one or many cities, verify what comes, and raise an alarm at once
    Monitor(commands::monitor::Arguments),
    /// 镜像：完整保存一个城市的日志，逐条核对后签署“我存有”，供恢复之用 / mirror the whole log of a city, sign that it is held, and serve it to be restored from
    Mirror(commands::mirror::Arguments),
    /// 复制日志 / copy the log
    #[command(subcommand)]
    Log(commands::log::Command),
    /// 生成模拟指令 / generate simulated commands
    Generate(commands::generate::Arguments),
    /// 由日志重建读模型 / rebuild the read models from the log
    Rebuild(commands::rebuild::Arguments),
    /// 设置 NATS 服务器的帐号 / set up the accounts of the NATS server
    #[command(subcommand)]
    Nats(commands::nats::Command),
    /// 备份日志、访问日志与姓名，服务运行时也可进行 / back up log, access log and names, also while the service runs
    Backup(commands::backup::Arguments),
    /// 由备份恢复到空目录并核验 / restore a backup into an empty directory, and verify it
    Restore(commands::restore::Arguments),
    /// 检查日志、读模型、时钟、磁盘 / check the log, the read models, the clock and the disk
    Doctor(commands::doctor::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::try_parse().unwrap_or_else(|error| usage::stop(&error));
    let language = arguments.lang.unwrap_or_else(|| language::of_locale(|name| std::env::var(name).ok()));
    // Whatever the program makes is its owner's alone, the read models and snapshots included.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    start_log(
        matches!(arguments.command, Command::Serve(_) | Command::Witness(_) | Command::Mirror(_)),
        language,
    );
    let outcome = run(arguments.command, language);
    outcome.map_or_else(
        |failure| {
            failure.tell(language);
            failure.status().into()
        },
        |()| Status::DONE.into(),
    )
}

fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::Serve(arguments) => commands::serve::run(arguments, language),
        Command::Token(command) => commands::token::run(command, language),
        Command::Clock(command) => commands::clock::run(command, language),
        Command::Import(command) => commands::import::run(command, language),
        Command::Show(command) => commands::show::run(command, language),
        Command::List(arguments) => commands::list::run(arguments, language),
        Command::Statistics(arguments) => commands::statistics::run(arguments, language),
        Command::Paper(arguments) => commands::paper::run(&arguments, language),
        Command::Policy(command) => commands::policy::run(command, language),
        Command::Audit(command) => commands::audit::run(command, language),
        Command::Witness(arguments) => commands::witness::run(&arguments, language),
        Command::Monitor(arguments) => commands::monitor::run(&arguments, language),
        Command::Mirror(arguments) => commands::mirror::run(arguments, language),
        Command::Log(command) => commands::log::run(command, language),
        Command::Generate(arguments) => commands::generate::run(arguments, language),
        Command::Rebuild(arguments) => commands::rebuild::run(arguments, language),
        Command::Nats(command) => commands::nats::run(command, language),
        Command::Backup(arguments) => commands::backup::run(&arguments, language),
        Command::Restore(arguments) => commands::restore::run(&arguments, language),
        Command::Doctor(arguments) => commands::doctor::run(arguments, language),
    }
}

/// The log goes to standard error: standard output is for what was asked.
fn start_log(is_service: bool, language: Language) {
    let default = if is_service { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new(default));
    let colours = std::io::stderr().is_terminal();
    let fields = debug_fn(|writer, field, value| {
        if field.name() == "message" {
            write!(writer, "{value:?}")
        } else {
            write!(writer, "{field}={value:?}")
        }
    });
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colours)
        .with_writer(std::io::stderr)
        .fmt_fields(fields.delimited(" "))
        .event_format(Lines::new(language))
        .init();
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Arguments;

    #[test]
    fn the_arguments_hang_together() {
        Arguments::command().debug_assert();
    }
}
