//! `import organizations`: an office's list of its Party organizations, proposed where something is not sure, tried as a
//! whole, and recorded.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::CityState;
use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use simulator::office_files::headed_table::{CellProblem, bytes_of};
use simulator::office_files::organizations::plan::{
    Differing, Occasion, OrganizationCommand, OrganizationsPlan,
};
use simulator::office_files::organizations::{OrganizationsList, interpret, sheet, table};
use simulator::office_files::register::{Confidence, Register};

use crate::commands::office_files::{city_state_register, tell_problems, told};
use crate::exit::Failure;
use crate::local::{DataDirectory, Held};
use crate::new_file::NewFile;
use crate::output::Output;
use crate::remote::{Server, ServerOptions};

mod local;
mod remote;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 党组织清单（.xlsx 或 .csv），表头如：名称、形式、县(区)、乡镇、所在村/单位、上级、正式党员数、预备党员数、户数、人口
    /// / a list of organizations (.xlsx or .csv) with headings such as name, form, county, township, host, superior,
    /// `formal_members`, `probationary_members`, households, population
    file: PathBuf,
    /// 自哪一天起在册 / from which day they are on the register
    #[arg(long, value_name = "DATE")]
    as_of: Date,
    /// 写入日志；不加则只试算 / record them; without it nothing is recorded
    #[arg(long)]
    commit: bool,
    /// 把读到的内容写入此文件（.xlsx 或 .csv），逐行附采纳、把握、理由、原文 / write what was understood into this file, with how sure each row is and why
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accept", "commit"])]
    propose: Option<PathBuf>,
    /// 采纳此文件中的建议；不加 --commit 只试算 / take what this file accepts; a dry run without --commit
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,
    /// 城市代码，新日志默认 5108 / the city's code; 5108 for a new log
    #[arg(long, value_name = "CODE", conflicts_with = "server")]
    city: Option<PlaceCode>,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

/// Where the organizations are to be.
enum Target {
    /// On the log that lies here.
    Here(Box<Held>),
    /// On no log yet: a dry run makes none.
    Nowhere(PlaceCode),
    /// Behind a server.
    There(Server),
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let bytes = bytes_of(&arguments.file)?;
    let place = arguments.directory.location()?;
    let target = match arguments.server.connect()? {
        Some(server) => Target::There(server),
        None if !arguments.commit && !place.has_log()? => {
            Target::Nowhere(place.city(arguments.city.as_ref())?)
        }
        None => Target::Here(Box::new(Held::open(&place, arguments.city.as_ref(), language)?)),
    };
    let (register, city) = match &target {
        Target::There(server) => remote::known(server, arguments.as_of)?,
        Target::Here(held) => (city_state_register(held.state(), arguments.as_of), held.stores.city.clone()),
        Target::Nowhere(city) => {
            (city_state_register(&CityState::new(city.clone()), arguments.as_of), city.clone())
        }
    };
    let original = told(table(&bytes), language)?;
    let list = match &arguments.accept {
        None => told(interpret(original, &register), language)?,
        Some(path) => {
            let accepted = told(interpret(told(table(&bytes_of(path)?), language)?, &register), language)?;
            let foreign: Vec<CellProblem> = accepted.foreign_row(&original).into_iter().collect();
            tell_problems(&foreign, 0, language)?;
            accepted
        }
    };
    if let Some(path) = &arguments.propose {
        return propose(path, &list, &register, language);
    }
    // What is not sure is looked at by somebody before it is recorded.
    tell_doubts(&list, arguments, language)?;
    let source = source(&arguments.file)?;
    let occasion = Occasion {
        as_of: arguments.as_of,
        city,
        by_county: matches!(target, Target::There(_)),
        source: &source,
    };
    let plan = match list.plan(&register, &occasion) {
        Ok(plan) => plan,
        Err(problems) => return tell_problems(&problems, 0, language),
    };
    let commands = apply(&target, &list, &plan, arguments.commit, language)?;
    tell(&list, &plan, commands, arguments.commit, language)
}

/// Ends the program where something is not sure; a dry run shows how to go on.
fn tell_doubts(list: &OrganizationsList, arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let doubts = list.doubts();
    if doubts.is_empty() {
        return Ok(());
    }
    let mut output = Output::new();
    let file = arguments.accept.as_ref().unwrap_or(&arguments.file).display();
    output.line(language.pick(
        format!("{file} 中有 {} 处不能确定；用 --propose 文件.xlsx 写出建议，核对后用 --accept 采纳", doubts.len()),
        format!(
            "{} cells of {file} are not sure: write a proposal with --propose FILE.xlsx, go through it, then --accept it",
            doubts.len()
        ),
    ))?;
    output.flush()?;
    tell_problems(&doubts, 0, language)
}

/// Tries all commands, then records them where asked to: all of them are decided before the first is recorded. Gives back
/// how many there are.
fn apply(
    target: &Target,
    list: &OrganizationsList,
    plan: &OrganizationsPlan,
    is_commit: bool,
    language: Language,
) -> Result<usize, Failure> {
    let problem = |command: &OrganizationCommand, rule: &str, refused: Say| {
        let field = remote::field_of(command, rule);
        list.problem(command.line, field, refused.zh.into_owned(), refused.en.into_owned())
    };
    match target {
        Target::There(server) => {
            remote::tried(server, &plan.commands, &problem, language)?;
            if is_commit {
                remote::record(server, &plan.commands, language)?;
            }
        }
        Target::Here(held) => {
            let requests = local::tried(held, &plan.commands, &problem, language)?;
            if is_commit {
                local::record(held, requests, language)?;
            }
        }
        Target::Nowhere(_) => {}
    }
    Ok(plan.commands.len())
}

/// Where the figures of villages come from: the list by its name.
fn source(file: &Path) -> Result<String, Failure> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let text = format!("清单《{name}》");
    match domain::text::Text::try_from(text.as_str()) {
        Ok(text) => Ok(text.to_string()),
        Err(error) => {
            let Say { zh, en } = error.say();
            Err(Failure::usage(
                format!("文件名不能作出处：{zh}"),
                format!("the name of the file cannot be a source: {en}"),
            ))
        }
    }
}

/// Writes the proposal into a file that is not there yet: it may hold an officer's work.
fn propose(
    path: &Path,
    list: &OrganizationsList,
    register: &Register,
    language: Language,
) -> Result<(), Failure> {
    let is_csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let bytes = match is_csv {
        true => sheet::csv(list, register, language).map_err(Failure::internal)?,
        false => sheet::xlsx(list, register, language).map_err(Failure::internal)?,
    };
    let refused = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let path = path.display();
            Failure::usage(
                format!("{path} 已存在，未覆盖；请换一个文件名"),
                format!("{path} exists and is not overwritten: name another file"),
            )
        }
        _ => Failure::Input { path: path.to_owned(), cause },
    };
    let mut whole = NewFile::begin(path, 0o600).map_err(refused)?;
    whole.file().write_all(&bytes).and_then(|()| whole.finish()).map_err(refused)?;
    let mut output = Output::new();
    tell_notes(list, language, &mut output)?;
    let count = |confidence| list.entries.iter().filter(|entry| entry.confidence() == confidence).count();
    let (sure, likely, open) = (count(Confidence::Sure), count(Confidence::Likely), count(Confidence::Open));
    let path = path.display();
    output.line(language.pick(
        format!(
            "建议已写入 {path}：确定 {sure} 行，较可能 {likely} 行，待定 {open} 行（未采纳）；核对后用 --accept {path} 试算，再加 --commit 记录"
        ),
        format!(
            "the proposal is in {path}: {sure} rows are sure, {likely} likely, {open} open and not accepted; go through it, try it with --accept {path}, then add --commit"
        ),
    ))?;
    output.flush()
}

fn tell_notes(list: &OrganizationsList, language: Language, output: &mut Output) -> Result<(), Failure> {
    for note in list.notes() {
        output.line(note.in_language(language))?;
    }
    Ok(())
}

/// What would be recorded, or was.
fn tell(
    list: &OrganizationsList,
    plan: &OrganizationsPlan,
    commands: usize,
    is_commit: bool,
    language: Language,
) -> Result<(), Failure> {
    let mut output = Output::new();
    tell_notes(list, language, &mut output)?;
    for Differing { line, there: (formal, probationary), listed: (listed, also) } in &plan.differing {
        output.line(language.pick(
            format!("第 {line} 行：已登记，人数为正式 {formal}、预备 {probationary}，清单为 {listed}、{also}，未改动；如需更新请办理“更新党组织情况”"),
            format!(
                "line {line}: registered with {formal} formal and {probationary} probationary members, the list has {listed} and {also}: not changed; update-organization does it"
            ),
        ))?;
    }
    if plan.without_probationary > 0 {
        let count = plan.without_probationary;
        output.line(language.pick(
            format!("{count} 行未填预备党员数，按 0 记"),
            format!("{count} rows say nothing of probationary members: recorded as none"),
        ))?;
    }
    let (new, there, declined) = (plan.new, plan.there, list.declined);
    let figures = commands - plan.new;
    output.line(language.pick(
        match is_commit {
            true => format!("已登记 {new} 个党组织、{figures} 个村的户数和人口；原已有 {there} 个，未采纳 {declined} 行"),
            false => format!(
                "试算通过：将登记 {new} 个党组织、{figures} 个村的户数和人口；已有 {there} 个，未采纳 {declined} 行；加 --commit 写入日志"
            ),
        },
        match is_commit {
            true => format!(
                "registered {new} organizations and the figures of {figures} villages; {there} were already there, {declined} rows not accepted"
            ),
            false => format!(
                "dry run: {new} organizations and the figures of {figures} villages would be registered; {there} are already there, {declined} rows not accepted; add --commit to record them"
            ),
        },
    ))?;
    output.flush()
}
