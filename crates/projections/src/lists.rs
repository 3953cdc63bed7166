//! The lists 清单: what an office looks through besides its own view. One shape for all, one route, one command.
//!
//! A list is gathered from the rows, and where these do not hold it from one pass over the log, of which it keeps
//! positions and counts: what the log can tell when a page is read is not kept.

use std::ops::{ControlFlow, RangeInclusive};

use domain::Event;
use domain::date::Date;
use domain::place::{Level, PlaceCode};
use event_log::EventLog;
use serde_json::Value;

use crate::place::{AnswersFor, standing_at_any_tier};
use crate::reading::{Reading, View, ViewError, json};
use crate::replay::{Moment, ReplayError};
use crate::stored::scan_events;

mod cadence;
mod comparison;
mod documents;
mod funding;
mod name;
mod records;
mod rotation;
mod scope;
mod upgrades;
mod yearly_reviews;
mod yellow_cards;

pub use comparison::{compared, statements};
pub use documents::RegisteredDocument;
pub use name::ListName;

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
    /// The view without its rows.
    pub view: View,
    pub rows: Vec<ListRow>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub enum ListRow {
    /// As it is shown.
    Ready(Value),
    /// A document of the register.
    Document(Box<RegisteredDocument>),
    /// The event at a position of the log, which is read when the row is shown.
    Record(u64),
}

impl ListRow {
    /// The position of the event without which the row cannot be shown.
    pub fn position(&self) -> Option<u64> {
        match self {
            Self::Record(position) => Some(*position),
            Self::Ready(_) | Self::Document(_) => None,
        }
    }

    /// The row as it is shown, given the event that it asks for.
    pub fn value(&self, event: Option<&Event>) -> Result<Value, ViewError> {
        match (self, event) {
            (Self::Ready(value), _) => Ok(value.clone()),
            (Self::Document(document), _) => json(document),
            (Self::Record(_), Some(event)) => records::row(event),
            (Self::Record(position), None) => {
                Err(ViewError::Unwritable { detail: format!("the event at {position} was not read") })
            }
        }
    }
}

/// Why there is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It cannot be given.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The log cannot be read for it.
    #[error(transparent)]
    Replay(#[from] ReplayError),
}

/// What a list keeps of the log while it is gathered.
enum Gatherer {
    /// Nothing: the rows hold it all.
    Nothing,
    Cadence(cadence::Activities),
    Comparison(comparison::Comparison),
    Documents(documents::Register),
    Records(records::Records),
    YellowCards(yellow_cards::Rectifications),
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
        let asked = &question.scope;
        if asked.level() == Level::Village {
            return Err(ViewError::NotATier { code: asked.clone() });
        }
        let (code, answers_for) = standing_at_any_tier(reading, asked)?;
        let year = question.year.filter(|year| LIST_YEARS.contains(year));
        let year = year.unwrap_or_else(|| question.name.default_year(reading.on));
        let scope = ListScope::new(reading, question.name, code, year);
        let gatherer = match question.name {
            ListName::Upgrades | ListName::YearlyReviews | ListName::Funding | ListName::Rotation => {
                Gatherer::Nothing
            }
            ListName::Cadence => Gatherer::Cadence(cadence::Activities::default()),
            ListName::Figures => Gatherer::Comparison(comparison::Comparison::new(scope.led())),
            ListName::Documents => Gatherer::Documents(documents::Register::default()),
            ListName::LateEntries => Gatherer::Records(records::Records::new(records::is_late)),
            ListName::Overrides => Gatherer::Records(records::Records::new(records::is_overriding)),
            ListName::Corrections => Gatherer::Records(records::Records::new(records::is_correcting)),
            ListName::YellowCards => Gatherer::YellowCards(yellow_cards::Rectifications::default()),
        };
        let moment = Moment { as_of, at: Some(reading.views.position()), known_at: None };
        Ok(Self { scope, answers_for, name: question.name, gatherer, moment, position: 0 })
    }

    /// Whether the log is to be read for it.
    pub fn reads_log(&self) -> bool {
        !matches!(self.gatherer, Gatherer::Nothing)
    }

    /// Notes the next event of the log; one that was noted before changes nothing. Breaks after the rows' position.
    pub fn note(&mut self, event: &Event) -> ControlFlow<()> {
        if !self.moment.knows(event, 0) {
            return ControlFlow::Break(());
        }
        if event.meta.position > self.position {
            self.position = event.meta.position;
            if self.moment.as_of.is_none_or(|day| event.folded_on() <= day) {
                match &mut self.gatherer {
                    Gatherer::Nothing => {}
                    Gatherer::Cadence(activities) => activities.note(&self.scope, event),
                    Gatherer::Comparison(comparison) => comparison.note(event),
                    Gatherer::Documents(register) => register.note(&self.scope, event),
                    Gatherer::Records(records) => records.note(&self.scope, event),
                    Gatherer::YellowCards(rectifications) => rectifications.note(event),
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The list of everything noted.
    pub fn list(self) -> Result<List, ViewError> {
        let scope = &self.scope;
        let list = match (self.gatherer, self.name) {
            (Gatherer::Cadence(activities), _) => cadence::list(scope, &activities),
            (Gatherer::Comparison(comparison), _) => comparison.list(scope),
            (Gatherer::Documents(register), _) => Ok(register.list(scope)),
            (Gatherer::Records(records), name) => Ok(records.list(scope, name)),
            (Gatherer::YellowCards(rectifications), _) => yellow_cards::list(scope, &rectifications),
            (Gatherer::Nothing, ListName::Upgrades) => upgrades::list(scope),
            (Gatherer::Nothing, ListName::Funding) => funding::list(scope),
            (Gatherer::Nothing, ListName::Rotation) => rotation::list(scope),
            (Gatherer::Nothing, _) => yearly_reviews::list(scope),
        }?;
        Ok(List { view: View { answers_for: self.answers_for, ..list.view }, ..list })
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
        let _ = scan_events(log, reading.views.position(), |event| gathering.note(&event))?;
    }
    Ok(gathering.list()?)
}
