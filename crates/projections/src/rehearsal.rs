//! The rehearsal of a proposed policy over a log: each command decided once more on the real state before it, each deadline
//! counted under both policies. It reads, and records nothing.

use domain::errors;
use std::ops::ControlFlow;

use domain::place::{Level, PlaceCode};
use domain::policy_book::PolicyBook;
use domain::rehearsal::{Proposal, Rehearsed};
use domain::{CityState, Event, Policy, PolicyCalendar, evolve};
use event_log::EventLog;

use crate::PartEntry;
use crate::policies::figure_changes;
use crate::reading::Reading;
use crate::stored::{ReplayError, scan_events};
use crate::tier_views::{city_view, county_view};
use crate::timeline::{Timelines, joint_branch_of};
use crate::view::{View, ViewError};
use crate::views::Views;

mod deadlines;
mod report;
mod sums;
mod tallies;

use deadlines::Deadlines;
pub use report::{
    CountyTally, DeadlineShift, DeadlineTally, DocumentTally, FigureShift, MAX_REHEARSED_CASES,
    MAX_REHEARSED_DEADLINES, MAX_REHEARSED_DOCUMENTS, ProposedFigure, Rehearsal, RehearsedCase, RuleFound,
    RuleTally, Shift,
};
use tallies::Tallies;

errors! {
    /// Why there is no rehearsal.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum RehearsalError {
    } of {
        /// The log does not fold.
        Replay(#[from] ReplayError),
        /// Something cannot be counted.
        View(#[from] ViewError),
    }
}

/// The policies of a state, as they are and with the proposal, and the figures of both for every day.
struct Books {
    real: PolicyBook,
    code: Option<PlaceCode>,
    proposed: PolicyBook,
    calendars: [PolicyCalendar; 2],
}

impl Books {
    fn of(state: &CityState, defaults: &Policy, proposal: &Proposal) -> Self {
        let proposed = proposal.book(state);
        let calendars = [&state.policies, &proposed].map(|book| PolicyCalendar::new(defaults, book));
        let code = proposal.code(state).cloned();
        Self { real: state.policies.clone(), code, proposed, calendars }
    }

    /// Whether the state has other policies by now, or the county another code.
    fn is_of(&self, state: &CityState, proposal: &Proposal) -> bool {
        self.real == state.policies && self.code.as_ref() == proposal.code(state)
    }
}

/// A rehearsal under way: it is shown every event of a log, in order.
pub struct Rehearsing<'a> {
    defaults: &'a Policy,
    proposal: &'a Proposal,
    state: CityState,
    timelines: Timelines,
    books: Books,
    /// What a reading of single rows looks at besides them: nothing.
    no_rows: Views,
    /// The events of the command that may go on.
    open: Vec<Event>,
    tallies: Tallies,
    deadlines: Deadlines,
}

impl<'a> Rehearsing<'a> {
    /// Nothing folded yet.
    pub fn new(city: PlaceCode, defaults: &'a Policy, proposal: &'a Proposal) -> Self {
        let state = CityState::new(city.clone());
        let books = Books::of(&state, defaults, proposal);
        Self {
            defaults,
            proposal,
            state,
            timelines: Timelines::default(),
            books,
            no_rows: Views::new(city),
            open: Vec::new(),
            tallies: Tallies::default(),
            deadlines: Deadlines::default(),
        }
    }

    /// Takes the next event of the log.
    pub fn take(&mut self, event: Event) {
        if self.open.last().is_some_and(|last| last.meta.command_id != event.meta.command_id) {
            self.settle();
        }
        self.open.push(event);
    }

    /// All events of a command are there: it is decided once more, then folded as it was recorded.
    fn settle(&mut self) {
        let events = std::mem::take(&mut self.open);
        let Some(first) = events.first() else { return };
        if !self.books.is_of(&self.state, self.proposal) {
            self.books = Books::of(&self.state, self.defaults, self.proposal);
        }
        let on = first.meta.recorded_at.day();
        let is_since = on >= self.proposal.since();
        let about = events.iter().find_map(|event| joint_branch_of(&event.body)).filter(|_| is_since);
        let [real, proposed] = &self.books.calendars;
        let of = |policies| Reading { views: &self.no_rows, policies, on };
        let (real, proposed) = (of(real), of(proposed));
        let owed = about.map(|id| deadlines::owed(&self.state, [real, proposed], id)).unwrap_or_default();
        let rehearsed =
            self.proposal.rehearse(&mut self.state, &mut self.books.proposed, self.defaults, &events);
        for event in &events {
            evolve(&mut self.state, event);
            self.timelines.note(event);
        }
        if let Some(id) = about {
            self.deadlines.met(&self.state, real, (id, owed), first);
        }
        match rehearsed {
            Rehearsed::Untouched => {}
            Rehearsed::Unlike => self.tallies.not_judged += 1,
            Rehearsed::Same(_) => self.tallies.judged(&events),
            Rehearsed::Otherwise(kind, otherwise) => {
                self.tallies.judged(&events);
                self.tallies.note(&self.state, self.defaults, &events, kind, otherwise);
            }
        }
    }

    /// The log is over.
    pub fn finish(mut self) -> Result<Rehearsal, RehearsalError> {
        self.settle();
        let Self { defaults, proposal, state, timelines, tallies, mut deadlines, .. } = self;
        let on = state.last_recorded_at.day();
        let views = Views::from_state(&state, timelines, state.last_position);
        let calendars = Books::of(&state, defaults, proposal).calendars;
        let readings = calendars.each_ref().map(|policies| Reading { views: &views, policies, on });
        let scope = proposal.jurisdiction();
        deadlines.open(readings, scope);
        let county = (scope.level() == Level::County).then_some(scope);
        let [before, _] = calendars.each_ref().map(|policies| policies.thresholds(county, on));
        let changes = figure_changes(defaults, before, &proposal.issued().figures)?;
        let mut rehearsal = Rehearsal {
            jurisdiction: scope.clone(),
            since: proposal.since(),
            as_of: on,
            position: state.last_position,
            simulated: state.simulated.unwrap_or(false),
            changes: changes.into_iter().map(ProposedFigure::from).collect(),
            figures: figures(readings, scope)?,
            ..tallies.told(&views, &state, defaults)
        };
        (rehearsal.by_deadline, rehearsal.deadlines, rehearsal.deadlines_found) =
            deadlines.told(&views, &state);
        Ok(rehearsal)
    }
}

/// The figures of a city and its counties, or of a county and its townships, that would be others.
fn figures(readings: [Reading<'_>; 2], scope: &PlaceCode) -> Result<Vec<FigureShift>, ViewError> {
    let view = |reading| match scope.level() {
        Level::County => county_view(reading, scope),
        _ => city_view(reading, scope),
    };
    let [before, after] = readings.map(view);
    let (before, after): (View<PartEntry>, View<PartEntry>) = (before?, after?);
    let mut found = Vec::new();
    let whole = readings[1].views.place_by_code(scope).map(|place| place.name.clone());
    for (figure, is) in &after.figures {
        let was = before.figures.get(figure).map(|was| was.value);
        let shift = |place: &PlaceCode, place_name, (before, after)| FigureShift {
            place: place.clone(),
            place_name,
            figure: figure.clone(),
            before,
            after,
            unit: is.unit,
            definition: is.definition.clone(),
        };
        let changed = was.filter(|was| *was != is.value);
        found.extend(changed.map(|was| shift(scope, whole.clone(), (was, is.value))));
        for (part, is) in before.rows.iter().zip(&after.rows) {
            let pair = part.figures.get(figure).zip(is.figures.get(figure));
            let changed = pair.filter(|(was, is)| was != is);
            found.extend(changed.map(|(was, is)| shift(&part.code, Some(part.name.clone()), (*was, *is))));
        }
    }
    Ok(found)
}

/// Rehearses a proposal over a log up to a position; `seen` is told each position as it passes. It reads the log from its
/// start: call it where blocking is allowed.
pub fn rehearse(
    log: &dyn EventLog,
    city: PlaceCode,
    defaults: &Policy,
    proposal: &Proposal,
    up_to: u64,
    seen: &mut dyn FnMut(u64),
) -> Result<Rehearsal, RehearsalError> {
    let mut rehearsing = Rehearsing::new(city, defaults, proposal);
    let _ = scan_events(log, 0, up_to, |event| {
        seen(event.meta.position);
        rehearsing.take(event);
        ControlFlow::<()>::Continue(())
    })?;
    rehearsing.finish()
}

/// The state of a city at a position, as a proposal is held to it; `seen` is told each position as it passes.
pub fn state_at(
    log: &dyn EventLog,
    city: PlaceCode,
    up_to: u64,
    seen: &mut dyn FnMut(u64),
) -> Result<CityState, ReplayError> {
    let mut state = CityState::new(city);
    let _ = scan_events(log, 0, up_to, |event| {
        seen(event.meta.position);
        evolve(&mut state, &event);
        ControlFlow::<()>::Continue(())
    })?;
    Ok(state)
}
