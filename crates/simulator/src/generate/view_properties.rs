//! What holds of the views of any city: a made-up one is folded whole, in pieces, and as of many days.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use domain::date::Date;
use domain::place::{Level, PlaceCode};
use domain::{CityState, Event, Policy, PolicyCalendar};
use projections::{
    Countable, Gathering, ListName, ListQuestion, Moment, ObligationFilter, Reading, Replay, RowKey, Views,
    city_view, countable, countable_figures, counted_by_view, counts_of_figure, county_view,
    most_pressing_view, obligations_view, township_view,
};
use serde_json::Value;

use super::line::Line;
use super::random::Random;
use super::rehearsal::Rehearsal;
use super::{Settings, generate};
use crate::{demo, places_file};

const CITY: &str = "5108";

fn city() -> PlaceCode {
    CITY.parse().unwrap()
}

/// The events of a made-up city.
fn events(seed: u64, years: u32, joint_branches: u32) -> Vec<Event> {
    let places = places_file::read_bytes(demo::PLACES.as_bytes()).unwrap().lines;
    let settings = Settings { city: city(), places, seed, years, joint_branches, from: None, violations: 0 };
    let mut out = Vec::new();
    generate(&settings, &mut out).unwrap();
    let mut rehearsal = Rehearsal::new(city(), "2026-11-23".parse().unwrap()).unwrap();
    let lines = String::from_utf8(out).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str::<Line>(line).unwrap());
    lines.flat_map(|line| rehearsal.take(&line).unwrap()).collect()
}

/// Views that follow the events as a runner does, in pieces of any length, each event twice.
fn followed<'e>(events: impl Iterator<Item = &'e Event>, seed: u64) -> Views {
    let (mut views, mut state) = (Views::new(city()), CityState::new(city()));
    let (mut random, mut keys) = (Random::new(seed), BTreeSet::new());
    for event in events {
        views.fold(&mut state, event, &mut keys);
        views.fold(&mut state, event, &mut keys);
        if random.percent(3) {
            views.refresh(&state, std::mem::take(&mut keys));
        }
    }
    views.refresh(&state, keys);
    views
}

fn replayed(events: &[Event], moment: Moment) -> Views {
    let mut replay = Replay::new(city(), moment);
    for event in events {
        if replay.fold(event) == ControlFlow::Break(()) {
            break;
        }
    }
    replay.views()
}

/// Every row with its key, as it is stored.
fn rows(views: &Views) -> BTreeMap<RowKey, Vec<u8>> {
    views.keys().map(|key| (key, views.row(key).unwrap().to_json().unwrap())).collect()
}

/// Some days of the history and the last position of each.
fn days(events: &[Event]) -> Vec<Date> {
    let days: BTreeSet<Date> = events.iter().map(Event::folded_on).collect();
    let days: Vec<_> = days.into_iter().collect();
    days.iter().copied().step_by((days.len() / 6).max(1)).chain(days.last().copied()).collect()
}

#[test]
fn a_replay_of_any_day_and_position_equals_views_that_followed() {
    let events = events(21, 4, 14);
    for (number, day) in days(&events).into_iter().enumerate() {
        let moment = Moment { as_of: Some(day), ..Moment::default() };
        let known = events.iter().filter(|event| event.folded_on() <= day);
        assert!(rows(&followed(known, number as u64)) == rows(&replayed(&events, moment)), "as of {day}");
        let at = events.len() * (number + 1) / 8;
        let moment = Moment { at: Some(at as u64), ..Moment::default() };
        let views = followed(events[..at].iter(), number as u64);
        assert!(views == replayed(&events, moment), "at {at}");
    }
}

#[test]
fn a_cached_assessment_is_not_used_for_a_changed_row() {
    let events = events(24, 4, 14);
    let policy = Policy::defaults().unwrap();
    let days: Vec<_> = days(&events).into_iter().rev().take(2).collect();
    let (mut views, mut state) = (Views::new(city()), CityState::new(city()));
    let (mut random, mut keys) = (Random::new(24), BTreeSet::new());
    for (number, event) in events.iter().enumerate() {
        views.fold(&mut state, event, &mut keys);
        let is_in_timeline = |key: &&RowKey| matches!(key, RowKey::Timeline(..));
        if let Some(RowKey::Timeline(id, _)) = keys.iter().find(is_in_timeline) {
            assert!(keys.contains(&RowKey::JointBranch(*id)), "{:?} leaves its row as it was", event.body);
        }
        views.refresh(&state, std::mem::take(&mut keys));
        // Most readings follow on others of the same day, some are of another day or long after.
        if random.percent(98) && number + 1 < events.len() {
            continue;
        }
        // A snapshot made anew remembers nothing.
        let anew = Views::from_state(&state, views.timelines().clone(), views.position());
        let on = if random.percent(70) { days[0] } else { days[1] };
        let read = |views: &Views| {
            let policies = PolicyCalendar::new(&policy, views.policies());
            let reading = Reading { views, policies: &policies, on };
            (city_view(reading, &city()).unwrap(), most_pressing_view(reading, &city(), 30).unwrap())
        };
        assert!(read(&views) == read(&anew), "at {}", views.position());
    }
}

fn obligations(reading: Reading<'_>, scope: &PlaceCode) -> Vec<Value> {
    let rows = obligations_view(reading, scope, ObligationFilter::default()).unwrap().rows;
    rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect()
}

#[test]
fn obligations_never_depend_on_the_order_of_reading() {
    let events = events(22, 4, 14);
    let policy = Policy::defaults().unwrap();
    let last = days(&events).last().copied().unwrap();
    // However the events were read, and whoever reads first.
    let all: Vec<_> = (0..3).map(|seed| followed(events.iter(), seed)).collect();
    let counties: Vec<PlaceCode> = all[0]
        .places()
        .filter(|place| place.level == Level::County)
        .map(|place| place.code.clone())
        .collect();
    let mut told: Vec<Vec<Vec<Value>>> = Vec::new();
    for (number, views) in all.iter().enumerate() {
        let policies = PolicyCalendar::new(&policy, views.policies());
        let reading = Reading { views, policies: &policies, on: last };
        let mut order: Vec<_> = counties.iter().chain([&city()]).cloned().enumerate().collect();
        order.rotate_left(number);
        let read: BTreeMap<_, _> =
            order.into_iter().map(|(index, scope)| (index, obligations(reading, &scope))).collect();
        told.push(read.into_values().collect());
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]));
    let (of_city, of_counties) = told[0].split_last().unwrap();
    assert!(!of_city.is_empty());
    let sorted = |rows: Vec<&Value>| rows.into_iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    assert_eq!(sorted(of_city.iter().collect()), sorted(of_counties.iter().flatten().collect()));
}

#[test]
fn every_list_of_a_whole_city_is_the_same_however_often_an_event_comes() {
    let events = events(23, 4, 20);
    let views = followed(events.iter(), 1);
    let policies = PolicyCalendar::new(&Policy::defaults().unwrap(), views.policies());
    let reading = Reading { views: &views, policies: &policies, on: "2019-12-31".parse().unwrap() };
    let mut filled = BTreeSet::new();
    for name in ListName::ALL.iter().copied() {
        let gathered = |repeats: usize| {
            let question = ListQuestion { name, scope: city(), year: Some(2019) };
            let mut gathering = Gathering::new(reading, &question, None).unwrap();
            for event in events.iter().flat_map(|event| std::iter::repeat_n(event, repeats)) {
                assert_eq!(gathering.note(event), ControlFlow::Continue(()));
            }
            gathering.list()
        };
        let list = gathered(1);
        assert!(list == gathered(2), "{name}");
        if !list.rows.is_empty() {
            filled.insert(name);
        }
    }
    // Nothing is corrected with `correct-record`, but grades are; overrides come with proposals.
    assert!(filled.len() >= 9, "{filled:?}");
}

/// What is proved of a figure is proved of these rows: they must add up to what every view says, on any day.
#[test]
fn the_rows_that_are_proved_add_up_to_every_figure_of_every_view() {
    let events = events(27, 5, 24);
    let policy = Policy::defaults().unwrap();
    let mut seen = 0;
    for day in days(&events) {
        let views = replayed(&events, Moment { as_of: Some(day), ..Moment::default() });
        let policies = PolicyCalendar::new(&policy, views.policies());
        let reading = Reading { views: &views, policies: &policies, on: day };
        let rows = countable(reading);
        let sum_of = |rows: &mut dyn Iterator<Item = &Countable>| {
            let none = vec![0_u64; countable_figures().len()];
            rows.fold(none, |sums, row| {
                sums.iter().zip(&row.counts).map(|(sum, count)| sum + count).collect()
            })
        };
        let mut check = |scope: &PlaceCode, lies_there: &dyn Fn(&&Countable) -> bool| {
            let sums = sum_of(&mut rows.iter().filter(lies_there));
            assert_eq!(sums[1..], counted_by_view(reading, scope), "{scope} on {day}");
            let figures = match scope.level() {
                Level::City => city_view(reading, scope).unwrap().figures,
                Level::County => county_view(reading, scope).unwrap().figures,
                _ => township_view(reading, scope).unwrap().figures,
            };
            let count = |name: &str| sums[countable_figures().iter().position(|own| *own == name).unwrap()];
            for (name, figure) in figures {
                let Some((part, whole)) = counts_of_figure(&name) else { continue };
                let (part, whole) = (count(part), count(whole));
                let percent = if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 };
                let expected =
                    if name.contains("_ratio") || name.contains("_to_") { percent } else { part as f64 };
                assert!(
                    (figure.value.as_f64() - expected).abs() < 0.051,
                    "{name} of {scope} on {day}: {figure:?}"
                );
                seen += usize::from(part > 0);
            }
        };
        check(&city(), &|_| true);
        for place in views.places().filter(|place| place.exists_on(day)) {
            match place.level {
                Level::County => check(&place.code, &|row| row.county.as_ref() == Some(&place.code)),
                Level::Township => check(&place.code, &|row| row.township.as_ref() == Some(&place.code)),
                _ => {}
            }
        }
    }
    assert!(seen > 1_000, "{seen} figures above nothing");
}
