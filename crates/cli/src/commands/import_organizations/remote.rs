//! Organizations through a running server, as the account of the token.

use domain::date::Date;
use domain::place::PlaceCode;
use domain::say::{Language, Say};
use projections::{ListName, ListRow, Page};
use serde::Deserialize;
use serde_json::Value;
use simulator::office_files::headed_table::CellProblem;
use simulator::office_files::organizations::Field;
use simulator::office_files::organizations::plan::OrganizationCommand;
use simulator::office_files::register::{KnownOrganization, KnownPlace, Register};

use crate::commands::import_commands::{Outcome, give};
use crate::commands::import_places::known_on_server;
use crate::commands::office_files::tell_problems;
use crate::exit::Failure;
use crate::progress::Progress;
use crate::remote::Server;

/// How many rows one page holds.
const PAGE_ROWS: usize = 5_000;
/// More pages than a city has organizations are no list.
const MAX_PAGES: usize = 1_000;

/// The places and organizations that the account reads, and the city.
pub fn known(server: &Server, on: Date) -> Result<(Register, PlaceCode), Failure> {
    let (places, _) = known_on_server(server, on, None)?;
    let city = places.first().and_then(|place| place.code.as_str().get(..4)?.parse().ok());
    let city: PlaceCode = city.ok_or_else(|| {
        Failure::usage("服务中没有行政区划，请先导入", "the server has no places: import them first")
    })?;
    let places = places.into_iter().map(|place| KnownPlace {
        code: place.code,
        name: place.name.to_string(),
        parent: place.parent,
    });
    Ok((Register::new(places, organizations(server)?), city))
}

/// Those of the account's own scope, and the organs above.
fn organizations(server: &Server) -> Result<Vec<KnownOrganization>, Failure> {
    let name = ListName::Organizations;
    let mut found = Vec::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let mut path = format!("/api/v1/lists/{name}?limit={PAGE_ROWS}");
        if let Some(cursor) = &cursor {
            path.push_str(&format!("&cursor={cursor}"));
        }
        let Page { view, next_cursor } =
            name.read(&server.get(&path)?).map_err(|error| server.unreachable(error))?;
        for row in view.rows {
            let ListRow::Organizations(row) = row else { continue };
            let Some(location) = row.location else { continue };
            found.push(KnownOrganization {
                id: row.organization,
                name: row.name.to_string(),
                form: row.form,
                host_kind: row.host_kind,
                host: row.unit.map_or_else(|| location.code.to_string(), |unit| unit.to_string()),
                location: location.code,
                formal_members: row.formal_members,
                probationary_members: row.probationary_members,
                households: row.households,
                population: row.population,
            });
        }
        cursor = next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(found)
}

/// The column that a rule is about.
pub fn field_of(command: &OrganizationCommand, rule: &str) -> Field {
    match rule {
        "host-kind" | "place-in-force" | "scope" => Field::Host,
        "code-list" => Field::Form,
        "profile-value" => Field::Households,
        "unknown-reference" if command.body["data"]["superior"].is_string() => Field::Superior,
        _ => Field::Name,
    }
}

/// Has the server try the commands; tells the cells of those that it would refuse.
pub fn tried(
    server: &Server,
    commands: &[OrganizationCommand],
    problem: &dyn Fn(&OrganizationCommand, &str, Say) -> CellProblem,
    language: Language,
) -> Result<(), Failure> {
    #[derive(Deserialize)]
    struct Tried {
        refused: usize,
        refusals: Vec<Refused>,
    }
    #[derive(Deserialize)]
    struct Refused {
        line: usize,
        rule: String,
        detail: String,
        detail_en: String,
    }
    if commands.is_empty() {
        return Ok(());
    }
    let mut lines = String::new();
    for command in commands {
        let mut line = command.body.as_object().cloned().unwrap_or_default();
        line.insert("name".to_owned(), command.name.into());
        line.insert("id".to_owned(), command.id.to_string().into());
        lines.push_str(&Value::Object(line).to_string());
        lines.push('\n');
    }
    let answer = server.post("/api/v1/trials", "application/x-ndjson", &lines)?;
    let tried: Tried = serde_json::from_str(&answer).map_err(|error| server.unreachable(error))?;
    let more = tried.refused.saturating_sub(tried.refusals.len());
    let problems: Vec<CellProblem> = tried
        .refusals
        .into_iter()
        .filter_map(|one| {
            let command = commands.get(one.line.checked_sub(1)?)?;
            Some(problem(command, &one.rule, Say::of(one.detail, one.detail_en)))
        })
        .collect();
    tell_problems(&problems, more, language)
}

/// Gives the commands one after the other. Where one is refused after all, because somebody else changed something in
/// between, it stops there; what was recorded stands, and a repeat goes on.
pub fn record(server: &Server, commands: &[OrganizationCommand], language: Language) -> Result<(), Failure> {
    let total = commands.len() as u64;
    let mut progress = Progress::begin(language, "登记党组织", "registering organizations", Some(total));
    for (number, command) in (1_u64..).zip(commands) {
        let outcome = give(server, command.name, &command.id.to_string(), &command.body)?;
        if let Outcome::Refused(refusal) = outcome {
            progress.end();
            let (line, before) = (command.line, number - 1);
            let (zh, en) = (refusal.chinese, refusal.english);
            return Err(Failure::ServerRefused {
                status: 422,
                slug: "rejected".to_owned(),
                message: Say::of(
                    format!("第 {line} 行被拒绝：{zh}；此前 {before} 条已记录，处理后重新运行即可接续"),
                    format!(
                        "line {line} was refused: {en}; {before} commands before it are recorded, run it again to go on"
                    ),
                ),
            });
        }
        progress.at(number);
    }
    progress.end();
    Ok(())
}
