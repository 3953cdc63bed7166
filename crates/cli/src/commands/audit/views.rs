//! The views against the log: what the log rebuilds to must be what is live, on disk or behind a server.

use std::path::Path;

use audit::{Finding, FindingKind};
use domain::date::Date;
use domain::place::{Level, PlaceCode};
use domain::{Event, Policy, PolicyCalendar};
use event_log::{DirectoryLock, EventLog};
use projections::{Moment, Opened, Reading, RebuildReason, Replay, Store, View, city_view, county_view};
use serde_json::Value;
use server::service::VIEWS_FOLDER;

use crate::exit::Failure;
use crate::language::Language;
use crate::remote::Server;

/// How much of a row a finding quotes.
const QUOTED_CHARACTERS: usize = 80;

/// What the comparison came to.
#[derive(Default)]
pub struct Comparison {
    /// Where they differ.
    pub differences: Vec<Finding>,
    /// What there is to say besides, in both languages.
    pub note: Option<String>,
}

/// The rows of a directory, and the fold of its log up to where they stand.
pub struct Rows {
    _lock: DirectoryLock,
    store: Store,
    fold: Replay,
}

impl Rows {
    /// Opens those of a directory, which must not be held; gives what there is to say where they cannot be compared.
    pub fn open(data: &Path, log: &dyn EventLog) -> Result<Result<Self, Comparison>, Failure> {
        let lock = DirectoryLock::acquire(data, "")?;
        let city: PlaceCode = log.city().parse().map_err(Failure::internal)?;
        match Store::open(&data.join(VIEWS_FOLDER), &city, log)? {
            Opened::Ready { store, .. } => {
                let moment = Moment { at: Some(store.marker().position), ..Moment::default() };
                Ok(Ok(Self { _lock: lock, store, fold: Replay::new(city, moment) }))
            }
            Opened::Rebuild(reason) => Ok(Err(unusable(&reason))),
        }
    }

    /// Folds the next event.
    pub fn event(&mut self, event: &Event) {
        // What stands after the rows is none of their business.
        let _ = self.fold.fold(event);
    }

    /// Compares them with what the log folded to.
    pub fn compare(self) -> Result<Comparison, Failure> {
        let (at, views) = (self.store.marker().position, self.fold.views());
        let differences = self.store.first_difference(&views)?.map(|difference| {
            let quoted = |row: Option<&String>| row.map_or_else(|| "-".to_owned(), |row| quote(row));
            let (stored, expected) =
                (quoted(difference.stored.as_ref()), quoted(difference.expected.as_ref()));
            differs(at, format!("{}: {stored} ≠ {expected}", difference.key))
        });
        let rows = views.row_count();
        let note = format!(
            "读模型（{rows} 行，第 {at} 条）已与日志比对 / the read models ({rows} rows, at event {at}) were compared with the log"
        );
        Ok(Comparison { differences: differences.into_iter().collect(), note: Some(note) })
    }
}

/// Rows that are to be made anew anyway are no contradiction, unless they claim events that the log has not.
fn unusable(reason: &RebuildReason) -> Comparison {
    match reason {
        RebuildReason::AheadOfLog { position } | RebuildReason::ForeignLog { position } => {
            Comparison { differences: vec![differs(*position, reason.to_string())], note: None }
        }
        RebuildReason::Damaged { .. } => {
            Comparison { differences: vec![differs(0, reason.to_string())], note: None }
        }
        RebuildReason::Missing | RebuildReason::OtherFormat { .. } | RebuildReason::Interrupted => {
            let text = reason.to_string();
            let (zh, en) = (Language::Zh.half(&text), Language::En.half(&text));
            let note = format!("读模型未比对：{zh} / the read models were not compared: {en}");
            Comparison { differences: Vec::new(), note: Some(note) }
        }
    }
}

fn differs(position: u64, detail: String) -> Finding {
    Finding { position, kind: FindingKind::ViewsDiffer, detail }
}

fn quote(text: &str) -> String {
    text.chars().take(QUOTED_CHARACTERS).collect()
}

/// The fold of what a server sends.
pub struct Folding {
    city: PlaceCode,
    replay: Replay,
}

impl Folding {
    /// Nothing folded yet.
    pub fn new(city: PlaceCode) -> Self {
        Self { replay: Replay::new(city.clone(), Moment::default()), city }
    }

    /// Folds the next event.
    pub fn event(&mut self, event: &Event) {
        // A fold of everything never breaks.
        let _ = self.replay.fold(event);
    }

    /// Compares the views of the city and of each county with the server's at the last position.
    pub fn compare(self, server: &Server, position: u64) -> Result<Comparison, Failure> {
        if position == 0 {
            return Ok(Comparison::default());
        }
        let views = self.replay.views();
        let policies = PolicyCalendar::new(&Policy::defaults().map_err(Failure::internal)?, views.policies());
        let counties =
            views.places().filter(|place| place.level == Level::County).map(|place| place.code.clone());
        let mut differences = Vec::new();
        let mut compared = 0;
        for code in std::iter::once(self.city).chain(counties) {
            let tier = if code.level() == Level::City { "cities" } else { "counties" };
            let path = format!("/api/v1/{tier}/{code}?at={position}&min_position={position}&limit=5000");
            let theirs: Value =
                serde_json::from_str(&server.get(&path)?).map_err(|error| server.unreachable(error))?;
            // Whatever day it is there, figures that depend on the day are counted for that day.
            let on: Date = theirs["as_of"].as_str().unwrap_or_default().parse().map_err(Failure::internal)?;
            let reading = Reading { views: &views, policies: &policies, on };
            let ours =
                if tier == "cities" { city_view(reading, None)? } else { county_view(reading, &code, None)? };
            differences.extend(difference(&code, &ours, &theirs)?);
            compared += 1;
        }
        let note = format!(
            "服务的 {compared} 个市县视图已与日志比对 / {compared} views of city and counties were compared with the log"
        );
        Ok(Comparison { differences, note: Some(note) })
    }
}

/// The first figure, or else the rows, that differ.
fn difference(code: &PlaceCode, ours: &View, theirs: &Value) -> Result<Option<Finding>, Failure> {
    let ours = serde_json::to_value(ours).map_err(Failure::internal)?;
    let position = ours["position"].as_u64().unwrap_or_default();
    let names = ours["figures"].as_object().into_iter().flat_map(|figures| figures.keys());
    for name in names {
        let (own, other) = (&ours["figures"][name]["value"], &theirs["figures"][name]["value"]);
        if own != other {
            return Ok(Some(differs(position, format!("{code} {name}: {other} ≠ {own}"))));
        }
    }
    let same = ours["rows"] == theirs["rows"];
    Ok((!same).then(|| differs(position, format!("{code} rows"))))
}
