//! Replay: the same rows for any past day, position or recorded time, by the same fold.

use std::ops::ControlFlow;

use domain::date::{Date, Timestamp};
use domain::place::PlaceCode;
use domain::{CityState, Event, evolve};
use event_log::{EventLog, LogError};

use crate::stored::{Unreadable, scan_events};
use crate::timeline::Timelines;
use crate::views::Views;

/// What to look at: what was in effect on a day, as it was known at a position or time. Nothing set: everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// Only what was in effect by the end of that day.
    pub as_of: Option<Date>,
    /// Only what stands at or before that position.
    pub at: Option<u64>,
    /// Only what was recorded by then.
    pub known_at: Option<Timestamp>,
}

impl Moment {
    /// Whether the event had been recorded. What follows one that had not, had not either.
    pub fn knows(&self, event: &Event) -> bool {
        self.at.is_none_or(|last| event.meta.position <= last)
            && self.known_at.is_none_or(|time| event.meta.recorded_at <= time)
    }
}

/// Why a replay stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// An event does not read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The log does not.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// A fold of a log up to a moment.
#[derive(Debug, Clone)]
pub struct Replay {
    moment: Moment,
    state: CityState,
    timelines: Timelines,
    position: u64,
}

impl Replay {
    /// Nothing folded yet.
    pub fn new(city: PlaceCode, moment: Moment) -> Self {
        Self { moment, state: CityState::new(city), timelines: Timelines::default(), position: 0 }
    }

    /// Folds the next event of the log; breaks at the first that was not known at the moment.
    pub fn fold(&mut self, event: &Event) -> ControlFlow<()> {
        if !self.moment.knows(event) {
            return ControlFlow::Break(());
        }
        if event.meta.position > self.position {
            self.position = event.meta.position;
            if self.moment.as_of.is_none_or(|day| event.folded_on() <= day) {
                evolve(&mut self.state, event);
                self.timelines.note(event);
            }
        }
        ControlFlow::Continue(())
    }

    /// The last position that was known.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The state folded so far.
    pub fn state(&self) -> &CityState {
        &self.state
    }

    /// The rows of what was folded, at the last position that was known.
    pub fn views(&self) -> Views {
        Views::from_state(&self.state, self.timelines.clone(), self.position)
    }
}

/// The rows of a city as they were at a moment. It reads the log from its start: call it where blocking is allowed.
pub fn replay(log: &dyn EventLog, city: PlaceCode, moment: Moment) -> Result<Views, ReplayError> {
    let mut replay = Replay::new(city, moment);
    // Past the position asked for, an event need not even be readable.
    let _ = scan_events(log, moment.at.unwrap_or(u64::MAX), |event| replay.fold(&event))?;
    Ok(replay.views())
}
