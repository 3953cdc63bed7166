//! A list against the places that are there already: what changed is proposed, accepted in a file, and recorded whole.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use domain::date::Date;
use domain::document_number::Document;
use domain::place::{Level, PlaceCode};
use domain::say::Language;
use serde_json::json;
use simulator::place_changes::compare::{Comparison, compare};
use simulator::place_changes::file::{self, ProposalsError};
use simulator::place_changes::plan::{Occasion, Plan, PlannedCommand, plan};
use simulator::place_changes::{Confidence, Kind, Known, Proposal};
use simulator::places_file::PlaceLine;

use super::{Arguments, local, remote, tell_problems};
use crate::exit::{Failure, Status};
use crate::local::Held;
use crate::new_file::NewFile;
use crate::output::Output;
use crate::remote::Server;

/// Where the places are.
pub enum Places {
    /// On the log that lies here.
    Here(Box<Held>),
    /// Behind a server.
    There(Server),
}

impl Places {
    /// The places that are there on the day, as known at a position or by now; and that position.
    fn known(&self, on: Date, at: Option<u64>) -> Result<(Vec<Known>, u64), Failure> {
        match self {
            Self::There(server) => remote::known(server, on, at),
            Self::Here(held) => {
                let at = at.unwrap_or(held.state().last_position);
                Ok((local::known(held, on, at)?, at))
            }
        }
    }
}

/// Compares, tells, and writes the proposals where asked to. Gives back nothing where the list only adds places to a
/// log that lies here, which is what a first import that was cut off looks like.
pub fn run(
    places: Places,
    arguments: &Arguments,
    lines: &[PlaceLine],
    language: Language,
) -> Result<Option<Places>, Failure> {
    let (known, position) = places.known(arguments.as_of, None)?;
    let (lines, others) = own(&places, &known, lines);
    let comparison = compare(&known, &lines);
    let only_adds = comparison.proposals.iter().all(|one| one.kind == Kind::Register);
    if only_adds && arguments.propose.is_none() && matches!(places, Places::Here(_)) {
        return Ok(Some(places));
    }
    tell(&comparison, &lines, others, language)?;
    if let Some(path) = &arguments.propose {
        write(path, &comparison.proposals, position, language)?;
        let path = path.display();
        return say(language.pick(
            format!("建议已写入 {path}：逐行核对「采纳」后，用 --accept {path} 试算，再加 --commit 记录"),
            format!("the proposals are in {path}: go through `accept`, try them with --accept {path}, then add --commit"),
        ))
        .map(|()| None);
    }
    if comparison.proposals.is_empty() {
        return say(language.pick("名录与日志一致", "the list is as the log has it")).map(|()| None);
    }
    say(language.pick(
        "试算：用 --propose 文件.csv 写出建议，核对后用 --accept 采纳；未记录任何内容",
        "dry run: write the proposals with --propose FILE.csv, accept them with --accept; nothing was recorded",
    ))?;
    // A list that changes something is never recorded without somebody having gone through it.
    if arguments.commit { Err(Failure::Told(Status::REJECTED)) } else { Ok(None) }
}

/// Writes the proposals into a file that is not there yet.
fn write(
    path: &Path,
    proposals: &[Proposal],
    position: u64,
    language: Language,
) -> Result<(), ProposalsError> {
    let refused = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => ProposalsError::Exists { path: path.to_owned() },
        _ => ProposalsError::File { path: path.to_owned(), cause },
    };
    let bytes = file::text(proposals, position, language).map_err(refused)?;
    let mut whole = NewFile::begin(path, 0o600).map_err(refused)?;
    whole.file().write_all(&bytes).and_then(|()| whole.finish()).map_err(refused)
}

/// Plans what a file accepts, tries it, and records it with `--commit`: all of it or nothing.
pub fn accept(
    places: &Places,
    arguments: &Arguments,
    accepted: &Path,
    lines: &[PlaceLine],
    language: Language,
) -> Result<(), Failure> {
    let (proposals, position) = match file::read(accepted) {
        Err(ProposalsError::Lines { listed, more }) => {
            tell_problems(&listed, more, language)?;
            return Err(Failure::Told(Status::REJECTED));
        }
        other => other?,
    };
    let (known, _) = places.known(arguments.as_of, Some(position))?;
    let occasion = Occasion {
        as_of: arguments.as_of,
        position,
        document: document(arguments)?,
        by_county: matches!(places, Places::There(_)),
        city: city(places, &known)?,
    };
    let mut plan = match plan(&known, &proposals, &occasion) {
        Ok(plan) => plan,
        Err(problems) => return tell_problems(&problems, 0, language),
    };
    let (lines, _) = own(places, &known, lines);
    state_kinds(&mut plan, &lines);
    let apart = differing(&plan, &lines);
    let count = apply(places, plan.commands, position, arguments.commit, language)?;
    if arguments.commit {
        return say(language.pick(
            format!("已记录 {count} 条指令；与名录尚有 {apart} 处不同（未采纳或另作处理）"),
            format!("recorded {count} commands; {apart} places differ from the list (not accepted, or decided otherwise)"),
        ));
    }
    say(language.pick(
        format!("试算通过：将记录 {count} 条指令，此后与名录有 {apart} 处不同；加 --commit 记录"),
        format!("dry run: {count} commands would be recorded, after which {apart} places differ from the list; add --commit to record them"),
    ))
}

/// What the list states of the places that are registered; of those that are there already nothing changes the kind.
fn state_kinds(plan: &mut Plan, lines: &[PlaceLine]) {
    let kinds: BTreeMap<&str, _> =
        lines.iter().filter_map(|line| Some((line.code.as_str(), line.kind?))).collect();
    for command in plan.commands.iter_mut().filter(|command| command.name == "register-place") {
        let data = &mut command.body["data"];
        if let Some(kind) = data["code"].as_str().and_then(|code| kinds.get(code)) {
            data["kind"] = json!(kind);
        }
    }
}

/// Tries all, then records them. Gives back how many were not on the log yet.
fn apply(
    places: &Places,
    commands: Vec<PlannedCommand>,
    position: u64,
    is_commit: bool,
    language: Language,
) -> Result<usize, Failure> {
    match places {
        Places::Here(held) => {
            let requests = match local::tried(held, commands)? {
                Ok(requests) => requests,
                Err(problems) => return tell_problems(&problems, 0, language).map(|()| 0),
            };
            let count = requests.len();
            if is_commit {
                local::record(held, requests, language)?;
            }
            Ok(count)
        }
        Places::There(server) => {
            let recorded = remote::recorded(server, position)?;
            let left: Vec<_> = commands.into_iter().filter(|one| !recorded.contains(&one.id)).collect();
            let (problems, more) = remote::tried(server, &left)?;
            tell_problems(&problems, more, language)?;
            if is_commit {
                remote::record(server, &left, language)?;
            }
            Ok(left.len())
        }
    }
}

/// Behind a server an account sees its own county: what the list says of others is not its business.
fn own(places: &Places, known: &[Known], lines: &[PlaceLine]) -> (Vec<PlaceLine>, usize) {
    if matches!(places, Places::Here(_)) {
        return (lines.to_vec(), 0);
    }
    let counties: BTreeSet<&str> = known
        .iter()
        .filter(|place| place.code.level() == Level::County)
        .map(|place| place.code.as_str())
        .collect();
    let is_own =
        |line: &&PlaceLine| line.code.as_str().get(..6).is_none_or(|county| counties.contains(county));
    let own: Vec<PlaceLine> = lines.iter().filter(is_own).cloned().collect();
    let others = lines.len() - own.len();
    (own, others)
}

fn city(places: &Places, known: &[Known]) -> Result<PlaceCode, Failure> {
    match places {
        Places::Here(held) => Ok(held.stores.city.clone()),
        Places::There(_) => {
            let first = known.first().and_then(|place| place.code.as_str().get(..4)?.parse().ok());
            first.ok_or_else(|| Failure::usage("服务中没有行政区划", "the server has no places"))
        }
    }
}

fn document(arguments: &Arguments) -> Result<Option<Document>, Failure> {
    match (&arguments.document, arguments.issued) {
        (Some(number), Some(issued)) => Ok(Some(Document { number: number.clone(), issued, sha256: None })),
        (None, None) => Ok(None),
        _ => Err(Failure::usage("--document 与 --issued 须同时给出", "--document and --issued go together")),
    }
}

/// How many places would be other than the list has them.
fn differing(plan: &Plan, lines: &[PlaceLine]) -> usize {
    let mut listed: BTreeMap<&PlaceCode, _> =
        lines.iter().map(|line| (&line.code, (&line.name, line.parent.as_ref()))).collect();
    let counties: BTreeSet<_> = lines.iter().filter_map(|line| line.code.as_str().get(..6)).collect();
    let own = plan
        .places
        .iter()
        .filter(|(code, ..)| code.as_str().get(..6).is_none_or(|county| counties.contains(county)));
    let differs = |(code, name, parent): &&(PlaceCode, _, Option<PlaceCode>)| {
        // A county's place above is the city, which need not be registered.
        let is_tied = code.level() < Level::County;
        listed.remove(code).is_none_or(|(own, above)| own != name || is_tied && above != parent.as_ref())
    };
    let wrong = own.filter(differs).count();
    wrong + listed.keys().filter(|code| code.level() < Level::City).count()
}

/// How many proposals of each kind there are, and how sure they are.
fn tell(
    comparison: &Comparison,
    lines: &[PlaceLine],
    others: usize,
    language: Language,
) -> Result<(), Failure> {
    let mut output = Output::new();
    let pick = |words: (&'static str, &'static str)| language.pick(words.0, words.1).to_owned();
    let mut header = vec![pick(("事项", "kind"))];
    let sure = || Confidence::ALL.iter().rev();
    header.extend(sure().map(|confidence| pick(confidence.words())));
    header.push(pick(("合计", "in all")));
    let mut rows = vec![header];
    for kind in Kind::ALL {
        let of_kind: Vec<&Proposal> = comparison.proposals.iter().filter(|one| one.kind == *kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let mut row = vec![pick(kind.words())];
        row.extend(sure().map(|confidence| {
            of_kind.iter().filter(|one| one.confidence == *confidence).count().to_string()
        }));
        row.push(of_kind.len().to_string());
        rows.push(row);
    }
    output.table(&rows)?;
    let (unchanged, renamed) = (comparison.unchanged, comparison.same_code_other_name);
    output.line(language.pick(
        format!("未变 {unchanged} 处；代码相同而名称（不计村民委员会、村、社区等字）不同的村（社区）{renamed} 处"),
        format!("{unchanged} unchanged; {renamed} villages bear their code and another name, not counting the words for the office"),
    ))?;
    if lines.iter().any(|line| line.kind.is_some()) {
        output.line(language.pick(
            "名录写明的类别只用于新登记的村（社区），已登记的不改",
            "the kinds that the list states are those of places that are registered now; others keep theirs",
        ))?;
    }
    for county in &comparison.not_in_list {
        output.line(language.pick(
            format!("名录未列 {county}，未对比该县"),
            format!("the list does not have {county}: it was not compared"),
        ))?;
    }
    if others > 0 {
        output.line(language.pick(
            format!("名录中 {others} 行属其他县，不在此令牌范围内，未对比"),
            format!("{others} lines of the list are of other counties, outside this token's scope, and were not compared"),
        ))?;
    }
    output.flush()
}

fn say(line: impl AsRef<str>) -> Result<(), Failure> {
    let mut output = Output::new();
    output.line(line)?;
    output.flush()
}
