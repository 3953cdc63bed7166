//! The list for the Party statistics and the register with all its columns: each figure on each side of what it counts.

use domain::filing::FilingMatter;
use serde_json::{Value, json};

use super::life::later::ALLIANCE;
use super::life::{COUNTY, Life, SHIZI};
use super::lists::{list, rows, update};
use crate::ListName;

/// The value of a figure; nothing where it is not known.
fn value(life: &Life, item: &str, on: &str) -> Option<u64> {
    let rows = rows(life, &list(life, ListName::Statistics, "5108", on));
    let row = rows.iter().find(|row| row["item"] == item);
    row.unwrap_or_else(|| panic!("no figure {item}"))["value"].as_u64()
}

#[test]
fn a_merger_adds_one_organization_two_villages_and_each_unit_once() {
    let (before, after) = (Life::whole(), Life::alliance());
    let grown = |item: &str, on: &str| value(&after, item, on).unwrap() - value(&before, item, on).unwrap();
    let on = "2020-12-31";
    assert_eq!((grown("joint_organizations", on), grown("joint_branches", on)), (1, 1));
    // One of the two was in a joint organization already, and is counted once.
    assert_eq!((grown("units_in_joint_organizations", on), grown("villages_merged", on)), (1, 2));
    assert_eq!((grown("established_in_year", on), grown("established_in_year", "2021-01-01")), (1, 0));
    assert_eq!(grown("joint_committees", on), 0);
}

#[test]
fn an_election_is_due_by_the_end_of_the_year_in_which_the_term_ends() {
    let mut life = Life::alliance();
    let before = value(&life, "elections_done", "2020-12-31").unwrap();
    life.posts();
    // Somebody was in post before: it is no first election, and it is of its own year only.
    assert_eq!(value(&life, "elections_done", "2020-12-31"), Some(before + 1));
    assert_eq!(value(&life, "first_elections", "2020-12-31"), Some(0));
    assert_eq!(value(&life, "elections_done", "2021-12-31"), Some(0));
    let end = life.views().joint_branch(ALLIANCE).unwrap().term.as_ref().unwrap().end;
    let at = |item: &str, day: domain::date::Date| value(&life, item, &day.to_string());
    let year_before: domain::date::Date = format!("{}-12-31", end.year() - 1).parse().unwrap();
    let waiting = at("elections_waiting", year_before).unwrap();
    assert_eq!(at("elections_waiting", year_before.plus_days(1)), Some(waiting + 1));
    let overdue = at("elections_overdue", end).unwrap();
    assert_eq!(at("elections_overdue", end.plus_days(1)), Some(overdue + 1));
    let due = at("elections_due", end).unwrap();
    assert_eq!(
        Some(due),
        at("elections_waiting", end).map(|count| count + at("elections_done", end).unwrap())
    );
}

#[test]
fn a_village_counts_from_three_formal_members_on_and_one_without_organization_is_told_apart() {
    let of_three = |members: u32| {
        let mut life = Life::alliance();
        update(&mut life, "2020-06-01", SHIZI, members, None);
        value(&life, "villages_of_three", "2020-12-31").unwrap()
    };
    assert_eq!((of_three(3) - of_three(2), of_three(4) - of_three(3)), (1, 0));
    let life = Life::alliance();
    let at = |item: &str| value(&life, item, "2020-12-31").unwrap();
    assert_eq!(at("villages"), at("villages_with_organization") + at("villages_without_organization"));
}

#[test]
fn what_the_register_does_not_hold_is_not_known_and_no_nought() {
    let life = Life::alliance();
    for item in ["other_organizations", "secretaries_profile"] {
        assert_eq!(value(&life, item, "2020-12-31"), None, "{item}");
    }
    let found = list(&life, ListName::Statistics, COUNTY, "2020-12-31");
    let shown = rows(&life, &found);
    let unknown = shown.iter().filter(|row| row["value"].is_null()).count() as u64;
    assert_eq!(found.view.figures["statistics_unknown"].value.as_u64(), Some(unknown));
    assert!(shown.iter().all(|row| !row["definition"]["zh"].as_str().unwrap().is_empty()));
    let numbers: Vec<_> = shown.iter().map(|row| (row["table"].as_u64(), row["number"].as_u64())).collect();
    assert!(numbers.is_sorted() && numbers.first() == Some(&(Some(24), Some(1))), "{numbers:?}");
}

#[test]
fn the_register_has_the_columns_of_an_office() {
    let mut life = Life::alliance();
    let line = |life: &Life, on: &str| -> Value {
        let rows = rows(life, &list(life, ListName::Register, COUNTY, on));
        rows.into_iter().find(|row| row["joint_branch"] == json!(ALLIANCE)).unwrap()
    };
    let before = line(&life, "2020-12-31");
    assert_eq!(before["filings"], json!([]));
    assert_eq!(before["population"], Value::Null, "no village has one on file");
    life.posts();
    life.file("2020-04-20", FilingMatter::Election, life.events.len() as u64);
    let after = line(&life, "2020-12-31");
    let filings = after["filings"].as_array().unwrap().iter().map(|filing| filing["matter"].clone());
    assert_eq!(filings.collect::<Vec<_>>(), ["establishing", "election"]);
    assert!(!after["committee"].as_array().unwrap().is_empty());
    let row = life.views().joint_branch(ALLIANCE).unwrap().clone();
    assert_eq!(after["term_end"], json!(row.term.as_ref().unwrap().end));
    let members: u32 = row.members.iter().map(|member| member.formal_members).sum();
    assert_eq!(after["formal_members"], json!(members));
    life.dissolve_alliance("2020-11-01");
    assert_eq!(line(&life, "2020-12-31")["remarks"][0]["zh"], "2020-11-01 终止");
}
