//! `import places`: the first list becomes `register-place` commands, all tried before the first is recorded; a later one
//! is compared with what is there (`later`).

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use domain::CityState;
use domain::account::Role;
use domain::actor::Actor;
use domain::date::Date;
use domain::document_number::DocumentNumber;
use domain::place::{Level, PlaceCode, PlaceKind};
use domain::say::Language;
use domain::text::Text;
use service::person_names::PersonNames;
use service::request::{CommandRequest, prepare};
use service::system_clock;
use service::trial::Trial;
use simulator::places_file::{self, LineProblem, PlaceCommand, PlaceLine, PlacesFileError};

use crate::exit::{Failure, Status};
use crate::local::{DataDirectory, Held, runtime};
use crate::output::Output;
use crate::pipeline::Pipeline;
use crate::progress::Progress;
use crate::refusal::Refusal;
use crate::remote::ServerOptions;

mod later;
mod local;
mod remote;

use later::Places;
pub use remote::known as known_on_server;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 表头为 code,name,level,parent（可另有 kind）的 .csv 或 .xlsx / a .csv or .xlsx with the header code,name,level,parent, and kind where it is stated
    file: PathBuf,
    /// 自哪一天起生效 / from which day the places hold
    #[arg(long, value_name = "DATE")]
    as_of: Date,
    /// 写入日志；不加则只试算 / record them; without it nothing is recorded
    #[arg(long)]
    commit: bool,
    /// 与现有区划对比，把变更建议写入此文件（CSV，可用表格软件打开） / compare with the places there are, and write what changed into this CSV
    #[arg(long, value_name = "FILE", conflicts_with_all = ["accept", "commit"])]
    propose: Option<PathBuf>,
    /// 采纳此文件中的建议；不加 --commit 只试算 / apply what this file accepts; a dry run without --commit
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,
    /// 变更所依据的文号 / the document that the changes rest on
    #[arg(long, value_name = "NUMBER", requires = "accept")]
    document: Option<DocumentNumber>,
    /// 该文的发文日期 / the day on which it was issued
    #[arg(long, value_name = "DATE", requires = "document")]
    issued: Option<Date>,
    /// 城市代码，新日志默认 5108 / the city's code; 5108 for a new log
    #[arg(long, value_name = "CODE", conflicts_with = "server")]
    city: Option<PlaceCode>,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

/// What the list asks for, against what there is.
struct Plan {
    /// Not there yet, in the order of recording.
    new: Vec<(PlaceLine, CommandRequest)>,
    already_there: usize,
    problems: Vec<LineProblem>,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let lines = read(&arguments.file, language)?;
    let place = arguments.directory.location()?;
    let places = match arguments.server.connect()? {
        Some(server) => Some(Places::There(server)),
        // A dry run makes no log.
        None if !place.has_log()? => None,
        None => Some(Places::Here(Box::new(Held::open(&place, arguments.city.as_ref(), language)?))),
    };
    if let Some(accepted) = &arguments.accept {
        let places = places.ok_or_else(|| {
            let en = "there is no log yet: the first list is imported without --accept";
            Failure::usage("尚无日志：首份名录直接导入，无需 --accept", en)
        })?;
        return later::accept(&places, &arguments, accepted, &lines, language);
    }
    let held = match places {
        None => None,
        Some(places) => match later::run(places, &arguments, &lines, language)? {
            Some(Places::Here(held)) => Some(held),
            _ => return Ok(()),
        },
    };
    first(&arguments, held, &lines, language)
}

/// The first list, or the rest of it after the import was cut off.
fn first(
    arguments: &Arguments,
    held: Option<Box<Held>>,
    lines: &[PlaceLine],
    language: Language,
) -> Result<(), Failure> {
    let place = arguments.directory.location()?;
    if arguments.commit {
        let held = match held {
            Some(held) => held,
            None => Box::new(Held::open(&place, arguments.city.as_ref(), language)?),
        };
        return commit(arguments, &held, lines, language);
    }
    let empty = CityState::new(place.city(arguments.city.as_ref())?);
    let state = held.as_ref().map_or(&empty, |held| held.state());
    let plan = plan(lines, arguments.as_of, state)?;
    tell_problems(&plan.problems, 0, language)?;
    let mut output = Output::new();
    for (place, _) in &plan.new {
        output.line(format!("+ {} {} {}", place.code, place.name, place.level.as_str()))?;
    }
    let (new, there) = (plan.new.len(), plan.already_there);
    output.line(language.pick(
        format!(
            "试算：将登记 {new} 个（{}），已有 {there} 个；加 --commit 写入日志",
            by_level(&plan.new, language)
        ),
        format!(
            "dry run: {new} would be registered ({}), {there} are already there; add --commit to record them",
            by_level(&plan.new, language)
        ),
    ))?;
    output.flush()
}

/// Reads the list, or tells every row that fails.
pub fn read(file: &Path, language: Language) -> Result<Vec<PlaceLine>, Failure> {
    match places_file::read(file) {
        Err(PlacesFileError::Rows { listed, more }) => {
            tell_problems(&listed, more, language)?;
            Err(Failure::Told(Status::REJECTED))
        }
        Err(other) => Err(other.into()),
        Ok(list) => {
            for note in &list.notes {
                let said = note.in_language(language);
                tell_beside(&language.pick(format!("注意：{said}\n"), format!("note: {said}\n")));
            }
            Ok(list.lines)
        }
    }
}

/// Says something beside what the program puts out, which another program may read.
fn tell_beside(text: &str) {
    // Where nobody listens, nothing is lost that would be asked for.
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Lists the rows that fail, with line, column and reason; ends the program if there are any.
fn tell_problems(problems: &[LineProblem], more: usize, language: Language) -> Result<(), Failure> {
    if problems.is_empty() {
        return Ok(());
    }
    let header = language.pick(["行", "列", "原因"], ["line", "column", "reason"]);
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    rows.extend(problems.iter().map(|problem| {
        let reason = language.pick(&problem.chinese, &problem.english).clone();
        vec![problem.line.to_string(), problem.column.to_owned(), reason]
    }));
    let mut output = Output::new();
    output.table(&rows)?;
    let count = problems.len() + more;
    output.line(language.pick(
        format!("{count} 处不合格，未登记任何一行"),
        format!("{count} problems: no row was registered"),
    ))?;
    output.flush()?;
    Err(Failure::Told(Status::REJECTED))
}

/// Tries every row against the city.
fn plan(lines: &[PlaceLine], as_of: Date, state: &CityState) -> Result<Plan, Failure> {
    let policy = domain::Policy::defaults().map_err(Failure::internal)?;
    let mut trial = Trial::new(state.clone(), policy.into(), PersonNames::default().into(), system_clock());
    let mut plan = Plan { new: Vec::new(), already_there: 0, problems: Vec::new() };
    let by_line: BTreeMap<u64, &PlaceLine> = lines.iter().map(|place| (place.line, place)).collect();
    for command in places_file::commands(lines, as_of) {
        let Some(&place) = by_line.get(&command.line) else { continue };
        if let Some(known) = state.place_by_code(&place.code) {
            if known.name == place.name {
                plan.already_there += 1;
            } else {
                plan.problems.push(other_name(place, &known.name));
            }
            continue;
        }
        let line = command.line;
        let request = request(command, &state.city);
        let refusal = match prepare(request.clone()) {
            Err(error) => Some(Refusal::of_shape(&request.name, error)?),
            Ok(prepared) => {
                let refused = trial.decide(&prepared).err();
                refused.map(|rejection| Refusal::of_rule(&rejection, trial.policy()))
            }
        };
        match refusal {
            None => plan.new.push((place.clone(), request)),
            Some(refusal) => plan.problems.push(problem(line, refusal)),
        }
    }
    plan.problems.sort_by_key(|problem| problem.line);
    Ok(plan)
}

/// The code is that of another place, or of the same under another name: a list renames nothing.
fn other_name(place: &PlaceLine, known: &Text) -> LineProblem {
    let code = &place.code;
    LineProblem {
        line: place.line,
        column: "name",
        chinese: format!("代码 {code} 已登记为「{known}」"),
        english: format!("the code {code} is registered as {known}"),
    }
}

fn request(command: PlaceCommand, city: &PlaceCode) -> CommandRequest {
    CommandRequest {
        id: command.id,
        name: "register-place".to_owned(),
        body: command.body,
        actor: Actor { id: "local:county".to_owned(), role: Role::Local, scope: city.clone() },
        if_match: None,
        traceparent: None,
    }
}

fn problem(line: u64, refusal: Refusal) -> LineProblem {
    let column = match refusal.rule.as_str() {
        "code-in-use" | "other-city" => "code",
        "unknown-reference" | "place-in-force" => "parent",
        "place-level" => "level",
        _ => "-",
    };
    LineProblem { line, column, chinese: refusal.chinese, english: refusal.english }
}

fn by_level(new: &[(PlaceLine, CommandRequest)], language: Language) -> String {
    let tiers = [Level::City, Level::County, Level::Township, Level::Village];
    let counted = tiers.map(|level| {
        let count = new.iter().filter(|(place, _)| place.level == level).count();
        format!("{} {count}", language.pick(level.chinese(), level.as_str()))
    });
    counted.join(language.pick("，", ", ")) + &by_kind(new, language)
}

/// What the places of the lowest tier will be registered as, where they are not all villages.
fn by_kind(new: &[(PlaceLine, CommandRequest)], language: Language) -> String {
    let lowest = new.iter().map(|(place, _)| place).filter(|place| place.level == Level::Village);
    let kinds: Vec<PlaceKind> = lowest
        .map(|place| place.kind.unwrap_or_else(|| PlaceKind::of(&place.code, place.name.as_str())))
        .collect();
    let count = |kind| kinds.iter().filter(|own| **own == kind).count();
    let [villages, communities, others] =
        [PlaceKind::Village, PlaceKind::Community, PlaceKind::Other].map(count);
    if communities + others == 0 {
        return String::new();
    }
    language.pick(
        format!("：行政村 {villages}、社区 {communities}、其他 {others}"),
        format!(": {villages} villages, {communities} communities, {others} others"),
    )
}

fn commit(
    arguments: &Arguments,
    held: &Held,
    lines: &[PlaceLine],
    language: Language,
) -> Result<(), Failure> {
    let plan = plan(lines, arguments.as_of, held.state())?;
    tell_problems(&plan.problems, 0, language)?;
    let (new, there) = (plan.new.len(), plan.already_there);
    let requests = plan.new.into_iter().map(|(_, request)| request).collect();
    runtime()?.block_on(record(held, requests, REGISTERING, language))?;
    let mut output = Output::new();
    output.line(language.pick(
        format!("已登记 {new} 个，原已有 {there} 个"),
        format!("registered {new}, {there} were already there"),
    ))?;
    output.flush()
}

/// What goes on while a list is recorded, in Chinese and English.
const REGISTERING: (&str, &str) = ("登记行政区划", "registering places");

/// Records commands that were tried, many on their way at once.
pub async fn record(
    held: &Held,
    new: Vec<CommandRequest>,
    (chinese, english): (&'static str, &'static str),
    language: Language,
) -> Result<(), Failure> {
    let submissions = held.start();
    let mut progress = Progress::begin(language, chinese, english, Some(new.len() as u64));
    let mut pipeline = Pipeline::new();
    let mut outcome = Ok(());
    let mut recorded = 0;
    for request in new {
        if pipeline.is_full()
            && let Some(((), answer)) = pipeline.next().await
        {
            outcome = answer.map(drop);
            recorded += 1;
            progress.at(recorded);
        }
        if outcome.is_err() {
            break;
        }
        pipeline.send((), submissions.submit(request)).await;
    }
    while let Some(((), answer)) = pipeline.next().await {
        outcome = outcome.and(answer.map(drop));
    }
    progress.end();
    drop(pipeline);
    held.stop(&submissions).await;
    Ok(outcome?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<PlaceLine> {
        places_file::read_bytes(format!("code,name,level,parent\n{text}").as_bytes()).unwrap().lines
    }

    fn check(state: &CityState, text: &str) -> (usize, usize, Vec<(u64, &'static str)>) {
        let plan = plan(&lines(text), "2018-01-01".parse().unwrap(), state).unwrap();
        let problems = plan.problems.iter().map(|problem| (problem.line, problem.column)).collect();
        (plan.new.len(), plan.already_there, problems)
    }

    const CITY: &str = "5108,广元市,city,51\n510811,昭化区,county,5108\n";

    #[test]
    fn what_is_there_is_passed_over_and_what_contradicts_it_fails() {
        let empty = CityState::new("5108".parse().unwrap());
        assert_eq!(check(&empty, CITY), (2, 0, vec![]));
        let mut trial = Trial::new(
            empty,
            domain::Policy::defaults().unwrap().into(),
            PersonNames::default().into(),
            system_clock(),
        );
        for (_, request) in plan(&lines(CITY), "2018-01-01".parse().unwrap(), trial.state()).unwrap().new {
            trial.decide(&prepare(request).unwrap()).unwrap();
        }
        assert_eq!(check(trial.state(), CITY), (0, 2, vec![]));
        let more = format!("{CITY}510812,朝天区,county,5108\n");
        assert_eq!(check(trial.state(), &more), (1, 2, vec![]));
        let renamed = CITY.replace("昭化区", "元坝区");
        assert_eq!(check(trial.state(), &renamed), (0, 1, vec![(3, "name")]));
    }

    #[test]
    fn another_city_is_refused_row_by_row() {
        let empty = CityState::new("5101".parse().unwrap());
        let (new, remote, problems) = check(&empty, CITY);
        assert_eq!((new, remote, problems.len()), (0, 0, 2));
    }
}
