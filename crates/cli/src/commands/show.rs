//! `show`: a city, county, township or joint branch as its office reads it, today or at any moment of the past.

use std::ops::ControlFlow;

use clap::{Args, Subcommand};
use domain::date::{Date, Timestamp};
use domain::ids::JointBranchId;
use domain::place::PlaceCode;
use domain::{Policy, PolicyCalendar};
use event_log::envelope::decode;
use event_log::{ControlStore, EventLog};
use projections::{Moment, Reading, View, city_view, county_view, joint_branch_view, replay, township_view};
use serde_json::{Value, json};
use service::system_clock;

use crate::exit::Failure;
use crate::language::Language;
use crate::local::{DataDirectory, runtime};
use crate::output::Output;
use crate::remote::ServerOptions;

pub(super) mod cell;
mod joint_branch;
pub(super) mod table;

pub use joint_branch::{kind_parts, word};
pub use table::figure_words;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 市 / a city
    City(Arguments<PlaceCode>),
    /// 县（区） / a county
    County(Arguments<PlaceCode>),
    /// 乡镇（街道） / a township
    Township(Arguments<PlaceCode>),
    /// 联合党组织 / a joint branch
    JointBranch(Arguments<JointBranchId>),
}

#[derive(Debug, Args)]
pub struct Arguments<
    K: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static,
> {
    /// 代码或编号 / the code or id
    #[arg(value_name = "CODE_OR_ID")]
    key: K,
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

/// Which past.
#[derive(Debug, Clone, Copy, Args)]
pub struct When {
    /// 当日有效的情况 / what was in effect on that day
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// 当时已记录的情况 / as it was recorded by that time
    #[arg(long, value_name = "TIME", conflicts_with = "at")]
    pub known_at: Option<Timestamp>,
    /// 截至日志的这一位置 / as it was recorded up to that position
    #[arg(long, value_name = "POSITION")]
    pub at: Option<u64>,
}

/// What is shown.
enum Subject {
    City(PlaceCode),
    County(PlaceCode),
    Township(PlaceCode),
    JointBranch(JointBranchId),
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::City(arguments) => arguments.show(Subject::City, language),
        Command::County(arguments) => arguments.show(Subject::County, language),
        Command::Township(arguments) => arguments.show(Subject::Township, language),
        Command::JointBranch(arguments) => arguments.show(Subject::JointBranch, language),
    }
}

impl<K: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static>
    Arguments<K>
{
    fn show(self, subject: fn(K) -> Subject, language: Language) -> Result<(), Failure> {
        let subject = subject(self.key);
        let mut output = Output::new();
        let view: Value = match self.server.connect()? {
            Some(server) => {
                let text = server.get(&format!("{}{}", subject.path(), self.when.query()))?;
                if self.json {
                    output.line(text.trim_end())?;
                    return output.flush();
                }
                serde_json::from_str(&text).map_err(|error| server.unreachable(error))?
            }
            None => {
                let view = here(&self.directory, &subject, self.when)?;
                if self.json {
                    output.json(&view)?;
                    return output.flush();
                }
                serde_json::to_value(&view).map_err(Failure::internal)?
            }
        };
        table::print(&view, matches!(subject, Subject::JointBranch(_)), language, &mut output)?;
        output.flush()
    }
}

impl When {
    /// The day on which it is looked at: the one named, or that of the moment named, or today.
    pub fn day(self, log: &dyn EventLog) -> Result<Date, Failure> {
        let today = system_clock().day();
        let position = match self {
            Self { as_of: Some(day), .. } => return Ok(day),
            Self { known_at: Some(time), .. } => return Ok(time.day().min(today)),
            Self { at: None | Some(0), .. } => return Ok(today),
            Self { at: Some(position), .. } => position,
        };
        let mut found = None;
        log.scan(position - 1, position, &mut |stored| {
            found = Some(decode(stored.body));
            ControlFlow::Break(())
        })?;
        let decoded = found.transpose().map_err(Failure::internal)?;
        Ok(decoded.map_or(today, |decoded| decoded.event.meta.recorded_at.day()))
    }

    /// The same past, as the API is asked for it.
    pub fn query(self) -> String {
        let pairs = [
            self.as_of.map(|day| format!("as_of={day}")),
            self.known_at.map(|time| format!("known_at={time}")),
            self.at.map(|position| format!("at={position}")),
        ];
        let pairs: Vec<String> = pairs.into_iter().flatten().collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

impl Subject {
    fn path(&self) -> String {
        match self {
            Self::City(code) => format!("/api/v1/cities/{code}"),
            Self::County(code) => format!("/api/v1/counties/{code}"),
            Self::Township(code) => format!("/api/v1/townships/{code}"),
            Self::JointBranch(id) => format!("/api/v1/joint-branches/{id}"),
        }
    }
}

/// The view from the log that lies here, folded by the code that the server folds with.
fn here(directory: &DataDirectory, subject: &Subject, when: When) -> Result<View, Failure> {
    let place = directory.location()?;
    let _lock = place.lock_existing()?;
    let stores = place.open_existing()?;
    let log = &*stores.log;
    check_position(log, when.at)?;
    let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
    let moment = Moment { as_of: when.as_of, at: when.at, known_at: when.known_at };
    let views = replay(log, city.clone(), moment)?;
    let policy = Policy::defaults().map_err(Failure::internal)?;
    let on = when.day(log)?;
    let policies = PolicyCalendar::new(&policy, views.policies());
    let reading = Reading { views: &views, policies: &policies, on };
    let mut view = match subject {
        Subject::City(code) if *code != city => {
            return Err(Failure::usage(
                format!("日志属于 {city}，没有城市 {code}"),
                format!("the log is of {city}; there is no city {code}"),
            ));
        }
        Subject::City(_) => city_view(reading, None)?,
        Subject::County(code) => county_view(reading, code, None)?,
        Subject::Township(code) => township_view(reading, code, None)?,
        Subject::JointBranch(id) => joint_branch_view(reading, *id)?,
    };
    join_names(&mut view.rows, &*stores.control)?;
    Ok(view)
}

/// A position that is not there yet is no past.
pub fn check_position(log: &dyn EventLog, at: Option<u64>) -> Result<(), Failure> {
    let last = runtime()?.block_on(log.last_position())?;
    match at {
        Some(at) if at > last => Err(Failure::usage(
            format!("日志只到位置 {last}，还没有 {at}"),
            format!("the log ends at {last}; there is no position {at} yet"),
        )),
        _ => Ok(()),
    }
}

/// Names stand apart from the log: they are joined when something is shown, as the server does.
pub fn join_names(rows: &mut [Value], control: &dyn ControlStore) -> Result<(), Failure> {
    for secretary in rows.iter_mut().filter_map(|row| row.get_mut("secretary")) {
        let person = secretary.as_str().or_else(|| secretary.get("person")?.as_str()).map(str::to_owned);
        let Some(person) = person else { continue };
        let name = control.value_of(&person, "/name")?;
        if secretary.is_string() {
            *secretary = json!({ "person": person });
        }
        secretary["name"] = name.into();
    }
    Ok(())
}
