//! Posts and filing: what is owed about them, and the figures that count them.

use domain::filing::FilingMatter;
use domain::ids::{JointBranchId, PersonId};
use domain::post::CommitmentKind;
use serde_json::Value;

use super::life::later::ALLIANCE;
use super::life::{BAIGUO, COUNTY, Life, MERGER, PAIRING, SECRETARY, SHIZI, YUANBA, code, policy, reading};
use crate::{ObligationFilter, city_view, obligations_view, organization_view};

/// Checks what a joint branch owes of a kind, as `due: detail`, on a day.
fn check(life: &Life, id: JointBranchId, kind: &str, on: &str, expected: &[String]) {
    let (views, policy) = (life.views(), policy());
    let view = obligations_view(reading(&views, &policy, on), &code(BAIGUO), ObligationFilter::default())
        .map(super::wire);
    let rows = view.unwrap().rows;
    let id = id.to_string();
    let own = rows.iter().filter(|row| row["kind"] == kind && row["joint_branch"] == id.as_str());
    let line = |row: &Value| {
        let late = if row["overdue"] == true { " overdue" } else { "" };
        format!("{}: {}{late}", row["due"].as_str().unwrap(), row["detail"]["en"].as_str().unwrap())
    };
    assert_eq!(own.map(line).collect::<Vec<_>>(), expected, "{kind} on {on}");
}

fn figure(life: &Life, name: &str, on: &str) -> u64 {
    let (views, policy) = (life.views(), policy());
    city_view(reading(&views, &policy, on), &super::life::code("5108")).unwrap().figures[name]
        .value
        .as_u64()
        .unwrap()
}

fn overdue(line: &str) -> String {
    format!("{line} overdue")
}

#[test]
fn what_is_filed_is_owed_no_more() {
    let mut life = Life::alliance();
    let positions: Vec<u64> =
        life.views().joint_branch(ALLIANCE).unwrap().filings_owed.keys().copied().collect();
    let [establishing, secretary] = positions[..] else { panic!("{positions:?}") };
    let first = format!("2020-03-31: establishing of 2020-03-01 is not filed (event {establishing})");
    let second = format!("2020-04-09: secretary of 2020-03-10 is not filed (event {secretary})");
    check(&life, ALLIANCE, "filing", "2020-03-31", &[first.clone(), second.clone()]);
    check(&life, ALLIANCE, "filing", "2020-04-01", &[overdue(&first), second.clone()]);
    let before = figure(&life, "filings_missing", "2020-04-02");
    assert_eq!(before, figure(&life, "filings_missing", "2020-03-31") + 1);
    life.file("2020-04-02", FilingMatter::Establishing, establishing);
    check(&life, ALLIANCE, "filing", "2020-04-02", &[second]);
    assert_eq!(figure(&life, "filings_missing", "2020-04-02"), before - 1);
    // What has ended is filed too.
    let (views, policy) = (life.views(), policy());
    let view =
        crate::joint_branch_view(reading(&views, &policy, "2020-04-02"), MERGER).map(super::wire).unwrap();
    let owed = view.rows[0]["obligations"].as_array().unwrap();
    assert_eq!(owed.iter().filter(|found| found["kind"] == "filing").count(), 3);
}

#[test]
fn four_commitments_are_owed_and_the_yearly_one_again_each_year() {
    let mut life = Life::alliance();
    let owed = |due: &str, kind: &str| format!("{due}: the secretary has not made the commitment: {kind}");
    let first = owed("2020-04-09", "yearly goal 2020");
    let three = ["term goal", "integrity", "resignation"].map(|kind| owed("2020-04-09", kind));
    let all = [three.as_slice(), std::slice::from_ref(&first)].concat();
    check(&life, ALLIANCE, "commitment", "2020-04-01", &all);
    for kind in CommitmentKind::ONCE {
        life.commit("2020-04-02", kind, None);
    }
    check(&life, ALLIANCE, "commitment", "2020-04-09", &[first]);
    life.commit("2020-04-09", CommitmentKind::YearlyGoal, Some(2020));
    check(&life, ALLIANCE, "commitment", "2020-12-31", &[]);
    let second = owed("2021-01-31", "yearly goal 2021");
    check(&life, ALLIANCE, "commitment", "2021-01-01", std::slice::from_ref(&second));
    check(&life, ALLIANCE, "commitment", "2021-02-01", &[overdue(&second)]);
}

#[test]
fn who_was_elected_is_to_be_approved_and_the_post_is_not_vacant() {
    let mut life = Life::alliance();
    life.relieve("2020-04-01", SECRETARY);
    let vacant = |life: &Life| {
        let row = life.views().joint_branch(ALLIANCE).unwrap().clone();
        (row.vacant_since.is_some(), row.approval_owed.map(|owed| owed.person))
    };
    let counted = |life: &Life| {
        let on = "2020-04-20";
        (figure(life, "secretaries_vacant", on), figure(life, "secretaries_awaiting_approval", on))
    };
    let (before, _) = counted(&life);
    assert_eq!((vacant(&life), counted(&life)), ((true, None), (before, 0)));
    life.elect("2020-04-10", SECRETARY);
    assert_eq!((vacant(&life), counted(&life)), ((false, Some(SECRETARY)), (before - 1, 1)));
    let owed = "a secretary was elected on 2020-04-10; the committee above has not approved";
    let owed = format!("2020-05-10: {owed}");
    check(&life, ALLIANCE, "secretary_approval", "2020-05-10", std::slice::from_ref(&owed));
    check(&life, ALLIANCE, "secretary_approval", "2020-05-11", &[overdue(&owed)]);
    life.approve("2020-04-12", SECRETARY);
    assert_eq!((vacant(&life), counted(&life)), ((false, None), (before - 1, 0)));
    check(&life, ALLIANCE, "secretary_approval", "2020-05-11", &[]);
}

#[test]
fn what_a_secretary_left_undone_stays_owed_in_the_next_term_and_the_goal_of_the_year_is_owed_once() {
    let mut life = Life::alliance();
    life.commit("2020-03-20", CommitmentKind::Integrity, None);
    life.commit("2020-03-20", CommitmentKind::YearlyGoal, Some(2020));
    life.elect("2020-04-10", SECRETARY);
    let owed = |due: &str, kind: &str| format!("{due}: the secretary has not made the commitment: {kind}");
    let before = ["term goal", "resignation"].map(|kind| overdue(&owed("2020-04-09", kind)));
    let anew = ["term goal", "integrity", "resignation"].map(|kind| owed("2020-05-10", kind));
    check(&life, ALLIANCE, "commitment", "2020-04-10", &[before.as_slice(), &anew].concat());
    // Approved, the same term goes on.
    life.approve("2020-04-20", SECRETARY);
    life.commit("2020-04-20", CommitmentKind::Integrity, None);
    let expected = [before.as_slice(), &["term goal", "resignation"].map(|kind| owed("2020-05-20", kind))];
    check(&life, ALLIANCE, "commitment", "2020-04-20", &expected.concat());
    // Another owes nothing of that.
    life.relieve("2020-05-01", SECRETARY);
    life.approve("2020-05-02", PersonId(ulid::Ulid(99)));
    let four = ["term goal", "integrity", "resignation", "yearly goal 2020"];
    check(&life, ALLIANCE, "commitment", "2020-05-02", &four.map(|kind| owed("2020-06-01", kind)));
}

#[test]
fn an_original_given_back_owes_an_election_in_three_months() {
    let mut life = Life::whole();
    let owed = |name: &str| format!("2020-03-20: {name} was given back on 2019-12-20 and has not elected");
    check(&life, MERGER, "election", "2020-03-20", &[owed("狮子村党支部"), owed("田岩村党支部")]);
    life.elect_alone();
    check(&life, MERGER, "election", "2020-03-21", &[overdue(&owed("田岩村党支部"))]);
    assert!(life.views().joint_branch(PAIRING).unwrap().elections_owed.is_empty());
}

#[test]
fn a_secretary_who_heads_the_villagers_committee_is_counted_for_its_term() {
    let mut life = Life::alliance();
    let counted = |life: &Life, on: &str| figure(life, "secretaries_village_heads", on);
    assert_eq!(counted(&life, "2020-04-02"), 0);
    life.head_village("2020-04-01", SECRETARY);
    assert_eq!(counted(&life, "2020-04-02"), 1);
    assert_eq!((counted(&life, "2025-03-31"), counted(&life, "2025-04-01")), (1, 0));
    life.head_village("2020-06-01", PersonId(ulid::Ulid(99)));
    assert_eq!(counted(&life, "2020-06-02"), 0);
}

#[test]
fn an_election_of_an_organization_that_stands_alone_is_owed_to_the_county_until_it_is_filed() {
    let mut life = Life::whole();
    life.elect_alone();
    let owed = |life: &Life, scope: &str, on: &str| {
        let (views, policy) = (life.views(), policy());
        let view = obligations_view(reading(&views, &policy, on), &code(scope), ObligationFilter::default())
            .map(super::wire);
        let rows = view.unwrap().rows.into_iter().filter(|row| row["organization"].is_string());
        let line = |row: Value| {
            let owner = row["owner"]["code"].as_str().unwrap();
            format!(
                "{} {} {owner} {}",
                row["kind"].as_str().unwrap(),
                row["due"].as_str().unwrap(),
                row["overdue"]
            )
        };
        rows.map(line).collect::<Vec<_>>()
    };
    for scope in ["5108", COUNTY, BAIGUO] {
        assert_eq!(owed(&life, scope, "2020-02-19"), ["filing 2020-02-19 510811 false"], "{scope}");
    }
    assert_eq!(owed(&life, BAIGUO, "2020-02-20"), ["filing 2020-02-19 510811 true"]);
    assert!(owed(&life, YUANBA, "2020-02-20").is_empty());
    let (views, policy) = (life.views(), policy());
    let page = organization_view(reading(&views, &policy, "2020-02-20"), SHIZI).map(super::wire).unwrap();
    assert_eq!(page.rows[0]["obligations"].as_array().unwrap().len(), 1);
    life.file_alone();
    assert!(owed(&life, "5108", "2020-02-20").is_empty());
}
