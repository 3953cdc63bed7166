//! Rows: the same whether folded event by event, twice, or made at once.

use std::collections::BTreeSet;

use domain::joint_branch::{Grade, Phase};
use domain::{CityState, EventBody};

use super::life::{BAIGUO, COUNTY, Life, MERGER, PAIRING, SHIZI, YUANBA, code, text};
use crate::timeline::CHUNK_ENTRIES;
use crate::{Row, RowKey, Views};

fn bytes(views: &Views) -> Vec<(String, Vec<u8>)> {
    views.keys().map(|key| (key.to_string(), views.row(key).unwrap().to_json().unwrap())).collect()
}

#[test]
fn rows_folded_one_by_one_and_twice_equal_those_made_at_once() {
    let life = Life::with_every_event();
    let types: BTreeSet<_> = life.events.iter().map(|event| event.body.event_type()).collect();
    let unseen: Vec<_> = EventBody::TYPES.iter().filter(|name| !types.contains(*name)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
    let mut state = CityState::new(code("5108"));
    let mut views = Views::new(code("5108"));
    for (index, event) in life.events.iter().enumerate() {
        for _ in 0..2 {
            let mut changed = BTreeSet::new();
            views.fold(&mut state, event, &mut changed);
            views.refresh(&state, changed);
        }
        let so_far = Life { events: life.events[..=index].to_vec() };
        assert_eq!(bytes(&views), bytes(&so_far.views()), "after {}", event.body.event_type());
        assert_eq!(views, so_far.views());
    }
}

#[test]
fn rows_taken_from_a_later_state_equal_those_made_at_once() {
    let life = Life::whole();
    let mut views = Life { events: life.events[..14].to_vec() }.views();
    let mut state = life.state();
    let mut changed = BTreeSet::new();
    for event in &life.events {
        views.fold(&mut state, event, &mut changed);
    }
    views.refresh(&state, changed);
    assert_eq!(views, life.views());
}

#[test]
fn a_row_reads_back_to_the_same_bytes() {
    let views = Life::whole().views();
    for key in views.keys() {
        let json = views.row(key).unwrap().to_json().unwrap();
        let key: RowKey = key.to_string().parse().unwrap();
        assert_eq!(Row::from_json(key, &json).unwrap().to_json().unwrap(), json, "{key}");
    }
    assert!("joint-branch/no-ulid".parse::<RowKey>().is_err());
}

#[test]
fn keys_sort_like_their_texts() {
    let keys: Vec<_> = Life::whole().views().keys().collect();
    let texts: Vec<_> = keys.iter().map(ToString::to_string).collect();
    assert!(keys.is_sorted() && texts.is_sorted());
}

#[test]
fn a_joint_branch_names_its_places_and_members_as_they_are_now() {
    let views = Life::whole().views();
    let row = views.joint_branch(MERGER).unwrap();
    assert_eq!((row.phase, row.members[0].formal_members), (Phase::Dissolved, 9));
    assert_eq!(row.county.as_ref().unwrap().name, text("昭化区"));
    assert_eq!(row.members[1].village.as_ref().unwrap().name, text("田岩村"));
    assert_eq!(row.evaluations[&"2019Q1".parse().unwrap()].grade, Grade::Fair);
    assert_eq!(views.organization(SHIZI).unwrap().merger, None);
}

#[test]
fn every_members_township_reads_the_joint_branch() {
    let views = Life::whole().views();
    let read = |digits: &str| views.readable_by(&code(digits)).map(|row| row.id.0.0).collect::<Vec<_>>();
    assert_eq!(read("5108"), [1, 2, 3]);
    assert_eq!(read(COUNTY), [1, 2, 3]);
    assert_eq!(read(YUANBA), [2, 3]);
    // Its Tianyan village is a member of a proposal that another township leads.
    assert_eq!(read(BAIGUO), [1, 3]);
    assert_eq!(read("510812"), [0; 0]);
}

#[test]
fn a_timeline_holds_each_position_once_in_chunks() {
    let views = Life::whole().views();
    let positions: Vec<_> = views.timelines().entries(PAIRING).map(|entry| entry.position).collect();
    assert_eq!(positions, [18, 20, 21, 25]);
    // The poor grade of 12 July was entered on 20 July, the good one of 10 April two days later.
    assert_eq!(views.timelines().late_entries(MERGER, 7, None), 1);
    assert_eq!(views.timelines().late_entries(MERGER, 2, None), 2);
}

#[test]
fn a_long_timeline_begins_a_new_chunk() {
    let mut life = Life::whole();
    for _ in 0..CHUNK_ENTRIES {
        life.evaluate("2020-01-10", "2020-01-10", "2019Q4", Grade::Fair);
    }
    let views = life.views();
    let Row::Timeline(first) = views.row(RowKey::Timeline(MERGER, 0)).unwrap() else { panic!("no timeline") };
    assert_eq!(first.entries.len(), CHUNK_ENTRIES);
    assert!(
        views.row(RowKey::Timeline(MERGER, 1)).is_some() && views.row(RowKey::Timeline(MERGER, 2)).is_none()
    );
    let positions: Vec<_> = views.timelines().entries(MERGER).map(|entry| entry.position).collect();
    assert!(positions.is_sorted_by(|earlier, later| earlier < later));
    assert_eq!(positions.last(), Some(&(life.events.len() as u64)));
}
