//! What a list is: what it says of itself, what it notes of the log, its rows, and the columns of its table.

use std::collections::BTreeMap;
use std::fmt::Debug;

use domain::Event;
use domain::date::Date;
use domain::recorded_decision::CorrectedDocuments;
use domain::say::Say;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::scope::ListScope;
use crate::number::{Number, Unit};
use crate::person::HasSecretary;
use crate::table::Column;

/// What a list says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The name in a path and on the command line.
    pub name: &'static str,
    /// What people call it.
    pub title: Say,
    /// What it is for.
    pub purpose: Say,
    /// Whether it is of one year.
    pub year: Year,
}

/// Of which year a list is where none is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    /// It is of no year.
    None,
    /// That of the reading.
    Current,
    /// The one before: a year is reviewed after its end.
    Last,
}

impl Year {
    /// The year that is shown on a day.
    pub fn on(self, day: Date) -> i16 {
        match self {
            Self::None | Self::Current => day.year(),
            Self::Last => day.year() - 1,
        }
    }
}

/// A list. The value is what was noted of the log so far: nothing where the rows of the snapshot hold it all.
pub(super) trait ListOf: Sized {
    /// A row as the interface gives it.
    type Row: Debug + Clone + PartialEq + Serialize + DeserializeOwned + JsonSchema + HasSecretary;
    /// A line of the table; a row may have several.
    type Line: 'static;

    /// What it says of itself.
    const SPEC: Spec;
    /// The columns of its table.
    const COLUMNS: &'static [Column<Self::Line>];
    /// Which events it is gathered from too, told from each by itself; nothing where the rows hold it all.
    const READS: Option<fn(&Event) -> bool> = None;

    /// Nothing noted yet.
    fn begin(scope: &ListScope<'_>) -> Self;

    /// Notes the next event of those that it reads.
    fn note(&mut self, _scope: &ListScope<'_>, _event: &Event) {}

    /// The list of everything noted.
    fn finish(self, scope: &ListScope<'_>) -> Found<Self::Row>;

    /// The row of an event; nothing for a list whose rows are no events.
    fn row_of(_event: &Event, _documents: &CorrectedDocuments) -> Option<Self::Row> {
        None
    }

    /// The lines of a row.
    fn lines(row: Self::Row) -> Vec<Self::Line>;
}

/// A figure of a list: name, value, unit, and what it counts.
pub(super) type ListFigure = (&'static str, Number, Unit, Say);

/// What was found for a list.
pub(super) struct Found<R> {
    pub(super) figures: Vec<ListFigure>,
    pub(super) rows: Vec<Kept<R>>,
    /// How many of the rows each county has, by actor; of records only.
    pub(super) by_actor: BTreeMap<String, BTreeMap<String, u64>>,
}

impl<R> Found<R> {
    /// Rows that are made already.
    pub(super) fn new(
        figures: impl IntoIterator<Item = ListFigure>,
        rows: impl IntoIterator<Item = R>,
    ) -> Self {
        let rows = rows.into_iter().map(|row| Kept::Row(Box::new(row))).collect();
        Self { figures: figures.into_iter().collect(), rows, by_actor: BTreeMap::new() }
    }
}

/// A row of a list as it is kept until somebody looks at it.
#[derive(Debug, Clone, PartialEq)]
pub enum Kept<R> {
    /// A row that is made already.
    Row(Box<R>),
    /// The event at a position of the log, which is read when the row is shown: what the log can tell is not kept.
    Record(u64),
}

impl<R> Kept<R> {
    /// The position of the event without which the row cannot be shown.
    pub fn position(&self) -> Option<u64> {
        match self {
            Self::Record(position) => Some(*position),
            Self::Row(_) => None,
        }
    }

    pub(super) fn map<S>(self, made: impl FnOnce(R) -> S) -> Kept<S> {
        match self {
            Self::Row(row) => Kept::Row(Box::new(made(*row))),
            Self::Record(position) => Kept::Record(position),
        }
    }
}
