//! The made-up city around the report's cases: taken by the rules at the time of its own calendar, and nothing owed in it is
//! overdue that an office would have done.

use std::collections::BTreeMap;

use domain::date::{Date, Timestamp};
use domain::ids::EventId;
use domain::place::PlaceCode;
use domain::{CityState, Event, Policy, PolicyCalendar};
use projections::{Gathering, ListName, ListQuestion, ObligationFilter, Reading, Views, obligations_view};

use super::GenerateError;
use super::line::Line;
use super::rehearsal::Rehearsal;
use super::stage::Stage;
use crate::demo;

const UNTIL: &str = "2026-11-29";

/// A stage that keeps the events, each recorded at its own time.
struct Kept {
    rehearsal: Rehearsal,
    events: Vec<Event>,
}

impl Stage for Kept {
    fn state(&self) -> &CityState {
        self.rehearsal.state()
    }

    fn defaults(&self) -> &Policy {
        self.rehearsal.defaults()
    }

    fn take(&mut self, line: &Line, recorded_at: Timestamp) -> Result<(), GenerateError> {
        self.rehearsal.pass_to(recorded_at);
        let taken = self.rehearsal.take(line);
        self.events.extend(taken.map_err(|refused| GenerateError::Refused { line: 0, refused })?);
        Ok(())
    }

    fn first_event(&self) -> Result<EventId, GenerateError> {
        Ok(self.events.last().unwrap().meta.id)
    }
}

fn city() -> PlaceCode {
    demo::CITY.parse().unwrap()
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn played(joint_branches: u32, until: &str) -> Kept {
    let rehearsal = Rehearsal::new(city(), day("2018-01-01")).unwrap();
    let mut kept = Kept { rehearsal, events: Vec::new() };
    let played = demo::play_around(&mut kept, joint_branches, day(until));
    played.unwrap_or_else(|error| panic!("{error}"));
    kept
}

/// What is overdue on the day after, by kind, and how many townships have a yellow card this year.
fn overdue(kept: &Kept) -> (BTreeMap<String, usize>, usize) {
    let (mut views, mut state) = (Views::new(city()), CityState::new(city()));
    let mut keys = std::collections::BTreeSet::new();
    for event in &kept.events {
        views.fold(&mut state, event, &mut keys);
    }
    views.refresh(&state, keys);
    let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
    let reading = Reading { views: &views, policies: &policies, on: day(UNTIL).plus_days(1) };
    let mut kinds = BTreeMap::new();
    for row in obligations_view(reading, &city(), ObligationFilter::default()).unwrap().rows {
        let row = serde_json::to_value(row).unwrap();
        if row["overdue"] == true {
            *kinds.entry(row["kind"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    let name = ListName::ALL.iter().copied().find(|name| name.to_string() == "yellow-cards").unwrap();
    let question = ListQuestion { name, scope: city(), year: Some(2026) };
    let mut gathering = Gathering::new(reading, &question, None).unwrap();
    kept.events.iter().for_each(|event| {
        let _ = gathering.note(event);
    });
    (kinds, gathering.list().rows.len())
}

#[test]
fn whoever_opens_the_demonstration_finds_an_office_that_is_on_time() {
    let kept = played(60, UNTIL);
    let (overdue, yellow_cards) = overdue(&kept);
    assert_eq!(yellow_cards, 0, "a township begins with a yellow card");
    // What the cases leave undone, to show what is overdue; of what is made up around them nothing is.
    let named = [("evaluation", 3), ("secretary", 1), ("supervision", 1)];
    assert_eq!(overdue, named.map(|(kind, count)| (kind.to_owned(), count)).into());
}

#[test]
fn the_next_day_goes_on_from_what_was_made_up_before() {
    let commands = |until: &str| {
        let kept = played(20, until);
        kept.events.iter().map(|event| (event.meta.command_id, event.meta.recorded_at)).collect::<Vec<_>>()
    };
    let (before, after) = (commands("2026-11-25"), commands("2026-11-26"));
    // The policy of the cases holds from its recording, which is the last day: it comes last, with one event.
    let (last, before) = before.split_last().unwrap();
    assert_eq!(last.0.to_string(), demo::LAST_COMMAND);
    assert!(after.starts_with(before) && after.len() > before.len());
}

#[test]
fn the_city_lists_a_functional_form_which_some_propose_and_some_had_before() {
    let kept = played(60, UNTIL);
    let found = kept.state().joint_branches.values().filter(|found| found.form_kind.is_some());
    let (registered, proposed): (Vec<_>, Vec<_>) = found.partition(|found| found.is_registered);
    assert!(!registered.is_empty() && !proposed.is_empty(), "{} {}", registered.len(), proposed.len());
    let is_led = |found: &&std::sync::Arc<domain::joint_branch::JointBranch>| found.secretary.is_some();
    assert!(registered.iter().chain(&proposed).any(is_led));
}
