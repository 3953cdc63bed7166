//! Figures: right after corrections and dissolutions, and for whatever day they are read.

use super::life::{BAIGUO, COUNTY, Life, YUANBA, code, policy, reading};
use crate::{
    View, ViewError, city_view, county_view, joint_branch_view, ledger_view, places_view, register_view,
    township_view,
};

/// Checks figures of the city, for what had been recorded by the end of a day, read on another.
fn check(recorded: &str, on: &str, expected: &[(&str, f64)]) {
    let (views, policy) = (Life::until(recorded).views(), policy());
    let view = city_view(reading(&views, &policy, on), &super::life::code("5108")).unwrap();
    for (name, value) in expected {
        let found = view.figures[*name].value.as_f64();
        assert!((found - value).abs() < 1e-9, "{name}: {found}, not {value}, on {on}");
    }
}

fn ids(view: &View<serde_json::Value>) -> Vec<&str> {
    view.rows.iter().map(|row| row["id"].as_str().unwrap().trim_start_matches('0')).collect()
}

#[test]
fn an_established_merger_covers_its_villages() {
    check("2019-01-31", "2019-01-31", &[("joint_branches", 0.0), ("proposals_open", 1.0), ("villages", 3.0)]);
    let merged =
        [("joint_branches", 1.0), ("mergers", 1.0), ("villages_covered", 2.0), ("coverage_ratio", 66.7)];
    check("2019-02-28", "2019-02-28", &merged);
    // The report divides joint branches, not their villages, by the villages there are.
    check("2019-02-28", "2019-02-28", &[("branches_to_villages", 33.3)]);
    check(
        "2019-04-30",
        "2019-04-30",
        &[
            ("joint_branches", 2.0),
            ("pairings", 1.0),
            ("coverage_ratio", 100.0),
            ("branches_to_villages", 66.7),
        ],
    );
}

#[test]
fn a_village_registered_ahead_counts_from_its_day_on() {
    let mut life = Life::whole();
    life.place_ahead(("2020-03-01", "2019-12-20"), "510811210299", "新村", Some(BAIGUO));
    let (views, policy) = (life.views(), policy());
    for (on, villages, covered_percent) in [("2020-02-29", 3.0, 33.3), ("2020-03-01", 4.0, 25.0)] {
        let reading = reading(&views, &policy, on);
        let city = city_view(reading, &super::life::code("5108")).map(super::wire).unwrap();
        let figure = |name: &str| city.figures[name].value.as_f64();
        assert_eq!((figure("villages"), figure("coverage_ratio")), (villages, covered_percent), "{on}");
        assert_eq!(city.rows[0]["villages"].as_f64(), Some(villages));
        let counted = super::counted(reading, "villages").unwrap().rows;
        assert_eq!(counted.len() as f64, villages, "{on}");
        let township = township_view(reading, &code(BAIGUO)).map(super::wire).unwrap();
        let is_new = |row: &serde_json::Value| row["code"] == "510811210299";
        assert_eq!(township.rows.iter().any(is_new), villages > 3.0);
        let places = places_view(reading, Some(&code("510811210299"))).map(super::wire).unwrap();
        assert_eq!(places.rows.is_empty(), villages < 4.0);
    }
}

#[test]
fn a_correction_moves_a_branch_from_one_grade_to_another() {
    check("2019-05-19", "2019-05-19", &[("good", 1.0), ("fair", 0.0), ("evaluations_corrected", 0.0)]);
    check("2019-05-20", "2019-05-20", &[("good", 0.0), ("fair", 1.0), ("evaluations_corrected", 1.0)]);
    check("2019-07-20", "2019-07-20", &[("fair", 0.0), ("poor", 1.0), ("evaluations_late", 1.0)]);
    // On that day the second quarter had not ended.
    check("2019-07-20", "2019-06-30", &[("fair", 1.0), ("poor", 0.0)]);
}

#[test]
fn a_dissolved_branch_leaves_every_figure_of_live_ones() {
    let before = [("joint_branches", 2.0), ("termination_due", 1.0), ("poor", 1.0), ("dissolved", 0.0)];
    check("2019-12-19", "2019-12-19", &before);
    let after = [
        ("joint_branches", 1.0),
        ("mergers", 0.0),
        ("poor", 0.0),
        ("termination_due", 0.0),
        ("dissolved", 1.0),
    ];
    check("2019-12-20", "2019-12-20", &after);
    check(
        "2019-12-20",
        "2019-12-20",
        &[("villages_covered", 1.0), ("coverage_ratio", 33.3), ("late_entries", 1.0)],
    );
}

#[test]
fn what_is_missing_or_overdue_depends_on_the_day_alone() {
    let recorded = "2019-09-30";
    check(recorded, "2019-07-15", &[("evaluations_missing", 0.0), ("secretaries_vacant", 1.0)]);
    // The pairing was established in the second quarter, whose grade was due on 15 July.
    check(recorded, "2019-07-16", &[("evaluations_missing", 1.0)]);
    check(recorded, "2019-10-31", &[("rectifications_open", 1.0), ("rectifications_overdue", 0.0)]);
    check(recorded, "2019-11-01", &[("rectifications_open", 1.0), ("rectifications_overdue", 1.0)]);
    // The merger's third quarter became overdue while it was live and stays counted; its fourth never did.
    check("2019-12-20", "2020-06-30", &[("evaluations_missing", 5.0)]);
    check(recorded, "2023-08-08", &[("terms_expiring", 0.0)]);
    check(recorded, "2023-08-09", &[("terms_expiring", 1.0)]);
}

#[test]
fn a_figure_lists_the_rows_that_it_counts() {
    let (views, policy) = (Life::whole().views(), policy());
    let reading = reading(&views, &policy, "2019-12-31");
    for (name, figure) in city_view(reading, &super::life::code("5108")).unwrap().figures {
        if ["local_events", "corrections", "decisions_open", "decisions_overdue"].contains(&&*name) {
            continue;
        }
        assert_eq!(figure.rows, format!("/api/v1/cities/5108?figure={name}"));
        let counted = super::counted(reading, &name).unwrap();
        let total: u64 = counted.rows.iter().map(|row| row["count"].as_u64().unwrap_or(1)).sum();
        // One village is covered, and one joint branch is live.
        let is_ratio = ["coverage_ratio", "branches_to_villages"].contains(&&*name);
        let expected = if is_ratio { 1 } else { figure.value.as_u64().unwrap() };
        assert_eq!(total, expected, "{name}");
    }
    assert_eq!(ids(&super::counted(reading, "dissolved").unwrap()), ["1"]);
    let unknown = super::counted(reading, "beauty");
    assert_eq!(unknown, Err(ViewError::UnknownFigure { name: "beauty".to_owned() }));
}

#[test]
fn townships_add_up_to_their_county_and_counties_to_the_city() {
    let (views, policy) = (Life::whole().views(), policy());
    let reading = reading(&views, &policy, "2019-12-31");
    let city = city_view(reading, &super::life::code("5108")).map(super::wire).unwrap();
    let county = county_view(reading, &code(COUNTY)).map(super::wire).unwrap();
    assert_eq!((city.rows.len(), county.rows.len()), (1, 2));
    let is_sum = |name: &str| !["coverage_ratio", "branches_to_villages"].contains(&name);
    for (name, figure) in county.figures.iter().filter(|(name, _)| is_sum(name)) {
        let sum: u64 = county.rows.iter().map(|row| row[&**name].as_u64().unwrap()).sum();
        assert_eq!(figure.value, sum.into(), "{name}");
        assert_eq!(city.rows[0][&**name], serde_json::json!(figure.value), "{name}");
    }
}

#[test]
fn each_tier_lists_its_own_rows() {
    let (views, policy) = (Life::whole().views(), policy());
    let reading = reading(&views, &policy, "2019-12-31");
    let township = township_view(reading, &code(BAIGUO)).map(super::wire).unwrap();
    let names: Vec<_> = township.rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["白果社区", "狮子村", "田岩村"]);
    // The register goes by the lead townships' codes; the ledger has what only a member of the township is in.
    assert_eq!(ids(&register_view(reading, &code(COUNTY)).map(super::wire).unwrap()), ["2", "3", "1"]);
    assert_eq!(ids(&ledger_view(reading, &code(BAIGUO)).map(super::wire).unwrap()), ["1", "3"]);
    assert_eq!(ids(&ledger_view(reading, &code(YUANBA)).map(super::wire).unwrap()), ["2", "3"]);
    let merger = joint_branch_view(reading, super::life::MERGER).map(super::wire).unwrap();
    assert_eq!(merger.rows[0]["late_evaluations"], serde_json::json!(["2019Q2"]));
    assert!(matches!(county_view(reading, &code(YUANBA)), Err(ViewError::UnknownPlace { .. })));
}

#[test]
fn breakdowns_count_live_branches_by_kind_and_all_grades_by_quarter() {
    let (views, policy) = (Life::whole().views(), policy());
    let breakdowns =
        city_view(reading(&views, &policy, "2019-12-31"), &super::life::code("5108")).unwrap().breakdowns;
    let expected = serde_json::json!({
        "by_mode": { "resident_unit": 1 },
        "by_form": { "general_branch": 1 },
        "grades_by_quarter": {
            "2019Q1": { "good": 0, "fair": 1, "poor": 0, "missing": 0 },
            "2019Q2": { "good": 0, "fair": 0, "poor": 1, "missing": 1 },
            "2019Q3": { "good": 0, "fair": 0, "poor": 0, "missing": 2 },
        },
    });
    assert_eq!(serde_json::to_value(breakdowns).unwrap(), expected);
}
