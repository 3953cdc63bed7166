//! `list`: a list of a city, county or township, the same as `/api/v1/lists/{name}` gives it.

use std::ops::ControlFlow;

use clap::Args;
use domain::date::Timestamp;
use domain::place::PlaceCode;
use domain::say::Language;
use domain::{Event, Policy, PolicyCalendar};
use event_log::envelope::decode;
use event_log::{EventLog, StoredEventRef};
use projections::{
    Kept, LIST_YEARS, ListName, ListQuestion, ListRow, Moment, Names, Page, Reading, View, Year, gather,
    replay,
};

use super::show::{When, check_position, join_names, table};
use crate::exit::Failure;
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::ServerOptions;

#[derive(Debug, Args)]
pub struct Arguments {
    /// 清单 / which list: upgrades, yellow-cards, meeting-decisions, yearly-reviews, funding, figures, rotation, documents, late-entries,
    /// overrides, corrections, cadence, organizations, register, flow, statistics, start
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

/// A list that is asked for, by whichever command.
pub(super) struct Asked {
    pub(super) name: ListName,
    /// Of which place: where none is named, of whoever asks, and of the log that lies here the city.
    pub(super) scope: Option<PlaceCode>,
    pub(super) year: Option<i16>,
    pub(super) limit: Option<usize>,
    pub(super) when: When,
    pub(super) json: bool,
    pub(super) directory: DataDirectory,
    pub(super) server: ServerOptions,
}

pub fn run(arguments: Arguments, language: Language) -> Result<(), Failure> {
    let Arguments { name, scope, year, limit, when, json, directory, server } = arguments;
    show(&Asked { name, scope: Some(scope), year, limit, when, json, directory, server }, language)
}

/// Prints the list.
pub(super) fn show(arguments: &Asked, language: Language) -> Result<(), Failure> {
    let mut output = Output::new();
    let page: Page<ListRow> = match arguments.server.connect()? {
        Some(server) => {
            let text = server.get(&arguments.path())?;
            if arguments.json {
                output.line(text.trim_end())?;
                return output.flush();
            }
            arguments.name.read(&text).map_err(|error| server.unreachable(error))?
        }
        None => Page { view: here(arguments)?, next_cursor: None },
    };
    if arguments.json {
        output.json(&page.view)?;
    } else {
        print(arguments, page, language, &mut output)?;
    }
    output.flush()
}

impl Asked {
    fn path(&self) -> String {
        let scope = self.scope.as_ref().map(|scope| format!("&scope={scope}"));
        let year = self.year.map(|year| format!("&year={year}"));
        let limit = self.limit.map(|limit| format!("&limit={limit}"));
        let past = self.when.query().replace('?', "&");
        let query: String = [scope, year, limit, Some(past)].into_iter().flatten().collect();
        let query = query.strip_prefix('&').map(|query| format!("?{query}")).unwrap_or_default();
        format!("/api/v1/lists/{}{query}", self.name)
    }
}

/// The list from the log that lies here, by the code that the server lists with.
fn here(arguments: &Asked) -> Result<View<ListRow>, Failure> {
    let place = arguments.directory.location()?;
    let _lock = place.lock_existing()?;
    let stores = place.open_existing()?;
    let log = &*stores.log;
    let when = arguments.when;
    check_position(log, when.at)?;
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let moment = Moment { as_of: when.as_of, at: when.at, known_at: when.known_at };
    let views = replay(log, city.clone(), moment)?;
    let policy = Policy::defaults().map_err(Failure::internal)?;
    let policies = PolicyCalendar::new(&policy, views.policies());
    let on = when.day(log)?;
    let reading = Reading { views: &views, policies: &policies, on };
    let Asked { name, scope, year, .. } = arguments;
    let question = ListQuestion { name: *name, scope: scope.clone().unwrap_or(city), year: *year };
    let list = gather(log, reading, &question, when.as_of)?;
    let shown = list.rows.iter().take(arguments.limit.unwrap_or(usize::MAX));
    let row = |kept: &Kept<ListRow>| match kept.position() {
        Some(position) => Ok(list.row(kept, Some(&event(log, position)?))?),
        None => Ok(list.row(kept, None)?),
    };
    let rows = shown.map(row).collect::<Result<Vec<_>, Failure>>()?;
    let mut view = list.view.with_rows(rows);
    join_names(&mut view.rows, &*stores.control)?;
    if when.is_now() {
        let upkeep = service::upkeep::read(&place.data, &*stores.control)?;
        view.rows.iter_mut().filter_map(ListRow::start_mut).for_each(|row| row.fill(&upkeep));
    }
    Ok(view)
}

/// Prints a list: its figures with what they mean, then a table of the columns that a terminal is wide enough for.
fn print(
    arguments: &Asked,
    page: Page<ListRow>,
    language: Language,
    output: &mut Output,
) -> Result<(), Failure> {
    let (spec, mut view) = (arguments.name.spec(), page.view);
    let title = language.pick(&*spec.title.zh, spec.name);
    match spec.year {
        Year::None => output.line(title)?,
        year => output.line(format!("{title} {}", arguments.year.unwrap_or_else(|| year.on(view.as_of))))?,
    }
    table::head(&view, language, output)?;
    let names = Plain { language };
    let heads = arguments.name.heads();
    let brief = |cells: Vec<String>| -> Vec<String> {
        cells.into_iter().zip(&heads).filter(|(_, head)| head.is_brief).map(|(cell, _)| cell).collect()
    };
    let header = heads.iter().map(|head| language.pick(&head.title.zh, &head.title.en).to_string());
    let mut lines = vec![brief(header.collect())];
    for line in std::mem::take(&mut view.rows).into_iter().flat_map(ListRow::lines) {
        // In a table without rules an empty cell could not be told from the space between two.
        let cells = line.iter().map(|shown| match shown.words.text(language, &names) {
            text if text.is_empty() || text == "—" => "-".to_owned(),
            text => text,
        });
        lines.push(brief(cells.collect()));
    }
    if lines.len() > 1 {
        output.table(&lines)?;
    }
    if page.next_cursor.is_some() {
        output.line(language.pick(
            "……另有更多行，请用 --limit 或缩小范围",
            "… there are more rows: use --limit or a narrower scope",
        ))?;
    }
    Ok(())
}

/// A terminal has no look-up of names: ids and places stand by their codes, and times as they are recorded.
struct Plain {
    language: Language,
}

impl Names for Plain {
    fn place(&self, code: &PlaceCode) -> String {
        code.to_string()
    }

    fn named(&self, _: &str) -> Option<String> {
        None
    }

    fn term(&self, list: &'static str, code: &str) -> String {
        labels::terms::term(self.language, list, code)
    }

    fn event(&self, event_type: &str) -> String {
        labels::events::event(self.language, event_type)
    }

    fn time(&self, time: Timestamp) -> String {
        time.to_string()
    }
}

/// The event at a position that a row names, so that the log must have it.
pub(super) fn event(log: &dyn EventLog, position: u64) -> Result<Event, Failure> {
    let mut found = None;
    let mut visit = |stored: StoredEventRef<'_>| {
        found = Some(decode(stored.body));
        ControlFlow::Break(())
    };
    log.scan(position - 1, position, &mut visit)?;
    let found = found.ok_or_else(|| Failure::internal(format!("the log has no event at {position}")))?;
    Ok(found.map_err(Failure::internal)?.event)
}
