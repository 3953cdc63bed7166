//! Replay: the same rows for any past day, position or recorded time, by the same fold.

use std::ops::ControlFlow;

use domain::date::{Date, Timestamp};
use domain::place::PlaceCode;
use domain::{CityState, Event, evolve};
use event_log::envelope::decode;
use event_log::{EventLog, StoredEventRef};

use crate::stored::{ReplayError, scan_events};
use crate::timeline::Timelines;
use crate::views::Views;

/// The type of event by which somebody accepts a clock, as it stands in an envelope, and within which of its bytes.
const CLOCK_ACCEPTED: &[u8] = b".log.clock-accepted.";
const TYPE_WITHIN_BYTES: usize = 256;

/// What to look at: what was in effect on a day, as it was known at a position or time. Nothing set: everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// Only what was in effect by the end of that day.
    pub as_of: Option<Date>,
    /// Only what stands at or before that position.
    pub at: Option<u64>,
    /// Only what was recorded by then: what stands before an event that was, was recorded too, whatever its time says.
    pub known_at: Option<Timestamp>,
}

impl Moment {
    /// Whether the event had been recorded. What follows one that had not, had not either.
    pub(crate) fn knows(&self, event: &Event, certain: u64) -> bool {
        self.at.is_none_or(|last| event.meta.position <= last)
            && (event.meta.position <= certain
                || self.known_at.is_none_or(|time| event.meta.recorded_at <= time))
    }
}

/// A fold of a log up to a moment.
#[derive(Debug, Clone)]
pub struct Replay {
    moment: Moment,
    state: CityState,
    timelines: Timelines,
    position: u64,
    /// Up to here everything was known, whatever its time says.
    certain: u64,
}

impl Replay {
    /// Nothing folded yet.
    pub fn new(city: PlaceCode, moment: Moment) -> Self {
        Self { moment, state: CityState::new(city), timelines: Timelines::default(), position: 0, certain: 0 }
    }

    /// Everything folded up to a position.
    pub(crate) fn from(moment: Moment, position: u64, state: CityState, timelines: Timelines) -> Self {
        Self { moment, state, timelines, position, certain: 0 }
    }

    /// Folds the next event of the log; breaks at the first that was not known at the moment.
    pub fn fold(&mut self, event: &Event) -> ControlFlow<()> {
        if !self.moment.knows(event, self.certain) {
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

    /// Says that whatever stands up to a position was shown, as far as it matters to the moment.
    pub(crate) fn pass(&mut self, position: u64) {
        self.position = self.position.max(position);
    }

    /// The timelines folded so far.
    pub(crate) fn timelines(&self) -> &Timelines {
        &self.timelines
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

/// The last event at or before a time by which somebody accepted a clock that had been ahead: all up to it was recorded by
/// then, whatever its time says. Only the types are looked at, so it is soon done.
fn set_back_by(log: &dyn EventLog, time: Timestamp) -> Result<u64, ReplayError> {
    let mut known = 0;
    let visit = &mut |stored: StoredEventRef<'_>| {
        let head = &stored.body[..stored.body.len().min(TYPE_WITHIN_BYTES)];
        if head.windows(CLOCK_ACCEPTED.len()).any(|part| part == CLOCK_ACCEPTED)
            && decode(stored.body).is_ok_and(|decoded| decoded.event.meta.recorded_at <= time)
        {
            known = stored.position;
        }
        ControlFlow::Continue(())
    };
    log.scan(0, u64::MAX, visit)?;
    Ok(known)
}

/// The rows of a city as they were at a moment. It reads the log from its start: call it where blocking is allowed.
pub fn replay(log: &dyn EventLog, city: PlaceCode, moment: Moment) -> Result<Views, ReplayError> {
    replayed(log, city, moment).map(|replay| replay.views())
}

/// The state of a city as it was at a moment. It reads the log from its start: call it where blocking is allowed.
pub fn replay_state(log: &dyn EventLog, city: PlaceCode, moment: Moment) -> Result<CityState, ReplayError> {
    replayed(log, city, moment).map(|replay| replay.state)
}

fn replayed(log: &dyn EventLog, city: PlaceCode, moment: Moment) -> Result<Replay, ReplayError> {
    let mut replay = Replay::new(city, moment);
    if let Some(time) = moment.known_at {
        replay.certain = set_back_by(log, time)?;
    }
    // Past the position asked for, an event need not even be readable.
    let _ = scan_events(log, 0, moment.at.unwrap_or(u64::MAX), |event| replay.fold(&event))?;
    Ok(replay)
}
