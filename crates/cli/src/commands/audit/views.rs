//! The views against the log: what the log rebuilds to must be what is live, on disk or behind a server.

use service::folded_state::FoldedState;
use service::service::VIEWS_FOLDER;
use std::collections::VecDeque;
use std::path::Path;

use audit::{Finding, FindingKind};
use domain::place::{Level, PlaceCode};
use domain::say::Say;
use domain::{Event, Policy, PolicyCalendar};
use event_log::{DirectoryLock, EventLog};
use projections::{
    Moment, Opened, PartEntry, Reading, RebuildReason, Replay, Store, TierView, View, Views, city_view,
    county_view, replay,
};

use crate::exit::Failure;
use crate::local::policy;
use crate::remote::Server;

/// How many of the latest events wait to be folded: rows lie a little behind their log, for a service that stops records
/// its last anchor after them.
const RECENT_EVENTS: usize = 64;
/// How much of a row a finding quotes.
const QUOTED_CHARACTERS: usize = 80;

/// What the comparison came to.
#[derive(Default)]
pub struct Comparison {
    /// Where they differ.
    pub differences: Vec<Finding>,
    /// What there is to say besides, in both languages.
    pub note: Option<Say>,
}

/// Rows that are to be made anew anyway are no contradiction, unless they claim events that the log has not.
fn unusable(reason: &RebuildReason) -> Comparison {
    match reason {
        RebuildReason::AheadOfLog { position } | RebuildReason::ForeignLog { position } => {
            Comparison { differences: vec![differs(*position, reason.say().in_both())], note: None }
        }
        RebuildReason::Damaged { .. } => {
            Comparison { differences: vec![differs(0, reason.say().in_both())], note: None }
        }
        RebuildReason::Missing | RebuildReason::OtherFormat { .. } | RebuildReason::Interrupted => {
            let Say { zh, en } = reason.say();
            let note =
                Say::of(format!("读模型未比对：{zh}"), format!("the read models were not compared: {en}"));
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

/// The fold of a log as it is verified.
pub struct Folding {
    city: PlaceCode,
    replay: Replay,
    /// The latest events, not folded yet.
    recent: VecDeque<Event>,
}

impl Folding {
    /// Nothing folded yet.
    pub fn new(city: PlaceCode) -> Self {
        Self { replay: Replay::new(city.clone(), Moment::default()), city, recent: VecDeque::new() }
    }

    /// Folds the next event.
    pub fn event(&mut self, event: &Event) {
        self.recent.push_back(event.clone());
        if self.recent.len() > RECENT_EVENTS {
            self.fold_one();
        }
    }

    fn fold_one(&mut self) {
        if let Some(event) = self.recent.pop_front() {
            // A fold of everything never breaks.
            let _ = self.replay.fold(&event);
        }
    }

    /// The rows at a position, where that is one of the latest.
    fn views_at(&mut self, position: u64) -> Option<Views> {
        while self.recent.front().is_some_and(|event| event.meta.position <= position) {
            self.fold_one();
        }
        (self.replay.position() == position).then(|| self.replay.views())
    }

    /// Compares the rows of a directory, which must not be held, with what its log folded to.
    pub fn compare_local(mut self, data: &Path, log: &dyn EventLog) -> Result<Comparison, Failure> {
        let _lock = DirectoryLock::acquire(data, "")?;
        let store = match Store::open(&data.join(VIEWS_FOLDER), &self.city, log)? {
            Opened::Ready { store, .. } => store,
            Opened::Rebuild(reason) => return Ok(unusable(&reason)),
        };
        let at = store.marker().position;
        let views = match self.views_at(at) {
            Some(views) => views,
            // Rows of a service that was killed may lie far behind their log.
            None => replay(log, self.city.clone(), Moment { at: Some(at), ..Moment::default() })?,
        };
        let snapshot = self.compare_snapshot(data, log)?;
        let differences = store.first_difference(&views)?.map(|difference| {
            let quoted = |row: Option<&String>| row.map_or_else(|| "-".to_owned(), |row| quote(row));
            let (stored, expected) =
                (quoted(difference.stored.as_ref()), quoted(difference.expected.as_ref()));
            differs(at, format!("{}: {stored} ≠ {expected}", difference.key))
        });
        let rows = views.row_count();
        let note = Say::of(
            format!("读模型（{rows} 行，第 {at} 条）已与日志比对"),
            format!("the read models ({rows} rows, at event {at}) were compared with the log"),
        );
        Ok(Comparison { differences: differences.into_iter().chain(snapshot).collect(), note: Some(note) })
    }

    /// Whether the snapshot that shortens a start, with the events after it, is what the log folds to.
    fn compare_snapshot(&mut self, data: &Path, log: &dyn EventLog) -> Result<Option<Finding>, Failure> {
        while !self.recent.is_empty() {
            self.fold_one();
        }
        let Some(mut snapshot) = FoldedState::load(data, &self.city, log, policy()?) else { return Ok(None) };
        let (at, ours) = (snapshot.state.last_position, self.replay.state());
        snapshot.fold_good(log, &mut |_| {})?;
        // What was recorded since the log was verified is in one of them only.
        let is_comparable = snapshot.state.last_position == ours.last_position;
        let is_other = is_comparable && snapshot.state != *ours;
        Ok(is_other.then(|| differs(at, "state.snapshot".to_owned())))
    }

    /// Compares the views of the city and of each county with the server's at the last position.
    pub fn compare_remote(mut self, server: &Server, position: u64) -> Result<Comparison, Failure> {
        let Some(views) = self.views_at(position).filter(|_| position > 0) else {
            return Ok(Comparison::default());
        };
        let policies = PolicyCalendar::new(&Policy::defaults().map_err(Failure::internal)?, views.policies());
        let counties =
            views.places().filter(|place| place.level == Level::County).map(|place| place.code.clone());
        let mut differences = Vec::new();
        let mut compared = 0;
        for code in std::iter::once(self.city).chain(counties) {
            let is_city = code.level() == Level::City;
            let path = if is_city { TierView::City } else { TierView::County }.path(&code);
            let path = format!("{path}?at={position}&min_position={position}&limit=5000");
            let theirs: View<PartEntry> =
                serde_json::from_str(&server.get(&path)?).map_err(|error| server.unreachable(error))?;
            // Whatever day it is there, figures that depend on the day are counted for that day.
            let reading = Reading { views: &views, policies: &policies, on: theirs.as_of };
            let ours = if is_city { city_view(reading, &code)? } else { county_view(reading, &code)? };
            differences.extend(difference(&code, &ours, &theirs));
            compared += 1;
        }
        let note = Say::of(
            format!("服务的 {compared} 个市县视图已与日志比对"),
            format!("{compared} views of city and counties were compared with the log"),
        );
        Ok(Comparison { differences, note: Some(note) })
    }
}

/// The first figure, or else the rows, that differ.
fn difference(code: &PlaceCode, ours: &View<PartEntry>, theirs: &View<PartEntry>) -> Option<Finding> {
    for (name, figure) in &ours.figures {
        let other = theirs.figures.get(name).map(|figure| figure.value);
        if other != Some(figure.value) {
            let other = other.map_or_else(|| "null".to_owned(), |value| value.to_string());
            return Some(differs(ours.position, format!("{code} {name}: {other} ≠ {}", figure.value)));
        }
    }
    (ours.rows != theirs.rows).then(|| differs(ours.position, format!("{code} rows")))
}
