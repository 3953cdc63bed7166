//! Obligations: what is owed, by whom and since when, on a given day.

use super::life::{BAIGUO, COUNTY, Life, YUANBA, code, policy, reading};
use crate::{ObligationFilter, View, ViewError, most_pressing_view, obligations_view};

const ALL: ObligationFilter = ObligationFilter { overdue: None, due_before: None };

fn list(view: &View<serde_json::Value>) -> Vec<String> {
    let field = |row: &serde_json::Value, name: &str| row[name].to_string().replace('"', "");
    let line = |row: &serde_json::Value| {
        let late = if row["overdue"] == true { " overdue" } else { "" };
        format!(
            "{} {} {}{late}",
            field(row, "due"),
            field(row, "kind"),
            row["owner"]["tier"].as_str().unwrap()
        )
    };
    // What is owed about posts and filing is told in a file of its own.
    let apart = ["filing", "commitment", "election", "yearly_review"];
    view.rows.iter().filter(|row| !apart.contains(&row["kind"].as_str().unwrap())).map(line).collect()
}

/// Checks what a place sees of what had been recorded by the end of a day, read on another.
fn check(place: &str, recorded: &str, on: &str, filter: ObligationFilter, expected: &[&str]) {
    let (views, policy) = (Life::until(recorded).views(), policy());
    let view = obligations_view(reading(&views, &policy, on), &code(place), filter).map(super::wire).unwrap();
    assert_eq!(list(&view), expected, "{place} on {on}");
}

#[test]
fn a_proposal_owes_a_survey_and_a_decision() {
    let open = ["2019-02-05 survey township", "2019-02-05 approval county"];
    check("5108", "2019-01-05", "2019-01-10", ALL, &open);
    check("5108", "2019-01-20", "2019-02-05", ALL, &open[1..]);
    check("5108", "2019-01-20", "2019-02-06", ALL, &["2019-02-05 approval county overdue"]);
    check(BAIGUO, "2019-02-10", "2019-02-20", ALL, &[]);
}

#[test]
fn a_quarter_is_owed_from_its_end_and_overdue_after_its_last_day() {
    check(BAIGUO, "2019-03-31", "2019-03-31", ALL, &[]);
    check(BAIGUO, "2019-03-31", "2019-04-01", ALL, &["2019-04-15 evaluation township"]);
    check(BAIGUO, "2019-03-31", "2019-04-16", ALL, &["2019-04-15 evaluation township overdue"]);
}

#[test]
fn a_poor_grade_owes_an_order_then_a_review_then_the_end() {
    check(BAIGUO, "2019-07-20", "2019-07-28", ALL, &["2019-07-27 rectification_order township overdue"]);
    check(BAIGUO, "2019-07-25", "2019-07-28", ALL, &["2019-10-31 rectification county"]);
    let due_before = ObligationFilter { due_before: Some(super::life::day("2020-01-06")), ..ALL };
    let owed = [
        "2019-10-15 evaluation township overdue",
        "2019-11-01 approval county overdue",
        "2020-01-05 dissolution county",
    ];
    let proposal = "2019-11-01 survey township overdue";
    check(BAIGUO, "2019-11-05", "2019-12-01", due_before, &[owed[0], proposal, owed[1], owed[2]]);
    // Nothing is owed of a dissolved joint branch.
    check(BAIGUO, "2019-12-20", "2019-12-31", ALL, &[proposal, owed[1]]);
}

#[test]
fn a_post_is_to_be_filled_and_a_term_to_be_renewed() {
    check(YUANBA, "2019-05-20", "2019-06-30", ALL, &["2019-07-15 secretary township"]);
    let overdue = ObligationFilter { overdue: Some(true), ..ALL };
    let vacant = ["2019-07-15 evaluation township overdue", "2019-07-15 secretary township overdue"];
    check(YUANBA, "2019-05-20", "2019-07-16", overdue, &vacant);
    let before = ObligationFilter { overdue: Some(false), ..ALL };
    check(BAIGUO, "2019-02-10", "2023-09-01", before, &["2024-02-09 term township"]);
}

#[test]
fn figures_tell_how_many_and_an_unknown_place_has_none() {
    let (views, policy) = (Life::until("2019-05-20").views(), policy());
    let reading = reading(&views, &policy, "2019-07-16");
    let view = obligations_view(reading, &code(COUNTY), ALL).map(super::wire).unwrap();
    assert_eq!(
        (&view.figures["obligations"].value, &view.figures["obligations_overdue"].value),
        (&10_u64.into(), &10_u64.into())
    );
    let unknown = obligations_view(reading, &code("510899"), ALL).map(super::wire);
    assert!(matches!(unknown, Err(ViewError::UnknownPlace { .. })));
}

#[test]
fn obligations_that_end_a_joint_branch_sort_before_late_ones() {
    let (views, policy) = (Life::until("2019-11-05").views(), policy());
    let reading = reading(&views, &policy, "2020-01-20");
    let pressing = |limit: usize| most_pressing_view(reading, &code(BAIGUO), limit).map(super::wire).unwrap();
    let most = [
        "2020-01-05 dissolution county overdue",
        "2019-10-15 evaluation township overdue",
        "2020-01-15 evaluation township overdue",
    ];
    assert_eq!(list(&pressing(3)), most);
    let overdue = ObligationFilter { overdue: Some(true), ..ALL };
    let all = obligations_view(reading, &code(BAIGUO), overdue).map(super::wire).unwrap();
    let mut sorted =
        [pressing(100).rows, all.rows].map(|rows| rows.iter().map(ToString::to_string).collect::<Vec<_>>());
    sorted.iter_mut().for_each(|rows| rows.sort());
    assert_eq!(sorted[0], sorted[1], "the same ones, in another order");
}
