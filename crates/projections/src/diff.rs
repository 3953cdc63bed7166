//! What changed between two moments: every event between them with the fields that it changed, both values shown, and
//! the views at either end, by the one fold.

use domain::errors;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use domain::date::{Date, Timestamp};
use domain::entity::Entity;
use domain::place::PlaceCode;
use domain::{CityState, Event, EventBody, evolve};
use event_log::{EventLog, StoredEventRef};
use serde::Serialize;
use serde_json::Value;

use crate::replay::{Moment, Replay};
use crate::row_key::RowKey;
use crate::rows::row;
use crate::stored::{ReplayError, read_event, scan_events};
use crate::timeline::joint_branch_of;
use crate::views::Views;

/// The most changes that one comparison holds: more are no paper that anybody reads.
pub const MAX_CHANGES: usize = 20_000;

/// Fields of rows that move with every event, or that say again what stands beside the change: where and when.
const UNTOLD: [&str; 8] = [
    "last_position",
    "latest_effective",
    "last_recorded_at",
    "position",
    "effective_date",
    "recorded_on",
    "recorded_after_days",
    "corrected",
];

/// Between which moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// After the first, up to the second, as they were recorded.
    Positions(u64, u64),
    /// In effect after the first day, up to the second, as known now.
    Days(Date, Date),
    /// Recorded after the first time, up to the second: what one meeting did not know and the next one did. What was recorded under
    /// a clock that somebody put back later counts by the time that it bears.
    Times(Timestamp, Timestamp),
}

impl Span {
    /// Whether the event lies in it.
    fn holds(self, event: &Event) -> bool {
        match self {
            Self::Positions(from, to) => from < event.meta.position && event.meta.position <= to,
            Self::Days(from, to) => from < event.folded_on() && event.folded_on() <= to,
            Self::Times(from, to) => from < event.meta.recorded_at && event.meta.recorded_at <= to,
        }
    }

    /// The moments at either end.
    fn ends(self) -> [Moment; 2] {
        let at = |position| Moment { at: Some(position), ..Moment::default() };
        let as_of = |day| Moment { as_of: Some(day), ..Moment::default() };
        let known_at = |time| Moment { known_at: Some(time), ..Moment::default() };
        match self {
            Self::Positions(from, to) => [at(from), at(to)],
            Self::Days(from, to) => [as_of(from), as_of(to)],
            Self::Times(from, to) => [known_at(from), known_at(to)],
        }
    }
}

/// A field that an event changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldChange {
    /// Whose row, such as `joint-branch/<id>`.
    pub row: String,
    /// Which field, its parts joined by dots.
    pub field: String,
    /// What it was; null where there was none.
    pub before: Value,
    /// What it is; null where it is gone.
    pub after: Value,
}

/// An event with what it changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What happened, when, by whom, on which paper.
    pub event: Event,
    /// The name of what it is about, as it was then; nothing for what has none.
    pub name: Option<String>,
    /// The fields that it changed; none where no row shows it.
    pub fields: Vec<FieldChange>,
}

/// What changed, and the views at either end.
#[derive(Debug)]
pub struct Diff {
    /// In the order of the log; of days, in the order of the days.
    pub changes: Vec<Change>,
    /// Where it began.
    pub before: Views,
    /// Where it ended.
    pub after: Views,
}

errors! {
    /// Why there is no comparison.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum DiffError {
        /// More than [`MAX_CHANGES`].
        #[zh("变动超过 {limit} 条：请缩短区间，或用 --code 限定一县")]
        #[en("more than {limit} changes: choose a shorter span, or one county with --code")]
        TooMany {
            /// [`MAX_CHANGES`].
            limit: usize,
        },
    } of {
        /// The log does not fold.
        Replay(#[from] ReplayError),
    }
}

/// A comparison in the making: it is shown every event of the log, in order.
pub struct Comparing {
    span: Span,
    scope: Option<PlaceCode>,
    ends: [Replay; 2],
    /// The fold of what is in effect at the later end.
    state: CityState,
    changes: Vec<Change>,
}

impl Comparing {
    /// Nothing folded yet. Of a scope, only its own events are listed.
    pub fn new(city: PlaceCode, span: Span, scope: Option<PlaceCode>) -> Self {
        let ends = span.ends().map(|moment| Replay::new(city.clone(), moment));
        Self { span, scope, ends, state: CityState::new(city), changes: Vec::new() }
    }

    /// Folds the next event as it is stored.
    pub fn fold_stored(&mut self, stored: StoredEventRef<'_>) -> Result<(), DiffError> {
        if matches!(self.span, Span::Positions(_, to) if stored.position > to) {
            return Ok(());
        }
        self.fold(&read_event(stored, self.state.city.as_str()).map_err(ReplayError::from)?)
    }

    /// Folds the next event.
    pub fn fold(&mut self, event: &Event) -> Result<(), DiffError> {
        for end in &mut self.ends {
            // An end that knows no more of the log goes on knowing no more.
            let _ = end.fold(event);
        }
        let is_later = match self.span {
            Span::Positions(..) => false,
            Span::Days(_, to) => event.folded_on() > to,
            Span::Times(_, to) => event.meta.recorded_at > to,
        };
        if is_later {
            return Ok(());
        }
        let in_scope = self.scope.as_ref().is_none_or(|scope| event.meta.scope.is_within(scope));
        if !self.span.holds(event) || !in_scope {
            evolve(&mut self.state, event);
            return Ok(());
        }
        if self.changes.len() == MAX_CHANGES {
            return Err(DiffError::TooMany { limit: MAX_CHANGES });
        }
        let keys = keys(&event.body);
        let before: Vec<_> = keys.iter().map(|key| fields(&self.state, *key)).collect();
        evolve(&mut self.state, event);
        let mut changed = Vec::new();
        for (key, before) in keys.into_iter().zip(before) {
            compare(key, &before, &fields(&self.state, key), &mut changed);
        }
        let name = name(&self.state, event.body.entity());
        self.changes.push(Change { event: event.clone(), name, fields: changed });
        Ok(())
    }

    /// The log is over.
    pub fn finish(self) -> Diff {
        let Self { span, mut changes, ends: [before, after], .. } = self;
        if matches!(span, Span::Days(..)) {
            changes.sort_by_key(|change| (change.event.folded_on(), change.event.meta.position));
        }
        Diff { changes, before: before.views(), after: after.views() }
    }
}

/// Compares two moments of a log. It reads the log from its start: call it where blocking is allowed.
pub fn diff(
    log: &dyn EventLog,
    city: PlaceCode,
    span: Span,
    scope: Option<PlaceCode>,
) -> Result<Diff, DiffError> {
    let up_to = match span {
        Span::Positions(_, to) => to,
        Span::Days(..) | Span::Times(..) => u64::MAX,
    };
    let mut comparing = Comparing::new(city, span, scope);
    let scanned = scan_events(log, 0, up_to, |event| match comparing.fold(&event) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => ControlFlow::Break(error),
    })?;
    scanned.break_value().map_or_else(|| Ok(comparing.finish()), Err)
}

/// The rows that tell what an event changed: of its subject, and of the joint branch in whose life it stands.
fn keys(body: &EventBody) -> Vec<RowKey> {
    let own = match body.entity() {
        Entity::JointBranch(id) => Some(RowKey::JointBranch(id)),
        Entity::Organization(id) => Some(RowKey::Organization(id)),
        Entity::Place(id) => Some(RowKey::Place(id)),
        Entity::Supervision(id) => Some(RowKey::Supervision(id)),
        Entity::YellowCard(id) => Some(RowKey::YellowCard(id)),
        Entity::Meeting(id) => Some(RowKey::Meeting(id)),
        Entity::Person(_)
        | Entity::Account(_)
        | Entity::Log
        | Entity::Clock
        | Entity::RuleBook
        | Entity::SigningKeys
        | Entity::AccessLog(_)
        | Entity::Policy(_) => None,
    };
    let joint_branch = joint_branch_of(body).map(RowKey::JointBranch);
    own.into_iter().chain(joint_branch.filter(|key| Some(*key) != own)).collect()
}

/// What an entity is called.
pub(crate) fn name(state: &CityState, entity: Entity) -> Option<String> {
    match entity {
        Entity::JointBranch(id) => state.joint_branches.get(&id).map(|found| found.name.to_string()),
        Entity::Organization(id) => state.organizations.get(&id).map(|found| found.name.to_string()),
        Entity::Place(id) => state.places.get(&id).map(|found| found.name.to_string()),
        Entity::Supervision(id) => state.supervisions.get(&id).map(|found| found.matter.to_string()),
        Entity::YellowCard(id) => state.yellow_cards.get(&id).map(|found| found.matter.to_string()),
        Entity::Meeting(id) => state.meetings.get(&id).map(|found| found.name().zh.into_owned()),
        Entity::Person(_)
        | Entity::Account(_)
        | Entity::Log
        | Entity::Clock
        | Entity::RuleBook
        | Entity::SigningKeys
        | Entity::AccessLog(_)
        | Entity::Policy(_) => None,
    }
}

/// The fields of a row, each under its path; none where there is no row.
fn fields(state: &CityState, key: RowKey) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    // A row is always JSON: the store writes the same.
    let value = row(state, key).and_then(|row| serde_json::from_slice(&row.to_json().ok()?).ok());
    flatten(value.unwrap_or(Value::Null), String::new(), &mut found);
    found.remove("");
    found
}

fn flatten(value: Value, path: String, found: &mut BTreeMap<String, Value>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if !UNTOLD.contains(&name.as_str()) {
                    flatten(value, below(&name), found);
                }
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.into_iter().enumerate() {
                flatten(item, below(&index.to_string()), found);
            }
        }
        Value::Null => {}
        Value::Array(items) if items.is_empty() => {}
        value => {
            found.insert(path, value);
        }
    }
}

fn compare(
    key: RowKey,
    before: &BTreeMap<String, Value>,
    after: &BTreeMap<String, Value>,
    changed: &mut Vec<FieldChange>,
) {
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let (was, is) = (before.get(name), after.get(name));
        if was != is {
            changed.push(FieldChange {
                row: key.to_string(),
                field: name.clone(),
                before: was.cloned().unwrap_or_default(),
                after: is.cloned().unwrap_or_default(),
            });
        }
    }
}
