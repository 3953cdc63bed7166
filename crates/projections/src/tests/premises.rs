//! Premises of villages: what was paid at which milestone, also after the village went over into another one.

use domain::premises::Milestone;
use serde_json::{Value, json};

use super::life::later::{SHIZI_VILLAGE, WUYI_VILLAGE};
use super::life::{COUNTY, Life};
use super::lists::{figure, list, rows};
use crate::ListName;

/// Village, where it began, what was paid in per cent, and what is next.
fn listed(life: &Life, on: &str) -> Vec<Value> {
    let found = list(life, ListName::Premises, COUNTY, on);
    let line = |row: &Value| json!([row["name"], row["begun_in"]["name"], row["paid_percent"], row["next"]]);
    rows(life, &found).iter().map(line).collect()
}

#[test]
fn a_project_is_listed_with_what_was_paid_and_goes_over_with_its_village() {
    let mut life = Life::alliance();
    life.pay_premises("2020-06-01", (SHIZI_VILLAGE, SHIZI_VILLAGE), Milestone::Start, 29_999);
    let one = |paid: u64, next: &str| vec![json!(["狮子村", null, paid, next])];
    assert_eq!(listed(&life, "2020-06-01"), one(29, "structure"));
    life.pay_premises("2020-09-01", (SHIZI_VILLAGE, SHIZI_VILLAGE), Milestone::Structure, 30_001);
    assert_eq!(listed(&life, "2020-09-01"), one(60, "acceptance"));
    life.merge_village("2020-10-01", SHIZI_VILLAGE, WUYI_VILLAGE);
    life.pay_premises("2020-12-01", (WUYI_VILLAGE, SHIZI_VILLAGE), Milestone::Acceptance, 40_000);
    assert_eq!(listed(&life, "2020-12-01"), [json!(["五一村", "狮子村", 100, null])]);
    let found = list(&life, ListName::Premises, COUNTY, "2020-12-01");
    let figures = ["premises", "premises_unfinished", "premises_total", "premises_paid"];
    assert_eq!(figures.map(|name| figure(&found, name)), [1, 0, 100_000, 100_000]);
}
