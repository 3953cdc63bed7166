//! `import ledger`: an office's own ledger is proposed value by value, gone through in a workbook, and recorded whole.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::place::PlaceCode;
use domain::say::Language;
use event_log::regular_file;
use ledger::ledger::MAX_FILE_BYTES;
use ledger::{Aliases, LedgerError, Problem};

use crate::exit::{Failure, Status};
use crate::local::{DataDirectory, Held};
use crate::new_file::NewFile;
use crate::output::Output;
use crate::remote::ServerOptions;

mod local;
mod remote;

/// How many problems are listed; the rest are counted.
const MAX_PROBLEMS_LISTED: usize = 200;
/// A workbook of proposals is longer than the ledger: each value has four columns.
const MAX_PROPOSAL_BYTES: u64 = 64 << 20;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 本单位的清单（.xlsx 或 .csv），保持原样即可 / the office's own ledger, .xlsx or .csv, as it is
    #[arg(required_unless_present = "accept")]
    file: Option<PathBuf>,
    /// 清单所属县(区)的代码 / the code of the county whose ledger it is
    #[arg(long, value_name = "CODE")]
    county: PlaceCode,
    /// 把建议写入此工作簿（.xlsx），供逐项核对 / write the proposals into this workbook, to be gone through
    #[arg(long, value_name = "OUT.xlsx", conflicts_with = "accept")]
    propose: Option<PathBuf>,
    /// 采纳此工作簿中核对过的内容；不加 --commit 只试算 / take what this workbook accepts; a dry run without --commit
    #[arg(long, value_name = "IN.xlsx")]
    accept: Option<PathBuf>,
    /// 写入日志：全部记录或全部不记录 / record it: all of it or nothing
    #[arg(long, requires = "accept")]
    commit: bool,
    /// 本单位的表头叫法（两列：字段,表头），也可写在清单的“表头别名”工作表中 / the office's own headings, in two columns: field, heading; or in a sheet 表头别名 of the ledger
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

/// What a ledger was proposed to be, in numbers and as a workbook.
struct Proposed {
    workbook: Vec<u8>,
    /// In Chinese and in English.
    said: Vec<String>,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    match &arguments.accept {
        Some(accepted) => accept(&arguments, accepted, language),
        None => propose(&arguments, language),
    }
}

fn propose(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let file = arguments.file.as_deref().unwrap_or(Path::new(""));
    let bytes = read(file, MAX_FILE_BYTES as u64 + 1)?;
    let aliases = match &arguments.aliases {
        Some(path) => told(ledger::ledger::aliases_of(&read(path, 1 << 20)?), language)?,
        None => Vec::new(),
    };
    let proposed = match arguments.server.connect()? {
        Some(server) => remote::propose(&server, &arguments.county, &bytes, &aliases, language)?,
        None => {
            let held = held(arguments, language)?;
            local::propose(&held, &arguments.county, &bytes, &aliases, language)?
        }
    };
    let mut output = Output::new();
    for line in &proposed.said {
        output.line(line)?;
    }
    match &arguments.propose {
        Some(path) => {
            write(path, &proposed.workbook)?;
            let path = path.display();
            output.line(language.pick(
                format!("建议已写入 {path}：逐项核对“采纳”后，用 --accept {path} 试算，再加 --commit 记录"),
                format!("the proposals are in {path}: go through 采纳, try them with --accept {path}, then add --commit"),
            ))?;
        }
        None => output.line(language.pick(
            "用 --propose 文件.xlsx 写出建议；未记录任何内容",
            "write the proposals with --propose FILE.xlsx; nothing was recorded",
        ))?,
    }
    output.flush()
}

fn accept(arguments: &Arguments, accepted: &Path, language: Language) -> Result<(), Failure> {
    let bytes = read(accepted, MAX_PROPOSAL_BYTES)?;
    let done = match arguments.server.connect()? {
        Some(server) => remote::accept(&server, &arguments.county, &bytes, arguments.commit, language)?,
        None => {
            let held = held(arguments, language)?;
            local::accept(&held, &arguments.county, &bytes, arguments.commit, language)?
        }
    };
    let mut output = Output::new();
    let (new, there, rows, left_out) = (done.recorded, done.there, done.joint_branches, done.left_out);
    let (zh, en) = if arguments.commit {
        (
            format!(
                "已记录 {new} 条指令（原已有 {there} 条）：联合党组织 {rows} 个，不登记 {left_out} 行；待县级确认后计入"
            ),
            format!(
                "recorded {new} commands ({there} were there): {rows} joint branches, {left_out} rows left out; they count once the county confirms them"
            ),
        )
    } else {
        (
            format!(
                "试算通过：将记录 {new} 条指令（已有 {there} 条），联合党组织 {rows} 个，不登记 {left_out} 行；加 --commit 记录"
            ),
            format!(
                "dry run: {new} commands would be recorded ({there} are there), {rows} joint branches, {left_out} rows left out; add --commit to record them"
            ),
        )
    };
    output.line(language.pick(zh, en))?;
    output.flush()
}

/// What came of what was accepted.
struct Done {
    recorded: usize,
    there: usize,
    joint_branches: usize,
    left_out: usize,
}

/// The log that lies here, which must be there.
fn held(arguments: &Arguments, language: Language) -> Result<Held, Failure> {
    let place = arguments.directory.location()?;
    if !place.has_log()? {
        let en = "there is no log yet: import the places first";
        return Err(Failure::usage("尚无日志，请先导入行政区划（import places）", en));
    }
    Held::open(&place, None, language)
}

fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Failure> {
    regular_file::read(path, limit).map_err(|cause| Failure::Input { path: path.to_owned(), cause })
}

/// Writes a workbook that is not there yet: an officer may have worked on it.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let refused = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let shown = path.display();
            Failure::usage(
                format!("{shown} 已存在，未覆盖；请换一个文件名"),
                format!("{shown} exists and is not overwritten: name another file"),
            )
        }
        _ => Failure::Input { path: path.to_owned(), cause },
    };
    let mut file = NewFile::begin(path, 0o600).map_err(refused)?;
    file.file().write_all(bytes).and_then(|()| file.finish()).map_err(refused)
}

/// The headings of a list of pairs.
fn aliases_of(pairs: &[(String, String)], language: Language) -> Result<Aliases, Failure> {
    let mut aliases = Aliases::default();
    told(ledger::ledger::extend(&mut aliases, pairs), language)?;
    Ok(aliases)
}

/// Tells the cells that are wrong, and ends there.
fn told<T>(outcome: Result<T, LedgerError>, language: Language) -> Result<T, Failure> {
    match outcome {
        Err(LedgerError::Cells { problems }) => Err(tell(&problems, 0, language)),
        other => Ok(other?),
    }
}

/// Lists what is wrong, with cell, rule and reason.
fn tell(problems: &[Problem], more: usize, language: Language) -> Failure {
    let header = language.pick(["单元格", "规则", "原因"], ["cell", "rule", "reason"]);
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(problems.iter().take(MAX_PROBLEMS_LISTED).map(|problem| {
        vec![problem.cell.clone(), problem.rule.clone(), problem.why.in_language(language).to_owned()]
    }));
    let mut output = Output::new();
    let count = problems.len() + more;
    let told = output.table(&rows).and_then(|()| {
        output.line(language.pick(
            format!("{count} 处不合格，未记录任何内容"),
            format!("{count} problems: nothing was recorded"),
        ))?;
        output.flush()
    });
    told.err().unwrap_or(Failure::Told(Status::REJECTED))
}
