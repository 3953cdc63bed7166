//! Changes of places through a running server, as the account of the token: a county officer's own county.

use simulator::place_changes::Known;
use simulator::place_changes::plan::PlannedCommand;
use simulator::places_file::LineProblem;
use std::collections::{BTreeMap, BTreeSet};
use std::io::BufRead;

use domain::date::Date;
use domain::ids::{CommandId, PlaceId};
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use domain::text::Text;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::commands::import_commands::{Outcome, give};
use crate::exit::Failure;
use crate::progress::Progress;
use crate::remote::Server;

/// How many places one page holds.
const PAGE_ROWS: usize = 5_000;
/// More pages than a city has places are no list.
const MAX_PAGES: usize = 1_000;

#[derive(Deserialize)]
struct Page {
    position: u64,
    rows: Vec<Row>,
    #[serde(default)]
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    id: PlaceId,
    code: PlaceCode,
    name: Text,
    parent: Option<Above>,
}

#[derive(Deserialize)]
struct Above {
    code: PlaceCode,
}

/// The places of the account's scope that are there on a day, at a position or at the last one, which is given back.
pub fn known(server: &Server, on: Date, at: Option<u64>) -> Result<(Vec<Known>, u64), Failure> {
    let mut known = Vec::new();
    let (mut position, mut cursor) = (0, None);
    for _ in 0..MAX_PAGES {
        let mut path = format!("/api/v1/places?as_of={on}&limit={PAGE_ROWS}");
        if let Some(at) = at {
            path.push_str(&format!("&at={at}"));
        }
        if let Some(cursor) = &cursor {
            path.push_str(&format!("&cursor={cursor}"));
        }
        let page: Page =
            serde_json::from_str(&server.get(&path)?).map_err(|error| server.unreachable(error))?;
        position = page.position;
        known.extend(page.rows.into_iter().map(|row| Known {
            id: row.id,
            code: row.code,
            name: row.name,
            parent: row.parent.map(|above| above.code),
        }));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok((known, at.unwrap_or(position)))
}

/// Which of the commands the log already holds, after a position.
pub fn recorded(server: &Server, after: u64) -> Result<BTreeSet<CommandId>, Failure> {
    #[derive(Deserialize)]
    struct Event {
        commandid: CommandId,
    }
    let mut found = BTreeSet::new();
    for line in server.get_lines(&format!("/api/v1/events?after={after}"))?.lines() {
        let line = line.map_err(|error| server.unreachable(error))?;
        let event: Event = serde_json::from_str(&line).map_err(|error| server.unreachable(error))?;
        found.insert(event.commandid);
    }
    Ok(found)
}

/// Has the server try the commands; gives back the lines of the file that it would refuse, and how many more.
pub fn tried(server: &Server, commands: &[PlannedCommand]) -> Result<(Vec<LineProblem>, usize), Failure> {
    #[derive(Deserialize)]
    struct Tried {
        refused: usize,
        refusals: Vec<Refused>,
    }
    #[derive(Deserialize)]
    struct Refused {
        line: usize,
        detail: String,
        detail_en: String,
    }
    let mut lines = String::new();
    for command in commands {
        lines.push_str(&Value::Object(line(command)).to_string());
        lines.push('\n');
    }
    let answer = server.post("/api/v1/trials", "application/x-ndjson", &lines)?;
    let tried: Tried = serde_json::from_str(&answer).map_err(|error| server.unreachable(error))?;
    let more = tried.refused - tried.refusals.len().min(tried.refused);
    let problem = |refused: Refused| {
        let line = commands.get(refused.line.wrapping_sub(1)).map_or(0, |command| command.line);
        LineProblem { line, column: "-", chinese: refused.detail, english: refused.detail_en }
    };
    Ok((tried.refusals.into_iter().map(problem).collect(), more))
}

fn line(command: &PlannedCommand) -> Map<String, Value> {
    let mut line = command.body.as_object().cloned().unwrap_or_default();
    line.insert("name".to_owned(), command.name.into());
    line.insert("id".to_owned(), command.id.to_string().into());
    line
}

/// Gives the commands one after the other. Where one is refused after all, because somebody else changed something in
/// between, it stops there; what was recorded stands, and a repeat goes on.
pub fn record(server: &Server, commands: &[PlannedCommand], language: Language) -> Result<(), Failure> {
    let mut progress =
        Progress::begin(language, "记录区划变更", "recording changes of places", Some(commands.len() as u64));
    let numbered: BTreeMap<u64, &PlannedCommand> = (1..).zip(commands).collect();
    for (number, command) in numbered {
        let outcome = give(server, command.name, &command.id.to_string(), &command.body)?;
        if let Outcome::Refused(refusal) = outcome {
            progress.end();
            let (zh, en) = (refusal.chinese, refusal.english);
            let line = command.line;
            return Err(Failure::ServerRefused {
                status: 422,
                slug: "rejected".to_owned(),
                message: Say::of(
                    format!("第 {line} 行被拒绝：{zh}；此前 {} 条已记录，处理后重新运行即可接续", number - 1),
                    format!(
                        "line {line} was refused: {en}; {} commands before it are recorded, run it again to go on",
                        number - 1
                    ),
                ),
            });
        }
        progress.at(number);
    }
    progress.end();
    Ok(())
}
