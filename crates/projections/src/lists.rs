//! The lists 清单: what an office looks through besides its own view. One shape for all, one route, one command.
//!
//! A list is one file: it says what it is called and what it is for, what it notes of the log, its rows, and the columns of
//! its table. A list is gathered from the rows of the snapshot, and where these do not hold it from one pass over the log.

use std::ops::{ControlFlow, RangeInclusive};
use std::sync::Arc;

use domain::Event;
use domain::date::Date;
use domain::errors;
use domain::place::{Level, PlaceCode};
use domain::recorded_decision::CorrectedDocuments;
use domain::say::Say;
use event_log::EventLog;

use crate::place::standing_at_any_tier;
use crate::reading::Reading;
use crate::replay::Moment;
use crate::stored::{ReplayError, scan_events};
use crate::view::{AnswersFor, FigureView, View, ViewError};

mod cadence;
mod corrections;
mod documents;
mod figures;
mod first_secretaries;
mod flow;
mod funding;
mod late_entries;
mod list_of;
mod meeting_decisions;
mod organizations;
mod overrides;
mod premises;
mod records;
mod register;
mod registry;
mod rotation;
mod scope;
mod start;
mod statistics;
mod unregistered;
mod upgrades;
mod yearly_reviews;
mod yellow_cards;

pub use figures::{FigureRow, compared, statements};
pub use flow::FlowRow;
pub use list_of::{Kept, Spec, Year};
pub use records::RecordRow;
pub use registry::{ListName, ListRow};
pub use start::{StartItem, StartRow, StartState, Upkeep, is_before_the_first_decision};

use list_of::{Found, ListFigure};
use registry::Gatherer;
use scope::ListScope;

/// The years of which there can be a list.
pub const LIST_YEARS: RangeInclusive<i16> = 1949..=2199;

/// Which list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuestion {
    pub name: ListName,
    /// Of which city, county or township.
    pub scope: PlaceCode,
    /// Of which year, where the list is of one; the year of the reading, or for reviews the one before it.
    pub year: Option<i16>,
}

/// A list: its figures, and its rows as far as they are made before somebody reads them.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// Which.
    pub name: ListName,
    /// The view without its rows.
    pub view: View<ListRow>,
    pub rows: Vec<Kept<ListRow>>,
    /// The decisions of which the document was corrected.
    documents: Arc<CorrectedDocuments>,
}

impl List {
    /// A row as it is shown, given the event that it asks for.
    pub fn row(&self, kept: &Kept<ListRow>, event: Option<&Event>) -> Result<ListRow, ViewError> {
        match (kept, event) {
            (Kept::Row(row), _) => Ok(ListRow::clone(row)),
            (Kept::Record(position), event) => event
                .and_then(|event| self.name.row_of(event, &self.documents))
                .ok_or_else(|| ViewError::Unwritable {
                    detail: Say::same(format!("the event at {position} was not read")),
                }),
        }
    }
}

errors! {
    /// Why there is no list.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum ListError {
    } of {
        /// It cannot be given.
        View(#[from] ViewError),
        /// The log cannot be read for it.
        Replay(#[from] ReplayError),
    }
}

/// A list in the making.
pub struct Gathering<'a> {
    scope: ListScope<'a>,
    answers_for: Option<AnswersFor>,
    name: ListName,
    gatherer: Gatherer,
    moment: Moment,
    position: u64,
}

impl<'a> Gathering<'a> {
    /// Begins a list of the rows of a reading. `as_of` is the day whose effects alone are in force in these rows, where
    /// they are of such a day.
    pub fn new(
        reading: Reading<'a>,
        question: &ListQuestion,
        as_of: Option<Date>,
    ) -> Result<Self, ViewError> {
        let (asked, name) = (&question.scope, question.name);
        if asked.level() == Level::Village {
            return Err(ViewError::NotATier { code: asked.clone() });
        }
        let (code, answers_for) = standing_at_any_tier(reading, asked)?;
        let year = question.year.filter(|year| LIST_YEARS.contains(year));
        let year = year.unwrap_or_else(|| name.spec().year.on(reading.on));
        let scope = ListScope::new(reading, code, year);
        let gatherer = Gatherer::begin(name, &scope);
        let moment = Moment { as_of, at: Some(reading.views.position()), known_at: None };
        Ok(Self { scope, answers_for, name, gatherer, moment, position: 0 })
    }

    /// Whether the log is to be read for it.
    pub fn reads_log(&self) -> bool {
        self.name.reads().is_some()
    }

    /// Notes the next event of the log; one that was noted before changes nothing. Breaks after the rows' position.
    pub fn note(&mut self, event: &Event) -> ControlFlow<()> {
        if !self.moment.knows(event, 0) {
            return ControlFlow::Break(());
        }
        if event.meta.position > self.position {
            self.position = event.meta.position;
            let is_read = self.name.reads().is_some_and(|reads| reads(event));
            if is_read && self.moment.as_of.is_none_or(|day| event.folded_on() <= day) {
                self.gatherer.note(&self.scope, event);
            }
        }
        ControlFlow::Continue(())
    }

    /// The list of everything noted.
    pub fn list(self) -> List {
        let Found { figures, rows, by_actor } = self.gatherer.finish(&self.scope);
        let scope = &self.scope;
        let path = format!("/api/v1/lists/{}?scope={}&year={}", self.name, scope.code, scope.year);
        let figure = |(name, value, unit, definition): ListFigure| {
            (name.into(), FigureView { value, unit, definition, rows: path.clone() })
        };
        let view = View {
            answers_for: self.answers_for,
            figures: figures.into_iter().map(figure).collect(),
            by_actor,
            ..scope.reading.view(&scope.code, Vec::new())
        };
        List { name: self.name, view, rows, documents: Arc::clone(scope.reading.views.corrected_documents()) }
    }
}

/// The list of a reading, with one pass over the log where the rows do not hold it: call it where blocking is allowed.
pub fn gather(
    log: &dyn EventLog,
    reading: Reading<'_>,
    question: &ListQuestion,
    as_of: Option<Date>,
) -> Result<List, ListError> {
    let mut gathering = Gathering::new(reading, question, as_of)?;
    if gathering.reads_log() {
        let _ = scan_events(log, 0, reading.views.position(), |event| gathering.note(&event))?;
    }
    Ok(gathering.list())
}
