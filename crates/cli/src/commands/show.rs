//! `show`: a city, county, township or joint branch as its office reads it, today or at any moment of the past.

use std::ops::ControlFlow;

use clap::{Args, Subcommand};
use domain::date::{Date, Timestamp};
use domain::ids::JointBranchId;
use domain::place::{Level, PlaceCode};
use domain::say::Language;
use domain::{Policy, PolicyCalendar};
use event_log::envelope::decode;
use event_log::{ControlStore, EventLog};
use projections::{
    HasSecretary, Moment, Reading, TierView, View, ViewError, city_view, county_view, joint_branch_view,
    replay, township_view,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::system_clock;

use crate::exit::Failure;
use crate::local::{DataDirectory, runtime};
use crate::output::Output;
use crate::remote::ServerOptions;

pub(super) mod cell;
mod joint_branch;
pub(super) mod table;

pub use cell::{coded, word};
pub use joint_branch::{kind_parts, obligation_kind};
pub use table::{amount, figure_name};

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

/// A kind of view: where a server gives it, how it is made here, and how it is printed.
struct Kind<K, R> {
    path: fn(&K) -> String,
    view: fn(Reading<'_>, &K) -> Result<View<R>, ViewError>,
    print: fn(&View<R>, Language, &mut Output) -> Result<(), Failure>,
}

pub fn run(command: Command, language: Language) -> Result<(), Failure> {
    match command {
        Command::City(arguments) => {
            let path = |code: &PlaceCode| TierView::City.path(code);
            arguments.show(&Kind { path, view: city_view, print: table::parts }, language)
        }
        Command::County(arguments) => {
            let path = |code: &PlaceCode| TierView::County.path(code);
            arguments.show(&Kind { path, view: county_view, print: table::parts }, language)
        }
        Command::Township(arguments) => {
            let path = |code: &PlaceCode| TierView::Township.path(code);
            arguments.show(&Kind { path, view: township_view, print: table::villages }, language)
        }
        Command::JointBranch(arguments) => {
            let path = |id: &JointBranchId| format!("/api/v1/joint-branches/{id}");
            let view = |reading: Reading<'_>, id: &JointBranchId| joint_branch_view(reading, *id);
            arguments.show(&Kind { path, view, print: joint_branch::view }, language)
        }
    }
}

impl<K: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static> + Clone + Send + Sync + 'static>
    Arguments<K>
{
    fn show<R: Serialize + DeserializeOwned + HasSecretary>(
        self,
        kind: &Kind<K, R>,
        language: Language,
    ) -> Result<(), Failure> {
        let mut output = Output::new();
        let view: View<R> = match self.server.connect()? {
            Some(server) => {
                let text = server.get(&format!("{}{}", (kind.path)(&self.key), self.when.query()))?;
                if self.json {
                    output.line(text.trim_end())?;
                    return output.flush();
                }
                serde_json::from_str(&text).map_err(|error| server.unreachable(error))?
            }
            None => here(&self.directory, self.when, |reading| (kind.view)(reading, &self.key))?,
        };
        if self.json {
            output.json(&view)?;
        } else {
            (kind.print)(&view, language, &mut output)?;
        }
        output.flush()
    }
}

impl When {
    /// Whether it is the state of now that is asked for.
    pub fn is_now(self) -> bool {
        self.as_of.is_none() && self.known_at.is_none() && self.at.is_none()
    }

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

/// The view from the log that lies here, folded by the code that the server folds with.
pub fn here<R: HasSecretary>(
    directory: &DataDirectory,
    when: When,
    view: impl FnOnce(Reading<'_>) -> Result<View<R>, ViewError>,
) -> Result<View<R>, Failure> {
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
    let mut view =
        view(Reading { views: &views, policies: &policies, on }).map_err(|error| not_found(error, &city))?;
    join_names(&mut view.rows, &*stores.control)?;
    Ok(view)
}

/// Of another city the log says nothing.
pub fn not_found(error: ViewError, city: &PlaceCode) -> Failure {
    match error {
        ViewError::UnknownPlace { code, .. } if code.level() == Level::City => Failure::usage(
            format!("日志属于 {city}，没有城市 {code}"),
            format!("the log is of {city}; there is no city {code}"),
        ),
        other => other.into(),
    }
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
pub fn join_names(rows: &mut [impl HasSecretary], control: &dyn ControlStore) -> Result<(), Failure> {
    Ok(service::names::join_secretaries(rows, control)?)
}
