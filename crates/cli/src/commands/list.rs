//! `list`: a list of a city, county or township, the same as `/api/v1/lists/{name}` gives it.

use std::ops::ControlFlow;

use clap::Args;
use domain::place::PlaceCode;
use domain::{Event, Policy, PolicyCalendar};
use event_log::envelope::decode;
use event_log::{EventLog, StoredEventRef};
use projections::{LIST_YEARS, ListName, ListQuestion, Moment, Reading, View, gather, replay};
use serde_json::Value;

use super::show::{When, check_position, join_names};
use crate::exit::Failure;
use crate::language::Language;
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::ServerOptions;

mod columns;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 清单 / which list: upgrades, yellow-cards, yearly-reviews, funding, figures, rotation, documents, late-entries,
    /// overrides, corrections, cadence
    #[arg(value_name = "NAME")]
    name: ListName,
    /// 市、县、乡镇代码 / the code of a city, county or township
    #[arg(long, value_name = "CODE")]
    scope: PlaceCode,
    /// 年度清单的年份 / the year of a list that is of one year
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i16).range(i64::from(*LIST_YEARS.start())..=i64::from(*LIST_YEARS.end())))]
    year: Option<i16>,
    /// 最多显示的行数 / the most rows to show
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    #[command(flatten)]
    when: When,
    /// 以 JSON 输出，与 API 相同 / as JSON, the same as the API's
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    let view: Value = match arguments.server.connect()? {
        Some(server) => {
            let text = server.get(&arguments.path())?;
            if arguments.json {
                output.line(text.trim_end())?;
                return output.flush();
            }
            serde_json::from_str(&text).map_err(|error| server.unreachable(error))?
        }
        None => {
            let view = here(&arguments)?;
            if arguments.json {
                output.json(&view)?;
                return output.flush();
            }
            serde_json::to_value(&view).map_err(Failure::internal)?
        }
    };
    columns::print(&view, arguments.name, language, &mut output)?;
    output.flush()
}

impl Arguments {
    fn path(&self) -> String {
        let mut path = format!("/api/v1/lists/{}?scope={}", self.name, self.scope);
        let year = self.year.map(|year| format!("&year={year}"));
        let limit = self.limit.map(|limit| format!("&limit={limit}"));
        path.extend([year, limit].into_iter().flatten());
        path.push_str(&self.when.query().replace('?', "&"));
        path
    }
}

/// The list from the log that lies here, by the code that the server lists with.
fn here(arguments: &Arguments) -> Result<View, Failure> {
    let place = arguments.directory.location()?;
    let _lock = place.lock_existing()?;
    let stores = place.open_existing()?;
    let log = &*stores.log;
    let when = arguments.when;
    check_position(log, when.at)?;
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let moment = Moment { as_of: when.as_of, at: when.at, known_at: when.known_at };
    let views = replay(log, city, moment)?;
    let policy = Policy::defaults().map_err(Failure::internal)?;
    let policies = PolicyCalendar::new(&policy, views.policies());
    let on = when.day(log)?;
    let reading = Reading { views: &views, policies: &policies, on };
    let Arguments { name, scope, year, .. } = arguments;
    let question = ListQuestion { name: *name, scope: scope.clone(), year: *year };
    let list = gather(log, reading, &question, when.as_of)?;
    let mut view = list.view;
    for row in list.rows.iter().take(arguments.limit.unwrap_or(usize::MAX)) {
        view.rows.push(match row.position() {
            Some(position) => row.value(Some(&event(log, position)?))?,
            None => row.value(None)?,
        });
    }
    join_names(&mut view.rows, &*stores.control)?;
    Ok(view)
}

fn event(log: &dyn EventLog, position: u64) -> Result<Event, Failure> {
    let mut found = None;
    let mut visit = |stored: StoredEventRef<'_>| {
        found = Some(decode(stored.body));
        ControlFlow::Break(())
    };
    log.scan(position - 1, position, &mut visit)?;
    let found = found.ok_or_else(|| Failure::internal(format!("the log has no event at {position}")))?;
    Ok(found.map_err(Failure::internal)?.event)
}
