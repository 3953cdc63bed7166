//! Yellow cards: proposed by a count of missed deadlines, standing once issued, shown until they are lifted.

use domain::place::Level;
use domain::thresholds::ThresholdChanges;
use serde_json::{Value, json};

use super::life::{BAIGUO, COUNTY, Life, YUANBA, policy, reading};
use super::lists::{asked, figure, rows};
use crate::{ListName, city_view, county_view, township_view};

#[test]
fn two_deadlines_missed_in_a_year_are_a_yellow_card() {
    let cards = |life: &Life, on: &str| {
        let list = asked(life, (ListName::YellowCards, COUNTY, Some(2019)), on, None).unwrap();
        let line = |row: &Value| {
            let parts = ["quarters", "rectifications"].map(|part| row[part].as_array().unwrap().len());
            json!([row["code"], parts[0], parts[1]])
        };
        (rows(life, &list).iter().map(line).collect::<Vec<_>>(), figure(&list, "quarters_missed"))
    };
    let life = Life::whole();
    // The second quarter was graded late, the third never, and the review came five days after its deadline.
    let both = vec![json!([BAIGUO, 2, 1]), json!([YUANBA, 2, 0])];
    assert_eq!(cards(&life, "2020-06-30"), (both, 4));
    assert_eq!(cards(&Life::until("2019-10-01"), "2019-10-15"), (vec![], 2));
    assert_eq!(
        cards(&Life::until("2019-10-01"), "2019-10-31").0,
        [json!([YUANBA, 2, 0]), json!([BAIGUO, 2, 0])]
    );
    assert_eq!(cards(&Life::until("2019-10-01"), "2019-11-01").0[0], json!([BAIGUO, 2, 1]));
    let mut milder = Life::whole();
    let figures = ThresholdChanges { yellow_card_misses: Some(3), ..ThresholdChanges::default() };
    milder.policy(("2020-01-07", "2020-01-07"), "5108", figures);
    assert_eq!(cards(&milder, "2020-06-30").0, [json!([BAIGUO, 2, 1])]);
}

#[test]
fn a_count_proposes_a_card_that_stands_once_it_is_issued_until_it_is_lifted() {
    let state = |life: &Life, on: &str| {
        let list = asked(life, (ListName::YellowCards, COUNTY, Some(2019)), on, None).unwrap();
        let rows = rows(life, &list);
        let own = rows.iter().find(|row| row["code"] == BAIGUO).cloned();
        let own = own.map(|row| (row["proposed"].clone(), row["cards"].as_array().map(Vec::len)));
        (own, figure(&list, "yellow_cards"), figure(&list, "yellow_cards_proposed"))
    };
    let mut life = Life::until("2019-10-01");
    let row = |proposed: bool, cards| Some((json!(proposed), Some(cards)));
    assert_eq!(state(&life, "2019-11-05"), (row(true, 0), 0, 2));
    let standing_in = |life: &Life, code: &str, on: &str| {
        let (views, policies) = (life.views(), policy());
        let (reading, code) = (reading(&views, &policies, on), super::life::code(code));
        let cards = match code.level() {
            Level::City => city_view(reading, &code).unwrap().yellow_cards,
            Level::County => county_view(reading, &code).unwrap().yellow_cards,
            _ => township_view(reading, &code).unwrap().yellow_cards,
        };
        cards.len()
    };
    life.card("2019-11-05");
    assert_eq!(state(&life, "2019-11-05"), (row(false, 1), 1, 1));
    for (code, cards) in [("5108", 1), (COUNTY, 1), (BAIGUO, 1), (YUANBA, 0)] {
        assert_eq!(standing_in(&life, code, "2019-11-06"), cards, "{code}");
    }
    life.lift("2019-11-20");
    // What the card was issued for proposes no second one.
    assert_eq!(state(&life, "2019-11-20"), (row(false, 1), 0, 1));
    assert_eq!(standing_in(&life, BAIGUO, "2019-11-20"), 0);
}
