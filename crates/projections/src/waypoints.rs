//! Waypoints: the past, ready to be asked. Folds of the log that were kept along the way, and of each event the little that says
//! whether a question needs it: a past day is folded from near by, and a list reads only the events that it is made of.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use domain::date::Date;
use domain::place::PlaceCode;
use domain::{CityState, Event};
use event_log::EventLog;

use crate::lists::{Gathering, List, ListError, ListName, ListQuestion};
use crate::reading::Reading;
use crate::replay::{Moment, Replay};
use crate::stored::{ReplayError, scan_events, scan_events_at};
use crate::timeline::Timelines;
use crate::views::Views;

/// So many folds are kept; past that every other one is let go, and they lie twice as far apart. Each takes as much memory as
/// changed since the one before: of a whole city, nearly all of it.
const MAX_WAYPOINTS: usize = 12;
/// How many events lie between two of the first ones.
const FIRST_SPACING_EVENTS: u64 = 4_096;

/// What is kept of each event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gist {
    /// The day at which it is folded.
    day: Date,
    /// The lists that are gathered from it.
    lists: u32,
}

impl Gist {
    /// Of an event.
    pub(crate) fn of(event: &Event) -> Self {
        Self { day: event.folded_on(), lists: ListName::all_that_read(event) }
    }
}

/// The fold of all events up to a position.
struct Waypoint {
    position: u64,
    state: CityState,
    timelines: Timelines,
}

/// A stretch of the log: the gist of each of its events, and folds along it.
struct Stretch {
    /// It begins after this position.
    after: u64,
    gists: Vec<Gist>,
    waypoints: Vec<Waypoint>,
    spacing_events: u64,
}

impl Stretch {
    fn new(after: u64, spacing_events: u64) -> Self {
        Self { after, gists: Vec::new(), waypoints: Vec::new(), spacing_events }
    }

    /// Up to where it is known.
    fn last(&self) -> u64 {
        self.after + self.gists.len() as u64
    }

    /// Takes what comes next, and keeps the fold of all of it where the last that was kept is far enough away.
    fn extend(&mut self, gists: &[Gist], state: &CityState, timelines: &Timelines) {
        self.gists.extend_from_slice(gists);
        let (position, kept) = (self.last(), self.waypoints.last().map_or(self.after, |kept| kept.position));
        if position - kept >= self.spacing_events {
            self.waypoints.push(Waypoint { position, state: state.clone(), timelines: timelines.clone() });
            self.thin();
        }
    }

    fn thin(&mut self) {
        while self.waypoints.len() > MAX_WAYPOINTS {
            let mut number = 0_usize;
            self.waypoints.retain(|_| {
                number += 1;
                number.is_multiple_of(2)
            });
            self.spacing_events *= 2;
        }
    }

    /// Takes in the stretch that begins where this one ends.
    fn join(&mut self, next: Self) {
        self.gists.extend(next.gists);
        self.waypoints.extend(next.waypoints);
        self.thin();
    }

    /// The positions after one and up to another of events that are wanted.
    fn choose(&self, after: u64, up_to: u64, is_wanted: impl Fn(&Gist) -> bool) -> Vec<u64> {
        let index = |position: u64| {
            usize::try_from(position.saturating_sub(self.after)).unwrap_or(usize::MAX).min(self.gists.len())
        };
        let (from, to) = (index(after), index(up_to));
        let gists = (self.after + 1 + from as u64..).zip(self.gists.get(from..to).unwrap_or_default());
        gists.filter(|(_, gist)| is_wanted(gist)).map(|(position, _)| position).collect()
    }
}

/// What is known of the log. The runner tells what it folds; what stood there before it began is read once, beside it.
struct Known {
    /// From the log's beginning on.
    from_start: Stretch,
    /// What the runner told while that had not reached the place where it began.
    ahead: Option<Stretch>,
}

/// What is kept of a city's past as its runner follows the log.
pub struct Waypoints {
    log: Arc<dyn EventLog>,
    city: PlaceCode,
    /// Where the runner began.
    begun_at: u64,
    known: RwLock<Known>,
}

impl Waypoints {
    /// Nothing kept yet of a log that is followed from a position on.
    pub fn new(log: Arc<dyn EventLog>, city: PlaceCode, begun_at: u64) -> Self {
        Self::spaced(log, city, begun_at, FIRST_SPACING_EVENTS)
    }

    /// The same, with so many events between the first waypoints.
    pub(crate) fn spaced(
        log: Arc<dyn EventLog>,
        city: PlaceCode,
        begun_at: u64,
        spacing_events: u64,
    ) -> Self {
        let ahead = (begun_at > 0).then(|| Stretch::new(begun_at, spacing_events));
        let known = RwLock::new(Known { from_start: Stretch::new(0, spacing_events), ahead });
        Self { log, city, begun_at, known }
    }

    /// Takes what the runner folded next, with its fold of everything up to there.
    pub(crate) fn follow(&self, gists: &[Gist], state: &CityState, timelines: &Timelines) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let Known { from_start, ahead } = &mut *known;
        ahead.as_mut().unwrap_or(from_start).extend(gists, state, timelines);
    }

    /// Reads what stood in the log before the runner began; until that is done questions read more of the log. It leaves half of
    /// the time to others, and ends early where it is to stop. Blocks.
    pub fn read_earlier(&self, is_to_stop: impl Fn() -> bool) -> Result<(), ReplayError> {
        let mut replay = Replay::new(self.city.clone(), Moment::default());
        let mut spacing_events = {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            let spacing_events = known.from_start.spacing_events;
            known.from_start = Stretch::new(0, spacing_events);
            spacing_events
        };
        while replay.position() < self.begun_at {
            if is_to_stop() {
                return Ok(());
            }
            let begun = Instant::now();
            let after = replay.position();
            let mut gists = Vec::new();
            let up_to = self.begun_at.min(after + spacing_events);
            let _ = scan_events(&*self.log, after, up_to, |event| {
                gists.push(Gist::of(&event));
                replay.fold(&event)
            })?;
            // A log that is shorter than it was is refused elsewhere.
            if gists.is_empty() {
                return Ok(());
            }
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.from_start.extend(&gists, replay.state(), replay.timelines());
            spacing_events = known.from_start.spacing_events;
            drop(known);
            std::thread::sleep(begun.elapsed());
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(ahead) = known.ahead.take() {
            known.from_start.join(ahead);
        }
        Ok(())
    }

    /// The rows as they were at a position, of what was in effect on a day. Blocks.
    pub fn views(&self, position: u64, as_of: Option<Date>) -> Result<Views, ReplayError> {
        let (mut replay, chosen, known) = self.near(position, as_of);
        let _ = scan_events_at(&*self.log, &chosen, |event| replay.fold(&event))?;
        replay.pass(known);
        let _ = scan_events(&*self.log, known, position, |event| replay.fold(&event))?;
        Ok(replay.views())
    }

    /// The fold from which a moment is not far, the positions of the events that are missing to it, and up to where these
    /// are all.
    fn near(&self, position: u64, as_of: Option<Date>) -> (Replay, Vec<u64>, u64) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let way = &known.from_start;
        let up_to = position.min(way.last());
        let is_later = |gist: &Gist| as_of.is_some_and(|day| gist.day > day);
        // All before the first event of a later day is in effect.
        let first_later = way.gists.iter().position(is_later).map_or(u64::MAX, |index| index as u64 + 1);
        let mut earlier = way.waypoints.iter().rev();
        let nearest = earlier.find(|kept| kept.position <= up_to && kept.position < first_later);
        let moment = Moment { as_of, at: Some(position), known_at: None };
        let replay = nearest.map_or_else(
            || Replay::new(self.city.clone(), moment),
            |kept| Replay::from(moment, kept.position, kept.state.clone(), kept.timelines.clone()),
        );
        let chosen = way.choose(replay.position(), up_to, |gist| !is_later(gist));
        (replay, chosen, up_to)
    }

    /// A list of the rows of a reading, with one look at those events of the log that it is made of. Blocks.
    pub fn gather(
        &self,
        reading: Reading<'_>,
        question: &ListQuestion,
        as_of: Option<Date>,
    ) -> Result<List, ListError> {
        let mut gathering = Gathering::new(reading, question, as_of)?;
        if gathering.reads_log() {
            let (chosen, known) = self.of_list(question.name, reading.views.position());
            if scan_events_at(&*self.log, &chosen, |event| gathering.note(&event))?.is_continue() {
                let _ =
                    scan_events(&*self.log, known, reading.views.position(), |event| gathering.note(&event))?;
            }
        }
        Ok(gathering.list())
    }

    /// The events up to a position that a list is made of, and up to where these are all.
    fn of_list(&self, name: ListName, position: u64) -> (Vec<u64>, u64) {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let up_to = position.min(known.from_start.last());
        (known.from_start.choose(0, up_to, |gist| gist.lists & name.bit() != 0), up_to)
    }
}

const _: () = assert!(ListName::ALL.len() <= u32::BITS as usize, "a gist has a bit for each list");
