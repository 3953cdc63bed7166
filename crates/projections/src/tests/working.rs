//! The work of a joint branch and its oversight: co-location, rotation of hosts, money, supervision, reviews.

use domain::EventBody;
use domain::event_data::organizations::{OrganizationChanged, OrganizationClosed};
use domain::ids::OrganizationId;
use serde_json::{Value, json};

use super::life::later::{ALLIANCE, SHIZI_VILLAGE, WUYI_VILLAGE};
use super::life::{BAIGUO, COUNTY, Life, SHIZI, YUANBA, code, policy, reading, text};
use crate::{ObligationFilter, city_view, joint_branch_view, obligations_view, places_view, register_view};

fn figure(life: &Life, name: &str, on: &str) -> u64 {
    let (views, policy) = (life.views(), policy());
    city_view(reading(&views, &policy, on), &super::life::code("5108")).unwrap().figures[name]
        .value
        .as_u64()
        .unwrap()
}

fn ledger_entry(life: &Life, on: &str) -> Value {
    let (views, policy) = (life.views(), policy());
    joint_branch_view(reading(&views, &policy, on), ALLIANCE).map(super::wire).unwrap().rows.remove(0)
}

/// What is owed of a kind in a place, as `due owner`.
fn owed(life: &Life, place: &str, kind: &str, on: &str) -> Vec<String> {
    let (views, policy) = (life.views(), policy());
    let view = obligations_view(reading(&views, &policy, on), &code(place), ObligationFilter::default())
        .map(super::wire);
    let rows = view.unwrap().rows;
    let own = rows.iter().filter(|row| row["kind"] == kind);
    let line = |row: &Value| {
        let late = if row["overdue"] == true { " overdue" } else { "" };
        format!("{} {}{late}", row["due"].as_str().unwrap(), row["owner"]["code"].as_str().unwrap())
    };
    own.map(line).collect()
}

#[test]
fn a_joint_branch_counts_as_co_located_from_its_day_on() {
    let mut life = Life::alliance();
    assert_eq!(figure(&life, "co_located", "2020-05-07"), 0);
    life.co_locate("2020-05-07");
    assert_eq!(figure(&life, "co_located", "2020-05-06"), 0);
    assert_eq!(figure(&life, "co_located", "2020-05-07"), 1);
    assert_eq!(ledger_entry(&life, "2020-05-07")["co_location"]["since"], "2020-05-07");
}

#[test]
fn whoever_was_co_located_once_stays_counted_after_the_end() {
    let mut life = Life::alliance();
    let counts = |life: &Life, on| (figure(life, "co_located", on), figure(life, "co_located_ever", on));
    assert_eq!(counts(&life, "2020-05-07"), (0, 0));
    life.co_locate("2020-05-07");
    assert_eq!(counts(&life, "2020-05-07"), (1, 1));
    life.dissolve_alliance("2020-06-01");
    assert_eq!(counts(&life, "2020-06-01"), (0, 1));
}

#[test]
fn who_hosted_longest_ago_hosts_next() {
    let mut life = Life::alliance();
    let turns = |life: &Life| {
        let rotation = ledger_entry(life, "2020-09-01")["rotation"].as_array().unwrap().clone();
        let line = |turn: &Value| json!([turn["village"]["name"], turn["last_hosted_on"], turn["times"]]);
        rotation.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(turns(&life), [json!(["五一村", null, 0]), json!(["狮子村", null, 0])]);
    life.act("2020-05-06", WUYI_VILLAGE);
    assert_eq!(turns(&life), [json!(["狮子村", null, 0]), json!(["五一村", "2020-05-06", 1])]);
    life.act("2020-06-06", SHIZI_VILLAGE);
    life.act("2020-07-06", SHIZI_VILLAGE);
    assert_eq!(turns(&life), [json!(["五一村", "2020-05-06", 1]), json!(["狮子村", "2020-07-06", 2])]);
    assert_eq!(ledger_entry(&life, "2020-09-01")["last_activity"], "2020-07-06");
}

#[test]
fn the_register_shows_the_money_of_each_village() {
    let mut life = Life::alliance();
    life.fund("2020-05-08", SHIZI_VILLAGE, 2020, 5_000_000);
    let (views, policy) = (life.views(), policy());
    let register =
        register_view(reading(&views, &policy, "2020-06-01"), &code(COUNTY)).map(super::wire).unwrap();
    let id = ALLIANCE.to_string();
    let row = register.rows.iter().find(|row| row["id"] == id.as_str()).unwrap();
    let base = |member: usize| row["members"][member]["funding"]["2020"]["base"].clone();
    assert_eq!((base(0), base(1)), (Value::Null, json!({"amount": 5_000_000, "unit": "fen"})));
    assert!(views.timelines().entries(ALLIANCE).any(|entry| entry.position == life.events.len() as u64));
}

#[test]
fn a_supervision_is_owed_by_who_was_asked_until_the_answer() {
    let mut life = Life::alliance();
    life.supervise("2020-05-09", "2020-06-09");
    for place in ["5108", COUNTY, BAIGUO] {
        assert_eq!(owed(&life, place, "supervision", "2020-06-09"), ["2020-06-09 510811210"]);
    }
    assert_eq!(owed(&life, BAIGUO, "supervision", "2020-06-10"), ["2020-06-09 510811210 overdue"]);
    assert!(owed(&life, YUANBA, "supervision", "2020-06-10").is_empty());
    life.answer("2020-06-11");
    assert!(owed(&life, BAIGUO, "supervision", "2020-06-11").is_empty());
}

#[test]
fn a_secretarys_year_is_reviewed_within_ninety_days_after_it() {
    let mut life = Life::alliance();
    life.register_secretary();
    let reviews = |life: &Life, on: &str| owed(life, BAIGUO, "yearly_review", on);
    assert!(reviews(&life, "2020-12-31").is_empty());
    assert_eq!(reviews(&life, "2021-03-31"), ["2021-03-31 510811210"]);
    assert_eq!(reviews(&life, "2021-04-01"), ["2021-03-31 510811210 overdue"]);
    life.review_year("2021-04-02", 2020);
    assert!(reviews(&life, "2021-04-02").is_empty());
    assert_eq!(reviews(&life, "2022-01-01"), ["2022-03-31 510811210"]);
}

#[test]
fn corrections_are_counted_by_county_and_actor() {
    let life = Life::with_every_event();
    let (views, policy) = (life.views(), policy());
    let view = city_view(reading(&views, &policy, "2021-06-01"), &super::life::code("5108")).unwrap();
    assert_eq!(view.figures["corrections"].value, 4_u64.into());
    assert_eq!(view.breakdowns.unwrap().corrections["510811"]["local:county"], 4);
    let names: Vec<_> = views.joint_branch(ALLIANCE).iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["狮五联合党支部"]);
    assert_eq!(views.place_by_code(&code(BAIGUO)).unwrap().name.as_str(), "白果镇");
}

#[test]
fn a_joint_branch_that_lost_a_village_owes_a_decision_of_the_county() {
    let mut life = Life::alliance();
    let tianyan = domain::ids::PlaceId(ulid::Ulid(510_811_210_206));
    life.merge_village("2020-05-01", SHIZI_VILLAGE, tianyan);
    let decisions = |on: &str| owed(&life, COUNTY, "place_changed", on);
    assert_eq!(decisions("2020-08-01"), ["2020-08-01 510811"]);
    assert_eq!(decisions("2020-08-02"), ["2020-08-01 510811 overdue"]);
    assert_eq!(figure(&life, "villages", "2020-04-30"), 3);
    assert_eq!(figure(&life, "villages", "2020-05-01"), 2);
}

#[test]
fn the_county_winds_up_the_organ_of_an_ended_township() {
    let mut life = Life::whole();
    life.register_organ(BAIGUO);
    let organ = OrganizationId(ulid::Ulid(0x0A6));
    life.merge_village("2020-05-01", place_of(BAIGUO), place_of(YUANBA));
    let waiting = |life: &Life, on: &str| owed(life, COUNTY, "ended_organ", on);
    assert!(waiting(&life, "2020-04-30").is_empty());
    assert_eq!(waiting(&life, "2020-08-01"), ["2020-08-01 510811"]);
    assert_eq!(waiting(&life, "2020-08-02"), ["2020-08-01 510811 overdue"]);
    let mut abolished = Life { events: life.events.clone() };
    let closed = OrganizationClosed { organization: organ, successor: SHIZI, reason: None };
    abolished.then("2020-07-01", EventBody::OrganizationClosed(closed));
    assert!(waiting(&abolished, "2020-08-02").is_empty());
    let changed = OrganizationChanged {
        organization: organ,
        name: Some(text("元坝镇党委")),
        form: None,
        form_kind: None,
        host_kind: None,
        host_place: None,
        host: None,
        location: None,
        superior: None,
    };
    life.then("2020-07-01", EventBody::OrganizationChanged(changed));
    assert!(waiting(&life, "2020-08-02").is_empty());
}

fn place_of(digits: &str) -> domain::ids::PlaceId {
    domain::ids::PlaceId(ulid::Ulid(digits.parse().unwrap()))
}

#[test]
fn a_code_of_the_past_is_answered_by_what_goes_on() {
    let life = Life::with_every_event();
    let (views, policy) = (life.views(), policy());
    let ask = |asked: &str, on: &str| {
        let asked = code(asked);
        let rows = places_view(reading(&views, &policy, on), Some(&asked)).map(super::wire).unwrap().rows;
        let line = |row: &Value| {
            let for_whom = row["answers_for"]["name"].as_str().unwrap_or("-");
            format!("{} {for_whom}", row["name"].as_str().unwrap())
        };
        rows.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(ask("510811210208", "2021-06-01"), ["又一村 -"]);
    // Recoded and moved: the same village under its code of today.
    assert_eq!(ask("510811210206", "2021-06-01"), ["田岩新村 田岩新村"]);
    assert_eq!(ask("510811100299", "2021-06-01"), ["田岩新村 -"]);
    // Merged, then split: what remains of both on that day.
    assert_eq!(ask("510811210205", "2021-06-01"), ["又一村 狮子村"]);
    assert!(ask("510811210999", "2021-06-01").is_empty());
}
