//! `audit diff`: what changed between two days, two positions or two times of recording, by whom, on which document, with both values.

use std::collections::BTreeMap;
use std::io::BufRead;

use clap::Args;
use domain::account::Role;
use domain::date::{Date, Timestamp};
use domain::document_number::{DecidedBy, Document, Override};
use domain::ids::EventId;
use domain::place::{Level, PlaceCode};
use domain::say::{Language, Say};
use domain::{Policy, PolicyCalendar};
use event_log::{ControlStore, StoredEventRef};
use projections::{
    Change, Comparing, Diff, FieldChange, FigureName, FigureView, Number, Reading, Span, Unit, ViewError,
    Views, city_view, county_view, diff, township_view,
};
use serde::Serialize;
use serde_json::Value;

use super::diff_text;
use super::replay::Form;
use super::signed_tree::control_store;
use super::words;
use crate::commands::show::check_position;
use crate::exit::Failure;
use crate::import_line::{Lines, RawLine};
use crate::local::DataDirectory;
use crate::output::Output;
use crate::remote::{Server, ServerOptions};

/// One end of the span: a position if all digits, a time where it has a `T`, else a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Position(u64),
    Day(Date),
    Time(Timestamp),
}

impl std::str::FromStr for End {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().map(Self::Position).map_err(|error| format!("{error}"));
        }
        if text.contains('T') {
            return text.parse().map(Self::Time).map_err(|error| format!("{error}"));
        }
        text.parse().map(Self::Day).map_err(|error| format!("{error}"))
    }
}

#[derive(Debug, Args)]
pub struct Arguments {
    /// 起点：日期（按生效日），日志位置（全为数字），或时刻（按录入时间），如 2026-06-30T10:00:00+08:00 / from: a day (of effect), a position (digits only), or a time (of recording), such as 2026-06-30T10:00:00+08:00
    #[arg(long, value_name = "X")]
    from: End,
    /// 终点，与起点同类 / to: of the same kind
    #[arg(long, value_name = "Y")]
    to: End,
    /// 只看该县或乡镇 / only of this county or township
    #[arg(long, value_name = "CODE")]
    code: Option<PlaceCode>,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    directory: DataDirectory,
    #[command(flatten)]
    server: ServerOptions,
}

pub fn run(arguments: &Arguments, language: Language) -> Result<(), Failure> {
    let span = span(arguments.from, arguments.to)?;
    let told = match arguments.server.connect()? {
        Some(server) => tell(&remote(&server, span, arguments.code.clone())?, span, arguments, None)?,
        None => {
            let place = arguments.directory.location()?;
            let log = place.open_log()?;
            if let Span::Positions(_, to) = span {
                check_position(&*log, Some(to))?;
            }
            let city = log.city().parse().map_err(Failure::internal)?;
            let found = diff(&*log, city, span, arguments.code.clone())?;
            let control = control_store(&place)?;
            tell(&found, span, arguments, control.as_deref())?
        }
    };
    let mut output = Output::new();
    match (arguments.form.json, arguments.form.csv) {
        (true, _) => output.json(&told)?,
        (_, true) => diff_text::csv(&told, &mut output)?,
        _ => diff_text::print(&told, language, &mut output)?,
    }
    output.flush()
}

fn span(from: End, to: End) -> Result<Span, Failure> {
    match (from, to) {
        (End::Position(from), End::Position(to)) if from <= to => Ok(Span::Positions(from, to)),
        (End::Day(from), End::Day(to)) if from <= to => Ok(Span::Days(from, to)),
        (End::Time(from), End::Time(to)) if from <= to => Ok(Span::Times(from, to)),
        _ => Err(Failure::usage(
            "--from 与 --to 须同为日期、同为位置或同为时刻，且先后有序",
            "--from and --to are two days, two positions or two times, the earlier one first",
        )),
    }
}

/// Folds what a server sends: all events that concern the reader.
fn remote(server: &Server, span: Span, code: Option<PlaceCode>) -> Result<Diff, Failure> {
    let mut lines = Lines::new(server.get_lines("/api/v1/events")?, "events");
    let mut comparing = None;
    while let Some(bytes) = next(&mut lines, server)? {
        let unreadable = |error: serde_json::Error| server.unreachable(error);
        let event: Value = serde_json::from_slice(&bytes).map_err(unreadable)?;
        let text = |name: &str| event[name].as_str().unwrap_or_default();
        let position = text("sequence").parse().map_err(Failure::internal)?;
        if comparing.is_none() {
            let city: PlaceCode =
                text("source").trim_start_matches("/cities/").parse().map_err(Failure::internal)?;
            comparing = Some(Comparing::new(city, span, code.clone()));
        }
        if let Some(comparing) = &mut comparing {
            comparing.fold_stored(StoredEventRef { position, body: &bytes })?;
        }
    }
    let nothing = || Failure::usage("服务没有可供比对的事件", "the server has no event to compare");
    comparing.map(Comparing::finish).ok_or_else(nothing)
}

fn next(lines: &mut Lines<impl BufRead>, server: &Server) -> Result<Option<Vec<u8>>, Failure> {
    let line = lines.next().map_err(|failure| match failure {
        Failure::Input { cause, .. } => server.unreachable(cause),
        other => other,
    })?;
    match line {
        None => Ok(None),
        Some((_, RawLine::Bytes(bytes))) => Ok(Some(bytes)),
        Some((number, RawLine::TooLong)) => Err(server.unreachable(format!("line {number} is too long"))),
    }
}

/// A comparison, with names where the store of names is at hand.
#[derive(Debug, Serialize)]
pub struct Told {
    pub from: EndTold,
    pub to: EndTold,
    pub scope: PlaceCode,
    pub position: u64,
    pub simulated: bool,
    pub figures: Vec<FigureTold>,
    pub changes: Vec<ChangeTold>,
}

/// An end of the span.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
pub enum EndTold {
    Position(u64),
    Day(Date),
    Time(Timestamp),
}

impl std::fmt::Display for EndTold {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Position(position) => position.fmt(formatter),
            Self::Day(day) => day.fmt(formatter),
            Self::Time(time) => time.fmt(formatter),
        }
    }
}

/// A figure that differs between the two ends.
#[derive(Debug, Serialize)]
pub struct FigureTold {
    pub name: FigureName,
    pub before: Option<Number>,
    pub after: Number,
    pub unit: Unit,
    pub definition: Say,
}

/// A change with who is who.
#[derive(Debug, Serialize)]
pub struct ChangeTold {
    pub position: u64,
    pub id: EventId,
    #[serde(rename = "type")]
    pub event_type: &'static str,
    pub what: Say,
    pub subject: String,
    pub name: Option<String>,
    pub county: Option<PlaceCode>,
    pub township: Option<PlaceCode>,
    pub effective_date: Date,
    /// The day for which it was decided, where it was recorded too late to hold from that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_on: Option<Date>,
    pub folded_on: Date,
    pub recorded_at: Timestamp,
    pub recorded_after_days: i32,
    pub actor: String,
    pub actor_name: Option<String>,
    pub actor_role: Role,
    pub on_behalf_of: String,
    pub authority_name: Option<String>,
    pub document: Option<Document>,
    pub decided_by: Option<DecidedBy>,
    #[serde(rename = "override")]
    pub set_aside: Option<Override>,
    /// The reason that the event states.
    pub reason: Option<String>,
    pub data: Value,
    pub fields: Vec<FieldTold>,
}

/// A field that changed, with the names of persons.
#[derive(Debug, Serialize)]
pub struct FieldTold {
    #[serde(flatten)]
    pub change: FieldChange,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_name: Option<String>,
}

fn tell(
    found: &Diff,
    span: Span,
    arguments: &Arguments,
    control: Option<&dyn ControlStore>,
) -> Result<Told, Failure> {
    let names = Names { control, after: &found.after };
    let (from, to) = match span {
        Span::Positions(from, to) => (EndTold::Position(from), EndTold::Position(to)),
        Span::Days(from, to) => (EndTold::Day(from), EndTold::Day(to)),
        Span::Times(from, to) => (EndTold::Time(from), EndTold::Time(to)),
    };
    Ok(Told {
        from,
        to,
        scope: arguments.code.as_ref().unwrap_or(&found.after.city().city).clone(),
        position: found.after.position(),
        simulated: found.after.city().simulated.unwrap_or(false),
        figures: figures(found, span, arguments.code.as_ref())?,
        changes: found.changes.iter().map(|change| names.tell(change)).collect::<Result<_, _>>()?,
    })
}

/// The figures of the scope that differ between the two ends.
fn figures(found: &Diff, span: Span, code: Option<&PlaceCode>) -> Result<Vec<FigureTold>, Failure> {
    let recorded_on = |views: &Views| views.city().last_recorded_at.day();
    let (first, second) = match span {
        Span::Positions(..) => (recorded_on(&found.before), recorded_on(&found.after)),
        Span::Days(from, to) => (from, to),
        Span::Times(from, to) => (from.day(), to.day()),
    };
    let (Some(before), Some(after)) =
        (figures_of(&found.before, first, code)?, figures_of(&found.after, second, code)?)
    else {
        return Ok(Vec::new());
    };
    let changed = after.into_iter().filter_map(|(name, figure)| {
        let was = before.get(&name).map(|figure| figure.value);
        let FigureView { value, unit, definition, .. } = figure;
        (was != Some(value)).then_some(FigureTold { name, before: was, after: value, unit, definition })
    });
    Ok(changed.collect())
}

/// The figures of a scope; nothing for a place that was not there yet.
fn figures_of(
    views: &Views,
    on: Date,
    code: Option<&PlaceCode>,
) -> Result<Option<BTreeMap<FigureName, FigureView>>, Failure> {
    let policies = PolicyCalendar::new(&Policy::defaults().map_err(Failure::internal)?, views.policies());
    let reading = Reading { views, policies: &policies, on };
    let found = match code {
        Some(code) if code.level() == Level::County => county_view(reading, code).map(|view| view.figures),
        Some(code) if code.level() == Level::Township => {
            township_view(reading, code).map(|view| view.figures)
        }
        _ => city_view(reading, &views.city().city).map(|view| view.figures),
    };
    match found {
        Err(ViewError::UnknownPlace { .. }) => Ok(None),
        other => Ok(Some(other?)),
    }
}

/// Who is who.
struct Names<'a> {
    control: Option<&'a dyn ControlStore>,
    after: &'a Views,
}

impl Names<'_> {
    fn tell(&self, change: &Change) -> Result<ChangeTold, Failure> {
        let (event, meta) = (&change.event, &change.event.meta);
        let data = serde_json::to_value(&event.body).map_err(Failure::internal)?;
        let event_type = event.body.event_type();
        let authority = meta.on_behalf_of.to_string();
        Ok(ChangeTold {
            position: meta.position,
            id: meta.id,
            event_type,
            what: words::event(event_type),
            subject: event.body.entity().to_string(),
            name: change.name.clone(),
            county: meta.scope.county.clone(),
            township: meta.scope.township.clone(),
            effective_date: meta.effective_date,
            folded_on: event.folded_on(),
            recorded_at: meta.recorded_at,
            recorded_after_days: meta.recorded_at.day().days_since(meta.effective_date).max(0),
            actor: meta.actor.clone(),
            actor_name: self.value(&meta.actor, "/holder")?,
            actor_role: meta.role,
            authority_name: self.authority(&authority),
            on_behalf_of: authority,
            document: meta.document.clone(),
            decided_on: meta.decided_on,
            decided_by: meta.decided_by.clone(),
            set_aside: meta.override_.clone(),
            reason: data.get("reason").and_then(|reason| reason.as_str().map(str::to_owned)),
            data,
            fields: change.fields.iter().map(|field| self.field(field)).collect::<Result<_, _>>()?,
        })
    }

    fn field(&self, change: &FieldChange) -> Result<FieldTold, Failure> {
        let name = |value: &Value| match value.as_str() {
            Some(id) => self.person(id),
            None => Ok(None),
        };
        let (before_name, after_name) = (name(&change.before)?, name(&change.after)?);
        Ok(FieldTold { change: change.clone(), before_name, after_name })
    }

    fn value(&self, subject: &str, pointer: &str) -> Result<Option<String>, Failure> {
        Ok(self.control.map(|control| control.value_of(subject, pointer)).transpose()?.flatten())
    }

    /// The name of a person, where that is what an id is of.
    fn person(&self, id: &str) -> Result<Option<String>, Failure> {
        if id.len() == 26 { self.value(id, "/name") } else { Ok(None) }
    }

    fn authority(&self, authority: &str) -> Option<String> {
        let organization = authority.parse().ok().and_then(|id| self.after.organization(id));
        let place = authority.parse().ok().and_then(|code| self.after.place_by_code(&code));
        organization.map(|found| found.name.to_string()).or_else(|| place.map(|found| found.name.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_days_or_two_positions_make_a_span() {
        let of = |from: &str, to: &str| span(from.parse().unwrap(), to.parse().unwrap());
        assert_eq!(of("3", "20190601").unwrap(), Span::Positions(3, 20_190_601));
        let days = Span::Days("2019-01-01".parse().unwrap(), "2019-06-01".parse().unwrap());
        assert_eq!(of("2019-01-01", "2019-06-01").unwrap(), days);
        let times =
            Span::Times("2019-01-01T02:00:00Z".parse().unwrap(), "2019-01-02T00:00:00Z".parse().unwrap());
        assert_eq!(of("2019-01-01T10:00:00+08:00", "2019-01-02T08:00:00+08:00").unwrap(), times);
        assert!(
            of("2019-01-01T10:00:00+08:00", "2019-01-02").is_err()
                && "2019-01-01T25:00Z".parse::<End>().is_err()
        );
        assert!(of("5", "3").is_err() && of("3", "2019-01-01").is_err());
        assert!("yesterday".parse::<End>().is_err() && "".parse::<End>().is_err());
    }
}
